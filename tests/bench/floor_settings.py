"""The floor's settings: the product's models and database, and the least of Django around them."""

from plf.settings import *  # noqa: F403

MIDDLEWARE = [
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
]
ROOT_URLCONF = "tests.bench.floor"
