"""What has been kept long enough is shown, and goes by the clock; nothing else does."""

from datetime import timedelta
from io import StringIO

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import Mail, User
from audit.models import Entry
from dashboards.operations.retention import due, forget, forget_if_due
from forums.models import Municipality
from results.filing import file_results
from results.models import Comment, Publication
from tests.factories import (
    EntryFactory,
    ForumFactory,
    MailFactory,
    MembershipFactory,
    MunicipalityFactory,
    SessionFactory,
    UserFactory,
)
from tests.worlds import open_round_of

pytestmark = pytest.mark.django_db


def days(number: int):
    return timezone.now() - timedelta(days=number)


@pytest.fixture
def left(cast) -> User:
    """Somebody who left 400 days ago."""
    user = UserFactory(name="Længe Væk")
    MembershipFactory(forum=cast.forum, user=user, ends_at=days(400))
    return user


def counts(municipality: Municipality) -> dict[str, int]:
    return {row.what: row.count for row in due(municipality, timezone.now())}


def test_person_who_left_long_ago_is_erased(cast, left):
    assert counts(cast.municipality)["people"] == 1
    assert due(cast.municipality, timezone.now())[0].names == ("Længe Væk",)

    forget(municipality=cast.municipality, now=timezone.now())

    assert not User.objects.filter(pk=left.pk).exists()
    assert User.objects.filter(pk=cast.unit_head.pk).exists()


def test_person_who_is_still_somewhere_stays(cast, left):
    staying = []
    for ends_at in (None, days(-30), days(300)):
        user = UserFactory()
        MembershipFactory(forum=cast.forum, user=user, ends_at=days(400))
        MembershipFactory(forum=ForumFactory(), user=user, ends_at=ends_at)
        staying.append(user.pk)
    reader = UserFactory()
    MembershipFactory(forum=cast.forum, user=reader, ends_at=days(400))
    ForumFactory(chief=reader)

    forget(municipality=cast.municipality, now=timezone.now())

    assert User.objects.filter(pk__in=[*staying, reader.pk]).count() == 4


def test_longest_period_of_a_person_s_municipalities_counts(cast, left):
    slow = Municipality.objects.get(pk=cast.other_municipality.pk)
    slow.days_after_leaving = 1000
    slow.save()
    MembershipFactory(forum=ForumFactory(municipality=slow), user=left, ends_at=days(500))

    assert counts(cast.municipality)["people"] == 0

    slow.days_after_leaving = 450
    slow.save()
    assert counts(cast.municipality)["people"] == 1


def test_old_mails_go_but_not_those_of_a_round_that_is_not_counted(cast):
    world = open_round_of(cast.forum)
    old = {"to": cast.unit_head, "created_at": days(100)}
    MailFactory(**old, sent_at=days(100))
    MailFactory(**old, given_up_at=days(99))
    kept = [
        MailFactory(**old),
        MailFactory(**old, sent_at=days(100), topic=f"round-{world.round.pk}"),
        MailFactory(to=cast.unit_head, created_at=days(80), sent_at=days(80)),
        MailFactory(to=cast.outsider, created_at=days(100), sent_at=days(100)),
    ]
    assert counts(cast.municipality)["mails"] == 2

    forget(municipality=cast.municipality, now=timezone.now())

    assert set(Mail.objects.all()) == set(kept)


def test_mails_to_a_chief_who_only_reads_go_too(cast):
    reader = UserFactory()
    ForumFactory(municipality=cast.municipality, chief=reader)
    MailFactory(to=reader, sent_at=days(100), created_at=days(100))

    forget(municipality=cast.municipality, now=timezone.now())

    assert not Mail.objects.filter(to=reader).exists()


def test_old_rows_of_the_log_go_and_it_is_logged(cast):
    EntryFactory(municipality=cast.municipality.pk, at=days(400))
    kept = [
        EntryFactory(municipality=cast.municipality.pk, at=days(360)),
        EntryFactory(municipality=cast.other_municipality.pk, at=days(400)),
    ]
    assert counts(cast.municipality)["log"] == 1

    forget(municipality=cast.municipality, now=timezone.now())

    rows = Entry.objects.order_by("pk")
    assert list(rows)[:2] == kept
    assert [(row.kind, row.detail, row.name) for row in rows[2:]] == [("forgotten", "log", "1")]


