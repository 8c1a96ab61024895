import json
import re
from datetime import timedelta
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from zeal import zeal_ignore

from forums.models import Administrator, Forum, Membership, Municipality, Unit
from tests.factories import (
    AdministratorFactory,
    ForumFactory,
    MembershipFactory,
    MunicipalityFactory,
    UnitFactory,
)
from tests.pages import form_of


def page_of(row):
    return reverse(f"admin:forums_{row._meta.model_name}_change", args=[row.pk])


def row_of(data, membership):
    """The prefix of the membership's row in the form."""
    name = next(
        name for name, value in data.items() if name.endswith("-id") and value == str(membership.pk)
    )
    return name.removesuffix("-id")


def member(cast, user):
    return Membership.objects.get(forum=cast.forum, user=user, ends_at=None)


# --- municipality -------------------------------------------------------------------------------


def test_words_for_roles_are_pairs_of_fields(cast, client):
    url = page_of(cast.municipality)
    data = form_of(client, url, "municipality_form")
    assert [data["role_words_2"], data["role_words_3"]] == ["aftaleholder", "aftaleholdere"]

    answer = client.post(url, data | {"role_words_2": "skoleleder", "role_words_3": "skoleledere"})

    municipality = Municipality.objects.get(pk=cast.municipality.pk)
    assert answer.status_code == 302
    assert municipality.role_words == {
        "chief": ["chef", "chefer"],
        "unit_head": ["skoleleder", "skoleledere"],
        "department_head": ["afdelingsleder", "afdelingsledere"],
    }


def test_words_for_roles_may_be_left_empty(cast, client):
    url = page_of(cast.municipality)
    data = form_of(client, url, "municipality_form")
    empty = {name: "" for name in data if name.startswith("role_words")}

    client.post(url, data | empty)

    assert Municipality.objects.get(pk=cast.municipality.pk).role_words == {}


def test_second_factor_is_asked_of_those_whom_the_municipality_calls_so(cast, client_of):
    def label():
        form = client_of(cast.administrator).get(url).context["adminform"].form
        return str(form.fields["second_factor_required"].label)

    url = reverse("admin:forums_municipality_change", args=[cast.municipality.pk])
    before = label()
    words = {**cast.municipality.role_words, "facilitator": ["konsulent", "konsulenter"]}
    Municipality.objects.filter(pk=cast.municipality.pk).update(role_words=words)

    assert before == "To trin for administratorer og læringspartnere"
    assert label() == "To trin for administratorer og konsulenter"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"role_words_3": ""}, "role_words"),
        ({"smallest_group": "4"}, "smallest_group"),
        ({"accessibility_checked_on": "9999-12-31"}, "accessibility_checked_on"),
    ],
)
def test_municipality_refuses_what_makes_no_sense(cast, client, changes, field):
    url = page_of(cast.municipality)

    page = client.post(url, form_of(client, url, "municipality_form") | changes)

    assert field in page.context["adminform"].form.errors


def test_municipality_s_administrators_are_the_system_s_to_appoint(cast, client, system):
    url = page_of(cast.municipality)
    assert not any("administrators" in name for name in form_of(client, url, "municipality_form"))
    data = form_of(system, url, "municipality_form")
    new = {
        "administrators-TOTAL_FORMS": "2",
        "administrators-1-user": cast.newcomer.pk,
        "administrators-1-starts_at": "2026-01-01T12:00",
        "administrators-1-municipality": cast.municipality.pk,
    }

    system.post(url, data | new)

    cast.newcomer.refresh_from_db()
    assert cast.newcomer.is_staff
    assert Administrator.objects.filter(municipality=cast.municipality, user=cast.newcomer).exists()


def appointed(system, municipality, *people):
    """The answer to so many new rows of administrators."""
    url = page_of(municipality)
    data = form_of(system, url, "municipality_form")
    first = int(data["administrators-TOTAL_FORMS"])
    data["administrators-TOTAL_FORMS"] = str(first + len(people))
    for number, user in enumerate(people, first):
        data |= {
            f"administrators-{number}-user": user.pk,
            f"administrators-{number}-starts_at": "2026-01-01T12:00",
            f"administrators-{number}-municipality": municipality.pk,
        }
    return system.post(url, data)


def test_person_on_two_new_rows_is_appointed_on_neither(cast, system):
    page = appointed(system, MunicipalityFactory(), cast.newcomer, cast.newcomer)

    assert page.status_code == 200
    formset = page.context["inline_admin_formsets"][0].formset
    assert [list(errors.values()) for errors in formset.errors] == [
        [],
        [["Personen administrerer allerede kommunen."]],
    ]
    assert not Administrator.objects.filter(user=cast.newcomer).exists()


