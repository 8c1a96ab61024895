"""The one style sheet of a page: built of what there is, and nothing that a page uses left out."""

import re

import pytest

from tests.structure.test_repository import files
from tools import styles

pytestmark = pytest.mark.once

# What crispy's own templates say, which ours style.
OF_CRISPY = {"asteriskField", "col-form-label", "m-0", "text-muted"}


def test_site_is_built_of_the_sheets_and_templates_there_are():
    assert styles.SITE.read_text("utf-8") == styles.site(), "run make css"


def test_no_class_of_bootstrap_that_a_page_names_is_missing():
    named: set[str] = set()
    for path in files("*.html", folders=("templates",)):
        for attribute in re.findall(r'class="([^"]*)"', path.read_text("utf-8")):
            named |= set(re.sub(r"\{%.*?%\}|\{\{.*?\}\}", " ", attribute).split())
    known = styles.classes(styles.BOOTSTRAP.read_text("utf-8"))

    assert {"btn", "form-control", "visually-hidden"} <= named & known
    assert named & known - styles.classes(styles.SITE.read_text("utf-8")) == set()


def test_every_class_of_our_own_sheets_is_on_some_page():
    sources = "".join(
        path.read_text("utf-8")
        for path in [*files("*.html", folders=("templates",)), *files("*.py"), *styles.scripts()]
    )
    words = set(re.findall(r"[A-Za-z][\w-]*", sources))
    begun = tuple(set(re.findall(r"([A-Za-z]+-[\w-]*)\{", sources)))
    sheets = (styles.COMMENT.sub("", path.read_text("utf-8")) for path in styles.OWN)
    own = set().union(*(styles.classes(sheet) for sheet in sheets)) - {"woff2"}

    assert {name for name in own - words if not name.startswith(begun)} == OF_CRISPY


@pytest.mark.parametrize(
    ("given", "left"),
    [
        (".used{a:b}", ".used{a:b}"),
        (".idle{a:b}", ""),
        (".idle,.used{a:b}", ".used{a:b}"),
        (".used.idle{a:b}", ""),
        (".used:not(.idle,.other){a:b}", ".used:not(.idle,.other){a:b}"),
        ("legend+*{a:b}", "legend+*{a:b}"),
        ("[data-bs-theme=dark]{a:b}", ""),
        ("@media print{.idle{a:b}}", ""),
        ("@media print{.used{a:b}.idle{a:b}}", "@media print{.used{a:b}}"),
    ],
)
def test_pruned_keeps_the_rules_that_can_meet_something(given, left):
    assert styles.pruned(given, {"used"}) == left


@pytest.mark.parametrize(
    ("given", "left"),
    [
        (":root{--a:1;--b:var(--a);--c:2}p{x:var(--b)}", ":root{--a:1;--b:var(--a)}p{x:var(--b)}"),
        (":root{--a:1}", ""),
        (":root{--ours:1}", ":root{--ours:1}"),
        ("@keyframes turn{to{x:y}}", ""),
        (
            "@keyframes turn{to{x:y}}i{animation:1s turn}",
            "@keyframes turn{to{x:y}}i{animation:1s turn}",
        ),
        ('b{background:url("data:a;b,(c)");--idle:d}', 'b{background:url("data:a;b,(c)")}'),
        ("@media print{p{--idle:1}}", ""),
    ],
)
def test_without_idle_drops_what_nothing_asks_for(given, left):
    assert styles.without_idle(given, "q{x:var(--ours)}") == left


def test_tight_leaves_selectors_sums_and_strings_as_they_are():
    css = '/* why */\n.a :is(b, c) {\n  width: calc(1px + 2px);\n  content: "· , ";\n}\n'

    assert styles.tight(css) == '.a :is(b,c){width: calc(1px + 2px);content: "· , "}'


def test_every_page_asks_for_the_one_style_sheet():
    linked = {
        found
        for path in files("*.html", folders=("templates",))
        for found in re.findall(r'static "(css/[\w.-]+\.css)"', path.read_text("utf-8"))
    }

    assert linked == {"css/site.css", "css/admin.css"}
