"""Which database publications come from, where there is a replica."""

from datetime import timedelta

import pytest
from django.db import connections
from django.utils import timezone

from assessments.models import Edition, Framework, Round, RoundForum
from dashboards.queries.source import load
from results import replica
from results.models import Comment, Publication
from tests.dashboards.sealed import SPLIT, one_group, sealed
from tests.factories import CommentFactory, EditionFactory, ForumFactory, PublicationFactory

pytestmark = pytest.mark.django_db
THERE = 99  # invited, in the replica alone: so that one sees which was asked


@pytest.fixture
def elsewhere(db, tmp_path, monkeypatch):
    """A replica that has two tables, and nothing in them; whether it answers is up to the test."""
    file = str(tmp_path / "replica.sqlite3")
    settings = {"ENGINE": "django.db.backends.sqlite3", "NAME": file}
    both = {"default": connections.settings["default"], "replica": settings}
    monkeypatch.setitem(
        connections.settings, "replica", connections.configure_settings(both)["replica"]
    )
    connection = connections["replica"]

    def ensure_connection():  # Django's tests refuse databases that came after them
        if connection.connection is None:
            with connection.wrap_database_errors:
                connection.connect()

    connection.ensure_connection = ensure_connection
    monkeypatch.setattr(replica.the_replica, "left_alone_until", 0.0)
    with connection.schema_editor() as editor:
        editor.create_model(Publication)
        editor.create_model(Comment)
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA foreign_keys = OFF")
    yield connection
    connection.close()
    del connections["replica"]


def copy_to_replica(*rows):
    for row in rows:
        copied = type(row).objects.get(pk=row.pk)
        if isinstance(copied, Publication):
            copied.invited = THERE
        else:
            copied.text = "fra replikaen"
        copied.save(using="replica", force_insert=True)


def go_away(connection):
    connection.close()
    connection.settings_dict["NAME"] = "/nowhere/at/all.sqlite3"


def read(*rows):
    asked = Publication.objects.order_by("pk")
    found = replica.publications(asked, of={(row.round_id, row.forum_id) for row in rows})
    return [row.invited for row in found]


def test_without_a_replica_the_primary_is_asked():
    row = PublicationFactory(invited=11)

    assert read(row) == [11]


def test_replica_that_has_all_results_is_asked(elsewhere):
    row = PublicationFactory(invited=11)
    copy_to_replica(row)

    assert read(row) == [THERE]


def test_replica_that_lacks_a_result_is_not_believed(elsewhere):
    old, new = PublicationFactory(invited=11), PublicationFactory(invited=12)
    copy_to_replica(old)

    assert read(old, new) == [11, 12]
    assert read(old) == [THERE]


def test_replica_that_is_away_is_left_alone_for_a_while(elsewhere):
    row = PublicationFactory(invited=11)
    copy_to_replica(row)
    name = elsewhere.settings_dict["NAME"]
    go_away(elsewhere)

    assert read(row) == [11]
    elsewhere.settings_dict["NAME"] = name
    assert read(row) == [11]
    replica.the_replica.left_alone_until = 0.0
    assert read(row) == [THERE]


def test_comments_come_from_where_their_publication_came(elsewhere):
    row, comment = PublicationFactory(), CommentFactory(text="fra databasen")
    copy_to_replica(row, comment)
    asked = Comment.objects.order_by("key")
    there = replica.publications(
        Publication.objects.order_by("pk"), of={(row.round_id, row.forum_id)}
    )

    assert [said.text for said in replica.comments(asked, beside=there[0])] == ["fra replikaen"]
    assert [said.text for said in replica.comments(asked, beside=row)] == ["fra databasen"]


def test_comments_are_there_when_the_replica_goes_away_in_between(elsewhere):
    row, comment = PublicationFactory(), CommentFactory(text="fra databasen")
    copy_to_replica(row, comment)
    there = replica.publications(
        Publication.objects.order_by("pk"), of={(row.round_id, row.forum_id)}
    )
    go_away(elsewhere)

    found = replica.comments(Comment.objects.order_by("key"), beside=there[0])

    assert [said.text for said in found] == ["fra databasen"]


def test_result_is_compared_with_the_same_round_while_the_replica_does_not_know_of_its_release(
    elsewhere,
):
    """A publication never changes; which rounds are released does."""
    forum, edition = ForumFactory(), EditionFactory()
    closed = timezone.now() - timedelta(days=60)
    earlier, own = (
        sealed(forum, edition, one_group(*[SPLIT] * 4), closed=closed + timedelta(days=days))
        for days in (0, 30)
    )
    with elsewhere.schema_editor() as editor:
        for model in (Framework, Edition, Round, RoundForum):
            editor.create_model(model)
    with elsewhere.cursor() as cursor:
        cursor.execute("PRAGMA foreign_keys = OFF")
    rows = [*RoundForum.objects.all(), *Round.objects.all(), edition, edition.framework]
    for row in [*rows, *Publication.objects.all()]:
        row.save(using="replica", force_insert=True)
    RoundForum.objects.using("replica").update(released_at=None, releases_itself_at=None)

    source = load(RoundForum.objects.whole().get(pk=own.pk), timezone.now())

    assert source.before is not None
    assert source.before.round == earlier.round
