"""Frameworks as files: TOML, validated, with messages that say where."""

import math
import tomllib
from collections.abc import Iterator
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

from django.conf import settings
from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Discriminator,
    Field,
    Tag,
    ValidationError,
    field_validator,
    model_validator,
)

from assessments.framework_messages import FileIsWrong, in_words, said, toml_in_words

FOLDER = settings.BASE_DIR / "frameworks"
LARGEST = 256 * 1024
"""Bytes. The largest framework we know is 5 kB."""
DEEPEST = 20
LONGEST_LEVEL = 40
LONGEST_NO_ANSWER = 60
MOST_PILLARS = 20
MOST_GOALS = 80
"""In all: one page asks them, and one form of the administration holds them."""
SLUG = r"^[-a-zA-Z0-9_]+$"
# What stands where a pillar's short name stands, in the addresses of results and of the overview.
TAKEN = frozenset({"pdf", "xlsx", "csv", "json", "frigiv", "svar"})


def _one_line(text: str) -> str:
    """What is written in a field of one line."""
    if any(sign in text for sign in "\r\n"):
        raise ValueError("{field} skal stå på én linje")
    return text


def _one_item(text: str) -> str:
    """What is written as one line among others."""
    if len(text.splitlines()) > 1:
        raise ValueError("{field} skal stå på én linje")
    return text


def _question(text: str) -> str:
    """{forum} is filled on the page; other braces are a slip."""
    if set("{}") & set(text.replace("{forum}", "")):
        raise ValueError("{field} må kun have {{forum}} i krøllede parenteser")
    return text


Line = Annotated[str, Field(min_length=1), AfterValidator(_one_line)]
Item = Annotated[str, Field(min_length=1), AfterValidator(_one_item)]
Level = Annotated[str, Field(min_length=1, max_length=LONGEST_LEVEL), AfterValidator(_one_item)]
Word = Annotated[str, Field(min_length=1, max_length=40), AfterValidator(_one_line)]
Optional = Annotated[str, AfterValidator(_one_line)]


class _Strict(BaseModel):
    """Nothing is guessed: a number is no text, and a key that is unknown is a slip."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True, strict=True)


class LevelFile(_Strict):
    value: int
    label: Level


class NoAnswer(_Strict):
    label: Annotated[Line, Field(max_length=LONGEST_NO_ANSWER)]


class Scale(_Strict):
    slug: Optional = ""
    levels: list[LevelFile] = Field(min_length=2, max_length=7)
    no_answer: NoAnswer | None = None

    @field_validator("levels", mode="before")
    @classmethod
    def plain_levels(cls, levels: Any) -> Any:
        """A level may be written as its wording alone, the lowest first."""
        if not isinstance(levels, list):
            return levels
        return [
            {"value": number, "label": level} if isinstance(level, str) else level
            for number, level in enumerate(levels, start=1)
        ]

    @field_validator("levels")
    @classmethod
    def counted_from_one(cls, levels: list[LevelFile]) -> list[LevelFile]:
        if [level.value for level in levels] != list(range(1, len(levels) + 1)):
            raise ValueError("trinene skal have value 1, 2, 3 … med det laveste først")
        return levels

    @field_validator("no_answer", mode="before")
    @classmethod
    def plain_no_answer(cls, no_answer: Any) -> Any:
        return {"label": no_answer} if isinstance(no_answer, str) else no_answer


def _named_or_written(scale: Any) -> str:
    return "written" if isinstance(scale, dict | Scale) else "named"


ScaleOfFile = Annotated[
    Annotated[Line, Tag("named")] | Annotated[Scale, Tag("written")],
    Discriminator(_named_or_written),
]


class GoalFile(_Strict):
    text: str = Field(min_length=1, max_length=500)
    help: str = Field(default="", max_length=500)
    show_help: bool = False
    descriptors: list[Item] = []


class PillarFile(_Strict):
    code: str = Field(pattern=SLUG, max_length=40)
    name: Annotated[Line, Field(max_length=160)]
    description: str = Field(default="", max_length=400)
    colour: int | None = Field(default=None, ge=1, le=5)
    goals: list[GoalFile]

    @field_validator("goals", mode="before")
    @classmethod
    def plain_sentences(cls, goals: Any) -> Any:
        """A goal may be written as its sentence alone."""
        if not isinstance(goals, list):
            return goals
        return [{"text": goal} if isinstance(goal, str) else goal for goal in goals]


Pair = Annotated[list[Word], Field(min_length=2, max_length=2)]


class Words(_Strict):
    """One and several of them: ["søjle", "søjler"]."""

    pillar: Pair = ["søjle", "søjler"]
    goal: Pair = ["mål", "mål"]


class Foundation(_Strict):
    name: Annotated[Optional, Field(max_length=60)] = ""
    elements: list[Item] = []


class FrameworkFile(BaseModel):
    """What the engine reads; every other key of the file is kept with the edition, unread."""

    model_config = ConfigDict(extra="allow", str_strip_whitespace=True, strict=True)

    slug: str = Field(pattern=SLUG, max_length=80)
    name: Annotated[Line, Field(max_length=200)]
    shape: Literal["house", "list"]
    scale: ScaleOfFile
    """The short name of a scale that is known, or a scale of the framework's own."""
    question: Annotated[Line, Field(max_length=300), AfterValidator(_question)]
    stem: bool = False
    motto: Annotated[Optional, Field(max_length=300)] = ""
    why: list[Item] = []
    roof: Annotated[Optional, Field(max_length=200)] = ""
    values: list[Item] = []
    words: Words = Words()
    foundation: Foundation = Foundation()
    local_translation: bool = False
    pillars: list[PillarFile] = Field(max_length=MOST_PILLARS)

    @field_validator("pillars")
    @classmethod
    def told_apart(cls, pillars: list[PillarFile]) -> list[PillarFile]:
        first: dict[str, int] = {}
        for number, pillar in enumerate(pillars, start=1):
            if pillar.code in first:
                raise ValueError(
                    f"søjle {number}: det korte navn (code) »{pillar.code}« bruges også af "
                    f"søjle {first[pillar.code]}"
                )
            if pillar.code in TAKEN:
                raise ValueError(
                    f"søjle {number}: det korte navn (code) »{pillar.code}« er adressen på en "
                    "anden side: vælg et andet"
                )
            first[pillar.code] = number
        if sum(len(pillar.goals) for pillar in pillars) > MOST_GOALS:
            raise ValueError(f"skriv højst {MOST_GOALS} mål i alt")
        return pillars

    @model_validator(mode="after")
    def no_slips_among_the_rest(self) -> "FrameworkFile":
        for key in self.model_extra or {}:
            meant = get_close_matches(key, type(self).model_fields, n=1, cutoff=0.8)
            if meant:
                written = key.replace("{", "{{").replace("}", "}}")
                raise ValueError(f"{written} kender vi ikke: mente du {meant[0]}?")
        return self

    def extra(self) -> dict[str, Any]:
        return dict(self.model_dump(mode="json", include=set(self.model_extra or {})))


