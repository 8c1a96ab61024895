"""The attacker reads every page as every kind of person while the round is open."""

import io

import pytest
from django.utils import timezone
from pypdf import PdfWriter

from audit.models import Entry
from tests.attack.siege import HEADS, answers, besieged, figures_in_mails
from tests.attack.spider import (
    Page,
    UnknownType,
    crawl_all,
    different,
    links_of,
    parse,
    read_text,
    tidy,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def siege():
    with besieged() as siege:
        yield siege


@pytest.mark.once
def test_pages_while_open_do_not_change_when_somebody_answers(siege):
    clients = siege.clients("Chefen", "administrator")
    start = len(logged())
    before = crawl_all(clients)
    crawled = logged()[start:]

    siege.submit(HEADS[3], answers()[HEADS[3]])
    siege.stage.tick(timezone.now())
    assert logged()[start:] == crawled
    after = crawl_all(clients)

    # The log tells what the attackers themselves did, once more and nothing else.
    changed = different(before, after)
    assert {address for _who, address in changed if not address.startswith(LOG_PAGES)} == set()
    assert sorted(logged()[start + len(crawled) :]) == sorted(crawled)
    assert figures_in_mails() == []


# The pages that show the log: to an administrator, and to each person their own rows.
LOG_PAGES = ("/log/", "/konto/mine-data/")


def logged() -> list[str]:
    """What stands in the log, in order, without when."""
    rows: list[dict[str, object]] = [dict(row) for row in Entry.objects.order_by("pk").values()]
    return [repr([row[key] for key in sorted(row.keys() - {"id", "at"})]) for row in rows]


@pytest.mark.prove
def test_pages_while_open_do_not_change_after_each_submission(siege):
    clients = siege.clients()
    before = crawl_all(clients)
    for name, choices in answers().items():
        siege.submit(name, choices)
        siege.stage.tick(timezone.now())

        after = crawl_all(clients)
        others = {key for key in different(before, after) if key[0] != name}
        assert {key for key in others if not key[1].startswith(LOG_PAGES)} == set()
        before = after


# --- the spider itself --------------------------------------------------------------------------


@pytest.mark.once
def test_spider_follows_links_redirects_and_forms_that_ask():
    html = (
        '<a href="?orden=a#x">A</a>'
        '<form action="/find/">'
        '<select name="s"><option value="1"><option value="2"></select></form>'
        '<form method="post" action="/slet/"></form><img src="/kort.svg" alt="3 af 5">'
    )
    page = Page(200, "text/html", html.encode(), location="/videre/")

    found = [tidy(address) for address in links_of(page, "/her/")]

    assert found == [
        "/videre/",
        "/her/?orden=a",
        "/find/",
        "/find/?s=1",
        "/find/?s=2",
        "/kort.svg",
    ]
    assert "3 af 5" in parse(html).text


@pytest.mark.once
@pytest.mark.parametrize("address", ["https://example.org/", "mailto:a@b.dk", "/static/a.css"])
def test_spider_leaves_others_and_static_files_alone(address):
    assert tidy(address) is None


@pytest.mark.once
def test_spider_fails_on_a_type_that_it_cannot_read():
    with pytest.raises(UnknownType, match="application/zip"):
        read_text("application/zip", b"")


@pytest.mark.once
def test_spider_fails_on_a_pdf_without_text():
    blank = io.BytesIO()
    writer = PdfWriter()
    writer.add_blank_page(72, 72)
    writer.write(blank)

    with pytest.raises(UnknownType, match="text cannot be read"):
        read_text("application/pdf", blank.getvalue())


@pytest.mark.once
def test_spider_reads_tables_of_numbers():
    assert (
        read_text("text/csv", "Mål;Svar\nVi øver os;7\n".encode()) == "Mål | Svar\nVi øver os | 7"
    )
    assert read_text("application/json", b'{"n": 7}') == '{"n": 7}'
