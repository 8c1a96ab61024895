"""The virtual environment: made once, renewed when the requirement files change.

Runs under whatever `python3` is, so it keeps to syntax and modules that an older Python knows,
and to one clear line for each thing that can be missing.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

SUPPORTED = ((3, 13), (3, 12), (3, 11))
ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
CONSTRAINTS = ROOT / "constraints.txt"
RUNTIME, DEVELOPMENT = "requirements.txt", "requirements-dev.txt"


def enter(module: str, *, dev: bool) -> None:
    """Go on as the same command under the virtual environment's Python, made ready first."""
    inside = Path(sys.prefix) == VENV
    if not inside:
        make_environment()
    install_if_changed(dev=dev)
    if not inside:
        os.chdir(ROOT)
        sys.stdout.flush()
        os.execv(PYTHON, [str(PYTHON), "-m", module, *sys.argv[1:]])


def make_environment() -> None:
    # pip is the last thing that venv puts there: with it, the environment is whole.
    if os.access(PYTHON, os.X_OK) and (VENV / "bin" / "pip").exists():
        return
    python = supported_python()
    if not succeeds([python, "-c", "import venv, ensurepip"]):
        sys.exit(
            "Python mangler modulet venv. Installér det (Debian/Ubuntu: sudo apt install "
            "python3-venv), og prøv igen."
        )
    say("Laver et virtuelt Python-miljø i .venv …")
    made = subprocess.run(
        [python, "-m", "venv", "--clear", str(VENV)],
        check=False,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    if made.returncode:
        sys.exit(f"Det virtuelle miljø kunne ikke laves: {reason(made.stdout)}")


def supported_python() -> str:
    if sys.version_info[:2] in SUPPORTED:
        return sys.executable
    for version in SUPPORTED:
        found = shutil.which("python%d.%d" % version)
        if found and succeeds([found, "--version"]):
            return found
    sys.exit(
        "PLF kræver Python 3.11, 3.12 eller 3.13; python3 er her {}.{}. "
        "Installér en af dem, og prøv igen.".format(*sys.version_info[:2])
    )


def install_if_changed(*, dev: bool) -> None:
    wanted = [RUNTIME, DEVELOPMENT] if dev else [RUNTIME]
    stale = [name for name in wanted if read_stamp(name) != fingerprint(name)]
    if not stale:
        return
    say("Henter pakker (kun første gang, og når kravene ændrer sig) …")
    install([argument for name in stale for argument in ("-r", str(ROOT / name))])
    for name in wanted:
        stamp(name).write_text(fingerprint(name), encoding="ascii")


def install(requirements: list[str]) -> None:
    """uv takes seconds where pip takes a minute; where uv cannot be had or fails, pip does it."""
    pip = [str(PYTHON), "-m", "pip", "--disable-pip-version-check", "install", "--prefer-binary"]
    constrained = ["-c", str(CONSTRAINTS), *requirements]
    uv = [str(VENV / "bin" / "uv"), "pip", "install", "--python", str(PYTHON)]
    patience = {**os.environ, "UV_HTTP_TIMEOUT": "30", "UV_HTTP_RETRIES": "1"}
    if succeeds([*pip, "-c", str(CONSTRAINTS), "uv"]) and succeeds(
        [*uv, *constrained], env=patience
    ):
        return
    installed = subprocess.run(
        [*pip, *constrained],
        check=False,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    if installed.returncode:
        sys.exit(f"Pakkerne kunne ikke hentes: {reason(installed.stdout)}")


def fingerprint(name: str) -> str:
    files = (RUNTIME, CONSTRAINTS.name) if name == RUNTIME else (RUNTIME, name, CONSTRAINTS.name)
    content = b"\0".join((ROOT / file).read_bytes() for file in files)
    return hashlib.sha256(content).hexdigest()


def stamp(name: str) -> Path:
    return VENV / f"{name}.sha256"


def read_stamp(name: str) -> str:
    return stamp(name).read_text(encoding="ascii") if stamp(name).exists() else ""


def succeeds(command: list[str], env: dict[str, str] | None = None) -> bool:
    try:
        done = subprocess.run(
            command, check=False, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
    except OSError:
        return False
    return done.returncode == 0


def reason(output: str) -> str:
    """The one line that says why: the first error, else the last thing said."""
    lines = output.strip().splitlines() or ["ukendt fejl"]
    return next((line for line in lines if line.startswith("ERROR")), lines[-1])


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()
