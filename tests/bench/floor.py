"""The floor of a journey: the same form on the least Django that keeps the same rows.

All goals with their choices and reasons on one page, a save of all or of one, and the page again;
no sign-in, no permission, no design, no bar, no help, nothing of who else is invited, no lock
against the seal, no compression.
"""

from collections.abc import Iterator

from django import forms
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect
from django.template import engines
from django.urls import path
from django.utils import timezone
from django.views.decorators.http import require_POST

from assessments.answers import Answer, Rating
from assessments.models import Goal

PAGE = """<!doctype html><title>Goals</title><form method="post">
<input type="hidden" name="csrfmiddlewaretoken" value="{{ token }}">
{% for goal, rating in rows %}<fieldset><legend>{{ goal.text }}</legend>
{% for value, label in choices %}<label><input type="radio" name="goal-{{ goal.pk }}" value="{{ value }}"{% if rating.value == value %} checked{% endif %}> {{ label }}</label>{% endfor %}
<textarea name="reason-{{ goal.pk }}">{{ rating.reason }}</textarea></fieldset>
{% endfor %}<button>Done</button></form>"""  # noqa: E501
TEMPLATE = engines["django"].from_string(PAGE)
CHOICES = list(
    enumerate(
        [
            "Slet ikke",
            "I mindre grad",
            "I nogen grad",
            "I høj grad",
            "I meget høj grad",
            "Ved ikke / kan ikke vurdere",
        ],
        start=1,
    )
)


class GoalForm(forms.ModelForm):
    class Meta:
        model = Rating
        fields = ("goal", "value", "reason")


def goals_of(edition: int) -> list[Goal]:
    goals = Goal.objects.filter(pillar__edition=edition)
    return list(goals.order_by("pillar__position", "position"))


def rate(request: HttpRequest, edition: int, pk: int) -> HttpResponse:
    goals = goals_of(edition)
    if request.method == "POST":
        answer, _ = Answer.objects.get_or_create(participation_id=pk)
        store(list(ratings_in(request, answer, goals)))
        return redirect("rate", edition, pk)
    kept = {row.goal_id: row for row in Rating.objects.filter(answer__participation=pk)}
    rows = [(goal, kept.get(goal.pk) or Rating(goal=goal)) for goal in goals]
    context = {"rows": rows, "choices": CHOICES, "token": get_token(request)}
    return HttpResponse(TEMPLATE.render(context))


def ratings_in(request: HttpRequest, answer: Answer, goals: list[Goal]) -> Iterator[Rating]:
    for goal in goals:
        sent = {
            "value": request.POST.get(f"goal-{goal.pk}"),
            "reason": request.POST.get(f"reason-{goal.pk}", ""),
        }
        if sent["value"]:
            yield Rating(answer=answer, goal=goal, saved_at=timezone.now(), **sent)


def store(ratings: list[Rating]) -> None:
    Rating.objects.bulk_create(
        ratings,
        update_conflicts=True,
        unique_fields=["answer", "goal"],
        update_fields=["value", "reason", "saved_at"],
    )


@require_POST
def save(request: HttpRequest, edition: int, pk: int) -> HttpResponse:
    form = GoalForm(request.POST)
    if not form.is_valid():
        raise Http404
    answer, _ = Answer.objects.get_or_create(participation_id=pk)
    store([Rating(answer=answer, saved_at=timezone.now(), **form.cleaned_data)])
    return JsonResponse({"ok": True})


urlpatterns = [
    path("<int:edition>/<int:pk>/", rate, name="rate"),
    path("<int:edition>/<int:pk>/save/", save, name="save"),
]
