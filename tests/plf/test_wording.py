import pytest
from hypothesis import given
from hypothesis import strategies as st

from plf.lib.wording import Part, Piece, differences

pytestmark = pytest.mark.once


def test_differences_mark_the_word_that_changed():
    assert differences("Vi ser uenighed som en styrke", "Vi bruger uenighed som en styrke") == [
        Piece(Part.SAME, "Vi "),
        Piece(Part.REMOVED, "ser"),
        Piece(Part.ADDED, "bruger"),
        Piece(Part.SAME, " uenighed som en styrke"),
    ]


def test_differences_mark_a_word_that_went_out():
    assert differences("Vi baserer ikke", "Vi baserer") == [
        Piece(Part.SAME, "Vi baserer"),
        Piece(Part.REMOVED, " ikke"),
    ]


def test_differences_keep_words_together_that_changed_side_by_side():
    assert differences("Deprivatisering af praksis", "Åbne døre") == [
        Piece(Part.REMOVED, "Deprivatisering af praksis"),
        Piece(Part.ADDED, "Åbne døre"),
    ]


@given(st.text(), st.text())
def test_differences_hold_both_texts_whole(old, new):
    pieces = differences(old, new)

    assert "".join(p.text for p in pieces if p.part != Part.ADDED) == old
    assert "".join(p.text for p in pieces if p.part != Part.REMOVED) == new
