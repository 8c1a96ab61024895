"""The organisation: who sits in which forum, and since when."""

from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.core.validators import (
    MaxValueValidator,
    MinValueValidator,
    RegexValidator,
    URLValidator,
)
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from forums.enums import Level, Role

if TYPE_CHECKING:
    from accounts.models import User


# Any six months are shorter.
SHORTEST_LOG = 185
LONGEST_KEPT = 100 * 365  # days


class MunicipalityQuerySet(models.QuerySet["Municipality"]):
    def administered_by(self, user: "User") -> "MunicipalityQuerySet":
        """Those the person may administer: all for the system administrator."""
        if user.is_superuser:
            return self
        return self.filter(
            pk__in=Administrator.objects.current(timezone.now())
            .filter(user=user)
            .values("municipality")
        )

    def with_own_sign_in(self) -> "MunicipalityQuerySet":
        return self.exclude(sign_in_server="")

    def who_ask_a_second_factor(self) -> "MunicipalityQuerySet":
        return self.filter(second_factor_required=True)

    def of_post_or_facilitator(self, user_id: int, now: datetime) -> "MunicipalityQuerySet":
        """Those that the person administers, or facilitates a forum of."""
        posts = Administrator.objects.current(now).filter(user=user_id).values("municipality")
        seats = Membership.objects.current(now).filter(user=user_id, role=Role.FACILITATOR)
        return self.filter(Q(pk__in=posts) | Q(pk__in=seats.values("forum__municipality")))


