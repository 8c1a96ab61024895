"""One page for a whole draft: its words, its pillars, and the goals under them."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from assessments.admin.forms import LinesField, ScaleField
from assessments.admin.wording import COLOURS
from assessments.framework_files import MOST_GOALS, MOST_PILLARS
from assessments.models import Edition
from assessments.operations.drafts import (
    DraftHasChanged,
    GoalInput,
    PillarInput,
    contents_of,
    fingerprint,
    lock_draft,
)
from assessments.operations.frameworks import EditionIsFrozen
from plf.lib.line_breaks import TextOfLines

if TYPE_CHECKING:
    EditionModelForm = forms.ModelForm[Edition]
else:
    EditionModelForm = forms.ModelForm


class PillarForm(forms.Form):
    """A pillar's heading; without a name, and without goals, it is nothing."""

    id = forms.IntegerField(required=False, widget=forms.HiddenInput)
    position = forms.IntegerField(label=_("order"), required=False, min_value=0)
    name = forms.CharField(label=_("name"), max_length=160, required=False)
    description = forms.CharField(
        label=_("description"), max_length=400, required=False, widget=TextOfLines({"rows": 2})
    )
    colour = forms.TypedChoiceField(label=_("colour"), choices=COLOURS, coerce=int)
    remove = forms.BooleanField(label=_("Delete with all its goals"), required=False)


