from django.urls import path

from dashboards.views import export, home, overview, pillar, privacy, result, trend

app_name = "dashboards"

urlpatterns = [
    path("", home.home, name="home"),
    path("overblik/", overview.overview, name="overview"),
    path("resultater/<int:round_id>/<int:forum_id>/", result.result, name="result"),
    path("resultater/<int:round_id>/<int:forum_id>/pdf/", export.result_pdf, name="result_pdf"),
    path("resultater/<int:round_id>/<int:forum_id>/xlsx/", export.result_xlsx, name="result_xlsx"),
    path("resultater/<int:round_id>/<int:forum_id>/csv/", export.result_csv, name="result_csv"),
    path("resultater/<int:round_id>/<int:forum_id>/json/", export.result_json, name="result_json"),
    path("resultater/<int:round_id>/<int:forum_id>/frigiv/", result.release, name="release"),
    path("privatliv/", privacy.privacy, name="privacy"),
    path("udvikling/<int:forum_id>/", trend.trend, name="trend"),
    path("overblik/<int:round_id>/", overview.overview_round, name="overview_round"),
    # Last: what stands above is never taken for a pillar's short name.
    path("resultater/<int:round_id>/<int:forum_id>/<slug:code>/", pillar.pillar, name="pillar"),
]
