"""Forms of the administration: frameworks, a person's seat, a round's name."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.text import capfirst, slugify
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from assessments.framework_files import (
    FOLDER,
    LARGEST,
    LONGEST_LEVEL,
    parse_framework,
    read_scale,
    scale_of,
)
from assessments.framework_messages import FileIsWrong
from assessments.models import Framework, Round
from assessments.operations.drafts import LETTERS
from forums.admin_forms import beginning, require_to_come
from forums.enums import Role
from forums.models import Forum, Membership, Municipality
from plf.lib.names import NamedForm, plain_address

if TYPE_CHECKING:
    FrameworkModelForm = forms.ModelForm[Framework]
    UserModelForm = forms.ModelForm[User]
    RoundModelForm = forms.ModelForm[Round]
    ForumChoiceField = forms.ModelChoiceField[Forum]
    MunicipalityChoiceField = forms.ModelChoiceField[Municipality]
else:
    FrameworkModelForm = UserModelForm = RoundModelForm = forms.ModelForm
    ForumChoiceField = MunicipalityChoiceField = forms.ModelChoiceField


class FrameworkForm(NamedForm, FrameworkModelForm):
    """A name; the short name follows from it."""

    class Meta:
        model = Framework
        fields = ("municipality", "name")

    def clean_name(self) -> str:
        name = super().clean_name()
        if self.instance._state.adding:
            self.instance.slug = free_slug(name)
        return name


class FrameworkFileForm(forms.Form):
    """A framework's file, as it is chosen and then, once it has been seen, as it was read."""

    file = forms.FileField(
        label=capfirst(_("file")),
        required=False,
        help_text=_("A framework as TOML, as it is downloaded from an edition's page."),
    )
    content = forms.CharField(widget=forms.HiddenInput, required=False, strip=False)
    municipality = MunicipalityChoiceField(
        Municipality.objects.none(),
        label=capfirst(_("owner")),
        required=False,
        help_text=_("Only for a framework that is new; one that is there keeps its owner."),
    )

    def __init__(
        self, *args: Any, own: QuerySet[Municipality], may_share: bool, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["municipality"]
        field.queryset = own  # type: ignore[attr-defined]
        if may_share:
            field.empty_label = _("shared by all")  # type: ignore[attr-defined]
        else:
            field.required = True
            if len(own) == 1:
                field.widget = forms.HiddenInput()
                field.initial = own[0].pk

    def clean(self) -> dict[str, Any]:
        """The file as `framework_file` and its scale, or a line for each mistake in it."""
        cleaned = super().clean() or self.cleaned_data
        chosen = cleaned.get("file")
        if not chosen and not cleaned.get("content"):
            self.add_error("file", _("Choose a file."))
            return cleaned
        content = chosen.read(LARGEST + 1) if chosen else cleaned["content"].encode()
        try:
            file = parse_framework(content)
            scale = scale_of(file, read_scale(FOLDER / "scale.toml"))
        except FileIsWrong as refusal:
            name = chosen.name if chosen else _("the file")
            self.add_error("file", [f"{name}: {line}" for line in refusal.lines])
            return cleaned
        return cleaned | {"framework_file": file, "scale": scale}


def free_slug(name: str) -> str:
    """A short name that no framework has yet."""
    stem = slugify(name.lower().translate(LETTERS))[:70] or "grundlag"
    slug, number = stem, 2
    while Framework.objects.filter(slug=slug).exists():
        slug, number = f"{stem}-{number}", number + 1
    return slug


class PersonForm(NamedForm, UserModelForm):
    class Meta:
        model = User
        fields = ("name", "email")

    def clean_email(self) -> str:
        return plain_address(self.cleaned_data["email"])


class NewPersonForm(NamedForm, UserModelForm):
    """Somebody new and the seat they get. Who is in the system already only gets the seat."""

    forum = ForumChoiceField(Forum.objects.none(), label=capfirst(_("forum")))
    role = forms.ChoiceField(label=capfirst(_("role")), choices=[("", "---------"), *Role.choices])
    starts_at = beginning()
    own_forums = Forum.objects.none()

    class Meta:
        model = User
        fields = ("name", "email")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.known: User | None = None
        self.fields["forum"].queryset = self.own_forums  # type: ignore[attr-defined]

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"].lower()
        self.known = User.objects.filter(email__iexact=email).first()
        return email if self.known else plain_address(email)

    def clean_starts_at(self) -> datetime:
        return require_to_come(self.cleaned_data["starts_at"])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        forum = cleaned.get("forum")
        if self.known and forum:
            seats = Membership.objects.filter(user=self.known, forum=forum, ends_at=None)
            if seats.exists():
                self.add_error("forum", _("This person is already a member of the forum."))
        return cleaned

    def _post_clean(self) -> None:
        """What stands about somebody who is known is theirs, and stays."""
        if self.known is None:
            super()._post_clean()  # type: ignore[misc]
        else:
            self.instance = self.known


class RoundNameForm(NamedForm, RoundModelForm):
    """Once a round has opened, only its name may change."""

    class Meta:
        model = Round
        fields = ("name",)


def lines(value: str) -> list[str]:
    """What stands on the lines, without the empty ones."""
    return [line.strip() for line in value.splitlines() if line.strip()]


class LinesField(forms.CharField):
    """A list, written one to a line."""

    widget = forms.Textarea

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=forms.Textarea({"rows": 4}), **kwargs)

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def clean(self, value: Any) -> list[str]:
        return lines(super().clean(value))

    def has_changed(self, initial: Any, data: Any) -> bool:
        return (initial or []) != lines(data or "")


class ScaleField(LinesField):
    """Two to seven levels, short enough for a phone."""

    def clean(self, value: Any) -> list[str]:
        levels = super().clean(value)
        if not 2 <= len(levels) <= 7:
            raise ValidationError(_("Write 2 to 7 levels, one on each line."))
        if max(map(len, levels)) > LONGEST_LEVEL:
            raise ValidationError(_("A level has at most 40 characters: it must fit a phone."))
        return levels
