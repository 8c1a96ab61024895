"""The demo shows each case that a result can hold, and refuses to run beside real data."""

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from assessments.answers import Answer
from assessments.models import Goal, Round, RoundForum
from forums.models import Forum, Municipality
from plf.demo.build import NotADemo, build_demo
from plf.demo.invent import AGREED, POLARISED, STILL, UNKNOWN
from results import figures
from results.disclosure import Histogram, NearlyAll, Withheld, decode
from results.models import Publication
from tests.factories import MunicipalityFactory, UserFactory


@pytest.fixture(scope="module")
def demo(django_db_setup, django_db_blocker):
    """Built once for the tests that only read it, and rolled back after them."""
    with django_db_blocker.unblock(), transaction.atomic():
        build_demo(now=timezone.now())
        yield
        transaction.set_rollback(True)


def newest(forum_name: str, back: int = 0) -> dict[str, object]:
    """The cells of the forum's newest sealed round, by the goal's sentence; one atom."""
    forum = Forum.objects.get(name=forum_name)
    round_ = forum.rounds.filter(sealed_at__isnull=False).order_by("-closes_at")[back]
    goals = Goal.objects.filter(pillar__edition=round_.edition)
    rows = Publication.objects.filter(round=round_, forum=forum)
    return {
        goal.text: next(cell for row in rows if (cell := decode(row.cells[place], 5)) is not None)
        for place, goal in enumerate(goals)
    }


@pytest.mark.once
def test_demo_has_the_accounts_that_others_sign_in_with(demo):
    expected = {
        *(f"aftaleholder{n}@norddjurs.example" for n in range(1, 11)),
        *(f"afdelingsleder{n}@norddjurs.example" for n in range(1, 26)),
        *(f"skoleleder{n}@hoeje-taastrup.example" for n in range(1, 9)),
        *(f"{who}@norddjurs.example" for who in ("chef", "administrator", "laeringspartner")),
        *(f"{who}@hoeje-taastrup.example" for who in ("chef", "administrator")),
        "system@plf.example",
    }

    assert set(User.objects.values_list("email", flat=True)) == expected
    assert all(user.check_password("plf-demo") for user in User.objects.all())


@pytest.mark.once
def test_demo_has_the_rounds(demo):
    def rounds(name: str) -> list[tuple[str, bool]]:
        rows = Forum.objects.get(name=name).rounds.order_by("closes_at", "pk")
        return [(row.kind, row.sealed_at is not None) for row in rows]

    assert rounds("Lederforum") == [("confidential", True)] * 3 + [("confidential", False)]
    assert rounds("Den samlede ledergruppe") == [("confidential", True)] * 3
    assert rounds("Skoleledergruppen") == [("confidential", True)] * 3 + [("confidential", False)]
    assert rounds("Ledelsesteam, Børneby Nord") == [("shared", True)] * 2
    assert rounds("Ledelsesteam, Auning Skole") == [("shared", True), ("shared", False)]


@pytest.mark.once
def test_demo_s_open_round_has_seven_of_eleven_answers(demo):
    row = RoundForum.objects.get(forum__name="Lederforum", round__sealed_at=None)

    assert (row.invited, row.answered) == (11, 7)
    assert Answer.objects.filter(participation__round_forum=row).count() == 7
    assert not Answer.objects.filter(
        participation__user__email="aftaleholder3@norddjurs.example"
    ).exists()


@pytest.mark.once
def test_demo_has_a_near_unanimous_a_withheld_and_a_polarised_goal(demo):
    cells = newest("Lederforum")

    assert cells[AGREED] == NearlyAll("upper", 9, 5)
    assert isinstance(cells[UNKNOWN], Withheld)
    polarised = cells[POLARISED]
    assert isinstance(polarised, Histogram)
    assert polarised.counts[2] == 0
    assert min(sum(polarised.counts[:2]), sum(polarised.counts[3:])) >= 3


@pytest.mark.once
def test_demo_has_a_change_too_small_to_tell(demo):
    before, after = newest("Lederforum", 1)[STILL], newest("Lederforum")[STILL]

    change = figures.change(before, after, invited_before=11, invited_after=11)

    assert change is not None
    assert not change.clear


@pytest.mark.once
def test_demo_s_newest_result_in_the_other_municipality_waits_for_its_release(demo):
    rows = RoundForum.objects.filter(
        forum__name="Skoleledergruppen", round__sealed_at__isnull=False
    ).order_by("-round__closes_at")

    assert rows[0].released_at is None
    assert rows[0].releases_itself_at > timezone.now()


@pytest.mark.once
def test_demo_built_twice_changes_nothing(demo):
    before = Round.objects.count()

    assert build_demo(now=timezone.now()) is False
    assert Round.objects.count() == before


@pytest.mark.django_db
def test_demo_refuses_without_demo_mode(settings):
    settings.DEMO = False

    with pytest.raises(CommandError, match="DEMO is off"):
        call_command("demo")


@pytest.mark.django_db
def test_demo_refuses_beside_a_real_municipality():
    MunicipalityFactory(slug="virkelig")

    with pytest.raises(NotADemo):
        build_demo(now=timezone.now())
    with pytest.raises(CommandError):
        call_command("demo", reset=True)
    assert Municipality.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_demo_reset_builds_it_anew():
    MunicipalityFactory(slug="norddjurs", name="Ændret")
    UserFactory(email="chef@norddjurs.example", name="Ændret")

    call_command("demo", reset=True, verbosity=0)

    assert User.objects.get(email="chef@norddjurs.example").name == "Skole- og dagtilbudschef"
    assert Municipality.objects.get(slug="norddjurs").name == "Norddjurs Kommune"
