"""A hostile harness: what happens to work is made to fail here, so that only what is right works.

Rows without an order come back shuffled, an undefined template variable raises, no socket leaves
the machine, warnings are errors (pytest.ini), tests run in random order (pytest-randomly), and
one query for each row raises (zeal, in tests/settings.py, like the template variables).
"""

import gc
import os
import random
import socket
from ipaddress import ip_address

import pytest
from django.db.models import QuerySet
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis

from tools import chromium

pytest_plugins = ["tests.fixtures"]

# Coverage and a busy machine make single examples slow: time is no reason to fail.
hypothesis.register_profile(
    "short", deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True
)
hypothesis.register_profile("long", hypothesis.get_profile("short"), max_examples=5000)
hypothesis.load_profile("long" if os.environ.get("PLF_PROVE") == "1" else "short")


# They drive the product from outside: what they run has tests of its own, which are measured, and
# measuring doubles the time that Python takes.
UNMEASURED = {"e2e", "attack", "structure", "bench"}


gc.disable()


def pytest_collection_finish():
    """Python need not look through what was imported again and again: a twentieth of the time, and
    a quarter of the time that finding the tests takes."""
    gc.enable()
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


# Ten seconds to a minute in one test: at the end of a run, the other process would wait for it.
LONGEST = ("test_axe.py", "test_sealed_pages.py", "test_journey.py", "test_faults_server.py")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items):
    items.sort(key=lambda item: item.path.name not in LONGEST)  # else in their random order
    for item in items:
        if item.path.parent.name in UNMEASURED:
            item.add_marker(pytest.mark.no_cover)
    if chromium.find():
        return
    no_browser = pytest.mark.skip(reason="no Chromium: set $CHROMIUM or install one")
    for item in items:
        if item.get_closest_marker("e2e"):
            item.add_marker(no_browser)


# --- rows without an order ----------------------------------------------------------------------


@pytest.fixture(autouse=True, scope="session")
def _unordered_rows_are_shuffled():
    """In Python, after the query: the statement stays as it is on either database."""
    fetch_all = QuerySet._fetch_all

    def fetch_shuffled(self):
        fresh = self._result_cache is None
        fetch_all(self)
        if fresh and len(self._result_cache) > 1 and not self.ordered:
            random.shuffle(self._result_cache)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(QuerySet, "_fetch_all", fetch_shuffled)
        yield


# --- the network --------------------------------------------------------------------------------


class NetworkUsedError(Exception):
    """A test tried to reach another machine."""


def is_here(sock, address):
    if sock.family not in (socket.AF_INET, socket.AF_INET6):
        return True
    host = str(address[0])
    if host in ("localhost", ""):
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


@pytest.fixture(autouse=True, scope="session")
def _no_network():
    def guarded(method):
        def connect(self, address):
            if not is_here(self, address):
                raise NetworkUsedError(f"a test tried to connect to {address}")
            return method(self, address)

        return connect

    with pytest.MonkeyPatch.context() as patch:
        for name in ("connect", "connect_ex"):
            patch.setattr(socket.socket, name, guarded(getattr(socket.socket, name)))
        yield
