from django.urls import path

from assessments.views import as_member, done, local_words, mail_texts, plan, rate, round, team

app_name = "assessments"

urlpatterns = [
    path("runder/ny/", plan.plan, name="plan"),
    path("runder/ny/vis/<int:edition_id>/", plan.preview, name="preview"),
    path("grundlag/<int:edition_id>/vis/", as_member.as_member, name="as_member"),
    path("runder/mails/", mail_texts.mail_texts, name="mail_texts"),
    path(
        "runder/mails/<int:municipality_id>/<slug:kind>/<slug:language>/",
        mail_texts.mail_text,
        name="mail_text",
    ),
    path("runder/<int:round_id>/", round.round_page, name="round"),
    path("runder/<int:round_id>/aendr/", plan.change, name="change"),
    path("runder/<int:round_id>/udskyd/", round.postpone, name="postpone"),
    path("runder/<int:round_id>/luk/", round.close, name="close"),
    path("runder/<int:round_id>/aflys/", round.cancel, name="cancel"),
    path("runder/<int:round_id>/glemt/", round.forgotten, name="forgotten"),
    path("runder/<int:round_id>/frist.ics", round.calendar, name="calendar"),
    path("runder/<int:round_id>/<int:forum_id>/", rate.rate, name="rate"),
    path("runder/<int:round_id>/<int:forum_id>/gem/", rate.save, name="save"),
    path("runder/<int:round_id>/<int:forum_id>/traek-tilbage/", rate.withdraw, name="withdraw"),
    path("runder/<int:round_id>/<int:forum_id>/faerdig/", done.done, name="done"),
    path("runder/<int:round_id>/<int:forum_id>/min-kopi/", done.own_copy, name="own_copy"),
    path("runder/<int:round_id>/<int:forum_id>/sammen/", team.team, name="team"),
    path("runder/<int:round_id>/<int:forum_id>/sammen/gem/", team.save, name="team_save"),
    path("oversaettelse/<int:forum_id>/", local_words.local_words, name="local_words"),
]
