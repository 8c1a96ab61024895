"""Reads everything that a person can reach: every link, every form that asks, every export.

The spider knows no address but the front pages and those that it finds or that people would guess.
What it fetches is kept as bytes, and as text by its type; a type that it cannot read is an error,
so a new kind of export cannot pass it by.
"""

import csv
import io
import json
import re
import zipfile
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from html.parser import HTMLParser
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit
from xml.etree import ElementTree

from django.test import Client
from pypdf import PdfReader

FRONT_PAGES = ("/", "/admin/", "/privatliv/", "/overblik/", "/konto/", "/hjaelp/", "/log-ind/")
GUESSES = ("", "pdf/", "xlsx/", "csv/", "json/", "frigiv/", "min-kopi/", "faerdig/", "1/", "2/")
# Orders, dates and pop-ups of a list show the same rows again, and so do several filters at once.
SAME_AGAIN = {"o", "e", "next", "_popup", "_to_field", "_changelist_filters", "_facets"}
MOST_FILTERS = 1
# Where pages are many and alike, one of each kind is read.
MANY_ALIKE = ("/admin/", "/log/", "/runder/mails/")
MOST_PAGES = 300
VOID = {"meta", "link", "input", "img", "br", "hr", "source", "area", "base", "col", "embed", "wbr"}


class UnknownType(Exception):
    """A page of a kind that the spider cannot read: teach it, do not skip it."""


class TooManyPages(Exception):
    """The site has no end: some link leads to ever new addresses."""


# --- HTML ---------------------------------------------------------------------------------------


@dataclass
class Node:
    """An element with its attributes, and in it texts and further elements, in order."""

    tag: str
    attributes: Mapping[str, str]
    parent: "Node | None" = None
    inside: list["Node | str"] = field(default_factory=list)

    def walk(self) -> Iterator["Node"]:
        yield self
        for part in self.inside:
            if isinstance(part, Node):
                yield from part.walk()

    def all(self, *tags: str) -> list["Node"]:
        return [node for node in self.walk() if node.tag in tags]

    def texts(self) -> Iterator[str]:
        """All that is told here: words, and the words for those who hear the page."""
        for name in ("aria-label", "alt", "title", "value", "content", "placeholder"):
            if self.attributes.get(name):
                yield self.attributes[name]
        for part in self.inside:
            if isinstance(part, Node):
                yield from part.texts()
            elif part.strip():
                yield " ".join(part.split())

    @property
    def text(self) -> str:
        return " ".join(self.texts())