def test_reasons_of_old_rounds_go_from_the_database_and_from_the_file(cast, settings):
    world = open_round_of(cast.forum, days_ago=40)
    world.answer([1, 2, 3, 4, 5, 3], reason="Ord, der skal væk")
    world.seal()
    file_results(now=timezone.now())
    [path] = settings.FILES_DIR.glob("round-*")
    published = list(Publication.objects.order_by("pk").values())
    municipality = Municipality.objects.get(pk=cast.municipality.pk)
    assert "Ord, der skal væk" in path.read_text("utf-8")
    assert counts(municipality)["comments"] == 0

    later = timezone.now() + timedelta(days=municipality.days_of_comments)
    forget(municipality=municipality, now=later)
    file_results(now=later)

    assert not Comment.objects.exists()
    assert "Ord, der skal væk" not in path.read_text("utf-8")
    assert list(Publication.objects.order_by("pk").values()) == published


def test_clock_looks_through_once_a_night(cast, left):
    evening = timezone.now().replace(hour=20, minute=0)

    assert forget_if_due(now=evening) == 2
    assert forget_if_due(now=evening + timedelta(hours=3)) == 0
    assert forget_if_due(now=evening + timedelta(hours=9)) == 2


@pytest.mark.django_db(transaction=True)
def test_clock_forgets_under_a_moved_clock(cast):
    MailFactory(to=cast.unit_head, sent_at=timezone.now())
    leaver = UserFactory()
    MembershipFactory(forum=cast.forum, user=leaver, ends_at=timezone.now())
    never = UserFactory()

    for passed, mails, people in ((1, 1, 2), (89, 1, 2), (91, 0, 2), (366, 0, 0)):
        with time_machine.travel(timezone.now() + timedelta(days=passed), tick=False):
            call_command("clock")
        assert Mail.objects.filter(to=cast.unit_head).count() == mails
        assert User.objects.filter(pk__in=[leaver.pk, never.pk]).count() == people
    assert User.objects.filter(pk=cast.newcomer.pk).count() == 0
    assert User.objects.filter(pk__in=[user.pk for user in cast.members]).count() == 9


def test_dry_run_lists_and_deletes_nothing(cast, left):
    SessionFactory(expire_date=days(1))
    told = StringIO()

    call_command("retention", "--dry-run", stdout=told)

    assert "Længe Væk" in told.getvalue()
    assert "sessions" in told.getvalue()
    assert "dry run" in told.getvalue()
    assert User.objects.filter(pk=left.pk).exists()


def test_command_does_what_the_dry_run_lists(cast, left):
    call_command("retention", stdout=StringIO())

    assert not User.objects.filter(pk=left.pk).exists()


def test_page_is_the_dry_run_of_one_s_own_municipality(cast, client_of, left):
    stranger = UserFactory(name="Naboens Leder")
    MembershipFactory(
        forum=ForumFactory(municipality=cast.other_municipality), user=stranger, ends_at=days(400)
    )

    page = client_of(cast.administrator).get("/opbevaring/").content.decode()

    assert "Længe Væk" in page
    assert "Naboens Leder" not in page


@pytest.mark.parametrize("size", [1, 3])
def test_page_takes_the_same_statements_whatever_the_size(
    cast, client_of, django_assert_num_queries, size
):
    for _number in range(size):
        MembershipFactory(forum=cast.forum, ends_at=days(400))
    client = client_of(cast.administrator)
    client.get("/opbevaring/")

    with django_assert_num_queries(11):
        assert client.get("/opbevaring/").status_code == 200


@pytest.mark.parametrize(
    ("name", "too_few"),
    [
        ("days_after_leaving", 29),
        ("days_of_mails", 29),
        ("days_of_log", 184),
        ("days_of_comments", 29),
    ],
)
def test_database_refuses_a_period_that_is_too_short(cast, name, too_few):
    with pytest.raises(IntegrityError), transaction.atomic():
        Municipality.objects.filter(pk=cast.municipality.pk).update(**{name: too_few})

    assert Municipality.objects.update(**{name: too_few + 1}) == 2


@pytest.mark.parametrize(
    "name", ["days_after_leaving", "days_of_mails", "days_of_log", "days_of_comments"]
)
def test_one_that_keeps_for_ever_stops_nobody_s_clean_up(cast, left, name):
    """As somebody may have written before a hundred years were the most."""
    for_ever = MunicipalityFactory(**{name: 999_999_999})
    MembershipFactory(forum=ForumFactory(municipality=for_ever), ends_at=days(500))

    assert forget_if_due(now=timezone.now()) == Municipality.objects.count()

    assert not User.objects.filter(pk=left.pk).exists()
    with pytest.raises(ValidationError) as refused:
        for_ever.full_clean()
    assert list(refused.value.message_dict) == [name]
