"""The numbers of rows, in addresses and in what is sent."""

import re

from django.urls.converters import IntConverter

# One that no database can hold is of no row.
KEY = re.compile(r"[0-9]{1,18}")


class KeyConverter(IntConverter):
    """A row's number in an address, `<key:…>`: any longer is not found."""

    regex = KEY.pattern
