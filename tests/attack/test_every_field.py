"""Every field of every form that a person finds, with what no browser would send.

No answer may be an error: it is refused, or looked past. Here on PostgreSQL, which refuses more; on
both, by an administrator too and with more values, in `make prove`.
"""

import re
from collections.abc import Iterator

import pytest
from django.contrib import admin
from django.db import connection, transaction
from django.test import Client
from django.urls import Resolver404, resolve, reverse

from tests.attack.spider import Node, parse
from tests.structure.test_access import TABLE, Places, make_places

pytestmark = pytest.mark.django_db
# What PostgreSQL's texts cannot hold, and more digits than Python counts with.
VALUES = ("\0", "9" * 5000)
MORE = ("\N{ARABIC-INDIC DIGIT THREE}", "9999-12-31T23:59", "[]", "-1")
PAGES = ("changelist", "add")
MOST_ROWS = 2
Fields = dict[str, list[str]]


@pytest.fixture(scope="module")
def places(module_db) -> Places:
    return make_places()


@pytest.mark.skipif(connection.vendor == "sqlite", reason="PostgreSQL refuses more")
@pytest.mark.parametrize("who", ["unit_head", "anonymous"])
def test_no_field_of_any_form_breaks_a_page(places, who):
    try_every_field(places, who, VALUES)


@pytest.mark.prove
@pytest.mark.parametrize("who", ["unit_head", "administrator", "anonymous"])
def test_no_field_of_any_form_breaks_a_page_whatever_it_holds(places, who):
    try_every_field(places, who, VALUES + MORE)


def try_every_field(places: Places, who: str, values: tuple[str, ...]) -> None:
    """A form that stands on many pages, and a field that stands in many rows, is tried once."""
    statuses: dict[tuple[str, str, str], int] = {}
    for url in pages(places, who):
        for method, address, fields in forms_on(places.client(who), url):
            for field in [*fields, "x"]:
                for value in values:
                    tried = (f"{method} {route(address)}", re.sub(r"\d+", "0", field), value[:20])
                    if tried not in statuses:
                        sent = fields | {field: [value]}
                        statuses[tried] = answer(places.client(who), method, address, sent)

    assert len(statuses) > (15 if who == "anonymous" else 100)
    assert {tried: status for tried, status in statuses.items() if status >= 500} == {}


def pages(places: Places, who: str) -> list[str]:
    named = [(name, places.arguments[place]) for name, place, how in TABLE if how == "get"]
    if who == "administrator":
        for model in admin.site._registry:
            stem = f"admin:{model._meta.app_label}_{model._meta.model_name}"
            named += [(f"{stem}_{page}", []) for page in PAGES]
            keys = model._default_manager.order_by("pk").values_list("pk", flat=True)[:MOST_ROWS]
            named += [(f"{stem}_change", [key]) for key in keys]
    return [reverse(name, args=arguments) for name, arguments in named]


def forms_on(client: Client, url: str) -> Iterator[tuple[str, str, Fields]]:
    response = client.get(url, follow=True)
    if response.status_code != 200 or "html" not in response.headers["Content-Type"]:
        return
    for form in parse(response.content.decode()).all("form"):
        address = form.attributes.get("action") or response.request["PATH_INFO"]
        address = re.split(r"[?#]", address)[0]
        if route(address):
            yield form.attributes.get("method", "get").lower(), address, fields_of(form)


def fields_of(form: Node) -> Fields:
    sent: Fields = {}
    for node in form.all("input", "textarea", "select", "button"):
        name = node.attributes.get("name")
        if name and name != "csrfmiddlewaretoken":
            sent.setdefault(name, []).extend(values_of(node))
    return sent


def values_of(node: Node) -> list[str]:
    """What a browser would send, if nobody touched it."""
    kind = node.attributes.get("type")
    if node.tag == "select":
        options = node.all("option")
        return [one.attributes.get("value", "") for one in options if "selected" in one.attributes]
    if node.tag == "textarea":
        return ["".join(part for part in node.inside if isinstance(part, str))]
    if kind in ("checkbox", "radio") and "checked" not in node.attributes:
        return []
    return [] if kind in ("submit", "file") else [node.attributes.get("value", "")]


def route(address: str) -> str:
    """The kind of page; of another site there is none."""
    try:
        return resolve(address).route
    except Resolver404:
        return ""


def answer(client: Client, method: str, address: str, sent: Fields) -> int:
    """Undone again, so that the next field meets the same page."""
    client.raise_request_exception = False
    with transaction.atomic():
        status: int = getattr(client, method)(address, sent).status_code
        transaction.set_rollback(True)
    return status
