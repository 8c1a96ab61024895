"""Rounds: one opening of one edition for some forums."""

import uuid
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from assessments.enums import RoundKind, RoundState
from assessments.models.frameworks import Edition, Goal
from forums.enums import Role
from forums.models import Forum, Membership, Municipality
from plf.lib.danish import to_several

if TYPE_CHECKING:
    from accounts.models import User

# A save that was under way when the round closed still counts; the seal waits for it.
GRACE = timedelta(minutes=5)


class RoundQuerySet(models.QuerySet["Round"]):
    def administered_by(self, user: "User") -> "RoundQuerySet":
        return self.filter(municipality__in=Municipality.objects.administered_by(user))

    def unsettled(self) -> "RoundQuerySet":
        """Neither counted nor lost in a restore: planned, open, or closed and waiting."""
        return self.filter(sealed_at=None, lost_at=None)

    def due_to_open(self, now: datetime) -> "RoundQuerySet":
        return self.unsettled().filter(opened_at=None, opens_at__lte=now)

    def due_to_seal(self, now: datetime) -> "RoundQuerySet":
        return self.unsettled().filter(opened_at__isnull=False, closes_at__lt=now - GRACE)

    def to_be_filed(self) -> "RoundQuerySet":
        """Sealed rounds whose result does not lie beside the backups yet."""
        return self.filter(sealed_at__isnull=False, filed_at=None)


