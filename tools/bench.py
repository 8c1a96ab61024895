"""Measures the product against the budgets, beside the least Django that does the same.

Prints every row that one machine can show, with its bar, its ambition and a verdict; docs/
performance.md says what each is. --full has the whole country counted by the product itself,
--deadline keeps the country's deadline hour up for ten minutes.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from tools import bootstrap, pgbox
from tools.bootstrap import PYTHON, ROOT, say

SET_UP = (
    ["manage.py", "migrate", "--verbosity=0"],
    ["manage.py", "collectstatic", "--noinput", "--verbosity=0"],
)


def main() -> int:
    bootstrap.enter("tools.bench", dev=True)
    from tests.bench.first_start import seconds_to_first_page  # noqa: PLC0415 -- with its packages
    from tests.bench.servers import production  # noqa: PLC0415 -- likewise

    started = [f"--started={seconds:.1f}" for seconds in seconds_to_first_page()]
    try:
        with (
            tempfile.TemporaryDirectory(prefix="plf-bench-") as scratch,
            pgbox.server() as address,
        ):
            surroundings = production(Path(scratch), address)
            for command in SET_UP:
                subprocess.run([str(PYTHON), *command], check=True, cwd=ROOT, env=surroundings)
            command = [str(PYTHON), "-m", "tests.bench.run", *started, *sys.argv[1:]]
            return subprocess.call(command, cwd=ROOT, env=surroundings)
    except pgbox.NoPostgres as reason:
        say(str(reason))
        return 1


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
