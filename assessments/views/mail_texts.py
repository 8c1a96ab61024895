"""A municipality's own words in the mails that a round sends, with what they become."""

from datetime import timedelta

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from assessments.enums import MailKind
from assessments.mails import WORDS, Words, fill_in, words_of
from assessments.models import MailText, Round, RoundForum
from assessments.operations.wording import keep_mail_text, use_standard_text
from assessments.round_forms import MailTextForm, braced
from assessments.views._lookup import person
from assessments.views._planning import sent
from forums.models import Forum, Municipality


def _municipality_or_403(request: HttpRequest, municipality_id: int) -> Municipality:
    own = Municipality.objects.administered_by(person(request))
    municipality = own.filter(pk=municipality_id).first()
    if municipality is None:
        raise Http404
    return municipality


@require_safe
def mail_texts(request: HttpRequest) -> HttpResponse:
    """The kinds of mail, for each municipality that the person administers."""
    own = list(Municipality.objects.administered_by(person(request)).order_by("name", "pk"))
    if not own:
        raise PermissionDenied
    changed = set(
        MailText.objects.filter(municipality__in=own)
        .order_by("pk")
        .values_list("municipality", "kind")
    )
    rows = [
        (municipality, [(kind, (municipality.pk, kind) in changed) for kind in MailKind])
        for municipality in own
    ]
    return TemplateResponse(request, "assessments/mail_texts.html", {"rows": rows})


@require_http_methods(["GET", "HEAD", "POST"])
def mail_text(request: HttpRequest, municipality_id: int, kind: str) -> HttpResponse:
    """One kind: its words, and the mail that they become."""
    municipality = _municipality_or_403(request, municipality_id)
    if kind not in MailKind.values:
        raise Http404
    own = MailText.objects.filter(municipality=municipality, kind=kind).first()
    subject, body = words_of(kind, own)
    if "standard" in request.POST:
        use_standard_text(municipality=municipality, kind=kind)
        messages.success(request, _("The standard text is used."))
        return redirect("assessments:mail_texts")
    form = MailTextForm(sent(request), initial={"subject": subject, "body": body})
    valid = form.is_valid()
    if valid:
        subject, body = form.cleaned_data["subject"], form.cleaned_data["body"]
    if valid and "preview" not in request.POST:
        keep_mail_text(municipality=municipality, kind=kind, subject=subject, body=body)
        messages.success(request, _("The text is kept."))
        return redirect("assessments:mail_texts")
    context = {
        "form": form,
        "kind": MailKind(kind),
        "municipality": municipality,
        "is_own": own is not None,
        "words": braced(WORDS),
        "shown": _example(subject, body, municipality),
    }
    status = 422 if form.errors else 200
    return TemplateResponse(request, "assessments/mail_text.html", context, status=status)


def _example(subject: str, body: str, municipality: Municipality) -> Words:
    """The mail of a round that closes in two weeks, in the municipality's first forum."""
    now = timezone.localtime(timezone.now()).replace(hour=16, minute=0)
    forum = Forum.objects.filter(municipality=municipality).order_by("pk").first()
    round_ = Round(
        municipality=municipality,
        name=_("Spring 2027"),
        opens_at=now,
        closes_at=now + timedelta(days=14),
    )
    return fill_in(subject, body, RoundForum(round=round_, forum=forum or Forum(name="Lederforum")))
