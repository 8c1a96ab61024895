"""The product's addresses with those of SAML, as in an installation that has it."""

from django.urls import include, path

from forums.sign_in import sign_in_at_kombit
from plf.urls import handler400, handler403, handler404, handler500
from plf.urls import urlpatterns as product

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]

urlpatterns = [
    path("log-ind/saml/<slug:organization_slug>/login/", sign_in_at_kombit),
    path("log-ind/", include("allauth.socialaccount.providers.saml.urls")),
    *product,
]
