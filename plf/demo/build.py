"""Builds the demo through the same operations as people use, with the clock set back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import override

from accounts.models import Mail
from assessments.enums import RoundKind
from assessments.framework_files import FOLDER, read_framework, read_scale
from assessments.models import Edition, Goal, Participation, Round, RoundForum
from assessments.operations.answering import save_ratings, say_done
from assessments.operations.counting import count_answered
from assessments.operations.frameworks import load_framework
from assessments.operations.rounds import open_round, plan_round
from assessments.operations.sharing import SharedInput, finish_shared, save_shared_ratings
from forums.models import Forum, Municipality
from plf.demo.invent import POLARISED, Leader, invent_answers, invent_leaders
from plf.demo.people import (
    Place,
    make_hoeje_taastrup,
    make_norddjurs,
    make_system_administrator,
)
from results.operations import release_result
from results.seal import seal_round

DEMO_SLUGS = ("norddjurs", "hoeje-taastrup")
SEED = 2019
MONTH = timedelta(days=30.44)
ROUND_LENGTH = timedelta(days=14)
# Rounds that are open now opened a week ago: the number of answers is that of last midnight.
OPEN_LENGTH = timedelta(days=21)
TEAM_THAT_IS_OPEN = "Ledelsesteam, Auning Skole"


class NotADemo(Exception):
    """Demo mode is off, or the database holds a real municipality."""


@dataclass
class _Builder:
    place: Place
    edition: Edition
    goals: Sequence[Goal]
    now: datetime
    random: Random

    def closing(self, months_back: float) -> datetime:
        """A working day at four in the afternoon, about so many months ago."""
        day = timezone.localtime(self.now - MONTH * months_back)
        day -= timedelta(days=max(0, day.weekday() - 4))
        return day.replace(hour=16, minute=0, second=0, microsecond=0)

    def in_two_weeks(self) -> datetime:
        return timezone.localtime(self.now + timedelta(days=14)).replace(
            hour=16, minute=0, second=0, microsecond=0
        )

    def plan(
        self,
        forums: Sequence[Forum],
        kind: str,
        closes_at: datetime,
        *,
        length: timedelta = ROUND_LENGTH,
        delay: int = 14,
    ) -> Round:
        opens_at = closes_at - length
        with override("da"):
            name = date_format(timezone.localtime(closes_at), "F Y").capitalize()
        round_ = plan_round(
            municipality=self.place.municipality,
            edition=self.edition,
            name=name,
            kind=kind,
            forums=forums,
            opens_at=opens_at,
            closes_at=closes_at,
            release_delay_days=delay,
            now=opens_at,
        )
        open_round(round_=round_, now=opens_at)
        return round_

    def sealed_series(
        self,
        forum: Forum,
        months_back: Sequence[float],
        absent: Sequence[int],
        *,
        delay: int = 14,
        first_number: int = 0,
    ) -> None:
        """One sealed confidential round for each entry; `absent` do not answer in it."""
        leaders: list[Leader] = []
        series = zip(months_back, absent, strict=True)
        for number, (months, missing) in enumerate(series, start=first_number):
            closes_at = self.closing(months)
            round_ = self.plan([forum], RoundKind.CONFIDENTIAL, closes_at, delay=delay)
            members = _participations(round_)
            leaders = leaders or invent_leaders(len(members), self.random)
            answering = list(zip(members, leaders, strict=True))[missing:]
            self.answer(answering, number, closes_at - timedelta(days=3))
            seal_round(round_=round_, now=closes_at + timedelta(minutes=6))

    def open_confidential(self, forum: Forum, answering: slice, *, number: int) -> None:
        """A round that is open now; those in the slice have answered some days ago."""
        closes_at = self.in_two_weeks()
        round_ = self.plan([forum], RoundKind.CONFIDENTIAL, closes_at, length=OPEN_LENGTH)
        members = list(_participations(round_))
        leaders = invent_leaders(len(members), self.random)
        pairs = list(zip(members, leaders, strict=True))[answering]
        self.answer(pairs, number, round_.opens_at + timedelta(minutes=5))

    def answer(
        self, pairs: Sequence[tuple[Participation, Leader]], number: int, at: datetime
    ) -> None:
        for place, (participation, leader) in enumerate(pairs):
            ratings = invent_answers(
                self.goals, leader, place=place, round_number=number, random=self.random
            )
            save_ratings(participation=participation, ratings=ratings, now=at)
            say_done(participation=participation, now=at)

    def shared(self, forums: Sequence[Forum], months_back: float, *, number: int) -> None:
        closes_at = self.closing(months_back)
        round_ = self.plan(forums, RoundKind.SHARED, closes_at)
        for row in _round_forums(round_):
            self.agree(row, self.goals, number, closes_at - timedelta(days=1))
            finish_shared(round_forum=row, now=closes_at - timedelta(days=1))
        seal_round(round_=round_, now=closes_at + timedelta(minutes=6))

    def agree(self, row: RoundForum, goals: Sequence[Goal], number: int, at: datetime) -> None:
        height = self.random.gauss(3.1, 0.3) + 0.3 * number
        ratings = [self.agreed(goal, height) for goal in goals]
        save_shared_ratings(round_forum=row, ratings=ratings, now=at)

    def agreed(self, goal: Goal, height: float) -> SharedInput:
        """A level about the team's height, or now and then that they see it differently."""
        differs = goal.text == POLARISED or self.random.random() < 0.06
        level = None if differs else min(5, max(1, round(self.random.gauss(height, 0.8))))
        note = "Vi prøver det af på de næste tre møder." if self.random.random() < 0.1 else ""
        return SharedInput(goal.pk, level, differs, note)


