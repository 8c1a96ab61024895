"""The templates' own words: they say what Django's say, and what never changes is drawn once."""

import pytest
from django.contrib import admin
from django.template import Context, RequestContext, Template, TemplateDoesNotExist
from django.test import RequestFactory
from django.urls import NoReverseMatch, get_script_prefix, reverse, set_script_prefix

from plf.templatetags import addresses, icons

pytestmark = pytest.mark.once


def written(text, context=None, **values):
    return Template(text).render(Context(values) if context is None else context)


@pytest.fixture
def reversed_names(monkeypatch):
    """What is asked of Django from now on; nothing is remembered from before."""
    names = []
    addresses._address.cache_clear()
    monkeypatch.setattr(
        addresses, "reverse", lambda name, **how: names.append(name) or reverse(name, **how)
    )
    yield names
    addresses._address.cache_clear()


@pytest.mark.parametrize("name", ["dashboards:home", "account_login", "admin:index"])
def test_address_without_values_is_asked_for_once(reversed_names, name):
    for _page in range(3):
        assert written(f'{{% url "{name}" %}}') == reverse(name)
    assert reversed_names == [name]


def test_address_with_values_is_each_its_own():
    text = '{% url "assessments:rate" round forum %}'
    assert written(text, round=1, forum=2) == "/runder/1/2/"
    assert written(text, round=3, forum=4) == "/runder/3/4/"


def test_address_can_be_kept_under_a_name():
    text = '{% url "dashboards:home" as home %}{{ home }}{{ home }}'
    assert written(text) == reverse("dashboards:home") * 2
    assert written('{% url "no:such" as nothing %}{{ nothing }}') == ""


def test_address_that_is_not_there_is_an_error():
    with pytest.raises(NoReverseMatch):
        written('{% url "no:such" %}')


def test_address_follows_the_place_that_the_server_is_mounted_at(reversed_names):
    before = get_script_prefix()
    home = '{% url "dashboards:home" %}'
    assert written(home) == "/"
    try:
        set_script_prefix("/plf/")
        assert written(home) == "/plf/"
    finally:
        set_script_prefix(before)
    assert written(home) == "/"


def test_address_is_asked_for_as_of_the_page_s_own_administration(monkeypatch):
    asked = []
    addresses._address.cache_clear()
    monkeypatch.setattr(
        addresses, "reverse", lambda name, current_app: asked.append(current_app) or "/x/"
    )
    request = RequestFactory().get("/admin/")
    written('{% url "admin:index" %}', RequestContext(request))
    request.current_app = admin.site.name
    written('{% url "admin:index" %}', RequestContext(request))
    addresses._address.cache_clear()
    assert asked == [None, "admin"]


def test_icon_is_drawn_once_and_is_no_text(monkeypatch):
    icons.icon.cache_clear()
    drawn = []
    draw = icons.render_to_string
    monkeypatch.setattr(icons, "render_to_string", lambda *how: drawn.append(how) or draw(*how))
    first, second = written('{% icon "lock" %}'), written('{% icon "lock" %}')
    icons.icon.cache_clear()
    assert first == second
    assert first.startswith("<svg")
    assert 'aria-hidden="true"' in first
    assert len(drawn) == 1


def test_icon_that_is_not_there_is_an_error():
    with pytest.raises(TemplateDoesNotExist):
        written('{% icon "no-such-icon" %}')
