"""Each result is also a file beside the backups, so that a restored database never counts again.

A backup taken while a round was open holds its answers, and perhaps not those of the last days.
Restored after the closing it must not be sealed a second time: another count beside the first is
how single answers leak. So the result comes from its file, or is lost; the answers go either way.
"""

import fcntl
import json
import logging
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core import serializers
from django.db import OperationalError, connection, transaction

from assessments.enums import EditionStatus
from assessments.models import Edition, Round, RoundForum, SharedRating
from assessments.models.rounds import GRACE
from assessments.operations.inviting import forget_reminders, post_restored
from forums.models import Forum
from results.models import Beat, Comment, Publication
from results.seal import delete_answers

BEAT_FILE = "clock.json"
LOCK_FILE = "clock.lock"
# How long a clock may have waited for another since it was told the time.
WAITED = timedelta(minutes=1)
OF_THE_FORUM = ("invited", "answered", "releases_itself_at", "finished_at")
OF_THE_TEAM = ("goal_id", "level", "differs", "note")
# A backup may be older than the round's opening, than an earlier closing, or than a change of plan.
OF_THE_ROUND = ("opened_at", "closes_at", "sealed_at", "smallest_group")
OF_THE_PLAN = ("edition_id", "kind", "opens_at", "results_open_at", "release_delay_days")
# Files from before lack some of it: then the backup's stands.
OF_WHAT_WAS_SAID = ("name", "information")
# Their references are looked at before the savepoint ends, not when the transaction does.
REFERRING = [model._meta.db_table for model in (Publication, Comment, SharedRating)]
log = logging.getLogger(__name__)


class FileDoesNotFit(Exception):
    """It speaks of what came into the database after the backup."""


@contextmanager
def _one_clock_at_a_time() -> Iterator[None]:
    """Another clock waits. Killed, it leaves no lock: the operating system takes it back.

    Held beyond the transaction, for a file is written when the database has what it tells of. So
    the database could not hold it. Two clocks share the folder, or the second takes the database
    for a restored one in any case.
    """
    settings.FILES_DIR.mkdir(parents=True, exist_ok=True)
    with (settings.FILES_DIR / LOCK_FILE).open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@_one_clock_at_a_time()
def file_results(*, now: datetime) -> int:
    """Write the file of every sealed round that has none, or has changed; returns how many."""
    rounds = list(Round.objects.to_be_filed().order_by("pk"))
    for round_ in rounds:
        with transaction.atomic():
            # The row first: who releases meanwhile waits, and has the file written anew.
            Round.objects.filter(pk=round_.pk).update(filed_at=now)
            _write(_path(round_), _contents(round_))
    return len(rounds)


@_one_clock_at_a_time()
def remove_files(rounds: Iterable[Round]) -> None:
    """The results of a municipality that has left lie beside the backups no longer.

    After a clock that has read them and is about to write; not for use inside a transaction.
    """
    for round_ in rounds:
        _path(round_).unlink(missing_ok=True)


@_one_clock_at_a_time()
def settle_if_restored(*, now: datetime) -> bool:
    """Where the database is not that of the clock's own file it was restored: settle it first.

    It is older than the file, or it has known a clock whose file is not here. Returns whether it
    was restored. Called before anything is sealed.
    """
    beat = Beat.objects.order_by("pk").first()
    last = _last_filed_beat()
    if last is None and beat is not None:
        # As a file that is ahead of the database: what tells a clock that comes after one that was
        # killed whether the database was settled. Without a file it would be settled once more.
        last = max(now, beat.at + timedelta.resolution)
        _file_beat(last)
    restored = last is not None and (beat is None or beat.at < last)
    # A beat further ahead is no other clock's: the machine had the wrong time, and has it no more.
    at = beat.at if beat and now < beat.at < now + WAITED else now
    with transaction.atomic():
        if restored:
            settle_restored(now=now, as_of=beat.at if beat else None)
        Beat.objects.update_or_create(pk=1, defaults={"at": at})
    _file_beat(at)
    return restored


def _last_filed_beat() -> datetime | None:
    path = settings.FILES_DIR / BEAT_FILE
    return (
        datetime.fromisoformat(json.loads(path.read_text("utf-8"))["at"]) if path.exists() else None
    )


def _file_beat(at: datetime) -> None:
    _write(settings.FILES_DIR / BEAT_FILE, json.dumps({"at": at.isoformat()}))


@transaction.atomic
def settle_restored(*, now: datetime, as_of: datetime | None) -> None:
    """Give every round that was sealed before the restore its filed result.

    Also one that the backup knows as planned, or as open for longer than it was. Those whose
    closing has passed without a file, or whose file cannot be taken, are marked as lost. In those
    that go on everybody invited is told that their answers are those of `as_of`; where no clock had
    run, nothing was open. What was released since the backup stays released.
    """
    for round_ in Round.objects.filter(sealed_at__isnull=False).order_by("pk"):
        if _path(round_).exists():
            _is_taken_from_file(round_, _take_news)
    for round_ in Round.objects.unsettled().select_for_update().order_by("pk"):
        filed = _path(round_).exists()
        if not filed and not (round_.opened_at and round_.closes_at < now - GRACE):
            if round_.opened_at and as_of:
                post_restored(round_=round_, as_of=as_of, now=now)
            continue
        delete_answers(round_)
        forget_reminders(round_=round_)
        if not (filed and _is_taken_from_file(round_, _take)):
            Round.objects.filter(pk=round_.pk).update(lost_at=now)


