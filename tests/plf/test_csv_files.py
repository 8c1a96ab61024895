"""A file that is opened in a spreadsheet holds words, and no formula."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plf.lib.csv_files import csv_lines, defused

pytestmark = pytest.mark.once


@given(st.text())
def test_defused_text_begins_no_formula(text):
    begins = defused(text).lstrip(" \u00a0\ufeff")[:1]

    assert begins not in {"=", "+", "-", "−", "＝", "@", "\t", "\r"}


@pytest.mark.parametrize("text", ["a=b", "", "5", "–", "»=«", "Vi er + andre"])
def test_harmless_text_is_left_alone(text):
    assert defused(text) == text


def test_lines_are_those_of_a_danish_spreadsheet():
    lines = csv_lines([("Navn", "Forum"), ("Åse; Bo", "−1"), ()])

    assert list(lines) == ["\ufeff", "Navn;Forum\r\n", '"Åse; Bo";\'−1\r\n', "\r\n"]
