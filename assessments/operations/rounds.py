"""Planning and opening rounds."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from assessments.deeds import round_deed
from assessments.enums import EditionStatus, RoundKind
from assessments.information import information_of
from assessments.mails import dated_time
from assessments.models import Edition, Goal, Participation, Round, RoundForum
from assessments.operations.inviting import post_invitations
from audit.enums import Kind
from audit.operations import log
from forums.enums import HIERARCHY, Role
from forums.models import Forum, Membership, MembershipQuerySet, Municipality

QUIET_DAYS = 60

# What was refused; a form shows the reason beside the field that can mend it.
NO_FORUM = "no_forum"
NO_MEMBERS = "no_members"
TAKEN = "taken"
NOT_IN_USE = "not_in_use"
NOT_OURS = "not_ours"
TOO_SMALL = "too_small"
IN_COMMON = "in_common"
TOO_SOON = "too_soon"

# What two plans have in common that are one, sent twice.
PLAN = (
    "municipality",
    "edition",
    "name",
    "kind",
    "opens_at",
    "closes_at",
    "results_open_at",
    "release_delay_days",
    "invites_chief",
    "sends_reminders",
)


class RoundCannotBePlanned(ValidationError):
    """Carries the reason in the user's language, and a code for what was refused."""


class RoundHasOpened(Exception):
    """The round opened in the meantime: what it is stays as it was announced."""


@transaction.atomic
def plan_round(
    *,
    municipality: Municipality,
    edition: Edition,
    name: str,
    kind: str,
    forums: Sequence[Forum],
    opens_at: datetime,
    closes_at: datetime,
    now: datetime,
    results_open_at: datetime | None = None,
    release_delay_days: int = 14,
    invites_chief: bool = True,
    sends_reminders: bool = True,
) -> Round:
    """Plan a round of an edition in use for forums of one municipality.

    The same plan sent twice, as by a button pressed twice, is one round: the one that is there.
    Refuses with RoundCannotBePlanned (the rules below) or ValidationError (times).
    """
    round_ = Round(
        municipality=municipality,
        edition=edition,
        name=name,
        kind=kind,
        opens_at=opens_at,
        closes_at=closes_at,
        results_open_at=results_open_at,
        release_delay_days=release_delay_days,
        invites_chief=invites_chief,
        sends_reminders=sends_reminders,
    )
    _take_turn(round_)
    round_.full_clean()
    same = _same_plan(round_, forums)
    if same is None:
        _keep(round_, forums, now)
    return same or round_


def _take_turn(round_: Round) -> None:
    """The municipality's rounds are planned one at a time, so that two cannot miss each other."""
    Municipality.objects.select_for_update().get(pk=round_.municipality_id)


def _same_plan(round_: Round, forums: Sequence[Forum]) -> Round | None:
    chosen = {forum.pk for forum in forums}
    alike = Round.objects.unsettled().filter(**{name: getattr(round_, name) for name in PLAN})
    plans = alike.prefetch_related("round_forums").order_by("pk")
    return next(
        (plan for plan in plans if {row.forum_id for row in plan.round_forums.all()} == chosen),
        None,
    )


@transaction.atomic
def change_plan(*, round_: Round, forums: Sequence[Forum], now: datetime) -> None:
    """Keep the round as it now stands, with these forums, as long as it has not opened.

    Refuses with RoundHasOpened, and otherwise as plan_round does.
    """
    planned = Round.objects.select_for_update().filter(pk=round_.pk, opened_at=None)
    if not planned.exists():
        raise RoundHasOpened
    _take_turn(round_)
    round_.full_clean()
    _keep(round_, forums, now)


def _keep(round_: Round, forums: Sequence[Forum], now: datetime) -> None:
    is_new = round_.pk is None
    require_plannable(round_=round_, forums=forums, now=now)
    round_.save()
    round_.round_forums.exclude(forum__in=forums).delete()
    RoundForum.objects.bulk_create(
        [
            RoundForum(round=round_, forum=forum, municipality_id=round_.municipality_id)
            for forum in forums
        ],
        ignore_conflicts=True,
    )
    log(round_deed(Kind.ROUND_PLANNED if is_new else Kind.ROUND_CHANGED, round_), now=now)


