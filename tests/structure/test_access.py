"""Who gets what at every address. A new address fails here until it has a row."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from assessments.enums import RoundKind
from tests.cast import PEOPLE
from tests.factories import RoundFactory, RoundForumFactory
from tests.worlds import open_round_of

OK, FOUND, NO, GONE, WRONG_METHOD, BAD = 200, 302, 403, 404, 405, 422

# Everyone in PEOPLE's order: chief, unit head (lead), department head, facilitator, administrator,
# newcomer, outsider from another municipality, anonymous (sent to sign in).
TABLE = {
    # the forum's open confidential round
    ("assessments:rate", "open", "get"): (OK, OK, GONE, GONE, GONE, GONE, GONE, FOUND),
    ("assessments:rate", "open", "post"): (FOUND, FOUND, GONE, GONE, GONE, GONE, GONE, FOUND),
    ("assessments:save", "open", "get"): (WRONG_METHOD,) * 7 + (FOUND,),
    ("assessments:save", "open", "post"): (BAD, BAD, GONE, GONE, GONE, GONE, GONE, FOUND),
    ("assessments:done", "open", "get"): (OK, OK, GONE, GONE, GONE, GONE, GONE, FOUND),
    ("assessments:done", "open", "post"): (FOUND, FOUND, GONE, GONE, GONE, GONE, GONE, FOUND),
    ("assessments:own_copy", "open", "get"): (OK, OK, GONE, GONE, GONE, GONE, GONE, FOUND),
    ("assessments:withdraw", "open", "get"): (WRONG_METHOD,) * 7 + (FOUND,),
    ("assessments:withdraw", "open", "post"): (FOUND, FOUND, GONE, GONE, GONE, GONE, GONE, FOUND),
    ("dashboards:result", "open", "get"): (OK, OK, GONE, OK, GONE, GONE, GONE, FOUND),
    # that round: its page is for the invited and for those who plan it
    ("assessments:round", "round", "get"): (OK, OK, GONE, OK, OK, GONE, GONE, FOUND),
    ("assessments:round", "round", "post"): (WRONG_METHOD,) * 7 + (FOUND,),
    ("assessments:calendar", "round", "get"): (OK, OK, GONE, OK, OK, GONE, GONE, FOUND),
    ("assessments:change", "planned", "get"): (GONE, OK, GONE, OK, OK, GONE, GONE, FOUND),
    ("assessments:change", "planned", "post"): (GONE, BAD, GONE, BAD, BAD, GONE, GONE, FOUND),
    ("assessments:change", "round", "get"): (NO, FOUND, GONE, FOUND, FOUND, GONE, GONE, FOUND),
    ("assessments:postpone", "round", "get"): (NO, OK, GONE, OK, OK, GONE, GONE, FOUND),
    ("assessments:postpone", "round", "post"): (NO, BAD, GONE, BAD, BAD, GONE, GONE, FOUND),
    ("assessments:close", "round", "get"): (NO, OK, GONE, OK, OK, GONE, GONE, FOUND),
    ("assessments:close", "round", "post"): (NO, BAD, GONE, BAD, BAD, GONE, GONE, FOUND),
    ("assessments:cancel", "round", "get"): (NO, OK, GONE, OK, OK, GONE, GONE, FOUND),
    ("assessments:cancel", "round", "post"): (NO, BAD, GONE, BAD, BAD, GONE, GONE, FOUND),
    ("assessments:forgotten", "round", "get"): (NO, OK, GONE, OK, OK, GONE, GONE, FOUND),
    ("assessments:forgotten", "round", "post"): (NO, BAD, GONE, BAD, BAD, GONE, GONE, FOUND),
    # planning: leads, facilitators and administrators
    ("assessments:plan", "", "get"): (NO, OK, NO, OK, OK, NO, OK, FOUND),
    ("assessments:plan", "", "post"): (NO, BAD, NO, BAD, BAD, NO, BAD, FOUND),
    ("assessments:preview", "edition", "get"): (NO, OK, NO, OK, OK, NO, GONE, FOUND),
    ("assessments:mail_texts", "", "get"): (NO, NO, NO, NO, OK, NO, OK, FOUND),
    ("assessments:mail_text", "mail", "get"): (GONE, GONE, GONE, GONE, OK, GONE, GONE, FOUND),
    ("assessments:mail_text", "mail", "post"): (GONE, GONE, GONE, GONE, BAD, GONE, GONE, FOUND),
    # the team's open shared round: the unit head leads it, the chief is above it
    ("assessments:rate", "team", "get"): (GONE, FOUND, FOUND, GONE, GONE, GONE, GONE, FOUND),
    ("assessments:team", "team", "get"): (GONE, OK, OK, GONE, GONE, GONE, GONE, FOUND),
    ("assessments:team", "team", "post"): (GONE, FOUND, FOUND, GONE, GONE, GONE, GONE, FOUND),
    ("assessments:team_save", "team", "get"): (WRONG_METHOD,) * 7 + (FOUND,),
    ("assessments:team_save", "team", "post"): (GONE, BAD, BAD, GONE, GONE, GONE, GONE, FOUND),
    ("dashboards:result", "team", "get"): (OK, OK, OK, GONE, GONE, GONE, GONE, FOUND),
    # the forum's sealed round
    ("assessments:rate", "sealed", "get"): (OK, OK, GONE, GONE, GONE, GONE, GONE, FOUND),
    ("dashboards:result", "sealed", "get"): (OK, OK, GONE, OK, GONE, GONE, GONE, FOUND),
    ("dashboards:result_pdf", "sealed", "get"): (OK, OK, GONE, OK, GONE, GONE, GONE, FOUND),
    ("dashboards:result_xlsx", "sealed", "get"): (OK, OK, GONE, OK, GONE, GONE, GONE, FOUND),
    ("dashboards:result_csv", "sealed", "get"): (OK, OK, GONE, OK, GONE, GONE, GONE, FOUND),
    ("dashboards:result_csv", "sealed", "post"): (WRONG_METHOD,) * 7 + (FOUND,),
    ("dashboards:result_json", "sealed", "get"): (OK, OK, GONE, OK, GONE, GONE, GONE, FOUND),
    ("dashboards:result_json", "open", "get"): (FOUND, FOUND, GONE, FOUND) + (GONE,) * 3 + (FOUND,),
    ("dashboards:pillar", "pillar", "get"): (OK, OK, GONE, OK, GONE, GONE, GONE, FOUND),
    ("dashboards:trend", "forum", "get"): (OK, OK, GONE, OK, GONE, GONE, GONE, FOUND),
    ("dashboards:overview_round", "round", "get"): (OK, GONE, GONE, GONE, GONE, GONE, GONE, FOUND),
    ("dashboards:release", "sealed", "get"): (NO, OK, GONE, OK, GONE, GONE, GONE, FOUND),
    ("dashboards:release", "sealed", "post"): (NO, FOUND, GONE, FOUND, GONE, GONE, GONE, FOUND),
    # pages of one's own
    ("dashboards:home", "", "get"): (OK,) * 7 + (FOUND,),
    ("dashboards:home", "", "post"): (WRONG_METHOD,) * 7 + (FOUND,),
    ("dashboards:overview", "", "get"): (OK, NO, NO, NO, NO, NO, OK, FOUND),
    ("accounts:account", "", "get"): (OK,) * 7 + (FOUND,),
    ("account_logout", "", "get"): (OK,) * 7 + (FOUND,),
    # open to all
    ("account_login", "", "get"): (FOUND,) * 7 + (OK,),
    ("dashboards:privacy", "", "get"): (OK,) * 8,
    ("healthz", "", "get"): (OK,) * 8,
    ("set_language", "", "post"): (FOUND,) * 8,
    ("admin:index", "", "get"): (NO, NO, NO, NO, OK, NO, OK, FOUND),
}


@dataclass
class Places:
    arguments: Mapping[str, Sequence[int | str]]


@pytest.fixture
def places(cast) -> Places:
    """A sealed round, an open one, and the team's open shared round."""
    sealed = open_round_of(cast.forum, days_ago=100)
    sealed.answer([1, 2, 3, 4, 5, 3])
    sealed.seal()
    edition = sealed.round.edition
    opened = open_round_of(cast.forum, edition=edition)
    team = open_round_of(cast.team, edition=edition, kind=RoundKind.SHARED)
    planned = RoundForumFactory(
        forum=cast.forum,
        round=RoundFactory(municipality=cast.municipality, edition=edition, opened_at=None),
    )
    worlds = {"sealed": sealed, "open": opened, "team": team}
    return Places(
        {name: [world.round.pk, world.round_forum.forum_id] for name, world in worlds.items()}
        | {
            "pillar": [sealed.round.pk, cast.forum.pk, sealed.goals[0].pillar.code],
            "forum": [cast.forum.pk],
            "": [],
            "round": [opened.round.pk],
            "planned": [planned.round_id],
            "edition": [edition.pk],
            "mail": [cast.municipality.pk, "results"],
        }
    )


