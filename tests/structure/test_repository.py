"""The repository keeps its shape: sizes, stems, templates in use, a factory for each model."""

import ast
import re
import sys
from pathlib import Path

import factory
import pytest
from django.apps import apps

from tests import factories

pytestmark = pytest.mark.once

ROOT = Path(__file__).resolve().parents[2]
APPS = ("plf", "audit", "accounts", "forums", "assessments", "results", "dashboards")
ANSWER_MODELS = re.compile(r"\b(assessments\.answers|assessments_answer|assessments_rating)\b")


def files(*patterns: str, folders: tuple[str, ...] = APPS) -> list[Path]:
    return sorted(
        path
        for folder in folders
        for pattern in patterns
        for path in (ROOT / folder).rglob(pattern)
        if "vendor" not in path.parts and "migrations" not in path.parts
    )


def length(path: Path) -> int:
    return len(path.read_text("utf-8").splitlines())


@pytest.mark.parametrize(
    ("paths", "most"),
    [
        (files("*.py", folders=(*APPS, "tools")), 500),
        (files("*.py", folders=("tests",)), 600),
        (files("*.html", folders=("templates",)), 150),
    ],
    ids=["modules", "test modules", "templates"],
)
def test_files_stay_readable(paths, most):
    assert paths
    assert {str(path): length(path) for path in paths if length(path) > most} == {}


def test_only_rating_and_sealing_name_the_answers():
    # The clean-up names their tables to have them written anew; it reads nothing.
    allowed = {ROOT / "results" / "seal.py", ROOT / "results" / "cleaning.py"}
    named = {
        path
        for path in files(
            "*.py", folders=("plf", "audit", "accounts", "forums", "results", "dashboards")
        )
        if ANSWER_MODELS.search(path.read_text("utf-8"))
    }

    assert named == allowed


def called(path, name):
    """As others name it: an icon by its shape, all else by its place."""
    return path.stem if path.parent.name == "icons" else name


def test_every_template_is_used():
    sources = [
        path.read_text("utf-8")
        for path in files("*.py", "*.html", folders=(*APPS, "templates", "tests"))
    ]
    found_by_name = (
        *("admin/", "account/", "allauth/", "mfa/", "socialaccount/"),
        *("400", "403", "404", "429", "500"),
    )
    unused = [
        name
        for path in files("*.html", folders=("templates",))
        if not (name := str(path.relative_to(ROOT / "templates"))).startswith(found_by_name)
        and not any(f'"{called(path, name)}"' in source for source in sources)
    ]

    assert unused == []


def test_every_model_has_a_factory():
    ours = {
        model for app in APPS if app != "plf" for model in apps.get_app_config(app).get_models()
    }
    made = {
        value._meta.model
        for value in vars(factories).values()
        if isinstance(value, type) and issubclass(value, factory.django.DjangoModelFactory)
    }

    assert ours - made == set()


def test_a_decision_s_number_is_that_of_its_file():
    decisions = sorted((ROOT / "docs" / "adr").glob("*.md"))
    numbers = [int(path.name[:4]) for path in decisions]

    assert numbers == list(range(1, len(decisions) + 1))
    for number, path in zip(numbers, decisions, strict=True):
        assert path.read_text("utf-8").startswith(f"# {number}. ")


def test_no_page_carries_style_or_script_of_its_own():
    forbidden = re.compile(
        r"\sstyle=|<style|<script(?![^>]*\bsrc=)|\son[a-z]+=|https?://(?!www\.w3)"
    )
    named = [
        str(path)
        for path in files("*.html", folders=("templates",))
        if forbidden.search(path.read_text("utf-8"))
    ]

    assert named == []


def test_dates_are_written_as_the_page_s_language_writes_them():
    formats = {"DATE_FORMAT", "MONTH_DAY_FORMAT", "SHORT_DATE_FORMAT", "l", "c"}

    written = {
        form
        for path in files("*.html", folders=("templates",))
        for form in re.findall(r'\|date:"([^"]*)"', path.read_text("utf-8"))
    }

    assert written <= formats


def test_each_command_starts_with_python_alone():
    """With only python3 on the machine, the packages come after the command has begun."""
    commands = re.findall(r"\$\(PYTHON\) -m tools\.(\w+)", (ROOT / "Makefile").read_text())
    assert "screenshots" in commands
    for command in commands:
        tree = ast.parse((ROOT / "tools" / f"{command}.py").read_text())
        imported = [
            name
            for node in tree.body
            if isinstance(node, ast.Import | ast.ImportFrom)
            for name in (
                [node.module]
                if isinstance(node, ast.ImportFrom)
                else [alias.name for alias in node.names]
            )
        ]
        foreign = {name.partition(".")[0] for name in imported} - sys.stdlib_module_names
        assert foreign <= {"tools"}, command