def rename_round(*, round_: Round, name: str) -> None:
    """The name may change at any time: nothing else says what people agreed to."""
    round_.name = name
    round_.save(update_fields=["name"])


def require_plannable(*, round_: Round, forums: Sequence[Forum], now: datetime) -> None:
    """Refuse a round that the rules do not allow, and say why and what can be done."""
    if not forums:
        raise RoundCannotBePlanned(_("Choose at least one forum."), code=NO_FORUM)
    if round_.edition.status != EditionStatus.IN_USE:
        raise RoundCannotBePlanned(_("Choose an edition that is in use."), code=NOT_IN_USE)
    if round_.edition.framework.municipality_id not in (None, round_.municipality_id):
        raise RoundCannotBePlanned(
            _("Choose a framework of this municipality, or a shared one."), code=NOT_IN_USE
        )
    if any(forum.municipality_id != round_.municipality_id for forum in forums):
        raise RoundCannotBePlanned(_("Choose forums of this municipality."), code=NOT_OURS)
    _require_members(round_, forums, now)
    _require_free(round_, forums)
    if round_.kind == RoundKind.CONFIDENTIAL:
        require_confidential(round_, forums, now)


def _require_members(round_: Round, forums: Sequence[Forum], now: datetime) -> None:
    asked = asked_by_role(forums, now, invites_chief=round_.invites_chief)
    empty = next((forum for forum in forums if not asked[forum.pk]), None)
    if empty is not None:
        raise RoundCannotBePlanned(
            _("%(forum)s has nobody to invite yet. An administrator adds members first.")
            % {"forum": empty.name},
            code=NO_MEMBERS,
        )


def _require_free(round_: Round, forums: Sequence[Forum]) -> None:
    """A forum is in one round on an edition at a time, confidential or shared."""
    taken = overlapping(round_, forums)
    if taken is not None:
        raise RoundCannotBePlanned(
            _(
                "%(forum)s already has the round “%(round)s”, %(opens)s – %(closes)s. Choose "
                "another time, or leave the forum out."
            )
            % {
                "forum": taken.forum.name,
                "round": taken.round.name,
                "opens": date_format(timezone.localtime(taken.round.opens_at), "MONTH_DAY_FORMAT"),
                "closes": date_format(timezone.localtime(taken.round.closes_at)),
            },
            code=TAKEN,
        )


def overlapping(round_: Round, forums: Iterable[Forum]) -> RoundForum | None:
    """The first other round, planned or open, that asks one of the forums at the same time."""
    return (
        RoundForum.objects.filter(
            forum__in=forums,
            round__in=Round.objects.unsettled(),
            round__edition=round_.edition_id,
            round__closes_at__gt=round_.opens_at,
            round__opens_at__lt=round_.closes_at,
        )
        .exclude(round=round_.pk)
        .select_related("forum", "round")
        .order_by("round__opens_at", "pk")
        .first()
    )


def fewest_besides_the_top(smallest_group: int) -> int:
    """One more than the fewest answers that are shown: one may abstain (as
    `results.disclosure.can_be_confidential`)."""
    return smallest_group + 1


def require_confidential(round_: Round, forums: Sequence[Forum], now: datetime) -> None:
    """The rules that protect each one's answers; they hold at planning and at opening."""
    holder = round_ if round_.opened_at is not None else round_.municipality
    fewest = fewest_besides_the_top(holder.smallest_group)
    for forum, others in others_in(forums, now, invites_chief=round_.invites_chief):
        if others < fewest:
            raise RoundCannotBePlanned(
                _(
                    "%(forum)s is too small for a confidential round: it takes at least %(fewest)s "
                    "besides the one at the top, and here are %(count)s. Choose a shared round "
                    "instead."
                )
                % {"forum": forum.name, "fewest": fewest, "count": others},
                code=TOO_SMALL,
            )
    _require_disjoint(round_, forums, now)
    _require_quiet(round_, set(_members(round_, forums, now)), now)


