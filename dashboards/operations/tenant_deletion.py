"""A municipality leaves: all of it goes, and nothing else.

The triggers that keep editions in use and the log give way within this one transaction. People who
belong to another municipality too stay there and lose their seats here.
"""

from collections.abc import Iterator
from datetime import datetime

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Model, Q, QuerySet

from accounts.models import Mail, User
from assessments.models import Edition, Framework, Round
from assessments.operations.removing import removal_allowed
from audit.enums import Kind
from audit.models import Entry
from audit.operations import Deed, log
from audit.operations import removal_allowed as log_removal_allowed
from dashboards.operations.erasing import forget_person
from dashboards.operations.tenant_export import people_of, tables_of
from forums.models import Administrator, Forum, Membership, Municipality, Unit
from results.filing import remove_files


def counts_of(municipality: Municipality) -> dict[str, int]:
    """The dry run: how many rows of each kind would go."""
    counts = {name: rows.count() for name, rows in tables_of(municipality).items()}
    return counts | {"people": _people_alone_here(municipality).count()}


def _people_alone_here(municipality: Municipality) -> QuerySet[User]:
    elsewhere = (
        Q(pk__in=Membership.objects.exclude(forum__municipality=municipality).values("user"))
        | Q(pk__in=Administrator.objects.exclude(municipality=municipality).values("user"))
        | Q(
            pk__in=Forum.objects.exclude(municipality=municipality)
            .exclude(chief=None)
            .values("chief")
        )
    )
    return people_of(municipality).exclude(elsewhere).filter(is_superuser=False)


def delete_municipality(*, municipality: Municipality, now: datetime) -> None:
    """In one transaction; the files of its results go when that has held."""
    name = municipality.name
    with transaction.atomic(), removal_allowed(), log_removal_allowed():
        rounds = list(Round.objects.filter(municipality=municipality).order_by("pk"))
        _forget_history(municipality)
        topics = [f"round-{round_.pk}" for round_ in rounds]
        Mail.objects.filter(topic__in=topics).delete()
        people = list(_people_alone_here(municipality).order_by("pk"))
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


def _forget_history(municipality: Municipality) -> None:
    """The administration's history of what goes, whoever wrote it."""
    for rows in _things_of(municipality):
        keys = [str(pk) for pk in rows.order_by("pk").values_list("pk", flat=True)]
        kind = ContentType.objects.get_for_model(rows.model)
        LogEntry.objects.filter(content_type=kind, object_id__in=keys).delete()


def _things_of(municipality: Municipality) -> Iterator[QuerySet[Model]]:
    """What the administration shows."""
    yield Municipality.objects.filter(pk=municipality.pk)
    yield Unit.objects.filter(municipality=municipality)
    yield Forum.objects.filter(municipality=municipality)
    yield Round.objects.filter(municipality=municipality)
    yield Framework.objects.filter(municipality=municipality)
    yield Edition.objects.filter(framework__municipality=municipality)
