"""A wrong file is told what is wrong, and where; a right one is written and read back the same."""

import string

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assessments.framework_files import (
    FOLDER,
    LARGEST,
    MOST_GOALS,
    FrameworkFile,
    Scale,
    parse_framework,
    read_framework,
    read_scale,
    scale_of,
)
from assessments.framework_messages import FileIsWrong, toml_in_words
from assessments.framework_writing import toml_of

pytestmark = pytest.mark.once

GOOD = (FOLDER / "norddjurs-plf.toml").read_text("utf-8")
GOAL = '"Vi ser uenighed som en styrke"'
SCALE = 'scale = "grad-5"'
SHIPPED = (
    "norddjurs-plf",
    "hoeje-taastrup-ledelsesgrundlag",
    "plf-nord-ledere-af-ledere",
    "aarhus-slf",
    "kl-temaer",
)
EIGHT = "[" + ", ".join(f'"{n}"' for n in range(1, 9)) + "]"


def refusal(content):
    with pytest.raises(FileIsWrong) as refused:
        parse_framework(content if isinstance(content, bytes) else content.encode())
    return list(refused.value.lines)


# --- a file that is no TOML ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "filen er tom"),
        (b" \n\n", "filen er tom"),
        (b"x" * (LARGEST + 1), "filen er for stor: højst 256 kB"),
        (
            b"# Dansk\n" + GOOD.encode("cp1252"),
            "linje 2: filen er ikke gemt som UTF-8. Vælg UTF-8, når du gemmer den",
        ),
        (
            GOOD.encode("utf-16"),
            "linje 1: filen er ikke gemt som UTF-8. Vælg UTF-8, når du gemmer den",
        ),
        (b"\0" * 8, "linje 1: filen er ikke gyldig TOML: her ventes et navn"),
        ("PK\x03\x04", "linje 1: filen er ikke gyldig TOML: der mangler et lighedstegn"),
        (
            'slug = "a"\nslug = "b"\n',
            "linje 2: filen er ikke gyldig TOML: det samme navn står to gange",
        ),
        ("[a]\n[a]\n", "linje 2: filen er ikke gyldig TOML: den samme tabel står to gange"),
        (
            "slug =\n",
            "linje 1: filen er ikke gyldig TOML: her mangler en værdi; tekst skrives i "
            "anførselstegn",
        ),
        (
            'slug = "a',
            "filen er ikke gyldig TOML til sidst i filen: et anførselstegn mangler til sidst i "
            "teksten",
        ),
        (
            'goals = ["a"\n',
            "filen er ikke gyldig TOML til sidst i filen: en kantet parentes eller et komma "
            "mangler",
        ),
        ("a = " + "[" * 5000, "filen er ikke gyldig TOML: for mange parenteser i hinanden"),
        ("a = " + "9" * 5000, "filen er ikke gyldig TOML"),
        (
            GOOD.replace(SCALE, f"{SCALE}\ndybt = {'[' * 30}{']' * 30}"),
            "dybt: for mange parenteser i hinanden",
        ),
    ],
)
def test_a_file_that_is_not_toml_is_told_where(content, said):
    assert refusal(content) == [said]


def test_what_toml_s_reader_says_and_we_do_not_know_is_told_with_its_line():
    assert toml_in_words("Something new (at line 7, column 1)") == (
        "linje 7: filen er ikke gyldig TOML"
    )


def test_a_byte_order_mark_is_no_mistake():
    assert parse_framework(GOOD.encode("utf-8-sig")) == parse_framework(GOOD.encode())


def test_a_folder_is_not_read(tmp_path):
    with pytest.raises(FileIsWrong, match="filen kan ikke læses"):
        read_framework(tmp_path)


