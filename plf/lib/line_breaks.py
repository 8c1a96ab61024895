"""Texts of several lines: one line break, however the browser sends it."""

from collections.abc import Mapping
from typing import Any

from django import forms


def one_break(value: Any) -> Any:
    return value.replace("\r\n", "\n") if isinstance(value, str) else value


class TextOfLines(forms.Textarea):
    """Browsers send each line break as two characters, and count it as one: a text that just fits
    would be refused, and one that nobody has touched would be another."""

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> Any:
        return one_break(super().value_from_datadict(data, files, name))