class _Builder(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = self.here = Node("", {})

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        node = Node(tag, {name: value or "" for name, value in attrs}, self.here)
        self.here.inside.append(node)
        if tag not in VOID:
            self.here = node

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.here = self.here.parent or self.root

    def handle_endtag(self, tag: str) -> None:
        node: Node | None = self.here
        while node is not None and node.tag != tag:
            node = node.parent
        if node is not None and node.parent is not None:
            self.here = node.parent

    def handle_data(self, data: str) -> None:
        if self.here.tag not in ("script", "style"):
            self.here.inside.append(data)


def parse(html: str) -> Node:
    builder = _Builder()
    builder.feed(html)
    builder.close()
    return builder.root


# --- one page -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Page:
    status: int
    kind: str
    body: bytes
    location: str = ""

    @cached_property
    def html(self) -> Node | None:
        return parse(self.body.decode()) if self.kind in ("text/html", "image/svg+xml") else None

    @cached_property
    def text(self) -> str:
        """What the page says, whatever its type."""
        return self.html.text if self.html else read_text(self.kind, self.body)

    @property
    def normal(self) -> tuple[int, str, bytes]:
        """Without what is new each time by design: the tokens of forms."""
        return self.status, self.location, TOKEN.sub(b"", self.body)


TOKEN = re.compile(rb'(?<=name="csrfmiddlewaretoken" value=")[^"]+|(?<=nonce=")[^"]+')


@lru_cache(maxsize=32)  # the same file comes to several readers, byte for byte
def read_text(kind: str, body: bytes) -> str:
    """What a file says that is no HTML."""
    readers = {
        "": lambda data: data.decode(),
        "text/plain": lambda data: data.decode(),
        "text/calendar": lambda data: data.decode(),
        "text/csv": _csv_text,
        "application/toml": lambda data: data.decode(),
        "application/json": lambda data: json.dumps(json.loads(data), ensure_ascii=False),
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": _xlsx_text,
        "application/pdf": _pdf_text,
        "text/javascript": lambda data: "",
    }
    if kind not in readers:
        raise UnknownType(kind)
    return readers[kind](body)


def _csv_text(data: bytes) -> str:
    text = data.decode("utf-8-sig")
    dialect = csv.Sniffer().sniff(text.splitlines()[0], ";,\t") if text.strip() else csv.excel
    return "\n".join(" | ".join(row) for row in csv.reader(io.StringIO(text), dialect))


def _xlsx_text(data: bytes) -> str:
    """Every text and number of every part, also of what is hidden, and the file's properties."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = [archive.read(name) for name in sorted(archive.namelist()) if name.endswith(".xml")]
    trees = [ElementTree.fromstring(part) for part in parts]  # noqa: S314 -- our own export
    return "\n".join(
        " | ".join(text.strip() for text in tree.itertext() if text.strip()) for tree in trees
    )


def _pdf_text(data: bytes) -> str:
    """Text, bookmarks and properties; a document without readable text is refused."""
    reader = PdfReader(io.BytesIO(data))
    pages = [page.extract_text() for page in reader.pages]
    if not any(pages):
        raise UnknownType("application/pdf whose text cannot be read")
    return "\n".join([*pages, *map(str, (reader.metadata or {}).values())])


# --- the walk -----------------------------------------------------------------------------------


def links_of(page: Page, address: str) -> Iterator[str]:
    if page.location:
        yield page.location
    root = page.html
    if root is None:
        return
    for node in root.walk():
        for name in ("href", "src", "data-url", "data-href", "hx-get", "formaction", "poster"):
            if node.attributes.get(name) and node.tag != "form":
                yield urljoin(address, node.attributes[name])
        if node.tag == "form" and node.attributes.get("method", "get").lower() == "get":
            yield from _asked(node, address)
        if node.tag == "meta" and node.attributes.get("http-equiv", "").lower() == "refresh":
            yield urljoin(address, node.attributes.get("content", "").partition("url=")[2])


def _asked(form: Node, address: str) -> Iterator[str]:
    """The form as it stands, and once for each option of each choice in it."""
    fields = {
        node.attributes["name"]: node.attributes.get("value", "")
        for node in form.all("input")
        if node.attributes.get("name")
    }
    action = urljoin(address, form.attributes.get("action", "")).partition("?")[0]
    yield f"{action}?{urlencode(fields)}" if fields else action
    for select in form.all("select"):
        for option in select.all("option"):
            chosen = {select.attributes.get("name", ""): option.attributes.get("value", "")}
            yield f"{action}?{urlencode(fields | chosen)}"


def tidy(address: str) -> str | None:
    """A local address without its fragment; None for what shows nothing new."""
    parts = urlsplit(address)
    if parts.scheme not in ("", "http") or parts.netloc not in ("", "testserver"):
        return None
    if parts.path.startswith(("/static/", "/admin/jsi18n")) or not parts.path.startswith("/"):
        return None
    asked = [(name, value) for name, value in parse_qsl(parts.query) if name not in SAME_AGAIN]
    if len(asked) > MOST_FILTERS:
        return None
    return parts.path + (f"?{urlencode(asked)}" if asked else "")


def crawl(client: Client, *, deep: bool = False) -> dict[str, Page]:
    """Everything that this person can fetch; `deep` with every row of the administration."""
    pages: dict[str, Page] = {}
    kinds: set[str] = set()
    waiting = deque(FRONT_PAGES)
    while waiting:
        address = tidy(waiting.popleft())
        if address is None or address in pages:
            continue
        if not deep and address.startswith(MANY_ALIKE):
            if (kind := _kind(address)) in kinds:
                continue
            kinds.add(kind)
        if len(pages) >= MOST_PAGES:
            raise TooManyPages(address)
        pages[address] = page = fetch(client, address)
        waiting.extend(links_of(page, address))
    return pages


def guesses(addresses: Iterable[str]) -> Iterator[str]:
    """What somebody would try who has seen one address of a result or a round."""
    for address in sorted({urlsplit(address).path for address in addresses}):
        found = re.match(r"/(runder|resultater)/(\d+)/(\d+)/", address)
        if found:
            round_, forum = found[2], found[3]
            for base in ("runder", "resultater"):
                yield from (f"/{base}/{round_}/{forum}/{guess}" for guess in GUESSES)
            yield f"/resultater/{round_}/{forum}/?visning=stor"
            yield from (f"/udvikling/{forum}/", f"/overblik/{round_}/", f"/runder/{round_}/")


Seen = dict[str, dict[str, Page]]


def _kind(address: str) -> str:
    """What pages have in common that differ in their row, their filter, or the mail they word."""
    kind = re.sub(r"\d+", "N", address.partition("?")[0]) + ("?" if "?" in address else "")
    return re.sub(r"(?<=/mails/N/).*", "", kind)


def crawl_all(clients: Mapping[str, Client], *, deep: bool = False) -> Seen:
    """Each person reads what they find."""
    return {name: crawl(client, deep=deep) for name, client in clients.items()}


def try_each_others(seen: Seen, clients: Mapping[str, Client], *, deep: bool = False) -> None:
    """Everybody tries the addresses that anyone else found, and what these let one guess."""
    everything = {address for pages in seen.values() for address in pages}
    everything |= set(guesses(everything))
    if not deep:
        everything = {address for address in everything if not address.startswith("/admin/")}
    for name, client in clients.items():
        for address in sorted(everything - seen[name].keys()):
            seen[name][address] = fetch(client, address)


def fetch(client: Client, address: str) -> Page:
    """One page; it fails on an error of the server, and on a type that cannot be read."""
    client.raise_request_exception = False
    response = client.get(address)
    body = b"".join(response) if response.streaming else response.content
    kind = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    page = Page(response.status_code, kind, body, response.headers.get("Location", ""))
    assert page.status < 500, address
    assert isinstance(page.text, str)
    return page


def normal(seen: Seen) -> dict[tuple[str, str], tuple[int, str, bytes]]:
    return {
        (name, address): page.normal
        for name, pages in seen.items()
        for address, page in pages.items()
    }


def different(before: Seen, after: Seen) -> set[tuple[str, str]]:
    """Who sees what changed: the person and the address."""
    left, right = normal(before), normal(after)
    return {key for key in left.keys() | right.keys() if left.get(key) != right.get(key)}