class Round(models.Model):
    """Planned, open, closed and sealed follow from the clock and the seal."""

    municipality = models.ForeignKey(
        Municipality, models.CASCADE, related_name="rounds", verbose_name=_("municipality")
    )
    edition = models.ForeignKey(
        Edition, models.PROTECT, related_name="rounds", verbose_name=_("edition")
    )
    forums: "models.ManyToManyField[Forum, RoundForum]" = models.ManyToManyField(
        Forum, through="RoundForum", related_name="rounds", verbose_name=_("forums")
    )
    # What its filed result is known by: the database gives the same number again after a restore,
    # and the opening of a planned round can be moved. Rounds from before have none.
    key = models.UUIDField(default=uuid.uuid4, null=True, editable=False)
    name = models.CharField(_("name"), max_length=120)
    kind = models.CharField(
        _("kind"), max_length=15, choices=RoundKind.choices, default=RoundKind.CONFIDENTIAL
    )
    opens_at = models.DateTimeField(_("opens"))
    closes_at = models.DateTimeField(_("closes"))
    results_open_at = models.DateTimeField(
        _("results open"),
        null=True,
        blank=True,
        help_text=_("Empty: as soon as the round has closed."),
    )
    release_delay_days = models.PositiveSmallIntegerField(
        _("days until the chief above sees the result"),
        default=14,
        help_text=_("Counted from closing, unless the forum's lead releases it before."),
    )
    invites_chief = models.BooleanField(
        _("the chief is invited"),
        default=True,
        help_text=_("The members whose role is chief answer along with the others."),
    )
    sends_reminders = models.BooleanField(_("reminders are sent"), default=True)
    closes_when_all_done = models.BooleanField(
        _("closes when all have said that they are done"), default=False, editable=False
    )
    smallest_group = models.PositiveSmallIntegerField(
        _("fewest answers that are shown"), default=5, db_default=5, editable=False
    )
    information = models.TextField(
        _("what the invited were told about their data"),
        blank=True,
        editable=False,
        default="",
        db_default="",
    )
    opened_at = models.DateTimeField(_("opened"), null=True, editable=False)
    sealed_at = models.DateTimeField(_("sealed"), null=True, editable=False)
    filed_at = models.DateTimeField(_("result filed"), null=True, editable=False)
    lost_at = models.DateTimeField(_("lost in a restore"), null=True, editable=False)
    results_told_at = models.DateTimeField(_("result announced"), null=True, editable=False)

    objects = RoundQuerySet.as_manager()

    class Meta:
        verbose_name = _("round")
        verbose_name_plural = _("rounds")
        ordering = ("-opens_at", "-pk")
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                fields=["closes_at"], condition=Q(sealed_at=None), name="assessments_round_unsealed"
            )
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(closes_at__gt=F("opens_at")),
                name="assessments_round_opens_before_it_closes",
                violation_error_message=_("A round opens before it closes."),
            ),
            models.CheckConstraint(
                condition=Q(results_open_at=None) | Q(results_open_at__gte=F("closes_at")),
                name="assessments_round_results_open_after_closing",
                violation_error_message=_("Results open when the round has closed, or later."),
            ),
            models.CheckConstraint(
                condition=Q(sealed_at=None) | Q(opened_at__isnull=False),
                name="assessments_round_sealed_was_opened",
            ),
            models.CheckConstraint(
                condition=Q(sealed_at=None) | Q(lost_at=None),
                name="assessments_round_sealed_or_lost",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def state(self, now: datetime) -> RoundState:
        if self.lost_at is not None:
            return RoundState.LOST
        if self.sealed_at is not None:
            return RoundState.SEALED
        if self.opened_at is None:
            return RoundState.PLANNED
        return RoundState.OPEN if now < self.closes_at else RoundState.CLOSED

    def accepts_answers(self, now: datetime) -> bool:
        """True from opening to five minutes past closing."""
        return (
            self.opened_at is not None
            and self.sealed_at is None
            and self.lost_at is None
            and now <= self.closes_at + GRACE
        )

    @property
    def is_shared(self) -> bool:
        return self.kind == RoundKind.SHARED

    def result_opens_at(self) -> datetime | None:
        """When those in the forum may see the result; None while it is not sealed."""
        if self.sealed_at is None:
            return None
        return max(self.sealed_at, self.results_open_at or self.sealed_at)

    def released_by_itself_at(self) -> datetime | None:
        """When the chief above sees the result even if nobody released it."""
        opens_at = self.result_opens_at()
        if opens_at is None or self.sealed_at is None:
            return None
        return max(opens_at, self.sealed_at + timedelta(days=self.release_delay_days))


class RoundForumQuerySet(models.QuerySet["RoundForum"]):
    def whole(self) -> "RoundForumQuerySet":
        """With all that a page about one forum's round shows, in one query."""
        return self.select_related(
            "round__edition__framework", "round__municipality", "forum", "municipality"
        )

    def visible_to(self, user: "User", now: datetime) -> "RoundForumQuerySet":
        """Rounds of forums that the person is in or reads, whatever may be seen of them yet."""
        return self.filter(forum__in=Forum.objects.visible_to(user, now))

    def result_open_to(self, user: "User", now: datetime) -> "RoundForumQuerySet":
        """Sealed rounds whose result the person may see at the time."""
        member = Membership.objects.current(now).filter(user=user).values("forum")
        opened = Q(round__results_open_at=None) | Q(round__results_open_at__lte=now)
        released = Q(released_at__lte=now) | Q(releases_itself_at__lte=now)
        return self.filter(
            opened,
            Q(forum__in=member) | (Q(forum__chief=user) & released),
            round__sealed_at__isnull=False,
        )


def chief_as_member(now: datetime) -> models.QuerySet[Membership]:
    """For forums in rounds: the chief's own membership of the forum, where they have one."""
    return Membership.objects.current(now).filter(
        forum=OuterRef("forum"), user=OuterRef("forum__chief")
    )


class RoundForum(models.Model):
    """One forum's part in a round: where it stands, and what was released."""

    round = models.ForeignKey(
        Round, models.CASCADE, related_name="round_forums", verbose_name=_("round")
    )
    forum = models.ForeignKey(
        Forum, models.PROTECT, related_name="round_forums", verbose_name=_("forum")
    )
    municipality = models.ForeignKey(Municipality, models.CASCADE, related_name="+", editable=False)
    invited = models.PositiveSmallIntegerField(_("invited"), default=0, editable=False)
    answered = models.PositiveSmallIntegerField(
        _("have answered, as of last midnight; at sealing the final number"),
        default=0,
        editable=False,
    )
    counted_at = models.DateTimeField(_("counted"), null=True, editable=False)
    finished_at = models.DateTimeField(_("team was done"), null=True, editable=False)
    releases_itself_at = models.DateTimeField(
        _("released at the latest"), null=True, editable=False
    )
    released_at = models.DateTimeField(_("released"), null=True, editable=False)
    released_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, editable=False, related_name="+"
    )

    objects = RoundForumQuerySet.as_manager()

    class Meta:
        verbose_name = _("forum in a round")
        verbose_name_plural = _("forums in a round")
        ordering = ("forum__name", "pk")
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["forum", "round"], name="assessments_roundforum_history")
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["round", "forum"],
                name="assessments_roundforum_once",
                violation_error_message=_("The forum is in this round already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.round_id} · {self.forum_id}"

    @property
    def question(self) -> str:
        """The edition's question to this forum; a team answers it together, as "I"."""
        asked = self.round.edition.question.replace("{forum}", self.forum.name_in_sentence)
        return to_several(asked) if self.round.is_shared else asked


class ParticipationQuerySet(models.QuerySet["Participation"]):
    def visible_to(self, user: "User", now: datetime) -> "ParticipationQuerySet":
        """A person sees their own invitations, while they are a member of the forum."""
        member = Membership.objects.current(now).filter(user=user).values("forum")
        return self.filter(user=user, round_forum__forum__in=member)

    def being_asked(self, user_id: int) -> "ParticipationQuerySet":
        """Invitations to confidential rounds that are not counted yet.

        While a person has one, no log may tell that they were here: whoever was here has nearly
        certainly answered.
        """
        return self.of_unsettled().filter(
            user=user_id, round_forum__round__kind=RoundKind.CONFIDENTIAL
        )

    def of_unsettled(self) -> "ParticipationQuerySet":
        """Invitations to rounds that have opened and are neither counted nor lost."""
        return self.filter(
            round_forum__round__opened_at__isnull=False,
            round_forum__round__sealed_at=None,
            round_forum__round__lost_at=None,
        )

    def open_for(self, user: "User", now: datetime) -> "ParticipationQuerySet":
        """Their invitations to rounds that are open, the first to close first."""
        return (
            self.visible_to(user, now).of_unsettled().filter(round_forum__round__closes_at__gt=now)
        )


class Participation(models.Model):
    """Who is invited and in which role, fixed at opening.

    Whether they answered, are done or were reminded stands here only until the seal clears it.
    """

    # The unique constraint's index serves the key as well.
    round_forum = models.ForeignKey(
        RoundForum,
        models.CASCADE,
        db_index=False,
        related_name="participations",
        verbose_name=_("forum"),
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        related_name="participations",
        verbose_name=_("person"),
    )
    role = models.CharField(_("role"), max_length=20, choices=Role.choices)
    answered_at = models.DateTimeField(_("answered"), null=True, editable=False)
    done_at = models.DateTimeField(_("done"), null=True, editable=False)
    # Drawn anew when the person withdraws: a change that waited on a device since before is known
    # by it. As it is random from the start, it does not tell that anybody has withdrawn.
    key = models.UUIDField(default=uuid.uuid4, null=True, editable=False)

    objects = ParticipationQuerySet.as_manager()

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        ordering = ("round_forum", "pk")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["round_forum", "user"], name="assessments_participation_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.round_forum_id} · {self.user_id}"


class SharedRating(models.Model):
    """What a team agreed on for one goal: a level, or that they see it differently."""

    round_forum = models.ForeignKey(
        RoundForum, models.CASCADE, related_name="shared_ratings", verbose_name=_("forum")
    )
    goal = models.ForeignKey(Goal, models.PROTECT, related_name="+", verbose_name=_("goal"))
    level = models.PositiveSmallIntegerField(_("level"), null=True, blank=True)
    differs = models.BooleanField(_("the team sees it differently"), default=False)
    note = models.CharField(_("note"), max_length=2000, blank=True)

    class Meta:
        verbose_name = _("shared rating")
        verbose_name_plural = _("shared ratings")
        ordering = ("round_forum", "goal", "pk")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["round_forum", "goal"], name="assessments_sharedrating_once"
            ),
            models.CheckConstraint(
                condition=Q(level=None) | Q(level__gte=1, level__lte=7),
                name="assessments_sharedrating_level",
                violation_error_message=_("Choose one of the levels."),
            ),
            models.CheckConstraint(
                condition=Q(level=None) | Q(differs=False),
                name="assessments_sharedrating_level_or_differs",
                violation_error_message=_("Choose a level, or that you see it differently."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.round_forum_id} · {self.goal_id}"
