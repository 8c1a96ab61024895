"""Forms of the administration: a municipality's words, a forum's members."""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.forms.formsets import DELETION_FIELD_NAME
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from forums.admin_scope import Moment, moment
from forums.enums import Role
from forums.models import Administrator, Forum, Membership, Municipality, Unit
from plf.lib.addresses import KEY
from plf.lib.line_breaks import TextOfLines, one_break
from plf.lib.names import NamedForm, plain_name

if TYPE_CHECKING:
    ForumModelForm = forms.ModelForm[Forum]
    AdministratorModelForm = forms.ModelForm[Administrator]
    MembershipModelForm = forms.ModelForm[Membership]
    RowFormSet = forms.BaseInlineFormSet[Any, Any, Any]
    MunicipalityModelForm = forms.ModelForm[Municipality]
    UnitModelForm = forms.ModelForm[Unit]
else:
    ForumModelForm = MembershipModelForm = MunicipalityModelForm = forms.ModelForm
    AdministratorModelForm = UnitModelForm = forms.ModelForm
    RowFormSet = forms.BaseInlineFormSet

RoleWords = dict[str, list[str]]


class RoleWordsWidget(forms.MultiWidget):
    """Two words for each role, in a small table."""

    template_name = "admin/widgets/role_words.html"

    def __init__(self) -> None:
        super().__init__([forms.TextInput({"maxlength": 40}) for _role in Role for _word in "12"])

    def decompress(self, value: RoleWords | None) -> list[str]:
        return [word for role in Role for word in (value or {}).get(role, ["", ""])]

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        words = context["widget"]["subwidgets"]
        context["rows"] = [
            {"label": role.label, "words": words[place * 2 : place * 2 + 2]}
            for place, role in enumerate(Role)
        ]
        return context


class RoleWordsField(forms.MultiValueField):
    """{"unit_head": ["skoleleder", "skoleledere"]} as pairs of words; both or none."""

    widget = RoleWordsWidget

    def __init__(self, **kwargs: Any) -> None:
        words = [forms.CharField(required=False, max_length=40) for _role in Role for _word in "12"]
        super().__init__(words, require_all_fields=False, **kwargs)

    def told(self, value: RoleWords) -> str:
        """As in "chef: direktør, direktører; …", in the order of the roles."""
        return "; ".join(
            f"{role.label}: {', '.join(value[role])}" for role in Role if role in value
        )

    def compress(self, data_list: list[str]) -> RoleWords:
        pairs = zip(Role, data_list[::2], data_list[1::2], strict=False)
        words = {str(role): [one, many] for role, one, many in pairs if one or many}
        if not all(all(pair) for pair in words.values()):
            raise ValidationError(_("Write both words for a role: for one and for more."))
        return words


