from django.urls import path

from dashboards.views import (
    export,
    home,
    log,
    members_file,
    my_data,
    open_pages,
    overview,
    pillar,
    privacy,
    result,
    results,
    retention,
    trend,
)

app_name = "dashboards"

urlpatterns = [
    path("", home.home, name="home"),
    path("overblik/", overview.overview, name="overview"),
    path("resultater/", results.results, name="results"),
    path("resultater/<key:round_id>/<key:forum_id>/", result.result, name="result"),
    path("resultater/<key:round_id>/<key:forum_id>/pdf/", export.result_pdf, name="result_pdf"),
    path("resultater/<key:round_id>/<key:forum_id>/xlsx/", export.result_xlsx, name="result_xlsx"),
    path("resultater/<key:round_id>/<key:forum_id>/csv/", export.result_csv, name="result_csv"),
    path("resultater/<key:round_id>/<key:forum_id>/json/", export.result_json, name="result_json"),
    path("resultater/<key:round_id>/<key:forum_id>/frigiv/", result.release, name="release"),
    path("konto/mine-data/", my_data.my_data_page, name="my_data"),
    path("konto/mine-data/mine-data.json", my_data.my_data_json, name="my_data_json"),
    path("konto/mine-data/mine-data.html", my_data.my_data_html, name="my_data_html"),
    path("konto/mine-data/slet/", my_data.my_erasure, name="my_erasure"),
    path(
        "medlemmer/import/<key:municipality_id>/medlemmer.csv",
        members_file.members_file,
        name="members_file",
    ),
    path("medlemmer/<key:user_id>/slet/", my_data.erase, name="erase_person"),
    path("opbevaring/", retention.retention, name="retention"),
    path("log/", log.log, name="log"),
    path("log/csv/", log.log_csv, name="log_csv"),
    path("hjaelp/", open_pages.help_page, name="help"),
    path("tilgaengelighed/", open_pages.accessibility, name="accessibility"),
    path("was", open_pages.was, name="was"),
    path("privatliv/", privacy.privacy, name="privacy"),
    path("udvikling/<key:forum_id>/", trend.trend, name="trend"),
    path("overblik/<key:round_id>/", overview.overview_round, name="overview_round"),
    # Last: what stands above is never taken for a pillar's short name.
    path("resultater/<key:round_id>/<key:forum_id>/<slug:code>/", pillar.pillar, name="pillar"),
]
