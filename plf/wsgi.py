import os

from django.core.wsgi import get_wsgi_application
from django.db import connection, connections

from plf.lib.silence import watch

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "plf.settings")

application = get_wsgi_application()

if connection.vendor == "postgresql":
    watch(*(one.get_connection_params() for one in connections.all()))
