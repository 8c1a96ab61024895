"""Planning a round, changing the plan, and what a member will see."""

import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from accounts.models import Mail
from assessments.enums import RoundKind
from assessments.mails import dated_time
from assessments.models import Goal, Participation, Round
from assessments.operations.inviting import INVITATION
from assessments.operations.rounds import open_round
from forums.models import Forum
from forums.permissions import Permission, permissions_in, plannable
from plf.lib.local_time import COPENHAGEN
from tests.cast import PEOPLE
from tests.factories import EditionFactory, ForumFactory, LocalWordingFactory, MembershipFactory
from tests.pages import form_of
from tests.worlds import open_round_of

pytestmark = pytest.mark.django_db
PLAN = "/runder/ny/"
NOW = datetime(2027, 3, 1, 12, tzinfo=COPENHAGEN)


@pytest.fixture(autouse=True)
def _in_march():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def edition(cast):
    return EditionFactory(framework__municipality=cast.municipality)


@pytest.fixture
def typed(cast, edition):
    return {
        "name": "Forår 2027",
        "edition": edition.pk,
        "forums": [cast.forum.pk],
        "kind": "confidential",
        "invites_chief": "on",
        "opens_at_day": "2027-03-02",
        "opens_at_time": "8.00",
        "closes_at_day": "2027-03-16",
        "closes_at_time": "23.59",
        "results_open_at_day": "2027-03-18",
        "results_open_at_time": "9:00",
        "release_delay_days": "7",
        "sends_reminders": "on",
    }


def errors_of(response) -> dict[str, int]:
    return {name: len(errors) for name, errors in response.context["form"].errors.items()}


def test_plan_keeps_all_that_was_typed(cast, client_of, typed, edition):
    response = client_of(cast.unit_head).post(PLAN, typed)

    round_ = Round.objects.get()
    assert response["Location"] == reverse("assessments:round", args=[round_.pk])
    assert (round_.name, round_.edition, round_.kind) == ("Forår 2027", edition, "confidential")
    assert list(round_.forums.order_by("pk")) == [cast.forum]
    assert timezone.localtime(round_.closes_at).isoformat() == "2027-03-16T23:59:00+01:00"
    assert timezone.localtime(round_.results_open_at).hour == 9
    assert (round_.release_delay_days, round_.invites_chief, round_.sends_reminders) == (
        7,
        True,
        True,
    )
    assert round_.opened_at is None


@pytest.mark.parametrize("number", [2**63, "-1", "x", ""])
def test_forum_that_no_database_can_hold_is_no_choice(cast, client_of, typed, number):
    response = client_of(cast.unit_head).post(PLAN, typed | {"forums": [cast.forum.pk, number]})

    assert (response.status_code, errors_of(response)) == (422, {"forums": 1})


def test_plan_offers_the_forums_in_danish_order(cast, client_of):
    for name in ("Århus", "Ærø", "Østerbro", "ebeltoft"):
        ForumFactory(municipality=cast.municipality, name=name)

    form = client_of(cast.administrator).get(PLAN).context["form"]

    names = [forum.name for forum in form.fields["forums"].queryset]
    assert names == ["ebeltoft", cast.team.name, cast.forum.name, "Ærø", "Østerbro", "Århus"]


def test_plan_begins_with_two_weeks_and_can_be_sent_as_it_is_shown(cast, client_of, edition):
    client = client_of(cast.administrator)
    shown = form_of(client, PLAN, "plan")
    more = {"name": "Forår", "edition": edition.pk, "forums": [cast.forum.pk]}

    response = client.post(PLAN, {**shown, **more})

    assert response.status_code == 302
    round_ = Round.objects.get()
    assert (round_.closes_at - round_.opens_at) == timedelta(days=14, hours=8)


@pytest.mark.once
def test_plan_keeps_what_was_typed_on_errors(cast, client_of, typed):
    typed |= {"closes_at_time": "25.00", "name": "Et navn"}

    response = client_of(cast.unit_head).post(PLAN, typed)

    page = response.content.decode()
    assert response.status_code == 422
    assert errors_of(response) == {"closes_at": 1}
    assert 'value="25.00"' in page
    assert 'value="Et navn"' in page
    assert not Round.objects.exists()


