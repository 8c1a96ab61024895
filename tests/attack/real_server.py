"""The product's own web server in processes of its own, on the test's database, to be killed; and
that database taken away from it."""

import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path
from urllib.parse import urlencode

from django.db import connection
from django.test import Client

from accounts.models import User
from tools.pgbox import free_port

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 30  # seconds


@dataclass(frozen=True)
class Answered:
    """What came back; 0 where nothing did."""

    status: int
    text: str = ""
    headers: Mapping[str, str] | None = None


class RealServer:
    """gunicorn as it runs in production, but with the tests' settings and one worker."""

    def __init__(self, **surroundings: str) -> None:
        self.surroundings = surroundings
        self.port = free_port()
        self.url = f"http://localhost:{self.port}"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        surroundings = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "tests.attack.server_settings",
            "TEST_DATABASE_NAME": str(connection.settings_dict["NAME"]),
            "BIND": f"127.0.0.1:{self.port}",
            "WEB_CONCURRENCY": "1",
            "WEB_THREADS": "4",
            **self.surroundings,
        }
        self.process = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "--log-level", "error"],
            cwd=ROOT,
            env=surroundings,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        deadline = time.monotonic() + PATIENCE
        while self.get("/healthz").status == 0:
            assert self.process.poll() is None, "the server stopped"
            assert time.monotonic() < deadline, "the server did not start"
            time.sleep(0.05)

    def kill(self) -> None:
        """-9 to the server and its worker at once."""
        if self.process is not None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            self.process = None

    def kill_worker(self) -> None:
        """-9 to the process that answers; the server starts another by itself."""
        assert self.process is not None
        found = subprocess.run(
            ["pgrep", "-P", str(self.process.pid)], capture_output=True, text=True, check=True
        )
        for pid in found.stdout.split():
            os.kill(int(pid), signal.SIGKILL)

    def get(self, path: str, **headers: str) -> Answered:
        return self._ask(urllib.request.Request(self.url + path, headers=headers))  # noqa: S310

    def post(self, path: str, fields: Mapping[str, str], **headers: str) -> Answered:
        body = urlencode(fields).encode()
        return self._ask(urllib.request.Request(self.url + path, data=body, headers=headers))  # noqa: S310

    def _ask(self, request: urllib.request.Request) -> Answered:
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE) as response:  # noqa: S310
                return Answered(response.status, response.read().decode(), response.headers)
        except urllib.error.HTTPError as error:
            with error:
                return Answered(error.code, error.read().decode(), dict(error.headers))
        except (OSError, ValueError, HTTPException):  # no answer, or one that was cut off
            return Answered(0)


@contextmanager
def running_server(**surroundings: str) -> Iterator[RealServer]:
    server = RealServer(**surroundings)
    try:
        server.start()
        yield server
    finally:
        server.kill()


def session_of(user: User) -> str:
    """A session, as signing in makes one; the value of its cookie."""
    client = Client()
    client.force_login(user)
    return client.cookies["sessionid"].value


def headers_of(user: User) -> dict[str, str]:
    """What a signed-in browser's script sends along."""
    token = "t" * 32
    return {
        "Cookie": f"sessionid={session_of(user)}; csrftoken={token}",
        "X-CSRFToken": token,
        "Accept": "*/*",
    }


@contextmanager
def database_away() -> Iterator[None]:
    """The test's database cannot be reached by anyone, and is back afterwards.

    SQLite: its folder is moved. PostgreSQL: every connection is cut and new ones are refused.
    """
    name = str(connection.settings_dict["NAME"])
    connection.close()
    if connection.vendor == "sqlite":
        folder = Path(name).parent
        hidden = folder.with_name(f"{folder.name}-away")
        folder.rename(hidden)
        try:
            yield
        finally:
            hidden.rename(folder)
        return
    admin = connection.copy()
    admin.settings_dict["NAME"] = "postgres"
    try:
        with admin.cursor() as cursor:
            cursor.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false')
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name]
            )
        yield
    finally:
        with admin.cursor() as cursor:
            cursor.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true')
        admin.close()
