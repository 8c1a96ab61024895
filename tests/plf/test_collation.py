import pytest

from forums.models import Unit
from plf.lib.collation import InDanish, Spelled, danish_key, spelled
from tests.factories import UnitFactory

IN_ORDER = [
    "anders",
    "Anholt",
    "Kirkegade",
    "Kirkego",
    "Kirkegaard",
    "KIRKEGÅRDE",
    "Zoo",
    "Ærø",
    "Østerbro",
    "Aabenraa",
    "ÅKIRKEBY",
    "ålborg",
    "AAN",
]


def test_danish_key_has_ae_oe_aa_after_z():
    assert sorted(IN_ORDER, key=danish_key) == IN_ORDER


def test_database_sorts_as_python_does(cast):
    for name in reversed(IN_ORDER):
        UnitFactory(municipality=cast.municipality, name=name)

    names = Unit.objects.order_by(InDanish("name"), "pk").values_list("name", flat=True)

    assert list(names) == IN_ORDER


@pytest.mark.parametrize("text", ["Åbenrå", "aaa", "Aaaa", "KLARA ANDERSEN", "aÅa", "Bø Aa"])
def test_database_has_the_key_that_python_has(cast, text):
    UnitFactory(municipality=cast.municipality, name=text)

    row = Unit.objects.annotate(order=InDanish("name"), spelling=Spelled("name")).get()

    assert (row.order, row.spelling) == (danish_key(text), spelled(text))


@pytest.mark.parametrize("term", ["åkirke", "ÅKIRKE", "kirkeBY"])
def test_database_finds_whatever_the_capitals(cast, term):
    UnitFactory(municipality=cast.municipality, name="ÅKIRKEBY")
    UnitFactory(municipality=cast.municipality, name="Akirkø")

    assert found(term) == ["ÅKIRKEBY"]


@pytest.mark.parametrize("term", ["kirkega", "gaar", "AARD"])
def test_database_finds_half_of_a_double_a(cast, term):
    UnitFactory(municipality=cast.municipality, name="Kirkegaard")

    assert found(term) == ["Kirkegaard"]


def found(term):
    rows = Unit.objects.alias(key=Spelled("name")).filter(key__contains=spelled(term))
    return [unit.name for unit in rows.order_by("pk")]
