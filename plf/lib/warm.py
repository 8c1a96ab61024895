"""What a web server reads before its processes part."""

from django.conf import settings
from django.template import engines
from django.urls import get_resolver

TEMPLATES = settings.BASE_DIR / "templates"


def read_ahead() -> None:
    """Every address with the code behind it, and every template; the database is not asked."""
    get_resolver().url_patterns  # noqa: B018 -- to look is to import
    for path in sorted(TEMPLATES.rglob("*.html")):
        engines["django"].get_template(str(path.relative_to(TEMPLATES)))
