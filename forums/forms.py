"""The file of members as it is sent: read and understood, never kept."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from forums.bulk.files import MAX_BYTES, FileRefused, Table, read_table
from forums.models import Municipality

if TYPE_CHECKING:
    MunicipalityChoiceField = forms.ModelChoiceField[Municipality]
else:
    MunicipalityChoiceField = forms.ModelChoiceField


class ImportForm(forms.Form):
    """Whoever administers one municipality is not asked which."""

    municipality = MunicipalityChoiceField(
        Municipality.objects.none(), label=_("Municipality"), empty_label=None
    )
    file = forms.FileField(
        label=_("The file"),
        help_text=_("CSV or Excel (.xlsx), at most 5,000 rows and 2.5 MB."),
        error_messages={
            "required": _("Choose a file."),
            "missing": _("Choose a file."),
            "empty": _("The file is empty."),
        },
    )
    complete = forms.BooleanField(
        label=_("The file holds all members of the forums it names"), required=False
    )

    def __init__(self, *args: Any, own: list[Municipality], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.own = own
        field = self.fields["municipality"]
        field.queryset = Municipality.objects.filter(  # type: ignore[attr-defined]
            pk__in=[row.pk for row in own]
        )
        field.choices = [(row.pk, row.name) for row in own]  # type: ignore[attr-defined]
        if len(own) == 1:
            del self.fields["municipality"]
        for name in ("municipality", "file", "complete"):
            if name in self.fields:
                css = {"complete": "form-check-input", "municipality": "form-select"}
                self.fields[name].widget.attrs["class"] = css.get(name, "form-control")

    def clean_file(self) -> Table:
        sent: UploadedFile = self.cleaned_data["file"]
        # One byte too many is enough to refuse it: the rest is not read.
        try:
            return read_table(sent.read(MAX_BYTES + 1))
        except FileRefused as refusal:
            raise ValidationError(str(refusal)) from refusal

    @property
    def chosen(self) -> Municipality:
        if len(self.own) == 1:
            return self.own[0]
        municipality: Municipality = self.cleaned_data["municipality"]
        return municipality
