from django.urls import path

from assessments.views import as_member, done, local_words, mail_texts, plan, rate, round, team

app_name = "assessments"

urlpatterns = [
    path("runder/ny/", plan.plan, name="plan"),
    path("runder/ny/vis/<key:edition_id>/", plan.preview, name="preview"),
    path("grundlag/<key:edition_id>/vis/", as_member.as_member, name="as_member"),
    path("runder/mails/", mail_texts.mail_texts, name="mail_texts"),
    path(
        "runder/mails/<key:municipality_id>/<slug:kind>/<slug:language>/",
        mail_texts.mail_text,
        name="mail_text",
    ),
    path("runder/<key:round_id>/", round.round_page, name="round"),
    path("runder/<key:round_id>/aendr/", plan.change, name="change"),
    path("runder/<key:round_id>/udskyd/", round.postpone, name="postpone"),
    path("runder/<key:round_id>/luk/", round.close, name="close"),
    path("runder/<key:round_id>/aflys/", round.cancel, name="cancel"),
    path("runder/<key:round_id>/glemt/", round.forgotten, name="forgotten"),
    path("runder/<key:round_id>/frist.ics", round.calendar, name="calendar"),
    path("runder/<key:round_id>/<key:forum_id>/", rate.rate, name="rate"),
    path("runder/<key:round_id>/<key:forum_id>/gem/", rate.save, name="save"),
    path("runder/<key:round_id>/<key:forum_id>/traek-tilbage/", rate.withdraw, name="withdraw"),
    path("runder/<key:round_id>/<key:forum_id>/faerdig/", done.done, name="done"),
    path("runder/<key:round_id>/<key:forum_id>/min-kopi/", done.own_copy, name="own_copy"),
    path("runder/<key:round_id>/<key:forum_id>/sammen/", team.team, name="team"),
    path("runder/<key:round_id>/<key:forum_id>/sammen/gem/", team.save, name="team_save"),
    path("oversaettelse/<key:forum_id>/", local_words.local_words, name="local_words"),
]
