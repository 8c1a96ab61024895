"""The floor's web server: as gunicorn.conf.py, without what that asks of the product."""

wsgi_app = "django.core.wsgi:get_wsgi_application()"
raw_env = ["DJANGO_SETTINGS_MODULE=tests.bench.floor_settings"]
worker_class = "gthread"
workers = 2
threads = 4
preload_app = True
keepalive = 5
worker_tmp_dir = "/dev/shm"  # noqa: S108 -- as the product's
