"""One person, many seats: in several forums and municipalities, each in its own role and time."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from accounts.views import places_of
from forums.enums import Role
from forums.models import Forum, Membership, Unit
from forums.permissions import Permission, Standing, permissions_in, plannable, standings_of
from plf.lib.collation import danish_key
from tests.factories import ForumFactory, MembershipFactory, UnitFactory, UserFactory
from tests.worlds import open_round_of

DAY = timedelta(days=1)


@pytest.fixture
def assignment(cast):
    """From tomorrow, for ten days."""
    now = timezone.now()
    seat = Membership.objects.get(user=cast.facilitator)
    seat.starts_at, seat.ends_at = now + DAY, now + 11 * DAY
    seat.save()
    return now


@pytest.mark.parametrize(("day", "is_there"), [(0, False), (2, True), (10, True), (12, False)])
def test_facilitator_s_access_begins_and_ends_with_the_assignment(
    cast, client_of, assignment, day, is_there
):
    opened = open_round_of(cast.forum)
    sealed = open_round_of(cast.forum, edition=opened.round.edition, days_ago=100)
    sealed.answer([1, 2, 3, 4, 5, 3])
    sealed.seal()
    pages = [
        reverse("assessments:round", args=[opened.round.pk]),
        reverse("assessments:postpone", args=[opened.round.pk]),
        reverse("dashboards:result", args=[sealed.round.pk, cast.forum.pk]),
        reverse("dashboards:release", args=[sealed.round.pk, cast.forum.pk]),
        reverse("dashboards:result_pdf", args=[sealed.round.pk, cast.forum.pk]),
        reverse("dashboards:trend", args=[cast.forum.pk]),
    ]

    with time_machine.travel(assignment + day * DAY, tick=False):
        client = client_of(cast.facilitator)
        statuses = {client.get(page).status_code for page in pages}
        plans = client.get(reverse("assessments:plan")).status_code
        standing = standings_of(cast.facilitator, cast.forum)

    assert statuses == ({200} if is_there else {404})
    assert plans == (200 if is_there else 403)
    assert standing == ({Standing.FACILITATOR} if is_there else set())


def test_signed_in_facilitator_is_out_as_soon_as_the_assignment_ends(cast, client_of):
    opened = open_round_of(cast.forum)
    page = reverse("assessments:round", args=[opened.round.pk])
    client = client_of(cast.facilitator)
    assert client.get(page).status_code == 200

    Membership.objects.filter(user=cast.facilitator).update(ends_at=timezone.now())

    assert client.get(page).status_code == 404


def test_one_person_is_in_each_forum_what_they_are_there(cast):
    """Lead at home, facilitator for the team, chief at the neighbour's."""
    person = UserFactory()
    nabo = ForumFactory(municipality=cast.other_municipality, chief=person)
    home = ForumFactory(municipality=cast.municipality)
    MembershipFactory(forum=home, user=person, is_lead=True)
    MembershipFactory(forum=cast.team, user=person, role=Role.FACILITATOR)
    MembershipFactory(forum=nabo, user=person, role=Role.CHIEF)
    MembershipFactory(forum=cast.forum, user=person, ends_at=timezone.now() - DAY)

    assert {forum.pk: standings_of(person, forum) for forum in Forum.objects.order_by("pk")} == {
        **{forum.pk: set() for forum in Forum.objects.order_by("pk")},
        home.pk: {Standing.MEMBER, Standing.LEAD},
        cast.team.pk: {Standing.FACILITATOR},
        nabo.pk: {Standing.MEMBER, Standing.CHIEF_ABOVE},
    }
    assert Permission.RATE not in permissions_in(person, cast.team)
    assert set(plannable(person, timezone.now())) == {home, cast.team}
    assert set(Forum.objects.visible_to(person, timezone.now())) == {home, cast.team, nabo}


def test_account_names_each_seat_with_its_municipality_s_own_word(cast):
    cast.other_municipality.role_words = {"unit_head": ["skoleleder", "skoleledere"]}
    cast.other_municipality.save()
    other = ForumFactory(municipality=cast.other_municipality, name="Skolelederne")
    MembershipFactory(forum=other, user=cast.facilitator)

    seats = {(row.forum, row.municipality, row.role) for row in places_of(cast.facilitator)}

    assert seats == {
        ("Lederforum", "Testkommune", "læringspartner"),
        ("Skolelederne", "Nabokommune", "skoleleder"),
    }


