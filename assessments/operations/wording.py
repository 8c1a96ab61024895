"""A municipality's own words in mails."""

from datetime import datetime

from django.db import transaction

from assessments.enums import MailKind
from assessments.models import MailText
from audit.enums import Kind
from audit.operations import Deed, log
from forums.models import Municipality


@transaction.atomic
def keep_mail_text(
    *,
    municipality: Municipality,
    kind: MailKind,
    language: str,
    subject: str,
    body: str,
    now: datetime,
) -> None:
    """Use these words from now on; mails that are written already stay as they are."""
    MailText.objects.update_or_create(
        municipality=municipality,
        kind=kind,
        language=language,
        defaults={"subject": subject, "body": body},
    )
    log(_deed(Kind.CHANGED, municipality, kind), now=now)


@transaction.atomic
def use_standard_text(
    *, municipality: Municipality, kind: MailKind, language: str, now: datetime
) -> None:
    own = MailText.objects.filter(municipality=municipality, kind=kind, language=language)
    if own.delete()[0]:
        log(_deed(Kind.DELETED, municipality, kind), now=now)


def _deed(done: Kind, municipality: Municipality, kind: MailKind) -> Deed:
    """That the words of a mail were changed, and of which; not which words."""
    return Deed(
        kind=done,
        municipality_id=municipality.pk,
        name=str(kind.label),
        detail=MailText._meta.label_lower,
    )
