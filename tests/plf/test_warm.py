"""What a web server has read before its processes part."""

import pytest
from django.template import engines
from django.template.loaders.filesystem import Loader

from plf.lib.warm import TEMPLATES, read_ahead

pytestmark = [pytest.mark.once, pytest.mark.django_db]


@pytest.fixture
def templates_read(monkeypatch):
    """The product's own templates that are read from the disk from now on; none has been yet."""
    from_disk = Loader.get_contents
    names = []

    def told(loader, origin):
        text = from_disk(loader, origin)
        if origin.name.startswith(str(TEMPLATES)):
            names.append(origin.template_name)
        return text

    monkeypatch.setattr(Loader, "get_contents", told)
    for loader in engines["django"].engine.template_loaders:
        loader.reset()
    return names


def test_first_page_waits_for_no_template(client, templates_read, django_assert_num_queries):
    with django_assert_num_queries(0):
        read_ahead()
    assert "base.html" in templates_read
    templates_read.clear()

    assert client.get("/log-ind/").status_code == 200

    assert templates_read == []
