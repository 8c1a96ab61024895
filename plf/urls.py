"""All addresses: English names, Danish paths."""

from django.contrib import admin
from django.urls import include, path, register_converter

from accounts.views import set_language
from plf import views
from plf.lib.addresses import KeyConverter

register_converter(KeyConverter, "key")  # before the addresses that hold one

urlpatterns = [
    path("", include("assessments.urls")),  # tried in this order: first what is asked most
    path("", include("accounts.sign_in_urls")),
    path("", include("forums.urls")),
    path("sprog/", set_language, name="set_language"),
    path("healthz", views.healthz, name="healthz"),
    path("admin/", admin.site.urls),
    path("", include("accounts.urls")),
    path("", include("forums.import_urls")),
    path("", include("dashboards.urls")),
]

handler400 = "plf.views.bad_request"
handler403 = "plf.views.permission_denied"
handler404 = "plf.views.not_found"
handler500 = "plf.views.server_error"
