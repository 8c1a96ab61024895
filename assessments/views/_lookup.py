"""Who asks, and for what: 404 for everything that is not theirs to know of."""

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Concatenate, ParamSpec

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404

from accounts.requests import person
from assessments.models import Participation, RoundForum
from assessments.operations.answering import NotInvited, UnknownGoal
from assessments.operations.asked import edition_of
from forums.menu import with_menu
from plf.lib.prepared import Prepared, moment, number

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]


def unknown_is_404(view: View[P]) -> View[P]:
    """A goal of another edition, and an invitation that went while the page was open."""

    @wraps(view)
    def wrapped(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except (NotInvited, UnknownGoal) as error:
            raise Http404 from error

    return wrapped


def _own_invitation() -> QuerySet[Participation]:
    return (
        Participation.objects.visible_to(number("user"), moment("now"))
        .filter(round_forum__round=number("round_id"), round_forum__forum=number("forum_id"))
        .order_by()
    )


def _with_menu() -> QuerySet[Participation]:
    return with_menu(_own_invitation(), number("user"), moment("now"))


# Each joins the tables that its page shows, and no other: a save, and a page that is read through,
# wait for the database's plan of them longer than for the rows.
TO_RATE = Prepared(
    lambda: _with_menu().select_related("round_forum__round", "round_forum__forum__municipality"),
    is_of_one=True,
)
TO_READ = Prepared(
    lambda: _with_menu().select_related("round_forum__round", "round_forum__forum"),
    is_of_one=True,
)
TO_ANSWER = Prepared(lambda: _own_invitation().select_related("round_forum__round"), is_of_one=True)


def find_invitation(
    request: HttpRequest,
    round_id: int,
    forum_id: int,
    now: datetime,
    *,
    page: Prepared[Participation, Participation] = TO_READ,
) -> Participation | None:
    """The person's own invitation in one query, with all that `page` shows, its menu included, or a
    save looks at."""
    asked = page if request.method in ("GET", "HEAD") else TO_ANSWER
    found = asked.first(user=person(request).pk, now=now, round_id=round_id, forum_id=forum_id)
    if found is not None:
        round_ = found.round_forum.round
        round_.edition = edition_of(round_)
    return found


def invitation_or_404(
    request: HttpRequest, round_id: int, forum_id: int, now: datetime
) -> Participation:
    """The person's own invitation to answer alone."""
    participation = find_invitation(request, round_id, forum_id, now)
    if participation is None or participation.round_forum.round.is_shared:
        raise Http404
    return participation


def round_forum_or_404(
    request: HttpRequest, round_id: int, forum_id: int, now: datetime
) -> RoundForum:
    return get_object_or_404(
        RoundForum.objects.visible_to(person(request), now).select_related(
            "round__edition", "forum__municipality"
        ),
        round=round_id,
        forum=forum_id,
    )


def may_see_result(request: HttpRequest, round_forum: RoundForum, now: datetime) -> bool:
    """Whether a link to the result leads somewhere now."""
    opened = RoundForum.objects.result_open_to(person(request), now)
    return opened.filter(pk=round_forum.pk).exists()
