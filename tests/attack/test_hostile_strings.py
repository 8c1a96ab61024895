"""Whatever a person can write, through every output: pages, titles, mails, files, drawings, log.

One world. Every name in it is a string that does a bit of everything; each goal, its help, its own
words, its reasons, its notes and one person hold one string of the list. Every output is fetched
and read as its reader would: a page must hold no element or attribute that came from a field, a
table no formula, and the words must stand there as they were written.
"""

import csv
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from html.parser import HTMLParser

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar
from openpyxl import load_workbook  # type: ignore[import-untyped]

from accounts.models import Mail, User
from accounts.operations import message_of, page_of, text_of
from assessments.answers import Rating
from assessments.enums import EditionStatus, RoundKind
from assessments.mails import calendar_file
from assessments.models import Edition, Goal, Pillar, Round
from assessments.operations.inviting import post_invitations
from assessments.operations.sharing import SharedInput, save_shared_ratings
from audit.enums import Kind
from dashboards.operations.tenant_export import export_files
from forums.enums import Role
from forums.models import Forum, Municipality
from tests.factories import (
    AdministratorFactory,
    EditionFactory,
    EntryFactory,
    ForumFactory,
    FrameworkFactory,
    LocalWordingFactory,
    MailTextFactory,
    MembershipFactory,
    MunicipalityFactory,
    UnitFactory,
    UserFactory,
)
from tests.structure.test_access import session_of
from tests.worlds import OpenRound, open_round_of

pytestmark = pytest.mark.django_db
STRINGS = (
    "<script>x7()</script><img src=x7 onerror=x7()>",
    "\"'><svg/onload=x7()>&amp;&#60;b x7=",
    "{{ 7|x7 }}{% x7 %}{# x7 #}{x7}%s%(x7)s%d${x7}",
    "=cmd|'/C x7'!A0",
    "@SUM(1+1)*x7",
    "-2+3+x7",
    "+x7",
    '#panic("x7") $x7$ *b* _i_ @x7 <x7> [ \\ `x7`',
    "\u202ex7 omvendt\u2066 \u200f\u200b\u0301",
    "👩🏽‍🏫 x7 🇩🇰 Ærø ǅ ﷽",
    "x7\r\nBcc: x7@example.org\r\n\r\n\tx7",
    "x7" + "mål" * 600,
)
NAME = '=x7"\'><svg onload=x7()>{{7|x7}}%s%(x7)s#panic("x7")\u202e👩🏽‍🏫'
SHORT = NAME[:23]  # as far as the braces, which a question may not hold
FORMULAS = ("=", "+", "-", "@", "\t", "\r")


@dataclass
class World:
    """Something hostile in every field, and everybody signed in."""

    municipality: Municipality
    people: Mapping[str, User]
    sessions: Mapping[str, str]
    places: Mapping[str, list[object]]
    edition: Edition

    def client(self, who: str) -> Client:
        client = Client()
        client.cookies[settings.SESSION_COOKIE_NAME] = self.sessions[who]
        return client


def one_line(text: str) -> str:
    """As a field of one line keeps it: such a form takes no line break."""
    return " ".join(text.split())


def build() -> World:
    municipality = MunicipalityFactory(
        name=NAME,
        slug="x7",
        role_words={role.value: [SHORT, SHORT] for role in Role},
        information="\n\n".join(STRINGS),
        privacy_contact=NAME,
        accessibility_contact=NAME,
    )
    unit = UnitFactory(municipality=municipality, name=NAME, kind=SHORT)
    chief = UserFactory(name=NAME, email="chef@x7.example")
    own = {"municipality": municipality, "name_in_sentence": NAME, "chief": chief}
    forum = ForumFactory(**own, name=NAME, unit=unit)
    team = ForumFactory(**own, name=f"{NAME} 2")
    heads = [
        UserFactory(name=one_line(text)[:100], email=f"{place}@x7.example")
        for place, text in enumerate(STRINGS)
    ]
    MembershipFactory(forum=forum, user=chief, role=Role.CHIEF)
    for place, head in enumerate(heads):
        MembershipFactory(forum=forum, user=head, is_lead=not place)
    MembershipFactory(forum=team, user=heads[0], is_lead=True)
    administrator = UserFactory(name=NAME, email="administrator@x7.example", is_staff=True)
    AdministratorFactory(municipality=municipality, user=administrator)
    edition = _edition(municipality)
    places = _rounds(edition, forum, team)
    for kind in (Kind.EXPORTED, Kind.CHANGED, Kind.LEAD_MADE):
        EntryFactory(
            kind=kind,
            municipality=municipality.pk,
            name=NAME,
            actor=chief.log_key,
            subject=heads[0].log_key,
            detail="forums.forum",
        )
    people = {"chief": chief, "lead": heads[0], "administrator": administrator}
    sessions = {who: session_of(user) for who, user in people.items()}
    return World(municipality, people, sessions, places, edition)


