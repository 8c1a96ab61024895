"""Everything of one municipality in open formats: CSV, JSON and TOML, as docs/exports.md describes.

Left out: the answers of rounds that are not counted yet, and what would tell who has answered in
them; passwords, codes, passkeys and sessions, which open doors and tell nothing; and, of people who
belong to another municipality too, what happened to them there.
"""

import csv
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from io import StringIO
from typing import Any

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db.models import CharField, Model, Q, QuerySet
from django.db.models.functions import Cast
from django.utils import timezone

from accounts.models import Mail, User
from accounts.sign_in_mails import AT_ONCE
from assessments.framework_writing import toml_of
from assessments.models import (
    Edition,
    Framework,
    LocalWording,
    MailText,
    Participation,
    Round,
    RoundForum,
    SharedRating,
)
from assessments.operations.as_file import file_of
from assessments.operations.inviting import REMINDERS, topic_of
from audit.models import Entry
from dashboards.exports.json import json_file
from dashboards.exports.taken import Taken
from dashboards.queries.result import forum_result
from dashboards.queries.shared import shared_result
from forums.arrivals import topic_of_arrival
from forums.belonging import people_alone_in, people_of
from forums.models import Administrator, Forum, Membership, Municipality, Unit
from results.models import Comment, Publication

# By model: the columns that stay behind. Whether somebody has answered or is done is theirs alone.
HIDDEN: Mapping[type[Model], frozenset[str]] = {
    User: frozenset({"password", "is_superuser"}),
    Participation: frozenset({"answered_at", "done_at", "key"}),
    Mail: frozenset({"url"}),
}


@dataclass(frozen=True, slots=True)
class File:
    name: str
    content: bytes


def mails_of(municipality: Municipality) -> QuerySet[Mail]:
    """Those of its settled rounds, and to those who came into it; of the rest, those to people who
    belong nowhere else.

    Never a reminder: whoever got one had not answered.
    """
    settled = Round.objects.filter(municipality=municipality).exclude(sealed_at=None, lost_at=None)
    topics = [topic_of_arrival(municipality), *map(topic_of, settled.order_by("pk"))]
    told = Q(topic__in=topics) | Q(topic="", to__in=people_alone_in([municipality]))
    return Mail.objects.filter(told).exclude(kind__in=[*REMINDERS, *AT_ONCE])


def history_of(municipality: Municipality) -> QuerySet[LogEntry]:
    """The administration's history of its things and its people, whoever wrote it."""
    told = Q()
    for rows in _things_of(municipality):
        keys = rows.order_by().annotate(written=Cast("pk", CharField())).values("written")
        told |= Q(content_type=ContentType.objects.get_for_model(rows.model), object_id__in=keys)
    return LogEntry.objects.filter(told)


def _things_of(municipality: Municipality) -> Iterator[QuerySet[Any]]:
    """What the administration shows."""
    yield Municipality.objects.filter(pk=municipality.pk)
    yield Unit.objects.filter(municipality=municipality)
    yield Forum.objects.filter(municipality=municipality)
    yield Round.objects.filter(municipality=municipality)
    yield Framework.objects.filter(municipality=municipality)
    yield Edition.objects.filter(framework__municipality=municipality)
    yield people_alone_in([municipality])


def tables_of(municipality: Municipality) -> dict[str, QuerySet[Any]]:
    """One CSV file each, by name."""
    own = Q(municipality=municipality)
    sealed = Q(round__sealed_at__isnull=False)
    forums = Forum.objects.filter(own)
    return {
        "units": Unit.objects.filter(own),
        "forums": forums,
        "people": people_of([municipality]),
        "memberships": Membership.objects.filter(forum__municipality=municipality),
        "administrators": Administrator.objects.filter(own),
        "frameworks": Framework.objects.filter(own),
        "rounds": Round.objects.filter(own),
        "round_forums": RoundForum.objects.filter(own),
        "invitations": Participation.objects.filter(round_forum__municipality=municipality),
        "shared_ratings": SharedRating.objects.filter(
            round_forum__municipality=municipality, round_forum__round__sealed_at__isnull=False
        ),
        "local_wordings": LocalWording.objects.filter(forum__municipality=municipality),
        "mail_texts": MailText.objects.filter(own),
        "mails": mails_of(municipality),
        "publications": Publication.objects.filter(own & sealed),
        "comments": Comment.objects.filter(own & sealed),
        "log": Entry.objects.filter(municipality=municipality.pk),
        "history": history_of(municipality),
    }


def export_files(municipality: Municipality, now: datetime) -> Iterator[File]:
    yield File("municipality.json", _json(_row(municipality)))
    for name, rows in tables_of(municipality).items():
        yield File(f"{name}.csv", _csv(rows))
    rounds = Round.objects.filter(municipality=municipality)
    editions = Edition.objects.filter(
        Q(framework__municipality=municipality) | Q(pk__in=rounds.values("edition"))
    ).select_related("framework")
    for edition in editions.order_by("pk"):
        name = f"frameworks/{edition.framework.slug}-{edition.number}.toml"
        yield File(name, toml_of(file_of(edition)).encode())
    yield from _results(municipality, now)


def _results(municipality: Municipality, now: datetime) -> Iterator[File]:
    """As their members take them along."""
    rows = RoundForum.objects.whole().filter(
        municipality=municipality, round__sealed_at__isnull=False
    )
    for row in rows.order_by("round", "pk"):
        result = shared_result(row, now) if row.round.is_shared else forum_result(row, now)
        if result is not None:
            name = f"results/round-{row.round_id}-forum-{row.forum_id}.json"
            yield File(name, json_file(Taken(row, result)))


def _columns(model: type[Model]) -> list[str]:
    hidden = HIDDEN.get(model, frozenset())
    return [field.attname for field in model._meta.concrete_fields if field.name not in hidden]


def _row(row: Model) -> dict[str, Any]:
    return {name: getattr(row, name) for name in _columns(type(row))}


def _csv(rows: QuerySet[Any]) -> bytes:
    """In the order of their keys. Text stands as it is: these files are read by programs."""
    columns = _columns(rows.model)
    out = StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(columns)
    values: Iterable[Any] = rows.order_by("pk").values_list(*columns)
    writer.writerows([_cell(value) for value in row] for row in values)
    return out.getvalue().encode()


def _cell(value: Any) -> Any:
    if isinstance(value, datetime):
        return timezone.localtime(value).isoformat()
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False)
    return value


def _json(document: Mapping[str, Any]) -> bytes:
    return json.dumps(document, ensure_ascii=False, indent=1, default=str).encode()
