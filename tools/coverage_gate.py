"""How much of the code the tests must reach, counted in lines and branches.

What must never be wrong is covered wholly; the rest nearly so. Reads coverage's JSON report.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from fnmatch import fnmatch
from pathlib import Path
from textwrap import shorten
from typing import Any

from tools.bootstrap import say

WHOLLY = (
    "results/disclosure.py",
    "results/figures.py",
    "results/seal.py",
    "forums/permissions.py",
    "*/operations.py",
    "*/operations/*.py",
)
ELSEWHERE = 95.0


def verdicts(files: Mapping[str, Any]) -> tuple[list[str], float]:
    """What is missing where nothing may be, and the percentage of all the rest together."""
    shortcomings = [
        f"{pattern}: findes ikke i rapporten"
        for pattern in WHOLLY
        if "*" not in pattern and pattern not in files
    ]
    reached = reachable = 0
    for name, file in sorted(files.items()):
        summary = file["summary"]
        if any(fnmatch(name, pattern) for pattern in WHOLLY):
            if summary["missing_lines"] or summary["missing_branches"]:
                shortcomings.append(f"{name}: {gaps(file)}")
        else:
            reached += summary["covered_lines"] + summary["covered_branches"]
            reachable += summary["num_statements"] + summary["num_branches"]
    return shortcomings, 100 * reached / reachable if reachable else 0.0


def gaps(file: Mapping[str, Any]) -> str:
    lines = ", ".join(str(line) for line in file["missing_lines"])
    branches = ", ".join(f"{start}→{end}" for start, end in file["missing_branches"])
    told = [lines and f"linje {lines}", branches and f"gren {branches}"]
    return shorten("; ".join(part for part in told if part), 160, placeholder=" …")


def least_covered(files: Mapping[str, Any]) -> list[str]:
    """Where the most is to be won."""
    missed = {
        name: len(file["missing_lines"]) + len(file["missing_branches"])
        for name, file in files.items()
        if not any(fnmatch(name, pattern) for pattern in WHOLLY)
    }
    worst = sorted((name for name in missed if missed[name]), key=lambda name: -missed[name])
    return [f"{name}: {gaps(files[name])}" for name in worst[:15]]


def main(report: str) -> int:
    files = json.loads(Path(report).read_text(encoding="utf-8"))["files"]
    shortcomings, elsewhere = verdicts(files)
    for shortcoming in shortcomings:
        say(f"FEJL  dækningen skal være 100 %: {shortcoming}")
    enough = elsewhere >= ELSEWHERE
    if not enough:
        for line in least_covered(files):
            say(f"      {line}")
    verdict = "ok   " if enough and not shortcomings else "FEJL "
    strict = "100 %" if not shortcomings else f"mangler i {len(shortcomings)} filer"
    say(f"{verdict} dækning     {strict}, hvor det kræves; {elsewhere:.1f} % af resten (mindst 95)")
    return 0 if enough and not shortcomings else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
