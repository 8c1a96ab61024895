"""Collects the texts to translate and compiles them; --check says what is missing or stale.

The .mo files are committed, so that a machine without gettext can run everything.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tools import bootstrap, catalogue
from tools.bootstrap import PYTHON, ROOT, say

LANGUAGE = "da"
FOLDER = Path("locale") / LANGUAGE / "LC_MESSAGES"
# Where texts are: everything else (the environment, the tests) has none to translate.
SOURCES = (
    *("plf", "audit", "accounts", "forums", "assessments", "results", "followup", "dashboards"),
    *("templates", "static", "locale", "manage.py"),
)
COLLECT = ("makemessages", "-l", LANGUAGE, "--no-obsolete", "--no-wrap", "--add-location", "file")
IGNORED = ("--ignore", ".venv", "--ignore", "var", "--ignore", "tests", "--ignore", "tools")


def collect(root: Path) -> None:
    environment = {
        "SECRET_KEY": "kun-til-tekster",
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "plf.settings",
    }
    subprocess.run(
        [str(PYTHON), "manage.py", *COLLECT, *IGNORED],
        check=True,
        cwd=root,
        env=environment,
        stdout=subprocess.DEVNULL,
    )


def compile_catalogues() -> None:
    for path in (ROOT / FOLDER).glob("*.po"):
        subprocess.run(
            ["msgfmt", "--check-format", "-o", str(path.with_suffix(".mo")), str(path)], check=True
        )


def shortcomings(folder: Path) -> list[str]:
    """What the committed catalogues lack, read without gettext."""
    found = []
    for path in sorted(folder.glob("*.po")):
        texts = list(catalogue.entries(path))
        found += [
            f"{path.name}: »{text.original}« {'er usikker (fuzzy)' if text.fuzzy else 'mangler'}"
            for text in texts
            if not text.complete
        ]
        binary = path.with_suffix(".mo")
        if not binary.exists() or catalogue.compiled(binary) != catalogue.expected(texts):
            found.append(f"{binary.name} er ikke bygget af {path.name}: kør make messages")
    return found or ([] if list(folder.glob("*.po")) else [f"{FOLDER}: ingen .po-fil"])


def uncollected() -> list[str]:
    """Texts in the code that no catalogue has, found by collecting anew in a copy."""
    with tempfile.TemporaryDirectory(prefix="plf-messages-") as scratch:
        for name in SOURCES:
            if (ROOT / name).is_dir():
                shutil.copytree(ROOT / name, Path(scratch, name))
            elif (ROOT / name).exists():
                shutil.copy(ROOT / name, scratch)
        before = keys(ROOT)
        collect(Path(scratch))
        return [
            f"»{original}« er ikke samlet i {name}: kør make messages"
            for name, original in sorted(keys(Path(scratch)) - before)
        ]


def keys(root: Path) -> set[tuple[str, str]]:
    return {
        (path.name, entry.key)
        for path in (root / FOLDER).glob("*.po")
        for entry in catalogue.entries(path)
    }


def check() -> int:
    found = shortcomings(ROOT / FOLDER)
    if shutil.which("xgettext"):
        found += uncollected()
    else:
        say("gettext er ikke installeret: om alle tekster er samlet, er ikke undersøgt.")
    for line in found:
        say(line)
    return 1 if found else 0


def main() -> int:
    bootstrap.enter("tools.messages", dev=True)
    if "--check" in sys.argv:
        return check()
    if not shutil.which("xgettext"):
        sys.exit("gettext mangler. Installér den (Debian: sudo apt install gettext), og prøv igen.")
    collect(ROOT)
    compile_catalogues()
    return 0


if __name__ == "__main__":
    sys.exit(main())
