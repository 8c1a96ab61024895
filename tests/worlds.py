"""Ready-made situations: a confidential round with answers in it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection
from django.utils import timezone

from accounts.models import User
from assessments.models import Goal, Participation, Round, RoundForum
from assessments.operations.answering import RatingInput, save_ratings
from forums.enums import Role
from forums.models import Forum, Membership
from results.seal import seal_round
from tests.factories import EditionFactory, RoundFactory, RoundForumFactory


@dataclass
class OpenRound:
    """A confidential round of one forum, opened with its members' invitations."""

    round: Round
    round_forum: RoundForum
    goals: list[Goal]
    participations: list[Participation]

    def participation_of(self, user: User) -> Participation:
        return next(row for row in self.participations if row.user_id == user.pk)

    def answer(self, values: Sequence[int | None], *, reason: str = "") -> None:
        """Each entry is one member's value for every goal; None is "ved ikke"."""
        for participation, value in zip(self.participations, values, strict=False):
            self.rate(participation, dict.fromkeys(self.goals, value), reason=reason)

    def rate(
        self, participation: Participation, values: Mapping[Goal, int | None], *, reason: str = ""
    ) -> None:
        save_ratings(
            participation=participation,
            ratings=[
                RatingInput(goal.pk, value, value is None, reason) for goal, value in values.items()
            ],
            now=self.round.opens_at + timedelta(hours=1),
        )

    def seal(self) -> datetime:
        """Seal six minutes past closing; returns that moment."""
        now = self.round.closes_at + timedelta(minutes=6)
        assert seal_round(round_=self.round, now=now)
        self.round.refresh_from_db()
        self.round_forum.refresh_from_db()
        return now


def open_round_of(forum: Forum, *, edition=None, days_ago: int = 1, **fields: object) -> OpenRound:
    """A round that opened `days_ago` and stays open for fifteen days."""
    edition = edition or EditionFactory(framework__municipality=forum.municipality)
    opens_at = timezone.now() - timedelta(days=days_ago)
    round_ = RoundFactory(
        municipality=forum.municipality, edition=edition, opens_at=opens_at, **fields
    )
    memberships = list(
        Membership.objects.filter(forum=forum)
        .exclude(role=Role.FACILITATOR)
        .select_related("user")
        .order_by("pk")
    )
    round_forum = RoundForumFactory(round=round_, forum=forum, invited=len(memberships))
    participations = Participation.objects.bulk_create(
        Participation(round_forum=round_forum, user=membership.user, role=membership.role)
        for membership in memberships
    )
    goals = list(Goal.objects.filter(pillar__edition=edition))
    return OpenRound(round_, round_forum, goals, participations)


def believe_empty() -> None:
    """Lets PostgreSQL's planner take the tables of answers for empty ones that once were full."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE pg_class SET reltuples = 0, relpages = 1 + pg_relation_size(oid) / 8192"
            " WHERE relname IN ('assessments_rating', 'assessments_answer')"
        )
