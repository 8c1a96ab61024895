"""Every page, at three widths, light and dark: axe finds nothing, and nothing runs off the side.

One browser, one sign-in for each person and one demo for all of it: the pages are only read.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import axe_playwright_python
import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser, Page

from accounts.models import User
from assessments.models import Edition, RoundForum
from forums.models import Forum
from tests.e2e.scenes import expect_all_laid_out
from tests.factories import MembershipFactory, RoundFactory, RoundForumFactory

pytestmark = [pytest.mark.e2e, pytest.mark.once, pytest.mark.django_db(transaction=True)]
PASSWORD = "plf-demo"
AXE = next(Path(axe_playwright_python.__file__).parent.rglob("axe.min.js")).read_text("utf-8")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
PEOPLE = {
    "": "",
    "leader": "aftaleholder3@norddjurs.example",
    "team": "aftaleholder6@norddjurs.example",
    "chief": "chef@norddjurs.example",
    "lead": "aftaleholder1@norddjurs.example",
    "administrator": "administrator@norddjurs.example",
    "system": "system@plf.example",
    "worder": "skoleleder1@hoeje-taastrup.example",
}


@dataclass(frozen=True)
class Places:
    """Where the demo's rounds lie: sealed, open, planned, a team's open, a team's sealed."""

    sealed: str
    open: str
    team: str
    shared: str
    forum: int
    team_forum: int
    round: int
    pillar: str
    running: int
    planned: int
    municipality: int
    edition: int
    worded: int

    def pages(self) -> list[tuple[str, str]]:
        """Who looks at which address."""
        return [
            *self.signing_in(),
            ("", "/privatliv/"),
            ("leader", "/"),
            ("chief", "/"),
            ("leader", f"/runder/{self.open}/"),
            ("leader", f"/runder/{self.open}/faerdig/"),
            ("team", f"/runder/{self.team}/sammen/"),
            ("leader", f"/resultater/{self.sealed}/"),
            ("leader", f"/resultater/{self.open}/"),
            ("leader", f"/resultater/{self.sealed}/?orden=soejler"),
            ("leader", f"/resultater/{self.sealed}/?visning=stor"),
            ("leader", f"/resultater/{self.sealed}/{self.pillar}/"),
            ("lead", f"/resultater/{self.sealed}/frigiv/"),
            ("leader", f"/udvikling/{self.forum}/"),
            ("chief", f"/udvikling/{self.team_forum}/"),
            ("chief", f"/resultater/{self.shared}/"),
            ("chief", f"/resultater/{self.shared}/{self.pillar}/"),
            ("chief", "/resultater/"),
            ("chief", "/overblik/"),
            ("chief", f"/overblik/{self.round}/"),
            *self.planning(),
            *self.administering(),
            ("worder", f"/oversaettelse/{self.worded}/"),
            ("leader", "/privatliv/"),
            ("leader", "/findes-ikke/"),
        ]

    def signing_in(self) -> list[tuple[str, str]]:
        """The way in, and what one may change of it."""
        strangers = ("log-ind", "log-ind/kode", "adgangskode/glemt", "adgangskode/sendt")
        mine = ("", "mine-data/", "logget-ind/", "adgangskode/", "bekraeft/", "to-trin/")
        factors = ("app/", "noegler/", "noegler/ny/", "koder/nye/")
        return [
            *[("", f"/{path}/") for path in (*strangers, "log-ind/lukket", "log-ind/kommune")],
            ("", "/velkommen/findes-ikke/"),
            *[("leader", f"/konto/{path}") for path in mine],
            *[("leader", f"/konto/to-trin/{path}") for path in factors],
        ]

    def administering(self) -> list[tuple[str, str]]:
        """What the administration has beside Django's own pages."""
        return [
            ("administrator", "/medlemmer/import/"),
            ("administrator", "/log/"),
            ("administrator", "/admin/"),
            ("administrator", "/admin/accounts/user/"),
            ("administrator", "/admin/accounts/user/add/"),
            ("administrator", "/admin/forums/forum/add/"),
            ("administrator", f"/admin/forums/forum/{self.team_forum}/change/"),
            ("system", f"/admin/forums/municipality/{self.municipality}/change/"),
            ("administrator", "/admin/assessments/framework/hent/"),
            ("administrator", f"/admin/assessments/edition/{self.edition}/vis/"),
            ("administrator", f"/grundlag/{self.edition}/vis/"),
            ("lead", f"/runder/ny/vis/{self.edition}/"),
        ]

    def planning(self) -> list[tuple[str, str]]:
        """The pages of those who plan rounds and word their mails."""
        mail = f"/runder/mails/{self.municipality}/invitation"
        return [
            ("lead", "/runder/ny/"),
            ("lead", f"/runder/{self.planned}/aendr/"),
            ("lead", f"/runder/{self.running}/"),
            *[
                ("lead", f"/runder/{self.running}/{change}/")
                for change in ("udskyd", "luk", "aflys", "glemt")
            ],
            ("administrator", "/runder/mails/"),
            ("administrator", f"{mail}/da/"),
            ("administrator", f"{mail}/en/"),
        ]