def test_one_person_s_rounds_in_two_municipalities_stay_apart(cast, client_of):
    """Chief at the neighbour's and facilitator here: neither administrator sees the other's."""
    MembershipFactory(forum=cast.forum, user=cast.outsider, role=Role.FACILITATOR)
    nabo = Forum.objects.get(municipality=cast.other_municipality)
    here, there = open_round_of(cast.forum), open_round_of(nabo, kind="shared")
    pages = [reverse("assessments:round", args=[world.round.pk]) for world in (here, there)]

    def statuses(user):
        client = client_of(user)
        return [client.get(page).status_code for page in pages]

    assert statuses(cast.outsider) == [200, 200]
    assert statuses(cast.administrator) == [200, 404]


# --- Danish letters -----------------------------------------------------------------------------

NAMES = ["Zoo", "Ærø", "Østerby", "ÅKIRKEBY", "ålborg", "Aarhus"]


@pytest.mark.parametrize("term", ["åkirke", "ÅKIRKE", "Åkirkeby"])
@pytest.mark.parametrize("model", ["forums_forum", "forums_unit", "accounts_user"])
def test_search_finds_aakirkeby_whatever_its_capitals(cast, client_of, model, term):
    make = {
        "forums_forum": lambda name: ForumFactory(municipality=cast.municipality, name=name),
        "forums_unit": lambda name: UnitFactory(municipality=cast.municipality, name=name),
        "accounts_user": lambda name: MembershipFactory(forum=cast.forum, user__name=name).user,
    }[model]
    wanted = [make(name) for name in NAMES][3]

    page = client_of(cast.administrator).get(reverse(f"admin:{model}_changelist"), {"q": term})

    assert list(page.context["cl"].result_list) == [wanted]


def test_lists_are_in_danish_order(cast, client_of):
    client = client_of(cast.administrator)
    for name in reversed(NAMES):
        UnitFactory(municipality=cast.municipality, name=name)
        forum = ForumFactory(municipality=cast.municipality, name=name)
        MembershipFactory(forum=forum, user__name=name)
    lists = {}
    for model, name in (
        ("forums_forum", "name"),
        ("forums_unit", "name"),
        ("accounts_user", "name"),
    ):
        rows = client.get(reverse(f"admin:{model}_changelist")).context["cl"].result_list
        lists[model] = [getattr(row, name) for row in rows]
    lists["plannable"] = [forum.name for forum in plannable(cast.administrator, timezone.now())]
    lists["too small"] = [row.name for row in client.get("/admin/").context["page"].too_small]
    file = client.get(
        reverse("dashboards:members_file", args=[cast.municipality.pk])
    ).content.decode()
    lists["file"] = [line.split(";")[2] for line in file.splitlines()[1:]]

    assert {
        name: rows for name, rows in lists.items() if rows != sorted(rows, key=danish_key)
    } == {}
    assert all(set(NAMES) <= set(rows) for rows in lists.values())
    assert Unit.objects.count() == len(NAMES)


def test_lists_that_members_meet_are_in_danish_order(cast, client_of):
    """Forums on the account page, on the front page and the overview; the invited of a round."""
    for name in reversed(NAMES):
        forum = ForumFactory(municipality=cast.municipality, name=name, chief=cast.chief)
        MembershipFactory(forum=forum, user=cast.chief, role=Role.STAFF)
        MembershipFactory(forum=cast.forum, user__name=name)
    world = open_round_of(cast.forum)
    client = client_of(cast.chief)
    rating = client.get(reverse("assessments:rate", args=[world.round.pk, cast.forum.pk]))
    overview = client.get(reverse("dashboards:overview")).context["overview"]

    lists = {
        "account": [place.forum for place in places_of(cast.chief)],
        "invited": [
            name.removesuffix(", aftaleholder")
            for name in rating.context["invited"]
            if name.endswith(", aftaleholder")
        ],
        "overview": [forum.name for forum in overview.without],
    }

    assert {
        name: rows for name, rows in lists.items() if rows != sorted(rows, key=danish_key)
    } == {}
    assert all(set(NAMES) <= set(rows) for rows in lists.values())
