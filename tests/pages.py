"""A page's form as a browser would send it, unchanged: to alter a field and post it."""

from html.parser import HTMLParser

from django.test import Client


class _Fields(HTMLParser):
    def __init__(self, form_id: str) -> None:
        super().__init__()
        self.form_id = form_id
        self.inside = False
        self.fields: dict[str, list[str]] = {}
        self.select: str | None = None
        self.textarea: str | None = None

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        name = given.get("name")
        if tag == "form":
            self.inside = given.get("id") == self.form_id
        if not self.inside or "disabled" in given:
            return
        if tag == "input" and name and given.get("type") not in ("submit", "button"):
            ticks = given.get("type") in ("checkbox", "radio")
            if not ticks or "checked" in given:
                self.fields.setdefault(name, []).append(given.get("value", "on" if ticks else ""))
        elif tag == "select":
            self.select = name
        elif tag == "option" and self.select and "selected" in given:
            self.fields.setdefault(self.select, []).append(given.get("value") or "")
        elif tag == "textarea" and name:
            self.textarea = name
            self.fields[name] = [""]

    def handle_endtag(self, tag):
        if tag == "form":
            self.inside = False
        elif tag == "select":
            self.select = None
        elif tag == "textarea":
            self.textarea = None

    def handle_data(self, data):
        if self.textarea:
            self.fields[self.textarea][0] += data


def form_of(client: Client, url: str, form_id: str) -> dict[str, object]:
    """What the form with this id would send; a browser drops a textarea's first line break."""
    response = client.get(url)
    assert response.status_code == 200
    page = _Fields(form_id)
    page.feed(response.content.decode())
    assert page.fields, f"no form #{form_id} in {url}"
    return {
        name: values[0].removeprefix("\n") if len(values) == 1 else values
        for name, values in page.fields.items()
        if name != "csrfmiddlewaretoken"
    }
