"""The tools behind `make`, and the hostile harness of the tests themselves."""

import os
import re
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from django.contrib.contenttypes.models import ContentType
from django.template import Context, engines
from django.template.base import Origin, Template

from tests.conftest import NetworkUsedError
from tests.undefined import TEMPLATES, UndefinedVariableError
from tools import bootstrap, catalogue, chromium, coverage_gate, messages, run, test

pytestmark = pytest.mark.once

ROOT = Path(__file__).resolve().parent.parent.parent


def tool(name, *arguments, **environment):
    return subprocess.run(
        [sys.executable, "-m", f"tools.{name}", *arguments],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=30,
    )


def covered(*, lines=10, missing=(), branches=4, missing_branches=()):
    return {
        "missing_lines": list(missing),
        "missing_branches": list(missing_branches),
        "summary": {
            "num_statements": lines,
            "covered_lines": lines - len(missing),
            "missing_lines": len(missing),
            "num_branches": branches,
            "covered_branches": branches - len(missing_branches),
            "missing_branches": len(missing_branches),
        },
    }


STRICT = {name: covered() for name in coverage_gate.WHOLLY if "*" not in name}


# --- make run -----------------------------------------------------------------------------------


def test_run_port_taken_says_so_in_one_line():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

        told = tool("run", PORT=str(port))

    assert told.returncode == 1
    assert told.stderr.startswith(f"Port {port} er optaget.")
    assert told.stderr.count("\n") == 1


@pytest.mark.parametrize("port", ["nul", "0", "65536", "-1", "8000.5"])
def test_run_port_impossible_says_so_in_one_line(port):
    told = tool("run", PORT=port)

    assert told.returncode == 1
    assert told.stderr == f"PORT skal være et tal mellem 1 og 65535, ikke »{port}«.\n"


def test_run_part_that_ends_is_named():
    parts = run.Parts(dict(os.environ))
    parts.start("Uret", "-c", "raise SystemExit(3)")
    parts.running["Uret"].wait()

    with pytest.raises(run.Stopped, match=r"Uret stoppede uventet \(kode 3\)\."):
        parts.watch()


def test_run_stop_ends_also_what_a_part_started():
    parts = run.Parts(dict(os.environ))
    grandchild = "import subprocess, sys; subprocess.run([sys.executable, '-c', 'input()'])"
    parts.start("Uret", "-c", grandchild)

    parts.stop()

    with pytest.raises(ProcessLookupError):
        os.killpg(parts.running["Uret"].pid, 0)


# --- the virtual environment --------------------------------------------------------------------


def test_supported_python_is_this_one():
    assert bootstrap.supported_python() == sys.executable


def test_supported_python_too_old_says_so_in_one_line(monkeypatch):
    monkeypatch.setattr(sys, "version_info", (3, 9, 2))
    monkeypatch.setenv("PATH", "")

    with pytest.raises(SystemExit, match=r"^PLF kræver Python 3\.11.*python3 er her 3\.9\. .*$"):
        bootstrap.supported_python()


def test_make_environment_without_venv_says_so_in_one_line(monkeypatch, tmp_path):
    monkeypatch.setattr(bootstrap, "PYTHON", tmp_path / "missing")
    monkeypatch.setattr(bootstrap, "succeeds", lambda command: False)
    monkeypatch.setattr(bootstrap, "supported_python", lambda: sys.executable)

    with pytest.raises(SystemExit, match=r"^Python mangler modulet venv\..*python3-venv.*$"):
        bootstrap.make_environment()


def test_fingerprint_of_development_differs_from_runtime():
    assert bootstrap.fingerprint("requirements.txt") != bootstrap.fingerprint(
        "requirements-dev.txt"
    )


# --- the lock and its reasons -------------------------------------------------------------------


def requirement_names(file):
    lines = (ROOT / file).read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith(("#", "-r"))]


