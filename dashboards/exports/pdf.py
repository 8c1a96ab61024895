"""The report as a tagged PDF (PDF/UA-1, for those who hear it), set by typst.

All words go in as JSON data that the template shows as text: nothing in them is ever markup.
"""

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.utils.translation import get_language

from dashboards.exports.letters import FONTS, printable
from dashboards.exports.report import report
from dashboards.exports.taken import Taken

TEMPLATE = Path(__file__).resolve().parent / "result.typ"


def pdf_file(taken: Taken) -> bytes:
    import typst  # noqa: PLC0415 -- 30 MB of program that only a report needs

    data = {"lang": (get_language() or "da")[:2], **report(taken)}
    made = typst.compile(
        TEMPLATE,
        root=TEMPLATE.parent,
        font_paths=_fonts(),
        sys_inputs={"data": json.dumps(_printable(data), ensure_ascii=False)},
        pdf_standards="ua-1",
        timestamp=int(taken.closes_at.timestamp()),
    )
    if not isinstance(made, bytes):
        raise TypeError("typst gave several files for one report")
    return made


@lru_cache(maxsize=1)
def _fonts() -> Any:
    """Our own fonts and no others, so that a report looks alike from every machine."""
    import typst  # noqa: PLC0415 -- as above

    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[FONTS])


def _printable(data: Any) -> Any:
    if isinstance(data, str):
        return printable(data)
    if isinstance(data, dict):
        return {name: _printable(part) for name, part in data.items()}
    if isinstance(data, list | tuple):
        return [_printable(part) for part in data]
    return data
