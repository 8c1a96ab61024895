"""A round's page: where it stands, and what can be done with it."""

import unicodedata
from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from accounts.models import Mail
from assessments.answers import Answer
from assessments.enums import RoundKind
from assessments.models import Participation, Round, RoundForum
from forums.models import Forum
from plf.lib.local_time import write_time
from tests.factories import (
    ForumFactory,
    MailFactory,
    MembershipFactory,
    RoundForumFactory,
)
from tests.pages import form_of
from tests.worlds import open_round_of

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def world(cast):
    return open_round_of(cast.forum, name="Forår 2027")


def url_of(world, name: str = "round") -> str:
    return reverse(f"assessments:{name}", args=[world.round.pk])


def page_of(client, world) -> str:
    response = client.get(url_of(world))
    assert response.templates[0].name == "assessments/round.html"
    return response.content.decode()


def moment(when) -> dict[str, str]:
    return {
        "closes_at_day": f"{timezone.localtime(when):%Y-%m-%d}",
        "closes_at_time": write_time(when),
    }


def levels(response) -> list[str]:
    return [message.level_tag for message in response.context["messages"]]


# --- a round that does not open -----------------------------------------------------------------


@pytest.fixture
def late(cast):
    """The team's shared round, an hour late."""
    return RoundForumFactory(
        forum=cast.team,
        round__kind=RoundKind.SHARED,
        round__opens_at=timezone.now() - timedelta(hours=1),
        round__opened_at=None,
    )


@pytest.mark.parametrize(
    ("members_left", "days", "said"),
    [
        (True, 0, "Den åbner om få minutter."),
        (False, 0, "Der er ingen at invitere."),
        (True, 30, "Tiden er gået."),
    ],
)
def test_round_that_is_late_says_what_keeps_it(cast, client_of, late, members_left, days, said):
    if not members_left:
        cast.team.memberships.update(ends_at=timezone.now())

    with time_machine.travel(timezone.now() + days * DAY):
        response = client_of(cast.administrator).get(
            reverse("assessments:round", args=[late.round_id])
        )

    assert response.context["why_late"].startswith(said)
    assert said in response.content.decode()


def test_open_round_of_a_team_without_members_is_not_called_under_way(cast, client_of, late):
    Round.objects.update(opened_at=timezone.now())

    [forum] = (
        client_of(cast.administrator)
        .get(reverse("assessments:round", args=[late.round_id]))
        .context["standings"]
    )

    assert forum.standing == "Ingen er inviteret endnu"


# --- which round it is --------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["cancel", "close", "postpone", "forgotten"])
def test_page_that_changes_a_round_says_which_it_is(cast, client_of, world, name):
    team = open_round_of(cast.team, name="Forår 2027", kind=RoundKind.SHARED)
    client = client_of(cast.administrator)

    pages = [client.get(url_of(one, name)).content.decode() for one in (world, team)]

    told = [
        [words in page for words in ("<li>Lederforum</li>", "fortrolig runde · åben")]
        for page in pages
    ]
    assert told == [[True, True], [False, False]]
    assert "<li>Ledelsesteam, Børneby Nord</li>" in pages[1]
    assert "fælles runde · åben" in pages[1]


# --- where it stands ----------------------------------------------------------------------------


def test_round_lists_all_invited_by_name_and_role(cast, client_of, world):
    response = client_of(cast.unit_head).get(url_of(world))

    [forum] = response.context["standings"]
    assert forum.people[0] == ("Chef", "chef")
    assert len(forum.people) == 9


def test_round_tells_the_number_of_last_midnight_alone(cast, client_of, world):
    RoundForum.objects.update(answered=3, counted_at=timezone.now())
    world.answer([3, 3, 3, 3, 3])

    [forum] = client_of(cast.facilitator).get(url_of(world)).context["standings"]

    assert "3" in forum.standing
    assert "5" not in forum.standing


def test_round_page_is_the_same_whoever_has_answered(cast, client_of, world):
    """For one who plans it: not a byte tells of answers and done since midnight, or of reminders.

    A reminder goes with its receiver when they are erased: a number of them would tell of that one.
    """

    def page() -> str:
        text = page_of(client_of(cast.administrator), world)
        return "\n".join(line for line in text.splitlines() if "csrfmiddlewaretoken" not in line)

    MailFactory(kind="invitation", topic=f"round-{world.round.pk}")
    with time_machine.travel(timezone.now(), tick=False):
        before = page()
        world.answer([3, None, 5])
        Participation.objects.update(done_at=timezone.now())
        for kind, days in (("halfway", 3), ("last_day", 0)):
            written_at = timezone.now() - days * DAY
            topic = f"round-{world.round.pk}"
            MailFactory(kind=kind, topic=topic, created_at=written_at, sent_at=written_at)

        assert page() == before


