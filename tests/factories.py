"""One factory for each model; defaults make a small, valid world in one municipality."""

from datetime import UTC, datetime, timedelta

import factory
from django.contrib.sessions.models import Session
from django.utils import timezone

from accounts.models import Mail, SignIn, User
from assessments.answers import Answer, Rating
from assessments.enums import EditionStatus
from assessments.models import (
    Edition,
    Framework,
    Goal,
    LocalWording,
    MailText,
    Participation,
    Pillar,
    Round,
    RoundForum,
    SharedRating,
)
from audit.enums import Kind
from audit.models import Entry
from forums.enums import Role
from forums.models import Administrator, Forum, Membership, Municipality, Unit
from results.models import Beat, Comment, Publication

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
LEVELS = ["Slet ikke", "I mindre grad", "I nogen grad", "I høj grad", "I meget høj grad"]


class UserFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = User
        skip_postgeneration_save = True

    email = factory.Sequence(lambda n: f"leder{n}@example.org")
    name = factory.Sequence(lambda n: f"Leder {n}")
    password = factory.django.Password("plf-demo")


class EntryFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Entry

    at = factory.LazyFunction(timezone.now)
    kind = Kind.SIGNED_IN


class SessionFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Session

    session_key = factory.Sequence("session{}".format)
    expire_date = factory.LazyFunction(lambda: timezone.now() + timedelta(hours=1))


class SignInFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = SignIn

    session = factory.SubFactory(SessionFactory)
    user = factory.SubFactory(UserFactory)
    began_on = factory.LazyFunction(timezone.localdate)
    browser = "Firefox · Windows"


class MunicipalityFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Municipality

    name = factory.Sequence(lambda n: f"Kommune {n}")
    slug = factory.Sequence(lambda n: f"kommune-{n}")
    role_words = factory.LazyFunction(
        lambda: {
            "chief": ["chef", "chefer"],
            "unit_head": ["aftaleholder", "aftaleholdere"],
            "department_head": ["afdelingsleder", "afdelingsledere"],
        }
    )


class AdministratorFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Administrator

    municipality = factory.SubFactory(MunicipalityFactory)
    user = factory.SubFactory(UserFactory, is_staff=True)
    starts_at = LONG_AGO


class UnitFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Unit

    municipality = factory.SubFactory(MunicipalityFactory)
    name = factory.Sequence(lambda n: f"Enhed {n}")


class ForumFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Forum

    municipality = factory.SubFactory(MunicipalityFactory)
    name = factory.Sequence(lambda n: f"Lederforum {n}")
    name_in_sentence = "lederforum"


class MembershipFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Membership

    forum = factory.SubFactory(ForumFactory)
    user = factory.SubFactory(UserFactory)
    role = Role.UNIT_HEAD
    starts_at = LONG_AGO


class FrameworkFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Framework

    slug = factory.Sequence(lambda n: f"grundlag-{n}")
    name = factory.Sequence(lambda n: f"Grundlag {n}")


class EditionFactory(factory.django.DjangoModelFactory):
    """An edition in use with `pillar_count` pillars of `goals_each` goals.

    Built as a draft and taken in use last, as the database's trigger demands.
    """

    class Meta:
        model = Edition
        skip_postgeneration_save = True

    framework = factory.SubFactory(FrameworkFactory)
    number = 1
    question = "I hvor høj grad oplever du, at vi i {forum} lykkes med dette?"
    roof = "Vi skaber miljøer, hvor børn ses, lærer, trives, deltager og tør livet"
    values = factory.LazyFunction(lambda: ["Udvikling", "Tillid"])
    foundation_name = "Fundamentet"
    foundation = factory.LazyFunction(lambda: ["Tid", "Struktur", "Rammer"])
    levels = factory.LazyFunction(lambda: list(LEVELS))
    no_answer = "Ved ikke / kan ikke vurdere"

    @classmethod
    def _create(cls, model_class, *args, **fields):
        status = fields.pop("status", EditionStatus.IN_USE)
        pillar_count = fields.pop("pillar_count", 2)
        goals_each = fields.pop("goals_each", 2)
        edition = super()._create(model_class, *args, **fields)
        pillars = Pillar.objects.bulk_create(
            PillarFactory.build(edition=edition, position=position, colour=position % 5 + 1)
            for position in range(pillar_count)
        )
        Goal.objects.bulk_create(
            GoalFactory.build(pillar=pillar) for pillar in pillars for _ in range(goals_each)
        )
        if status != EditionStatus.DRAFT:
            edition.status = EditionStatus.IN_USE
            edition.in_use_at = timezone.now()
            edition.save()
        if status == EditionStatus.RETIRED:
            edition.status = EditionStatus.RETIRED
            edition.save(update_fields=["status"])
        return edition


class PillarFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Pillar

    edition = factory.SubFactory(EditionFactory, status=EditionStatus.DRAFT, pillar_count=0)
    code = factory.Sequence(lambda n: f"soejle-{n}")
    name = factory.Sequence(lambda n: f"Søjle {n}")


class GoalFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Goal

    pillar = factory.SubFactory(PillarFactory)
    position = factory.Sequence(lambda n: n % 30_000)
    text = factory.Sequence(lambda n: f"Vi arbejder sammen om mål {n}")


class RoundFactory(factory.django.DjangoModelFactory):
    """A round that opened yesterday and closes in two weeks."""

    class Meta:
        model = Round

    municipality = factory.SubFactory(MunicipalityFactory)
    edition = factory.SubFactory(EditionFactory)
    name = factory.Sequence(lambda n: f"Runde {n}")
    opens_at = factory.LazyFunction(lambda: timezone.now() - timedelta(days=1))
    closes_at = factory.LazyAttribute(lambda row: row.opens_at + timedelta(days=15))
    opened_at = factory.SelfAttribute("opens_at")


class RoundForumFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = RoundForum

    forum = factory.SubFactory(ForumFactory)
    round = factory.SubFactory(
        RoundFactory, municipality=factory.SelfAttribute("..forum.municipality")
    )
    municipality = factory.SelfAttribute("forum.municipality")


class ParticipationFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Participation

    round_forum = factory.SubFactory(RoundForumFactory)
    user = factory.SubFactory(UserFactory)
    role = Role.UNIT_HEAD


class AnswerFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Answer

    participation = factory.SubFactory(ParticipationFactory)


class RatingFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Rating

    answer = factory.SubFactory(AnswerFactory)
    goal = factory.SubFactory(GoalFactory)
    value = 3
    saved_at = factory.LazyFunction(timezone.now)


class SharedRatingFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = SharedRating

    round_forum = factory.SubFactory(RoundForumFactory)
    goal = factory.SubFactory(GoalFactory)
    level = 3


class PublicationFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Publication

    forum = factory.SubFactory(ForumFactory)
    round = factory.SubFactory(
        RoundFactory, municipality=factory.SelfAttribute("..forum.municipality")
    )
    municipality = factory.SelfAttribute("forum.municipality")
    place = 1
    roles = factory.LazyFunction(lambda: ["unit_head"])
    invited = 11
    cells = factory.LazyFunction(list)


class CommentFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Comment

    forum = factory.SubFactory(ForumFactory)
    round = factory.SubFactory(
        RoundFactory, municipality=factory.SelfAttribute("..forum.municipality")
    )
    municipality = factory.SelfAttribute("forum.municipality")
    goal = factory.SubFactory(GoalFactory)
    text = "Vi taler tit om det"


class MailFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Mail

    to = factory.SubFactory(UserFactory)
    kind = "test"
    occasion = factory.Sequence(str)
    subject = "Et emne"
    body = "En tekst"
    created_at = factory.LazyFunction(timezone.now)
    next_try_at = factory.SelfAttribute("created_at")


class BeatFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Beat

    at = factory.LazyFunction(timezone.now)


class MailTextFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = MailText

    municipality = factory.SubFactory(MunicipalityFactory)
    kind = "invitation"
    subject = "Et emne"
    body = "En tekst"


class LocalWordingFactory(factory.django.DjangoModelFactory):
    """Published long ago, in an edition that lets units add their own words."""

    class Meta:
        model = LocalWording

    forum = factory.SubFactory(ForumFactory)
    goal = factory.SubFactory(GoalFactory)
    text = "Hos os spiser vi sammen"
    published_at = LONG_AGO
