"""What a page sends for one goal, checked and never saved: the same on both pages that rate."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from plf.lib.cpr import looks_like_cpr

LONGEST_REASON = 2000

# How a page writes the choice beside the levels: "ved ikke", or that a team sees it differently.
NO_ANSWER = "na"
DIFFERS = "differs"


@dataclass(slots=True)
class GoalForm:
    """One goal as it was sent. Choice or reason None: the page did not send it; "" clears it."""

    goal_id: int
    choice: str | None = None
    reason: str | None = None
    confirmed: bool = False
    choice_error: str = ""
    reason_error: str = ""
    needs_confirmation: bool = False

    @property
    def is_valid(self) -> bool:
        return not self.choice_error and not self.reason_error

    @property
    def level(self) -> int | None:
        """The chosen level; None where the choice is another, none, or not valid."""
        valid = self.choice and not self.choice_error and self.choice.isdecimal()
        return int(self.choice or 0) if valid else None

    @property
    def keeps_choice(self) -> bool:
        return self.choice is None or bool(self.choice_error)

    @property
    def valid_reason(self) -> str | None:
        return None if self.reason_error else self.reason


def check_goal(
    *,
    goal_id: int,
    choice: str | None,
    reason: str | None,
    confirmed: bool,
    levels: int,
    beside: str,
) -> GoalForm:
    """`beside` is the choice that the page offers beside the levels, or ""."""
    form = GoalForm(goal_id, choice, None if reason is None else tidied(reason), confirmed)
    offered = {"", beside, *(str(level) for level in range(1, levels + 1))}
    if choice is not None and choice not in offered:
        form.choice_error = _("Choose one of the levels.")
    if form.reason:
        _check_reason(form, form.reason)
    return form


def tidied(text: str) -> str:
    """As it is stored: browsers send line breaks in two ways."""
    return text.replace("\r\n", "\n").strip()


def _check_reason(form: GoalForm, reason: str) -> None:
    if "\0" in reason:
        form.reason_error = _("The text has a character that cannot be saved. Write it once more.")
    elif len(reason) > LONGEST_REASON:
        form.reason_error = _(
            "There is room for %(room)s characters, and you have written %(count)s. "
            "Make it a little shorter."
        ) % {"room": LONGEST_REASON, "count": len(reason)}
    elif not form.confirmed and looks_like_cpr(reason):
        form.needs_confirmation = True
        form.reason_error = _(
            "This looks like a CPR number. It is not saved before you have said that it is "
            "something else."
        )
