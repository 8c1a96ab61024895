"""A municipality leaves: all of it goes, and nothing else.

The triggers that keep editions in use and the log give way within this one transaction. People who
belong to another municipality too stay there and lose their seats here.
"""

from datetime import datetime

from django.db import transaction

from accounts.models import Mail
from assessments.models import Framework, Round
from assessments.operations.inviting import topic_of
from assessments.operations.removing import removal_allowed
from audit.enums import Kind
from audit.models import Entry
from audit.operations import Deed, log
from audit.operations import removal_allowed as log_removal_allowed
from dashboards.operations.erasing import forget_person
from dashboards.operations.tenant_export import history_of, tables_of
from forums.arrivals import topic_of_arrival
from forums.belonging import people_alone_in
from forums.models import Forum, Municipality
from results.filing import remove_files


def counts_of(municipality: Municipality) -> dict[str, int]:
    """The dry run: how many rows of each kind would go."""
    counts = {name: rows.count() for name, rows in tables_of(municipality).items()}
    return counts | {"people": people_alone_in([municipality]).count()}


def delete_municipality(*, municipality: Municipality, now: datetime) -> None:
    """In one transaction; the files of its results go when that has held."""
    name = municipality.name
    with transaction.atomic(), removal_allowed(), log_removal_allowed():
        rounds = list(Round.objects.filter(municipality=municipality).order_by("pk"))
        history_of(municipality).delete()
        topics = [topic_of_arrival(municipality), *map(topic_of, rounds)]
        Mail.objects.filter(topic__in=topics).delete()
        people = list(people_alone_in([municipality]).order_by("pk"))
        Round.objects.filter(municipality=municipality).delete()
        forums = Forum.objects.filter(municipality=municipality)
        forums.update(parent=None, unit=None)
        forums.delete()
        Framework.objects.filter(municipality=municipality).delete()
        Entry.objects.filter(municipality=municipality.pk).delete()
        municipality.delete()
        for person in people:
            forget_person(person)
        deed = Deed(
            kind=Kind.DELETED,
            municipality_id=None,
            name=name,
            detail=Municipality._meta.label_lower,
        )
        log(deed, now=now)
        transaction.on_commit(lambda: remove_files(rounds))
