"""allauth's pages at Danish addresses. Only these: nobody signs up or connects accounts."""

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as passkeys
from allauth.socialaccount import views as elsewhere
from django.contrib.auth.decorators import login_not_required
from django.urls import path, re_path
from django.views.decorators.cache import never_cache

from accounts.form_pages import form_page

urlpatterns = [
    path("log-ind/", form_page(account.login), name="account_login"),
    path("log-ud/", account.logout, name="account_logout"),
    path("log-ind/ny/", account.signup, name="account_signup"),
    path("log-ind/lukket/", account.account_inactive, name="account_inactive"),
    path("log-ind/kode/", form_page(account.request_login_code), name="account_request_login_code"),
    path(
        "log-ind/kode/skriv/",
        form_page(account.confirm_login_code),
        name="account_confirm_login_code",
    ),
    path("log-ind/to-trin/", form_page(mfa.authenticate), name="mfa_authenticate"),
    path(
        "log-ind/kommune/afbrudt/", elsewhere.login_cancelled, name="socialaccount_login_cancelled"
    ),
    path(
        "log-ind/kommune/fejl/",
        login_not_required(elsewhere.login_error),
        name="socialaccount_login_error",
    ),
    # a forgotten password
    path("adgangskode/glemt/", form_page(account.password_reset), name="account_reset_password"),
    path("adgangskode/sendt/", account.password_reset_done, name="account_reset_password_done"),
    re_path(
        r"^adgangskode/ny/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>[^/]+)/$",
        never_cache(form_page(account.password_reset_from_key)),
        name="account_reset_password_from_key",
    ),
    path(
        "adgangskode/valgt/",
        account.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    # my account
    path("konto/adgangskode/", form_page(account.password_change), name="account_change_password"),
    path("konto/adgangskode/vaelg/", form_page(account.password_set), name="account_set_password"),
    path("konto/bekraeft/", form_page(account.reauthenticate), name="account_reauthenticate"),
    path("konto/bekraeft/kode/", form_page(mfa.reauthenticate), name="mfa_reauthenticate"),
    path(
        "konto/bekraeft/noegle/",
        form_page(passkeys.reauthenticate_webauthn),
        name="mfa_reauthenticate_webauthn",
    ),
    path("konto/to-trin/", mfa.index, name="mfa_index"),
    path("konto/to-trin/app/", form_page(totp.activate_totp), name="mfa_activate_totp"),
    path("konto/to-trin/app/fjern/", form_page(totp.deactivate_totp), name="mfa_deactivate_totp"),
    path("konto/to-trin/noegler/", passkeys.list_webauthn, name="mfa_list_webauthn"),
    path("konto/to-trin/noegler/ny/", form_page(passkeys.add_webauthn), name="mfa_add_webauthn"),
    path(
        "konto/to-trin/noegler/<key:pk>/navn/",
        form_page(passkeys.edit_webauthn),
        name="mfa_edit_webauthn",
    ),
    path(
        "konto/to-trin/noegler/<key:pk>/fjern/",
        form_page(passkeys.remove_webauthn),
        name="mfa_remove_webauthn",
    ),
    path("konto/to-trin/koder/", codes.view_recovery_codes, name="mfa_view_recovery_codes"),
    path(
        "konto/to-trin/koder/nye/",
        form_page(codes.generate_recovery_codes),
        name="mfa_generate_recovery_codes",
    ),
    path(
        "konto/to-trin/koder/hent/",
        codes.download_recovery_codes,
        name="mfa_download_recovery_codes",
    ),
]