# --- a framework that is wrong ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (GOAL, '""', ["søjle 3, mål 4: teksten mangler"]),
        (GOAL, '"  "', ["søjle 3, mål 4: teksten mangler"]),
        (GOAL, "{}", ["søjle 3, mål 4: teksten mangler"]),
        (GOAL, "3", ["søjle 3, mål 4: målet skal være tekst i anførselstegn"]),
        (
            GOAL,
            '{ text = "a", help = 3, show_help = "ja", hjælp = 1 }'.replace("hjælp", "hj"),
            [
                "søjle 3, mål 4: hjælpen skal være tekst i anførselstegn",
                "søjle 3, mål 4: show_help skal være true eller false",
                "søjle 3, mål 4: hj kender vi ikke",
            ],
        ),
        (
            GOAL,
            '{ text = "a", descriptors = ["a", ""] }',
            ["søjle 3, mål 4: trinbeskrivelse 2 mangler"],
        ),
        (GOAL, '"a\\u0000b"', ["søjle 3, mål 4: det har et nultegn, som ikke kan gemmes"]),
        ("goals = [", "goals = 3\nmere = [", ["søjle 1: målene skal være en liste"]),
        ('name = "Samarbejde"', "", ["søjle 3: navnet mangler"]),
        ('name = "Samarbejde"', "name = 3", ["søjle 3: navnet skal være tekst i anførselstegn"]),
        ('name = "Samarbejde"', 'name = "a\\nb"', ["søjle 3: navnet skal stå på én linje"]),
        (
            'name = "Samarbejde"',
            'name = "Samarbejde"\ncolour = "3"\nxyz = 1',
            ["søjle 3: farven skal være et helt tal", "søjle 3: xyz kender vi ikke"],
        ),
        (
            'code = "samarbejde"',
            'code = "vaerdier"',
            ["søjle 3: det korte navn (code) »vaerdier« bruges også af søjle 1"],
        ),
        (
            'code = "samarbejde"',
            'code = "pdf"',
            ["søjle 3: det korte navn (code) »pdf« er adressen på en anden side: vælg et andet"],
        ),
        (
            'code = "samarbejde"',
            'code = "sam arbejde"',
            ["søjle 3: det korte navn (code) må kun have bogstaverne a-z, tal, - og _"],
        ),
        (
            'slug = "norddjurs-plf"',
            "",
            ["det korte navn (slug) mangler"],
        ),
        ('shape = "house"', 'shape = "tent"', ["shape er »tent«, men skal være house eller list"]),
        (
            'shape = "house"',
            "shape = {a = 1}",
            ["shape er »{'a': 1}«, men skal være house eller list"],
        ),
        (
            "lykkes med dette?",
            "{lykkes}?",
            ["spørgsmålet må kun have {forum} i krøllede parenteser"],
        ),
        ("values = [", "vaules = [", ["vaules kender vi ikke: mente du values?"]),
        ("values = [", '"value{s" = [', ["value{s kender vi ikke: mente du values?"]),
        ("values = [", "values = 3\nx = [", ["værdierne (values) skal være en liste"]),
        ("values = [", 'values = ["a\\nb", ', ["værdi 1 skal stå på én linje"]),
        ("values = [", "x = [nan]\nvalues = [", ["x 1 skal være et endeligt tal"]),
        (
            "[foundation]",
            "[foundation]\nx = 1",
            ["fundamentet: x kender vi ikke"],
        ),
        (
            'words = { pillar = ["søjle", "søjler"]',
            'words = { pillar = ["søjle"]',
            ["ordene: ordet for søjle (pillar) mangler: skriv mindst 2"],
        ),
        (SCALE, "scale = 5", ["skalaen skal være tekst i anførselstegn"]),
        (SCALE, 'scale = { levels = ["Ja"] }', ["skalaen: trinene mangler: skriv mindst 2"]),
        (SCALE, f"scale = {{ levels = {EIGHT} }}", ["skalaen: trinene: skriv højst 7"]),
        (SCALE, "scale = { levels = 5 }", ["skalaen: trinene skal være en liste"]),
        (
            SCALE,
            'scale = { levels = ["Nej", 2], no_answer = 3 }',
            [
                "skalaen, trin 2: trinet skal være tekst i anførselstegn",
                "skalaen: no_answer skal være en tabel",
            ],
        ),
        (
            SCALE,
            'scale = { levels = [{ value = 2, label = "Ja" }, { value = 1, label = "Nej" }] }',
            ["skalaen: trinene skal have value 1, 2, 3 … med det laveste først"],
        ),
        (
            SCALE,
            f'scale = {{ levels = ["Nej", "{"x" * 41}"] }}',
            ["skalaen, trin 2: ordet er for lang: højst 40 tegn"],
        ),
    ],
)
def test_a_wrong_framework_is_told_pillar_and_goal(old, new, said):
    assert old in GOOD

    assert refusal(GOOD.replace(old, new, 1))[: len(said)] == said


def test_one_pillar_written_as_a_table_is_told_how_pillars_are_written():
    own, _first, *_rest = GOOD.partition("[[pillars]]")

    assert refusal(f'{own}[pillars]\ncode = "a"') == [
        "søjlerne skal skrives hver for sig under [[pillars]]"
    ]