def places() -> Places:
    def newest(name: str, **fields: object) -> RoundForum:
        rows = RoundForum.objects.filter(forum__name=name, **fields).select_related("round")
        return rows.latest("round__closes_at")

    def path(row: RoundForum) -> str:
        return f"{row.round_id}/{row.forum_id}"

    sealed = newest("Lederforum", round__sealed_at__isnull=False)
    shared = newest("Ledelsesteam, Børneby Nord", round__sealed_at__isnull=False)
    running = newest("Lederforum", round__opened_at__isnull=False, round__sealed_at=None)
    return Places(
        sealed=path(sealed),
        open=path(running),
        team=path(newest("Ledelsesteam, Auning Skole", round__sealed_at=None)),
        shared=path(shared),
        forum=sealed.forum_id,
        team_forum=shared.forum_id,
        round=shared.round_id,
        pillar="dialoger",
        running=running.round_id,
        planned=newest("Lederforum", round__opened_at=None).round_id,
        municipality=running.municipality_id,
        edition=running.round.edition_id,
        worded=Forum.objects.get(
            municipality__name__startswith="Høje", memberships__user__email=PEOPLE["worder"]
        ).pk,
    )


def plan_ahead() -> None:
    """The demo has no round that is still to open, and nobody who is still to come."""
    forum = Forum.objects.get(name="Lederforum", municipality__name="Norddjurs Kommune")
    now = timezone.now()
    team = Forum.objects.get(name="Ledelsesteam, Børneby Nord")
    coming = User.objects.get(email="aftaleholder9@norddjurs.example")
    begins = now + timedelta(days=9)
    MembershipFactory(forum=team, user=coming, role="facilitator", starts_at=begins)
    later = {"opens_at": now + timedelta(days=90), "closes_at": now + timedelta(days=104)}
    edition = Edition.objects.in_use().filter(rounds__round_forums__forum=forum).latest("pk")
    round_ = RoundFactory(municipality=forum.municipality, edition=edition, opened_at=None, **later)
    RoundForumFactory(forum=forum, round=round_)


def signed_in(email: str, url: str) -> Any:
    """The cookie of a session in which the person gave the password just now."""
    client = Client()
    client.force_login(User.objects.get(email=email))
    assert client.post("/konto/bekraeft/", {"password": PASSWORD}).status_code == 302
    name = settings.SESSION_COOKIE_NAME
    return {"name": name, "value": client.cookies[name].value, "url": url}


@pytest.fixture
def pages(demo, browser: Browser, live_server) -> Iterator[dict[str, Page]]:
    """A page of each person in Danish, signed in a moment ago, by cookie."""
    plan_ahead()
    contexts = {}
    for who, email in PEOPLE.items():
        context = browser.new_context(base_url=live_server.url, reduced_motion="reduce")
        context.set_default_timeout(15_000)
        contexts[who] = context
        context.new_page()
        if email:
            context.add_cookies([signed_in(email, live_server.url)])
    yield {who: context.pages[0] for who, context in contexts.items()}
    for context in contexts.values():
        context.close()


def faults(page: Page, only: list[str]) -> list[str]:
    """What axe finds by these rules or groups of rules, and whether the page is too wide."""
    found = page.evaluate(
        """async only => {
            const options = { runOnly: only, resultTypes: ["violations"] };
            const { violations } = await axe.run(document, options);
            const first = violation => violation.nodes.slice(0, 3).map(node => node.html).join(" ");
            return violations.map(violation => `${violation.id}: ${first(violation)}`);
        }""",
        only,
    )
    wide = page.evaluate("() => document.documentElement.scrollWidth - innerWidth")
    return [*found, *([f"{wide} px run off the side"] if wide > 0 else [])]


# What has the templates of another page already: only the long form looks at it too.
AGAIN = (
    *("?orden=soejler", "/en/", "/aendr/", "/luk/", "/aflys/"),
    *("/adgangskode/sendt/", "/log-ind/lukket/", "/koder/nye/"),
    *("/user/", "/add/"),
)

Look = tuple[int, str, list[str]]
PHONE: list[Look] = [(390, "light", RULES)]
# Where only size or colour differs, the rules that depend on them.
OTHERS: list[Look] = [
    (320, "light", ["target-size"]),
    (1280, "light", ["target-size", "heading-order", "region"]),
    (1280, "dark", ["color-contrast"]),
]


def look_at(
    pages: dict[str, Page], url: str, looks: list[Look], skipped: tuple[str, ...] = ()
) -> dict[str, list[str]]:
    found = {}
    for who, address in places().pages():
        if address.endswith(skipped):
            continue
        page = pages[who]
        answer = page.goto(address)
        assert answer, address
        assert (answer.ok, page.url) == ("findes-ikke" not in address, f"{url}{address}")
        page.evaluate(AXE)
        expect_all_laid_out(page)
        for width, scheme, rules in looks:
            page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
            page.set_viewport_size({"width": width, "height": 900})
            if seen := faults(page, rules):
                found[f"{address} {width} {scheme}"] = seen
    return found


def test_every_page_is_without_a_fault_on_a_phone(pages, live_server):
    assert look_at(pages, live_server.url, PHONE, AGAIN) == {}


@pytest.mark.prove
def test_every_page_is_without_a_fault_at_each_width_in_light_and_dark(pages, live_server):
    assert look_at(pages, live_server.url, PHONE + OTHERS) == {}
