"""What the page's script is answered: saved, refused, closed, and what is stored right now."""

from collections.abc import Callable, Mapping
from datetime import datetime
from uuid import UUID

from django.http import HttpRequest, JsonResponse, QueryDict
from django.middleware.csrf import get_token
from django.utils.translation import gettext as _

from assessments.forms import GoalForm
from assessments.models import Round
from assessments.views._page import (
    NOTHING,
    Stored,
    mark_of,
    saved_text,
    seconds_left,
    seen,
    shown_on,
)
from plf.lib.danish import clock


def asks_what_is_stored(request: HttpRequest) -> bool:
    """The script asks at the page's own address, when the page becomes visible again."""
    return request.method == "GET" and request.headers.get("Accept") == "application/json"


def stored_json(
    request: HttpRequest,
    round_: Round,
    stored: Mapping[int, Stored],
    now: datetime,
    *,
    key: UUID | None = None,
) -> JsonResponse:
    """All that is stored: another device may have changed what the page shows.

    With the token of now: signing in anew in another tab has made the page's own worthless. And
    with the invitation's key of now: withdrawing has made another.
    """
    goals = {pk: {"value": row.choice, "reason": row.reason} for pk, row in stored.items()}
    token = get_token(request)
    said = {"ok": True, "seen": seen(stored), "goals": goals, "token": token, "key": key}
    return JsonResponse(said | _closing(round_, now))


def _closing(round_: Round, now: datetime) -> dict[str, object]:
    """It may have been moved since the page was fetched."""
    return {"closes": clock(round_.closes_at), "closes_in": seconds_left(round_, now)}


def saved_json(
    data: QueryDict,
    form: GoalForm,
    round_: Round,
    read: Callable[[], Mapping[int, Stored]],
    now: datetime,
    *,
    key: UUID | None = None,
) -> JsonResponse:
    """Kept. A page that says what it shows is told whether something else is stored meanwhile."""
    said: dict[str, object] = {"ok": True, "saved_at_text": saved_text(now, now), "key": key}
    said |= _closing(round_, now)
    if "seen" in data:
        stored = read()
        if is_changed_elsewhere(data, form, stored):
            said["elsewhere"] = True
        else:
            said["seen"] = seen(stored)
    return JsonResponse(said)


def is_changed_elsewhere(data: QueryDict, form: GoalForm, stored: Mapping[int, Stored]) -> bool:
    """Whether something is stored that the page neither showed nor has just sent."""
    shown, key = shown_on(data), str(form.goal_id)
    choice, mark = shown.get(key, ("", ""))
    shown[key] = (
        choice if form.choice is None else form.choice,
        mark if form.reason is None else mark_of(form.reason),
    )
    kept = {str(pk): (row.choice, mark_of(row.reason)) for pk, row in stored.items()}
    empty = (NOTHING.choice, mark_of(NOTHING.reason))
    return any(shown.get(pk, empty) != kept.get(pk, empty) for pk in shown.keys() | kept.keys())


def refused_json(form: GoalForm) -> JsonResponse:
    """What could not be kept, and why; the other part of the goal is kept."""
    return JsonResponse(
        {
            "ok": False,
            "value_error": form.choice_error,
            "reason_error": form.reason_error,
            "confirm": form.needs_confirmation,
        },
        status=422,
    )


def no_goal_json() -> JsonResponse:
    return JsonResponse({"ok": False, "goal_error": _("Say which goal it is.")}, status=422)


def closed_json(what_counts: str) -> JsonResponse:
    closed = _("The round is closed.")
    said = {"ok": False, "closed": True, "message": f"{closed} {what_counts}"}
    return JsonResponse(said, status=409)


def withdrawn_json(key: UUID | None) -> JsonResponse:
    """All has been withdrawn since the change was made: nothing of it is kept. With the
    invitation's key of now, for what is chosen from now on."""
    return JsonResponse({"ok": False, "withdrawn": True, "key": key}, status=410)


def signed_out_json() -> JsonResponse:
    """Somebody else has signed in on this browser since the page was fetched."""
    return JsonResponse({"ok": False, "signed_out": True}, status=401)
