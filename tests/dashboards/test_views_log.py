"""The log as a municipality's administrators read it."""

import csv
from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from django.utils import timezone, translation

from audit.enums import Kind
from audit.models import Entry
from dashboards.log_words import NO_CHIEF, OTHERWISE, SENTENCES, WITH_SUBJECT, sentence_of
from tests.factories import EntryFactory, UserFactory

pytestmark = pytest.mark.django_db
URL = "/log/"


@pytest.fixture
def client(cast, client_of):
    return client_of(cast.administrator)


def entry(cast, kind=Kind.EXPORTED, **fields) -> Entry:
    fields.setdefault("municipality", cast.municipality.pk)
    return EntryFactory(kind=kind, **fields)


def test_rows_are_sentences_with_names_and_addresses(cast, client):
    entry(
        cast,
        Kind.LEAD_MADE,
        actor=cast.administrator.log_key,
        subject=cast.unit_head.log_key,
        name="Lederforum",
        address="192.0.2.7",
    )

    page = client.get(URL).content.decode()

    assert cast.administrator.name in page
    assert cast.unit_head.name in page
    assert "192.0.2.7" in page


def test_another_municipality_s_rows_are_not_shown(cast, client, client_of):
    entry(cast, name="Vores fil")
    entry(cast, name="Naboens fil", municipality=cast.other_municipality.pk)
    entry(cast, name="Ingens fil", municipality=None)

    ours = client.get(URL).content.decode()
    theirs = client_of(cast.outsider).get(URL).content.decode()
    file = client.get(f"{URL}csv/").getvalue().decode()

    assert "Vores fil" in ours
    assert "Naboens fil" not in ours
    assert "Ingens fil" not in ours
    assert "Naboens fil" in theirs
    assert "Vores fil" not in theirs
    assert "Vores fil" in file
    assert "Naboens fil" not in file


def test_system_administrator_sees_rows_of_no_municipality_too(cast, client_of):
    entry(cast, name="Ingens fil", municipality=None)
    system = UserFactory(is_staff=True, is_superuser=True)

    assert "Ingens fil" in client_of(system).get(URL).content.decode()


def test_person_who_was_erased_is_named_nowhere(cast, client):
    gone = UserFactory(name="Forsvundet Leder")
    entry(cast, actor=gone.log_key, name="En fil")
    gone.delete()

    page = client.get(URL).content.decode()

    assert "En fil" in page
    assert "Forsvundet" not in page


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"emne": "rounds"}, {"Runde A"}),
        ({"emne": "results"}, {"Fil B"}),
        ({"person": "ÆRLIG"}, {"Fil B"}),
        ({"person": "aerlig@example.org"}, {"Fil B"}),
        ({"person": "ingen hedder det"}, set()),
        ({"fra": "2026-03-02"}, {"Fil B"}),
        ({"til": "2026-03-01"}, {"Runde A"}),
        ({"fra": "1900-01-01", "til": "2100-12-31"}, {"Runde A", "Fil B"}),
        ({"fra": "2026-03-01", "til": "2026-03-02"}, {"Runde A", "Fil B"}),
    ],
)
def test_rows_are_filtered(cast, client, query, expected):
    person = UserFactory(name="Ærlig Østergård", email="aerlig@example.org")
    # Half past eleven in the evening in Copenhagen, and half past midnight.
    entry(cast, Kind.ROUND_PLANNED, name="Runde A", at=datetime(2026, 3, 1, 22, 30, tzinfo=UTC))
    entry(
        cast,
        name="Fil B",
        actor=person.log_key,
        at=datetime(2026, 3, 1, 23, 30, tzinfo=UTC),
    )

    page = client.get(URL, query).content.decode()
    file = client.get(f"{URL}csv/", query).getvalue().decode()

    for found in (page, file):
        assert {name for name in ("Runde A", "Fil B") if name in found} == expected


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"fra": "i går"}, "fra"),
        ({"fra": "2026-03-02", "til": "2026-03-01"}, "til"),
        ({"emne": "andet"}, "emne"),
        ({"til": "9999-12-31"}, "til"),
        ({"fra": "0001-01-01"}, "fra"),
        ({"fra": "1899-12-31"}, "fra"),
        ({"til": "2101-01-01"}, "til"),
    ],
)
def test_filter_that_makes_no_sense_is_told_at_its_field(cast, client, query, field):
    entry(cast, name="En fil")

    response = client.get(URL, query)

    assert response.status_code == 422
    assert response.context["form"].errors.keys() == {field}
    assert client.get(f"{URL}csv/", query).status_code == 302


