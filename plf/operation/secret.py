"""A new secret without signing anybody out.

What the old one signed (sessions) stays good as long as it stands in
SECRET_KEY_FALLBACKS. What it encrypted (second factors) is encrypted anew at once.
"""

import os
import re
import secrets
from pathlib import Path

from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db import transaction

ENCRYPTED = ("secret", "seed")
SETTING = re.compile(r"^(SECRET_KEY|SECRET_KEY_FALLBACKS)=.*$")


class NoSecretHere(Exception):
    """The file does not hold the secret in use."""


def rotate_secret(*, path: Path, forget: bool) -> None:
    """Write a new secret to the file of settings, and keep the old beside it unless `forget`.

    The product must be started again afterwards. Refuses with NoSecretHere.
    """
    lines = path.read_text("utf-8").splitlines()
    if f"SECRET_KEY={settings.SECRET_KEY}" not in lines:
        raise NoSecretHere
    old, new = settings.SECRET_KEY, secrets.token_urlsafe(50)
    kept = [line for line in lines if not SETTING.match(line)]
    # With both first: whatever is cut off here, everything can still be read.
    _write(path, [*kept, f"SECRET_KEY={new}", f"SECRET_KEY_FALLBACKS={old}"])
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = new, [old, *settings.SECRET_KEY_FALLBACKS]
    _encrypt_anew()
    if forget:
        _write(path, [*kept, f"SECRET_KEY={new}"])


def _write(path: Path, lines: list[str]) -> None:
    """All or nothing, and for the same eyes as before."""
    draft = path.with_name(f"{path.name}.draft")
    draft.touch(mode=0o600)
    before = path.stat()
    draft.write_text("\n".join([*lines, ""]), "utf-8")
    os.chown(draft, before.st_uid, before.st_gid)
    draft.chmod(before.st_mode & 0o777)
    draft.replace(path)


@transaction.atomic
def _encrypt_anew() -> None:
    adapter = get_adapter()
    for row in Authenticator.objects.select_for_update().order_by("pk"):
        for name in set(ENCRYPTED) & set(row.data):
            row.data[name] = adapter.encrypt(adapter.decrypt(row.data[name]))
        row.save(update_fields=["data"])