def test_nobody_is_appointed_twice(cast, system):
    page = appointed(system, cast.municipality, cast.administrator)

    assert page.status_code == 200
    assert page.context["inline_admin_formsets"][0].formset.total_error_count() == 1


def test_administrator_of_before_is_appointed_anew(system):
    old = AdministratorFactory(ends_at=timezone.now())

    answer = appointed(system, old.municipality, old.user)

    assert answer.status_code == 302
    assert Administrator.objects.filter(user=old.user).count() == 2


def test_municipalities_are_added_by_the_system_alone(client, system):
    url = reverse("admin:forums_municipality_add")

    assert client.get(url).status_code == 403
    assert system.get(url).status_code == 200


# --- units --------------------------------------------------------------------------------------


def test_unit_is_added_without_being_asked_which_municipality(cast, client):
    url = reverse("admin:forums_unit_add")

    client.post(url, form_of(client, url, "unit_form") | {"name": "Børneby Øst"})

    assert Unit.objects.get().municipality == cast.municipality


@pytest.mark.parametrize(
    "name", ["Børneby\nØst", "Børneby\tØst", "Børneby \u2028Øst", "010190-1234"]
)
def test_name_that_cannot_stand_on_one_line_is_refused_at_its_field(cast, system, name):
    unit = UnitFactory(municipality=cast.municipality)
    fields = {
        cast.municipality: ("name",),
        unit: ("name",),
        cast.team: ("name", "name_in_sentence"),
    }
    for row, names in fields.items():
        url = page_of(row)
        data = form_of(system, url, f"{row._meta.model_name}_form")

        page = system.post(url, data | dict.fromkeys(names, name))

        assert tuple(page.context["adminform"].form.errors) == names


def test_unit_name_is_taken_once(cast, client):
    UnitFactory(municipality=cast.municipality, name="Børneby Øst")
    url = reverse("admin:forums_unit_add")

    page = client.post(url, form_of(client, url, "unit_form") | {"name": "Børneby Øst"})

    assert set(page.context["adminform"].form.errors) == {"__all__"}


def test_unit_is_deleted_unless_a_forum_is_in_it(cast, client):
    free = UnitFactory(municipality=cast.municipality)
    taken = ForumFactory(
        municipality=cast.municipality, unit=UnitFactory(municipality=cast.municipality)
    ).unit

    for unit in (free, taken):
        client.post(reverse("admin:forums_unit_delete", args=[unit.pk]), {"post": "yes"})

    assert list(Unit.objects.all()) == [taken]


# --- forums and their members -------------------------------------------------------------------


def test_forum_is_added_and_closed(cast, client):
    url = reverse("admin:forums_forum_add")
    data = form_of(client, url, "forum_form")
    client.post(url, data | {"name": "Chefteam", "name_in_sentence": "chefteamet"})
    forum = Forum.objects.get(name="Chefteam")

    page = page_of(forum)
    client.post(page, form_of(client, page, "forum_form") | {"closed_at": "2026-10-01T12:00"})

    forum.refresh_from_db()
    assert forum.municipality == cast.municipality
    assert f"{timezone.localtime(forum.closed_at):%d.%m.%Y %H:%M}" == "01.10.2026 12:00"


def test_forum_stays_within_its_municipality_and_below_another(cast, system):
    url = page_of(cast.forum)
    foreign = Forum.objects.get(municipality=cast.other_municipality)
    unit = UnitFactory(municipality=cast.other_municipality)
    data = form_of(system, url, "forum_form")

    refused = system.post(url, data | {"parent": foreign.pk, "unit": unit.pk})
    itself = system.post(url, data | {"parent": cast.forum.pk})

    assert set(refused.context["adminform"].form.errors) == {"parent", "unit"}
    assert set(itself.context["adminform"].form.errors) == {"parent"}


def test_forum_s_municipality_is_chosen_once(cast, system):
    add = reverse("admin:forums_forum_add")

    assert "municipality" in form_of(system, add, "forum_form")
    assert "municipality" not in form_of(system, page_of(cast.forum), "forum_form")


def test_new_member_is_seated(cast, client):
    newcomer = MembershipFactory(forum=cast.team).user
    url = page_of(cast.forum)
    data = form_of(client, url, "forum_form")

    client.post(
        url, data | {"memberships-2-0-user": newcomer.pk, "memberships-2-0-role": "unit_head"}
    )

    assert member(cast, newcomer).role == "unit_head"


def test_button_for_one_more_row_reads_as_a_sentence(cast, system):
    said = []

    for row in (cast.forum, cast.municipality):
        page = system.get(page_of(row))
        rows = page.context["inline_admin_formsets"][-1]
        shown = unescape(page.content.decode())
        said += re.findall(rf'"prefix": "{rows.formset.prefix}", "addText": "(.*?)"', shown)

    assert [json.loads(f'"{text}"') for text in said] == [
        "Tilføj endnu en person",
        "Tilføj endnu en administrator",
    ]


