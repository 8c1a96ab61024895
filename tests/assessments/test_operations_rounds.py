from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.utils import timezone

from assessments.enums import EditionStatus, RoundKind, RoundState
from assessments.mails import dated_time
from assessments.models import Edition, Goal, Participation, Round
from assessments.operations.frameworks import copy_framework
from assessments.operations.rounds import (
    IN_COMMON,
    NO_FORUM,
    NO_MEMBERS,
    NOT_IN_USE,
    NOT_OURS,
    TAKEN,
    TOO_SMALL,
    TOO_SOON,
    RoundCannotBePlanned,
    RoundHasOpened,
    change_plan,
    open_due_rounds,
    open_round,
    others_in,
    plan_round,
    rename_round,
    too_near,
)
from audit.enums import Kind
from audit.models import Entry
from forums.enums import Role
from forums.models import Forum, Membership, Municipality
from plf.lib.local_time import COPENHAGEN
from tests.cast import make_cast
from tests.factories import EditionFactory, ForumFactory, MembershipFactory, UserFactory
from tests.worlds import open_round_of


@pytest.fixture
def now():
    return timezone.now()


@pytest.fixture
def edition(cast):
    return EditionFactory(framework__municipality=cast.municipality)


@pytest.fixture
def plan(cast, edition, now):
    def planned(*forums, **fields):
        return plan_round(
            **{
                "municipality": cast.municipality,
                "edition": edition,
                "name": "Forår",
                "kind": RoundKind.CONFIDENTIAL,
                "forums": forums,
                "opens_at": now + timedelta(days=1),
                "closes_at": now + timedelta(days=15),
                "now": now,
                **fields,
            }
        )

    return planned


def large_forum(cast, **fields):
    """A forum of seven unit heads who are in no other."""
    forum = ForumFactory(municipality=cast.municipality, **fields)
    for _ in range(7):
        MembershipFactory(forum=forum)
    return forum


def refusal_of(action, *args, **fields):
    with pytest.raises(RoundCannotBePlanned) as refusal:
        action(*args, **fields)
    return refusal.value


# --- planning -----------------------------------------------------------------------------------


def test_plan_round_keeps_it_with_its_forums(cast, plan, now):
    second = large_forum(cast)

    round_ = plan(cast.forum, second)

    assert round_.state(now) == RoundState.PLANNED
    assert set(round_.forums.order_by("pk")) == {cast.forum, second}
    assert {row.municipality for row in round_.round_forums.order_by("pk")} == {cast.municipality}


def test_plan_round_refuses_without_a_forum(plan):
    assert refusal_of(plan).code == NO_FORUM


@pytest.mark.parametrize("status", [EditionStatus.DRAFT, EditionStatus.RETIRED])
def test_plan_round_refuses_an_edition_that_is_not_in_use(cast, plan, status):
    edition = EditionFactory(framework__municipality=cast.municipality, status=EditionStatus.DRAFT)
    edition.status = status

    assert refusal_of(plan, cast.forum, edition=edition).code == NOT_IN_USE


def test_plan_round_refuses_another_municipality_s_framework(cast, plan):
    edition = EditionFactory(framework__municipality=cast.other_municipality)

    assert refusal_of(plan, cast.forum, edition=edition).code == NOT_IN_USE


def test_plan_round_takes_a_shared_framework(cast, plan):
    assert plan(cast.forum, edition=EditionFactory(framework__municipality=None)).pk


def test_plan_round_refuses_another_municipality_s_forum(cast, plan):
    other = Forum.objects.get(municipality=cast.other_municipality)

    assert refusal_of(plan, cast.forum, other).code == NOT_OURS


def test_plan_round_refuses_to_close_before_it_opens(cast, plan, now):
    with pytest.raises(ValidationError):
        plan(cast.forum, closes_at=now)

    assert not Round.objects.exists()


def test_plan_round_refuses_a_forum_with_nobody_to_invite(cast, plan):
    empty = ForumFactory(municipality=cast.municipality, name="Helt nyt forum")

    refusal = refusal_of(plan, cast.team, empty, kind=RoundKind.SHARED)

    assert refusal.code == NO_MEMBERS
    assert "Helt nyt forum" in refusal.message


