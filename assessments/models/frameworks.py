"""Frameworks and their editions: the sentences that people rate."""

from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from assessments.enums import EditionStatus, Shape
from forums.models import Municipality

if TYPE_CHECKING:
    from accounts.models import User


class FrameworkQuerySet(models.QuerySet["Framework"]):
    def administered_by(self, user: "User") -> "FrameworkQuerySet":
        """A municipality's own frameworks, and the shared ones."""
        own = Municipality.objects.administered_by(user)
        return self.filter(Q(municipality__in=own) | Q(municipality=None))


class Framework(models.Model):
    """A set of pillars and goals, living on through its editions."""

    slug = models.SlugField(_("short name"), max_length=80, unique=True)
    name = models.CharField(_("name"), max_length=200)
    municipality = models.ForeignKey(
        Municipality,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="frameworks",
        verbose_name=_("municipality"),
        help_text=_("Empty: shared by all municipalities."),
    )

    objects = FrameworkQuerySet.as_manager()

    class Meta:
        verbose_name = _("framework")
        verbose_name_plural = _("frameworks")
        ordering = ("name", "pk")

    def __str__(self) -> str:
        return self.name


class EditionQuerySet(models.QuerySet["Edition"]):
    def administered_by(self, user: "User") -> "EditionQuerySet":
        return self.filter(framework__in=Framework.objects.administered_by(user))

    def in_use(self) -> "EditionQuerySet":
        return self.filter(status=EditionStatus.IN_USE)


class Edition(models.Model):
    """A version of a framework. Taken in use it is frozen, by a trigger too."""

    framework = models.ForeignKey(
        Framework, models.CASCADE, related_name="editions", verbose_name=_("framework")
    )
    number = models.PositiveSmallIntegerField(_("number"))
    status = models.CharField(
        _("status"),
        max_length=10,
        choices=EditionStatus.choices,
        default=EditionStatus.DRAFT,
        editable=False,
    )
    shape = models.CharField(
        _("drawn as"), max_length=10, choices=Shape.choices, default=Shape.HOUSE
    )
    question = models.CharField(
        _("question"),
        max_length=300,
        help_text=_("{forum} is filled with the forum's name as it stands in a sentence."),
    )
    stem = models.BooleanField(_("goals continue the question's sentence"), default=False)
    motto = models.CharField(_("motto"), max_length=300, blank=True)
    why = models.JSONField(_("why"), default=list, blank=True)
    roof = models.CharField(_("core task, in the gable"), max_length=200, blank=True)
    values = models.JSONField(_("values"), default=list, blank=True)
    foundation_name = models.CharField(_("name of the foundation"), max_length=60, blank=True)
    foundation = models.JSONField(_("elements of the foundation"), default=list, blank=True)
    pillar_word = models.CharField(_("word for pillar"), max_length=40, default="søjle")
    pillar_words = models.CharField(_("word for pillars"), max_length=40, default="søjler")
    goal_word = models.CharField(_("word for goal"), max_length=40, default="mål")
    goal_words = models.CharField(_("word for goals"), max_length=40, default="mål")
    levels = models.JSONField(
        _("levels of the scale"),
        help_text=_("The wording of each level, the lowest first; 2 to 7 levels."),
    )
    no_answer = models.CharField(
        _("wording of “do not know”"),
        max_length=60,
        blank=True,
        help_text=_("Empty: the choice is not offered."),
    )
    local_translation = models.BooleanField(_("units may add their own wording"), default=False)
    extra = models.JSONField(_("more from the file"), default=dict, blank=True, editable=False)
    in_use_at = models.DateTimeField(_("taken in use"), null=True, editable=False)
    in_use_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("taken in use by"),
    )

    objects = EditionQuerySet.as_manager()

    class Meta:
        verbose_name = _("edition")
        verbose_name_plural = _("editions")
        ordering = ("framework", "-number", "pk")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["framework", "number"], name="assessments_edition_number_once"
            ),
            models.UniqueConstraint(
                fields=["framework"],
                condition=Q(status=EditionStatus.IN_USE),
                name="assessments_edition_one_in_use",
                violation_error_message=_("Another edition of this framework is in use."),
            ),
            models.UniqueConstraint(
                fields=["framework"],
                condition=Q(status=EditionStatus.DRAFT),
                name="assessments_edition_one_draft",
                violation_error_message=_("The framework already has a draft."),
            ),
        ]

    def __str__(self) -> str:
        return _("%(framework)s, edition %(number)s") % {
            "framework": self.framework.name,
            "number": self.number,
        }

    @property
    def is_draft(self) -> bool:
        return self.status == EditionStatus.DRAFT

    def is_on_scale_of(self, other: "Edition") -> bool:
        """Whether figures of the two can be compared: they have as many levels, however worded."""
        return len(self.levels) == len(other.levels)

    def counted(self, goals: int) -> str:
        """1 handling, 18 handlinger: so many goals, in the edition's own words."""
        return f"{goals} {self.goal_word if goals == 1 else self.goal_words}"


class Pillar(models.Model):
    """A group of goals: one of the house's pillars, or a heading of the list."""

    edition = models.ForeignKey(
        Edition, models.CASCADE, related_name="pillars", verbose_name=_("edition")
    )
    position = models.PositiveSmallIntegerField(_("order"), default=0)
    code = models.SlugField(_("short name"), max_length=40)
    name = models.CharField(_("name"), max_length=160)
    description = models.CharField(_("description"), max_length=400, blank=True)
    colour = models.PositiveSmallIntegerField(
        _("colour"), default=1, validators=[MinValueValidator(1), MaxValueValidator(5)]
    )

    class Meta:
        verbose_name = _("pillar")
        verbose_name_plural = _("pillars")
        ordering = ("position", "pk")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["edition", "code"],
                name="assessments_pillar_code_once",
                violation_error_message=_("Each pillar has a short name of its own."),
            )
        ]

    def __str__(self) -> str:
        return self.name


class Goal(models.Model):
    """One sentence to rate."""

    pillar = models.ForeignKey(
        Pillar, models.CASCADE, related_name="goals", verbose_name=_("pillar")
    )
    position = models.PositiveSmallIntegerField(_("order"), default=0)
    text = models.CharField(_("text"), max_length=500)
    help = models.CharField(_("help"), max_length=500, blank=True)
    show_help = models.BooleanField(_("show the help under the goal"), default=False)
    descriptors = models.JSONField(_("what each level means"), default=list, blank=True)
    same_as = models.ForeignKey(
        "self",
        models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="continued_by",
        verbose_name=_("continues"),
    )

    class Meta:
        verbose_name = _("goal")
        verbose_name_plural = _("goals")
        ordering = ("pillar__position", "pillar", "position", "pk")

    def __str__(self) -> str:
        return self.text
