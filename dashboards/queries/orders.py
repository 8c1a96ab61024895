"""The four orders of the goals. Ranges and withheld goals are never ranked: they come after."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _

from dashboards.queries.shown import GoalResult
from results.figures import Number


class Order(models.TextChoices):
    """Each with its value in the address."""

    SPREAD = "spredning", _("Most spread")
    PILLARS = "soejler", _("In order")
    HIGHEST = "hoejest", _("Highest")
    MOVED = "flyttet", _("Most moved")


@dataclass(frozen=True, slots=True)
class Arranged:
    """Goals in their order, and after them those that have no place in it."""

    ranked: tuple[GoalResult, ...]
    unranked: tuple[GoalResult, ...]


def chosen_order(value: str | None) -> Order:
    return Order(value) if value in Order.values else Order.SPREAD


def arrange(goals: Sequence[GoalResult], order: Order) -> Arranged:
    """A stable sort: equals stay in the edition's order. Unclear changes are not told apart."""
    if order is Order.PILLARS:
        return Arranged(tuple(goals), ())
    keys = {Order.SPREAD: _spread, Order.HIGHEST: _height, Order.MOVED: _move}
    key = keys[order]
    ranked = [(place, goal) for goal in goals if (place := key(goal)) is not None]
    return Arranged(
        tuple(goal for _place, goal in sorted(ranked, key=lambda pair: -pair[0])),
        tuple(goal for goal in goals if key(goal) is None),
    )


def _spread(goal: GoalResult) -> float | None:
    return goal.spread


def _height(goal: GoalResult) -> float | None:
    return goal.figure.value if isinstance(goal.figure, Number) else None


def _move(goal: GoalResult) -> float | None:
    if goal.change is None:
        return None
    return abs(goal.change.delta) if goal.change.clear else 0.0