def test_plan_round_refuses_a_forum_whose_only_member_is_a_chief_left_out(cast, plan):
    alone = MembershipFactory(forum__municipality=cast.municipality, role=Role.CHIEF).forum

    refusal = refusal_of(plan, alone, kind=RoundKind.SHARED, invites_chief=False)

    assert refusal.code == NO_MEMBERS
    assert plan(alone, kind=RoundKind.SHARED).pk


# --- one round at a time ------------------------------------------------------------------------


@pytest.mark.parametrize("kind", list(RoundKind))
def test_the_same_plan_sent_twice_is_one_round(cast, plan, kind):
    second = large_forum(cast)
    first = plan(cast.forum, second, kind=kind)

    assert plan(second, cast.forum, kind=kind) == first

    assert Round.objects.count() == 1
    assert Entry.objects.filter(kind=Kind.ROUND_PLANNED).count() == 1


@pytest.mark.parametrize("kind", list(RoundKind))
@pytest.mark.parametrize("opened", [False, True])
def test_plan_round_refuses_a_forum_that_is_in_a_round_at_that_time(cast, plan, now, kind, opened):
    first = plan(cast.forum, name="Jul", kind=kind)
    if opened:
        open_round(round_=first, now=now)

    refusal = refusal_of(plan, cast.forum, kind=RoundKind.SHARED)

    assert refusal.code == TAKEN
    assert "Lederforum" in refusal.message
    assert "Jul" in refusal.message


def test_refusal_says_when_the_other_round_is(cast, plan):
    opens_at = datetime(2027, 11, 23, 8, tzinfo=COPENHAGEN)
    times = {"opens_at": opens_at, "closes_at": opens_at + timedelta(days=14)}
    plan(cast.team, kind=RoundKind.SHARED, **times)

    refusal = refusal_of(plan, cast.team, kind=RoundKind.SHARED, name="En anden", **times)

    assert "23. november – 7. december 2027" in refusal.message


def test_another_time_another_forum_and_another_edition_are_free(cast, plan, now):
    first = plan(cast.team, kind=RoundKind.SHARED)
    after = {"opens_at": first.closes_at, "closes_at": first.closes_at + timedelta(days=9)}
    other = EditionFactory(framework__municipality=cast.municipality)

    plan(cast.team, kind=RoundKind.SHARED, **after)
    plan(cast.forum, kind=RoundKind.SHARED)
    plan(cast.team, kind=RoundKind.SHARED, edition=other)

    assert Round.objects.count() == 4


def test_change_plan_refuses_the_time_of_another_round_and_not_its_own(cast, plan, now):
    first = plan(cast.team, kind=RoundKind.SHARED)
    later = {"opens_at": first.closes_at, "closes_at": first.closes_at + timedelta(days=9)}
    second = plan(cast.team, kind=RoundKind.SHARED, **later)
    second.closes_at += timedelta(days=1)

    change_plan(round_=second, forums=[cast.team], now=now)
    second.opens_at -= timedelta(minutes=1)
    refusal = refusal_of(change_plan, round_=second, forums=[cast.team], now=now)

    assert refusal.code == TAKEN


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("names", [["Jul"] * 4, ["Jul", "Sommer"] * 2], ids=["same", "other"])
@pytest.mark.parametrize("kind", list(RoundKind))
def test_plans_at_the_same_moment_make_one_round(kind, names):
    cast, now = make_cast(), timezone.now()
    edition = EditionFactory(framework__municipality=cast.municipality)
    start = Barrier(len(names))

    def plan(name):
        start.wait()
        try:
            return plan_round(
                municipality=cast.municipality,
                edition=edition,
                name=name,
                kind=kind,
                forums=[cast.forum],
                opens_at=now + timedelta(days=1),
                closes_at=now + timedelta(days=15),
                now=now,
            ).pk
        except RoundCannotBePlanned as refusal:
            return refusal.code
        finally:
            connection.close()

    with ThreadPoolExecutor(len(names)) as threads:
        became = list(threads.map(plan, names))

    made = Round.objects.get()
    refused = len(names) - names.count(made.name)
    assert (became.count(made.pk), became.count(TAKEN)) == (names.count(made.name), refused)


