"""An invented country: people once, then rounds with everybody's answers, straight into PostgreSQL.

Answers are dealt by the database's own dice, so that 705,600 of them take seconds; counted,
published and deleted they are by the product's own seal. Everything follows from one seed.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.contrib.auth.hashers import make_password
from django.db import connection, transaction

from accounts.models import User
from assessments.models import Edition, Goal, Round
from forums.enums import Role
from forums.models import Forum, Membership, Municipality
from results.seal import seal_due_rounds
from tests.factories import LONG_AGO, EditionFactory

BATCH = 5_000
LEADERS = 300
FORUMS = 8
APART = timedelta(days=91)
LASTS = timedelta(days=15)
SEED = 0.2026
PASSWORD = "fire-ord-der-er-lange-nok"

FORUMS_IN = """
INSERT INTO assessments_roundforum (round_id, forum_id, municipality_id, invited, answered)
SELECT round.id, forum.id, round.municipality_id, 0, 0
FROM assessments_round round JOIN forums_forum forum USING (municipality_id)
WHERE round.id = ANY(%s) ORDER BY round.id, forum.id
"""
INVITED = """
INSERT INTO assessments_participation (round_forum_id, user_id, role)
SELECT part.id, member.user_id, member.role
FROM assessments_roundforum part JOIN forums_membership member USING (forum_id)
WHERE part.round_id = ANY(%s) ORDER BY part.id, member.id
"""
ANSWERED = """
INSERT INTO assessments_answer (key, participation_id)
SELECT md5('plf ' || invited.id)::uuid, invited.id
FROM assessments_participation invited
JOIN assessments_roundforum part ON part.id = invited.round_forum_id
WHERE part.round_id = ANY(%s) ORDER BY invited.id
"""
SAID_SO = """
UPDATE assessments_participation invited SET answered_at = %s
FROM assessments_roundforum part
WHERE part.id = invited.round_forum_id AND part.round_id = ANY(%s)
"""
RATED = """
INSERT INTO assessments_rating (answer_id, goal_id, value, no_answer, reason, saved_at)
SELECT answer.key, goal.id, (ARRAY[1, 2, 3, 3, 4, 4, 4, 5])[1 + floor(8 * random())::int],
false, '', %s
FROM assessments_answer answer CROSS JOIN unnest(%s) AS goal (id)
JOIN assessments_participation invited ON invited.id = answer.participation_id
JOIN assessments_roundforum part ON part.id = invited.round_forum_id
WHERE part.round_id = ANY(%s)
"""
FORGOTTEN = "VACUUM FULL assessments_rating, assessments_answer"
RELEASED = "UPDATE assessments_roundforum SET released_at = %s WHERE round_id = ANY(%s)"
# The same answers' publications in another municipality's forum of the same place, some rounds on.
REPEATED = """
INSERT INTO results_publication
(round_id, forum_id, municipality_id, place, roles, invited, cells)
SELECT there.round_id, there.forum_id, there.municipality_id,
kept.place, kept.roles, kept.invited, kept.cells
FROM assessments_roundforum there
JOIN forums_forum forum ON forum.id = there.forum_id
JOIN results_publication kept ON kept.round_id = %s
JOIN forums_forum from_forum ON from_forum.id = kept.forum_id AND from_forum.name = forum.name
WHERE there.round_id = ANY(%s) ORDER BY there.round_id, there.forum_id, kept.place
"""
COUNTED = """
UPDATE assessments_roundforum part SET invited = half.many, answered = half.many
FROM (SELECT round_forum_id, count(*) AS many FROM assessments_participation GROUP BY 1) half
WHERE half.round_forum_id = part.id AND part.round_id = ANY(%s)
"""


def make_edition() -> Edition:
    edition: Edition = EditionFactory(pillar_count=4, goals_each=6)
    return edition


@transaction.atomic
def make_municipalities(first: int, count: int) -> list[Municipality]:
    """Each with 300 leaders in eight forums, all of whom have the same password."""
    words = {
        "chief": ["chef", "chefer"],
        "unit_head": ["aftaleholder", "aftaleholdere"],
        "department_head": ["afdelingsleder", "afdelingsledere"],
    }
    numbers = range(first, first + count)
    municipalities = Municipality.objects.bulk_create(
        Municipality(name=f"Kommune {number:02}", slug=f"kommune-{number}", role_words=words)
        for number in numbers
    )
    forums = Forum.objects.bulk_create(
        Forum(municipality=municipality, name=f"Lederforum {place}", name_in_sentence="lederforum")
        for municipality in municipalities
        for place in range(FORUMS)
    )
    password = make_password(PASSWORD, salt="saltsaltsaltsaltsaltsa")
    users = User.objects.bulk_create(
        (
            User(
                email=f"leder{number}-{place}@example.org", name=f"Leder {place}", password=password
            )
            for number in numbers
            for place in range(LEADERS)
        ),
        batch_size=BATCH,
    )
    Membership.objects.bulk_create(
        (
            Membership(
                forum=forums[place // LEADERS * FORUMS + place % LEADERS % FORUMS],
                user=user,
                role=_role(place % LEADERS // FORUMS),
                starts_at=LONG_AGO,
            )
            for place, user in enumerate(users)
        ),
        batch_size=BATCH,
    )
    return municipalities


def _role(place: int) -> str:
    if place == 0:
        return Role.CHIEF
    return Role.UNIT_HEAD if place <= 10 else Role.DEPARTMENT_HEAD


def invite(
    municipalities: Sequence[Municipality], edition: Edition, closes_at: datetime
) -> list[Round]:
    """A round in each, with every leader invited."""
    rounds = Round.objects.bulk_create(
        Round(
            municipality=municipality,
            edition=edition,
            name=f"Runde {closes_at:%Y-%m}",
            opens_at=closes_at - LASTS,
            closes_at=closes_at,
            opened_at=closes_at - LASTS,
        )
        for municipality in municipalities
    )
    with connection.cursor() as cursor:
        cursor.execute(FORUMS_IN, [_keys(rounds)])
        cursor.execute(INVITED, [_keys(rounds)])
    return rounds


@transaction.atomic
def answer_all(rounds: Sequence[Round], edition: Edition) -> None:
    """Everybody rates every goal."""
    saved_at = rounds[0].opens_at + timedelta(days=1)
    goals = list(Goal.objects.filter(pillar__edition=edition).values_list("pk", flat=True))
    with connection.cursor() as cursor:
        cursor.execute("SELECT setseed(%s)", [SEED * (1 + rounds[0].pk % 1000) / 1000])
        # Its keys are right by the way they are made: not asked for 1.4 million times.
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(ANSWERED, [_keys(rounds)])
        cursor.execute(SAID_SO, [saved_at, _keys(rounds)])
        cursor.execute(RATED, [saved_at, goals, _keys(rounds)])


def hold_rounds(
    municipalities: Sequence[Municipality], edition: Edition, closes_at: datetime
) -> None:
    """Invited, answered, sealed by the product, and released."""
    rounds = invite(municipalities, edition, closes_at)
    answer_all(rounds, edition)
    assert seal_due_rounds(now=closes_at + timedelta(minutes=6)) == len(rounds)
    release(rounds, closes_at)
    with connection.cursor() as cursor:
        cursor.execute(FORGOTTEN)


def repeat_rounds(municipalities: Sequence[Municipality], edition: Edition, like: Round) -> None:
    """As if held: what another municipality's sealed round became, in all of these."""
    rounds = invite(municipalities, edition, like.closes_at)
    with connection.cursor() as cursor:
        cursor.execute(REPEATED, [like.pk, _keys(rounds)])
        cursor.execute(COUNTED, [_keys(rounds)])
    Round.objects.filter(pk__in=_keys(rounds)).update(sealed_at=like.sealed_at)
    release(rounds, like.closes_at)


def release(rounds: Sequence[Round], at: datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute(RELEASED, [at + LASTS, _keys(rounds)])


def settle() -> None:
    """What autovacuum does within a minute."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def _keys(rounds: Sequence[Round]) -> list[int]:
    return [round_.pk for round_ in rounds]
