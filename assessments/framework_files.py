"""Frameworks as files: TOML, validated, with messages that say where."""

import tomllib
from pathlib import Path
from typing import Any

from django.conf import settings
from pydantic import BaseModel, ConfigDict, Field, field_validator

FOLDER = settings.BASE_DIR / "frameworks"


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


class Level(_Strict):
    value: int
    label: str = Field(min_length=1)


class NoAnswer(_Strict):
    label: str = Field(min_length=1)


class Scale(_Strict):
    slug: str
    levels: list[Level] = Field(min_length=2, max_length=7)
    no_answer: NoAnswer | None = None


class GoalFile(_Strict):
    text: str = Field(min_length=1, max_length=500)
    help: str = ""
    show_help: bool = False
    descriptors: list[str] = []


class PillarFile(_Strict):
    code: str
    name: str = Field(min_length=1, max_length=160)
    description: str = ""
    colour: int | None = Field(default=None, ge=1, le=5)
    goals: list[GoalFile] = Field(min_length=1)

    @field_validator("goals", mode="before")
    @classmethod
    def plain_sentences(cls, goals: list[Any]) -> list[Any]:
        """A goal may be written as its sentence alone."""
        return [{"text": goal} if isinstance(goal, str) else goal for goal in goals]


class Words(_Strict):
    pillar: tuple[str, str] = ("søjle", "søjler")
    goal: tuple[str, str] = ("mål", "mål")


class Foundation(_Strict):
    name: str = ""
    elements: list[str] = []


class FrameworkFile(BaseModel):
    """What the engine reads; every other key of the file is kept with the edition, unread."""

    model_config = ConfigDict(extra="allow", str_strip_whitespace=True)

    slug: str
    name: str
    shape: str
    scale: str
    question: str
    stem: bool = False
    motto: str = ""
    why: list[str] = []
    roof: str = ""
    values: list[str] = []
    words: Words = Words()
    foundation: Foundation = Foundation()
    local_translation: bool = False
    pillars: list[PillarFile] = Field(min_length=1)

    def extra(self) -> dict[str, Any]:
        return dict(self.model_dump(mode="json", include=set(self.model_extra or {})))


def read_framework(path: Path) -> FrameworkFile:
    """Raises pydantic.ValidationError, or tomllib.TOMLDecodeError."""
    return FrameworkFile.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))


def read_scale(path: Path) -> Scale:
    """Raises pydantic.ValidationError, or tomllib.TOMLDecodeError."""
    return Scale.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