@pytest.mark.parametrize(("row", "expected"), TABLE.items(), ids=lambda value: str(value)[:60])
def test_access(cast, client_of, places, row, expected):
    name, place, method = row
    url = reverse(name, args=places.arguments[place])

    statuses = tuple(
        getattr(client_of(cast.person(who)), method)(url).status_code for who in PEOPLE
    )

    assert statuses == expected


@pytest.mark.parametrize("row", [row for row in TABLE if row[2] == "get"], ids=str)
def test_get_changes_nothing_but_the_session(cast, client_of, places, row):
    name, place, _ = row
    url = reverse(name, args=places.arguments[place])

    for who in PEOPLE:
        client = client_of(cast.person(who))
        with CaptureQueriesContext(
            connection,
        ) as queries:
            client.get(url)
        writes = [
            query["sql"]
            for query in queries
            if query["sql"].split()[0] in ("INSERT", "UPDATE", "DELETE")
            and "django_session" not in query["sql"]
        ]
        assert writes == []


def named_addresses() -> set[str]:
    """Every address of ours, by name; the administration's own pages have a walk of their own."""

    def walk(patterns: list, namespace: str) -> set[str]:
        names = set()
        for pattern in patterns:
            if isinstance(pattern, URLResolver):
                if pattern.namespace == "admin":
                    continue
                inner = f"{pattern.namespace}:" if pattern.namespace else namespace
                names |= walk(pattern.url_patterns, inner)
            elif isinstance(pattern, URLPattern) and pattern.name:
                names.add(namespace + pattern.name)
        return names

    return walk(get_resolver().url_patterns, "") | {"admin:index"}


def test_every_address_is_in_the_table():
    assert named_addresses() == {name for name, _, _ in TABLE}
