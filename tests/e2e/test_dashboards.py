"""What only a browser shows of dashboards: figures at the touch of a key, screens for a wall."""

import pytest
from playwright.sync_api import expect

from assessments.models import RoundForum

pytestmark = [pytest.mark.e2e, pytest.mark.once, pytest.mark.django_db(transaction=True)]


def newest(name: str) -> str:
    row = RoundForum.objects.filter(forum__name=name, round__sealed_at__isnull=False).latest(
        "round__closes_at"
    )
    return f"/resultater/{row.round_id}/{row.forum_id}/"


def test_exact_figures_show_at_focus_and_each_big_screen_is_whole(demo, visitor):
    address = newest("Lederforum")
    someone = visitor(width=1280, height=900)
    page = someone.sign_in("aftaleholder3@norddjurs.example")

    page.goto(someone.url + address)
    figures = page.locator(".house-exact-2 text")
    expect(figures.first).to_be_hidden()
    page.locator(".house-links a").nth(1).focus()
    expect(figures.first).to_be_visible()
    expect(page.locator(".house-exact-1 text").first).to_be_hidden()

    page.get_by_role("link", name="Udvikling over tid").click()
    chart = page.locator(".trend-svg").nth(1)
    expect(chart.locator(".trend-exact").first).to_be_hidden()
    chart.focus()
    expect(chart.locator(".trend-exact").first).to_be_visible()

    page.set_viewport_size({"width": 1920, "height": 1080})
    page.goto(f"{someone.url}{address}?visning=stor")
    tall = page.evaluate(
        "() => [...document.querySelectorAll('.screen')].map(one => one.offsetHeight)"
        ".filter(height => height > innerHeight)"
    )
    assert tall == []
    first = page.get_by_role("link", name="Næste").first.bounding_box()
    assert first is not None
    assert first["y"] + first["height"] <= 1080
