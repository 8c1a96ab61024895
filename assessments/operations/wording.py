"""A municipality's own words in mails."""

from assessments.models import MailText
from forums.models import Municipality


def keep_mail_text(
    *, municipality: Municipality, kind: str, language: str, subject: str, body: str
) -> None:
    """Use these words from now on; mails that are written already stay as they are."""
    MailText.objects.update_or_create(
        municipality=municipality,
        kind=kind,
        language=language,
        defaults={"subject": subject, "body": body},
    )


def use_standard_text(*, municipality: Municipality, kind: str, language: str) -> None:
    own = MailText.objects.filter(municipality=municipality, kind=kind, language=language)
    own.delete()
