from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import Mail
from results.operations import ResultIsNotSealed, release_result, tell_released
from tests.factories import MembershipFactory, RoundFactory, RoundForumFactory, UserFactory

pytestmark = pytest.mark.django_db


def test_release_lets_the_chief_in_and_tells_who_did_it():
    lead, now = UserFactory(), timezone.now()
    row = RoundForumFactory(round__sealed_at=now)

    assert release_result(round_forum=row, by=lead, now=now) is True

    row.refresh_from_db()
    assert (row.released_at, row.released_by) == (now, lead)


def test_release_happens_once_and_the_first_stays():
    first, second, now = UserFactory(), UserFactory(), timezone.now()
    row = RoundForumFactory(round__sealed_at=now)
    release_result(round_forum=row, by=first, now=now)

    later = now + timedelta(hours=1)
    assert release_result(round_forum=row, by=second, now=later) is False

    row.refresh_from_db()
    assert (row.released_at, row.released_by) == (now, first)


def test_release_of_a_round_that_is_not_sealed_is_refused():
    row = RoundForumFactory()

    with pytest.raises(ResultIsNotSealed):
        release_result(round_forum=row, by=UserFactory(), now=timezone.now())

    row.refresh_from_db()
    assert row.released_at is None


def test_release_touches_no_other_forum_of_the_round():
    now = timezone.now()
    round_ = RoundFactory(sealed_at=now)
    row, other = RoundForumFactory(round=round_), RoundForumFactory(round=round_)

    release_result(round_forum=row, by=UserFactory(), now=now)

    other.refresh_from_db()
    assert other.released_at is None


def test_release_writes_one_mail_to_the_chief_without_any_figure():
    chief, now = UserFactory(), timezone.now()
    row = RoundForumFactory(
        round__sealed_at=now, forum__chief=chief, forum__name="Ledelsesteam, Børneby Nord"
    )

    for _ in range(2):
        release_result(round_forum=row, by=UserFactory(), now=now)

    (mail,) = Mail.objects.all()
    assert mail.url.endswith(f"/resultater/{row.round_id}/{row.forum_id}/")
    assert mail.to == chief
    assert mail.subject == "Ledelsesteam, Børneby Nord har frigivet sit resultat"
    assert not any(character.isdigit() for character in mail.body.replace(row.round.name, ""))


# --- released by itself -------------------------------------------------------------------------


@pytest.fixture
def sealed_for():
    """A forum's part in a round, sealed two weeks ago, whose result opens to the chief today."""
    now = timezone.now()
    round_ = RoundFactory(name="Forår", sealed_at=now - timedelta(days=14))

    def build(chief, name, **more):
        return RoundForumFactory(
            **{
                "round": round_,
                "forum__municipality": round_.municipality,
                "forum__name": name,
                "forum__chief": chief,
                "releases_itself_at": now,
                **more,
            }
        )

    return build


def test_chief_is_told_once_of_all_that_opens_by_itself(sealed_for):
    chief, now = UserFactory(), timezone.now()
    rows = [sealed_for(chief, name) for name in ("Ærø", "Bo")]

    assert [tell_released(now=now), tell_released(now=now + timedelta(minutes=1))] == [1, 0]

    (mail,) = Mail.objects.all()
    assert (mail.to, mail.subject) == (chief, "Nu kan du se resultatet af Forår")
    assert "– Bo\n– Ærø" in mail.body
    assert mail.url.endswith(f"/overblik/{rows[0].round_id}/")
    assert not any(character.isdigit() for character in mail.body)


def test_chief_of_one_forum_is_led_to_its_result(sealed_for):
    row = sealed_for(UserFactory(language="en"), "Bo")

    tell_released(now=timezone.now())

    (mail,) = Mail.objects.all()
    assert mail.subject == "You can see the result of Forår now"
    assert mail.url.endswith(f"/resultater/{row.round_id}/{row.forum_id}/")


def test_each_chief_is_told_of_their_own_forums(sealed_for):
    chiefs = UserFactory.create_batch(2)
    for chief, name in zip(chiefs, ("Ærø", "Bo"), strict=True):
        sealed_for(chief, name)

    assert tell_released(now=timezone.now()) == 2

    bodies = {mail.to: mail.body for mail in Mail.objects.order_by("pk")}
    assert ["– Bo" in bodies[chief] for chief in chiefs] == [False, True]


@pytest.mark.parametrize(
    "more",
    [
        {"forum__chief": None},
        {"released_at": timezone.now() - timedelta(days=3)},
        {"releases_itself_at": timezone.now() + timedelta(days=1)},
        {"releases_itself_at": timezone.now() - timedelta(days=8)},
    ],
    ids=["no chief", "released before", "not yet", "long ago"],
)
def test_nobody_is_told_of_what_did_not_open_to_them_just_now(sealed_for, more):
    sealed_for(UserFactory(), "Bo", **more)

    assert tell_released(now=timezone.now()) == 0

    assert not Mail.objects.exists()


def test_chief_who_is_a_member_is_not_told_a_second_time(sealed_for):
    row = sealed_for(UserFactory(), "Bo")
    MembershipFactory(forum=row.forum, user=row.forum.chief)

    assert tell_released(now=timezone.now()) == 0


@pytest.mark.parametrize("size", [1, 3])
def test_telling_takes_two_statements(sealed_for, django_assert_num_queries, size):
    for number in range(size):
        sealed_for(UserFactory(), f"Forum {number}")

    with django_assert_num_queries(2):
        assert tell_released(now=timezone.now()) == size
