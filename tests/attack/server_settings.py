"""As the kill tests' settings, for a server that a browser asks: it finds the static files."""

from tests.attack.kill_settings import *  # noqa: F403

WHITENOISE_USE_FINDERS = True
