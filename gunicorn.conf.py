"""The web server: on loopback, behind whatever speaks TLS to the world.

PORT or BIND say where, WEB_CONCURRENCY and WEB_THREADS how much at once. There is no log of
requests: who asked for what is nobody's business.
"""

import gc
import os
from importlib import import_module
from pathlib import Path

wsgi_app = "plf.wsgi:application"
bind = os.environ.get("BIND", f"127.0.0.1:{os.environ.get('PORT', '8000')}")

worker_class = "gthread"
workers = int(os.environ.get("WEB_CONCURRENCY", "4"))
threads = int(os.environ.get("WEB_THREADS", "2"))
preload_app = True

timeout = 60
graceful_timeout = 30
keepalive = 5
max_requests = 5000  # a slow leak in a package never grows old
max_requests_jitter = 500
MEMORY = Path("/dev/shm")  # noqa: S108 - the heartbeat file must not wait for a disk
if MEMORY.is_dir():
    worker_tmp_dir = str(MEMORY)

control_socket_disable = True  # it is told what to do by systemd or the container's engine

accesslog = None
# Its own words go where the product's go, in the same form: settings.LOGGING.
logconfig_dict = {"loggers": {"gunicorn.error": {"handlers": [], "propagate": True}}}


def on_starting(server: object) -> None:
    """Before systemd is told that it runs: what must not be started is refused, with the reason."""
    import_module("plf.checks").refuse_unsafe_start()  # the product is loaded only now


def when_ready(server: object) -> None:
    """What every process will need is read before they part: they share its memory, and nobody's
    first page waits for it."""
    import_module("plf.lib.warm").read_ahead()
    gc.collect()
    gc.freeze()  # what is shared stays shared: the collector does not write to it
