"""The templates' own words: they say what Django's say, and what never changes is drawn once."""

import pytest
from django.contrib import admin
from django.template import Context, RequestContext, Template, TemplateDoesNotExist
from django.templatetags.i18n import TranslateNode
from django.test import RequestFactory
from django.urls import NoReverseMatch, get_script_prefix, reverse, set_script_prefix
from django.utils.translation import gettext, override

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


def test_address_with_values_is_each_its_own_and_asked_for_once(reversed_names):
    text = '{% url "assessments:rate" round forum %}'
    for _page in range(3):
        assert written(text, round=1, forum=2) == "/runder/1/2/"
        assert written(text, round=3, forum=4) == "/runder/3/4/"
        assert written(text, round="1", forum="2") == "/runder/1/2/"
    assert len(reversed_names) == 3


@pytest.mark.parametrize("value", [True, 1.0, None])
def test_value_that_is_equal_to_another_is_not_taken_for_it(value):
    """In Python True is 1, and 1.0 too."""
    text = '{% url "assessments:rate" round 2 %}'
    assert written(text, round=1) == "/runder/1/2/"
    with pytest.raises(NoReverseMatch):
        written(text, round=value)


def test_address_can_be_kept_under_a_name(reversed_names):
    text = '{% url "dashboards:home" as home %}{{ home }}{{ home }}'
    assert written(text) == written(text) == reverse("dashboards:home") * 2
    assert reversed_names == ["dashboards:home"]
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
        addresses, "reverse", lambda name, args, current_app: asked.append(current_app) or "/x/"
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


@pytest.fixture
def looked_up(monkeypatch):
    """How often Django's own tag is asked from now on."""
    asked = []
    render = TranslateNode.render
    monkeypatch.setattr(TranslateNode, "render", lambda *how: asked.append(how) or render(*how))
    return asked


def test_words_are_looked_up_once_in_each_language(looked_up):
    page = Template('{% translate "Sign out" %}')
    for language in ("da", "en", "da", "en"):
        with override(language):
            assert page.render(Context()) == gettext("Sign out")
    assert len(looked_up) == 2


def test_words_with_a_value_are_looked_up_each_time(looked_up):
    page = Template('{% translate words %}|{% translate "Help"|upper %}')
    with override("da"):
        assert page.render(Context({"words": "Sign out"})) == "Log ud|HJÆLP"
        assert page.render(Context({"words": "Home"})) == "Forside|HJÆLP"
    assert len(looked_up) == 4


def test_words_can_be_kept_under_a_name():
    text = '{% translate "Sign out" as words %}{{ words }}{{ words }}'
    with override("da"):
        assert written(text) == "Log udLog ud"
