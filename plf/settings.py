"""One settings file: safe by default, everything else from the environment.

| variable      | default                   | is                                                 |
|---------------|---------------------------|----------------------------------------------------|
| SECRET_KEY    | none: start-up refuses    | Django's secret                                    |
| SECRET_KEY_FALLBACKS | none               | the secret before: `manage.py rotate_secret`       |
| DATABASE_URL  | sqlite:///var/plf.sqlite3 | sqlite:/// or postgres://                          |
| REPLICA_URL   | none                      | a replica that results are read from: performance  |
| PG_BINDIR     | none: PATH                | where pg_dump and psql lie                         |
| ALLOWED_HOSTS | localhost,127.0.0.1       | host names, comma-separated                        |
| DEBUG         | off                       | only ever with local hosts                         |
| DEMO          | off                       | invented people and answers, marked on every page  |
| HTTPS         | on unless hosts are local | secure cookies, HSTS, redirect to https            |
| FILES_DIR     | var/results               | where each seal files its result (by the backups) |
| BACKUPS_DIR   | var/backups               | where backups go: docs/operation.md                |
| BACKUPS_KEPT  | 14                        | how many are kept, none of them beyond 35 days     |
| SITE_URL      | by first host name, PORT  | the address that links in mails begin with         |
| TRUSTED_PROXIES | 1 with HTTPS, else 0    | how many proxies stand before: who is throttled    |
| OIDC_SECRET_… | none                      | for a municipality's own sign-in, by short name    |
| SAML_…        | none                      | KOMBIT's Context Handler: docs/signing-in.md       |
| EMAIL_URL     | consolemail://            | how mail leaves                                    |
| EMAIL_FROM    | PLF <plf@localhost>       | its sender                                         |
| LOG_JSON      | on unless hosts are local | a JSON object for each line of the log             |
| SENTRY_DSN    | none                      | where errors are told: requirements-sentry.txt     |
"""

from pathlib import Path

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = BASE_DIR / "var"
LOCAL_HOSTS = {"localhost", "127.0.0.1", "[::1]", "testserver"}

env = environ.Env()

DEBUG = env.bool("DEBUG", default=False)
DEMO = env.bool("DEMO", default=False)
SECRET_KEY = env.str("SECRET_KEY", default="")
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1"])
ONLY_LOCAL = set(ALLOWED_HOSTS) <= LOCAL_HOSTS
HTTPS = env.bool("HTTPS", default=not ONLY_LOCAL)

if not SECRET_KEY:
    raise ImproperlyConfigured("SECRET_KEY is not set: give a long random value in the environment")
if DEBUG and not ONLY_LOCAL:
    raise ImproperlyConfigured("DEBUG may only be on when ALLOWED_HOSTS are local")

INSTALLED_APPS = [
    "plf",
    "audit",
    "accounts",
    "forums",
    "assessments",
    "results",
    "dashboards",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "crispy_forms",
    "crispy_bootstrap5",
    "adminsortable2",
    "csp",
    "plf.admin_config.PlfAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.forms",
]

MIDDLEWARE = [
    "plf.lib.logs.RequestNumberMiddleware",
    "plf.lib.middleware.SecurityHeadersMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "plf.lib.middleware.ContentSecurityPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "plf.lib.middleware.ChosenLanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "plf.lib.middleware.SentAgainMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "audit.acting.ActingMiddleware",
    "plf.lib.middleware.DatabaseAwayMiddleware",
    "plf.lib.middleware.SessionLimitsMiddleware",
    "forums.second_factor.SecondFactorMiddleware",
    "plf.lib.middleware.SignInMiddleware",
    "plf.lib.middleware.PrivatePagesMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]

ROOT_URLCONF = "plf.urls"
WSGI_APPLICATION = "plf.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "plf.context.site",
            ],
            "builtins": [
                "django.templatetags.i18n",
                "plf.templatetags.addresses",
                "plf.templatetags.danish",
                "plf.templatetags.icons",
                "plf.templatetags.words",
            ],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"

# --- data ---------------------------------------------------------------------------------------

DATABASES = {"default": env.db("DATABASE_URL", default=f"sqlite:///{VAR_DIR / 'plf.sqlite3'}")}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # A writer takes its lock at once and others wait for it: no "database is locked" halfway.
    DATABASES["default"]["OPTIONS"] = {
        "timeout": 20,
        "transaction_mode": "IMMEDIATE",
        "init_command": (
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA secure_delete=ON;"
        ),
    }
else:
    if REPLICA_URL := env.str("REPLICA_URL", default=""):
        DATABASES["replica"] = env.db_url_config(REPLICA_URL)
    for database in DATABASES.values():
        database["CONN_MAX_AGE"] = 600
        database["CONN_HEALTH_CHECKS"] = True
        # Nothing of a connection outlives its transaction: pgbouncer may stand before the database.
        # But for the names of plf/lib/planned.py, which are not given behind it.
        database["DISABLE_SERVER_SIDE_CURSORS"] = True
        # A database that does not answer is given up in seconds, not minutes; for those who wait
        # for a page, plf/lib/silence.py does more.
        # What the address itself says (as sslmode) holds before this.
        database["OPTIONS"] = {
            "connect_timeout": 2,
            "tcp_user_timeout": 2500,
            **database.get("OPTIONS", {}),
        }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "plf_cache",
    },
    # What is the same for many and never changes, in each process's own memory.
    "template_fragments": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "template_fragments",
        "OPTIONS": {"MAX_ENTRIES": 200},
    },
}

