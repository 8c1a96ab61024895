from django.urls import path

from forums import views

app_name = "forums"

urlpatterns = [
    path("medlemmer/import/", views.members_import, name="members_import"),
    path(
        "medlemmer/import/<key:municipality_id>/medlemmer.csv",
        views.members_file,
        name="members_file",
    ),
]