def to_be_asked(
    forums: Iterable[Forum], now: datetime, *, invites_chief: bool = True
) -> MembershipQuerySet:
    """The memberships that a round of these forums invites."""
    rating = Membership.objects.current(now).who_rate().filter(forum__in=forums)
    return rating if invites_chief else rating.exclude(role=Role.CHIEF)


def others_in(
    forums: Sequence[Forum], now: datetime, *, invites_chief: bool = True
) -> list[tuple[Forum, int]]:
    """How many are asked in each forum besides whoever alone holds its highest role."""
    asked = asked_by_role(forums, now, invites_chief=invites_chief)
    return [(forum, besides_the_top(asked[forum.pk])) for forum in forums]


def asked_by_role(
    forums: Sequence[Forum], now: datetime, *, invites_chief: bool = True
) -> dict[int, dict[str, int]]:
    """How many of each role a round asks in each forum; nothing where it asks nobody."""
    counted = (
        to_be_asked(forums, now, invites_chief=invites_chief)
        .order_by("forum", "role")
        .values_list("forum", "role")
        .annotate(people=Count("pk"))
    )
    roles: dict[int, dict[str, int]] = {forum.pk: {} for forum in forums}
    for forum_id, role, people in counted:
        roles[forum_id][role] = people
    return roles


def besides_the_top(roles: dict[str, int]) -> int:
    highest = next((roles[role] for role in HIERARCHY if role in roles), 0)
    return sum(roles.values()) - (1 if highest == 1 else 0)


def _members(round_: Round, forums: Sequence[Forum], now: datetime) -> Sequence[int]:
    asked = to_be_asked(forums, now, invites_chief=round_.invites_chief)
    return list(asked.order_by("pk").values_list("user", flat=True))


def _require_disjoint(round_: Round, forums: Sequence[Forum], now: datetime) -> None:
    members = _members(round_, forums, now)
    if len(members) != len(set(members)):
        raise _in_common()


def _in_common() -> RoundCannotBePlanned:
    return RoundCannotBePlanned(
        _(
            "Two of the forums have a member in common. Nobody is asked twice in a "
            "confidential round: choose one of them, or plan two rounds at least 60 days apart."
        ),
        code=IN_COMMON,
    )


def _require_quiet(round_: Round, members: set[int], now: datetime) -> None:
    """Nobody is in two confidential rounds on one framework within sixty days (either way)."""
    other = too_near(round_, members, now)
    if other is not None:
        first = other.closes_at + timedelta(days=QUIET_DAYS)
        raise RoundCannotBePlanned(
            _(
                "Somebody here is also asked in %(round)s. Two results so close to each other "
                "could show what one person answered. The first possible opening is %(date)s."
            )
            % {"round": told_of(other, round_), "date": dated_time(first)},
            code=TOO_SOON,
        )


def require_asked_once(round_forum: RoundForum, user: int, now: datetime) -> None:
    """The same for one who is added to a confidential round that is open."""
    invited = Participation.objects.filter(round_forum__round=round_forum.round_id, user=user)
    if invited.exclude(round_forum=round_forum).exists():
        raise _in_common()
    _require_quiet(round_forum.round, {user}, now)


def told_of(other: Round, round_: Round) -> str:
    """How the other round is named to those who plan this one: not across municipalities."""
    if other.municipality_id != round_.municipality_id:
        return _("a confidential round of another municipality")
    return _("the confidential round “%(name)s”") % {"name": other.name}


def too_near(round_: Round, members: set[int], now: datetime) -> Round | None:
    """The latest other confidential round less than sixty days away that asks one of them about
    the same framework, or about a goal in the same words."""
    gap = timedelta(days=QUIET_DAYS)
    near = (
        Round.objects.filter(
            kind=RoundKind.CONFIDENTIAL,
            closes_at__gt=round_.opens_at - gap,
            opens_at__lt=round_.closes_at + gap,
        )
        .filter(_may_ask(members))
        .exclude(pk=round_.pk)
        .select_related("edition")
        .order_by("-closes_at", "-pk")
    )
    return next(
        (
            other
            for other in near
            if members & asked_in(other, now) and _asks_the_same(round_.edition, other.edition)
        ),
        None,
    )


