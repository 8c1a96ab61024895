"""All addresses: English names, Danish paths."""

from allauth.account import views as allauth
from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.urls import include, path
from django.views.i18n import set_language

from plf import views

urlpatterns = [
    path("log-ind/", allauth.login, name="account_login"),
    path("log-ud/", allauth.logout, name="account_logout"),
    path("sprog/", login_not_required(set_language), name="set_language"),
    path("healthz", views.healthz, name="healthz"),
    path("admin/", admin.site.urls),
    path("", include("accounts.urls")),
    path("", include("assessments.urls")),
    path("", include("dashboards.urls")),
]

handler400 = "plf.views.bad_request"
handler403 = "plf.views.permission_denied"
handler404 = "plf.views.not_found"
handler500 = "plf.views.server_error"
