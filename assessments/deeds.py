"""What is done with rounds, as the log tells it. Nothing here is about answering."""

from assessments.models import Round, RoundForum
from audit.enums import Kind
from audit.operations import Deed


def round_deed(kind: Kind, round_: Round) -> Deed:
    return Deed(
        kind=kind, municipality_id=round_.municipality_id, name=round_.name, round_id=round_.pk
    )


def result_deed(kind: Kind, round_forum: RoundForum, *, detail: str = "") -> Deed:
    """What is done with one forum's result."""
    return Deed(
        kind=kind,
        municipality_id=round_forum.round.municipality_id,
        name=f"{round_forum.forum.name} – {round_forum.round.name}",
        detail=detail,
        forum_id=round_forum.forum_id,
        round_id=round_forum.round_id,
    )
