"""A forum's own words for the goals: written as a draft, and published when they are agreed on."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import OuterRef, Subquery
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from accounts.requests import person
from assessments.models import Edition, Goal, LocalWording, Pillar, RoundForum
from assessments.models.local_wordings import LONGEST_WORDING, with_local_words
from assessments.operations.asked import goals_in_order
from assessments.operations.local_wordings import (
    keep_drafts,
    publish_drafts,
    wordable_editions,
)
from assessments.views import _page
from forums.models import Forum
from forums.permissions import Permission, permissions_in


@dataclass(slots=True)
class WordingRow:
    """One goal on the page: what is published, and what stands in the field."""

    goal: Goal
    published: str
    stored: str
    text: str
    is_draft: bool
    error: str = ""

    @property
    def mark(self) -> str:
        """What is stored, for a hidden field: so much as to see that it is another."""
        return f"{self.goal.pk}:{_page.mark_of(self.stored)}"


@require_http_methods(["GET", "HEAD", "POST"])
def local_words(request: HttpRequest, forum_id: int) -> HttpResponse:
    """The lead's page: every goal of an edition that lets units add their own words."""
    now = timezone.now()
    forum = get_object_or_404(Forum.objects.visible_to(person(request), now), pk=forum_id)
    if Permission.WORD_GOALS not in permissions_in(person(request), forum):
        raise PermissionDenied
    editions = list(wordable_editions(forum.municipality_id))
    edition = _chosen(editions, request.GET.get("grundlag"))
    if edition is None:
        return TemplateResponse(
            request, "assessments/local_words.html", {"forum": forum, "edition": None}
        )
    rows = _rows(forum, edition, now)
    if request.method == "POST" and _kept(request.POST, forum, edition, rows):
        if not _warned(request, rows):
            _say(request, forum, edition, now)
        return redirect(f"{reverse('assessments:local_words', args=[forum.pk])}{_query(edition)}")
    context = {
        "forum": forum,
        "edition": edition,
        "editions": [(row, _query(row)) for row in editions],
        "pillars": _by_pillar(rows),
        "seen": " ".join(row.mark for row in rows),
        "drafts": sum(row.is_draft for row in rows),
        "refused": sum(bool(row.error) for row in rows),
        "longest": LONGEST_WORDING,
        "has_open_round": _has_open_round(forum, edition, now),
    }
    status = 422 if context["refused"] else 200
    return TemplateResponse(request, "assessments/local_words.html", context, status=status)


def _chosen(editions: list[Edition], slug: str | None) -> Edition | None:
    """The one that is asked for, or the first; 404 where another is asked for."""
    if slug is None:
        return editions[0] if editions else None
    for edition in editions:
        if edition.framework.slug == slug:
            return edition
    raise Http404


def _query(edition: Edition) -> str:
    return f"?grundlag={edition.framework.slug}"


def _rows(forum: Forum, edition: Edition, now: datetime) -> list[WordingRow]:
    """The goals with what is published and what is drafted, in one query."""
    drafts = LocalWording.objects.drafts().filter(forum=forum, goal=OuterRef("pk"))
    goals: Any = with_local_words(goals_in_order(edition.pk), forum_id=forum.pk, at=now).annotate(
        draft=Subquery(drafts.values("text")[:1])
    )
    return [
        WordingRow(
            goal,
            published=goal.local,
            stored=goal.local if goal.draft is None else goal.draft,
            text=goal.local if goal.draft is None else goal.draft,
            is_draft=goal.draft is not None,
        )
        for goal in goals
    ]


def _by_pillar(rows: Iterable[WordingRow]) -> list[tuple[Pillar, list[WordingRow]]]:
    pillars: dict[int, tuple[Pillar, list[WordingRow]]] = {}
    for row in rows:
        pillars.setdefault(row.goal.pillar_id, (row.goal.pillar, []))[1].append(row)
    return list(pillars.values())


def _has_open_round(forum: Forum, edition: Edition, now: datetime) -> bool:
    return RoundForum.objects.filter(
        forum=forum,
        round__edition=edition,
        round__opened_at__isnull=False,
        round__closes_at__gt=now,
        round__sealed_at=None,
        round__lost_at=None,
    ).exists()


# --- the form as sent ---------------------------------------------------------------------------


def _kept(data: QueryDict, forum: Forum, edition: Edition, rows: list[WordingRow]) -> bool:
    """Keep what was changed on the page. False where something stands at its field instead."""
    before = _shown_on(data)
    changed = {}
    for row in rows:
        key = _asked_as(row.goal, data)
        sent = data.get(f"own-{key}")
        if sent is None:
            continue
        text, seen = " ".join(sent.split()), before.get(str(key))
        if text == row.stored or _page.mark_of(text) == seen:
            continue
        row.text, row.error = text, _refusal(text, row, seen)
        if not row.error:
            changed[row.goal.pk] = text
    if changed:
        keep_drafts(forum=forum, edition=edition, texts=changed)
    for row in rows:
        if row.goal.pk in changed:
            row.stored, row.is_draft = row.text, row.text != row.published
    return not any(row.error for row in rows)


def _shown_on(data: QueryDict) -> dict[str, str]:
    return dict(mark.split(":", 1) for mark in data.get("seen", "").split() if ":" in mark)


def _asked_as(goal: Goal, data: QueryDict) -> int | None:
    """The goal as the page knew it: a new edition may have been taken in use since."""
    return goal.pk if f"own-{goal.pk}" in data else goal.same_as_id


def _warned(request: HttpRequest, rows: list[WordingRow]) -> bool:
    """Whether something was written for goals that are gone; the writer gets it back."""
    data, before = request.POST, _shown_on(request.POST)
    known = {f"own-{_asked_as(row.goal, data)}" for row in rows}
    texts = {name: " ".join(str(data[name]).split()) for name in data if name.startswith("own-")}
    lost = [
        text
        for name, text in texts.items()
        if text and name not in known and _page.mark_of(text) != before.get(name[len("own-") :])
    ]
    if lost:
        told = _(
            "The goals have been changed meanwhile. This belongs to none of them any more, and is "
            "not kept: %(texts)s. Nothing is published."
        )
        named = " · ".join(_("“%(text)s”") % {"text": text} for text in lost)
        messages.warning(request, told % {"texts": named})
    return bool(lost)


def _refusal(text: str, row: WordingRow, seen: str | None) -> str:
    if "\0" in text:
        return _("The text has a character that cannot be saved. Write it once more.")
    if len(text) > LONGEST_WORDING:
        return _(
            "There is room for %(room)s characters, and you have written %(count)s. "
            "Make it a little shorter."
        ) % {"room": LONGEST_WORDING, "count": len(text)}
    if seen is not None and seen != _page.mark_of(row.stored):
        return _(
            "Meanwhile this was written in another window: “%(text)s”. Save once more to put your "
            "text in its place."
        ) % {"text": row.stored}
    return ""


def _say(request: HttpRequest, forum: Forum, edition: Edition, now: datetime) -> None:
    """Publish where that was asked for, and say what is now the case."""
    if "publish" not in request.POST:
        messages.success(request, _("The draft is kept. Only you see it."))
        return
    count = publish_drafts(forum=forum, edition=edition, by=person(request), now=now)
    if count:
        messages.success(
            request,
            ngettext(
                "%(count)s wording is published. It is shown in rounds that open from now on.",
                "%(count)s wordings are published. They are shown in rounds that open from now on.",
                count,
            )
            % {"count": count},
        )
    else:
        messages.info(request, _("Everything is published already."))
