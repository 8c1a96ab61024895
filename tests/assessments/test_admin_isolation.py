"""The whole administration, walked as the other municipality's administrator."""

from dataclasses import dataclass

import pytest
from django.contrib import admin
from django.urls import reverse

from assessments.enums import EditionStatus
from forums.models import Municipality
from tests.factories import (
    EditionFactory,
    ForumFactory,
    MembershipFactory,
    RoundFactory,
    UnitFactory,
    UserFactory,
)
from tests.worlds import open_round_of

MARK = "Hemmelig"
MODELS = sorted(model._meta.label for model in admin.site._registry)
PAGES = ("change", "history", "delete")
OWN_PAGES = {
    "edition_new": "assessments.Edition",
    "edition_copy": "assessments.Edition",
    "edition_take_in_use": "assessments.Edition",
    "edition_download": "assessments.Edition",
    "edition_preview": "assessments.Edition",
    "user_invite": "accounts.User",
    "user_second_factor": "accounts.User",
}
AUTOCOMPLETES = (
    ("forums", "membership", "user"),
    ("forums", "forum", "chief"),
    ("forums", "administrator", "user"),
)


@dataclass
class Secrets:
    rows: dict[str, list]

    def of(self, label):
        return self.rows[label]


@pytest.fixture
def secrets(cast):
    """One row of everything in the cast's municipality, each with the mark in its name."""
    place = cast.municipality
    Municipality.objects.filter(pk=place.pk).update(name=f"{MARK} Kommune")
    person = UserFactory(name=f"{MARK} Leder", email="hemmelig@test.example")
    forum = ForumFactory(municipality=place, name=f"{MARK} forum", chief=person)
    MembershipFactory(forum=forum, user=person)
    chief = UserFactory(name=f"{MARK} Chef")
    ForumFactory(municipality=place, name=f"{MARK} team", chief=chief)
    in_use = EditionFactory(framework__municipality=place, framework__name=f"{MARK} grundlag")
    draft = EditionFactory(
        framework=in_use.framework,
        number=2,
        status=EditionStatus.DRAFT,
        question=f"{MARK} spørgsmål",
    )
    planned = RoundFactory(municipality=place, edition=in_use, name=f"{MARK} plan", opened_at=None)
    opened = open_round_of(forum, edition=in_use, name=f"{MARK} runde")
    return Secrets(
        {
            "accounts.User": [person, chief],
            "assessments.Edition": [in_use, draft],
            "assessments.Framework": [in_use.framework],
            "assessments.Round": [planned, opened.round],
            "forums.Forum": [forum],
            "forums.Municipality": [place],
            "forums.Unit": [UnitFactory(municipality=place, name=f"{MARK} enhed")],
        }
    )


def address(label, page, *args):
    return reverse(f"admin:{label.lower().replace('.', '_')}_{page}", args=args)


def test_answers_invitations_and_results_are_not_administered():
    assert MODELS == [
        "accounts.User",
        "assessments.Edition",
        "assessments.Framework",
        "assessments.Round",
        "forums.Forum",
        "forums.Municipality",
        "forums.Unit",
    ]


@pytest.mark.parametrize("label", MODELS)
@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("method", ["get", "post"])
def test_another_municipality_s_row_is_not_found(cast, client_of, secrets, label, page, method):
    client = client_of(cast.outsider)

    statuses = {
        getattr(client, method)(address(label, page, row.pk)).status_code
        for row in secrets.of(label)
    }

    assert statuses <= {404, 403}
    if label != "forums.Municipality" or page != "delete":
        assert 200 not in statuses
    if page == "change":
        assert statuses == {404}


@pytest.mark.parametrize(("page", "label"), OWN_PAGES.items())
def test_pages_of_our_own_do_not_find_another_municipality_s_row(
    cast, client_of, secrets, page, label
):
    client = client_of(cast.outsider)
    urls = [reverse(f"admin:{page}", args=[row.pk]) for row in secrets.of(label)]

    statuses = {
        getattr(client, method)(url).status_code for url in urls for method in ("get", "post")
    }

    # 405 comes before anything is looked up.
    assert statuses in ({404}, {404, 405})


@pytest.mark.parametrize(("page", "label"), OWN_PAGES.items())
@pytest.mark.parametrize("name", ["chief", "unit_head", "facilitator", "newcomer"])
def test_pages_of_our_own_are_the_administrators_alone(cast, client_of, secrets, page, label, name):
    url = reverse(f"admin:{page}", args=[secrets.of(label)[0].pk])
    client = client_of(cast.person(name))

    assert {client.get(url).status_code, client.post(url).status_code} == {403}


def test_every_page_of_a_row_is_tried_here():
    """Django's own are `PAGES`; a new one of ours fails until it is listed."""
    pages = [page for row in admin.site._registry.values() for page in row.get_urls()]
    of_rows = {page.name for page in pages if page.pattern.converters and page.name}

    assert {name for name in of_rows if name.rpartition("_")[2] not in PAGES} == set(OWN_PAGES)


