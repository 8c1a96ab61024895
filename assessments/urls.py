from django.urls import path

from assessments.views import done, rate, team

app_name = "assessments"

urlpatterns = [
    path("runder/<int:round_id>/<int:forum_id>/", rate.rate, name="rate"),
    path("runder/<int:round_id>/<int:forum_id>/gem/", rate.save, name="save"),
    path("runder/<int:round_id>/<int:forum_id>/traek-tilbage/", rate.withdraw, name="withdraw"),
    path("runder/<int:round_id>/<int:forum_id>/faerdig/", done.done, name="done"),
    path("runder/<int:round_id>/<int:forum_id>/min-kopi/", done.own_copy, name="own_copy"),
    path("runder/<int:round_id>/<int:forum_id>/sammen/", team.team, name="team"),
    path("runder/<int:round_id>/<int:forum_id>/sammen/gem/", team.save, name="team_save"),
]
