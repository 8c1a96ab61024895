"""Runs the whole suite on SQLite and again on a real PostgreSQL.

PLF_PROVE=1 runs the long proofs instead. With arguments for pytest only those tests run. As in CI,
REQUIRE_BROWSER=1 makes a missing Chromium a failure and COVERAGE=1 asks for coverage, which takes
half as long again.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import time
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tools import bootstrap, chromium, local, pgbox
from tools.bootstrap import PYTHON, ROOT, say

REPORTS = local.VAR / "tests"
NO_BROWSER = (
    "\n" + "!" * 96 + "\n"
    "BROWSERTESTENE BLEV IKKE KØRT: her er ingen Chromium. Installér den (Debian: sudo apt "
    "install\nchromium-headless-shell), eller sæt CHROMIUM til dens sti.\n" + "!" * 96 + "\n"
)


@dataclass(frozen=True)
class Run:
    """How the suite went on one database."""

    name: str
    code: int
    seconds: float
    passed: int = 0
    failed: int = 0
    skipped: int = 0

    @property
    def good(self) -> bool:
        return self.code == 0 and self.passed > 0

    def __str__(self) -> str:
        verdict = "ok   " if self.good else "FEJL "
        counts = f"{self.passed} bestået, {self.failed} fejlet, {self.skipped} sprunget over"
        return f"{verdict} {self.name:<11} {counts}, {self.seconds:.0f} s"


@contextlib.contextmanager
def database(name: str) -> Iterator[dict[str, str]]:
    if name == "SQLite":
        yield {}
    else:
        with pgbox.server() as address:
            yield {"DATABASE_URL": address}


def suite(name: str, arguments: list[str], environment: dict[str, str]) -> Run:
    report = REPORTS / f"{name}.xml"
    report.unlink(missing_ok=True)
    started = time.monotonic()
    try:
        with database(name) as address:
            code = subprocess.run(
                [str(PYTHON), "-m", "pytest", f"--junitxml={report}", *arguments],
                check=False,
                cwd=ROOT,
                env={
                    **environment,
                    **address,
                    "COVERAGE_FILE": str(REPORTS / f"coverage.{name}"),
                },
            ).returncode
    except pgbox.NoPostgres as reason:
        say(str(reason))
        return Run(name, 1, time.monotonic() - started)
    return read_report(name, code, time.monotonic() - started, report)


def read_report(name: str, code: int, seconds: float, report: Path) -> Run:
    if not report.exists():
        return Run(name, code or 1, seconds)
    counted = {"tests": 0, "failures": 0, "errors": 0, "skipped": 0}
    for part in ElementTree.parse(report).getroot().iter("testsuite"):
        for kind in counted:
            counted[kind] += int(part.get(kind, "0"))
    failed = counted["failures"] + counted["errors"]
    passed = counted["tests"] - failed - counted["skipped"]
    return Run(name, code, seconds, passed, failed, counted["skipped"])


def pytest_arguments(given: list[str], *, prove: bool, first: bool, measured: bool) -> list[str]:
    """On the second database without what asks nothing of it, and never with coverage.

    Lines for PostgreSQL alone are named in pyproject.toml.
    """
    parallel = ["-n", "2", "--dist", "worksteal"]
    if prove:
        return [*parallel, "-m", "prove", *given]
    if given:
        return [*parallel, *given]
    if first:
        return [*parallel, "--cov", "--cov-report="] if measured else parallel
    return [*parallel, "-m", "not prove and not once"]


def environment(browser: str | None) -> dict[str, str]:
    inherited = dict(os.environ)
    for name in ("PYTHONDONTWRITEBYTECODE", "DATABASE_URL"):
        inherited.pop(name, None)
    return {**inherited, "CHROMIUM": browser or ""}


def gate() -> bool:
    """Whether what the first run covered is enough."""
    surroundings = {**os.environ, "COVERAGE_FILE": str(REPORTS / "coverage")}
    parts = [str(path) for path in REPORTS.glob("coverage.*") if path.suffix != ".json"]
    report = REPORTS / "coverage.json"
    for command in (
        ["-m", "coverage", "combine", "--quiet", *parts],
        ["-m", "coverage", "json", "--quiet", "-o", str(report)],
        ["-m", "tools.coverage_gate", str(report)],
    ):
        done = subprocess.run([str(PYTHON), *command], check=False, cwd=ROOT, env=surroundings)
        if done.returncode:
            return False
    return True


def main() -> int:
    bootstrap.enter("tools.test", dev=True)
    given = sys.argv[1:]
    prove = os.environ.get("PLF_PROVE") == "1"
    measured = os.environ.get("COVERAGE") == "1" and not given and not prove
    browser = chromium.find()
    REPORTS.mkdir(parents=True, exist_ok=True)
    for old in REPORTS.glob("coverage*"):
        old.unlink()
    runs: list[Run] = []
    for name in ("SQLite", "PostgreSQL"):
        say(f"\n=== {name} ===")
        runs.append(
            suite(
                name,
                pytest_arguments(given, prove=prove, first=not runs, measured=measured),
                environment(browser),
            )
        )
    say("")
    covered = gate() if measured and all(run.good for run in runs) else True
    for run in runs:
        say(str(run))
    good = covered and all(run.good for run in runs)
    if not any(run.passed + run.failed for run in runs):
        say("FEJL  ingen test blev kørt")
    if browser is None:
        say(NO_BROWSER)
        good = good and os.environ.get("REQUIRE_BROWSER") != "1"
    total = {kind: sum(getattr(run, kind) for run in runs) for kind in ("passed", "failed")}
    say("{passed} passed, {failed} failed".format(**total))
    return 0 if good else 1


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