def _path(round_: Round) -> Path:
    known_by = round_.key or f"{round_.opens_at:%Y%m%dT%H%M%SZ}"
    return Path(settings.FILES_DIR) / f"round-{round_.pk}-{known_by}.json"


def _contents(round_: Round) -> str:
    rows = [
        *Publication.objects.filter(round=round_).order_by("forum", "place"),
        *Comment.objects.filter(round=round_).order_by("text", "key"),
    ]
    forums = [
        {
            "forum": row.forum_id,
            **{name: getattr(row, name) for name in OF_THE_FORUM},
            "released_at": row.released_at,
            "agreed": list(row.shared_ratings.order_by("goal").values(*OF_THE_TEAM)),
        }
        for row in round_.round_forums.order_by("pk").prefetch_related("shared_ratings")
    ]
    of_the_round = (*OF_WHAT_WAS_SAID, *OF_THE_ROUND, *OF_THE_PLAN)
    contents: dict[str, Any] = {
        **{name: getattr(round_, name) for name in of_the_round},
        "results_told_at": round_.results_told_at,
        "forums": forums,
        "rows": json.loads(serializers.serialize("json", rows)),
    }
    return json.dumps(contents, ensure_ascii=False, default=datetime.isoformat)


def _is_taken_from_file(round_: Round, take: Callable[[Round, dict[str, Any]], None]) -> bool:
    """False where the file cannot be taken: then nothing of it is, and no other round waits."""
    contents = _path(round_).read_bytes()
    try:
        with transaction.atomic():
            take(round_, json.loads(contents))
    except OperationalError:
        raise  # the database is away, and says nothing about the file
    except Exception:
        log.exception("The result of a round cannot be taken from its file")
        return False
    return True


def _take(round_: Round, contents: dict[str, Any]) -> None:
    fields = {name: contents[name] for name in OF_THE_ROUND} | _plan(round_, contents)
    fields |= {name: contents[name] for name in OF_WHAT_WAS_SAID if name in contents}
    # Drafts change: what the cells say might be read against other goals.
    if not Edition.objects.exclude(status=EditionStatus.DRAFT).filter(pk=fields["edition_id"]):
        raise FileDoesNotFit
    Round.objects.filter(pk=round_.pk).update(**fields, filed_at=contents["sealed_at"])
    forums = {forum["forum"]: forum for forum in contents["forums"]}
    round_.round_forums.exclude(forum__in=forums).delete()
    for pk, forum in forums.items():
        _take_forum(round_, pk, forum)
    _take_news(round_, contents)
    for row in serializers.deserialize("json", json.dumps(contents["rows"])):
        if isinstance(row.object, Publication):
            row.object.pk = None  # the restored database gives the old number to another
        row.save(force_insert=True)
    connection.check_constraints(table_names=REFERRING)


def _plan(round_: Round, contents: dict[str, Any]) -> dict[str, Any]:
    """As it was sealed by. A file from before has none: then the backup's, as far as it can be."""
    if "opens_at" in contents:
        return {name: contents[name] for name in OF_THE_PLAN}
    opened_at, closes_at = (
        datetime.fromisoformat(contents[name]) for name in ("opened_at", "closes_at")
    )
    return {
        "edition_id": round_.edition_id,
        "opens_at": min(round_.opens_at, opened_at),
        "results_open_at": round_.results_open_at and max(round_.results_open_at, closes_at),
    }


def _take_forum(round_: Round, pk: int, forum: dict[str, Any]) -> None:
    if not Forum.objects.filter(pk=pk, municipality=round_.municipality_id).exists():
        raise FileDoesNotFit
    fields = {name: forum[name] for name in OF_THE_FORUM}
    round_forum, _created = RoundForum.objects.update_or_create(
        round=round_,
        forum_id=pk,
        defaults={"municipality_id": round_.municipality_id, **fields},
    )
    # A file from before has none: then what the backup holds of them is all there is.
    if "agreed" in forum:
        _agree_again(round_forum, forum["agreed"])


def _take_news(round_: Round, contents: dict[str, Any]) -> None:
    """All have been told of the result, and the chief above has seen it. By whom it was released
    the file does not say."""
    if contents.get("results_told_at"):
        untold = Round.objects.filter(pk=round_.pk, results_told_at=None)
        untold.update(results_told_at=contents["results_told_at"])
    for forum in contents["forums"]:
        if forum.get("released_at"):
            kept = round_.round_forums.filter(forum=forum["forum"], released_at=None)
            kept.update(released_at=forum["released_at"])


def _agree_again(round_forum: RoundForum, agreed: list[dict[str, Any]]) -> None:
    round_forum.shared_ratings.all().delete()
    SharedRating.objects.bulk_create(
        SharedRating(round_forum=round_forum, **rating) for rating in agreed
    )


def _write(path: Path, text: str) -> None:
    """All of the file or nothing: a killed process leaves no half result."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".draft")
    with draft.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
