"""Files of members as people send them (CSV in two encodings, spreadsheets good and bad), and the
sending."""

import io
import zipfile
from collections.abc import Iterable, Sequence

from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook  # type: ignore[import-untyped]

from forums.models import Membership

HEADINGS = ("Navn", "E-mail", "Forum", "Rolle")
BO = ("Bo Ærø", "bo@test.example", "Lederforum", "aftaleholder")
URL = "/medlemmer/import/"
LEAD = (*HEADINGS, "Tovholder")
TIMES = (*HEADINGS, "Fra", "Til")


def csv_bytes(
    *rows: Sequence[str],
    headings: Sequence[str] = HEADINGS,
    delimiter: str = ";",
    encoding: str = "utf-8",
) -> bytes:
    lines = [delimiter.join(row) for row in (headings, *rows)]
    return "\r\n".join(lines).encode(encoding)


def xlsx_bytes(*rows: Iterable[object], headings: Sequence[str] = HEADINGS) -> bytes:
    book = Workbook()
    for row in (headings, *rows):
        book.active.append(list(row))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def repacked(data: bytes, name: str, content: bytes) -> bytes:
    """A spreadsheet with one of its parts exchanged."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for part in old.namelist():
            new.writestr(part, content if part == name else old.read(part))
    return out.getvalue()


def send(client, data, **fields):
    file = SimpleUploadedFile("medlemmer.csv", data)
    return client.post(URL, {"file": file, **fields})


def confirm(client, page):
    """What the preview's own form sends."""
    fields = {"table": page.context["table"], "municipality": page.context["municipality"].pk}
    return client.post(URL, fields)


def seat(cast, user, forum=None):
    return Membership.objects.get(forum=forum or cast.forum, user=user, ends_at=None)
