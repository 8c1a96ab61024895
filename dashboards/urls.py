from django.urls import path

from dashboards.views import home, overview, privacy, result

app_name = "dashboards"

urlpatterns = [
    path("", home.home, name="home"),
    path("overblik/", overview.overview, name="overview"),
    path("resultater/<int:round_id>/<int:forum_id>/", result.result, name="result"),
    path("resultater/<int:round_id>/<int:forum_id>/frigiv/", result.release, name="release"),
    path("privatliv/", privacy.privacy, name="privacy"),
]
