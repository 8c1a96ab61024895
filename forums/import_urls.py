from django.urls import path

from forums import views

app_name = "forums"

urlpatterns = [
    path("medlemmer/import/", views.members_import, name="members_import"),
]
