"""A day and a time in Copenhagen, in two plain fields that work without a script."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from plf.lib.danish import clock
from plf.lib.days import can_be_meant
from plf.lib.local_time import (
    COPENHAGEN,
    NotATime,
    TimeExistsTwice,
    TwoReadings,
    moment_of,
    read_time,
    write_time,
)

DAY_FORMATS = ("%Y-%m-%d", "%d.%m.%Y", "%d-%m-%Y", "%d/%m/%Y")


class MomentWidget(forms.Widget):
    """Draws what was typed, and the two moments to choose between where the time is none or two."""

    template_name = "assessments/_moment.html"
    use_fieldset = True
    readings: tuple[datetime, datetime] | None = None

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> list[str]:
        return [data.get(f"{name}_{part}", "") for part in ("day", "time", "reading")]

    def value_omitted_from_data(self, data: Mapping[str, Any], files: Any, name: str) -> bool:
        return f"{name}_day" not in data

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        day, time, chosen = _written(value)
        given = {"required": self.is_required, **(attrs or {})}
        context["moment"] = {
            "name": name,
            "id": given.get("id", f"id_{name}"),
            "day": day,
            "time": time,
            "required": given["required"],
            "invalid": bool(given.get("aria-invalid")),
            "described": given.get("aria-describedby", ""),
            "readings": _offered(self.readings or _readings_of(value), chosen),
        }
        return context


def _written(value: Any) -> list[str]:
    if isinstance(value, datetime):
        local = timezone.localtime(value, COPENHAGEN)
        return [f"{local:%Y-%m-%d}", write_time(local), local.isoformat()]
    return list(value) if value else ["", "", ""]


def _readings_of(value: Any) -> tuple[datetime, datetime] | None:
    """Where a moment that is kept is one of two that are written alike."""
    if isinstance(value, datetime):
        local = timezone.localtime(value, COPENHAGEN)
        try:
            moment_of(local.date(), local.time())
        except TwoReadings as both:
            return both.readings
    return None


def _offered(
    readings: tuple[datetime, datetime] | None, chosen: str
) -> list[tuple[str, str, bool]]:
    """Value, text and whether chosen; the offset says which of two equal times it is."""
    return [
        (
            reading.isoformat(),
            _("%(day)s %(clock)s, %(kind)s")
            % {
                "day": date_format(reading, "DATE_FORMAT"),
                "clock": clock(reading),
                "kind": _("summer time") if reading.dst() else _("winter time"),
            },
            reading.isoformat() == chosen,
        )
        for reading in readings or ()
    ]


class MomentField(forms.Field):
    widget = MomentWidget

    def clean(self, value: Any) -> datetime | None:
        day, time, chosen = value or ("", "", "")
        if not day.strip() and not time.strip():
            if self.required:
                raise ValidationError(_("Give a day and a time."), code="required")
            return None
        try:
            return moment_of(_read_day(day), read_time(time)).astimezone(UTC)
        except NotATime as error:
            raise ValidationError(_("Write the time as 16.00."), code="time") from error
        except TwoReadings as refusal:
            return self._choose(refusal, chosen)

    def _choose(self, refusal: TwoReadings, chosen: str) -> datetime:
        for reading in refusal.readings:
            if reading.isoformat() == chosen:
                return reading.astimezone(UTC)
        self.widget.readings = refusal.readings
        if isinstance(refusal, TimeExistsTwice):
            text = _("The clocks are put back that night, and this time comes twice. Choose which.")
        else:
            text = _(
                "The clocks are put forward that night, and this time does not exist. Choose one "
                "of these, or write another."
            )
        raise ValidationError(text, code="readings")


def _read_day(text: str) -> date:
    try:
        day = forms.DateField(input_formats=DAY_FORMATS).to_python(text)
    except ValidationError:
        day = None
    if day is None or not can_be_meant(day):
        raise ValidationError(_("Write the day as 12.03.2027."), code="day")
    return day
