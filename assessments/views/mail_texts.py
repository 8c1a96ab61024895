"""A municipality's own words in the mails that a round sends, in each language, with what they
become."""

from collections.abc import Container
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.enums import Language
from accounts.requests import person
from assessments.enums import MailKind
from assessments.mails import BUTTONS, WORDS, Words, fill_in, words_of
from assessments.models import MailText, Round, RoundForum
from assessments.operations.wording import keep_mail_text, use_standard_text
from assessments.round_forms import MailTextForm, braced
from assessments.views._planning import sent
from forums.models import Forum, Municipality
from plf.lib.collation import InDanish


def _municipality_or_404(request: HttpRequest, municipality_id: int) -> Municipality:
    own = Municipality.objects.administered_by(person(request))
    municipality = own.filter(pk=municipality_id).first()
    if municipality is None:
        raise Http404
    return municipality


@dataclass(frozen=True, slots=True)
class Wording:
    """One kind of mail in one language."""

    language: Language
    is_own: bool


@require_safe
def mail_texts(request: HttpRequest) -> HttpResponse:
    """The kinds of mail, for each municipality that the person administers."""
    own = list(
        Municipality.objects.administered_by(person(request)).order_by(InDanish("name"), "pk")
    )
    if not own:
        raise PermissionDenied
    changed = set(
        MailText.objects.filter(municipality__in=own)
        .order_by("pk")
        .values_list("municipality", "kind", "language")
    )
    rows = [
        (municipality, [(kind, _wordings(municipality.pk, kind, changed)) for kind in MailKind])
        for municipality in own
    ]
    return TemplateResponse(request, "assessments/mail_texts.html", {"rows": rows})


def _wordings(
    municipality_id: int, kind: str, changed: Container[tuple[int, str, str]]
) -> list[Wording]:
    return [
        Wording(language, (municipality_id, kind, language) in changed) for language in Language
    ]


@require_http_methods(["GET", "HEAD", "POST"])
def mail_text(request: HttpRequest, municipality_id: int, kind: str, language: str) -> HttpResponse:
    """One kind in one language: its words, and the mail that they become."""
    municipality = _municipality_or_404(request, municipality_id)
    if kind not in MailKind.values or language not in Language.values:
        raise Http404
    whose: Any = {"municipality": municipality, "kind": MailKind(kind), "language": language}
    own = MailText.objects.filter(**whose).first()
    subject, body = words_of(kind, own, language)
    if "standard" in request.POST:
        use_standard_text(**whose, now=timezone.now())
        messages.success(request, _("The standard text is used."))
        return redirect("assessments:mail_texts")
    form = MailTextForm(
        sent(request), language=language, initial={"subject": subject, "body": body}
    )
    valid = form.is_valid()
    if valid:
        subject, body = form.cleaned_data["subject"], form.cleaned_data["body"]
    if valid and "preview" not in request.POST:
        keep_mail_text(**whose, subject=subject, body=body, now=timezone.now())
        messages.success(request, _("The text is kept."))
        return redirect("assessments:mail_texts")
    context = {
        "form": form,
        "kind": MailKind(kind),
        "municipality": municipality,
        "language": Language(language),
        "languages": list(Language),
        "is_own": own is not None,
        "words": braced(WORDS),
        "shown": _example(subject, body, municipality, language),
        "button": _button(kind, language),
    }
    status = 422 if form.errors else 200
    return TemplateResponse(request, "assessments/mail_text.html", context, status=status)


def _example(subject: str, body: str, municipality: Municipality, language: str) -> Words:
    """The mail of a round that closes in two weeks, in the municipality's first forum."""
    now = timezone.localtime(timezone.now()).replace(hour=16, minute=0)
    forum = Forum.objects.filter(municipality=municipality).order_by("pk").first()
    with translation.override(language):
        name = _("Spring 2027")
    round_ = Round(
        municipality=municipality, name=name, opens_at=now, closes_at=now + timedelta(days=14)
    )
    shown = RoundForum(round=round_, forum=forum or Forum(name="Lederforum"))
    return fill_in(subject, body, shown, language)


def _button(kind: str, language: str) -> str:
    """What the link says in a mail of these words."""
    with translation.override(language):
        return str(BUTTONS[kind])
