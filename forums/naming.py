"""A person's name in the administration's histories, and what becomes of it when they get another.

A history is words: it calls people what they were called. Left there, an earlier name would outlive
the person's erasure, which looks for the one they have. Mails are left as they were sent: none of
ours names anybody but its receiver, and they are deleted when they have been kept long enough.
"""

import re
from collections.abc import Collection, Mapping, Sequence

from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.utils import translation
from django.utils.text import capfirst
from django.utils.translation import gettext

from accounts.models import User
from forums.models import Administrator, Forum, Membership, Municipality

GONE = "…"
BATCH = 500


def added(name: str) -> str:
    """Somebody came, in the history of a forum or a municipality."""
    return gettext("Added: %(row)s") % {"row": name}


def of_person(name: str, line: str) -> str:
    """What was changed about somebody there."""
    return f"{name} · {line}"


def rename_in_histories(*, renamed: Sequence[tuple[User, str]]) -> None:
    """These people are no longer called what stands beside them. For use inside a transaction.

    Histories of what they have a place in get their new name; in others the old one is blotted.
    While somebody else has the same name nothing is changed: the line may be about them, and the
    name goes with the last who has it.
    """
    old_names = {old for user, old in renamed if old != str(user)}
    old_names -= set(
        User.objects.filter(name__in=old_names).order_by("pk").values_list("name", flat=True)
    )
    if not old_names:
        return
    new_names, where = _new_names(renamed), _Where(old_names)
    rows = []
    types = ContentType.objects.get_for_models(Forum, Municipality).values()
    for row in LogEntry.objects.filter(content_type__in=types).order_by("pk"):
        own = new_names.get((row.content_type_id, row.object_id), {})
        message = where.replaced(row.change_message, own)
        if message != row.change_message:
            row.change_message = message
            rows.append(row)
    LogEntry.objects.bulk_update(rows, ["change_message"], batch_size=BATCH)


NewNames = dict[tuple[int | None, str | None], dict[str, str]]


def _new_names(renamed: Sequence[tuple[User, str]]) -> NewNames:
    """By forum and municipality: what those are called now who have or had a place there."""
    people = {user.pk: (old, str(user)) for user, old in renamed}
    places = {
        Forum: [
            *Membership.objects.filter(user__in=people).order_by("pk").values_list("forum", "user"),
            *Forum.objects.filter(chief__in=people).order_by("pk").values_list("pk", "chief"),
        ],
        Municipality: Administrator.objects.filter(user__in=people)
        .order_by("pk")
        .values_list("municipality", "user"),
    }
    found: NewNames = {}
    for model, pairs in places.items():
        kind = ContentType.objects.get_for_model(model).pk
        for pk, user in pairs:
            old, new = people[user]
            found.setdefault((kind, str(pk)), {})[old] = new
    return found


class _Where:
    """Where a name stands in a history, in whichever language it was written.

    Nothing else is touched: people choose their names themselves, and no name they choose may
    rewrite the rest of a history.
    """

    def __init__(self, names: Collection[str]) -> None:
        heads, chiefs = [], []
        for language, _name in settings.LANGUAGES:
            with translation.override(language):
                heads.append(re.escape(added("")))
                chiefs.append(capfirst(str(Forum._meta.get_field("chief").verbose_name)))
        name = f"(?:{'|'.join(map(re.escape, sorted(names, key=len, reverse=True)))})"
        came = [f"(?<=^{head}){name}$" for head in heads]
        self.chiefs = tuple(chiefs)
        self.chief = re.compile(f"(?<=»){name}(?=«)|(?<=“){name}(?=”)")
        self.seat = re.compile("|".join([*came, f"^{name}(?={re.escape(of_person('', ''))})"]))

    def replaced(self, message: str, own: Mapping[str, str]) -> str:
        """With the name that one has now, or blotted."""
        return "\n".join(
            (self.chief if line.startswith(self.chiefs) else self.seat).sub(
                lambda found: own.get(found[0], GONE), line
            )
            for line in message.split("\n")
        )
