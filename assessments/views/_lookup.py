"""Who asks, and for what: 404 for everything that is not theirs to know of."""

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import TYPE_CHECKING, Concatenate, ParamSpec, cast

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404

from assessments.models import Participation, RoundForum
from assessments.operations.answering import NotInvited, UnknownGoal

if TYPE_CHECKING:
    from accounts.models import User

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


def person(request: HttpRequest) -> "User":
    """The one who is signed in; the middleware has sent all others to the sign-in page."""
    return cast("User", request.user)


def find_invitation(request: HttpRequest, round_id: int, forum_id: int) -> Participation | None:
    """The person's own invitation, with all that their page shows, in one query."""
    return (
        _own_invitations(request, round_id, forum_id)
        .select_related("round_forum__round__edition", "round_forum__forum__municipality")
        .first()
    )


def _own_invitations(request: HttpRequest, round_id: int, forum_id: int) -> QuerySet[Participation]:
    own = Participation.objects.visible_to(person(request))
    return own.filter(round_forum__round=round_id, round_forum__forum=forum_id).order_by("pk")


def invitation_or_404(request: HttpRequest, round_id: int, forum_id: int) -> Participation:
    """The person's own invitation to answer alone."""
    return _alone(find_invitation(request, round_id, forum_id))


def invitation_to_save_or_404(request: HttpRequest, round_id: int, forum_id: int) -> Participation:
    """The same with what a save asks of it alone: the eighty columns of a page cost as much as all
    else that a save does."""
    return _alone(
        _own_invitations(request, round_id, forum_id)
        .select_related("round_forum__round__edition")
        .only(
            "round_forum__round__kind",
            "round_forum__round__edition__levels",
            "round_forum__round__edition__no_answer",
        )
        .first()
    )


def _alone(participation: Participation | None) -> Participation:
    if participation is None or participation.round_forum.round.is_shared:
        raise Http404
    return participation


def round_forum_or_404(request: HttpRequest, round_id: int, forum_id: int) -> RoundForum:
    return get_object_or_404(
        RoundForum.objects.visible_to(person(request)).select_related(
            "round__edition", "forum__municipality"
        ),
        round=round_id,
        forum=forum_id,
    )


def may_see_result(request: HttpRequest, round_forum: RoundForum, now: datetime) -> bool:
    """Whether a link to the result leads somewhere now."""
    opened = RoundForum.objects.result_open_to(person(request), now)
    return opened.filter(pk=round_forum.pk).exists()
