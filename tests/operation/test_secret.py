"""A new secret: sessions and second factors survive it; a leaked one is forgotten."""

import stat

import pytest
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
OLD = "gammel-hemmelighed-som-ingen-kender"


@pytest.fixture
def path(settings, tmp_path):
    """The file of settings of an installation that runs."""
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = OLD, []
    path = tmp_path / "plf.env"
    path.write_text(f"ALLOWED_HOSTS=plf.kommune.dk\nSECRET_KEY={OLD}\nSECRET_KEY_FALLBACKS=endnu\n")
    path.chmod(0o640)
    return path


def started_again(settings, path) -> dict[str, str]:
    """The product reads its file."""
    found = dict(line.split("=", 1) for line in path.read_text().splitlines())
    settings.SECRET_KEY = found["SECRET_KEY"]
    settings.SECRET_KEY_FALLBACKS = [key for key in [found.get("SECRET_KEY_FALLBACKS", "")] if key]
    return found


@pytest.mark.parametrize("forget", [False, True], ids=["as a habit", "after a leak"])
def test_new_secret(settings, path, forget):
    user = UserFactory()
    client = Client()
    client.force_login(user)
    factors = [
        Authenticator.objects.create(
            user=user, type=kind, data={name: get_adapter().encrypt("JBSWY3DP"), "used_mask": 0}
        )
        for kind, name in (("totp", "secret"), ("recovery_codes", "seed"))
    ]

    call_command("rotate_secret", str(path), forget_old=forget)

    found = started_again(settings, path)
    assert len(found["SECRET_KEY"]) > 60
    assert found["ALLOWED_HOSTS"] == "plf.kommune.dk"
    assert found.get("SECRET_KEY_FALLBACKS") == (None if forget else OLD)
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert [entry.name for entry in path.parent.glob("plf.env*")] == ["plf.env"]
    is_known = client.get(reverse("dashboards:home")).status_code == 200
    assert is_known is not forget
    # Second factors are encrypted anew, so that the old secret can go at any time.
    settings.SECRET_KEY_FALLBACKS = []
    for row, name in zip(factors, ("secret", "seed"), strict=True):
        row.refresh_from_db()
        assert get_adapter().decrypt(row.data[name]) == "JBSWY3DP"


@pytest.mark.parametrize("content", ["SECRET_KEY=en-anden\n", None])
def test_file_of_another_installation_is_left_alone(path, content):
    if content is None:
        path.unlink()
    else:
        path.write_text(content)

    with pytest.raises(CommandError, match="Intet er ændret"):
        call_command("rotate_secret", str(path))

    assert not path.exists() or path.read_text() == content