class MunicipalityForm(NamedForm, MunicipalityModelForm):
    role_words = RoleWordsField(
        label=capfirst(_("words for roles")),
        required=False,
        help_text=_("What you call each role. Empty: the product's own word."),
    )

    class Meta:
        model = Municipality
        fields = (
            "name",
            "slug",
            "role_words",
            "smallest_group",
            "second_factor_required",
            "cvr",
            "sign_in_server",
            "sign_in_client",
            "privacy_contact",
            "information",
            "accessibility_contact",
            "accessibility_checked_on",
            "was_address",
            "days_after_leaving",
            "days_of_mails",
            "days_of_log",
            "days_of_comments",
        )
        widgets: ClassVar[dict[str, forms.Widget]] = {
            "information": TextOfLines({"class": "vLargeTextField"})
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["information"] = one_break(self.initial.get("information"))
        if Role.FACILITATOR in self.instance.role_words:
            self.fields["second_factor_required"].label = _(
                "Second factor for administrators and %(facilitators)s"
            ) % {"facilitators": self.instance.role_word(Role.FACILITATOR, plural=True)}

    def clean_sign_in_server(self) -> str:
        """Whoever listens in between could say who somebody is."""
        address: str = self.cleaned_data["sign_in_server"]
        if address and not (address.startswith("https://") or settings.ONLY_LOCAL):
            raise ValidationError(_("The address must begin with https://"))
        return address


class UnitForm(NamedForm, UnitModelForm):
    class Meta:
        model = Unit
        fields = ("municipality", "name", "kind")


class ForumForm(NamedForm, ForumModelForm):
    """A forum stays within its municipality."""

    class Meta:
        model = Forum
        fields = (
            "municipality",
            "unit",
            "parent",
            "chief",
            "name",
            "name_in_sentence",
            "level",
            "closed_at",
        )

    def clean_name_in_sentence(self) -> str:
        return plain_name(self.cleaned_data["name_in_sentence"])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        municipality = cleaned.get("municipality") or self.instance.municipality_id
        municipality_id = getattr(municipality, "pk", municipality)
        for name in ("unit", "parent"):
            row = cleaned.get(name)
            if row is not None and row.municipality_id != municipality_id:
                self.add_error(name, _("Choose one of the same municipality."))
        if self.instance.pk and cleaned.get("parent") == self.instance:
            self.add_error("parent", _("A forum cannot stand above itself."))
        return cleaned


class OncePerPerson(RowFormSet):
    """Each row by itself is compared with the database, and knows nothing of the row beside it."""

    already: Any
    above: "OncePerPerson | None" = None
    """Rows of the same kind that stand over these on the page, and are saved before them."""

    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        for field in form.fields.values():
            name_in_row(field, form.instance)

    def clean(self) -> None:
        super().clean()
        here = {form.instance.user_id for form in self.above.for_good()} if self.above else set()
        for form in self.for_good():
            if form.instance.user_id in here:
                form.add_error(None, ValidationError(self.already))
            here.add(form.instance.user_id)

    def for_good(self) -> list[Any]:
        """The rows of people who come or stay without an end."""
        return [
            form
            for form in self.forms
            if form.is_valid() and form.instance.user_id and form.instance.ends_at is None
        ]


def name_in_row(field: Any, row: Any) -> None:
    """For screen readers: a field in a table has no label but its column's, and no person."""
    # The administration wraps a choice of rows, and the wrapping does not hand on what it is given.
    widget = getattr(field.widget, "widget", field.widget)
    if not widget.is_hidden:
        whose = f": {row.user}" if row.pk else ""
        widget.attrs["aria-label"] = f"{field.label}{whose}"


class Nothing(forms.Widget):
    """Stands where nothing is offered."""

    def render(self, *args: Any, **kwargs: Any) -> SafeString:
        return SafeString()


class ComingRows(OncePerPerson):
    """A place that has not begun can be removed: nobody has held it. Others are given an end."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        now = timezone.now()
        self.coming = {row.pk for row in self.get_queryset() if row.starts_at > now}
        self.can_delete = self.can_delete and bool(self.coming)  # else no room is taken by it

    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        remove = form.fields.get(DELETION_FIELD_NAME)
        if remove is None:
            return
        if form.instance.pk in self.coming:
            remove.label = _("Remove the place that has not begun")
            name_in_row(remove, form.instance)
        else:
            remove.disabled, remove.widget = True, Nothing()

    def clean(self) -> None:
        """Also of a page that is older than the beginning of the place."""
        super().clean()
        for form in self.initial_forms:
            asked = form.add_prefix(DELETION_FIELD_NAME) in form.data
            if asked and form.instance.pk not in self.coming:
                form.add_error(None, _("The place has begun: give it an end instead."))

    def for_good(self) -> list[Any]:
        return [form for form in super().for_good() if not self.goes(form)]

    def goes(self, form: Any) -> bool:
        return bool(self.can_delete and form.cleaned_data.get(DELETION_FIELD_NAME))


class AdministratorForm(AdministratorModelForm):
    class Meta:
        model = Administrator
        fields = ("user", "starts_at", "ends_at")

    def _post_clean(self) -> None:
        """Rows below a municipality are not asked about it by themselves: ask here."""
        super()._post_clean()  # type: ignore[misc] # Django's own, which its types leave out
        if self.has_changed() and not self.errors:
            try:
                self.instance.validate_constraints()
            except ValidationError as refusal:
                self.add_error(None, refusal)


class AdministratorFormSet(ComingRows):
    already = _("This person already administers the municipality.")


def beginning() -> Moment:
    """When the place of somebody new in a forum begins."""
    return moment(label=capfirst(_("from")), required=False, help_text=_("Empty: from now on."))


def require_to_come(starts_at: datetime | None) -> datetime:
    """Nobody gets a place in the past; where nothing is said it begins now."""
    now = timezone.now()
    if starts_at is not None and starts_at <= now:
        raise ValidationError(_("Choose a time that is still to come."))
    return starts_at or now


class Told(forms.Widget):
    """A time that is told, and not asked for."""

    def render(self, name: str, value: Any, *args: Any, **kwargs: Any) -> SafeString:
        return format_html("{}", date_format(value, "SHORT_DATETIME_FORMAT"))


class MembershipForm(MembershipModelForm):
    """One member; the roles are called what the municipality calls them."""

    starts_at = moment(label=capfirst(_("from")), required=False)

    class Meta:
        model = Membership
        fields = ("user", "role", "is_lead", "starts_at", "ends_at")

    def __init__(self, *args: Any, municipality: Municipality, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        roles = [(role.value, municipality.role_word(role).capitalize()) for role in Role]
        if "role" in self.fields:
            self.fields["role"].choices = [("", "---------"), *roles]  # type: ignore[attr-defined]
        self._close(self.instance)

    def _close(self, seat: Membership) -> None:
        """What has begun keeps its beginning, and what has ended is not changed at all."""
        now = timezone.now()
        ended = seat.ends_at is not None and seat.ends_at <= now
        for field in self.fields.values():
            field.disabled = ended
        if seat.pk and "starts_at" in self.fields:
            began = self.fields["starts_at"]
            began.required = True
            if seat.starts_at <= now:
                began.disabled, began.widget = True, Told()

    def clean_starts_at(self) -> datetime:
        starts_at: datetime | None = self.cleaned_data["starts_at"]
        if self.fields["starts_at"].disabled:
            return self.instance.starts_at
        return require_to_come(starts_at)

    def _post_clean(self) -> None:
        """Rows below a forum are not asked about the forum by themselves: ask here.

        So nobody becomes a member twice or leaves before coming. Who leads is judged over all
        rows together: leads may change places.
        """
        super()._post_clean()  # type: ignore[misc] # Django's own, which its types leave out
        if self.has_changed() and not self.errors:
            try:
                self.instance.validate_constraints(exclude={"is_lead"})
            except ValidationError as refusal:
                self.add_error(None, refusal)


class NewMembershipForm(MembershipForm):
    starts_at = beginning()


class KnownRow(forms.Field):
    """A row's number in a form, found among the rows already read: no question for each."""

    widget = forms.HiddenInput

    def __init__(self, rows: Mapping[int, Membership]) -> None:
        super().__init__(required=False)
        self.rows = rows

    def to_python(self, value: Any) -> Membership | None:
        if value in self.empty_values:
            return None
        row = self.rows.get(int(value)) if KEY.fullmatch(str(value)) else None
        if row is None:
            raise ValidationError(_("Open the page again: the forum has changed meanwhile."))
        return row


class MembershipFormSet(ComingRows):
    already = _("This person is already a member of the forum.")

    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        form.fields["id"] = KnownRow({row.pk: row for row in self.get_queryset()})
        form.fields["id"].initial = form.instance.pk

    def get_form_kwargs(self, index: int | None) -> dict[str, Any]:
        return {**super().get_form_kwargs(index), "municipality": self.instance.municipality}

    def clean(self) -> None:
        super().clean()
        leads = [
            form
            for form in self.forms
            if form.is_valid()
            and not self.goes(form)
            and form.cleaned_data.get("is_lead")
            and form.cleaned_data.get("ends_at") is None
        ]
        if len(leads) > 1:
            raise ValidationError(_("Choose one lead for the forum."))
