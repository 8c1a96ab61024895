"""The floor of a journey: the same form on the least Django that keeps the same rows.

Signed in, all goals with their choices and reasons on one page, a save of one goal, and done; no
bar, no help, no counting, nothing of who else is invited, no lock against the seal.
"""

from django import forms
from django.contrib.auth.models import AbstractBaseUser
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import get_object_or_404, redirect
from django.template import engines
from django.urls import path
from django.utils import timezone
from django.views.decorators.http import require_POST

from assessments.answers import Answer, Rating
from assessments.models import Goal, Participation

PAGE = """<!doctype html><title>Goals</title><form method="post" action="{{ done }}">
<input type="hidden" name="csrfmiddlewaretoken" value="{{ token }}">
{% for goal, rating in rows %}<fieldset><legend>{{ goal.text }}</legend>
{% for value, label in choices %}<label><input type="radio" name="goal-{{ goal.pk }}" value="{{ value }}"{% if rating.value == value %} checked{% endif %}> {{ label }}</label>{% endfor %}
<textarea name="reason-{{ goal.pk }}">{{ rating.reason }}</textarea></fieldset>
{% endfor %}<button>Done</button></form>"""  # noqa: E501
TEMPLATE = engines["django"].from_string(PAGE)


class GoalForm(forms.ModelForm):
    class Meta:
        model = Rating
        fields = ("goal", "value", "reason")


def own(request: HttpRequest, pk: int) -> Participation:
    assert isinstance(request.user, AbstractBaseUser)
    mine = Participation.objects.select_related("round_forum__round__edition")
    return get_object_or_404(mine, pk=pk, user=request.user)


def rate(request: HttpRequest, pk: int) -> HttpResponse:
    mine = own(request, pk)
    edition = mine.round_forum.round.edition
    kept = {
        row.goal_id: row for row in Rating.objects.filter(answer__participation=mine).order_by("pk")
    }
    goals = Goal.objects.filter(pillar__edition=edition).order_by("pillar__position", "position")
    rows = [(goal, kept.get(goal.pk) or Rating(goal=goal)) for goal in goals]
    choices = list(enumerate([*edition.levels, edition.no_answer], start=1))
    context = {"rows": rows, "choices": choices, "token": get_token(request), "done": "done/"}
    return HttpResponse(TEMPLATE.render(context))


@require_POST
def save(request: HttpRequest, pk: int) -> HttpResponse:
    mine = own(request, pk)
    form = GoalForm(request.POST)
    if not form.is_valid():
        raise Http404
    answer, _ = Answer.objects.get_or_create(participation=mine)
    fields = {
        "value": form.cleaned_data["value"],
        "reason": form.cleaned_data["reason"],
        "saved_at": timezone.now(),
    }
    Rating.objects.update_or_create(answer=answer, goal=form.cleaned_data["goal"], defaults=fields)
    return JsonResponse({"ok": True})


@require_POST
def done(request: HttpRequest, pk: int) -> HttpResponse:
    Participation.objects.filter(pk=own(request, pk).pk).update(done_at=timezone.now())
    return redirect("rate", pk)


urlpatterns = [
    path("<int:pk>/", rate, name="rate"),
    path("<int:pk>/save/", save, name="save"),
    path("<int:pk>/done/", done, name="done"),
]
