"""What a leader does, as a browser does it: the whole form at once, or goal by goal; on the product
and on the floor."""

import re
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field
from random import Random

from assessments.answers import Answer, Rating
from tests.bench.browser import Browser, Said
from tests.bench.invented import PASSWORD

REASON = "Vi taler om det på hvert møde, og alle ved, hvad de skal gøre bagefter."
REASONED = 6  # one goal in so many gets a reason
FIELD = re.compile(r'name="(as|seen|csrfmiddlewaretoken)" value="([^"]*)"')


class WentWrong(Exception):
    """Something else came back than what a person expects."""


@dataclass(frozen=True)
class Invited:
    """Somebody invited to the open round, and where that is."""

    participation: int
    round_id: int
    forum_id: int
    email: str
    session: str = ""

    @property
    def rate(self) -> str:
        return f"/runder/{self.round_id}/{self.forum_id}/"


@dataclass
class Tally:
    """What was said to be saved, and how long each save took."""

    ratings: int = 0
    journeys: int = 0
    saves: list[float] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)


Journey = Callable[[Browser, Invited, Tally], Awaitable[None]]
Pause = Callable[[], Awaitable[None]]


async def no_pause() -> None:
    """Faster than anybody clicks."""


def choices(goals: Sequence[int], seed: int) -> list[tuple[int, str, str]]:
    dice = Random(seed)
    return [
        (goal, str(dice.randint(1, 5)), REASON if dice.randrange(REASONED) == 0 else "")
        for goal in goals
    ]


def expect(said: Said, *, status: int = 200) -> Said:
    if said.status != status:
        raise WentWrong(f"{said.status}: {said.text[:200]}")
    return said


@dataclass(frozen=True)
class Product:
    """`passwords` is the port of the server beside the pages, where the proxy sends those."""

    goals: Sequence[int]
    passwords: int = 0

    def start(self, browser: Browser, invited: Invited) -> None:
        browser.cookies = {"__Host-session": invited.session}

    async def sign_in(self, browser: Browser, invited: Invited) -> float:
        page = expect(await browser.get("/log-ind/"))
        fields = dict(FIELD.findall(page.text))
        fields |= {"login": invited.email, "password": PASSWORD}
        proxied = Browser(self.passwords, browser.address, browser.cookies)
        said = expect(await proxied.post("/log-ind/", fields), status=302)
        await proxied.end()
        return page.seconds + said.seconds

    async def whole_form(self, browser: Browser, invited: Invited, tally: Tally) -> None:
        page = expect(await browser.get(invited.rate))
        fields = dict(FIELD.findall(page.text)) | {"next": "done"}
        for goal, value, reason in choices(self.goals, invited.participation):
            fields |= {f"goal-{goal}": value, f"reason-{goal}": reason}
        saved = expect(await browser.post(invited.rate, fields), status=302)
        tally.saves.append(saved.seconds)
        tally.ratings += len(self.goals)
        await self._submit(browser, invited, fields)

    async def goal_by_goal(
        self, browser: Browser, invited: Invited, tally: Tally, pause: Pause = no_pause
    ) -> None:
        page = expect(await browser.get(invited.rate))
        fields = dict(FIELD.findall(page.text))
        for goal, value, reason in choices(self.goals, invited.participation):
            await pause()
            sent = fields | {"goal": str(goal), "value": value}
            sent |= {"reason": reason} if reason else {}
            saved = expect(await browser.post(f"{invited.rate}gem/", sent))
            fields["seen"] = re.findall(r'"seen": "([^"]*)"', saved.text)[0]
            tally.saves.append(saved.seconds)
            tally.ratings += 1
        await self._submit(browser, invited, fields)

    async def _submit(self, browser: Browser, invited: Invited, fields: dict[str, str]) -> None:
        expect(await browser.get(f"{invited.rate}faerdig/"))
        kept = {name: fields[name] for name in ("as", "csrfmiddlewaretoken")}
        expect(await browser.post_and_follow(f"{invited.rate}faerdig/", kept))


@dataclass(frozen=True)
class Floor:
    goals: Sequence[int]
    edition: int

    def start(self, browser: Browser, invited: Invited) -> None:
        """Nobody signs in here."""

    def page(self, invited: Invited) -> str:
        return f"/{self.edition}/{invited.participation}/"

    async def whole_form(self, browser: Browser, invited: Invited, tally: Tally) -> None:
        page = expect(await browser.get(self.page(invited)))
        fields = dict(FIELD.findall(page.text))
        for goal, value, reason in choices(self.goals, invited.participation):
            fields |= {f"goal-{goal}": value, f"reason-{goal}": reason}
        expect(await browser.post_and_follow(self.page(invited), fields))
        tally.ratings += len(self.goals)

    async def goal_by_goal(self, browser: Browser, invited: Invited, tally: Tally) -> None:
        page = expect(await browser.get(self.page(invited)))
        fields = dict(FIELD.findall(page.text))
        for goal, value, reason in choices(self.goals, invited.participation):
            sent = fields | {"goal": str(goal), "value": value, "reason": reason}
            expect(await browser.post(f"{self.page(invited)}save/", sent))
            tally.ratings += 1
        expect(await browser.get(self.page(invited)))


def ratings_kept(people: Iterable[Invited]) -> int:
    """What the database holds of them."""
    keys = [one.participation for one in people]
    return Rating.objects.filter(answer__participation__in=keys, value__isnull=False).count()


def forget(people: Iterable[Invited]) -> None:
    Answer.objects.filter(participation__in=[one.participation for one in people]).delete()