def test_more_goals_than_a_page_holds_are_refused():
    own, _first, *_rest = GOOD.partition("[[pillars]]")
    goals = ", ".join(f'"Mål {n}"' for n in range(MOST_GOALS + 1))

    said = refusal(f'{own}[[pillars]]\ncode = "a"\nname = "A"\ngoals = [{goals}]')

    assert said == ["skriv højst 80 mål i alt"]


def test_a_scale_that_nobody_knows_is_refused():
    file = parse_framework(GOOD.replace(SCALE, 'scale = "grad-9"').encode())

    with pytest.raises(FileIsWrong, match="skalaen »grad-9« kender vi ikke"):
        scale_of(file, read_scale(FOLDER / "scale.toml"))


@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_whatever_the_file_holds_it_is_refused_in_words(content):
    assert all(refusal(content))


# --- written and read back ----------------------------------------------------------------------

UNPRINTABLE = st.characters(codec="utf-8", exclude_characters="\0")
TEXT = st.text(UNPRINTABLE, min_size=1, max_size=40).map(str.strip).filter(bool)
LINE = TEXT.map(lambda text: " ".join(text.split())).filter(lambda text: text == text.strip())
ONE = LINE.filter(lambda text: len(text.splitlines()) == 1)
CODE = st.text(string.ascii_letters + string.digits + "-_", min_size=1, max_size=12)
KNOWN = set(FrameworkFile.model_fields)
KEPT = st.recursive(
    st.booleans() | st.integers(-(2**60), 2**60) | st.floats(-1e9, 1e9) | ONE,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(CODE | ONE, inner, max_size=3),
    max_leaves=6,
)


@st.composite
def scales(draw):
    levels = draw(st.lists(ONE, min_size=2, max_size=7))
    return {"levels": levels} | draw(
        st.fixed_dictionaries({}, optional={"no_answer": LINE, "slug": LINE})
    )


GOALS = TEXT | st.fixed_dictionaries(
    {"text": TEXT},
    optional={
        "help": TEXT,
        "show_help": st.booleans(),
        "descriptors": st.lists(ONE, max_size=3),
    },
)
PILLARS = st.lists(
    st.fixed_dictionaries(
        {"code": CODE, "name": LINE, "goals": st.lists(GOALS, max_size=4)},
        optional={"description": TEXT, "colour": st.integers(1, 5)},
    ),
    max_size=4,
    unique_by=lambda pillar: pillar["code"],
)


@st.composite
def frameworks(draw, extra=KEPT):
    """Any file that is right."""
    own = draw(
        st.fixed_dictionaries(
            {
                "slug": CODE,
                "name": LINE,
                "shape": st.sampled_from(["house", "list"]),
                "scale": scales(),
                "question": LINE.map(lambda text: text.replace("{", "").replace("}", "") or "?"),
                "pillars": PILLARS,
            },
            optional={
                "stem": st.booleans(),
                "motto": LINE,
                "why": st.lists(ONE, max_size=3),
                "roof": LINE,
                "values": st.lists(ONE, max_size=3),
                "words": st.fixed_dictionaries({"pillar": st.tuples(LINE, LINE).map(list)}),
                "foundation": st.fixed_dictionaries(
                    {}, optional={"name": LINE, "elements": st.lists(ONE, max_size=3)}
                ),
                "local_translation": st.booleans(),
            },
        )
    )
    more = draw(st.dictionaries(st.sampled_from(["owner", "x y", "æ", "rows", "tab"]), extra))
    return FrameworkFile.model_validate(more | own)


@settings(max_examples=settings().max_examples // 3)  # a file takes long to draw
@given(frameworks())
def test_load_of_export_is_the_same_file(file):
    assert parse_framework(toml_of(file).encode()) == file


@pytest.mark.parametrize("name", SHIPPED)
def test_shipped_files_are_written_and_read_back(name):
    file = read_framework(FOLDER / f"{name}.toml")

    written = toml_of(file)
    again = parse_framework(written.encode())

    assert toml_of(again) == written
    assert again.model_dump(mode="json") == file.model_dump(mode="json")


def test_a_file_may_name_its_scale_or_write_it():
    known = read_scale(FOLDER / "scale.toml")
    named = parse_framework(GOOD.encode())
    written = parse_framework(
        GOOD.replace(SCALE, 'scale = { levels = ["Nej", "Ja"], no_answer = "Ved ikke" }').encode()
    )

    assert scale_of(named, known) is known
    assert scale_of(written, known) == Scale.model_validate(
        {"levels": ["Nej", "Ja"], "no_answer": "Ved ikke"}
    )