def _may_ask(members: set[int]) -> Q:
    """Rounds to look closer at, so that a country's others cost nothing: `asked_in` decides."""
    of_the_round = {"round_forum__round": OuterRef("pk"), "user__in": members}
    in_its_forums = {"forum__rounds": OuterRef("pk"), "user__in": members}
    return Q(Exists(Participation.objects.filter(**of_the_round))) | Q(
        Exists(Membership.objects.filter(**in_its_forums)), opened_at=None
    )


def _asks_the_same(edition: Edition, other: Edition) -> bool:
    if edition.framework_id == other.framework_id:
        return True
    return bool(_sentences(edition) & _sentences(other))


def _sentences(edition: Edition) -> set[str]:
    """An edition's goals without what no reader notices: space, punctuation, capitals."""
    goals = Goal.objects.filter(pillar__edition=edition).order_by("pk")
    return {
        "".join(letter for letter in text.casefold() if letter.isalnum())
        for text in goals.values_list("text", flat=True)
    }


def asked_in(round_: Round, now: datetime) -> set[int]:
    """Those invited when the round opened; before that, those who would be."""
    if round_.opened_at is None:
        return set(_members(round_, list(round_.forums.order_by("pk")), now))
    invited = Participation.objects.filter(round_forum__round=round_).order_by("pk")
    return set(invited.values_list("user", flat=True))


def require_openable(round_: Round, forums: Sequence[Forum], now: datetime) -> None:
    """What a plan that was allowed may no longer be, since members come and go.

    A team that has lost its last member keeps none of the others from beginning.
    """
    if round_.kind == RoundKind.CONFIDENTIAL:
        require_confidential(round_, forums, now)
    elif not to_be_asked(forums, now, invites_chief=round_.invites_chief).exists():
        raise RoundCannotBePlanned(
            _("There is nobody to invite. When there are members, the round opens by itself."),
            code=NO_MEMBERS,
        )


@transaction.atomic
def open_round(*, round_: Round, now: datetime) -> bool:
    """Fix who is invited, and in which role. False where someone else opened it first.

    Refuses with RoundCannotBePlanned where members have changed since the planning so that the
    rules of confidentiality no longer allow it, or nobody is left to invite.
    """
    opened = Round.objects.filter(pk=round_.pk, opened_at=None).update(
        opened_at=now,
        smallest_group=round_.municipality.smallest_group,
        information=information_of(round_.municipality),
    )
    if not opened:
        return False
    rows = list(round_.round_forums.select_related("forum").order_by("pk"))
    require_openable(round_, [row.forum for row in rows], now)
    round_forums = {row.forum_id: row for row in rows}
    members = to_be_asked(
        [row.forum for row in rows], now, invites_chief=round_.invites_chief
    ).order_by("pk")
    invited = Participation.objects.bulk_create(
        Participation(round_forum=round_forums[m.forum_id], user_id=m.user_id, role=m.role)
        for m in members
    )
    for row in rows:
        row.invited = sum(1 for participation in invited if participation.round_forum is row)
    RoundForum.objects.bulk_update(rows, ["invited"])
    round_.opened_at = now
    post_invitations(round_=round_, invited=invited, now=now)
    log(round_deed(Kind.ROUND_OPENED, round_), now=now)
    return True


def open_due_rounds(*, now: datetime) -> int:
    """Open every round whose time has come; returns how many.

    A round that the rules no longer allow, or whose time went by, stays planned; the front page of
    the administration says so.
    """
    return sum(
        _opens(round_, now)
        for round_ in Round.objects.due_to_open(now)
        .filter(closes_at__gt=now)
        .select_related("edition", "municipality")
        .order_by("pk")
    )


def _opens(round_: Round, now: datetime) -> bool:
    try:
        return open_round(round_=round_, now=now)
    except RoundCannotBePlanned:
        return False
