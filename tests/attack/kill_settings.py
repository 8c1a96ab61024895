"""The tests' settings, on the test database itself."""

from tests.settings import *  # noqa: F403
from tests.settings import DATABASES, env

DATABASES["default"]["NAME"] = env.str("TEST_DATABASE_NAME")
