"""Many at once: journeys by so many clients, by the clock, and a whole morning's sign-in."""

import asyncio
import itertools
import statistics
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random

from tests.bench.browser import Browser
from tests.bench.journeys import Floor, Invited, Journey, Product, Tally, WentWrong

Site = Product | Floor
BROKEN = (WentWrong, OSError, EOFError, IndexError)
THINKS = 3.0  # seconds for a goal, in the middle: four times as fast as people are


@dataclass(frozen=True)
class Load:
    seconds: float
    cpu: float
    tally: Tally

    @property
    def per_second(self) -> float:
        return self.tally.journeys / self.seconds

    @property
    def cpu_each(self) -> float:
        """Milliseconds of the web server's processes for a journey."""
        return 1000 * self.cpu / max(1, self.tally.journeys)


def p95(seconds: Sequence[float]) -> float:
    return statistics.quantiles(seconds, n=20)[-1] if len(seconds) > 1 else 0.0


async def one_journey(journey: Journey, browser: Browser, who: Invited, tally: Tally) -> None:
    try:
        await journey(browser, who, tally)
        tally.journeys += 1
    except BROKEN as error:
        browser.close()
        tally.wrong.append(f"{type(error).__name__}: {error}")


async def by_clients(
    site: Site, journey: Journey, port: int, people: Sequence[Invited], *, clients: int, turns: int
) -> Tally:
    """Each client is the next person as soon as it is done, without a pause.

    A person has a browser, and so a connection, of their own: one that many shared would keep them
    all at the server's process that once took it, while others are idle.
    """
    tally = Tally()
    queue = itertools.islice(itertools.cycle(people), clients * turns)

    async def client() -> None:
        for who in queue:
            browser = Browser(port)
            site.start(browser, who)
            await one_journey(journey, browser, who, tally)
            await browser.end()

    await asyncio.gather(*(client() for _number in range(clients)))
    return tally


async def by_the_clock(
    site: Site,
    journey: Journey,
    port: int,
    people: Sequence[Invited],
    *,
    rate: float,
    seconds: float,
) -> Tally:
    """So many begin each second, whether those before have ended or not."""
    tally = Tally()

    async def journeys(who: Invited) -> None:
        browser = Browser(port)
        site.start(browser, who)
        await one_journey(journey, browser, who, tally)
        await browser.end()

    async with asyncio.TaskGroup() as group:
        start = time.perf_counter()
        for who, at in zip(itertools.cycle(people), _moments(rate, seconds), strict=False):
            await asyncio.sleep(max(0.0, start + at - time.perf_counter()))
            group.create_task(journeys(who))
    return tally


def _moments(rate: float, seconds: float) -> Iterator[float]:
    """As people come: not in step."""
    dice = Random(1)
    at = 0.0
    while (at := at + dice.expovariate(rate)) < seconds:
        yield at


@dataclass
class Morning:
    """What 500 who come to work met."""

    tally: Tally
    sign_ins: list[float]
    seconds: float


async def morning(
    product: Product,
    port: int,
    people: Sequence[Invited],
    *,
    within: float,
) -> Morning:
    """All sign in within so many seconds, open the page, rate goal by goal and submit.

    They sit in five municipalities, each behind one address.
    """
    tally, sign_ins = Tally(), []

    async def leader(number: int, who: Invited) -> None:
        dice = Random(number)

        async def think() -> None:
            await asyncio.sleep(dice.uniform(0.5, 1.5) * THINKS)

        async def whole(browser: Browser, who: Invited, tally: Tally) -> None:
            await asyncio.sleep(dice.uniform(0, within))
            sign_ins.append(await product.sign_in(browser, who))
            await product.goal_by_goal(browser, who, tally, think)

        browser = Browser(port, f"192.0.2.{number % 5}")
        await one_journey(whole, browser, who, tally)
        await browser.end()

    start = time.perf_counter()
    await asyncio.gather(*(leader(*one) for one in enumerate(people)))
    return Morning(tally, sign_ins, time.perf_counter() - start)
