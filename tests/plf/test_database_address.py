"""What an administrator writes in DATABASE_URL holds."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SHOW = "import json; from plf.settings import DATABASES; print(json.dumps(DATABASES['default']))"


@pytest.mark.once
def test_options_in_the_address_are_kept_beside_ours():
    address = "postgres://plf:x@db.kommune.dk/plf?sslmode=verify-full&connect_timeout=5"

    shown = subprocess.run(
        [sys.executable, "-c", SHOW],
        check=True,
        cwd=ROOT,
        env={"SECRET_KEY": "x", "DATABASE_URL": address},
        capture_output=True,
        text=True,
    )

    assert json.loads(shown.stdout)["OPTIONS"] == {
        "sslmode": "verify-full",
        "connect_timeout": 5,
        "tcp_user_timeout": 2500,
    }
