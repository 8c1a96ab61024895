"""What was changed on a form of the administration, in words for its history."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from django.forms import Field, ModelChoiceField
from django.http import HttpRequest
from django.utils import formats, timezone
from django.utils.text import capfirst
from django.utils.translation import gettext

from forums.admin_forms import RoleWordsField
from forums.admin_scope import OwnMunicipality
from forums.naming import added, of_person
from plf.lib.danish import clock


class ToldChanges(OwnMunicipality):
    """Its changes are told with what stood before and what stands now."""

    def construct_change_message(
        self, request: HttpRequest, form: Any, formsets: Any, add: bool = False
    ) -> Any:
        if add:
            return gettext("Made.")
        lines = [*_fields(form), *(line for rows in formsets or () for line in _rows(rows))]
        return "\n".join(lines) or gettext("Saved without changes.")


def changed(label: str, old: str, new: str) -> str:
    """In the order of the sentence; what was or becomes empty is said as that."""
    words = {"label": label, "old": old, "new": new}
    if not old:
        return gettext("%(label)s written: “%(new)s”") % words
    if not new:
        return gettext("%(label)s deleted, was “%(old)s”") % words
    return gettext("%(label)s changed from “%(old)s” to “%(new)s”") % words


def _fields(form: Any) -> Iterator[str]:
    for name in form.changed_data:
        field = form.fields[name]
        if field.widget.is_hidden:
            continue  # the row's own number
        old, new = _shown(field, form.initial.get(name)), _shown(field, form.cleaned_data[name])
        yield changed(capfirst(str(field.label)), old, new)


def _shown(field: Field, value: Any) -> str:
    """As the person saw it on the form."""
    if value in (None, ""):
        return ""
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    if isinstance(field, ModelChoiceField):
        found = field.queryset.filter(pk=getattr(value, "pk", value)).first()  # type: ignore[union-attr]
        return str(found or "")
    if isinstance(value, datetime):
        moment = timezone.localtime(value) if timezone.is_aware(value) else value
        return f"{formats.date_format(moment, 'DATE_FORMAT')} {clock(moment)}"
    if isinstance(value, date):
        return formats.date_format(value, "DATE_FORMAT")
    if isinstance(field, RoleWordsField):
        return field.told(value)
    # A line of the history is a change; a text of several is told in one.
    text = str(dict(getattr(field, "choices", ())).get(value, value))
    return " · ".join(filter(None, text.splitlines()))


def _rows(formset: Any) -> Iterator[str]:
    """A seat or a post by the name of whoever has it."""
    for row in formset.new_objects:
        yield added(str(row.user))
    for row in formset.deleted_objects:
        yield of_person(str(row.user), gettext("The place that had not begun was removed"))
    changed_rows = {row.pk for row, _names in formset.changed_objects}
    for form in formset.initial_forms:
        if form.instance.pk in changed_rows:
            yield from (of_person(str(form.instance.user), line) for line in _fields(form))
