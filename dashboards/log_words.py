"""The rows of the log as sentences, in the reader's language."""

from collections.abc import Mapping
from uuid import UUID

from django.apps import apps
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from audit.enums import SEEN, Kind
from audit.models import Entry
from forums.enums import Role

# Rows of these kinds have no actor when the reader was invited to an open round.
READERS = frozenset(SEEN)
SENTENCES: Mapping[str, str] = {
    Kind.SIGNED_IN: gettext_noop("%(who)s signed in"),
    Kind.SIGN_IN_FAILED: gettext_noop("Somebody tried in vain to sign in"),
    Kind.PASSWORD_CHOSEN: gettext_noop("%(who)s chose a first password"),
    Kind.PASSWORD_CHANGED: gettext_noop("%(who)s changed their password"),
    Kind.PASSWORD_RESET: gettext_noop("%(who)s chose a new password by a link in a mail"),
    Kind.APP_ADDED: gettext_noop("%(who)s added an app with codes"),
    Kind.APP_REMOVED: gettext_noop("%(who)s removed their app with codes"),
    Kind.PASSKEY_ADDED: gettext_noop("%(who)s added a passkey"),
    Kind.PASSKEY_REMOVED: gettext_noop("%(who)s removed a passkey"),
    Kind.CODES_RENEWED: gettext_noop("%(who)s made new recovery codes"),
    Kind.SIGNED_OUT_ELSEWHERE: gettext_noop("%(who)s signed themselves out in other places"),
    Kind.ADDRESS_CHANGED: gettext_noop("%(who)s changed the address of %(whom)s"),
    Kind.SECOND_STEP_REMOVED: gettext_noop("%(who)s removed the second step of %(whom)s"),
    Kind.MEMBER_JOINED: gettext_noop("%(who)s added %(whom)s to %(name)s (%(role)s)"),
    Kind.MEMBER_LEFT: gettext_noop("%(who)s took %(whom)s out of %(name)s"),
    Kind.ROLE_CHANGED: gettext_noop("%(who)s changed the role of %(whom)s in %(name)s: %(role)s"),
    Kind.LEAD_MADE: gettext_noop("%(who)s made %(whom)s lead of %(name)s"),
    Kind.LEAD_ENDED: gettext_noop("%(who)s ended that %(whom)s leads %(name)s"),
    Kind.CHIEF_CHOSEN: gettext_noop(
        "%(who)s chose %(whom)s as the chief who reads the results of %(name)s"
    ),
    Kind.ADMINISTRATOR_MADE: gettext_noop("%(who)s made %(whom)s administrator"),
    Kind.ADMINISTRATOR_ENDED: gettext_noop("%(who)s ended that %(whom)s is administrator"),
    Kind.ROUND_PLANNED: gettext_noop("%(who)s planned the round %(name)s"),
    Kind.ROUND_CHANGED: gettext_noop("%(who)s changed the plan of the round %(name)s"),
    Kind.ROUND_OPENED: gettext_noop("%(who)s opened the round %(name)s"),
    Kind.ROUND_POSTPONED: gettext_noop("%(who)s postponed the closing of the round %(name)s"),
    Kind.ROUND_CLOSED_EARLY: gettext_noop(
        "%(who)s moved the closing of the round %(name)s forward"
    ),
    Kind.ROUND_CANCELLED: gettext_noop("%(who)s cancelled the round %(name)s"),
    Kind.MEMBER_INVITED: gettext_noop("%(who)s invited %(whom)s, who was forgotten: %(name)s"),
    Kind.RESULT_RELEASED: gettext_noop("%(who)s released the result %(name)s"),
    Kind.RESULT_READ: gettext_noop("%(who)s opened the result %(name)s"),
    Kind.COMMENTS_READ: gettext_noop("%(who)s opened the result %(name)s, with its reasons"),
    Kind.EXPORTED: gettext_noop("%(who)s took %(name)s along as %(detail)s"),
    Kind.ADDED: gettext_noop("%(who)s added in the administration: %(thing)s"),
    Kind.CHANGED: gettext_noop("%(who)s changed in the administration: %(thing)s"),
    Kind.DELETED: gettext_noop("%(who)s deleted in the administration: %(thing)s"),
    Kind.NAME_CORRECTED: gettext_noop("%(who)s corrected their name"),
    Kind.ERASURE_ASKED: gettext_noop("%(who)s asked to be erased"),
    Kind.ERASED: gettext_noop("%(who)s erased a person"),
    Kind.FORGOTTEN: gettext_noop("%(who)s deleted what had been kept long enough"),
    Kind.COPIED: gettext_noop("%(who)s made a copy of everything of the municipality"),
}
# Where a row says more in its details, or less.
OTHERWISE: Mapping[tuple[str, str], str] = {
    (Kind.RESULT_READ, "trend"): gettext_noop("%(who)s looked at the development of %(name)s"),
    (Kind.RESULT_READ, "overview"): gettext_noop("%(who)s looked at the overview, with %(name)s"),
    (Kind.FORGOTTEN, "people"): gettext_noop("%(who)s erased people who left long ago: %(name)s"),
    (Kind.FORGOTTEN, "mails"): gettext_noop("%(who)s deleted old mails: %(name)s"),
    (Kind.FORGOTTEN, "log"): gettext_noop("%(who)s deleted old rows of the log: %(name)s"),
    (Kind.FORGOTTEN, "comments"): gettext_noop(
        "%(who)s deleted the reasons of old rounds: %(name)s"
    ),
}
WITH_SUBJECT = gettext_noop("Somebody tried in vain to sign in as %(whom)s")
NO_CHIEF = gettext_noop("%(who)s chose that no chief reads the results of %(name)s")

Names = Mapping[UUID, str]


def sentence_of(row: Entry, names: Names) -> str:
    return _(_template_of(row)) % {
        "who": who_did(row, names),
        "whom": _name_of(row.subject, names),
        "name": row.name,
        "role": _role(row.detail),
        "detail": row.detail.upper(),
        "thing": _thing(row, names),
    }


def who_did(row: Entry, names: Names) -> str:
    if row.actor is not None:
        return _name_of(row.actor, names)
    if row.kind in READERS:
        return _("Somebody who was asked in an open round")
    return _("Somebody") if row.kind == Kind.SIGN_IN_FAILED else _("The system")


def _template_of(row: Entry) -> str:
    if row.kind == Kind.SIGN_IN_FAILED and row.subject is not None:
        return WITH_SUBJECT
    if row.kind == Kind.CHIEF_CHOSEN and row.subject is None:
        return NO_CHIEF
    return OTHERWISE.get((row.kind, row.detail)) or SENTENCES[row.kind]


def _name_of(key: UUID | None, names: Names) -> str:
    if key is None:
        return _("somebody")
    return names.get(key) or _("somebody who has been erased")


def _role(detail: str) -> str:
    return str(Role(detail).label) if detail in Role.values else detail


def _thing(row: Entry, names: Names) -> str:
    """The kind of thing and its name: “forum Lederforum”."""
    if "." not in row.detail:
        return row.name
    kind = apps.get_model(row.detail)._meta.verbose_name
    name = row.name if row.subject is None else _name_of(row.subject, names)
    return f"{kind} {name}".strip()


def spoken(text: str) -> str:
    """A sentence begins with a capital, whoever it is about."""
    return str(capfirst(text))
