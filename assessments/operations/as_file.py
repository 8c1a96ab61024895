"""An edition as a file, and a file as an edition: nothing that an edition carries is lost."""

from typing import Any

from assessments.framework_files import (
    Foundation,
    FrameworkFile,
    GoalFile,
    LevelFile,
    NoAnswer,
    PillarFile,
    Scale,
    Words,
)
from assessments.models import Edition, Goal, Pillar

COLOURS = 5


def file_of(edition: Edition) -> FrameworkFile:
    """The edition as its file, the scale written out."""
    pillars = edition.pillars.order_by("position", "pk").prefetch_related("goals")
    known = set(FrameworkFile.model_fields)
    extra = {key: value for key, value in edition.extra.items() if key not in known}
    return FrameworkFile(
        slug=edition.framework.slug,
        name=edition.framework.name,
        shape=edition.shape,  # type: ignore[arg-type]
        scale=Scale(
            levels=[
                LevelFile(value=number, label=label)
                for number, label in enumerate(edition.levels, start=1)
            ],
            no_answer=NoAnswer(label=edition.no_answer) if edition.no_answer else None,
        ),
        question=edition.question,
        stem=edition.stem,
        motto=edition.motto,
        why=edition.why,
        roof=edition.roof,
        values=edition.values,
        words=Words(
            pillar=[edition.pillar_word, edition.pillar_words],
            goal=[edition.goal_word, edition.goal_words],
        ),
        foundation=Foundation(name=edition.foundation_name, elements=edition.foundation),
        local_translation=edition.local_translation,
        pillars=[
            PillarFile(
                code=pillar.code,
                name=pillar.name,
                description=pillar.description,
                colour=pillar.colour,
                goals=[
                    GoalFile(
                        text=goal.text,
                        help=goal.help,
                        show_help=goal.show_help,
                        descriptors=goal.descriptors,
                    )
                    for goal in pillar.goals.all()
                ],
            )
            for pillar in pillars
        ],
        **extra,
    )


def own_words(file: FrameworkFile, scale: Scale) -> dict[str, Any]:
    """The edition's own fields as the file has them."""
    return {
        "shape": file.shape,
        "question": file.question,
        "stem": file.stem,
        "motto": file.motto,
        "why": file.why,
        "roof": file.roof,
        "values": file.values,
        "foundation_name": file.foundation.name,
        "foundation": file.foundation.elements,
        "pillar_word": file.words.pillar[0],
        "pillar_words": file.words.pillar[1],
        "goal_word": file.words.goal[0],
        "goal_words": file.words.goal[1],
        "local_translation": file.local_translation,
        "extra": file.extra(),
        **wording(scale),
    }


def wording(scale: Scale) -> dict[str, Any]:
    return {
        "levels": [level.label for level in scale.levels],
        "no_answer": scale.no_answer.label if scale.no_answer else "",
    }


def colour_of(pillar: PillarFile, position: int) -> int:
    """A pillar without a colour takes the next."""
    return pillar.colour or position % COLOURS + 1


def fill(edition: Edition, file: FrameworkFile) -> None:
    """The file's pillars and goals in an edition that has none."""
    pillars = [
        Pillar(
            edition=edition,
            position=position,
            code=pillar.code,
            name=pillar.name,
            description=pillar.description,
            colour=colour_of(pillar, position),
        )
        for position, pillar in enumerate(file.pillars)
    ]
    Pillar.objects.bulk_create(pillars)
    Goal.objects.bulk_create(
        Goal(pillar=row, position=place, **goal.model_dump())
        for row, pillar in zip(pillars, file.pillars, strict=True)
        for place, goal in enumerate(pillar.goals)
    )
