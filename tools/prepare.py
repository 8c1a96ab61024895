"""Brings the database or the static files up to date, each in one Python process.

Run by tools.run inside the virtual environment: `python -m tools.prepare database|static`.
"""

from __future__ import annotations

import hashlib
import sys

import django
from django.core.management import call_command

from tools.bootstrap import CONSTRAINTS, ROOT
from tools.local import VAR

STAMP = VAR / "static.sha256"


def database(*, reset_demo: bool = False) -> None:
    call_command("migrate", verbosity=0, interactive=False)
    call_command("demo", *(["--reset"] if reset_demo else []))


def static() -> None:
    """Collecting and compressing takes seconds, so only when a file or a package changed."""
    state = fingerprint()
    if STAMP.exists() and STAMP.read_text(encoding="ascii") == state:
        return
    call_command("collectstatic", verbosity=0, interactive=False)
    STAMP.write_text(state, encoding="ascii")


def fingerprint() -> str:
    digest = hashlib.sha256(CONSTRAINTS.read_bytes())
    for path in sorted((ROOT / "static").rglob("*")):
        if path.is_file():
            digest.update(str(path.relative_to(ROOT)).encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()


def main(task: str, *options: str) -> None:
    if task == "static" and STAMP.exists() and STAMP.read_text(encoding="ascii") == fingerprint():
        return  # without paying for Django's start
    django.setup()
    if task == "static":
        static()
    else:
        database(reset_demo="--reset-demo" in options)


if __name__ == "__main__":
    main(*sys.argv[1:])
