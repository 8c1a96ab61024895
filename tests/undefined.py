"""Makes a variable that nobody gave to one of our templates an error."""

import inspect
from pathlib import Path

from django.template.base import Node

TEMPLATES = str(Path(__file__).resolve().parent.parent / "templates")


class UndefinedVariableError(Exception):
    """A template below templates/ shows a variable that nobody gave it."""


class Undefined(str):
    """Django's `string_if_invalid`: raises for our own templates, is empty for everyone else's."""

    __slots__ = ()

    def __contains__(self, text):
        return text == "%s"  # so that Django formats it with the variable's name

    def __mod__(self, variable):
        template = rendered_template()
        if template.startswith(TEMPLATES):
            raise UndefinedVariableError(f"{{{{ {variable} }}}} in {template}")
        return ""


def rendered_template():
    """The file of the innermost node being rendered."""
    frame = inspect.currentframe()
    while frame:
        node = frame.f_locals.get("self")
        if isinstance(node, Node) and (origin := getattr(node, "origin", None)):
            return str(origin.name)
        frame = frame.f_back
    return ""
