"""How figures and times are written."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.utils import translation

from plf.lib import danish
from plf.lib.rounding import rounded

pytestmark = pytest.mark.once


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (3.65, "3.7"),
        (3.6499999999999995, "3.7"),
        (3.64999, "3.6"),
        (2.25, "2.3"),
        (41 / 11, "3.7"),
        (5, "5.0"),
        (0.25, "0.3"),
        (-0.25, "-0.3"),
        (-0.04, "0.0"),
        (0.0, "0.0"),
    ],
)
def test_rounded_goes_half_up_to_one_decimal(value: float, text: str) -> None:
    assert str(rounded(value)) == text
    assert rounded(value) == Decimal(text)


@pytest.mark.parametrize(
    ("language", "number", "change", "time"),
    [
        ("da", "3,7", "\N{MINUS SIGN}0,5", "kl.\N{NO-BREAK SPACE}10.32"),
        ("en", "3.7", "\N{MINUS SIGN}0.5", "at\N{NO-BREAK SPACE}10:32"),
    ],
)
def test_figures_and_times_are_written_in_the_language_of_the_page(language, number, change, time):
    moment = datetime(2026, 3, 12, 9, 32, tzinfo=UTC)

    with translation.override(language):
        written = danish.number(3.65), danish.signed(-0.45), danish.clock(moment)

    assert written == (number, change, time)


def test_a_change_that_rounds_to_nothing_has_no_sign():
    assert danish.signed(-0.04) == "0,0"
    assert danish.signed(0.25) == "+0,3"


@pytest.mark.parametrize(
    ("sentence", "goes_on"),
    [
        ("Har fælles visioner", "… har fælles visioner"),
        ("Øver os", "… øver os"),
        ("PLF er vores", "… PLF er vores"),
        ("I", "… i"),
    ],
)
def test_a_sentence_that_goes_on_begins_small(sentence, goes_on):
    assert danish.continued(sentence) == goes_on


@pytest.mark.parametrize(
    ("to_one", "to_several"),
    [
        (
            "I hvor høj grad oplever du, at vi i vores ledelsesteam lykkes med dette?",
            "I hvor høj grad oplever I, at I i jeres ledelsesteam lykkes med dette?",
        ),
        ("Hvad siger dit hjerte dig om os?", "Hvad siger jeres hjerte jer om jer?"),
        ("Vores mål: Synes du, de er nået?", "Jeres mål: Synes I, de er nået?"),
        ("Hvor godt passer dette på jeres kommune?", "Hvor godt passer dette på jeres kommune?"),
        ("Vi-teamet og duen videregiver", "Vi-teamet og duen videregiver"),
    ],
)
def test_a_question_to_one_becomes_one_to_several(to_one, to_several):
    assert danish.to_several(to_one) == to_several
