from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from assessments.framework_files import FOLDER
from assessments.models import Edition, Framework
from tests.factories import MunicipalityFactory

GOOD = (FOLDER / "norddjurs-plf.toml").read_text("utf-8")


@pytest.fixture
def written(tmp_path):
    """A framework file with a change, by its path."""

    def write(old: str, new: str) -> str:
        assert old in GOOD
        path = Path(tmp_path) / "vores.toml"
        path.write_text(GOOD.replace(old, new, 1), "utf-8")
        return str(path)

    return write


def load(*files, **options):
    out = StringIO()
    call_command("load_framework", *files, stdout=out, **options)
    return out.getvalue()


def test_load_framework_is_idempotent(db):
    first = load("norddjurs-plf", "kl-temaer")
    again = load("norddjurs-plf")

    assert "norddjurs-plf" in first
    assert "er der allerede" in again
    assert Edition.objects.count() == 2


def test_load_framework_gives_an_owner(db):
    municipality = MunicipalityFactory(slug="norddjurs")

    load("norddjurs-plf", municipality="norddjurs")

    assert Framework.objects.get().municipality == municipality


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            '"Vi spørger om hjælp – vi tør udstille fejltagelser og sårbarheder"',
            '""',
            "søjle 3, mål 3: teksten mangler",
        ),
        ('name = "Samarbejde"', "", "søjle 3: navnet mangler"),
        (
            'name = "Samarbejde"',
            'name = "Samarbejde"\ncolour = 9',
            "søjle 3: farven skal være højst 5",
        ),
        ('name = "Samarbejde"', 'name = "Samarbejde"\nxyz = 9', "søjle 3: xyz kender vi ikke"),
        (
            '"Vi ser uenighed som en styrke"',
            f'"{"x" * 501}"',
            "søjle 3, mål 4: teksten er for lang: højst 500 tegn",
        ),
        ('"Vi ser uenighed som en styrke"', "7", "søjle 3, mål 4: "),
        ("values = [", "values = 7 #", "værdierne (values) skal være en liste"),
        ('shape = "house"', 'shape = "tent"', "men skal være house eller list"),
        ('shape = "house"', "shape = ", "filen er ikke gyldig TOML"),
    ],
)
def test_load_framework_says_where_the_mistake_is(db, written, old, new, message):
    with pytest.raises(CommandError) as refusal:
        load("kl-temaer", written(old, new))

    assert message in str(refusal.value)
    assert str(refusal.value).startswith(("vores.toml: ", "/"))
    assert not Framework.objects.exists()


def test_load_framework_knows_neither_the_file_nor_the_municipality(db):
    with pytest.raises(CommandError, match=r"findes-ikke\.toml: filen findes ikke"):
        load("findes-ikke")
    with pytest.raises(CommandError, match="Kommunen »ingen« findes ikke"):
        load("kl-temaer", municipality="ingen")


@pytest.mark.parametrize(
    ("contents", "message"),
    [
        ('[[pillars]]\ncode = "a"\nname = "A"\ngoals = []', "vores.toml: søjle 1: målene mangler"),
        ("pillars = []", "vores.toml: søjlerne mangler"),
    ],
)
def test_load_framework_takes_nothing_in_use_that_asks_nothing(db, tmp_path, contents, message):
    own, _first, _rest = GOOD.partition("[[pillars]]")
    path = tmp_path / "vores.toml"
    own = own.partition("[foundation]")[0]
    path.write_text(own + contents, "utf-8")

    with pytest.raises(CommandError) as refusal:
        load(str(path))

    assert str(refusal.value) == message


def test_load_framework_knows_one_scale_by_name(db, written):
    with pytest.raises(CommandError, match="skalaen »grad-9« kender vi ikke"):
        load(written('"grad-5"', '"grad-9"'))


def test_load_framework_takes_a_scale_that_the_file_writes(db, written):
    load(written('scale = "grad-5"', 'scale = { levels = ["Nej", "Ja"] }'))

    edition = Edition.objects.get()
    assert (edition.levels, edition.no_answer) == (["Nej", "Ja"], "")
