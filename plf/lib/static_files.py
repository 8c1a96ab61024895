"""The addresses of style sheets, scripts and pictures."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class StaticFiles(CompressedManifestStaticFilesStorage):
    """Each file's address is put together once: the manifest does not change while a server runs,
    and a page names six of them."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self._addresses: dict[str, str] = {}

    def url(self, name: str, force: bool = False) -> str:
        address = self._addresses.get(name)
        if address is None:
            address = self._addresses[name] = super().url(name, force)
        return address

    def save_manifest(self) -> None:
        """Written anew by collectstatic."""
        super().save_manifest()
        self._addresses.clear()