class GoalForm(forms.Form):
    """A goal in its place; without a text it is nothing."""

    id = forms.IntegerField(required=False, widget=forms.HiddenInput)
    pillar = forms.TypedChoiceField(label=_("pillar"), coerce=int)
    position = forms.IntegerField(label=_("order"), required=False, min_value=0)
    text = forms.CharField(
        label=_("text"), max_length=500, required=False, widget=TextOfLines({"rows": 2})
    )
    help = forms.CharField(
        label=_("help"), max_length=500, required=False, widget=TextOfLines({"rows": 2})
    )
    show_help = forms.BooleanField(label=_("show the help under the goal"), required=False)
    descriptors = LinesField(
        label=_("what each level means"),
        required=False,
        help_text=_("One on each line, the lowest first."),
    )
    remove = forms.BooleanField(label=_("Delete"), required=False)

    def __init__(self, *args: Any, pillars: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["pillar"].choices = pillars  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("id") and not cleaned.get("text") and not cleaned.get("remove"):
            self.add_error("text", _("Write the goal, or tick “Delete”."))
        return cleaned

    @property
    def is_empty(self) -> bool:
        return self.cleaned_data["remove"] or not self.cleaned_data["text"]


# With room for the blank ones, and for some too many: they are counted, and told.
PILLAR_FORMS = MOST_PILLARS + 5
GOAL_FORMS = MOST_GOALS + PILLAR_FORMS + 10
PillarForms = forms.formset_factory(
    PillarForm, extra=0, max_num=PILLAR_FORMS, absolute_max=PILLAR_FORMS
)
GoalForms = forms.formset_factory(GoalForm, extra=0, max_num=GOAL_FORMS, absolute_max=GOAL_FORMS)


@dataclass(frozen=True, slots=True)
class Group:
    """A pillar's form with the forms of its goals, in the order of the page."""

    number: int
    pillar: PillarForm
    goals: list[GoalForm]
    is_new: bool


class Contents:
    """The pillars and goals of a draft, as two lists of forms in one."""

    def __init__(self, edition: Edition, data: Any = None) -> None:
        self.problem = ""
        initial_pillars, initial_goals = _initial(edition)
        self.pillars = PillarForms(data, prefix="pillars", initial=initial_pillars)
        names = [
            (number, str(form["name"].value() or _("(new)")))
            for number, form in enumerate(self.pillars.forms)
        ]
        self.goals = GoalForms(
            data, prefix="goals", initial=initial_goals, form_kwargs={"pillars": names}
        )

    def is_valid(self) -> bool:
        if not (self.pillars.is_valid() and self.goals.is_valid()):
            return False
        nameless = [number for number in range(len(self.pillars.forms)) if self._lacks_name(number)]
        return not (nameless or self._is_too_much())

    def _is_too_much(self) -> bool:
        pillars = list(self.inputs())
        if len(pillars) > MOST_PILLARS or sum(len(row.goals) for row in pillars) > MOST_GOALS:
            self.problem = _(
                "A draft has at most %(goals)s goals under %(pillars)s headings: one page asks "
                "them all. Delete some."
            ) % {"goals": MOST_GOALS, "pillars": MOST_PILLARS}
        return bool(self.problem)

    def _lacks_name(self, number: int) -> bool:
        form = self.pillars.forms[number]
        cleaned = form.cleaned_data
        if cleaned["remove"] or cleaned["name"]:
            return False
        if cleaned["id"] or self._goals_under(number):
            form.add_error("name", _("Give it a name."))
            return True
        return False

    def _goals_under(self, number: int) -> list[GoalForm]:
        forms_under = [
            form
            for form in self.goals.forms
            if form.cleaned_data["pillar"] == number and not form.is_empty
        ]
        return sorted(forms_under, key=_place)

    def inputs(self) -> Iterator[PillarInput]:
        """What was written, in its order; call when valid."""
        numbered = sorted(enumerate(self.pillars.forms), key=lambda pair: _place(pair[1]))
        for number, form in numbered:
            cleaned = form.cleaned_data
            if cleaned["name"] and not cleaned["remove"]:
                yield PillarInput(
                    cleaned["id"],
                    cleaned["name"],
                    cleaned["description"],
                    cleaned["colour"],
                    tuple(_goal_input(goal.cleaned_data) for goal in self._goals_under(number)),
                )

    def groups(self) -> list[Group]:
        """For the page: also what was just written and refused stands where it was put."""
        return [
            Group(
                number,
                pillar,
                [form for form in self.goals.forms if str(form["pillar"].value()) == str(number)],
                is_new=not pillar["id"].value(),
            )
            for number, pillar in enumerate(self.pillars.forms)
        ]


def _place(form: forms.Form) -> int:
    position = form.cleaned_data["position"]
    return position if position is not None else 10_000


def _goal_input(cleaned: dict[str, Any]) -> GoalInput:
    return GoalInput(
        cleaned["id"],
        cleaned["text"],
        cleaned["help"],
        cleaned["show_help"],
        tuple(cleaned["descriptors"]),
    )


def _initial(edition: Edition) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """What the draft has, a blank goal at the end of each pillar, and a blank pillar."""
    pillars: list[dict[str, Any]] = []
    goals: list[dict[str, Any]] = []
    contents = contents_of(edition)
    for number, pillar in enumerate(contents):
        pillars.append(
            {
                "id": pillar.id,
                "position": number,
                "name": pillar.name,
                "description": pillar.description,
                "colour": pillar.colour,
            }
        )
        goals += [
            {
                "id": goal.id,
                "pillar": number,
                "position": place,
                "text": goal.text,
                "help": goal.help,
                "show_help": goal.show_help,
                "descriptors": list(goal.descriptors),
            }
            for place, goal in enumerate(pillar.goals)
        ]
        goals.append({"pillar": number, "position": len(pillar.goals)})
    number = len(contents)
    pillars.append({"position": number, "colour": number % len(COLOURS) + 1})
    goals.append({"pillar": number, "position": 0})
    return pillars, goals


class EditionForm(EditionModelForm):
    """A draft. What the edition's lists hold is written one to a line."""

    levels = ScaleField(
        label=capfirst(_("levels of the scale")),
        help_text=_("One on each line, the lowest first; 2 to 7 levels."),
    )
    why = LinesField(label=capfirst(_("why")), required=False, help_text=_("One on each line."))
    values = LinesField(
        label=capfirst(_("values")), required=False, help_text=_("One on each line.")
    )
    foundation = LinesField(
        label=capfirst(_("elements of the foundation")),
        required=False,
        help_text=_("One on each line."),
    )
    as_read = forms.CharField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = Edition
        fields: tuple[str, ...] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.contents = Contents(self.instance, self.data if self.is_bound else None)
        if not self.is_bound:
            self.initial["as_read"] = fingerprint(self.instance.pk)

    def is_valid(self) -> bool:
        return all([super().is_valid(), self.contents.is_valid()])

    def clean_question(self) -> str:
        question: str = self.cleaned_data["question"]
        if set("{}") & set(question.replace("{forum}", "")):
            self.add_error("question", _("Only {forum} may stand in braces."))
        return question

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        try:
            lock_draft(edition_id=self.instance.pk, as_read=cleaned.get("as_read", ""))
        except DraftHasChanged:
            self.add_error(
                None,
                _(
                    "Somebody else has saved the draft while you wrote. Open it in a new tab, "
                    "and bring your changes over from here."
                ),
            )
        except EditionIsFrozen:
            self.add_error(None, _("The edition has been taken in use. Make a new one."))
        return cleaned