# --- confidentiality: size ----------------------------------------------------------------------


def test_a_municipality_that_shows_nothing_under_ten_plans_nothing_that_could_not_be_shown(
    cast, plan
):
    """Ten answers are shown, so that it takes eleven to leave room for one who abstains."""
    forum = large_forum(cast)
    for _ in range(3):
        MembershipFactory(forum=forum)
    Municipality.objects.filter(pk=cast.municipality.pk).update(smallest_group=10)
    cast.municipality.refresh_from_db()

    refusal = refusal_of(plan, forum)
    MembershipFactory(forum=forum)

    assert refusal.code == TOO_SMALL
    assert "11" in refusal.message
    assert plan(forum).pk


def test_others_in_counts_all_but_whoever_is_alone_at_the_top(cast, now):
    two_chiefs = large_forum(cast)
    MembershipFactory(forum=two_chiefs, role=Role.CHIEF)
    MembershipFactory(forum=two_chiefs, role=Role.CHIEF)
    empty = ForumFactory(municipality=cast.municipality)

    counted = others_in([cast.forum, cast.team, two_chiefs, empty], now)

    assert [others for _, others in counted] == [8, 1, 9, 0]


def test_confidential_round_needs_six_besides_the_one_at_the_top(cast, plan, now):
    heads = Membership.objects.filter(forum=cast.forum, role=Role.UNIT_HEAD).order_by("-pk")
    heads.filter(pk__in=list(heads.values_list("pk", flat=True)[:2])).update(ends_at=now)
    assert plan(cast.forum).pk
    Round.objects.all().delete()

    heads.filter(pk=heads.filter(ends_at=None)[0].pk).update(ends_at=now)

    refusal = refusal_of(plan, cast.forum)
    assert refusal.code == TOO_SMALL
    assert "Lederforum" in refusal.message
    assert "5" in refusal.message


def test_shared_round_is_for_any_size_and_any_members(cast, plan):
    assert plan(cast.forum, cast.team, kind=RoundKind.SHARED).pk


# --- confidentiality: nobody is asked twice -----------------------------------------------------


def test_confidential_round_refuses_forums_with_a_member_in_common(cast, plan):
    second = large_forum(cast)
    MembershipFactory(forum=second, user=cast.unit_head)

    assert refusal_of(plan, cast.forum, second).code == IN_COMMON


@pytest.mark.parametrize(("days", "refused"), [(59, True), (61, False)])
def test_confidential_round_waits_sixty_days_after_the_one_before(
    cast, plan, edition, now, days, refused
):
    world = open_round_of(cast.forum, edition=edition, days_ago=days + 15, name="Efterår")
    opens_at = now

    if refused:
        refusal = refusal_of(plan, cast.forum, opens_at=opens_at)
        assert refusal.code == TOO_SOON
        assert "Efterår" in refusal.message
        assert dated_time(world.round.closes_at + timedelta(days=60)) in refusal.message
    else:
        assert plan(cast.forum, opens_at=opens_at).pk


def test_sixty_days_hold_for_a_shared_member_of_another_forum(cast, plan, edition):
    open_round_of(cast.forum, edition=edition)
    second = large_forum(cast)
    assert plan(second).pk
    Round.objects.filter(opened_at=None).delete()

    MembershipFactory(forum=second, user=cast.unit_head)

    assert refusal_of(plan, second).code == TOO_SOON


def test_first_possible_opening_is_possible_and_a_minute_before_is_not(cast, plan, edition):
    world = open_round_of(cast.forum, edition=edition, days_ago=40)
    first = world.round.closes_at + timedelta(days=60)
    fields = {"closes_at": first + timedelta(days=14)}

    refusal = refusal_of(plan, cast.forum, opens_at=first - timedelta(minutes=1), **fields)

    assert refusal.code == TOO_SOON
    assert plan(cast.forum, opens_at=first, **fields).pk


