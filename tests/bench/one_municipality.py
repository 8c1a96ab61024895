"""What the proof of scaling out needs in a database of its own, started as a program of its own.

`build`: a municipality with three sealed rounds and an open one; tells who is invited, as JSON.
`seal`: the open round closes, with everybody's answers.
"""

import dataclasses
import json
import sys
from datetime import timedelta

import django
from django.utils import timezone

django.setup()

from assessments.models import Edition, Goal, Participation, Round  # noqa: E402 -- now they are there
from results.seal import seal_due_rounds  # noqa: E402
from tests.bench.invented import (  # noqa: E402
    APART,
    hold_rounds,
    invite,
    make_edition,
    make_municipalities,
)
from tests.bench.people import invited_to, newest_result  # noqa: E402


def build() -> None:
    edition, now = make_edition(), timezone.now()
    municipalities = make_municipalities(0, 1)
    for place in (3, 2, 1):
        hold_rounds(municipalities, edition, now - APART * place)
    rounds = invite(municipalities, edition, now + timedelta(days=7))
    people = invited_to(rounds, 60)
    forum = Participation.objects.get(pk=people[0].participation).round_forum.forum
    told = {
        "people": [dataclasses.asdict(one) for one in people],
        "goals": list(Goal.objects.filter(pillar__edition=edition).values_list("pk", flat=True)),
        "result": newest_result(forum),
        "next_result": f"/resultater/{rounds[0].pk}/{forum.pk}/",
    }
    sys.stdout.write(json.dumps(told))


def seal() -> None:
    now = timezone.now()
    Round.objects.filter(sealed_at=None).update(closes_at=now - timedelta(minutes=6))
    assert seal_due_rounds(now=now) == 1
    assert Edition.objects.count() == 1


if __name__ == "__main__":
    {"build": build, "seal": seal}[sys.argv[1]]()
