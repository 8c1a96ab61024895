"""Who gets what at every address. A new address fails here until it has a row."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from accounts.invitations import token_for
from accounts.models import User
from assessments.enums import RoundKind
from tests.cast import PEOPLE, make_cast
from tests.factories import BeatFactory, RoundFactory, RoundForumFactory, UserFactory
from tests.worlds import open_round_of

pytestmark = pytest.mark.django_db
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
    ("assessments:withdraw", "open", "get"): (FOUND, FOUND, GONE, GONE, GONE, GONE, GONE, FOUND),
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
    ("assessments:as_member", "edition", "get"): (NO, NO, NO, NO, OK, NO, GONE, FOUND),
    ("assessments:as_member", "edition", "post"): (WRONG_METHOD,) * 7 + (FOUND,),
    ("assessments:mail_texts", "", "get"): (NO, NO, NO, NO, OK, NO, OK, FOUND),
    ("assessments:mail_text", "mail", "get"): (GONE, GONE, GONE, GONE, OK, GONE, GONE, FOUND),
    ("assessments:mail_text", "mail", "post"): (GONE, GONE, GONE, GONE, BAD, GONE, GONE, FOUND),
    # members in bulk: administrators, each in their own municipality
    ("forums:members_import", "", "get"): (NO, NO, NO, NO, OK, NO, OK, FOUND),
    ("forums:members_import", "", "post"): (NO, NO, NO, NO, BAD, NO, BAD, FOUND),
    ("dashboards:members_file", "members", "get"): (GONE,) * 4 + (OK, GONE, GONE, FOUND),
    # own words for the goals: the lead's
    ("assessments:local_words", "forum", "get"): (NO, OK, GONE, NO, GONE, GONE, GONE, FOUND),
    ("assessments:local_words", "forum", "post"): (NO, OK, GONE, NO, GONE, GONE, GONE, FOUND),
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
    ("dashboards:results", "", "get"): (OK,) * 7 + (FOUND,),
    ("dashboards:results", "", "post"): (WRONG_METHOD,) * 7 + (FOUND,),
    ("dashboards:overview", "", "get"): (OK, NO, NO, NO, NO, NO, OK, FOUND),
    ("accounts:account", "", "get"): (OK,) * 7 + (FOUND,),
    ("account_logout", "", "get"): (OK,) * 7 + (FOUND,),
    ("account_logout", "", "post"): (FOUND,) * 8,
    # how one signs in
    ("accounts:sign_ins", "", "get"): (OK,) * 7 + (FOUND,),
    ("accounts:sign_ins", "", "post"): (FOUND,) * 8,
    ("accounts:session", "", "get"): (OK,) * 7 + (FOUND,),
    ("accounts:session", "", "post"): (OK,) * 7 + (FOUND,),
    ("account_change_password", "", "get"): (OK,) * 7 + (FOUND,),
    ("account_change_password", "", "post"): (BAD,) * 7 + (FOUND,),
    ("account_set_password", "", "get"): (FOUND,) * 8,
    ("account_set_password", "", "post"): (FOUND,) * 8,
    ("account_reauthenticate", "", "get"): (OK,) * 7 + (FOUND,),
    ("account_reauthenticate", "", "post"): (BAD,) * 7 + (FOUND,),
    ("mfa_index", "", "get"): (OK,) * 7 + (FOUND,),
    ("mfa_reauthenticate", "", "get"): (FOUND,) * 8,
    ("mfa_reauthenticate", "", "post"): (FOUND,) * 8,
    ("mfa_reauthenticate_webauthn", "", "get"): (FOUND,) * 8,
    ("mfa_reauthenticate_webauthn", "", "post"): (FOUND,) * 8,
    ("mfa_activate_totp", "", "get"): (FOUND,) * 8,
    ("mfa_activate_totp", "", "post"): (FOUND,) * 8,
    ("mfa_deactivate_totp", "", "get"): (GONE,) * 7 + (FOUND,),
    ("mfa_deactivate_totp", "", "post"): (GONE,) * 7 + (FOUND,),
    ("mfa_list_webauthn", "", "get"): (OK,) * 7 + (FOUND,),
    ("mfa_add_webauthn", "", "get"): (FOUND,) * 8,
    ("mfa_add_webauthn", "", "post"): (FOUND,) * 8,
    ("mfa_edit_webauthn", "passkey", "get"): (FOUND,) * 8,
    ("mfa_edit_webauthn", "passkey", "post"): (FOUND,) * 8,
    ("mfa_remove_webauthn", "passkey", "get"): (FOUND,) * 8,
    ("mfa_remove_webauthn", "passkey", "post"): (FOUND,) * 8,
    ("mfa_view_recovery_codes", "", "get"): (GONE,) * 7 + (FOUND,),
    ("mfa_generate_recovery_codes", "", "get"): (FOUND,) * 8,
    ("mfa_generate_recovery_codes", "", "post"): (FOUND,) * 8,
    ("mfa_download_recovery_codes", "", "get"): (GONE,) * 7 + (FOUND,),
    ("mfa_download_recovery_codes", "", "post"): (GONE,) * 7 + (FOUND,),
    # the log: administrators, each in their own municipality
    ("dashboards:log", "", "get"): (NO, NO, NO, NO, OK, NO, OK, FOUND),
    ("dashboards:log", "", "post"): (WRONG_METHOD,) * 7 + (FOUND,),
    ("dashboards:log_csv", "", "get"): (NO, NO, NO, NO, OK, NO, OK, FOUND),
    ("dashboards:retention", "", "get"): (NO, NO, NO, NO, OK, NO, OK, FOUND),
    ("dashboards:retention", "", "post"): (WRONG_METHOD,) * 7 + (FOUND,),
    # my data, and erasing somebody: administrators, each in their own municipality
    ("dashboards:my_data", "", "get"): (OK,) * 7 + (FOUND,),
    ("dashboards:my_data", "", "post"): (BAD,) * 7 + (FOUND,),
    ("dashboards:my_data_json", "", "get"): (OK,) * 7 + (FOUND,),
    ("dashboards:my_data_html", "", "get"): (OK,) * 7 + (FOUND,),
    ("dashboards:my_erasure", "", "get"): (OK,) * 7 + (FOUND,),
    ("dashboards:my_erasure", "", "post"): (FOUND,) * 8,
    ("dashboards:erase_person", "person", "get"): (NO, NO, NO, NO, OK, NO, GONE, FOUND),
    ("dashboards:erase_person", "person", "post"): (NO, NO, NO, NO, FOUND, NO, GONE, FOUND),
    ("dashboards:erase_person", "other person", "get"): (NO,) * 4 + (GONE, NO, OK, FOUND),
    ("dashboards:erase_person", "administrator", "post"): (NO,) * 6 + (GONE, FOUND),
    # open to all
    ("accounts:invitation", "invitation", "get"): (OK,) * 8,
    ("accounts:invitation", "invitation", "post"): (BAD,) * 8,
    ("accounts:invitation", "no invitation", "get"): (410,) * 8,
    ("account_signup", "", "get"): (FOUND,) * 7 + (OK,),
    ("account_signup", "", "post"): (FOUND,) * 7 + (OK,),
    ("account_inactive", "", "get"): (OK,) * 8,
    ("account_request_login_code", "", "get"): (FOUND,) * 7 + (OK,),
    ("account_request_login_code", "", "post"): (FOUND,) * 7 + (BAD,),
    ("account_confirm_login_code", "", "get"): (FOUND,) * 8,
    ("account_confirm_login_code", "", "post"): (FOUND,) * 8,
    ("mfa_authenticate", "", "get"): (FOUND,) * 8,
    ("mfa_authenticate", "", "post"): (FOUND,) * 8,
    ("account_reset_password", "", "get"): (OK,) * 8,
    ("account_reset_password", "", "post"): (BAD,) * 8,
    ("account_reset_password_done", "", "get"): (OK,) * 8,
    ("account_reset_password_from_key", "no key", "get"): (OK,) * 8,
    ("account_reset_password_from_key", "no key", "post"): (BAD,) * 8,
    ("account_reset_password_from_key_done", "", "get"): (OK,) * 8,
    ("municipalities", "", "get"): (FOUND,) * 7 + (OK,),
    ("openid_connect_login", "slug", "get"): (GONE,) * 8,
    ("openid_connect_login", "slug", "post"): (GONE,) * 8,
    ("openid_connect_callback", "slug", "get"): (GONE,) * 8,
    ("openid_connect_callback", "slug", "post"): (GONE,) * 8,
    ("socialaccount_login_cancelled", "", "get"): (OK,) * 8,
    ("socialaccount_login_error", "", "get"): (401,) * 8,
    ("account_login", "", "get"): (FOUND,) * 7 + (OK,),
    ("account_login", "", "post"): (FOUND,) * 7 + (BAD,),
    ("dashboards:privacy", "", "get"): (OK,) * 8,
    ("dashboards:help", "", "get"): (OK,) * 8,
    ("dashboards:accessibility", "", "get"): (OK,) * 8,
    ("dashboards:was", "", "get"): (FOUND,) * 8,
    ("healthz", "", "get"): (OK,) * 8,
    ("set_language", "", "post"): (FOUND,) * 8,
    ("admin:index", "", "get"): (NO, NO, NO, NO, OK, NO, OK, FOUND),
    ("admin:index", "", "post"): (NO, NO, NO, NO, OK, NO, OK, FOUND),
}


@dataclass
class Places:
    """Where the addresses lead, and everybody signed in."""

    arguments: Mapping[str, Sequence[int | str]]
    sessions: Mapping[str, str]

    def client(self, who: str) -> Client:
        client = Client()
        if who in self.sessions:
            client.cookies[settings.SESSION_COOKIE_NAME] = self.sessions[who]
        return client


@pytest.fixture(scope="module")
def places(module_db) -> Places:
    return make_places()


def make_places() -> Places:
    """A sealed round, an open one, and the team's open shared round."""
    cast = make_cast()
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
    invited = UserFactory(password=None)
    BeatFactory()
    worlds = {"sealed": sealed, "open": opened, "team": team}
    arguments: dict[str, Sequence[int | str]] = {
        name: [world.round.pk, world.round_forum.forum_id] for name, world in worlds.items()
    } | {
        "pillar": [sealed.round.pk, cast.forum.pk, sealed.goals[0].pillar.code],
        "forum": [cast.forum.pk],
        "": [],
        "round": [opened.round.pk],
        "planned": [planned.round_id],
        "edition": [edition.pk],
        "members": [cast.municipality.pk],
        "passkey": [1],
        "invitation": [token_for(invited)],
        "no invitation": ["x"],
        "no key": ["1", "x"],
        "person": [cast.department_head.pk],
        "other person": [cast.outsider.pk],
        "administrator": [cast.administrator.pk],
        "slug": [cast.municipality.slug],
        "mail": [cast.municipality.pk, "results", "da"],
    }
    signed_in = {who: person for who in PEOPLE if (person := cast.person(who))}
    return Places(arguments, {who: session_of(person) for who, person in signed_in.items()})


