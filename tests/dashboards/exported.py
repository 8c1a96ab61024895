"""A result fetched as every file, and each file read back as text."""

import csv
import json
from functools import lru_cache
from io import BytesIO, StringIO
from typing import Any
from xml.etree import ElementTree
from zipfile import ZipFile

from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook  # type: ignore[import-untyped]
from pypdf import PdfReader

from assessments.models import RoundForum

FILES = ("pdf", "xlsx", "csv", "json")


def fetch(client: Client, row: RoundForum, ending: str) -> Any:
    return client.get(reverse(f"dashboards:result_{ending}", args=[row.round_id, row.forum_id]))


def csv_rows(content: bytes) -> list[list[str]]:
    """The headings and the rows under them, down to the empty line that ends the table."""
    rows = _csv(content)
    return rows[: rows.index([])]


def csv_notes(content: bytes) -> list[str]:
    """How it is read, from under the table and the question."""
    rows = _csv(content)
    return [text for _label, text in rows[rows.index([]) + 2 :]]


def _csv(content: bytes) -> list[list[str]]:
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(StringIO(content.decode("utf-8-sig")), delimiter=";"))


@lru_cache(maxsize=4)  # reading takes longer than all else, and a test asks for the same again
def sheets(content: bytes) -> dict[str, list[list[Any]]]:
    book = load_workbook(BytesIO(content))
    return {
        sheet.title: [list(row) for row in sheet.iter_rows(values_only=True)]
        for sheet in book.worksheets
    }


def charts(content: bytes) -> list[Any]:
    """The spreadsheet's charts, each as the root of its XML."""
    with ZipFile(BytesIO(content)) as book:
        names = sorted(name for name in book.namelist() if name.startswith("xl/charts/chart"))
        return [ElementTree.fromstring(book.read(name)) for name in names]  # noqa: S314 -- our own


def heights(content: bytes) -> dict[str, list[float | None]]:
    """How tall each row of each sheet is."""
    book = load_workbook(BytesIO(content))
    return {
        sheet.title: [
            sheet.row_dimensions[row].height for row in range(1, (sheet.max_row or 0) + 1)
        ]
        for sheet in book.worksheets
    }


def plain(text: str) -> str:
    """Text without its line breaks and spaces, as they differ where lines are broken anew."""
    return "".join(text.split())


@lru_cache(maxsize=4)
def pdf_text(content: bytes) -> str:
    return plain("".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages))


def pdf_cover(content: bytes) -> str:
    return plain(PdfReader(BytesIO(content)).pages[0].extract_text())


def pdf_sizes(content: bytes) -> dict[str, float]:
    """Every piece of text with a digit in it, and the smallest size it has, in points."""
    sizes: dict[str, float] = {}

    def visit(text: str, outer: Any, inner: Any, _font: Any, size: float) -> None:
        if any(sign.isdigit() for sign in text):
            points = round(size * abs(inner[3] * outer[3]), 1)
            sizes[text.strip()] = min(points, sizes.get(text.strip(), points))

    for page in PdfReader(BytesIO(content)).pages:
        page.extract_text(visitor_text=visit)
    return sizes


def readable(ending: str, content: bytes) -> str:
    """All that a person or a program finds in the file."""
    if ending == "pdf":
        return pdf_text(content) + plain(" ".join(alternatives(content)))
    if ending == "xlsx":
        return str(sheets(content))
    return content.decode()


def alternatives(content: bytes) -> list[str]:
    """The words that a listener hears in place of the PDF's pictures."""
    found: list[str] = []

    def walk(node: Any) -> None:
        node = node.get_object()
        if isinstance(node, list):
            for child in node:
                walk(child)
        elif isinstance(node, dict):
            if "/Alt" in node:
                found.append(str(node["/Alt"]))
            if "/K" in node:
                walk(node["/K"])

    root: Any = PdfReader(BytesIO(content)).trailer["/Root"]
    walk(root["/StructTreeRoot"])
    return found


def goals_in_json(content: bytes) -> list[dict[str, Any]]:
    return [goal for pillar in json.loads(content)["pillars"] for goal in pillar["goals"]]