Read = TypeVar("Read", FrameworkFile, Scale)


def read_framework(path: Path) -> FrameworkFile:
    """Refuses with FileIsWrong."""
    return parse_framework(_content(path))


def read_scale(path: Path) -> Scale:
    """Refuses with FileIsWrong."""
    return _parsed(_content(path), Scale)


def parse_framework(content: bytes) -> FrameworkFile:
    """Refuses with FileIsWrong."""
    return _parsed(content, FrameworkFile)


def _content(path: Path) -> bytes:
    """No more is read than it takes to see that a file is too large."""
    try:
        with path.open("rb") as file:
            return file.read(LARGEST + 1)
    except FileNotFoundError as error:
        raise FileIsWrong("filen findes ikke") from error
    except OSError as error:
        raise FileIsWrong("filen kan ikke læses") from error


def _parsed(content: bytes, kind: type[Read]) -> Read:
    data = _toml(_text(content))
    if wrong := list(_unwritable(data, ())):
        raise FileIsWrong(*wrong)
    try:
        return kind.model_validate(data)
    except ValidationError as error:
        raise FileIsWrong(*in_words(error)) from error


def _text(content: bytes) -> str:
    if len(content) > LARGEST:
        raise FileIsWrong(f"filen er for stor: højst {LARGEST // 1024} kB")
    if not content.strip():
        raise FileIsWrong("filen er tom")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise FileIsWrong(
            f"linje {line}: filen er ikke gemt som UTF-8. Vælg UTF-8, når du gemmer den"
        ) from error


def _toml(text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except RecursionError as error:
        raise FileIsWrong("filen er ikke gyldig TOML: for mange parenteser i hinanden") from error
    except ValueError as error:  # TOMLDecodeError, and a number with thousands of digits
        raise FileIsWrong(toml_in_words(str(error))) from error


def _unwritable(value: Any, path: tuple[str | int, ...]) -> Iterator[str]:
    """What no database keeps: a zero sign, a number without end, a well of brackets."""
    if len(path) > DEEPEST:
        yield f"{path[0]}: for mange parenteser i hinanden"
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from _unwritable(key, path)
            yield from _unwritable(inner, (*path, key))
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from _unwritable(inner, (*path, number))
    elif isinstance(value, str) and "\0" in value:
        yield said(path, "{field} har et nultegn, som ikke kan gemmes")
    elif isinstance(value, float) and not math.isfinite(value):
        yield said(path, "{field} skal være et endeligt tal")


def scale_of(file: FrameworkFile, known: Scale) -> Scale:
    """The file's own scale, or the known one that it names; refuses with FileIsWrong."""
    if isinstance(file.scale, Scale):
        return file.scale
    if file.scale != known.slug:
        raise FileIsWrong(
            f"skalaen »{file.scale}« kender vi ikke: skriv »{known.slug}«, eller skriv trinene i "
            "en tabel: [scale]"
        )
    return known
