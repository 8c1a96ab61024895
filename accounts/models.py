"""The person. Who they are to a forum stands in `forums`."""

import uuid
from datetime import datetime
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.contrib.sessions.models import Session
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from accounts.enums import Language
from plf.lib.sql import RandomKey


class UserManager(BaseUserManager["User"]):
    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email__iexact=username)

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)


class User(AbstractBaseUser, PermissionsMixin):
    """A person who signs in. The e-mail address is the login, whatever its capitals."""

    email = models.EmailField(
        _("e-mail"), unique=True, error_messages={"unique": _("This address is already in use.")}
    )
    name = models.CharField(_("name"), max_length=120)
    language = models.CharField(
        _("language"),
        max_length=2,
        choices=Language.choices,
        default=Language.DANISH,
        db_default=Language.DANISH,
    )
    is_active = models.BooleanField(_("may sign in"), default=True)
    is_staff = models.BooleanField(_("may open the administration"), default=False)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    # The person's name in the log. It stands here alone: without it, the log's rows name nobody.
    log_key = models.UUIDField(
        _("key in the log"),
        default=uuid.uuid4,
        db_default=RandomKey(),
        unique=True,
        editable=False,
    )
    erasure_asked_at = models.DateTimeField(_("asked to be erased"), null=True, editable=False)
    # Not kept: who signed in while a round was open is nearly who answered.
    last_login = None

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        ordering = ("name", "pk")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                Lower("email"),
                name="accounts_user_email_any_case",
                violation_error_message=_("This address is already in use."),
            )
        ]

    def __str__(self) -> str:
        return self.name or self.email

    def clean(self) -> None:
        super().clean()
        self.email = self.email.lower()

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name


class SignIn(models.Model):
    """A browser in which a person is signed in. The row lives and dies with its session.

    The day and not the hour, no address, and not when it was last used: who was here at what time
    is nearly who answered.
    """

    session = models.OneToOneField(
        Session, models.CASCADE, primary_key=True, related_name="+", verbose_name=_("session")
    )
    user = models.ForeignKey(User, models.CASCADE, related_name="+", verbose_name=_("person"))
    began_on = models.DateField(_("signed in"))
    browser = models.CharField(_("browser"), max_length=40, blank=True)

    class Meta:
        verbose_name = _("sign-in")
        verbose_name_plural = _("sign-ins")
        ordering = ("began_on", "pk")
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.browser} · {self.began_on}"


class MailQuerySet(models.QuerySet["Mail"]):
    def due(self, now: datetime) -> "MailQuerySet":
        return self.filter(sent_at=None, given_up_at=None, next_try_at__lte=now)


class Mail(models.Model):
    """The outbox: a mail is written in the same transaction as its cause and sent by the clock.

    `topic` holds together what one thing caused, so that it can be counted and taken back.
    """

    to = models.ForeignKey(User, models.CASCADE, related_name="+", verbose_name=_("to"))
    address = models.EmailField(
        _("another address than the person's own"), blank=True, default="", db_default=""
    )
    kind = models.CharField(_("kind"), max_length=30)
    occasion = models.CharField(_("occasion"), max_length=60)
    topic = models.CharField(_("topic"), max_length=60, blank=True)
    language = models.CharField(
        _("language"),
        max_length=2,
        choices=Language.choices,
        default=Language.DANISH,
        db_default=Language.DANISH,
    )
    subject = models.CharField(_("subject"), max_length=200)
    body = models.TextField(_("text"))
    url = models.CharField(_("link"), max_length=300, blank=True)
    button = models.CharField(_("text of the link"), max_length=80, blank=True)
    calendar = models.TextField(_("calendar file"), blank=True)
    created_at = models.DateTimeField(_("written"))
    next_try_at = models.DateTimeField(_("next try"))
    tries = models.PositiveSmallIntegerField(_("tries"), default=0)
    claimed_at = models.DateTimeField(_("being sent since"), null=True)
    sent_at = models.DateTimeField(_("sent"), null=True)
    given_up_at = models.DateTimeField(_("given up"), null=True)

    objects = MailQuerySet.as_manager()

    class Meta:
        verbose_name = _("mail")
        verbose_name_plural = _("mails")
        ordering = ("next_try_at", "pk")
        default_permissions = ()
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                fields=["next_try_at"],
                condition=models.Q(sent_at=None, given_up_at=None),
                name="accounts_mail_due",
            ),
            models.Index(fields=["topic", "kind"], name="accounts_mail_topic"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["to", "kind", "occasion"], name="accounts_mail_once_per_occasion"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} · {self.occasion}"
