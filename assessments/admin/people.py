"""People in the administration.

They stand here, above the organisation, since an address is locked while its owner is asked in a
round: whoever changes an address can sign in with it.
"""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Prefetch, Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from accounts.guarding import has_second_factor, remove_second_factor, tell_of_new_address
from accounts.invitations import invite_again
from accounts.models import User
from assessments.admin.forms import NewPersonForm, PersonForm
from assessments.models import Participation
from audit.enums import Kind
from audit.operations import Deed, log_all
from forums.admin_scope import OwnMunicipality, administered, is_system_administrator
from forums.belonging import municipalities_of, people_elsewhere, people_of
from forums.models import Forum, Membership
from forums.naming import rename_in_histories
from forums.operations import add_member
from plf.lib.collation import InDanish


@admin.register(User)
class PersonAdmin(OwnMunicipality):
    """All who belong to the municipality. Nothing here says who signed in, or when."""

    change_form_template = "admin/accounts/user/change_form.html"
    list_display = ("name_in_order", "email", "seats")
    search_fields = danish_search = ("name", "email")
    in_order = (InDanish("name"), "pk")

    # --- rows and rights ---

    def scope(self, request: HttpRequest) -> Q:
        if is_system_administrator(request):
            return Q()
        return Q(pk__in=people_of(administered(request)).values("pk"))

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        seats = (
            Membership.objects.current(timezone.now())
            .filter(forum__municipality__in=administered(request))
            .select_related("forum")
            .order_by(InDanish("forum__name"), "pk")
        )
        people = super().get_queryset(request)
        return people.prefetch_related(Prefetch("memberships", seats, to_attr="own_seats"))

    def owns(self, request: HttpRequest, obj: Any) -> bool:
        """A person who is known elsewhere too is seen, and changed by neither municipality."""
        if obj is None or is_system_administrator(request):
            return is_system_administrator(request) or super().owns(request, None)
        elsewhere = people_elsewhere(administered(request))
        return not (obj.is_superuser or elsewhere.filter(pk=obj.pk).exists())

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.owns(request, None)

    # --- the list ---

    @admin.display(description=_("name"), ordering=InDanish("name"))
    def name_in_order(self, person: User) -> str:
        return person.name

    @admin.display(description=_("forums"))
    def seats(self, person: Any) -> str:
        return ", ".join(seat.forum.name for seat in person.own_seats)

    # --- one person ---

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        if obj is not None:
            return super().get_form(request, obj, change, form=PersonForm, **kwargs)
        form: Any = super().get_form(request, obj, change, form=NewPersonForm, **kwargs)
        form.own_forums = Forum.objects.filter(
            municipality__in=administered(request), closed_at=None
        ).order_by(InDanish("name"), "pk")
        return form

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is None:
            return ("name", "email", "forum", "role", "starts_at")
        if is_system_administrator(request):
            return ("name", "email", "is_active", "is_staff", "is_superuser", "seats")
        return ("name", "email", "seats")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        if obj is None:
            return ()
        return ("email", "seats") if self._is_asked(obj) else ("seats",)

    def _is_asked(self, person: User) -> bool:
        return Participation.objects.of_unsettled().filter(user=person).exists()

    def render_change_form(
        self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any
    ) -> Any:
        person = context["original"]
        if person is not None:
            may = self.owns(request, person) and not self._is_asked(person)
            # Whether they have chosen a password or not: chosen while they are asked, it would tell
            # that they were here.
            context["may_invite"] = self.owns(request, person) and person.is_active
            context["may_remove_second_factor"] = (
                may and person != request.user and has_second_factor(person)
            )
            if not self.owns(request, person):
                context["subtitle"] = gettext(
                    "This person is known in another municipality too, and changes name and "
                    "address themselves."
                )
            elif self._is_asked(person):
                context["subtitle"] = gettext(
                    "The address is locked while the person is asked in a round."
                )
        return super().render_change_form(request, context, *args, **kwargs)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if change:
            old = User.objects.get(pk=obj.pk)
            super().save_model(request, obj, form, change)
            rename_in_histories(renamed=[(obj, str(old))])
            if obj.email != old.email:
                now = timezone.now()
                tell_of_new_address(user=obj, old=old.email, now=now)
                log_all(self.deeds(obj, Kind.ADDRESS_CHANGED), now=now)
            return
        if form.known is not None:
            told = gettext("This person was in the system already, and comes into the forum too.")
        else:
            told = gettext("%(name)s gets a mail now about signing in.") % {"name": obj.name}
        now = timezone.now()
        add_member(
            user=obj,
            forum=form.cleaned_data["forum"],
            role=form.cleaned_data["role"],
            starts_at=max(form.cleaned_data["starts_at"], now),
            now=now,
        )
        self.message_user(request, told, messages.INFO)

    def deeds(self, obj: Any, kind: Kind) -> list[Deed]:
        """Under the person's key, in every municipality they belong to."""
        own = municipalities_of(obj.pk, now=timezone.now())
        return [
            Deed(kind=kind, municipality_id=pk, subject=obj, detail=obj._meta.label_lower)
            for pk in own.values_list("pk", flat=True) or [None]
        ]

    # --- how the person signs in ---

    def get_urls(self) -> list[URLPattern]:
        site = self.admin_site.admin_view
        own = [
            path("<key:pk>/inviter/", site(self.invite), name="user_invite"),
            path("<key:pk>/fjern-to-trin/", site(self.second_factor), name="user_second_factor"),
        ]
        return [*own, *super().get_urls()]

    def _own_person(self, request: HttpRequest, pk: int) -> User:
        person: User = get_object_or_404(self.get_queryset(request), pk=pk)
        if not self.owns(request, person):
            raise PermissionDenied
        return person

    @method_decorator(require_POST)
    def invite(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The mail with which somebody new sets up signing in, once more; the answer does not tell
        who is not new."""
        person = self._own_person(request, pk)
        invite_again(user=person, now=timezone.now())
        told = gettext("If %(name)s has not chosen a password yet, the invitation is on its way.")
        self.message_user(request, told % {"name": person.name}, messages.SUCCESS)
        return HttpResponseRedirect(reverse("admin:accounts_user_change", args=[pk]))

    @method_decorator(require_POST)
    def second_factor(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Locked, as the address, while the person is asked: whoever can sign in could answer."""
        person = self._own_person(request, pk)
        if person == request.user or self._is_asked(person):
            raise PermissionDenied
        now = timezone.now()
        if remove_second_factor(user=person, now=now):
            log_all(self.deeds(person, Kind.SECOND_STEP_REMOVED), now=now)
            told = gettext("The second step is removed, and the person is told.")
            self.message_user(request, told, messages.SUCCESS)
        return HttpResponseRedirect(reverse("admin:accounts_user_change", args=[pk]))