def test_round_of_several_forums_shows_one_member_their_own(cast, client_of, world):
    other = ForumFactory(municipality=cast.municipality, name="Et andet forum")
    RoundForumFactory(round=world.round, forum=other)

    member = client_of(cast.chief).get(url_of(world))
    administrator = client_of(cast.administrator).get(url_of(world))
    lead = client_of(cast.unit_head).get(url_of(world))

    assert len(member.context["standings"]) == 1
    assert "Et andet forum" not in member.content.decode()
    assert len(administrator.context["standings"]) == 2
    assert lead.context["place"].may_plan is False


@pytest.mark.parametrize(
    ("days_ago", "kind", "state"),
    [(1, "confidential", "open"), (16, "confidential", "closed"), (1, "shared", "open")],
)
def test_round_offers_what_can_be_done_to_planners_alone(cast, client_of, days_ago, kind, state):
    world = open_round_of(cast.forum, days_ago=days_ago, kind=kind)

    planner = page_of(client_of(cast.unit_head), world)
    member = page_of(client_of(cast.chief), world)

    for name in ("postpone", "close", "cancel", "forgotten"):
        assert (url_of(world, name) in planner) == (state == "open")
        assert url_of(world, name) not in member


def test_round_that_is_planned_shows_who_would_be_invited(cast, client_of, world):
    Participation.objects.all().delete()
    Round.objects.update(opened_at=None, opens_at=timezone.now() + DAY, invites_chief=False)

    response = client_of(cast.administrator).get(url_of(world))

    [forum] = response.context["standings"]
    assert (len(forum.people), forum.standing) == (8, "")
    assert url_of(world, "change") in response.content.decode()
    assert client_of(cast.chief).get(url_of(world)).status_code == 404


def test_round_says_that_its_opening_has_passed(cast, client_of, world):
    Round.objects.update(opened_at=None)

    assert client_of(cast.administrator).get(url_of(world)).context["is_late"] is True


def test_round_that_is_sealed_leads_to_the_result_and_to_nothing_else(cast, client_of, world):
    world.answer([3, 3, 3, 4, 4, 4])
    world.seal()

    page = page_of(client_of(cast.unit_head), world)

    assert reverse("dashboards:result", args=[world.round.pk, cast.forum.pk]) in page
    assert "/udskyd/" not in page


def test_round_lost_in_a_restore_has_no_number(cast, client_of, world):
    Round.objects.update(lost_at=timezone.now())

    [forum] = client_of(cast.unit_head).get(url_of(world)).context["standings"]

    assert forum.standing == ""


@pytest.mark.parametrize("finished", [False, True])
def test_round_that_is_shared_tells_where_the_team_stands(cast, client_of, finished):
    world = open_round_of(cast.team, kind=RoundKind.SHARED)
    texts = []
    for finished_at in (None, timezone.now()):
        RoundForum.objects.update(finished_at=finished_at)
        [forum] = client_of(cast.department_head).get(url_of(world)).context["standings"]
        texts.append(forum.standing)

    assert texts[0] != texts[1]


def test_round_counts_mails_and_names_addresses_that_failed(cast, client_of, world):
    now = timezone.now()
    topic = f"round-{world.round.pk}"
    MailFactory.create_batch(2, kind="invitation", topic=topic, sent_at=now)
    MailFactory(kind="invitation", topic=topic, to__email="b@x.example", given_up_at=now, tries=9)
    MailFactory(kind="invitation", topic=topic, to__email="a@x.example", tries=2)
    MailFactory(kind="invitation", topic=topic)
    MailFactory(kind="moved", topic=topic, sent_at=now, tries=3)
    MailFactory(kind="halfway", topic=topic, to__email="c@x.example", sent_at=now, tries=3)
    MailFactory(kind="invitation", topic="round-0", to__email="d@x.example", given_up_at=now)

    mails = client_of(cast.unit_head).get(url_of(world)).context["mails"]

    assert [(row.sent, row.waiting) for row in mails.counts] == [(2, 2), (1, 0)]
    assert mails.undelivered == ["a@x.example", "b@x.example"]
    assert client_of(cast.chief).get(url_of(world)).context["mails"] is None


