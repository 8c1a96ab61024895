"""The product as in production, and the floor, as web servers of their own; and their CPU time."""

import contextlib
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tools.pgbox import free_port

ROOT = Path(__file__).resolve().parents[2]
HOST = "plf.example.org"
PATIENCE = 60  # seconds
TICKS = os.sysconf("SC_CLK_TCK")
# As the proxy before it says: the product refuses to speak of anything else than https.
PROXIED = {"Host": HOST, "X-Forwarded-Proto": "https"}


def production(scratch: Path, database: str, **more: str) -> dict[str, str]:
    """The surroundings of the product as it is run for real, with nothing of the caller's in it."""
    return {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(ROOT),
        "DJANGO_SETTINGS_MODULE": "plf.settings",
        "SECRET_KEY": "".join(chr(65 + place * 7 % 58) for place in range(64)),
        "ALLOWED_HOSTS": HOST,
        "DATABASE_URL": database,
        "STATIC_ROOT": str(scratch / "static"),
        "FILES_DIR": str(scratch / "results"),
        "EMAIL_URL": "dummymail://",
        **more,
    }


@dataclass(frozen=True)
class Server:
    """gunicorn; one that stands before others has no process of its own here."""

    port: int
    process: int

    def cpu(self) -> float:
        """Seconds that its processes have spent."""
        return sum(_spent(pid) for pid in [self.process, *children(self.process)])


@contextlib.contextmanager
def serving(surroundings: dict[str, str], *arguments: str, niceness: int = 0) -> Iterator[Server]:
    port = free_port()
    bind = f"127.0.0.1:{port}"
    command = ["nice", "-n", str(niceness), sys.executable, "-m", "gunicorn"]
    quiet = ["--bind", bind, "--log-level", "warning"]
    with subprocess.Popen([*command, *quiet, *arguments], cwd=ROOT, env=surroundings) as process:
        try:
            wait_until_answering(port, process)
            yield Server(port, process.pid)
        finally:
            process.terminate()


def wait_until_answering(port: int, process: subprocess.Popen[bytes]) -> None:
    asked = urllib.request.Request(f"http://127.0.0.1:{port}/log-ind/", headers=PROXIED)
    deadline = time.monotonic() + PATIENCE
    while True:
        with contextlib.suppress(OSError):
            try:
                urllib.request.urlopen(asked, timeout=PATIENCE).close()  # noqa: S310
            except urllib.error.HTTPError as error:  # the floor has no such page
                error.close()
                if error.code != 404:
                    raise
            return
        assert process.poll() is None, "the server stopped"
        assert time.monotonic() < deadline, "the server did not start"
        time.sleep(0.1)


def children(pid: int) -> list[int]:
    path = Path(f"/proc/{pid}/task/{pid}/children")
    return [int(child) for child in path.read_text().split()]


def _spent(pid: int) -> float:
    try:
        after_name = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except FileNotFoundError:
        return 0.0
    return (int(after_name[11]) + int(after_name[12])) / TICKS