class Municipality(models.Model):
    """A tenant. Nothing that belongs to one is visible from another."""

    name = models.CharField(_("name"), max_length=120, unique=True)
    slug = models.SlugField(_("short name"), unique=True)
    role_words = models.JSONField(
        _("words for roles"),
        default=dict,
        blank=True,
        help_text=_('Singular and plural for each role: {"unit_head": ["skoleleder", …]}'),
    )
    smallest_group = models.PositiveSmallIntegerField(
        _("smallest number of answers shown"),
        default=5,
        validators=[MinValueValidator(5)],
        help_text=_("A goal with fewer answers is not shown. May be raised, never under 5."),
    )
    second_factor_required = models.BooleanField(
        _("second factor for administrators and facilitators"),
        default=False,
        db_default=False,
        help_text=_("They are led to set up an authenticator app or a passkey when they sign in."),
    )
    cvr = models.CharField(
        _("CVR number"),
        max_length=8,
        blank=True,
        validators=[RegexValidator(r"^\d{8}$")],
        help_text=_("Eight digits. By it, KOMBIT's sign-in says whose leader somebody is."),
        default="",
        db_default="",
    )
    sign_in_server = models.CharField(
        _("address of the municipality's own sign-in"),
        max_length=200,
        blank=True,
        validators=[URLValidator(schemes=["https", "http"])],
        help_text=_(
            "The OpenID Connect issuer, as “https://login.microsoftonline.com/…/v2.0”. Its secret "
            "is given in the environment."
        ),
        default="",
        db_default="",
    )
    sign_in_client = models.CharField(
        _("the product's name there (client id)"),
        max_length=120,
        blank=True,
        default="",
        db_default="",
    )

    privacy_contact = models.CharField(
        _("whom questions about personal data go to"),
        max_length=200,
        blank=True,
        help_text=_("The data protection officer, with an address or a number."),
        default="",
        db_default="",
    )
    information = models.TextField(
        _("information before the first question"),
        max_length=6000,
        blank=True,
        help_text=_(
            "Empty: the product's own text. A round keeps the text it opened with. An empty line "
            "begins a new paragraph."
        ),
        default="",
        db_default="",
    )
    accessibility_contact = models.CharField(
        _("whom questions about accessibility go to"),
        max_length=200,
        blank=True,
        default="",
        db_default="",
    )
    accessibility_checked_on = models.DateField(
        _("accessibility statement gone through"),
        null=True,
        blank=True,
        help_text=_("The law asks for once a year."),
    )
    was_address = models.CharField(
        _("address of the municipality's own statement"),
        max_length=200,
        blank=True,
        validators=[URLValidator(schemes=["https", "http"])],
        help_text=_("As “https://was.digst.dk/…”. The address /was leads there."),
        default="",
        db_default="",
    )
    days_after_leaving = models.PositiveIntegerField(
        _("days until somebody who has left is erased"),
        default=365,
        db_default=365,
        validators=[MinValueValidator(30), MaxValueValidator(LONGEST_KEPT)],
    )
    days_of_mails = models.PositiveIntegerField(
        _("days that sent mails are kept"),
        default=90,
        db_default=90,
        validators=[MinValueValidator(30), MaxValueValidator(LONGEST_KEPT)],
    )
    days_of_log = models.PositiveIntegerField(
        _("days that the log is kept"),
        default=365,
        db_default=365,
        validators=[MinValueValidator(SHORTEST_LOG), MaxValueValidator(LONGEST_KEPT)],
        help_text=_("Six months at least."),
    )
    days_of_comments = models.PositiveIntegerField(
        _("days that reasons are kept after a round"),
        default=5 * 365,
        db_default=5 * 365,
        validators=[MinValueValidator(30), MaxValueValidator(LONGEST_KEPT)],
        help_text=_("The figures of a result stay; its reasons are deleted."),
    )
    looked_through_at = models.DateTimeField(
        _("last looked through for what has been kept long enough"), null=True, editable=False
    )

    objects = MunicipalityQuerySet.as_manager()

    class Meta:
        verbose_name = _("municipality")
        verbose_name_plural = _("municipalities")
        ordering = ("name", "pk")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(smallest_group__gte=5),
                name="forums_municipality_smallest_group_at_least_5",
                violation_error_message=_("The smallest number of answers shown is 5 or more."),
            ),
            models.CheckConstraint(
                condition=Q(
                    days_after_leaving__gte=30,
                    days_of_mails__gte=30,
                    days_of_log__gte=SHORTEST_LOG,
                    days_of_comments__gte=30,
                ),
                name="forums_municipality_kept_long_enough",
                violation_error_message=_(
                    "Mails, members and reasons are kept for 30 days, and "
                    "the log for 185, at least."
                ),
            ),
            models.CheckConstraint(
                condition=Q(sign_in_server="", sign_in_client="")
                | ~Q(sign_in_server="") & ~Q(sign_in_client=""),
                name="forums_municipality_sign_in_whole",
                violation_error_message=_("Give both the address and the client id, or neither."),
            ),
            models.UniqueConstraint(
                fields=["cvr"],
                condition=~Q(cvr=""),
                name="forums_municipality_cvr_once",
                violation_error_message=_("Another municipality has this CVR number."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def role_word(self, role: str, *, plural: bool = False) -> str:
        """The municipality's own word for a role, or the product's."""
        own = self.role_words.get(role)
        if own:
            return str(own[1 if plural else 0])
        return str(Role(role).label)


class Administrator(models.Model):
    """Who administers a municipality, from when and until when."""

    class CurrentQuerySet(models.QuerySet["Administrator"]):
        def current(self, now: datetime) -> "Administrator.CurrentQuerySet":
            return self.filter(Q(ends_at=None) | Q(ends_at__gt=now), starts_at__lte=now)

    municipality = models.ForeignKey(
        Municipality, models.CASCADE, related_name="administrators", verbose_name=_("municipality")
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        related_name="administers",
        verbose_name=_("person"),
    )
    starts_at = models.DateTimeField(_("from"), default=timezone.now)
    ends_at = models.DateTimeField(_("until"), null=True, blank=True)

    objects = CurrentQuerySet.as_manager()

    class Meta:
        verbose_name = _("administrator")
        verbose_name_plural = _("administrators")
        ordering = ("municipality", "pk")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["municipality", "user"],
                condition=Q(ends_at=None),
                name="forums_administrator_once",
                violation_error_message=_("This person already administers the municipality."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.user_id} · {self.municipality_id}"


class Unit(models.Model):
    """A school, children's centre, daycare area …, led by a unit head."""

    municipality = models.ForeignKey(
        Municipality, models.CASCADE, related_name="units", verbose_name=_("municipality")
    )
    name = models.CharField(_("name"), max_length=120)
    kind = models.CharField(_("kind"), max_length=40, blank=True)

    class Meta:
        verbose_name = _("unit")
        verbose_name_plural = _("units")
        ordering = ("name", "pk")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["municipality", "name"],
                name="forums_unit_name_once",
                violation_error_message=_("The municipality already has a unit with this name."),
            )
        ]

    def __str__(self) -> str:
        return self.name


