"""The tests' settings, on the test database itself, where the people are no demo's."""

from tests.settings import *  # noqa: F403
from tests.settings import DATABASES, env

DEMO = False
DATABASES["default"]["NAME"] = env.str("TEST_DATABASE_NAME")
DATABASES["default"]["CONN_MAX_AGE"] = env.int("TEST_CONN_MAX_AGE", default=0)
