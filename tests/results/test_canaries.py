"""After closing, nothing that is stored ties a person to an answer or tells who answered.

Canaries are words and keys that exist nowhere else. They are searched for in every row and in the
raw files: on SQLite the database with its write-ahead log, on PostgreSQL the files of every table,
index, TOAST table and of the catalogues (ANALYZE copies values into pg_statistic). PostgreSQL's own
write-ahead log is out of reach of a running product, as are copies taken while the round was open:
both live as long as the operator keeps them, which `docs/privacy.md` says.
"""

import subprocess
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
import time_machine
from django.apps import apps
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.db import connection, models
from django.test import Client
from django.utils import timezone

from accounts.models import User
from accounts.sessions import forget_expired
from assessments.answers import Answer, Rating
from assessments.models import Participation
from assessments.operations.answering import say_done
from assessments.operations.inviting import REMINDERS, post, post_invitations
from results.cleaning import clean_up_deleted_rows
from results.models import Comment, Publication
from tests.cast import make_cast
from tests.factories import UserFactory
from tests.fixtures import OTHER_TESTS_END
from tests.worlds import OpenRound, open_round_of

pytestmark = pytest.mark.django_db(transaction=True)

CANARY = "Kanariefuglen Ærlighed sang kun i denne ene begrundelse, 7c1f0b"
POSTGRES = connection.vendor == "postgresql"


@pytest.fixture
def world() -> OpenRound:
    """Seven of nine have answered, not in the order of their invitations; one goal is withheld."""
    cast = make_cast()
    world = open_round_of(cast.forum)
    withheld, *others = world.goals
    for place, number in enumerate((6, 1, 7, 3, 0, 4, 2)):
        participation = world.participations[number]
        world.rate(participation, dict.fromkeys(others, place % 5 + 1))
        say_done(participation=participation, now=world.round.opens_at + timedelta(hours=2))
    # Several, since ANALYZE samples a column only where it holds several values.
    for number, end in ((6, ""), (1, ", igen"), (7, " og igen")):
        world.rate(world.participations[number], {withheld: 4}, reason=CANARY + end)
    if POSTGRES:
        # As autovacuum does sooner or later: its samples must not outlive the answers.
        execute("ANALYZE")
    return world


def execute(statement: str, *values: str) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall() if cursor.description else []


# --- raw files ----------------------------------------------------------------------------------


def raw_files() -> Iterator[tuple[str, bytes]]:
    """Name and content of every file in which the database keeps rows."""
    if not POSTGRES:
        path = str(connection.settings_dict["NAME"])
        for file in (Path(path + end) for end in ("", "-wal", "-shm")):
            if file.exists():
                # In a process of its own: closing a file of the database here would drop the locks
                # that SQLite holds on it, and with them what keeps other processes apart.
                content = subprocess.run(["cat", file], check=True, capture_output=True).stdout
                yield file.name, content
        return
    execute("CHECKPOINT")
    relations = execute(
        "SELECT relname, pg_relation_filepath(oid) FROM pg_class"
        " WHERE relkind IN ('r', 't', 'i', 'm') AND pg_relation_filepath(oid) IS NOT NULL"
    )
    for name, path in relations:
        [(content,)] = execute("SELECT pg_read_binary_file(%s, 0, 100000000, true)", path)
        yield name, bytes(content or b"")


def files_with(*canaries: bytes) -> set[str]:
    return {name for name, content in raw_files() if any(canary in content for canary in canaries)}


def forms(key: UUID) -> tuple[bytes, bytes, bytes]:
    """A key as it may be stored: sixteen bytes, or letters with and without dashes."""
    return key.bytes, key.hex.encode(), str(key).encode()


def test_raw_files_forget_what_the_seal_deleted(world):
    keys = [form for key in Answer.objects.values_list("key", flat=True) for form in forms(key)]
    world.seal()
    assert files_with(CANARY.encode()), "the search does not find what is still there"
    assert files_with(*keys), "the search does not find keys that are still there"

    assert clean_up_deleted_rows(patience=OTHER_TESTS_END)

    assert files_with(CANARY.encode()) == set()
    assert files_with(*keys) == set()


def test_raw_files_keep_what_is_shown(world):
    """The search finds a reason that is shown, after the clean-up too: it does read the files."""
    shown = "Vi øver os på torsdage, 51d9ce"
    for participation in world.participations[:2]:
        world.rate(participation, {world.goals[1]: 4}, reason=shown)
    world.seal()

    assert clean_up_deleted_rows(patience=OTHER_TESTS_END)

    assert files_with(shown.encode())


def test_raw_files_forget_whose_attempts_to_sign_in_were_counted(world):
    """By a key that is worked out from the address, so that each address can be tried."""
    sign_in(UserFactory(email=f"{uuid4()}@test.example"))
    keys = [key for (key,) in execute("SELECT cache_key FROM plf_cache")]
    counted = [key.encode() for key in keys if "/key:" in key]
    assert files_with(*counted), "the search does not find keys that are still there"
    if POSTGRES:
        execute("ANALYZE")

    forget_expired(now=timezone.now() + timedelta(days=1))
    assert clean_up_deleted_rows(patience=OTHER_TESTS_END)

    assert files_with(*counted) == set()