def _edition(municipality: Municipality) -> Edition:
    edition = EditionFactory(
        framework=FrameworkFactory(municipality=municipality, name=NAME, slug="x7"),
        status=EditionStatus.DRAFT,
        goals_each=len(STRINGS) // 2,
        question=f"{SHORT} {{forum}} {STRINGS[0]}",
        motto=NAME,
        why=[NAME, STRINGS[0]],
        roof=f"{NAME} {STRINGS[1]}",
        values=[SHORT],
        foundation_name=SHORT,
        foundation=[SHORT],
        pillar_word=SHORT,
        pillar_words=SHORT,
        goal_word=SHORT,
        goal_words=SHORT,
        levels=[f"{SHORT}{place}" for place in range(1, 6)],
        no_answer=SHORT,
        local_translation=True,
    )
    Pillar.objects.filter(edition=edition).update(name=NAME, description=STRINGS[0])
    for goal, text in zip(_goals(edition), STRINGS, strict=True):
        words = one_line(text)[:290]
        Goal.objects.filter(pk=goal.pk).update(
            text=words, help=words, show_help=True, descriptors=[words[:30]] * 5
        )
    edition.status = EditionStatus.IN_USE
    edition.in_use_at = timezone.now()
    edition.save()
    return edition


def _goals(edition: Edition) -> list[Goal]:
    return list(Goal.objects.filter(pillar__edition=edition).order_by("pk"))


def _rounds(edition: Edition, forum: Forum, team: Forum) -> dict[str, list[object]]:
    for goal, text in zip(_goals(edition), STRINGS, strict=True):
        LocalWordingFactory(forum=forum, goal=goal, text=one_line(text)[:290])
    for kind in ("invitation", "results"):
        MailTextFactory(
            municipality=forum.municipality,
            kind=kind,
            subject=NAME,
            body="\n\n".join(STRINGS)[:1500],
        )
    for days in (200, 100):
        world = open_round_of(forum, edition=edition, days_ago=days, name=NAME)
        _answer(world)
        world.seal()
    shared = open_round_of(team, edition=edition, kind=RoundKind.SHARED, days_ago=50, name=NAME)
    _agree(shared)
    shared.round.sealed_at = shared.round_forum.released_at = timezone.now()
    shared.round.save()
    shared.round_forum.save()
    team_round = open_round_of(team, edition=edition, kind=RoundKind.SHARED, name=NAME)
    _agree(team_round)
    opened = open_round_of(forum, edition=edition, name=NAME, information="\n\n".join(STRINGS))
    _answer(opened)
    post_invitations(round_=opened.round, invited=opened.participations[:2], now=timezone.now())
    return {
        "": [],
        "open": [opened.round.pk, forum.pk],
        "round": [opened.round.pk],
        "team": [team_round.round.pk, team.pk],
        "sealed": [world.round.pk, forum.pk],
        "shared": [shared.round.pk, team.pk],
        "pillar": [world.round.pk, forum.pk, edition.pillars.order_by("pk")[0].code],
        "forum": [forum.pk],
        "edition": [edition.pk],
        "municipality": [forum.municipality_id],
        "unit": [forum.unit_id],
        "person": [forum.chief_id],
        "mail": [forum.municipality_id, "results", "da"],
    }


def _answer(world: OpenRound) -> None:
    """Everybody rates everything; one writes a reason to each goal."""
    world.answer([place % 5 + 1 for place in range(8)])
    for goal, text in zip(_goals(world.round.edition), STRINGS, strict=True):
        world.rate(world.participations[1], {goal: 2}, reason=text)


def _agree(world: OpenRound) -> None:
    ratings = [
        SharedInput(goal.pk, level=3, note=text)
        for goal, text in zip(_goals(world.round.edition), STRINGS, strict=True)
    ]
    now = world.round.opens_at + timedelta(hours=1)
    save_shared_ratings(round_forum=world.round_forum, ratings=ratings, now=now)


@pytest.fixture(scope="module")
def world(module_db) -> World:
    return build()


# --- pages --------------------------------------------------------------------------------------