@pytest.mark.parametrize(("changed", "refused"), [(0, True), (3, True), (4, False)])
def test_sixty_days_hold_for_a_copy_of_the_framework_while_a_goal_is_the_same(
    cast, plan, edition, changed, refused
):
    """Asked twice about the same sentence is asked twice, whatever the framework is called."""
    copy = copy_framework(edition=edition, municipality=cast.municipality, slug="kopi", name="Kopi")
    goals = list(Goal.objects.filter(pillar__edition=copy).order_by("pk"))
    for goal in goals:
        goal.text = f"  {goal.text.upper()} "
    for goal in goals[:changed]:
        goal.text = f"Noget andet end {goal.text}"
    Goal.objects.bulk_update(goals, ["text"])
    Edition.objects.filter(pk=copy.pk).update(status=EditionStatus.IN_USE)
    copy.refresh_from_db()
    open_round_of(cast.forum, edition=edition)

    if refused:
        assert refusal_of(plan, cast.forum, edition=copy).code == TOO_SOON
    else:
        assert plan(cast.forum, edition=copy).pk


def test_rounds_that_ask_none_of_the_members_cost_nothing(
    cast, plan, edition, django_assert_num_queries
):
    """A country plans in the same weeks: what is asked follows who is in common."""
    round_ = plan(cast.forum)
    for number in range(3):
        elsewhere = large_forum(cast, name=f"Et andet sted {number}")
        open_round_of(elsewhere, edition=edition)
    members = {user.pk for user in cast.members}

    with django_assert_num_queries(1):
        assert too_near(round_, members, timezone.now()) is None


def test_round_of_another_municipality_is_not_named(cast, plan):
    """Who administers one municipality learns nothing of a round in another but when it ends."""
    shared = EditionFactory(framework__municipality=None)
    elsewhere = ForumFactory(municipality=cast.other_municipality)
    MembershipFactory(forum=elsewhere, user=cast.unit_head)
    open_round_of(elsewhere, edition=shared, name="Hemmelig runde")

    refusal = refusal_of(plan, cast.forum, edition=shared)

    assert (refusal.code, "Hemmelig" in refusal.message) == (TOO_SOON, False)


def test_sixty_days_hold_backwards_for_a_round_that_is_only_planned(cast, plan, now):
    plan(
        cast.forum,
        opens_at=now + timedelta(days=40),
        closes_at=now + timedelta(days=50),
        name="Senere",
    )

    refusal = refusal_of(plan, cast.forum)

    assert (refusal.code, "Senere" in refusal.message) == (TOO_SOON, True)


def test_sixty_days_count_those_who_were_invited_not_those_who_came_later(cast, plan, edition):
    world = open_round_of(cast.forum, edition=edition)
    Participation.objects.filter(round_forum=world.round_forum, user=cast.unit_head).delete()
    second = large_forum(cast)
    MembershipFactory(forum=second, user=cast.unit_head)

    assert plan(second).pk


def test_other_frameworks_and_shared_rounds_do_not_count(cast, plan, edition):
    open_round_of(cast.forum)
    open_round_of(cast.forum, edition=edition, kind=RoundKind.SHARED, days_ago=20)

    assert plan(cast.forum).pk


# --- changing a plan ----------------------------------------------------------------------------


def test_change_plan_keeps_other_forums_and_times(cast, plan, now):
    round_ = plan(cast.forum)
    second = large_forum(cast)
    round_.name = "Sommer"

    change_plan(round_=round_, forums=[second, cast.forum], now=now)
    change_plan(round_=round_, forums=[second], now=now)

    assert list(Round.objects.get(name="Sommer").forums.order_by("pk")) == [second]


def test_change_plan_refuses_as_planning_does_and_keeps_the_old(cast, plan, now):
    round_ = plan(cast.forum)

    assert refusal_of(change_plan, round_=round_, forums=[cast.team], now=now).code == TOO_SMALL

    assert list(round_.forums.order_by("pk")) == [cast.forum]


def test_change_plan_refuses_once_open(cast, plan, now):
    round_ = plan(cast.forum)
    open_round(round_=round_, now=now)

    with pytest.raises(RoundHasOpened):
        change_plan(round_=round_, forums=[cast.forum], now=now)