@pytest.mark.once
@pytest.mark.parametrize(
    ("changed", "errors"),
    [
        ({"opens_at_day": "", "opens_at_time": ""}, {"opens_at": 1}),
        ({"opens_at_day": "9999-12-31"}, {"opens_at": 1}),
        ({"opens_at_day": "i morgen"}, {"opens_at": 1}),
        ({"opens_at_day": "2027-02-02"}, {"opens_at": 1}),
        ({"closes_at_day": "2027-02-20"}, {"closes_at": 1}),
        ({"closes_at_day": "2027-03-02", "closes_at_time": "07.00"}, {"closes_at": 1}),
        ({"results_open_at_day": "2027-03-10"}, {"results_open_at": 1}),
        ({"release_delay_days": "91"}, {"release_delay_days": 1}),
        ({"forums": []}, {"forums": 1}),
        ({"name": "En\0"}, {"name": 1}),
        ({"edition": "0"}, {"edition": 1}),
        ({"kind": "other"}, {"kind": 1}),
    ],
)
def test_plan_says_at_the_field_what_is_wrong(cast, client_of, typed, changed, errors):
    response = client_of(cast.unit_head).post(PLAN, typed | changed)

    assert (response.status_code, errors_of(response)) == (422, errors)


@pytest.mark.once
def test_plan_with_errors_leads_to_each_field_in_its_own_words(cast, client_of, typed):
    wrong = {"name": "", "edition": "", "forums": [], "kind": "", "opens_at_day": "i morgen"}

    page = client_of(cast.unit_head).post(PLAN, typed | wrong).content.decode()

    [summary] = re.findall(r'role="alert" tabindex="-1" autofocus.*?</ul>', page, re.DOTALL)
    links = re.findall(r'<a href="#([^"]+)">([^<]+)</a>', summary)
    assert [place for place, _said in links] == [
        "id_name",
        "id_edition",
        "id_forums_0",
        "id_kind_0",
        "id_opens_at",
    ]
    assert all(f' id="{place}"' in page for place, _said in links)
    assert links[0][1] == "Navn: Giv runden et navn."
    assert len({said.partition(": ")[2] for _place, said in links}) == len(links)


@pytest.mark.once
@pytest.mark.parametrize("name", ["Forår\n2027", "Forår\u20282027"])
def test_plan_refuses_a_name_of_two_lines(cast, client_of, typed, name):
    response = client_of(cast.unit_head).post(PLAN, typed | {"name": name})

    assert errors_of(response) == {"name": 1}


@pytest.mark.parametrize(
    ("day", "offered"),
    [("2027-03-28", ["01.30", "03.30"]), ("2027-10-31", ["02.30", "02.30"])],
    ids=["does not exist", "exists twice"],
)
def test_plan_offers_the_two_readings_and_takes_the_chosen(cast, client_of, typed, day, offered):
    client = client_of(cast.unit_head)
    typed |= {"closes_at_day": day, "closes_at_time": "02.30", "results_open_at_day": ""}
    typed["results_open_at_time"] = ""

    response = client.post(PLAN, typed)

    widget = response.context["form"].fields["closes_at"].widget
    assert [f"{reading:%H.%M}" for reading in widget.readings] == offered
    chosen = widget.readings[1].isoformat()
    assert f'value="{chosen}"' in response.content.decode().replace("&#x2B;", "+")
    client.post(PLAN, typed | {"closes_at_reading": chosen})
    assert Round.objects.get().closes_at == widget.readings[1].astimezone(UTC)
    change = reverse("assessments:change", args=[Round.objects.get().pk])
    assert client.post(change, form_of(client, change, "plan")).status_code == 302
    assert Round.objects.get().closes_at == widget.readings[1].astimezone(UTC)


def test_plan_refuses_confidential_for_a_small_team_at_the_kind(cast, client_of, typed):
    response = client_of(cast.unit_head).post(PLAN, typed | {"forums": [cast.team.pk]})

    assert errors_of(response) == {"kind": 1}