PAGES = [
    ("lead", "dashboards:home", ""),
    ("lead", "assessments:rate", "open"),
    ("lead", "assessments:done", "open"),
    ("lead", "assessments:round", "round"),
    ("lead", "assessments:team", "team"),
    ("lead", "assessments:plan", ""),
    ("lead", "assessments:preview", "edition"),
    ("lead", "assessments:local_words", "forum"),
    ("lead", "assessments:postpone", "round"),
    ("lead", "dashboards:release", "sealed"),
    ("chief", "dashboards:result", "open"),
    ("chief", "dashboards:result", "sealed"),
    ("chief", "dashboards:result", "shared"),
    ("chief", "dashboards:pillar", "pillar"),
    ("chief", "dashboards:trend", "forum"),
    ("chief", "dashboards:overview", ""),
    ("chief", "dashboards:results", ""),
    ("lead", "dashboards:privacy", ""),
    ("lead", "dashboards:accessibility", ""),
    ("lead", "accounts:account", ""),
    ("lead", "dashboards:my_data", ""),
    ("lead", "dashboards:my_data_html", ""),
    ("administrator", "dashboards:log", ""),
    ("administrator", "dashboards:retention", ""),
    ("administrator", "dashboards:erase_person", "person"),
    ("administrator", "assessments:mail_texts", ""),
    ("administrator", "assessments:mail_text", "mail"),
    ("administrator", "forums:members_import", ""),
    ("administrator", "admin:index", ""),
    ("administrator", "admin:forums_forum_changelist", ""),
    ("administrator", "admin:forums_forum_change", "forum"),
    ("administrator", "admin:forums_forum_history", "forum"),
    ("administrator", "admin:forums_municipality_change", "municipality"),
    ("administrator", "admin:forums_unit_change", "unit"),
    ("administrator", "admin:accounts_user_changelist", ""),
    ("administrator", "admin:accounts_user_change", "person"),
    ("administrator", "admin:assessments_round_changelist", ""),
    ("administrator", "admin:assessments_round_change", "round"),
    ("administrator", "admin:assessments_framework_changelist", ""),
    ("administrator", "admin:assessments_edition_change", "edition"),
]


WITHOUT_NAMES = {"dashboards:privacy", "forums:members_import"}
WITH_GOALS = {
    *("assessments:rate", "assessments:team", "assessments:preview", "assessments:local_words"),
    *("dashboards:result", "admin:assessments_edition_change"),
}


class Read(HTMLParser):
    """A page as a browser builds it: its tags, and all text and attributes as they read."""

    def __init__(self, page: str, *, allowed: frozenset[str] = frozenset()) -> None:
        super().__init__()
        self.allowed = allowed
        self.wrong: list[str] = []
        self.texts: list[str] = []
        self.title = ""
        self.inside = ""
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        self.inside = tag
        self.texts += [value for value in given.values() if value]
        wrong = tag == "script" and "src" not in given and given.get("type") != "application/json"
        wrong |= any(
            key.startswith("on") or "x7" in key or key == "style"
            for key in given
            if key not in self.allowed
        )
        wrong |= given.get("src") == "x7" or "x7" in tag
        wrong |= str(given.get("href", "")).lower().startswith("javascript")
        if wrong:
            self.wrong.append(str(self.get_starttag_text())[:200])

    def handle_data(self, data):
        self.texts.append(data)
        if self.inside == "title":
            self.title += data

    def holds(self, text: str) -> bool:
        """Wherever it stands, however its spaces are drawn, cut short or not."""
        return one_line(text)[:25].strip() in one_line(" ".join(self.texts))


@pytest.mark.once
@pytest.mark.parametrize("page", PAGES, ids=lambda page: f"{page[1]}-{page[2]}")
def test_page(world, page):
    who, name, place = page
    query = "?visning=stor" if place == "shared" else ""

    response = world.client(who).get(reverse(name, args=world.places[place]) + query)

    assert response.status_code == 200
    read = Read(response.content.decode())
    assert read.wrong == []
    if name not in WITHOUT_NAMES:
        assert read.holds(NAME)
    if name in WITH_GOALS and (name, place) != ("dashboards:result", "open"):
        assert [text for text in STRINGS if not read.holds(text)] == []


# --- files --------------------------------------------------------------------------------------


@pytest.mark.once
def test_pdf(world):
    """Typst gets the words as data: as markup, `#panic` would stop it."""
    for place in ("sealed", "shared"):
        url = reverse("dashboards:result_pdf", args=world.places[place])
        response = world.client("chief").get(url)

        assert response.content.startswith(b"%PDF-")
        assert_header_is_whole(response)


@pytest.mark.once
def test_xlsx(world):
    for place in ("sealed", "shared"):
        url = reverse("dashboards:result_xlsx", args=world.places[place])
        response = world.client("chief").get(url)

        book = load_workbook(io.BytesIO(response.content))
        cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
        assert cells
        assert [cell.value for cell in cells if cell.data_type == "f"] == []
        assert_header_is_whole(response)


