"""Writes static/js/rate.js, the one script that pages that rate ask for: what sends, then the page.
--check says whether it is up to date.
"""

from __future__ import annotations

import sys

from tools import bootstrap
from tools.bootstrap import ROOT

JS = ROOT / "static" / "js"
OWN = ("sending.js", "rating.js")  # in this order: what comes later uses what came before
RATE = JS / "rate.js"


def rate() -> str:
    """What static/js/rate.js should say."""
    title = f"/* Written by `make js` from {' and '.join(OWN)}: change those. */\n"
    return "\n".join([title, *((JS / name).read_text("utf-8") for name in OWN)])


def main() -> int:
    bootstrap.enter("tools.scripts", dev=False)
    if "--check" in sys.argv:
        if RATE.exists() and RATE.read_text("utf-8") == rate():
            return 0
        sys.exit(f"{RATE.relative_to(ROOT)} er ikke bygget af det, der er nu: kør make js")
    RATE.write_text(rate(), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
