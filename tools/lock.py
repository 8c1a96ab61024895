"""Writes constraints.txt: one tried version of every package, for every supported Python."""

from __future__ import annotations

import os
import subprocess
import sys

from tools import bootstrap
from tools.bootstrap import CONSTRAINTS, DEVELOPMENT, ROOT, VENV

HEADER = """\
# Every package's tried version, for Python 3.11 to 3.13. Write it anew with: make lock
"""


def main() -> int:
    bootstrap.enter("tools.lock", dev=True)
    compiled = subprocess.run(
        [
            *(str(VENV / "bin" / "uv"), "pip", "compile", DEVELOPMENT, "--upgrade", "--quiet"),
            *("--universal", "--python-version", "3.11", "--annotation-style", "line"),
            *("--no-header", "--no-emit-index-url", "--no-emit-find-links"),
        ],
        cwd=ROOT,
        env={name: value for name, value in os.environ.items() if not name.startswith("UV_")},
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    CONSTRAINTS.write_text(HEADER + compiled.stdout, encoding="utf-8")
    bootstrap.install_if_changed(dev=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
