"""What a web server reads before its processes part."""

from importlib import import_module

from django.conf import settings
from django.template import engines

TEMPLATES = settings.BASE_DIR / "templates"


def read_ahead() -> None:
    """Every address with the code behind it, and every template; the database is not asked."""
    import_module(settings.ROOT_URLCONF)
    for path in sorted(TEMPLATES.rglob("*.html")):
        engines["django"].get_template(str(path.relative_to(TEMPLATES)))
