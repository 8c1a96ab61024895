"""Changes to who sits where."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime
from functools import partial

from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from accounts.invitations import invite_all_to_sign_in, invite_to_sign_in
from accounts.models import User
from audit.enums import Kind
from audit.operations import Deed, log, log_all
from forums.arrivals import (
    APPOINTED,
    READS,
    SEATED,
    Place,
    take_back_arrivals,
    tell_who_arrive,
)
from forums.bulk.files import Table
from forums.bulk.plan import Plan, Target, plan_import
from forums.deeds import changed_seat_deeds, chief_deed, post_deed, seat_deed
from forums.models import Administrator, Forum, Membership, Municipality
from forums.naming import rename_in_histories

BATCH = 500


@transaction.atomic
def add_member(
    *, user: User, forum: Forum, role: str, now: datetime, starts_at: datetime | None = None
) -> Membership:
    """Seat the person in the forum, from now on or from later; a new person is saved with it.

    A new person has no password, and is invited to choose one; others are told where they come in.
    """
    begins = starts_at or now
    if user._state.adding:
        user.set_unusable_password()
        user.save()
        invite_to_sign_in(user=user, now=now)
    else:
        tell_who_arrive(
            door=SEATED,
            municipality=forum.municipality,
            places_of={user.pk: [Place(begins, forum)]},
            now=now,
        )
    seat = Membership.objects.create(forum=forum, user=user, role=role, starts_at=begins)
    log(seat_deed(Kind.MEMBER_JOINED, seat), now=now)
    return seat


@transaction.atomic
def change_seats(*, changed: Iterable[tuple[Membership, Collection[str]]], now: datetime) -> None:
    """Keep what is new in each seat: its role, whether it leads, its time; named beside it.

    A lead who steps back does so before the next one steps in. Whoever has left keeps the role
    they had. Another beginning is for a seat that has not begun.
    """
    for seat, names in sorted(changed, key=lambda pair: pair[0].is_lead):
        if "starts_at" in names:
            seat.save(update_fields=["starts_at", "ends_at", "is_lead"])
        stays = seat.ends_at is None or seat.ends_at > now
        if not stays:
            seat.refresh_from_db(fields=["role"])
        if "role" in names and stays:
            change_role(membership=seat, role=seat.role, now=now)
        else:
            seat.save(update_fields=["is_lead", "ends_at"])
        rest = set(names) - {"role"}  # which the change of role logs
        log_all(changed_seat_deeds(seat, changed=rest, stays=stays), now=now)


@transaction.atomic
def remove_seats(*, seats: Iterable[Membership], now: datetime) -> None:
    """Take back places that have not begun; one that begins in that moment ends."""
    rows = Membership.objects.filter(pk__in=[seat.pk for seat in seats])
    there = list(rows.select_related("user", "forum__municipality").order_by("pk"))
    _leave(there, now)
    log_all([seat_deed(Kind.MEMBER_LEFT, seat) for seat in there], now=now)


@transaction.atomic
def change_role(*, membership: Membership, role: str, now: datetime) -> Membership:
    """End the membership and begin another, so that one can see who was what, and when.

    One that has not begun yet has no past to keep, and is changed itself.
    """
    membership.role = role
    log(seat_deed(Kind.ROLE_CHANGED, membership), now=now)
    if membership.starts_at >= now:
        membership.save(update_fields=["role", "is_lead", "ends_at"])
        return membership
    return _begin_anew([membership], now)[0]


def _begin_anew(memberships: Sequence[Membership], now: datetime) -> list[Membership]:
    Membership.objects.filter(pk__in=[row.pk for row in memberships]).update(ends_at=now)
    return Membership.objects.bulk_create(
        [
            Membership(
                forum_id=row.forum_id,
                user_id=row.user_id,
                role=row.role,
                is_lead=row.is_lead,
                starts_at=now,
                ends_at=row.ends_at,
            )
            for row in memberships
        ],
        batch_size=BATCH,
    )


@transaction.atomic
def appoint(*, administrator: Administrator, now: datetime) -> None:
    """Let the person administer the municipality, and into the administration; or no longer.

    One whose post begins later is let in now: their rights begin with the post.
    """
    ended = administrator.ends_at is not None and administrator.ends_at <= now
    if not ended:
        tell_who_arrive(
            door=APPOINTED,
            municipality=administrator.municipality,
            places_of={administrator.user_id: [Place(administrator.starts_at)]},
            now=now,
        )
    administrator.save()
    log(post_deed(administrator, ended=ended), now=now)
    if not ended:
        User.objects.filter(pk=administrator.user_id).update(is_staff=True)
    let_out_administrators(now=now)


@transaction.atomic
def remove_posts(*, posts: Iterable[Administrator], now: datetime) -> None:
    """Take back administrators' posts that have not begun; one that begins in that moment ends."""
    rows = Administrator.objects.filter(pk__in=[post.pk for post in posts])
    there = list(rows.select_related("user", "municipality").order_by("pk"))
    _end(rows, now)
    for post in there:
        take_back_arrivals(municipality=post.municipality, people=[post.user_id])
    log_all([post_deed(post, ended=True) for post in there], now=now)
    let_out_administrators(now=now)