def test_nobody_is_seated_twice(cast, client):
    url = page_of(cast.forum)
    data = form_of(client, url, "forum_form")
    again = {"memberships-2-0-user": cast.unit_head.pk, "memberships-2-0-role": "staff"}

    page = client.post(url, data | again)

    assert page.context["inline_admin_formsets"][1].formset.total_error_count() == 1


@pytest.mark.parametrize("role", ["unit_head", "staff"])
def test_person_on_two_new_rows_is_refused_at_the_second(cast, client, role):
    newcomer = MembershipFactory(forum=cast.team).user
    url = page_of(cast.forum)
    rows = {
        "memberships-2-TOTAL_FORMS": "2",
        "memberships-2-0-user": newcomer.pk,
        "memberships-2-0-role": "unit_head",
        "memberships-2-1-user": newcomer.pk,
        "memberships-2-1-role": role,
        "memberships-2-1-forum": cast.forum.pk,
    }

    with zeal_ignore([{"model": "accounts.User", "field": "get()"}]):  # Django's, one a row
        page = client.post(url, form_of(client, url, "forum_form") | rows)

    assert page.status_code == 200
    formset = page.context["inline_admin_formsets"][1].formset
    assert [list(errors.values()) for errors in formset.errors] == [
        [],
        [["Personen er allerede medlem af forummet."]],
    ]
    assert not Membership.objects.filter(forum=cast.forum, user=newcomer).exists()


def test_member_whose_end_is_taken_back_is_not_also_seated_anew(cast, client):
    leaver = MembershipFactory(forum=cast.forum, ends_at=timezone.now() + timedelta(days=9))
    url = page_of(cast.forum)
    data = form_of(client, url, "forum_form")
    end = f"{row_of(data, leaver)}-ends_at"
    anew = {"memberships-2-0-user": leaver.user_id, "memberships-2-0-role": "unit_head"}

    page = client.post(url, data | {end: ""} | anew)

    assert page.status_code == 200
    members, new = (part.formset for part in page.context["inline_admin_formsets"])
    assert members.total_error_count() == 0
    assert list(new.errors[0].values()) == [["Personen er allerede medlem af forummet."]]
    assert Membership.objects.filter(user=leaver.user, ends_at=None).count() == 0


def test_member_who_leaves_in_one_row_is_seated_anew_in_another(cast, client):
    leaver = MembershipFactory(forum=cast.forum, ends_at=timezone.now() + timedelta(days=9))
    url = page_of(cast.forum)
    data = form_of(client, url, "forum_form")
    end = f"{row_of(data, leaver)}-ends_at"
    anew = {"memberships-2-0-user": leaver.user_id, "memberships-2-0-role": "staff"}

    answer = client.post(url, data | {end: "2026-01-01T12:00"} | anew)

    assert answer.status_code == 302
    assert member(cast, leaver.user).role == "staff"


def test_person_of_two_times_cannot_stay_in_both_for_good(cast, client):
    later = timezone.now() + timedelta(days=9)
    seats = [
        MembershipFactory(forum=cast.forum, ends_at=later),
        MembershipFactory(forum=cast.forum, starts_at=later, ends_at=later + timedelta(days=9)),
    ]
    Membership.objects.filter(pk=seats[1].pk).update(user=seats[0].user)
    url = page_of(cast.forum)
    data = form_of(client, url, "forum_form")

    page = client.post(url, data | {f"{row_of(data, seat)}-ends_at": "" for seat in seats})

    assert page.status_code == 200
    assert page.context["inline_admin_formsets"][0].formset.total_error_count() == 1


def test_roles_are_called_what_the_municipality_calls_them(cast, client):
    formsets = client.get(page_of(cast.forum)).context["inline_admin_formsets"]

    choices = dict(formsets[0].formset.forms[0].fields["role"].choices)
    assert choices["unit_head"] == "Aftaleholder"


def test_change_of_role_ends_one_membership_and_begins_another(cast, client):
    url = page_of(cast.forum)
    data = form_of(client, url, "forum_form")
    seat = member(cast, cast.members[-1])

    client.post(url, data | {f"{row_of(data, seat)}-role": "chief"})

    seat.refresh_from_db()
    assert seat.role == "unit_head"
    assert seat.ends_at is not None
    assert member(cast, cast.members[-1]).role == "chief"