def test_plan_refuses_common_members_at_the_forums(cast, client_of, typed):
    second = ForumFactory(municipality=cast.municipality)
    for _number in range(7):
        MembershipFactory(forum=second)
    MembershipFactory(forum=second, user=cast.members[3])

    response = client_of(cast.administrator).post(
        PLAN, typed | {"forums": [cast.forum.pk, second.pk]}
    )

    assert errors_of(response) == {"forums": 1}


def test_plan_offers_own_and_shared_editions_in_use(cast, client_of, edition, typed):
    shared = EditionFactory(framework__municipality=None)
    EditionFactory(framework__municipality=cast.municipality, status="draft")
    EditionFactory(framework__municipality=cast.other_municipality)
    client = client_of(cast.administrator)

    offered = client.get(PLAN).context["editions"]
    client.post(PLAN, typed | {"edition": shared.pk})

    assert set(offered) == {edition, shared}
    assert Round.objects.get().edition == shared


def test_plan_of_one_who_administers_two_municipalities_takes_each_one_s_own_goals(
    cast, client_of, typed
):
    cast.other_municipality.administrators.create(user=cast.administrator)
    theirs = EditionFactory(framework__municipality=cast.other_municipality)

    response = client_of(cast.administrator).post(PLAN, typed | {"edition": theirs.pk})

    assert errors_of(response) == {"edition": 1}
    assert not Round.objects.exists()


def test_plan_names_the_other_round_and_the_first_possible_date(cast, client_of, typed, edition):
    world = open_round_of(cast.forum, edition=edition, days_ago=20, name="Efterår")
    first = dated_time(world.round.closes_at + timedelta(days=60))

    response = client_of(cast.unit_head).post(PLAN, typed)

    assert errors_of(response) == {"opens_at": 1}
    text = str(response.context["form"].errors["opens_at"])
    assert "Efterår" in text
    assert first in text


def test_plan_sent_twice_leads_to_the_one_round(cast, client_of, typed):
    client = client_of(cast.unit_head)
    first, second = client.post(PLAN, typed), client.post(PLAN, typed)

    assert first["Location"] == second["Location"]
    assert Round.objects.count() == 1


def test_plan_that_opens_at_once_sent_twice_invites_once(cast, client_of, typed):
    typed |= {"opens_at_day": "2027-03-01", "opens_at_time": "12.00"}
    client = client_of(cast.unit_head)
    first, second = client.post(PLAN, typed), client.post(PLAN, typed)

    assert first["Location"] == second["Location"]
    assert Mail.objects.filter(kind=INVITATION).count() == 9


def test_plan_says_at_the_forums_which_round_is_in_the_way(cast, client_of, typed):
    client = client_of(cast.unit_head)
    client.post(PLAN, typed)

    response = client.post(PLAN, typed | {"name": "En anden"})

    assert errors_of(response) == {"forums": 1}
    assert "2. marts – 16. marts 2027" in str(response.context["form"].errors["forums"])


def test_plan_says_which_forums_have_no_members_and_refuses_them(cast, client_of, typed):
    empty = ForumFactory(municipality=cast.municipality, name="Helt nyt")
    client = client_of(cast.administrator)

    offered = dict(client.get(PLAN).context["form"].fields["forums"].choices)
    response = client.post(PLAN, typed | {"forums": [empty.pk], "kind": "shared"})

    labels = {key.instance.name: str(label) for key, label in offered.items()}
    assert labels["Lederforum"] == "Lederforum"
    assert labels["Helt nyt"] == "Helt nyt – ingen medlemmer endnu"
    assert errors_of(response) == {"forums": 1}
    assert reverse("admin:forums_forum_change", args=[empty.pk]) in response.content.decode()


def test_plan_leads_only_its_administrator_to_a_forum_s_members(cast, client_of):
    theirs = ForumFactory(municipality=cast.other_municipality)
    MembershipFactory(forum=theirs, user=cast.administrator, role="facilitator")

    response = client_of(cast.administrator).get(PLAN)

    assert response.context["form"].empty_forums == [theirs]
    assert response.context["to_fill"] == []


