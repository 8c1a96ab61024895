"""People in the administration.

They stand here, above the organisation, since an address is locked while its owner is asked in a
round: whoever changes an address can sign in with it.
"""

from typing import Any

from django.contrib import admin, messages
from django.db.models import Prefetch, Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from assessments.admin.forms import NewPersonForm, PersonForm
from assessments.models import Participation
from forums.admin_scope import OwnMunicipality, administered, is_system_administrator
from forums.models import Administrator, Forum, Membership
from forums.operations import add_member
from plf.lib.collation import InDanish


@admin.register(User)
class PersonAdmin(OwnMunicipality):
    """Members and administrators of the municipality. Nothing here says who signed in, or when."""

    list_display = ("name_in_order", "email", "seats")
    search_fields = danish_search = ("name", "email")
    in_order = (InDanish("name"), "pk")

    # --- rows and rights ---

    def scope(self, request: HttpRequest) -> Q:
        if is_system_administrator(request):
            return Q()
        own = administered(request)
        seats = Membership.objects.filter(forum__municipality__in=own).values("user")
        posts = Administrator.objects.filter(municipality__in=own).values("user")
        return Q(pk__in=seats) | Q(pk__in=posts)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        seats = (
            Membership.objects.current(timezone.now())
            .filter(forum__municipality__in=administered(request))
            .select_related("forum")
            .order_by("forum__name", "pk")
        )
        people = super().get_queryset(request)
        return people.prefetch_related(Prefetch("memberships", seats, to_attr="own_seats"))

    def owns(self, request: HttpRequest, obj: Any) -> bool:
        """A person who is known elsewhere too is seen, and changed by neither municipality."""
        if obj is None or is_system_administrator(request):
            return is_system_administrator(request) or super().owns(request, None)
        own = administered(request)
        seats = Membership.objects.filter(user=obj).exclude(forum__municipality__in=own)
        posts = Administrator.objects.filter(user=obj).exclude(municipality__in=own)
        return not (obj.is_superuser or seats.exists() or posts.exists())

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
            return ("name", "email", "forum", "role")
        if is_system_administrator(request):
            return ("name", "email", "is_active", "is_staff", "is_superuser", "seats")
        return ("name", "email", "seats")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        if obj is None:
            return ()
        return ("email", "seats") if self._is_asked(obj) else ("seats",)

    def _is_asked(self, person: User) -> bool:
        return Participation.objects.filter(
            user=person, round_forum__round__sealed_at=None
        ).exists()

    def render_change_form(
        self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any
    ) -> Any:
        person = context["original"]
        if person is not None:
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
            super().save_model(request, obj, form, change)
            return
        if form.known is not None:
            self.message_user(
                request,
                gettext("This person was in the system already, and is now in the forum too."),
                messages.INFO,
            )
        add_member(
            user=obj,
            forum=form.cleaned_data["forum"],
            role=form.cleaned_data["role"],
            now=timezone.now(),
        )
