"""Signing in through a municipality. The names are allauth's own where it asks for them."""

from allauth.socialaccount.providers.openid_connect.views import callback
from django.urls import include, path

from forums import context_handler, sign_in

urlpatterns = [
    path("log-ind/kommune/", sign_in.municipalities, name="municipalities"),
    path("log-ind/kommune/<slug:provider_id>/", sign_in.sign_in, name="openid_connect_login"),
    path("log-ind/kommune/<slug:provider_id>/svar/", callback, name="openid_connect_callback"),
]
if context_handler.is_set_up():
    urlpatterns += [
        path("log-ind/saml/<slug:organization_slug>/login/", sign_in.sign_in_at_kombit),
        path("log-ind/", include("allauth.socialaccount.providers.saml.urls")),
    ]
