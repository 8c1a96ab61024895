"""What can be asked of the pages on personal data and the log."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from audit.enums import Area
from dashboards.queries.log import Wish
from plf.lib.days import require_day_that_can_be_meant
from plf.lib.names import NamedForm


class DayField(forms.DateField):
    """A day in the browser's own field."""

    widget = forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    default_validators = [require_day_that_can_be_meant]


class LogForm(forms.Form):
    """Which rows of the log."""

    emne = forms.ChoiceField(
        label=_("About"),
        required=False,
        choices=[("", _("Everything")), *Area.choices],
        widget=forms.Select({"class": "form-select"}),
    )
    person = forms.CharField(
        label=_("Person"),
        required=False,
        max_length=120,
        help_text=_("A name or an address, or a part of it."),
    )
    fra = DayField(label=_("From"), required=False)
    til = DayField(label=_("Until"), required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        first, last = cleaned.get("fra"), cleaned.get("til")
        if first and last and first > last:
            self.add_error("til", ValidationError(_("Choose a day that is not before the first.")))
        return cleaned

    @property
    def wish(self) -> Wish:
        asked = self.cleaned_data
        return Wish(
            area=asked["emne"], person=asked["person"], first=asked["fra"], last=asked["til"]
        )


class NameForm(NamedForm, forms.Form):
    """A person's own name."""

    name = forms.CharField(
        label=_("Name"), max_length=120, error_messages={"required": _("Write your name.")}
    )
