import pytest

from forums.models import Unit
from plf.lib.collation import InDanish, danish_key
from tests.factories import UnitFactory

IN_ORDER = ["Anholt", "anders", "Zoo", "Ærø", "Østerbro", "ÅKIRKEBY", "ålborg"]


def test_danish_key_has_ae_oe_aa_after_z():
    assert sorted(IN_ORDER, key=danish_key) == [
        "anders",
        "Anholt",
        "Zoo",
        "Ærø",
        "Østerbro",
        "ÅKIRKEBY",
        "ålborg",
    ]


def test_database_sorts_as_python_does(cast):
    for name in reversed(IN_ORDER):
        UnitFactory(municipality=cast.municipality, name=name)

    names = Unit.objects.order_by(InDanish("name"), "pk").values_list("name", flat=True)

    assert list(names) == sorted(IN_ORDER, key=danish_key)


@pytest.mark.parametrize("term", ["åkirke", "ÅKIRKE", "kirkeBY"])
def test_database_finds_whatever_the_capitals(cast, term):
    UnitFactory(municipality=cast.municipality, name="ÅKIRKEBY")
    UnitFactory(municipality=cast.municipality, name="Akirkø")

    found = Unit.objects.alias(key=InDanish("name")).filter(key__contains=danish_key(term))

    assert [unit.name for unit in found] == ["ÅKIRKEBY"]
