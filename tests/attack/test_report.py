"""The attack's report, and that it is today's."""

import pytest

from tests.attack.report import PATH, SHOWN, attack, written

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _quiet(caplog):
    caplog.set_level("CRITICAL", "django")


@pytest.mark.once
def test_result_of_a_forum_of_eight_leaves_two_levels_for_everybody():
    found = attack(8, everything=False)

    assert (found.people, found.answered, found.leaks) == (8, 7, 0)
    assert {line.shown for line in found.lines} == set(SHOWN)
    assert min(line.insider for line in found.lines) == 2


@pytest.mark.prove
def test_report_is_what_the_attack_finds_today():
    assert PATH.read_text("utf-8") == written()