@pytest.mark.parametrize("file", ["requirements.txt", "requirements-dev.txt"])
def test_requirements_have_a_reason_each_here_and_in_the_docs(file):
    explained = (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8")

    for line in requirement_names(file):
        name = re.match(r"[\w-]+(\[[\w,-]+\])?", line).group()
        assert "  # " in line, f"{name}: no reason in {file}"
        assert f"| `{name}` | " in explained, f"{name}: no reason in docs/dependencies.md"


def test_constraints_name_every_requirement_and_no_address():
    locked = (ROOT / "constraints.txt").read_text(encoding="utf-8")

    for file in ("requirements.txt", "requirements-dev.txt"):
        for line in requirement_names(file):
            name = re.match(r"[\w-]+", line).group().lower()
            assert re.search(rf"^{re.escape(name)}==", locked, re.MULTILINE), name
    assert "://" not in locked


# --- coverage -----------------------------------------------------------------------------------


def test_gate_whole_coverage_passes():
    assert coverage_gate.verdicts({**STRICT, "dashboards/views.py": covered()}) == ([], 100.0)


@pytest.mark.parametrize(
    "name", ["results/disclosure.py", "results/operations.py", "assessments/operations/rounds.py"]
)
def test_gate_missing_branch_where_none_may_be_is_told(name):
    files = {**STRICT, name: covered(missing_branches=[[3, 5]]), "plf/views.py": covered()}

    shortcomings, elsewhere = coverage_gate.verdicts(files)

    assert shortcomings == [f"{name}: gren 3→5"]
    assert elsewhere == 100.0


def test_gate_strict_file_not_there_is_told():
    files = {name: file for name, file in STRICT.items() if name != "results/seal.py"}

    shortcomings, _ = coverage_gate.verdicts(files)

    assert shortcomings == ["results/seal.py: findes ikke i rapporten"]


def test_gate_the_rest_counts_together():
    files = {
        **STRICT,
        "plf/a.py": covered(lines=10, branches=0, missing=[4, 5]),
        "plf/b.py": covered(lines=30, branches=0),
    }

    assert coverage_gate.verdicts(files) == ([], 95.0)


@pytest.mark.parametrize(
    ("code", "passed", "good"), [(0, 3, True), (0, 0, False), (1, 3, False), (5, 0, False)]
)
def test_run_is_good_only_when_tests_ran_and_passed(code, passed, good):
    assert test.Run("SQLite", code, 1.0, passed).good is good


# --- texts --------------------------------------------------------------------------------------

HEADER = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n\n'
PLURAL = 'msgctxt "mail"\nmsgid "%d goal"\nmsgid_plural "%d goals"\nmsgstr[0] "%d mål"\n'


def test_catalogue_reads_contexts_plurals_and_long_texts(tmp_path):
    file = tmp_path / "django.po"
    long = '#: views.py:1\nmsgid ""\n"a \\"long\\" "\n"text"\nmsgstr "en lang\\ntekst"\n\n'
    file.write_text(HEADER + long + PLURAL + 'msgstr[1] "%d mål"\n', encoding="utf-8")

    assert catalogue.expected(list(catalogue.entries(file))) == {
        'a "long" text': "en lang\ntekst",
        ("mail\x04%d goal", 0): "%d mål",
        ("mail\x04%d goal", 1): "%d mål",
    }


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('msgid "goal"\nmsgstr ""\n', "»goal« mangler"),
        ('#, fuzzy\nmsgid "goal"\nmsgstr "mål"\n', "»goal« er usikker (fuzzy)"),
        (PLURAL + 'msgstr[1] ""\n', "»%d goal« mangler"),
        ('msgid "goal"\nmsgstr "mål"\n', "django.mo er ikke bygget af django.po"),
    ],
)
def test_messages_shortcomings_are_told(tmp_path, text, told):
    (tmp_path / "django.po").write_text(HEADER + text, encoding="utf-8")

    assert any(told in line for line in messages.shortcomings(tmp_path))


# --- the browser --------------------------------------------------------------------------------


def test_chromium_chosen_and_empty_means_none(monkeypatch):
    monkeypatch.setenv("CHROMIUM", "")

    assert chromium.find() is None


def test_chromium_chosen_is_taken(monkeypatch):
    monkeypatch.setenv("CHROMIUM", sys.executable)

    assert chromium.find() == sys.executable


@pytest.mark.parametrize(
    "installed",
    [["chromium-headless-shell", "chromium"], ["chromium"], ["google-chrome"]],
    ids=lambda names: names[0],
)
def test_lightest_chromium_that_is_installed_is_found(monkeypatch, tmp_path, installed):
    monkeypatch.delenv("CHROMIUM", raising=False)
    monkeypatch.setattr(chromium, "NAMES", [name for name in chromium.NAMES if "/" not in name])
    monkeypatch.setenv("PATH", str(tmp_path))
    for name in installed:
        (tmp_path / name).touch(mode=0o755)

    assert chromium.find() == str(tmp_path / installed[0])


# --- the harness --------------------------------------------------------------------------------


def template(text, file):
    engine = engines["django"].engine
    return Template(text, origin=Origin(file), engine=engine)


def test_harness_undefined_variable_of_ours_raises(settings):
    settings.DEBUG = True  # Django then makes its engines anew
    page = template("{{ nobody.gave }}", f"{TEMPLATES}/page.html")

    with pytest.raises(UndefinedVariableError, match=r"nobody\.gave"):
        page.render(Context())


def test_harness_undefined_variable_of_a_package_is_empty():
    assert template("[{{ nobody }}]", "/somewhere/admin/page.html").render(Context()) == "[]"


def test_harness_network_is_refused():
    with socket.socket() as outside, pytest.raises(NetworkUsedError):
        outside.connect(("192.0.2.1", 80))


def test_harness_unordered_rows_come_back_shuffled(db):
    orders = {tuple(kind.pk for kind in ContentType.objects.all()) for _ in range(20)}
    ordered = {tuple(kind.pk for kind in ContentType.objects.order_by("pk")) for _ in range(20)}

    assert len(orders) > 1
    assert len(ordered) == 1