@transaction.atomic
def choose_chief(*, forum: Forum, now: datetime) -> None:
    """Keep the forum, whose results another chief reads from now on, or none."""
    if forum.chief is not None:
        tell_who_arrive(
            door=READS,
            municipality=forum.municipality,
            places_of={forum.chief.pk: [Place(now, forum)]},
            now=now,
        )
    forum.save()
    log(chief_deed(forum), now=now)


def let_out_administrators(*, now: datetime) -> None:
    """Out of the administration with those who have no post left, by its date or by hand."""
    kept = Administrator.objects.filter(Q(ends_at=None) | Q(ends_at__gt=now), user=OuterRef("pk"))
    inside = User.objects.filter(is_staff=True, is_superuser=False)
    inside.filter(~Exists(kept)).update(is_staff=False)


# --- members in bulk ----------------------------------------------------------------------------


class ImportHasChanged(Exception):
    """What the import would do is no longer what was shown; `plan` is what it would do now."""

    def __init__(self, plan: Plan) -> None:
        super().__init__(plan.mark)
        self.plan = plan


def import_members(
    *,
    table: Table,
    municipality: Municipality,
    complete: bool,
    mark: str,
    by: User,
    now: datetime,
) -> Plan:
    """Do what was shown, all of it or nothing; `mark` is that of the plan that was shown.

    The municipality's imports are made one at a time, and each is planned anew under the lock.
    Refuses with ImportHasChanged. Those who leave are taken out of open rounds by the clock, as
    others who leave a forum are; a new role counts from the next round.
    """
    plan_now = partial(
        plan_import, table=table, municipality=municipality, complete=complete, now=now
    )
    try:
        with transaction.atomic():
            Municipality.objects.select_for_update().get(pk=municipality.pk)
            plan = plan_now()
            if plan.refused or plan.mark != mark:
                raise ImportHasChanged(plan)
            _carry_out(plan, municipality, by, now)
    except IntegrityError as error:
        # Somebody came in by another door in the meantime: elsewhere, or by hand.
        raise ImportHasChanged(plan_now()) from error
    return plan


def _carry_out(plan: Plan, municipality: Municipality, by: User, now: datetime) -> None:
    _tell_who_arrive(plan.new, municipality, now)
    changed = [deed for target in plan.changed for deed in _changed_deeds(target)]
    _leave([target.seat for target in plan.leaving if target.seat], now)
    _change(plan.changed, now)
    _rename([*plan.new, *plan.changed])
    _join(plan.new, now)
    _log_import(plan, by)
    log_all([*_come_and_gone(plan), *changed], now=now)


def _tell_who_arrive(targets: Sequence[Target], municipality: Municipality, now: datetime) -> None:
    places_of: dict[int, list[Place]] = {}
    for target in targets:
        if target.user is not None:
            place = Place(target.starts_at, target.forum)
            places_of.setdefault(target.user.pk, []).append(place)
    tell_who_arrive(door=SEATED, municipality=municipality, places_of=places_of, now=now)


def _come_and_gone(plan: Plan) -> Iterator[Deed]:
    for target in plan.new:
        yield seat_deed(Kind.MEMBER_JOINED, _seat_of(target))
        if target.is_lead:
            yield seat_deed(Kind.LEAD_MADE, _seat_of(target))
    for target in plan.leaving:
        yield seat_deed(Kind.MEMBER_LEFT, _seat_of(target))