@pytest.mark.skipif(not POSTGRES, reason="SQLite keeps no samples")
def test_statistics_do_not_tell_who_was_reminded_or_signed_in(world):
    """ANALYZE keeps the most common values, and a reminder is one mail more than others got."""
    reminded, rows = world.participations[2:4], world.participations
    post_invitations(round_=world.round, invited=rows, now=world.round.opens_at)
    for kind in REMINDERS:
        post("reminder", kind, reminded, world.round.opens_at)
    for _ in range(2):
        sign_in(world.participations[6].user)

    execute("ANALYZE")
    world.seal()

    told = execute(
        "SELECT tablename, attname FROM pg_stats WHERE most_common_vals IS NOT NULL AND (tablename,"
        " attname) IN (('accounts_mail', 'to_id'), ('accounts_mail', 'occasion'),"
        " ('accounts_signin', 'user_id'), ('django_session', 'session_data'))"
    )
    assert told == []


# --- rows ---------------------------------------------------------------------------------------


def all_rows() -> dict[str, list[tuple]]:
    quote = connection.ops.quote_name
    return {
        name: execute(f"SELECT * FROM {quote(name)}")  # noqa: S608 -- names from the database
        for name in connection.introspection.table_names()
    }


def test_dump_holds_no_word_that_was_not_shown(world):
    keys = {str(key) for key in Answer.objects.values_list("key", flat=True)}
    assert any(CANARY in repr(rows) for rows in all_rows().values())

    world.seal()

    dump = {name: repr(rows) for name, rows in all_rows().items()}
    assert not {name for name, text in dump.items() if CANARY in text}
    assert not {name for name, text in dump.items() for key in keys if key in text}
    assert dump["assessments_answer"] == dump["assessments_rating"] == "[]"


def test_dump_has_no_way_from_a_result_to_a_person():
    """No column of a result names a person, nor an invitation or membership that does."""
    named = {
        (model.__name__, field.name)
        for model in (Publication, Comment)
        for field in model._meta.get_fields()
        if isinstance(field, models.ForeignKey)
    }

    assert named == {
        (model, field)
        for model in ("Publication", "Comment")
        for field in ("round", "forum", "municipality")
    } | {("Comment", "goal")}


def test_invitations_are_alike_whether_one_answered_or_not(world):
    world.seal()

    told = {"id", "user_id", "role"}
    rows = Participation.objects.filter(round_forum=world.round_forum).values()
    assert {tuple(v for k, v in row.items() if k not in told) for row in rows} == {
        (world.round_forum.pk, None, None, None)
    }


def test_order_on_disk_does_not_tell_who_answered(world):
    """A row that was changed lies behind those that were not, until its table is written anew."""
    where = "ctid" if POSTGRES else "rowid"
    world.seal()

    assert clean_up_deleted_rows(patience=OTHER_TESTS_END)

    ids = [row[0] for row in execute(f"SELECT id, {where} FROM assessments_participation")]  # noqa: S608
    assert ids == sorted(ids)


def test_no_other_table_names_who_answered(world, settings, tmp_path):
    """All rows that point at a person, parted in those who answered and those who did not.

    The clock runs every day, so that whatever mails and reminders there are have been sent.
    """
    settings.FILES_DIR = tmp_path
    day = world.round.opens_at
    while day < world.round.closes_at + timedelta(days=2):
        day += timedelta(days=1)
        with time_machine.travel(day, tick=False):
            call_command("clock")
    assert Publication.objects.exists()
    answered = {world.participations[number].user_id for number in (6, 1, 7, 3, 0, 4, 2)}
    silent = {row.user_id for row in world.participations} - answered

    pointing = {
        model: {
            user_id
            for field in model._meta.get_fields()
            if isinstance(field, models.ForeignKey) and field.related_model is User
            for user_id in model._base_manager.order_by("pk").values_list(field.name, flat=True)
        }
        for model in apps.get_models()
    }
    tables = {
        model.__name__
        for model, users in pointing.items()
        if bool(users & answered) != bool(users & silent)
    }
    # The lead and the chief are pointed at for what they are.
    assert tables <= {"Forum"}


# --- signing in ---------------------------------------------------------------------------------


def sign_in(user: User) -> None:
    response = Client().post("/log-ind/", {"login": user.email, "password": "plf-demo"})
    assert response.status_code == 302


def test_having_signed_in_while_the_round_was_open_leaves_no_mark(settings, tmp_path):
    """Who signed in is nearly who answered; if as many answered as signed in, it is just they."""
    settings.FILES_DIR = tmp_path
    world = open_round_of(make_cast().forum, days_ago=1)
    for participation in world.participations[:7]:
        sign_in(participation.user)
        world.rate(participation, dict.fromkeys(world.goals, participation.pk % 4 + 1))

    with time_machine.travel(world.round.closes_at + timedelta(days=1)):
        call_command("clock")

    assert Publication.objects.exists()
    assert not Rating.objects.exists()
    kept = {field.name for field in User._meta.get_fields()}
    assert "last_login" not in kept, "the time of the last sign-in is kept"
    assert not Session.objects.exists(), "sessions that have expired are kept"
