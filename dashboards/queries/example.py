"""A person's own forums as examples of the rules: who would be shown with whom, from how many.

Two queries; nothing here knows a round or an answer.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import Count

from dashboards import texts
from forums.enums import HIERARCHY
from forums.models import Forum, Membership
from plf.lib.collation import InDanish
from results.disclosure import can_be_confidential, part, strays

if TYPE_CHECKING:
    from accounts.models import User


@dataclass(frozen=True, slots=True)
class Example:
    """`groups`: each with its name and size if everybody answers; none where it is one group.

    `confidential`: whether the forum is large enough to answer each by themselves.
    """

    forum: Forum
    invited: int
    confidential: bool
    groups: tuple[tuple[str, int], ...]
    smallest: int
    apart: int
    """How many must lie off the commonest level, if all rate a goal, for the counts to be shown."""


def examples_for(user: "User", now: datetime) -> tuple[Example, ...]:
    """The forums in which the person is asked, by name."""
    current = Membership.objects.current(now).who_rate()
    forums = list(
        Forum.objects.filter(pk__in=current.filter(user=user).values("forum"), closed_at=None)
        .select_related("municipality")
        .order_by(InDanish("name"), "pk")
    )
    counts: dict[int, dict[str, int]] = defaultdict(dict)
    if forums:
        for row in (
            current.filter(forum__in=forums)
            .values("forum", "role")
            .annotate(count=Count("pk"))
            .order_by("forum", "role")
        ):
            counts[row["forum"]][row["role"]] = row["count"]
    return tuple(_example(forum, counts[forum.pk]) for forum in forums)


def _example(forum: Forum, counts: dict[str, int]) -> Example:
    invited = {str(role): counts[role] for role in HIERARCHY if role in counts}
    smallest = forum.municipality.smallest_group
    atoms = part(invited)
    sizes = [sum(invited[role] for role in atom.roles) for atom in atoms]
    names = [texts.group_name(atom.roles, forum.municipality) for atom in atoms]
    return Example(
        forum=forum,
        invited=sum(invited.values()),
        confidential=can_be_confidential(invited, k=smallest),
        groups=tuple(zip(names, sizes, strict=True)) if len(atoms) > 1 else (),
        smallest=smallest,
        apart=strays(min(sizes)) + 1,
    )
