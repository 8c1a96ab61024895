"""One row of the table understood: who, in which forum, in which role, from when until when."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from typing import TypeVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils import translation
from django.utils.translation import gettext as _

from forums.bulk.files import EMAIL, ENDS, FORUM, LEAD, NAME, ROLE, STARTS, UNIT, WRITTEN, TableRow
from forums.enums import Role
from forums.models import Forum, Municipality, Unit
from plf.lib.collation import spelled
from plf.lib.cpr import looks_like_cpr
from plf.lib.days import FIRST_YEAR, LAST_YEAR, can_be_meant
from plf.lib.names import is_formula

LONGEST_NAME = 120
LONGEST_EMAIL = 254
YES = {"ja", "j", "x", "1", "sand", "true", "yes", "tovholder"}
NO = {"", "nej", "n", "0", "falsk", "false", "no", "-"}
DAY_FIRST = re.compile(r"(\d{1,2})[-./ ]{1,2}(\d{1,2})[-./ ]{1,2}(\d{4})")
YEAR_FIRST = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
# 31-12-9999, the calendar's own last day: so Excel and other systems write that there is no end.
NO_END = date.max

Known = TypeVar("Known")


class RowRefused(ValueError):
    """Carries the reason in the user's language."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the file says of one person in one forum. None: it has no such column, or no word."""

    number: int
    name: str
    email: str
    forum: Forum
    role: Role
    is_lead: bool | None
    starts_on: date | None
    ends_on: date | None
    sets_end: bool
    """The file has the column: an empty cell means no end."""


@dataclass(frozen=True, slots=True)
class Words:
    """What a row may name, by the key that Danish letters and capitals do not change."""

    forums: Mapping[str, Forum]
    units: Mapping[str, Unit]
    roles: Mapping[str, Role]
    shown: Mapping[str, str]
    """Each key as a person writes it, for a suggestion."""


def words_of(municipality: Municipality) -> Words:
    """In two queries."""
    forums = list(Forum.objects.filter(municipality=municipality, closed_at=None).order_by("pk"))
    for forum in forums:
        forum.municipality = municipality  # its words are asked for on every line
    units = list(Unit.objects.filter(municipality=municipality).order_by("pk"))
    roles = _role_words(municipality)
    names = [*(forum.name for forum in forums), *(unit.name for unit in units), *roles]
    return Words(
        forums={_key(forum.name): forum for forum in forums},
        units={_key(unit.name): unit for unit in units},
        roles={_key(word): role for word, role in roles.items()},
        shown={_key(name): name for name in names},
    )


def _role_words(municipality: Municipality) -> dict[str, Role]:
    """The municipality's own words before the product's, in the person's language and in Danish."""
    found: dict[str, Role] = {}
    for role in Role:
        found[municipality.role_word(role)] = role
        found[municipality.role_word(role, plural=True)] = role
    for role in Role:
        found.setdefault(str(role.label), role)
        with translation.override(settings.LANGUAGE_CODE):
            found.setdefault(str(role.label), role)
    return found


def _key(text: str) -> str:
    return spelled(" ".join(text.split()))


def understand(row: TableRow, words: Words) -> Wanted:
    """Refuses with RowRefused: the first thing that is wrong, in the order of the columns."""
    _require_harmless(row)
    starts_on, ends_on = _day(row, STARTS), _day(row, ENDS)
    if starts_on and ends_on and ends_on < starts_on:
        raise RowRefused(_("“Til” is before “Fra”."))
    return Wanted(
        number=row.number,
        name=_name(row.cells[NAME]),
        email=_email(row.cells[EMAIL]),
        forum=_forum(row, words),
        role=_one_of(words.roles, row.cells[ROLE], ROLE, words),
        is_lead=_is_lead(row),
        starts_on=starts_on,
        ends_on=ends_on,
        sets_end=ENDS in row.cells,
    )


def holds_cpr(row: TableRow) -> bool:
    """In any cell, asked for or not. A number in Excel has lost its first 0."""
    cells = [*row.cells.values(), *row.others]
    return any(looks_like_cpr(cell.zfill(10) if cell.isdecimal() else cell) for cell in cells)


