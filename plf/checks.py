"""What the product refuses to start with.

What settings alone can tell stands in checks that Django runs with every command; what only the
database can tell is asked when the web server starts. Both end the start with a sentence that says
what to change.
"""

import logging
from collections.abc import Sequence
from typing import Any

from django.apps.config import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.core.management.base import SystemCheckError
from django.db import DatabaseError, connection, connections
from django.db.models import Q

from accounts.models import User
from forums.models import Municipality
from plf.demo.build import DEMO_SLUGS
from plf.demo.people import DOMAINS

SHORTEST_SECRET = 32
FEWEST_SIGNS = 10
# Words that stand in examples, and what Django writes into new projects.
KNOWN = ("changeme", "change-me", "secret", "django-insecure", "only-for-tests", "kun-til")
INVENTED = tuple(f"@{domain}" for domain in DOMAINS)
# All endings that are kept for examples.
RESERVED = (".example", ".test", ".invalid", "example.com", "example.net", "example.org")
log = logging.getLogger(__name__)


def listen() -> None:
    """Called when the product starts."""
    register(Tags.security)(refuse_unsafe_settings)
    register(Tags.database)(refuse_demo_beside_real_data)


def refuse_unsafe_settings(
    app_configs: Sequence[AppConfig] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """With a public host; a developer's own machine may be as it likes."""
    if settings.ONLY_LOCAL:
        return []
    faults = {
        "plf.E001": (settings.DEBUG, "DEBUG is on with a public host: turn it off."),
        "plf.E002": (
            _is_weak(settings.SECRET_KEY),
            f"SECRET_KEY is short or well known: give at least {SHORTEST_SECRET} random signs.",
        ),
        "plf.E003": (
            "*" in settings.ALLOWED_HOSTS,
            "ALLOWED_HOSTS lets every host in: name those that are yours.",
        ),
        "plf.E004": (not settings.HTTPS, "HTTPS is off with a public host: turn it on."),
        "plf.E005": (
            not settings.SITE_URL.startswith("https://"),
            "SITE_URL does not begin with https://: links in mails would not be safe.",
        ),
    }
    return [Error(text, id=name) for name, (is_so, text) in faults.items() if is_so]


def _is_weak(secret: str) -> bool:
    is_short = len(secret) < SHORTEST_SECRET or len(set(secret)) < FEWEST_SIGNS
    return is_short or any(word in secret.lower() for word in KNOWN)


def refuse_demo_beside_real_data(
    app_configs: Sequence[AppConfig] | None = None,
    databases: Sequence[str] | None = None,
    **kwargs: Any,
) -> list[CheckMessage]:
    """Invented people sign in with a password that all may read: never beside real ones."""
    if not databases or User._meta.db_table not in connection.introspection.table_names():
        return []
    if settings.DEMO and _holds_a_real_municipality():
        text = "DEMO is on, and the database holds a real municipality: turn it off."
        return [Error(text, id="plf.E006")]
    if settings.DEMO or settings.ONLY_LOCAL:
        return []
    invented = _ends_with(INVENTED)  # anyone may try with leder@kommune.example
    if User.objects.filter(invented, is_active=True).exists():
        text = (
            "DEMO is off, and the database holds the demo's people, whose password all may read: "
            "begin with an empty database."
        )
        return [Error(text, id="plf.E007")]
    return []


def _holds_a_real_municipality() -> bool:
    """One that is not the demo's, and somebody with an address that can get mail."""
    others = Municipality.objects.exclude(slug__in=DEMO_SLUGS)
    return others.exists() and User.objects.exclude(_ends_with(RESERVED)).exists()


def _ends_with(endings: Sequence[str]) -> Q:
    found = Q()
    for ending in endings:
        found |= Q(email__endswith=ending)
    return found


def refuse_unsafe_start() -> None:
    """Called where the web server starts. A database that is away is waited for, not refused."""
    found = refuse_unsafe_settings()
    try:
        found += refuse_demo_beside_real_data(databases=["default"])
    except DatabaseError as error:
        log.warning("The database was not there to be looked at: %s", type(error).__name__)
    finally:
        connections.close_all()
    if found:
        raise SystemCheckError("\n".join(f"{fault.id}: {fault.msg}" for fault in found))
