"""A result fetched as every file, and each file read back as text."""

import csv
import json
from io import BytesIO, StringIO
from typing import Any

from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook  # type: ignore[import-untyped]
from pypdf import PdfReader

from assessments.models import RoundForum

FILES = ("pdf", "xlsx", "csv", "json")


def fetch(client: Client, row: RoundForum, ending: str) -> Any:
    return client.get(reverse(f"dashboards:result_{ending}", args=[row.round_id, row.forum_id]))


def csv_rows(content: bytes) -> list[list[str]]:
    """The rows under the headings, without the columns of the forum and the round."""
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(StringIO(content.decode("utf-8-sig")), delimiter=";"))


def sheets(content: bytes) -> dict[str, list[list[Any]]]:
    book = load_workbook(BytesIO(content))
    return {
        sheet.title: [list(row) for row in sheet.iter_rows(values_only=True)]
        for sheet in book.worksheets
    }


def plain(text: str) -> str:
    """Text without its line breaks and spaces, as they differ where lines are broken anew."""
    return "".join(text.split())


def pdf_text(content: bytes) -> str:
    return plain("".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages))


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
