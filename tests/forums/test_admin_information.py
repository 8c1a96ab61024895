"""A municipality's own text about personal data, as a browser sends it."""

import pytest
from django.contrib.admin.models import LogEntry
from django.urls import reverse
from django.utils import translation

from forums.models import Municipality
from tests.pages import form_of

LONGEST = 6000


@pytest.fixture
def url(cast):
    return reverse("admin:forums_municipality_change", args=[cast.municipality.pk])


def send(client, url, text):
    """A browser sends each line break as two characters."""
    data = form_of(client, url, "municipality_form")
    with translation.override("da"):
        return client.post(url, data | {"information": text.replace("\n", "\r\n")})


def test_text_is_counted_and_kept_as_the_person_sees_it(cast, client, url):
    text = "Spørg" + "\n" * 100 + "Å" * (LONGEST - 105)

    answer = send(client, url, text)

    assert answer.status_code == 302
    assert Municipality.objects.get(pk=cast.municipality.pk).information == text


def test_text_that_is_too_long_is_refused(cast, client, url):
    page = send(client, url, "Å" * (LONGEST - 1) + "\nÅ")

    assert set(page.context["adminform"].form.errors) == {"information"}


def test_text_kept_with_two_characters_for_a_break_is_not_changed_by_itself(cast, client, url):
    Municipality.objects.filter(pk=cast.municipality.pk).update(information="Spørg.\r\n\r\nSå.")

    send(client, url, "Spørg.\n\nSå.")

    assert LogEntry.objects.get().change_message == "Gemt uden ændringer."
