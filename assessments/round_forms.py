"""Forms of planning and changing a round. They validate and never save."""

import unicodedata
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from assessments.enums import RoundKind
from assessments.mails import WORDS, unknown_words
from assessments.models import Edition, Round
from assessments.moment_field import MomentField
from assessments.operations.rounds import (
    IN_COMMON,
    NO_FORUM,
    NO_MEMBERS,
    NOT_IN_USE,
    NOT_OURS,
    TAKEN,
    TOO_SMALL,
    TOO_SOON,
    asked_by_role,
    besides_the_top,
    fewest_besides_the_top,
)
from forums.models import Forum, Membership
from plf.lib.addresses import KEY
from plf.lib.collation import InDanish
from plf.lib.line_breaks import TextOfLines
from plf.lib.names import NamedForm

if TYPE_CHECKING:
    EditionField = forms.ModelChoiceField[Edition]
    ForumsField = forms.ModelMultipleChoiceField[Forum]
    MembershipField = forms.ModelChoiceField[Membership]
else:
    EditionField = MembershipField = forms.ModelChoiceField
    ForumsField = forms.ModelMultipleChoiceField

LONGEST_DELAY = 90
LOOKS = {"text": "form-control", "number": "form-control", "select": "form-select"}
# Beside which field a refusal is shown.
FIELD_OF = {
    NO_FORUM: "forums",
    NO_MEMBERS: "forums",
    TAKEN: "forums",
    NOT_OURS: "forums",
    TOO_SMALL: "kind",
    IN_COMMON: "forums",
    NOT_IN_USE: "edition",
    TOO_SOON: "opens_at",
}


def offered_editions(municipalities: Collection[int]) -> QuerySet[Edition]:
    """Those in use: the municipalities' own, and those that all share."""
    own = Q(framework__municipality=None) | Q(framework__municipality__in=municipalities)
    return (
        Edition.objects.in_use()
        .filter(own)
        .select_related("framework")
        .order_by(InDanish("framework__name"), "pk")
    )


class DrawnForm(forms.Form):
    """Gives each field its Bootstrap class."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            kind = getattr(field.widget, "input_type", "")
            look = "form-control" if isinstance(field.widget, forms.Textarea) else LOOKS.get(kind)
            if look:
                field.widget.attrs["class"] = look


class OwnForumsField(ForumsField):
    """Boxes to tick, each with how many are asked and whether they are enough to be asked alone."""

    asked: dict[int, dict[str, int]]

    def clean(self, value: Any) -> Any:
        """Django asks the database for any number, also for one that it cannot hold."""
        for key in value or ():
            if not KEY.fullmatch(str(key)):
                told, what = self.error_messages["invalid_choice"], "invalid_choice"
                raise ValidationError(told, what, {"value": key})
        return super().clean(value)

    def label_from_instance(self, obj: Forum) -> str:
        asked = self.asked[obj.pk]
        if not asked:
            return gettext("%(forum)s – no members yet") % {"forum": obj}
        if besides_the_top(asked) < fewest_besides_the_top(obj.municipality.smallest_group):
            return gettext("%(forum)s – shared rounds only") % {"forum": obj}
        return str(obj)


class PlanForm(NamedForm, DrawnForm):
    """A round that has not opened. The rules of confidentiality are the operation's to say."""

    name = forms.CharField(
        label=capfirst(_("name")),
        max_length=120,
        help_text=_("All invited see it, for example “Spring 2027”."),
        error_messages={"required": _("Give the round a name.")},
    )
    edition = EditionField(
        Edition.objects.none(),
        label=_("What you look at"),
        empty_label=_("Choose"),
        error_messages={"required": _("Choose the goals you look at.")},
    )
    forums = OwnForumsField(
        Forum.objects.none(),
        label=capfirst(_("forums")),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one forum.")},
    )
    kind = forms.ChoiceField(
        label=_("How they answer"),
        widget=forms.RadioSelect,
        choices=[
            (
                RoundKind.CONFIDENTIAL,
                _("Confidential: each answers alone. Suits forums of at least seven."),
            ),
            (
                RoundKind.SHARED,
                _("Shared: the team sits together and agrees on one rating. Suits every size."),
            ),
        ],
    )
    invites_chief = forms.BooleanField(label=_("The chief is invited too"), required=False)
    opens_at = MomentField(label=capfirst(_("opens")))
    closes_at = MomentField(label=capfirst(_("closes")))
    results_open_at = MomentField(
        label=_("The result opens"),
        required=False,
        help_text=_("For example when you meet. Empty: as soon as the round has closed."),
    )
    release_delay_days = forms.IntegerField(
        label=_("Days until the chief above sees the result"),
        min_value=0,
        max_value=LONGEST_DELAY,
        error_messages={"required": _("Write how many days. 0 is at once.")},
        help_text=_(
            "Counted from closing, unless the forum releases it before. It cannot be made longer "
            "once the round has opened."
        ),
    )
    sends_reminders = forms.BooleanField(
        label=_("Send two reminders: halfway, and on the last working day"), required=False
    )

    def __init__(self, data: Any, *, forums: Sequence[Forum], now: datetime, **more: Any) -> None:
        super().__init__(data, **more)
        self.now = now
        municipalities = {forum.municipality_id for forum in forums}
        chosen: Any = self.fields["forums"]
        chosen.asked = asked_by_role(forums, now)
        self.empty_forums = [forum for forum in forums if not chosen.asked[forum.pk]]
        own = Forum.objects.filter(pk__in=[row.pk for row in forums])
        chosen.queryset = own.select_related("municipality").order_by(InDanish("name"), "pk")
        edition: Any = self.fields["edition"]
        edition.queryset = offered_editions(municipalities)

    def clean_forums(self) -> list[Forum]:
        return list(self.cleaned_data["forums"])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        opens_at, closes_at = cleaned.get("opens_at"), cleaned.get("closes_at")
        if opens_at and opens_at < self.now - timedelta(hours=1):
            self.add_error("opens_at", gettext("Choose a time that is still to come."))
        if closes_at and closes_at <= self.now:
            self.add_error("closes_at", gettext("Choose a time that is still to come."))
        elif opens_at and closes_at and closes_at <= opens_at:
            self.add_error("closes_at", gettext("A round opens before it closes."))
        results_open_at = cleaned.get("results_open_at")
        if closes_at and results_open_at and results_open_at < closes_at:
            self.add_error(
                "results_open_at", gettext("Results open when the round has closed, or later.")
            )
        return cleaned

    def refuse(self, refusal: ValidationError) -> None:
        """Show what the operation refused beside the field that can mend it."""
        field = FIELD_OF.get(getattr(refusal, "code", None) or "")
        self.add_error(field, refusal.messages)