def test_rename_round_changes_the_name_alone(cast, plan):
    round_ = plan(cast.forum)
    round_.release_delay_days = 90

    rename_round(round_=round_, name="Nyt navn")

    kept = Round.objects.get(pk=round_.pk)
    assert (kept.name, kept.release_delay_days) == ("Nyt navn", 14)


# --- opening ------------------------------------------------------------------------------------


def test_open_round_invites_all_who_rate_in_their_role(cast, plan, now):
    round_ = plan(cast.forum)

    assert open_round(round_=round_, now=now)

    invited = Participation.objects.filter(round_forum__round=round_).order_by("pk")
    assert {row.user for row in invited} == set(cast.members)
    assert invited.get(user=cast.chief).role == Role.CHIEF
    assert round_.round_forums.get().invited == 9
    assert round_.opened_at == now


def test_open_round_keeps_the_threshold_that_is_promised(cast, plan, now):
    cast.municipality.smallest_group = 6
    cast.municipality.save()
    round_ = plan(cast.forum)

    open_round(round_=round_, now=now)

    round_.refresh_from_db()
    assert round_.smallest_group == 6


def test_open_round_twice_invites_once(cast, plan, now):
    round_ = plan(cast.forum)
    open_round(round_=round_, now=now)

    assert not open_round(round_=round_, now=now)

    assert Participation.objects.filter(round_forum__round=round_).count() == 9


def test_open_round_of_teams_invites_each_team(cast, plan, now):
    emptied = ForumFactory(municipality=cast.municipality)
    last = MembershipFactory(forum=emptied)
    round_ = plan(cast.team, emptied, kind=RoundKind.SHARED)
    Membership.objects.filter(pk=last.pk).update(ends_at=now)

    open_round(round_=round_, now=now)

    assert sorted(round_.round_forums.order_by("pk").values_list("invited", flat=True)) == [0, 2]


def test_open_round_waits_where_nobody_is_left_to_invite(cast, plan, now):
    round_ = plan(cast.team, kind=RoundKind.SHARED)
    Membership.objects.filter(forum=cast.team).update(ends_at=now)

    assert refusal_of(open_round, round_=round_, now=now).code == NO_MEMBERS

    assert Round.objects.get(pk=round_.pk).opened_at is None


def test_open_round_refuses_where_members_have_left_since(cast, plan, now):
    round_ = plan(cast.forum)
    Membership.objects.filter(forum=cast.forum, role=Role.UNIT_HEAD).update(ends_at=now)

    assert refusal_of(open_round, round_=round_, now=now).code == TOO_SMALL

    assert Round.objects.get(pk=round_.pk).opened_at is None
    assert not Participation.objects.filter(round_forum__round=round_).exists()


def test_open_due_rounds_opens_what_is_due_and_nothing_else(cast, plan, now):
    due = plan(cast.forum)
    second = large_forum(cast)
    plan(second, opens_at=now + timedelta(days=9))

    opened = open_due_rounds(now=now + timedelta(days=2))

    assert opened == 1
    assert list(Round.objects.filter(opened_at__isnull=False)) == [due]


def test_open_due_rounds_passes_over_one_that_may_not_open(cast, plan, now):
    small = plan(cast.forum)
    fine = plan(large_forum(cast))
    Membership.objects.filter(forum=cast.forum, role=Role.UNIT_HEAD).update(ends_at=now)

    assert open_due_rounds(now=now + timedelta(days=2)) == 1

    assert Round.objects.get(pk=small.pk).opened_at is None
    assert Round.objects.get(pk=fine.pk).opened_at is not None


def test_open_due_rounds_opens_nothing_whose_time_went_by(cast, plan, now):
    plan(cast.forum)

    assert open_due_rounds(now=now + timedelta(days=16)) == 0


def test_a_round_keeps_the_members_of_its_opening(cast, plan, now):
    round_ = plan(cast.forum)
    open_round(round_=round_, now=now)

    MembershipFactory(forum=cast.forum, user=UserFactory())

    assert Participation.objects.filter(round_forum__round=round_).count() == 9