def test_member_leaves_at_a_time(cast, client):
    url = page_of(cast.forum)
    data = form_of(client, url, "forum_form")
    seat = member(cast, cast.members[-1])

    client.post(
        url,
        data
        | {
            f"{row_of(data, seat)}-ends_at": "2026-01-01T12:00",
            f"{row_of(data, seat)}-role": "staff",
        },
    )

    seat.refresh_from_db()
    assert f"{timezone.localtime(seat.ends_at):%d.%m.%Y}" == "01.01.2026"
    assert seat.role == "unit_head"


def test_member_cannot_leave_before_coming(cast, client):
    url = page_of(cast.forum)
    data = form_of(client, url, "forum_form")
    seat = member(cast, cast.members[-1])

    page = client.post(url, data | {f"{row_of(data, seat)}-ends_at": "2019-01-01T12:00"})

    assert page.context["inline_admin_formsets"][0].formset.total_error_count() == 1


@pytest.mark.parametrize("until", ["0001-01-01T00:00", "9999-12-31T23:59", "2101-01-01T00:00"])
def test_member_does_not_leave_in_a_year_that_nobody_can_mean(cast, client, until):
    url = page_of(cast.forum)
    data = form_of(client, url, "forum_form")
    seat = row_of(data, member(cast, cast.members[-1]))

    page = client.post(url, data | {f"{seat}-ends_at": until})

    errors = page.context["inline_admin_formsets"][0].formset.errors
    assert [list(fields) for fields in errors if fields] == [["ends_at"]]


def test_lead_passes_from_one_to_another_in_one_save(cast, client):
    url = page_of(cast.forum)
    data = form_of(client, url, "forum_form")
    old, new = member(cast, cast.unit_head), member(cast, cast.members[-1])
    del data[f"{row_of(data, old)}-is_lead"]

    client.post(url, data | {f"{row_of(data, new)}-is_lead": "on"})

    leads = Membership.objects.filter(forum=cast.forum, is_lead=True)
    assert [lead.user for lead in leads] == [cast.members[-1]]


def test_forum_has_one_lead(cast, client):
    url = page_of(cast.forum)
    data = form_of(client, url, "forum_form")
    second = row_of(data, member(cast, cast.members[-1]))

    page = client.post(url, data | {f"{second}-is_lead": "on"})

    assert page.context["inline_admin_formsets"][0].formset.total_error_count() == 1


def test_former_members_are_shown_and_stay_as_they_were(cast, client):
    MembershipFactory(forum=cast.forum, ends_at=timezone.now() - timedelta(days=1))
    url = page_of(cast.forum)

    answer = client.post(url, form_of(client, url, "forum_form"))

    assert answer.status_code == 302
    assert Membership.objects.filter(forum=cast.forum).count() == 11


@pytest.mark.parametrize("number", ["0", "x"])
def test_a_row_of_another_forum_is_refused(cast, client, number):
    url = page_of(cast.forum)

    page = client.post(url, form_of(client, url, "forum_form") | {"memberships-0-id": number})

    assert page.context["inline_admin_formsets"][0].formset.total_error_count() == 1


def test_forum_is_deleted_only_where_nobody_ever_was(cast, client):
    empty = ForumFactory(municipality=cast.municipality)
    url = "admin:forums_forum_delete"

    assert client.post(reverse(url, args=[empty.pk]), {"post": "yes"}).status_code == 302
    assert client.post(reverse(url, args=[cast.forum.pk]), {"post": "yes"}).status_code == 403


def test_lists_sort_as_danish_does(cast, client):
    for name in ("Åby", "Ærø", "Østby", "Zoo"):
        ForumFactory(municipality=cast.municipality, name=name)

    rows = client.get(reverse("admin:forums_forum_changelist")).context["cl"].result_list

    assert [forum.name for forum in rows][-4:] == ["Zoo", "Ærø", "Østby", "Åby"]


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(("model", "statements"), [("forum", 7), ("unit", 7), ("municipality", 6)])
def test_lists_ask_the_same_for_one_row_and_three(cast, client, rows, model, statements):
    for _ in range(rows):
        unit = UnitFactory(municipality=cast.municipality)
        MembershipFactory(forum=ForumFactory(municipality=cast.municipality, unit=unit))

    with CaptureQueriesContext(connection) as queries:
        client.get(reverse(f"admin:forums_{model}_changelist"))

    assert len(queries) == statements


@pytest.mark.parametrize("rows", [1, 3])
def test_a_forum_s_page_asks_the_same_however_many_members(cast, client, rows):
    forum = ForumFactory(municipality=cast.municipality)
    MembershipFactory.create_batch(rows, forum=forum)
    client.get(page_of(forum))  # content types are asked for once by each process

    with CaptureQueriesContext(connection) as queries:
        client.get(page_of(forum))

    assert len(queries) == 9
