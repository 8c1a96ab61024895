"""All that can be said of the code without running it: every check, even when one fails.

--fix puts right what a tool can put right by itself.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from tools import bootstrap
from tools.bootstrap import PYTHON, ROOT, VENV, say

PACKAGES = (
    *("plf", "audit", "accounts", "forums", "assessments", "results", "dashboards"),
    *("tools", "tests"),
)


@dataclass(frozen=True)
class Check:
    name: str
    command: list[str]
    environment: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Outcome:
    check: Check
    code: int
    seconds: float
    output: str


def tool(name: str, *arguments: str) -> list[str]:
    return [str(VENV / "bin" / name), *arguments]


def manage(*arguments: str) -> list[str]:
    return [str(PYTHON), "manage.py", *arguments]


def checks(scratch: Path) -> list[Check]:
    """The slowest first, so that two at a time take the least time."""
    database = f"sqlite:///{scratch / 'check.sqlite3'}"
    here = {"SECRET_KEY": "kun-til-kontrol", "DATABASE_URL": database}
    production = {
        "SECRET_KEY": "".join(chr(65 + place * 7 % 58) for place in range(64)),
        "DEBUG": "0",
        "DEMO": "0",
        "ALLOWED_HOSTS": "plf.example.org",
        "DATABASE_URL": database,
    }
    return [
        Check("mypy", tool("mypy", *(name for name in PACKAGES if (ROOT / name).is_dir())), here),
        Check(
            "statiske filer",
            manage("collectstatic", "--noinput", "--verbosity=0"),
            {**here, "STATIC_ROOT": str(scratch / "static")},
        ),
        Check("tekster", [str(PYTHON), "-m", "tools.messages", "--check"], here),
        Check("stilark", [str(PYTHON), "-m", "tools.styles", "--check"]),
        Check("scripts", [str(PYTHON), "-m", "tools.scripts", "--check"]),
        Check("lag", tool("lint-imports")),
        Check(
            "drift",
            manage("check", "--deploy", "--fail-level", "WARNING"),
            production,
        ),
        Check("Django", manage("check", "--fail-level", "WARNING"), here),
        Check("migreringer", manage("makemigrations", "--check", "--dry-run"), here),
        Check("kodestil", tool("ruff", "check", ".")),
        Check("formatering", tool("ruff", "format", "--check", ".")),
        Check("skabeloner", tool("djade", "--check", "--target-version", "5.2", *templates())),
    ]


def corrections() -> list[Check]:
    return [
        Check("kodestil", tool("ruff", "check", "--fix", "--quiet", ".")),
        Check("formatering", tool("ruff", "format", ".")),
        Check("skabeloner", tool("djade", "--target-version", "5.2", *templates())),
    ]


def templates() -> list[str]:
    return sorted(str(path) for path in (ROOT / "templates").rglob("*.html"))


def inherited() -> dict[str, str]:
    """The caller's environment without what would make a check depend on the caller."""
    ours = ("DEBUG", "DEMO", "HTTPS", "ALLOWED_HOSTS", "DATABASE_URL", "STATIC_ROOT", "EMAIL_URL")
    kept = {name: value for name, value in os.environ.items() if name not in ours}
    return {**kept, "DJANGO_SETTINGS_MODULE": "plf.settings"}


def carry_out(check: Check) -> Outcome:
    started = time.monotonic()
    done = subprocess.run(
        check.command,
        check=False,
        cwd=ROOT,
        env={**inherited(), **check.environment},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    return Outcome(check, done.returncode, time.monotonic() - started, done.stdout)


def main() -> int:
    bootstrap.enter("tools.check", dev=True)
    if "--fix" in sys.argv:
        for correction in corrections():
            carry_out(correction)
        return 0
    with (
        tempfile.TemporaryDirectory(prefix="plf-check-") as scratch,
        ThreadPoolExecutor(max_workers=2) as pool,
    ):
        outcomes = list(pool.map(carry_out, checks(Path(scratch))))
    for outcome in outcomes:
        if outcome.code:
            say(f"=== {outcome.check.name} ===\n{outcome.output.rstrip()}\n")
    for outcome in outcomes:
        verdict = "FEJL" if outcome.code else "ok"
        say(f"{verdict:<5} {outcome.check.name:<15} {outcome.seconds:5.1f} s")
    return 1 if any(outcome.code for outcome in outcomes) else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