CHIEF_IN_IT = "Chefen er med i forummet og ser det samme som de andre, på samme tid."


def chief_line(client, world) -> str:
    [forum] = client.get(url_of(world)).context["standings"]
    return forum.chief


@pytest.mark.parametrize("kind", RoundKind.values)
@pytest.mark.parametrize("days_ago", [1, 16])
def test_round_says_that_a_chief_in_the_forum_sees_what_the_others_see(
    cast, client_of, kind, days_ago
):
    world = open_round_of(cast.forum, kind=kind, days_ago=days_ago)
    client = client_of(cast.unit_head)
    assert chief_line(client, world) == CHIEF_IN_IT

    world.seal()

    assert chief_line(client, world) == CHIEF_IN_IT
    assert CHIEF_IN_IT in page_of(client, world)


def test_round_of_a_forum_without_a_chief_says_nothing_of_one(cast, client_of, world):
    Forum.objects.update(chief=None)

    assert chief_line(client_of(cast.unit_head), world) == ""
    assert "Chefen" not in page_of(client_of(cast.unit_head), world)


@pytest.mark.parametrize(
    ("delay", "opens_after", "line"),
    [
        (14, None, ", når forummet frigiver det, og senest 14 dage efter lukningen"),
        (1, None, ", når forummet frigiver det, og senest 1 dag efter lukningen"),
        (14, 3, ", når forummet frigiver det, og senest 14 dage efter lukningen"),
        (14, 20, " samtidig med forummet"),
        (0, None, " samtidig med forummet"),
    ],
)
def test_round_says_when_a_chief_above_the_forum_sees_it(cast, client_of, delay, opens_after, line):
    world = open_round_of(cast.team, kind=RoundKind.SHARED, release_delay_days=delay)
    if opens_after is not None:
        Round.objects.update(results_open_at=world.round.closes_at + opens_after * DAY)

    told = chief_line(client_of(cast.unit_head), world)

    assert told == f"Chefen over forummet ser resultatet{line}."


def test_round_that_is_sealed_says_until_when_the_chief_above_waits_and_since_when_not(
    cast, client_of
):
    world = open_round_of(cast.team, kind=RoundKind.SHARED, days_ago=16)
    client, sealed_at = client_of(cast.unit_head), world.seal()
    row = RoundForum.objects.get()
    latest = date_format(timezone.localtime(row.releases_itself_at), "DATE_FORMAT")
    released = date_format(timezone.localtime(sealed_at), "DATE_FORMAT")

    waits = chief_line(client, world)
    RoundForum.objects.update(releases_itself_at=sealed_at)
    by_itself = chief_line(client, world)
    RoundForum.objects.update(
        releases_itself_at=row.releases_itself_at,
        released_at=sealed_at,
        released_by=cast.facilitator,
    )
    by_the_forum = chief_line(client, world)

    assert waits == (
        f"Chefen over forummet ser resultatet, når forummet frigiver det, og senest {latest}."
    )
    assert by_itself == f"Chefen over forummet har kunnet se resultatet siden {released}."
    assert by_the_forum == f"{by_itself} {cast.facilitator.name} frigav det."


def test_round_that_was_lost_promises_the_chief_nothing(cast, client_of, world):
    Round.objects.update(lost_at=timezone.now())

    assert chief_line(client_of(cast.unit_head), world) == ""
    assert "Resultatet åbne" not in page_of(client_of(cast.unit_head), world)


@pytest.mark.parametrize("kind", RoundKind.values)
def test_round_says_what_becomes_of_answers_and_of_what_is_agreed(cast, client_of, kind):
    client = client_of(cast.unit_head)
    world = open_round_of(cast.forum, kind=kind, days_ago=16)
    closed = page_of(client, world)
    Round.objects.update(closes_at=timezone.now() + DAY)
    before = page_of(client, world)
    Round.objects.update(closes_at=world.round.closes_at)
    world.seal()
    after = page_of(client, world)

    shared = kind == RoundKind.SHARED
    lines = (
        "Det, I bliver enige om, før runden lukker, er jeres fælles vurdering.",
        "Det, I er blevet enige om, er jeres fælles vurdering.",
    )
    assert [lines[0] in before, lines[1] in after] == [shared, shared]
    assert ["slettes" in before, "slettet" in after] == [not shared, not shared]
    assert [line in closed for line in lines] == [False, False]


