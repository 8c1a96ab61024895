"""The project's settings, made quick for tests and strict where production is lenient."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

os.environ.setdefault("SECRET_KEY", "only-for-tests")
os.environ.setdefault("DEMO", "1")
# Playwright's synchronous API runs inside an event loop, where Django else refuses the database.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

from plf.settings import *  # noqa: F403 - the environment must be set first
from plf.settings import DATABASES, INSTALLED_APPS, MIDDLEWARE, STORAGES, TEMPLATES
from tests.undefined import Undefined

SCRATCH = Path(tempfile.mkdtemp(prefix="plf-test-"))
atexit.register(shutil.rmtree, SCRATCH, ignore_errors=True)

if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # A file, as in production: in memory, the live server's threads would share one connection.
    DATABASES["default"]["TEST"] = {"NAME": str(SCRATCH / "test.sqlite3")}
    # Nobody mourns a test's database in a power failure.
    DATABASES["default"]["OPTIONS"]["init_command"] += "PRAGMA synchronous=OFF;"
else:
    DATABASES["default"]["CONN_MAX_AGE"] = 0  # a kept connection would hold the test database

FILES_DIR = SCRATCH / "results"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
STORAGES = {
    **STORAGES,
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
# Here and not in a fixture: Django makes its engines anew when a test changes DEBUG.
TEMPLATES[0]["OPTIONS"]["string_if_invalid"] = Undefined("undefined")  # type: ignore[index]
WHITENOISE_AUTOREFRESH = True  # no manifest, no collected folder

if "sqlite3" in DATABASES["default"]["ENGINE"]:
    # One query for each row of a list fails the request that does it, in tests and in the browser.
    # It would be the same on the other database, and to watch each query takes time.
    INSTALLED_APPS = [*INSTALLED_APPS, "zeal"]
    MIDDLEWARE = ["zeal.middleware.zeal_middleware", *MIDDLEWARE]
    ZEAL_RAISE = True
    # Two operations in one request may each lock the round, a list of three rows not ask thrice.
    ZEAL_NPLUSONE_THRESHOLD = 3
