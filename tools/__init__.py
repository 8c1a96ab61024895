"""What `make` runs.

Modules here use the standard library only, so that they work before set-up. The rest of them is
readable for Python 3.9 and later, which then look for a supported one (`bootstrap.py`).
"""

import sys

if sys.version_info < (3, 9):  # noqa: UP036 - whatever is called python3 may start this
    sys.exit("PLF kræver Python 3.11, 3.12 eller 3.13. Installér en af dem, og prøv igen.")