def test_round_says_when_its_result_opens_and_opened(cast, client_of):
    client = client_of(cast.unit_head)
    world = open_round_of(cast.forum, days_ago=16)
    closed = page_of(client, world)
    Round.objects.update(closes_at=timezone.now() + DAY)
    before = page_of(client, world)
    Round.objects.update(closes_at=world.round.closes_at)
    world.seal()
    after = page_of(client, world)

    assert "så snart runden er lukket" in before
    assert "om nogle få minutter" in closed
    assert "<dt>Resultatet åbnede</dt>" in after
    Round.objects.update(results_open_at=timezone.now() + DAY)
    assert "<dt>Resultatet åbner</dt>" in page_of(client, world)


def test_calendar_is_a_file(cast, client_of, world):
    response = client_of(cast.chief).get(url_of(world, "calendar"))

    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    assert response.content.startswith(b"BEGIN:VCALENDAR")


# --- what can be done ---------------------------------------------------------------------------


def test_postpone_moves_closing(cast, client_of, world):
    later = world.round.closes_at + 2 * DAY

    response = client_of(cast.unit_head).post(url_of(world, "postpone"), moment(later), follow=True)

    assert levels(response) == ["success"]
    assert abs(Round.objects.get().closes_at - later) < timedelta(minutes=1)


def test_postpone_to_an_earlier_time_is_refused_at_the_field(cast, client_of, world):
    response = client_of(cast.unit_head).post(
        url_of(world, "postpone"), moment(world.round.closes_at - DAY)
    )

    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["closes_at"]


def test_close_early_takes_the_name_typed_in(cast, client_of, world):
    client = client_of(cast.unit_head)
    early = timezone.now() + 3 * DAY
    sent = moment(early) | {"when_all_done": "on"}
    of_two_signs = unicodedata.normalize("NFD", world.round.name)  # as some programs copy an å
    Round.objects.update(name=of_two_signs)

    wrong = client.post(url_of(world, "close"), sent | {"typed_name": "Forår 2026"})
    right = client.post(url_of(world, "close"), sent | {"typed_name": " forår  2027"})

    assert list(wrong.context["form"].errors) == ["typed_name"]
    assert right.status_code == 302
    kept = Round.objects.get()
    assert abs(kept.closes_at - early) < timedelta(minutes=1)
    assert kept.closes_when_all_done is True
    told = "Eller tidligere, ved midnat, hvis alle har sagt »Jeg er færdig«."
    assert told in page_of(client, world)


def test_close_early_without_notice_is_refused_at_the_field(cast, client_of, world):
    response = client_of(cast.unit_head).post(
        url_of(world, "close"),
        moment(timezone.now() + timedelta(hours=20)) | {"typed_name": "Forår 2027"},
    )

    assert list(response.context["form"].errors) == ["closes_at"]
    assert Mail.objects.count() == 0


@pytest.mark.parametrize("answers", [[], [3, 3]])
def test_cancel_takes_the_round_away_and_says_the_same(cast, client_of, world, answers):
    world.answer(answers)

    response = client_of(cast.unit_head).post(
        url_of(world, "cancel"), {"typed_name": "Forår 2027"}, follow=True
    )

    assert levels(response) == ["success"]
    assert not Round.objects.exists()
    assert not Answer.objects.exists()
    assert Mail.objects.filter(kind="cancelled").count() == 9


def test_cancel_without_the_name_changes_nothing(cast, client_of, world):
    response = client_of(cast.unit_head).post(url_of(world, "cancel"), {"typed_name": ""})

    assert response.status_code == 422
    assert Round.objects.exists()


def test_forgotten_member_is_invited(cast, client_of, world):
    membership = MembershipFactory(forum=cast.forum, user__name="Glemt")
    client = client_of(cast.unit_head)
    shown = client.get(url_of(world, "forgotten"))

    response = client.post(url_of(world, "forgotten"), {"member": membership.pk}, follow=True)

    assert list(shown.context["form"].fields["member"].queryset) == [membership]
    assert levels(response) == ["success"]
    assert Participation.objects.filter(user=membership.user).exists()


def test_forgotten_with_nobody_to_choose_says_so(cast, client_of, world):
    assert (
        'id="forgotten"'
        not in client_of(cast.unit_head).get(url_of(world, "forgotten")).content.decode()
    )