@pytest.mark.once
@pytest.mark.parametrize(
    ("opens", "said"),
    [
        ({}, "tirsdag den 2. marts kl.\N{NO-BREAK SPACE}08.00"),
        ({"opens_at_day": "2027-03-01", "opens_at_time": "12.00"}, "Runden er åben"),
    ],
)
def test_plan_says_what_is_done_and_what_happens_next(cast, client_of, typed, opens, said):
    response = client_of(cast.unit_head).post(PLAN, typed | opens, follow=True)

    [receipt] = response.context["messages"]
    assert receipt.level_tag == "success"
    assert said in str(receipt)


def test_plan_for_forums_of_two_municipalities_is_refused(cast, client_of, typed):
    theirs = ForumFactory(municipality=cast.other_municipality)
    MembershipFactory(forum=theirs, user=cast.facilitator, role="facilitator")
    typed |= {"forums": [cast.forum.pk, theirs.pk], "kind": "shared"}

    response = client_of(cast.facilitator).post(PLAN, typed)

    assert response.status_code == 422
    assert not Round.objects.exists()


def test_plan_for_a_forum_one_does_not_lead_is_refused(cast, client_of, typed):
    other = ForumFactory(municipality=cast.municipality)

    response = client_of(cast.unit_head).post(PLAN, typed | {"forums": [other.pk]})

    assert errors_of(response) == {"forums": 1}


def test_plan_without_the_chief_does_not_invite_them(cast, client_of, typed):
    del typed["invites_chief"]
    typed |= {"opens_at_day": "2027-03-01", "opens_at_time": "12.00"}

    client_of(cast.unit_head).post(PLAN, typed)

    round_ = Round.objects.get()
    invited = Participation.objects.filter(round_forum__round=round_).order_by("pk")
    assert round_.opened_at == NOW
    assert {row.user for row in invited} == set(cast.members) - {cast.chief}


def test_change_keeps_the_new_plan(cast, client_of, typed):
    client = client_of(cast.unit_head)
    client.post(PLAN, typed)
    url = reverse("assessments:change", args=[Round.objects.get().pk])
    shown = form_of(client, url, "plan")

    response = client.post(url, shown | {"name": "Sommer", "kind": "shared"})

    round_ = Round.objects.get()
    assert response.status_code == 302
    assert (round_.name, round_.kind, round_.invites_chief) == ("Sommer", RoundKind.SHARED, True)


def test_change_to_other_forums_that_opens_at_once_invites_them(cast, client_of, typed):
    client = client_of(cast.administrator)
    client.post(PLAN, typed)
    url = reverse("assessments:change", args=[Round.objects.get().pk])
    shown = form_of(client, url, "plan")
    now = {"opens_at_day": "2027-03-01", "opens_at_time": "12.00"}

    client.post(url, shown | now | {"forums": [cast.team.pk], "kind": "shared"})

    round_ = Round.objects.get()
    assert round_.opened_at == NOW
    invited = Participation.objects.filter(round_forum__round=round_).order_by("pk")
    assert {row.user for row in invited} == {cast.unit_head, cast.department_head}


def test_change_refuses_as_planning_does(cast, client_of, typed):
    client = client_of(cast.unit_head)
    client.post(PLAN, typed)
    url = reverse("assessments:change", args=[Round.objects.get().pk])

    response = client.post(url, typed | {"forums": [cast.team.pk]})

    assert errors_of(response) == {"kind": 1}
    assert list(Round.objects.get().forums.order_by("pk")) == [cast.forum]


def test_change_says_that_the_round_has_opened(cast, client_of, typed):
    client = client_of(cast.unit_head)
    client.post(PLAN, typed)
    round_ = Round.objects.get()
    open_round(round_=round_, now=NOW)

    response = client.post(
        reverse("assessments:change", args=[round_.pk]), typed | {"name": "Sent"}, follow=True
    )

    told = [message.level_tag for message in response.context["messages"]]
    assert told == ["success", "info"]  # that it was planned, and that it has opened
    assert Round.objects.get().name == "Forår 2027"


