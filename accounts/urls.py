from django.urls import path

from accounts import sign_in_views, views

app_name = "accounts"

urlpatterns = [
    path("konto/", views.account, name="account"),
    path("konto/logget-ind/", sign_in_views.sign_ins, name="sign_ins"),
    path("konto/session/", sign_in_views.session, name="session"),
    path("velkommen/<str:token>/", sign_in_views.invitation, name="invitation"),
]
