"""The floor's web server: as gunicorn.conf.py, without what that asks of the product."""

import gc

wsgi_app = "django.core.wsgi:get_wsgi_application()"
raw_env = ["DJANGO_SETTINGS_MODULE=tests.bench.floor_settings"]
worker_class = "gthread"
workers = 4
threads = 2
preload_app = True
keepalive = 5
worker_tmp_dir = "/dev/shm"  # noqa: S108 -- as the product's


def when_ready(server: object) -> None:
    gc.collect()
    gc.freeze()