@pytest.mark.once
@pytest.mark.parametrize(
    ("who", "name", "place"),
    [
        ("chief", "dashboards:result_csv", "sealed"),
        ("chief", "dashboards:result_csv", "shared"),
        ("administrator", "dashboards:log_csv", ""),
        ("administrator", "dashboards:members_file", "municipality"),
    ],
)
def test_csv(world, who, name, place):
    response = world.client(who).get(reverse(name, args=world.places[place]))

    text = response.getvalue().decode("utf-8-sig")
    cells = [cell for row in csv.reader(io.StringIO(text), delimiter=";") for cell in row]
    assert [cell for cell in cells if cell.startswith(FORMULAS)] == []
    assert any(NAME[:20] in cell for cell in cells)
    assert_header_is_whole(response)


@pytest.mark.once
@pytest.mark.parametrize(
    ("who", "name", "place"),
    [
        ("chief", "dashboards:result_json", "sealed"),
        ("chief", "dashboards:result_json", "shared"),
        ("lead", "dashboards:my_data_json", ""),
    ],
)
def test_json(world, who, name, place):
    response = world.client(who).get(reverse(name, args=world.places[place]))

    found = json.dumps(json.loads(response.content), ensure_ascii=False)
    assert json.dumps(NAME[:20], ensure_ascii=False)[1:-1] in found
    assert_header_is_whole(response)


@pytest.mark.once
def test_own_copy(world):
    """Plain text, that no browser takes for a page."""
    url = reverse("assessments:own_copy", args=world.places["open"])
    response = world.client("lead").get(url)

    assert response.headers["Content-Type"].startswith("text/plain")
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert_header_is_whole(response)


def assert_header_is_whole(response) -> None:
    """A name in a header neither ends it nor turns how it is read around."""
    header = response.headers["Content-Disposition"]
    assert not set(header) & set("\r\n\0\u202e\u2066")


@pytest.mark.once
def test_drawing(world):
    """The house stands in the page: no element of it comes from a field."""
    page = world.client("chief").get(reverse("dashboards:result", args=world.places["sealed"]))

    svg = page.content.decode().split("<svg", 2)[2]
    assert Read(f"<svg{svg}").wrong == []


@pytest.mark.once
def test_mail(world):
    mails = list(Mail.objects.filter(to__in=[user.pk for user in world.people.values()]))

    assert mails
    for mail in mails:
        message = message_of(mail)
        assert "\n" not in message.subject
        assert "\r" not in message.subject
        assert set(message.message().keys()) >= {"Subject", "To"}
        assert "Bcc" not in message.message()
        assert Read(page_of(mail), allowed=frozenset({"style"})).wrong == []
        assert text_of(mail)
    assert any(Read(page_of(mail)).holds(NAME) for mail in mails)


@pytest.mark.once
def test_calendar(world):
    round_ = Round.objects.get(pk=world.places["round"][0])

    forums = list(round_.forums.order_by("pk"))
    text = calendar_file(round_, forums, "https://x.example/", timezone.now())
    [event] = Calendar.from_ical(text).events

    assert NAME[:20] in str(event["summary"])
    assert "ATTENDEE" not in event


def test_copy_of_the_municipality(world):
    names = {file.name for file in export_files(world.municipality, timezone.now())}

    assert not [name for name in names if ".." in name or name.startswith("/") or "<" in name]


# --- what is refused ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("who", "name", "place", "field"),
    [
        ("lead", "dashboards:my_data", "", "name"),
        ("lead", "assessments:plan", "", "name"),
        ("lead", "assessments:local_words", "forum", "goal-{goal}"),
        ("lead", "assessments:rate", "open", "reason-{goal}"),
        ("lead", "assessments:team", "team", "reason-{goal}"),
        ("administrator", "assessments:mail_text", "mail", "subject"),
        ("administrator", "admin:forums_unit_add", "", "name"),
        ("administrator", "admin:accounts_user_add", "", "name"),
    ],
)
def test_nul_is_refused_and_breaks_nothing(world, who, name, place, field):
    goal = Goal.objects.filter(pillar__edition=world.edition).order_by("pk")[0]
    typed = {field.format(goal=goal.pk): "x7\0y", "body": "x", f"goal-{goal.pk}": "3"}

    response = world.client(who).post(reverse(name, args=world.places[place]), typed)

    assert response.status_code in (200, 302, 422)
    assert "\0" not in repr(
        [*Rating.objects.values(), *User.objects.values(), *Round.objects.values()]
    )
    kept = world.client("lead").get(reverse("dashboards:my_data"))
    assert b"\0" not in kept.content


def test_nul_in_an_address_breaks_nothing(world):
    for url in ("/log/?person=x%00y", "/resultater/1/1/x%00y/", "/was?kommune=%00"):
        assert world.client("administrator").get(url).status_code in (200, 302, 404, 422)
