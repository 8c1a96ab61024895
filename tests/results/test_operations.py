from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import Mail
from results.operations import ResultIsNotSealed, release_result
from tests.factories import RoundFactory, RoundForumFactory, UserFactory

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
    assert mail.to == chief
    assert mail.subject == "Ledelsesteam, Børneby Nord har frigivet sit resultat"
    assert not any(character.isdigit() for character in mail.body.replace(row.round.name, ""))
