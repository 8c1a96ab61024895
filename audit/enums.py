from django.db import models
from django.utils.translation import gettext_lazy as _


class Area(models.TextChoices):
    """What a row of the log is about: one can look at these alone."""

    SIGN_IN = "sign_in", _("Signing in")
    RIGHTS = "rights", _("Members and rights")
    ROUNDS = "rounds", _("Rounds")
    RESULTS = "results", _("Results and files")
    ADMINISTRATION = "administration", _("Administration")
    PERSONAL = "personal", _("Personal data")


class Kind(models.TextChoices):
    """What was done. Nothing here is about answering, withdrawing or reminding."""

    SIGNED_IN = "signed_in", _("signed in")
    SIGN_IN_FAILED = "sign_in_failed", _("could not sign in")
    PASSWORD_CHOSEN = "password_chosen", _("a first password was chosen")
    PASSWORD_CHANGED = "password_changed", _("a password was changed")
    PASSWORD_RESET = "password_reset", _("a forgotten password was chosen anew")
    APP_ADDED = "app_added", _("an app with codes was added")
    APP_REMOVED = "app_removed", _("an app with codes was removed")
    PASSKEY_ADDED = "passkey_added", _("a passkey was added")
    PASSKEY_REMOVED = "passkey_removed", _("a passkey was removed")
    CODES_RENEWED = "codes_renewed", _("recovery codes were renewed")
    SIGNED_OUT_ELSEWHERE = "signed_out_elsewhere", _("other places were signed out")
    ADDRESS_CHANGED = "address_changed", _("an address was changed")
    SECOND_STEP_REMOVED = "second_step_removed", _("a second step was removed")
    MEMBER_JOINED = "member_joined", _("a member joined")
    MEMBER_LEFT = "member_left", _("a member left")
    ROLE_CHANGED = "role_changed", _("a role was changed")
    LEAD_MADE = "lead_made", _("a lead was chosen")
    LEAD_ENDED = "lead_ended", _("a lead stepped back")
    CHIEF_CHOSEN = "chief_chosen", _("a chief was chosen")
    ADMINISTRATOR_MADE = "administrator_made", _("an administrator was appointed")
    ADMINISTRATOR_ENDED = "administrator_ended", _("an administrator stepped down")
    ROUND_PLANNED = "round_planned", _("a round was planned")
    ROUND_CHANGED = "round_changed", _("a plan was changed")
    ROUND_OPENED = "round_opened", _("a round opened")
    ROUND_POSTPONED = "round_postponed", _("a closing was postponed")
    ROUND_CLOSED_EARLY = "round_closed_early", _("a closing was moved forward")
    ROUND_CANCELLED = "round_cancelled", _("a round was cancelled")
    MEMBER_INVITED = "member_invited", _("a forgotten member was invited")
    RESULT_RELEASED = "result_released", _("a result was released")
    RESULT_READ = "result_read", _("a result was opened")
    COMMENTS_READ = "comments_read", _("reasons were opened")
    EXPORTED = "exported", _("a file was taken")
    ADDED = "added", _("something was added in the administration")
    CHANGED = "changed", _("something was changed in the administration")
    DELETED = "deleted", _("something was deleted in the administration")
    NAME_CORRECTED = "name_corrected", _("a name was corrected")
    ERASURE_ASKED = "erasure_asked", _("erasure was asked for")
    ERASED = "erased", _("a person was erased")
    FORGOTTEN = "forgotten", _("what had been kept long enough was deleted")
    COPIED = "copied", _("everything of the municipality was copied")


AREAS: dict[Area, tuple[Kind, ...]] = {
    Area.SIGN_IN: (
        Kind.SIGNED_IN,
        Kind.SIGN_IN_FAILED,
        Kind.PASSWORD_CHOSEN,
        Kind.PASSWORD_CHANGED,
        Kind.PASSWORD_RESET,
        Kind.APP_ADDED,
        Kind.APP_REMOVED,
        Kind.PASSKEY_ADDED,
        Kind.PASSKEY_REMOVED,
        Kind.CODES_RENEWED,
        Kind.SIGNED_OUT_ELSEWHERE,
        Kind.ADDRESS_CHANGED,
        Kind.SECOND_STEP_REMOVED,
    ),
    Area.RIGHTS: (
        Kind.MEMBER_JOINED,
        Kind.MEMBER_LEFT,
        Kind.ROLE_CHANGED,
        Kind.LEAD_MADE,
        Kind.LEAD_ENDED,
        Kind.CHIEF_CHOSEN,
        Kind.ADMINISTRATOR_MADE,
        Kind.ADMINISTRATOR_ENDED,
    ),
    Area.ROUNDS: (
        Kind.ROUND_PLANNED,
        Kind.ROUND_CHANGED,
        Kind.ROUND_OPENED,
        Kind.ROUND_POSTPONED,
        Kind.ROUND_CLOSED_EARLY,
        Kind.ROUND_CANCELLED,
        Kind.MEMBER_INVITED,
    ),
    Area.RESULTS: (
        Kind.RESULT_RELEASED,
        Kind.RESULT_READ,
        Kind.COMMENTS_READ,
        Kind.EXPORTED,
    ),
    Area.ADMINISTRATION: (Kind.ADDED, Kind.CHANGED, Kind.DELETED),
    Area.PERSONAL: (
        Kind.NAME_CORRECTED,
        Kind.ERASURE_ASKED,
        Kind.ERASED,
        Kind.FORGOTTEN,
        Kind.COPIED,
    ),
}
# Who has seen what stands in a result: what a breach is looked up by.
SEEN = (Kind.RESULT_READ, Kind.COMMENTS_READ, Kind.EXPORTED)
