"""Row 13: from an empty clone to the first page, as somebody does who has just found the product.

Asked by tools/bench.py in the caller's own surroundings: a package registry may be named there.
"""

import contextlib
import os
import signal
import subprocess
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from tests.bench.table import Limit, Row
from tools.bootstrap import ROOT
from tools.pgbox import free_port

PATIENCE = 300.0  # seconds
# Of the one who measures, not of the one who has just cloned.
OTHERS = ("DATABASE_URL", "DJANGO_SETTINGS_MODULE", "PYTHONPATH", "SECRET_KEY", "VIRTUAL_ENV")


def seconds_to_first_page() -> tuple[float, float]:
    """With nothing there, not even packages in pip's cache; and once more."""
    with tempfile.TemporaryDirectory(prefix="plf-start-") as scratch:
        clone = Path(scratch) / "plf"
        subprocess.run(["git", "clone", "--quiet", str(ROOT), str(clone)], check=True)
        return _seconds(clone), _seconds(clone)


def start_row(cold: float, warm: float) -> Row:
    return Row(
        "13", "make run fra en tom klon til første side, s", cold, Limit(60, 30),
        f"uden pips mellemlager; igen {warm:.1f} s; make test måles af sig selv",
    )  # fmt: skip


def _seconds(clone: Path) -> float:
    port = free_port()
    surroundings = {name: text for name, text in os.environ.items() if name not in OTHERS}
    surroundings |= {"PORT": str(port), "PIP_NO_CACHE_DIR": "1"}
    start = time.perf_counter()
    with _running(clone, surroundings) as process:
        while not _answers(port):
            assert process.poll() is None, "make run stopped"
            assert time.perf_counter() - start < PATIENCE, "make run did not start"
            time.sleep(0.05)
        return time.perf_counter() - start


@contextlib.contextmanager
def _running(clone: Path, surroundings: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """Ends as by Ctrl-C."""
    with subprocess.Popen(
        ["make", "run"],
        cwd=clone,
        env=surroundings,
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    ) as process:
        try:
            yield process
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGINT)


def _answers(port: int) -> bool:
    with contextlib.suppress(OSError):
        urllib.request.urlopen(f"http://127.0.0.1:{port}/log-ind/", timeout=5).close()
        return True
    return False