def _changed_deeds(target: Target) -> list[Deed]:
    """Of somebody who stays; asked before the seat itself is changed."""
    seat = _seat_of(target)
    names = ("role", "is_lead")
    changed = [name for name in names if getattr(seat, name) != getattr(target.seat, name)]
    return changed_seat_deeds(seat, changed=changed)


def _seat_of(target: Target) -> Membership:
    return Membership(
        forum=target.forum, user=target.user, role=target.role, is_lead=target.is_lead
    )


def _leave(seats: Sequence[Membership], now: datetime) -> None:
    _end(Membership.objects.filter(pk__in=[seat.pk for seat in seats]), now)
    people_of: dict[Municipality, list[int]] = {}
    for seat in seats:
        if seat.starts_at >= now:
            people_of.setdefault(seat.forum.municipality, []).append(seat.user_id)
    for municipality, people in people_of.items():
        take_back_arrivals(municipality=municipality, people=people)


def _end(rows: "QuerySet[Membership] | QuerySet[Administrator]", now: datetime) -> None:
    """A place that has not begun was never held, and goes."""
    rows.filter(starts_at__gte=now).delete()
    rows.filter(starts_at__lt=now).update(ends_at=now)


def _change(targets: Sequence[Target], now: datetime) -> None:
    """A lead who steps back does so before the next one steps in."""
    anew: list[Membership] = []
    others: list[Membership] = []
    step_back: list[int] = []
    for target in targets:
        seat = target.seat
        if seat is None or not target.changes_seat:
            continue
        if seat.is_lead and not target.is_lead:
            step_back.append(seat.pk)
        moves = seat.role != target.role and seat.starts_at < now
        seat.role, seat.is_lead = target.role, target.is_lead
        seat.starts_at, seat.ends_at = target.starts_at, target.ends_at
        (anew if moves else others).append(seat)
    Membership.objects.filter(pk__in=step_back).update(is_lead=False)
    _begin_anew(anew, now)
    Membership.objects.bulk_update(
        others, ["role", "is_lead", "starts_at", "ends_at"], batch_size=BATCH
    )


def _rename(targets: Sequence[Target]) -> None:
    renamed: list[tuple[User, str]] = []
    for target in targets:
        if target.user is not None and target.new_name:
            renamed.append((target.user, str(target.user)))
            target.user.name = target.new_name
    User.objects.bulk_update([user for user, _old in renamed], ["name"], batch_size=BATCH)
    rename_in_histories(renamed=renamed)


def _join(targets: Sequence[Target], now: datetime) -> None:
    """People who are not in the system come in without a password and are invited, as always."""
    strangers = {
        target.email: User(email=target.email, name=target.name)
        for target in targets
        if target.user is None
    }
    for user in strangers.values():
        user.set_unusable_password()
    User.objects.bulk_create(strangers.values(), batch_size=BATCH)
    for target in targets:
        target.user = target.user or strangers[target.email]
    invite_all_to_sign_in(users=strangers.values(), now=now)
    Membership.objects.bulk_create(
        [
            Membership(
                forum=target.forum,
                user=target.user,
                role=target.role,
                is_lead=target.is_lead,
                starts_at=target.starts_at,
                ends_at=target.ends_at,
            )
            for target in targets
        ],
        batch_size=BATCH,
    )


def _log_import(plan: Plan, by: User) -> None:
    """One line in the history of each forum: how many, never who."""
    counts: dict[Forum, list[int]] = {}
    for place, targets in enumerate((plan.new, plan.changed, plan.leaving)):
        for target in targets:
            counts.setdefault(target.forum, [0, 0, 0])[place] += 1
    forum_type = ContentType.objects.get_for_model(Forum)
    LogEntry.objects.bulk_create(
        [
            LogEntry(
                user=by,
                content_type=forum_type,
                object_id=str(forum.pk),
                object_repr=forum.name,
                action_flag=CHANGE,
                change_message=_("Import: %(new)s new, %(changed)s changed, %(left)s left")
                % {"new": new, "changed": changed, "left": left},
            )
            for forum, (new, changed, left) in counts.items()
        ],
        batch_size=BATCH,
    )
