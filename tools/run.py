"""Sets everything up and runs PLF here: the server and the clock, until Ctrl-C."""

from __future__ import annotations

import contextlib
import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from types import FrameType

from tools import bootstrap, local
from tools.bootstrap import PYTHON, ROOT, say

PATIENCE = 60  # seconds for the server to answer the first time
GRACE = 8  # seconds to end in after a friendly request

WELCOME = """
  PLF kører. Åbn http://localhost:{port}

  Log ind med adgangskoden plf-demo som
    aftaleholder3@norddjurs.example   en leder, der skal svare
    chef@norddjurs.example            en chef, der ser resultaterne
    administrator@norddjurs.example   en administrator, der retter spørgsmål

  Ctrl-C stopper.
"""


class Stopped(Exception):
    """A part ended by itself; the message says which."""


class Parts:
    """The processes that make up a running PLF, each the leader of its own group."""

    def __init__(self, environment: dict[str, str]) -> None:
        self.environment = environment
        self.running: dict[str, subprocess.Popen[bytes]] = {}

    def start(self, name: str, *command: str) -> None:
        self.running[name] = subprocess.Popen(
            [str(PYTHON), *command],
            cwd=ROOT,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )

    def finish(self) -> None:
        """Wait until all have ended well."""
        while self.running:
            for name, process in list(self.running.items()):
                code = process.poll()
                if code:
                    raise Stopped(f"{name} mislykkedes (kode {code}); se ovenfor.")
                if code == 0:
                    del self.running[name]
            time.sleep(0.02)

    def watch(self) -> None:
        for name, process in self.running.items():
            if process.poll() is not None:
                raise Stopped(f"{name} stoppede uventet (kode {process.returncode}).")

    def stop(self) -> None:
        deadline = time.monotonic() + GRACE
        for process in self.running.values():
            signal_group(process, signal.SIGTERM)
        for process in self.running.values():
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(max(0.0, deadline - time.monotonic()))
            signal_group(process, signal.SIGKILL)
            process.wait()


def signal_group(process: subprocess.Popen[bytes], number: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, number)


def chosen_port() -> int:
    text = os.environ.get("PORT") or "8000"
    if not text.isdecimal() or not 0 < int(text) < 65536:
        sys.exit(f"PORT skal være et tal mellem 1 og 65535, ikke »{text}«.")
    return int(text)


def refuse_taken(port: int) -> None:
    for family, host in ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")):
        with contextlib.suppress(ConnectionError, TimeoutError, OSError):
            with socket.socket(family) as probe:
                probe.settimeout(0.5)
                probe.connect((host, port))
            sys.exit(
                f"Port {port} er optaget. Stop det, der bruger den, "
                f"eller vælg en anden: make run PORT={port + 1 if port < 65535 else 8000}"
            )


def answers(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/")
        return connection.getresponse().status < 500
    except OSError:
        return False
    finally:
        connection.close()


def serve(parts: Parts, port: int) -> None:
    parts.start("Databasen", "-m", "tools.prepare", "database")
    parts.start("De statiske filer", "-m", "tools.prepare", "static")
    parts.finish()
    quiet = ("--log-level", "warning", "--graceful-timeout", "3")
    parts.start("Webserveren", "-m", "gunicorn", *quiet)
    parts.start("Uret", "manage.py", "clock", "--loop")
    deadline = time.monotonic() + PATIENCE
    while not answers(port):
        parts.watch()
        if time.monotonic() > deadline:
            raise Stopped(f"Webserveren svarede ikke inden for {PATIENCE} sekunder.")
        time.sleep(0.05)
    say(WELCOME.format(port=port))
    while True:
        parts.watch()
        time.sleep(0.3)


def reset_demo(parts: Parts) -> None:
    parts.start("Demodata", "-m", "tools.prepare", "database", "--reset-demo")
    parts.finish()
    say("Demodata er bygget forfra.")


def interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def run(parts: Parts, port: int, *, reset: bool) -> int:
    try:
        if reset:
            reset_demo(parts)
        else:
            serve(parts, port)
    except KeyboardInterrupt:
        say("\nStopper …")
    except Stopped as reason:
        say(str(reason))
        return 1
    finally:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        parts.stop()
    return 0


def main() -> int:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, interrupt)
    reset = "--reset-demo" in sys.argv
    try:
        port = chosen_port()
        if not reset:
            refuse_taken(port)
        bootstrap.enter("tools.run", dev=False)
        parts = Parts(local.environment(PORT=str(port)))
    except KeyboardInterrupt:
        return 0
    return run(parts, port, reset=reset)


if __name__ == "__main__":
    sys.exit(main())