# A result is filed here when its round is sealed: a restored database takes it from here and never
# counts answers a second time.
FILES_DIR = Path(env.str("FILES_DIR", default=str(VAR_DIR / "results")))
BACKUPS_DIR = Path(env.str("BACKUPS_DIR", default=str(VAR_DIR / "backups")))
BACKUPS_KEPT = env.int("BACKUPS_KEPT", default=14)
PG_BINDIR = env.str("PG_BINDIR", default="")

# --- people -------------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["accounts.backends.Backend"]
PASSWORD_HASHERS = ["accounts.hashers.Hasher"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "dashboards:home"
ACCOUNT_ADAPTER = "assessments.sign_in_log.AccountAdapter"
ACCOUNT_FORMS = {
    "login": "accounts.forms.LoginForm",
    "request_login_code": "accounts.forms.RequestLoginCodeForm",
    "confirm_login_code": "accounts.forms.ConfirmLoginCodeForm",
    "reset_password": "accounts.forms.ResetPasswordForm",
    "reset_password_from_key": "accounts.forms.ResetPasswordKeyForm",
    "change_password": "accounts.forms.ChangePasswordForm",
    "set_password": "accounts.forms.SetPasswordForm",
    "reauthenticate": "accounts.forms.ReauthenticateForm",
}
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
# Signed out after an hour without anybody, and after twelve in any case.
SESSION_ENGINE = "plf.lib.sessions"
SESSION_COOKIE_AGE = 60 * 60
SESSION_LONGEST = 12 * 60 * 60
SESSION_EXPIRE_AT_BROWSER_CLOSE = False

PASSWORD_RESET_TIMEOUT = 60 * 60
TOKENS = "django.contrib.auth.tokens"
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = f"{TOKENS}.PasswordResetTokenGenerator"
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 15 * 60
# A whole municipality may sit behind one address, and sign in on the same morning.
ACCOUNT_RATE_LIMITS = {
    "login": "300/m/ip",
    "login_failed": "60/m/ip,5/5m/key",
    "request_login_code": "60/m/ip,3/m/key",
    "reset_password": "60/m/ip,3/m/key",
}
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXIES", default=1 if HTTPS else 0)

MFA_ADAPTER = "accounts.adapters.MFAAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_ALLOW_UNVERIFIED_EMAIL = True  # addresses are the municipality's, and not kept apart
MFA_TOTP_TOLERANCE = 1
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = ONLY_LOCAL
MFA_FORMS = {
    "authenticate": "accounts.forms.AuthenticateForm",
    "reauthenticate": "accounts.forms.ReauthenticateCodeForm",
    "activate_totp": "accounts.forms.ActivateTOTPForm",
    "add_webauthn": "accounts.forms.AddPasskeyForm",
    "authenticate_webauthn": "accounts.forms.AuthenticatePasskeyForm",
    "reauthenticate_webauthn": "accounts.forms.ReauthenticatePasskeyForm",
    "edit_webauthn": "accounts.forms.EditPasskeyForm",
}
SOCIALACCOUNT_ADAPTER = "forums.sign_in.SocialAccountAdapter"
# KOMBIT's Context Handler, where requirements-saml.txt is installed; see docs/signing-in.md.
SAML = {
    name: env.str(f"SAML_{name}", default="")
    for name in ("IDP_ENTITY_ID", "IDP_SSO_URL", "IDP_CERT", "SP_CERT", "SP_KEY")
}
if all(SAML.values()):
    INSTALLED_APPS.append("allauth.socialaccount.providers.saml")

# --- language and time --------------------------------------------------------------------------

LANGUAGE_CODE = "da"
LANGUAGES = [("da", _("Danish")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Europe/Copenhagen"
USE_I18N = True
USE_TZ = True

# --- what the browser gets ----------------------------------------------------------------------

STATIC_URL = "/static/"
STATIC_ROOT = Path(env.str("STATIC_ROOT", default=str(VAR_DIR / "static")))
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "plf.lib.static_files.StaticFiles"},
}

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
CSRF_FAILURE_VIEW = "plf.views.csrf_failure"
CSRF_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_HTTPONLY = True
KNOWN_BROWSER_COOKIE_NAME = "__Host-known" if HTTPS else "known"
if HTTPS:
    SESSION_COOKIE_NAME = "__Host-session"
    CSRF_COOKIE_NAME = "__Host-csrf"
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = True
    SECURE_SSL_REDIRECT = True
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60
    SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = True

# --- mail and logs ------------------------------------------------------------------------------

SITE_URL = env.str(
    "SITE_URL",
    default=f"http://localhost:{env.str('PORT', default='8000')}"
    if ONLY_LOCAL
    else f"https://{ALLOWED_HOSTS[0]}",
).rstrip("/")
vars().update(env.email_url("EMAIL_URL", default="consolemail://"))
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.str("EMAIL_FROM", default="PLF <plf@localhost>")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"},
        "json": {"()": "plf.lib.logs.JsonFormatter"},
    },
    "handlers": {
        "stderr": {
            "class": "logging.StreamHandler",
            "formatter": "json" if env.bool("LOG_JSON", default=not ONLY_LOCAL) else "line",
        }
    },
    "root": {"handlers": ["stderr"], "level": "INFO"},
    # A page that is not there is nobody's fault, and who was refused what is nobody's business.
    "loggers": {"django.request": {"level": "ERROR"}},
}
SENTRY_DSN = env.str("SENTRY_DSN", default="")