def test_forgotten_member_who_is_asked_elsewhere_is_refused_at_the_field(cast, client_of, world):
    other = ForumFactory(municipality=cast.municipality)
    membership = MembershipFactory(forum=cast.forum)
    for _ in range(7):
        MembershipFactory(forum=other)
    MembershipFactory(forum=other, user=membership.user)
    open_round_of(other, edition=world.round.edition)

    response = client_of(cast.unit_head).post(url_of(world, "forgotten"), {"member": membership.pk})

    assert list(response.context["form"].errors) == ["member"]


def test_forgotten_is_too_late_a_day_before_closing(cast, client_of, world):
    Round.objects.update(closes_at=timezone.now() + timedelta(hours=23))

    response = client_of(cast.unit_head).get(url_of(world, "forgotten"), follow=True)

    assert levels(response) == ["warning"]


@pytest.mark.parametrize("name", ["postpone", "close", "cancel", "forgotten"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_a_closed_round_takes_no_change_and_says_so(cast, client_of, name, method):
    world = open_round_of(cast.forum, days_ago=16)

    response = getattr(client_of(cast.unit_head), method)(url_of(world, name), follow=True)

    assert levels(response) == ["warning"]
    assert Round.objects.get().closes_at == world.round.closes_at


# --- the texts of mails -------------------------------------------------------------------------


@pytest.fixture
def text_url(cast):
    return reverse("assessments:mail_text", args=[cast.municipality.pk, "invitation", "da"])


def test_mail_text_is_shown_before_it_is_kept(cast, client_of, text_url):
    client = client_of(cast.administrator)
    words = {"subject": "Hej {forum}", "body": "Vi lukker {lukker}"}

    seen = client.post(text_url, words | {"preview": "1"})
    kept_before = cast.municipality.mail_texts.exists()
    client.post(text_url, words)

    assert seen.context["shown"].subject == "Hej Lederforum"
    assert kept_before is False
    assert cast.municipality.mail_texts.get().subject == "Hej {forum}"
    assert form_of(client, text_url, "mail-text")["subject"] == "Hej {forum}"
    listed = client.get(reverse("assessments:mail_texts")).content.decode()
    assert listed.count('class="second"') == 1


def test_mail_text_with_an_unknown_word_is_refused_at_the_field(cast, client_of, text_url):
    response = client_of(cast.administrator).post(
        text_url, {"subject": "Hej {navn}", "body": "Hej"}
    )

    assert list(response.context["form"].errors) == ["subject"]
    assert not cast.municipality.mail_texts.exists()


def test_mail_text_goes_back_to_the_standard(cast, client_of, text_url):
    client = client_of(cast.administrator)
    client.post(text_url, {"subject": "Hej", "body": "Hej"})

    client.post(text_url, {"standard": "1"})

    assert not cast.municipality.mail_texts.exists()


@pytest.mark.parametrize("unknown", [("moved", "da"), ("invitation", "sv")])
def test_mail_text_of_an_unknown_kind_or_language_is_not_found(cast, client_of, unknown):
    url = reverse("assessments:mail_text", args=[cast.municipality.pk, *unknown])

    assert client_of(cast.administrator).get(url).status_code == 404


def test_mail_text_in_the_other_language_is_a_text_of_its_own(cast, client_of):
    client = client_of(cast.administrator)
    danish, english = (
        reverse("assessments:mail_text", args=[cast.municipality.pk, "reminder", language])
        for language in ("da", "en")
    )

    client.post(english, {"subject": "Hello", "body": "We close {lukker}"})

    assert form_of(client, english, "mail-text")["subject"] == "Hello"
    assert form_of(client, danish, "mail-text")["subject"].startswith("Runden lukker")
    shown = client.get(english).context
    assert shown["button"] == "Go on"
    assert " at\xa0" in shown["shown"].body
    assert cast.municipality.mail_texts.get().language == "en"


# --- statements ---------------------------------------------------------------------------------


# session · person · forums of the round · invited · mails by kind · addresses · menu
@pytest.mark.parametrize("forums", [1, 3])
def test_round_takes_the_same_statements_for_one_forum_and_three(
    cast, client_of, world, django_assert_num_queries, forums
):
    for _ in range(forums - 1):
        other = ForumFactory(municipality=cast.municipality)
        row = RoundForumFactory(round=world.round, forum=other)
        person = MembershipFactory(forum=other).user
        Participation.objects.create(round_forum=row, user=person, role="unit_head")
    client = client_of(cast.administrator)

    with django_assert_num_queries(7):
        response = client.get(url_of(world))

    assert len(response.context["standings"]) == forums