class ForumQuerySet(models.QuerySet["Forum"]):
    def visible_to(self, user: "User", now: datetime) -> "ForumQuerySet":
        """Forums of which the person is a member, or which they read as the chief above."""
        member = Membership.objects.current(now).filter(user=user).values("forum")
        return self.filter(Q(pk__in=member) | Q(chief=user))

    def read_by_chief(self, user: "User", now: datetime) -> "ForumQuerySet":
        """Forums that belong on the person's overview."""
        own = Membership.objects.current(now).filter(user=user, role=Role.CHIEF).values("forum")
        return self.filter(Q(chief=user) | Q(pk__in=own), closed_at=None)


class Forum(models.Model):
    """A group of leaders that rates itself."""

    municipality = models.ForeignKey(
        Municipality, models.CASCADE, related_name="forums", verbose_name=_("municipality")
    )
    unit = models.ForeignKey(
        Unit,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="forums",
        verbose_name=_("unit"),
    )
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        verbose_name=_("forum above"),
    )
    chief = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="reads",
        verbose_name=_("chief who reads the results"),
    )
    name = models.CharField(_("name"), max_length=120)
    name_in_sentence = models.CharField(
        _("name as it stands in a sentence"),
        max_length=120,
        help_text=_("It fills the question: “… that we in {forum} succeed with this?”"),
    )
    level = models.CharField(
        _("level"), max_length=20, choices=Level.choices, default=Level.MUNICIPALITY
    )
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)

    objects = ForumQuerySet.as_manager()

    class Meta:
        verbose_name = _("forum")
        verbose_name_plural = _("forums")
        ordering = ("name", "pk")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["municipality", "name"],
                name="forums_forum_name_once",
                violation_error_message=_("The municipality already has a forum with this name."),
            )
        ]

    def __str__(self) -> str:
        return self.name


class MembershipQuerySet(models.QuerySet["Membership"]):
    def current(self, now: datetime) -> "MembershipQuerySet":
        """Those that hold at the time."""
        return self.filter(Q(ends_at=None) | Q(ends_at__gt=now), starts_at__lte=now)

    def who_rate(self) -> "MembershipQuerySet":
        """All but facilitators: those who are asked in a round."""
        return self.exclude(role=Role.FACILITATOR)


class Membership(models.Model):
    """A person's place in a forum. A change of role ends one membership and begins another."""

    forum = models.ForeignKey(
        Forum, models.CASCADE, related_name="memberships", verbose_name=_("forum")
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        related_name="memberships",
        verbose_name=_("person"),
    )
    role = models.CharField(_("role"), max_length=20, choices=Role.choices)
    is_lead = models.BooleanField(_("lead"), default=False)
    starts_at = models.DateTimeField(_("from"), default=timezone.now)
    ends_at = models.DateTimeField(_("until"), null=True, blank=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("member")
        verbose_name_plural = _("members")
        ordering = ("forum", "pk")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["forum", "user"],
                condition=Q(ends_at=None),
                name="forums_membership_once",
                violation_error_message=_("This person is already a member of the forum."),
            ),
            models.UniqueConstraint(
                fields=["forum"],
                condition=Q(ends_at=None, is_lead=True),
                name="forums_membership_one_lead",
                violation_error_message=_("The forum already has a lead."),
            ),
            models.CheckConstraint(
                condition=Q(ends_at=None) | Q(ends_at__gt=F("starts_at")),
                name="forums_membership_ends_after_it_starts",
                violation_error_message=_("A membership ends after it starts."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} · {self.forum_id}"