def _require_harmless(row: TableRow) -> None:
    if holds_cpr(row):
        raise RowRefused(
            _("There is something here that looks like a CPR number. Remove it from the file.")
        )
    for column, cell in row.cells.items():
        if is_formula(cell) and cell != "-":
            raise RowRefused(
                _("In “%(column)s” there is a formula. Write what it comes to instead.")
                % {"column": WRITTEN[column]}
            )
        if not cell.isprintable():
            raise RowRefused(
                _("In “%(column)s” there is a character that cannot be saved.")
                % {"column": WRITTEN[column]}
            )


def _name(text: str) -> str:
    if not text:
        raise RowRefused(_("The name is not filled in."))
    if len(text) > LONGEST_NAME:
        raise RowRefused(_("The name is longer than %(room)s characters.") % {"room": LONGEST_NAME})
    return text


def _email(text: str) -> str:
    if not text:
        raise RowRefused(_("The e-mail address is not filled in."))
    try:
        validate_email(text)
    except ValidationError as error:
        raise RowRefused(_("“%(text)s” is not an e-mail address.") % {"text": text}) from error
    if len(text) > LONGEST_EMAIL:
        raise RowRefused(_("The e-mail address is too long."))
    return text.lower()


def _forum(row: TableRow, words: Words) -> Forum:
    """The forum by its name, or a unit's only forum. Where both stand, they must fit."""
    named, unit_name = row.cells.get(FORUM, ""), row.cells.get(UNIT, "")
    unit = _one_of(words.units, unit_name, UNIT, words) if unit_name else None
    if unit is not None and not named:
        return _only_forum(unit, words.forums.values())
    forum = _one_of(words.forums, named, FORUM, words)
    if unit is not None and forum.unit_id not in (None, unit.pk):
        raise RowRefused(
            _("%(forum)s does not belong to %(unit)s.") % {"forum": forum.name, "unit": unit.name}
        )
    return forum


def _only_forum(unit: Unit, forums: Iterable[Forum]) -> Forum:
    own = [forum for forum in forums if forum.unit_id == unit.pk]
    if len(own) != 1:
        raise RowRefused(
            _("Write which forum: %(unit)s has none, or more than one.") % {"unit": unit.name}
        )
    return own[0]


def _one_of(known: Mapping[str, Known], text: str, column: str, words: Words) -> Known:
    if not text:
        raise RowRefused(_("“%(column)s” is not filled in.") % {"column": WRITTEN[column]})
    key = _key(text)
    if key in known:
        return known[key]
    said = {"column": WRITTEN[column], "text": text}
    near = get_close_matches(key, known, n=1, cutoff=0.7)
    if near:
        raise RowRefused(
            _("%(column)s “%(text)s” is not known here. Is it “%(near)s”?")
            % {**said, "near": words.shown[near[0]]}
        )
    raise RowRefused(_("%(column)s “%(text)s” is not known here.") % said)


def _is_lead(row: TableRow) -> bool | None:
    if LEAD not in row.cells:
        return None
    text = row.cells[LEAD].lower()
    if text not in YES | NO:
        raise RowRefused(_("In “Tovholder” write ja or nej."))
    return text in YES


def _day(row: TableRow, column: str) -> date | None:
    day = _date(row, column)
    if day is None or (column == ENDS and day == NO_END):
        return None
    if not can_be_meant(day):
        raise RowRefused(
            _("“%(text)s” in “%(column)s”: the year must be from %(first)s to %(last)s.")
            % {
                "text": row.cells[column],
                "column": WRITTEN[column],
                "first": FIRST_YEAR,
                "last": LAST_YEAR,
            }
        )
    return day


def _date(row: TableRow, column: str) -> date | None:
    text = row.cells.get(column, "")
    if text in ("", "-"):
        return None
    try:
        if found := YEAR_FIRST.fullmatch(text):
            return date(int(found[1]), int(found[2]), int(found[3]))
        if found := DAY_FIRST.fullmatch(text):
            return date(int(found[3]), int(found[2]), int(found[1]))
    except ValueError:
        pass  # the 31st of February
    raise RowRefused(
        _("“%(text)s” in “%(column)s” is not a date. Write it as 31-12-2027.")
        % {"text": text, "column": WRITTEN[column]}
    )
