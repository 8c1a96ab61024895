"""The migrations of `results`, and more that come after them."""

import pkgutil

from results import migrations

LAST = max(name for _, name, _ in pkgutil.iter_modules(migrations.__path__))
__path__ = [*migrations.__path__, *__path__]
