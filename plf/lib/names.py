"""What a name and an address may hold, wherever one is written."""

import unicodedata
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from plf.lib.cpr import looks_like_cpr

# Line breaks and the like: they stand in subjects of mails, and no form shows them.
UNSEEN = frozenset({"Cc", "Zl", "Zp"})
# What a spreadsheet takes for the beginning of a formula.
FORMULA = ("=", "+", "-", "@")


class NamedForm:
    """Goes before a form that has a name."""

    cleaned_data: dict[str, Any]

    def clean_name(self) -> str:
        return plain_name(self.cleaned_data["name"])


def plain_name(text: str) -> str:
    """The name; refused with ValidationError where a personal number or a line break is in it."""
    if looks_like_cpr(text):
        raise ValidationError(_("This looks like a CPR number. Write the name alone."))
    if any(unicodedata.category(sign) in UNSEEN for sign in text):
        raise ValidationError(
            _(
                "There is a line break or another character in it that cannot be seen. "
                "Write it on one line."
            )
        )
    return text


def plain_address(text: str) -> str:
    """The e-mail address; refused with ValidationError where a spreadsheet would work it out."""
    if is_formula(text):
        raise ValidationError(_("An e-mail address cannot begin with =, +, - or @."))
    return text


def is_formula(text: str) -> bool:
    return text.startswith(FORMULA)