def session_of(user: User) -> str:
    client = Client()
    client.force_login(user)
    return client.cookies[settings.SESSION_COOKIE_NAME].value


# The library's own pages of signing in ask no question of ours, so one database answers for both.
LIBRARY = ("account_", "mfa_", "openid_connect_", "socialaccount_")


def row_of(row):
    marks = [pytest.mark.once] if row[0].startswith(LIBRARY) else []
    return pytest.param(row, TABLE[row], marks=marks, id=" ".join(row))


@pytest.mark.parametrize(("row", "expected"), [row_of(row) for row in TABLE])
def test_access(places, row, expected):
    """Whoever asks gets what the table says, and asking with GET writes nothing."""
    name, place, method = row
    url = reverse(name, args=places.arguments[place])

    with CaptureQueriesContext(connection) as queries:
        statuses = tuple(getattr(places.client(who), method)(url).status_code for who in PEOPLE)

    assert statuses == expected
    if method == "get":
        assert [query["sql"] for query in queries if writes(query["sql"])] == []


def test_number_that_no_database_can_hold_is_found_nowhere(places):
    """Nor is it an error: whoever tries numbers learns nothing from them."""
    guess = 10**17
    found = {}
    for name, place, method in TABLE:
        arguments = [guess if isinstance(part, int) else part for part in places.arguments[place]]
        if guess in arguments:
            url = reverse(name, args=arguments).replace(str(guess), str(2**63))
            for who in ("unit_head", "administrator"):
                found[name, who] = getattr(places.client(who), method)(url).status_code

    assert len(found) > 60
    assert set(found.values()) == {GONE}


def writes(statement: str) -> bool:
    """Whether it changes anything but a session and the log."""
    return (
        statement.split()[0] in ("INSERT", "UPDATE", "DELETE")
        and "django_session" not in statement
        and not statement.startswith('INSERT INTO "audit_entry"')
    )


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


def test_whatever_is_not_in_the_table_is_refused(places):
    """What an address takes stands there: all else is the wrong method, whoever asks."""
    wrong = {}
    for name, place in {name: place for name, place, _ in TABLE}.items():
        url = reverse(name, args=places.arguments[place])
        for method in {"get", "post"} - {method for other, _, method in TABLE if other == name}:
            wrong[name, method] = {
                getattr(places.client(who), method)(url).status_code
                for who in ("unit_head", "administrator")
            }

    assert len(wrong) > 25
    assert {row: statuses for row, statuses in wrong.items() if statuses != {WRONG_METHOD}} == {}


def test_every_address_is_in_the_table():
    assert named_addresses() == {name for name, _, _ in TABLE}
