"""The histories of the administration tell what stood before and what stands now, in Danish."""

import pytest
from django.contrib.admin.models import LogEntry
from django.utils import translation

from tests.factories import RoundFactory, UnitFactory
from tests.pages import form_of

pytestmark = pytest.mark.django_db


def told(client, url, form_id, **changed):
    """The history's lines after a change, as the page shows them."""
    data = form_of(client, url, form_id) | changed
    with translation.override("da"):
        assert client.post(url, data).status_code == 302
        history = client.get(url.replace("/change/", "/history/")).content.decode()
    lines = LogEntry.objects.latest("pk").change_message.splitlines()
    assert all(line in history for line in lines)
    return lines


def change_of(row):
    return f"/admin/{row._meta.app_label}/{row._meta.model_name}/{row.pk}/change/"


def test_unit_tells_its_old_name_and_kind(cast, client):
    unit = UnitFactory(municipality=cast.municipality, name="Børneby Øst", kind="skole")
    lines = told(client, change_of(unit), "unit_form", name="Børneby Nord", kind="børneby")
    assert lines == [
        "Navn: ændret fra »Børneby Øst« til »Børneby Nord«",
        "Slags: ændret fra »skole« til »børneby«",
    ]


def test_round_tells_its_old_name(cast, client):
    round_ = RoundFactory(municipality=cast.municipality, name="Efterår")
    lines = told(client, change_of(round_), "round_form", name="Efterår 2026")
    assert lines == ["Navn: ændret fra »Efterår« til »Efterår 2026«"]


def test_municipality_tells_numbers_days_words_and_texts(cast, client):
    cast.municipality.role_words = {"unit_head": ["leder", "ledere"]}
    cast.municipality.save()
    url = change_of(cast.municipality)
    data = form_of(client, url, "municipality_form")
    word = next(name for name, value in data.items() if value == "leder")

    lines = told(
        client,
        url,
        "municipality_form",
        smallest_group="6",
        accessibility_checked_on="2026-11-02",
        information="Første afsnit.\r\n\r\nAndet.",
        **{word: "skoleleder"},
    )

    assert sorted(lines) == [
        "Færrest svar, der vises: ændret fra »5« til »6«",
        "Information før det første spørgsmål: skrevet »Første afsnit. · Andet.«",
        "Ord for roller: ændret fra »aftaleholder: leder, ledere« til"
        " »aftaleholder: skoleleder, ledere«",
        "Tilgængelighedserklæringen er gennemgået: skrevet »2. november 2026«",
    ]