def test_preview_shows_the_goals_and_saves_nothing(cast, client_of, edition):
    response = client_of(cast.unit_head).get(reverse("assessments:preview", args=[edition.pk]))

    page = response.content.decode()
    assert response.templates[0].name == "assessments/preview.html"
    assert page.count("<fieldset") == 5
    assert "disabled" in page
    assert " checked" not in page


def test_preview_shows_the_forum_s_own_words_as_they_are_now(cast, client_of):
    edition = EditionFactory(framework__municipality=cast.municipality, local_translation=True)
    goal = Goal.objects.filter(pillar__edition=edition).earliest("pk")
    for forum in (cast.forum, cast.team):
        LocalWordingFactory(forum=forum, goal=goal, text="Hver fredag")

    page = client_of(cast.unit_head).get(reverse("assessments:preview", args=[edition.pk]))

    assert page.content.decode().count("Hver fredag") == 1


def test_preview_of_a_shared_round_is_as_the_team_meets_it(cast, client_of, edition):
    address = reverse("assessments:preview", args=[edition.pk])

    page = client_of(cast.unit_head).get(address, {"form": "faelles", "forum": cast.team.pk})

    content = page.content.decode()
    assert "oplever I, at I i jeres ledelsesteam lykkes" in page.context["question"]
    assert "Vi ser forskelligt på det" in content
    assert "Sæt jer sammen" in content
    assert edition.no_answer not in content


def test_preview_tells_who_sees_what_in_the_municipality_s_words(cast, client_of, edition):
    cast.municipality.information = "Spørg Testkommunes rådgiver."
    cast.municipality.smallest_group = 7
    cast.municipality.save()

    page = client_of(cast.unit_head).get(reverse("assessments:preview", args=[edition.pk]))

    assert "Spørg Testkommunes rådgiver." in page.content.decode()
    assert "færre end 7 svar" in page.content.decode()


def test_planned_round_leads_to_what_its_members_will_see(cast, client_of, typed):
    client = client_of(cast.unit_head)
    client.post(PLAN, typed | {"kind": "shared", "forums": [cast.team.pk]})
    round_ = Round.objects.get()

    page = client.get(reverse("assessments:round", args=[round_.pk])).content.decode()

    preview = reverse("assessments:preview", args=[round_.edition_id])
    assert f'href="{preview}?forum={cast.team.pk}&amp;form=faelles"' in page


def test_preview_shows_no_forum_that_one_cannot_plan_for(cast, client_of, edition):
    theirs = ForumFactory(municipality=cast.other_municipality, name_in_sentence="deres gruppe")
    address = reverse("assessments:preview", args=[edition.pk])

    page = client_of(cast.unit_head).get(address, {"forum": theirs.pk})

    assert "deres gruppe" not in page.content.decode()


def test_preview_of_another_municipality_s_edition_is_not_found(cast, client_of):
    theirs = EditionFactory(framework__municipality=cast.other_municipality)

    response = client_of(cast.unit_head).get(reverse("assessments:preview", args=[theirs.pk]))

    assert response.status_code == 404


@pytest.mark.parametrize("who", [who for who in PEOPLE if who != "anonymous"])
def test_plannable_forums_are_those_of_the_permission_table(cast, who):
    person = cast.person(who)
    allowed = {
        forum.pk
        for forum in Forum.objects.order_by("pk")
        if Permission.PLAN_ROUND in permissions_in(person, forum)
    }

    assert set(plannable(person, timezone.now()).values_list("pk", flat=True)) == allowed


# session · person · forums · sizes · forums to tick · editions to choose, and to look at · menu
@pytest.mark.parametrize("count", [1, 3])
def test_plan_takes_the_same_statements_for_one_forum_and_three(
    cast, client_of, django_assert_num_queries, edition, count
):
    for _number in range(count - 1):
        MembershipFactory(forum__municipality=cast.municipality)
        EditionFactory(framework__municipality=cast.municipality)
    client = client_of(cast.administrator)

    with django_assert_num_queries(8):
        assert client.get(PLAN).status_code == 200