def test_rows_are_paged_the_newest_first(cast, client):
    now = timezone.now()
    for number in range(51):
        entry(cast, name=f"Fil {number:02}", at=now - timedelta(hours=1, minutes=number))

    first, second = (
        client.get(URL, {"side": side, "emne": "results"}).content.decode() for side in (1, 2)
    )

    assert first.index("Fil 00") < first.index("Fil 49")
    assert "Fil 50" not in first
    assert "Fil 50" in second
    assert "emne=results&amp;side=1" in second


def test_file_holds_no_formula_and_its_taking_is_logged(cast, client):
    entry(cast, Kind.CHANGED, name="x", actor=UserFactory(name="=cmd|' /C calc'!A0").log_key)

    response = client.get(f"{URL}csv/", {"emne": "administration"})

    _heading, row = rows_in(response)
    assert row[1].startswith("'=cmd")
    taken = Entry.objects.order_by("pk").last()
    assert (taken.kind, taken.actor) == ("exported", cast.administrator.log_key)
    assert taken.municipality == cast.municipality.pk


def rows_in(response) -> list[list[str]]:
    return list(csv.reader(StringIO(response.getvalue().decode("utf-8-sig")), delimiter=";"))


def test_file_holds_the_rows_of_the_page_in_their_order_and_not_its_own_taking(
    cast, client, monkeypatch
):
    monkeypatch.setattr("dashboards.queries.log.BATCH", 2)
    monkeypatch.setattr("dashboards.views.log.AT_ONCE", 3)
    at = timezone.now() - timedelta(hours=1)
    for number in range(5):
        moment = at - timedelta(minutes=number // 3)  # three at the same time
        entry(cast, name=f"Fil {number}", detail="csv", at=moment)

    client.cookies["django_language"] = "en"
    somebody = "Somebody who was asked in an open round"

    told = [row[2] for row in rows_in(client.get(f"{URL}csv/", {"emne": "results"}))]

    assert told == [
        "What",
        *(f"{somebody} took Fil {number} along as CSV" for number in (2, 1, 0, 4, 3)),
    ]


@pytest.mark.parametrize("size", [1, 3])
def test_log_file_takes_as_many_statements_for_few_rows_as_for_more(
    cast, client, django_assert_num_queries, size
):
    for _number in range(size):
        entry(cast, actor=UserFactory().log_key)
    client.get(URL)

    with django_assert_num_queries(7):
        assert len(rows_in(client.get(f"{URL}csv/"))) > size


@pytest.mark.parametrize("size", [1, 3])
def test_log_takes_seven_statements(cast, client, django_assert_num_queries, size):
    for _number in range(size):
        entry(cast, actor=UserFactory().log_key)
    client.get(URL)

    with django_assert_num_queries(7):
        assert client.get(URL).status_code == 200


@pytest.mark.once
@pytest.mark.parametrize("kind", Kind)
def test_every_kind_has_a_sentence(kind):
    """Filled in from a row that holds everything, and from one that holds nothing."""
    key = UserFactory.build().log_key
    full = EntryFactory.build(
        kind=kind, actor=key, subject=key, name="Lederforum", detail="forums.forum"
    )
    bare = EntryFactory.build(kind=kind)

    for language in ("da", "en"):
        with translation.override(language):
            for row in (full, bare):
                assert "%" not in sentence_of(row, {key: "Anne"})
            if kind != Kind.SIGN_IN_FAILED:
                assert "Anne" in sentence_of(full, {key: "Anne"})


@pytest.mark.once
def test_sentences_are_told_otherwise_where_a_row_says_more():
    key = UserFactory.build().log_key
    rows = [
        EntryFactory.build(kind=Kind.RESULT_READ, actor=key, name="Lederforum", detail="trend"),
        EntryFactory.build(kind=Kind.RESULT_READ, actor=key, name="Lederforum", detail="overview"),
        EntryFactory.build(kind=Kind.RESULT_READ, actor=key, name="Lederforum"),
    ]

    with translation.override("en"):
        told = [sentence_of(row, {key: "Anne"}) for row in rows]

    assert told == [
        "Anne looked at the development of Lederforum",
        "Anne looked at the overview, with Lederforum",
        "Anne opened the result Lederforum",
    ]
    assert len({*SENTENCES.values(), *OTHERWISE.values(), WITH_SUBJECT, NO_CHIEF}) == 48
