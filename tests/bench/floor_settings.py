"""The floor's settings: the product's models and database, and the least of Django around them."""

from plf.settings import *  # noqa: F403

INSTALLED_APPS = [
    "tests.bench.floor_apps.Accounts",
    "tests.bench.floor_apps.Forums",
    "tests.bench.floor_apps.Assessments",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
]
MIDDLEWARE = [
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
]
ROOT_URLCONF = "tests.bench.floor"
TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates"}]