def _as_read(text: str) -> str:
    """Without what no reader notices: spaces, capitals, and whether an å is one sign or two."""
    return " ".join(unicodedata.normalize("NFC", text).split()).casefold()


class TypedNameForm(DrawnForm):
    """What cannot be undone is confirmed by typing the round's name."""

    typed_name = forms.CharField(
        label=_("Type the round's name"),
        max_length=200,
        error_messages={"required": _("Type the name as it stands here.")},
    )

    def __init__(self, data: Any, *, round_: Round, **more: Any) -> None:
        super().__init__(data, **more)
        self.round = round_
        self.fields["typed_name"].widget.attrs["autocomplete"] = "off"

    def clean_typed_name(self) -> str:
        typed: str = self.cleaned_data["typed_name"]
        if _as_read(typed) != _as_read(self.round.name):
            raise ValidationError(
                gettext("Type it as it stands here: %(name)s") % {"name": self.round.name}
            )
        return typed


class PostponeForm(DrawnForm):
    closes_at = MomentField(label=_("Closes instead"))


class CloseEarlyForm(TypedNameForm):
    closes_at = MomentField(label=_("Closes instead"), help_text=_("At least 24 hours from now."))
    when_all_done = forms.BooleanField(
        label=_("Close it before that, at midnight, if all have said that they are done"),
        required=False,
    )
    field_order = ("closes_at", "when_all_done", "typed_name")


class ForgottenForm(DrawnForm):
    member = MembershipField(
        Membership.objects.none(),
        label=_("Who was forgotten?"),
        error_messages={"required": _("Choose a member.")},
    )

    def __init__(self, data: Any, *, members: Any, **more: Any) -> None:
        super().__init__(data, **more)
        field: Any = self.fields["member"]
        field.queryset = members
        field.label_from_instance = lambda row: f"{row.user.name} · {row.forum.name}"


class MailTextForm(DrawnForm):
    subject = forms.CharField(
        label=_("Subject"), max_length=150, error_messages={"required": _("Write a subject.")}
    )
    body = forms.CharField(
        label=_("Text"),
        max_length=4000,
        widget=TextOfLines({"rows": 14}),
        error_messages={"required": _("Write a text.")},
    )

    def __init__(self, data: Any, *, language: str, **more: Any) -> None:
        super().__init__(data, **more)
        for field in self.fields.values():
            field.widget.attrs["lang"] = language

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        for name in ("subject", "body"):
            unknown = unknown_words(cleaned.get(name, ""))
            if unknown:
                self.add_error(
                    name,
                    gettext("%(words)s cannot be filled in. Use %(known)s.")
                    % {"words": braced(unknown), "known": braced(WORDS)},
                )
        return cleaned


def braced(words: Sequence[str]) -> str:
    return ", ".join(f"{{{word}}}" for word in words)


def first_plan(now: datetime) -> dict[str, Any]:
    """What a new plan begins with: two weeks from tomorrow."""
    local = timezone.localtime(now)
    opens_at = (local + timedelta(days=1)).replace(hour=8, minute=0, second=0, microsecond=0)
    return {
        "kind": RoundKind.CONFIDENTIAL,
        "invites_chief": True,
        "opens_at": opens_at,
        "closes_at": (opens_at + timedelta(days=14)).replace(hour=16),
        "release_delay_days": 14,
        "sends_reminders": True,
    }


def plan_of(round_: Round) -> dict[str, Any]:
    """A planned round as its form begins."""
    names = ("name", "kind", "invites_chief", "opens_at", "closes_at", "results_open_at")
    more = ("release_delay_days", "sends_reminders")
    return {
        **{name: getattr(round_, name) for name in (*names, *more)},
        "edition": round_.edition_id,
        "forums": [row.forum_id for row in round_.round_forums.order_by("pk")],
    }