def _participations(round_: Round) -> Sequence[Participation]:
    return list(
        Participation.objects.filter(round_forum__round=round_)
        .select_related("round_forum__round__edition")
        .order_by("pk")
    )


def _round_forums(round_: Round) -> Sequence[RoundForum]:
    return list(round_.round_forums.select_related("round__edition").order_by("forum__name", "pk"))


def build_demo(*, now: datetime) -> bool:
    """Build the demo; False where it is there already. Refuses with NotADemo."""
    if not settings.DEMO:
        raise NotADemo("DEMO is off")
    if Municipality.objects.exclude(slug__in=DEMO_SLUGS).exists():
        raise NotADemo("the database holds a municipality that is not the demo's")
    with transaction.atomic():
        if Municipality.objects.filter(slug=DEMO_SLUGS[0]).exists():
            return False
        since = now - MONTH * 36
        _build_norddjurs(make_norddjurs(since=since), now)
        _build_hoeje_taastrup(make_hoeje_taastrup(since=since), now)
        make_system_administrator(since=since)
        count_answered(now=now)
        # The demo's people have no mailbox: what was written to them on the way is not sent.
        Mail.objects.all().delete()
    return True


def _builder(place: Place, framework: str, now: datetime) -> _Builder:
    edition = load_framework(
        file=read_framework(FOLDER / f"{framework}.toml"),
        scale=read_scale(FOLDER / "scale.toml"),
        municipality=place.municipality,
        now=now - MONTH * 30,
    )
    goals = list(Goal.objects.filter(pillar__edition=edition).select_related("pillar"))
    return _Builder(place, edition, goals, now, Random(SEED))  # noqa: S311 -- invented answers


def _build_norddjurs(place: Place, now: datetime) -> None:
    builder = _builder(place, "norddjurs-plf", now)
    lederforum = place.forums["Lederforum"]
    teams = [forum for name, forum in place.forums.items() if name.startswith("Ledelsesteam")]
    builder.shared(teams, 12, number=0)
    builder.shared(teams[:5], 1, number=1)
    builder.sealed_series(lederforum, (18, 12, 6), (2, 1, 2))
    builder.sealed_series(place.forums["Den samlede ledergruppe"], (15, 9, 3), (6, 5, 8))
    # Those who have answered are the seven last: the chief and Aftaleholder 1 to 3 have not.
    builder.open_confidential(lederforum, slice(4, None), number=3)
    round_ = builder.plan(
        [place.forums[TEAM_THAT_IS_OPEN]],
        RoundKind.SHARED,
        builder.in_two_weeks(),
        length=OPEN_LENGTH,
    )
    for row in _round_forums(round_):
        builder.agree(row, builder.goals[:4], 1, round_.opens_at + timedelta(hours=2))


def _build_hoeje_taastrup(place: Place, now: datetime) -> None:
    builder = _builder(place, "hoeje-taastrup-ledelsesgrundlag", now)
    forum = place.forums["Skoleledergruppen"]
    builder.sealed_series(forum, (14, 8), (1, 0))
    # The delay is long, so that the newest result still waits for its release.
    builder.sealed_series(forum, (2.6,), (1,), delay=120, first_number=2)
    builder.open_confidential(forum, slice(4, None), number=3)
    newest_but_one = (
        RoundForum.objects.filter(forum=forum, round__sealed_at__isnull=False)
        .select_related("round")
        .order_by("-round__closes_at")[1]
    )
    release_result(
        round_forum=newest_but_one,
        by=forum.memberships.get(is_lead=True).user,
        now=newest_but_one.round.closes_at + timedelta(days=2),
    )