@pytest.mark.parametrize("label", MODELS)
@pytest.mark.parametrize("query", ["", f"?q={MARK.lower()}", "?all="])
def test_lists_hold_own_rows_only(cast, client_of, secrets, label, query):
    page = client_of(cast.outsider).get(address(label, "changelist") + query, follow=True)

    assert page.status_code == 200
    assert MARK not in page.content.decode()


@pytest.mark.parametrize(
    ("label", "query"),
    [
        ("forums.Forum", "municipality__id__exact={place}"),
        ("forums.Unit", "municipality__id__exact={place}"),
        ("assessments.Round", "municipality__id__exact={place}"),
        ("assessments.Framework", "municipality__id__exact={place}"),
        ("assessments.Edition", "framework__municipality__id__exact={place}"),
    ],
)
def test_filters_do_not_reach_another_municipality(cast, client_of, secrets, label, query):
    url = address(label, "changelist") + "?" + query.format(place=cast.municipality.pk)

    page = client_of(cast.outsider).get(url)

    assert not set(page.context["cl"].result_list) & set(secrets.of(label))


@pytest.mark.parametrize("label", MODELS)
def test_forms_offer_own_rows_only(cast, client_of, secrets, label):
    page = client_of(cast.outsider).get(address(label, "add"), follow=True)

    assert page.status_code in (200, 403)
    assert MARK not in page.content.decode()


@pytest.mark.parametrize(("app", "model", "field"), AUTOCOMPLETES)
def test_autocompletes_offer_own_rows_only(cast, client_of, secrets, app, model, field):
    query = {"app_label": app, "model_name": model, "field_name": field, "term": ""}

    found = client_of(cast.outsider).get(reverse("admin:autocomplete", query=query))

    assert [row["text"] for row in found.json()["results"]] == [cast.outsider.name]


def test_own_forum_takes_nothing_from_another_municipality(cast, client_of, secrets):
    forum = ForumFactory(municipality=cast.other_municipality)
    secret_forum, unit = secrets.of("forums.Forum")[0], secrets.of("forums.Unit")[0]
    client = client_of(cast.outsider)

    page = client.post(
        address("forums.Forum", "change", forum.pk),
        {
            "name": "Nyt navn",
            "name_in_sentence": "nyt",
            "level": "unit",
            "unit": unit.pk,
            "parent": secret_forum.pk,
            "chief": secret_forum.chief_id,
            "memberships-TOTAL_FORMS": 0,
            "memberships-INITIAL_FORMS": 0,
            "memberships-2-TOTAL_FORMS": 1,
            "memberships-2-INITIAL_FORMS": 0,
            "memberships-2-0-user": secret_forum.chief_id,
            "memberships-2-0-role": "staff",
        },
    )

    assert set(page.context["adminform"].form.errors) == {"unit", "parent", "chief"}
    new_members = page.context["inline_admin_formsets"][1].formset
    assert set(new_members.errors[0]) == {"user"}


@pytest.mark.parametrize("url", ["/admin/", "/admin/assessments/", "/admin/forums/"])
def test_front_pages_hold_own_rows_only(cast, client_of, secrets, url):
    page = client_of(cast.outsider).get(url)

    assert page.status_code == 200
    assert MARK not in page.content.decode()


@pytest.mark.parametrize(
    ("label", "query"),
    [
        ("accounts.User", "password__startswith=p"),
        ("accounts.User", "last_login__isnull=0"),
        ("accounts.User", "participations__answered_at__isnull=0"),
        ("accounts.User", "memberships__forum__name__startswith=H"),
        ("forums.Forum", "municipality__administrators__user__password__startswith=p"),
        ("assessments.Round", "round_forums__participations__done_at__isnull=0"),
    ],
)
def test_addresses_cannot_ask_what_the_list_does_not_offer(cast, client_of, label, query):
    url = address(label, "changelist") + "?" + query

    assert client_of(cast.administrator).get(url).status_code == 400


@pytest.mark.parametrize("name", ["chief", "unit_head", "facilitator", "newcomer"])
def test_others_are_told_that_the_administration_is_not_theirs(cast, client_of, name):
    client = client_of(cast.person(name))

    assert client.get("/admin/").status_code == 403
    assert client.get("/admin/login/").status_code == 403


@pytest.mark.parametrize("url", ["/admin/", "/admin/forums/forum/"])
def test_an_anonymous_visitor_signs_in_on_the_product_s_own_page(db, client_of, url):
    page = client_of(None).get(url, follow=True)

    assert page.redirect_chain[-1][0] == f"/log-ind/?next={url}"


def test_staff_whose_time_as_administrator_is_over_see_nothing(cast, client_of):
    cast.administrator.administers.update(ends_at=cast.administrator.created_at)

    assert client_of(cast.administrator).get("/admin/").status_code == 403


def test_the_system_administrator_sees_all(cast, client_of, secrets):
    client = client_of(UserFactory(is_staff=True, is_superuser=True))

    for label in MODELS:
        page = client.get(address(label, "changelist"))
        assert MARK in page.content.decode()
        assert client.get(address(label, "change", secrets.of(label)[0].pk)).status_code == 200
