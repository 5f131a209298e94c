"""Django's settings, read from SAGSBAROMETER_HOME. Nothing secret stands here."""

from __future__ import annotations

import os
from pathlib import Path

from sagsbarometer.web.databases import database
from sagsbarometer.web.home import this_home

_HOME = this_home()
_CONFIG = _HOME.config
_ADDRESS = str(_CONFIG.get("address", "http://localhost:8000"))
_MAIL = _CONFIG.get("mail", {})
_TLS = _ADDRESS.startswith("https://")

DEBUG = False
ORGANISATION = str(_CONFIG.get("organisation", ""))
SECRET_KEY = _HOME.keys.named("django").hex()
ALLOWED_HOSTS = [_ADDRESS.partition("://")[2].partition("/")[0].partition(":")[0], "localhost", "127.0.0.1"]
CSRF_TRUSTED_ORIGINS = ["/".join(_ADDRESS.split("/")[:3])]
ROOT_URLCONF = "sagsbarometer.web.urls"
WSGI_APPLICATION = "sagsbarometer.web.wsgi.application"
AUTH_USER_MODEL = "accounts.User"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

_OURS = (
    "accounts rights events jobs planning letters delivering receiving documents reviewing findings keeping"
).split()
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "django.forms",  # the templates of its fields, for FORM_RENDERER
    "django_htmx",
    *(f"sagsbarometer.web.{name}.apps.{name.capitalize()}" for name in _OURS),
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.usersessions",
]
MIDDLEWARE = [
    "sagsbarometer.web.middleware.SafeHeaders",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "sagsbarometer.web.rights.numbers.NoNumbersInAddresses",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "sagsbarometer.web.middleware.Language",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "sagsbarometer.web.accounts.seen.Seen",
    "sagsbarometer.web.rights.middleware.Rights",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [Path(__file__).parent / "templates"],  # before allauth's own
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "sagsbarometer.web.rights.context.rights",
            ],
        },
    }
]
DATABASES = {"default": database(_HOME, os.environ.get("DATABASE_URL", ""))}

# Sessions and sign-in
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_AGE = 8 * 60 * 60  # seconds; a working day
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = _TLS
# With the prefix a browser takes them from this host alone: a neighbour under the same domain plants none.
SESSION_COOKIE_NAME = "__Host-sessionid" if _TLS else "sessionid"
CSRF_COOKIE_NAME = "__Host-csrftoken" if _TLS else "csrftoken"
SESSION_COOKIE_SAMESITE = "Lax"  # Strict would lose the session on the way back from the OIDC provider
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
LOGIN_URL = "/konto/login/"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "sagsbarometer.web.accounts.adapter.Accounts"
SOCIALACCOUNT_ADAPTER = "sagsbarometer.web.accounts.adapter.Federated"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"  # an account is made by an invitation to the address
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = False  # a session ends with the browser, and at the latest after a working day
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False  # no mail to an address that is nobody's
# TLS ends before us, so whoever is there says who asks: else one address would be everybody's, and locked for all.
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if _TLS else 0
ACCOUNT_FORMS = {"reset_password": "sagsbarometer.web.accounts.forms.ForgottenForm"}
# A whole office signs in from one address in the morning; what fails is what is counted closely.
ACCOUNT_RATE_LIMITS = {"login": "240/m/ip", "login_failed": "10/m/ip,5/5m/key"}
USERSESSIONS_TRACK_ACTIVITY = True
USERSESSIONS_ADAPTER = "sagsbarometer.web.accounts.sessions.Sessions"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_ALLOW_UNVERIFIED_EMAIL = True  # the address was verified by its invitation
MFA_TOTP_ISSUER = "sagsbarometer"
SOCIALACCOUNT_ONLY = False
SOCIALACCOUNT_LOGIN_ON_GET = (
    True  # a link: form-action of the security policy keeps forms from going elsewhere
)
SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": _CONFIG.get("oidc", []), "OAUTH_PKCE_ENABLED": True}}
# The roles that have to use a second factor: second_factor = ["administrator", "analyst"] in config.toml
SECOND_FACTOR_ROLES = frozenset(_CONFIG.get("second_factor", ()))
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "sagsbarometer_cache",
        # Tries at signing in are counted here. With Django's 300, tries at many accounts would push out the counts.
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}

# Language, time, mail, files
LANGUAGE_CODE = "da"
LANGUAGES = [("da", "Dansk"), ("en", "English")]
USE_I18N = True
LOCALE_PATHS = [Path(__file__).parent / "locale"]
FORMAT_MODULE_PATH = "sagsbarometer.web.formats"
USE_TZ = True
TIME_ZONE = "Europe/Copenhagen"
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
EMAIL_HOST = _MAIL.get("host", "localhost")
EMAIL_PORT = _MAIL.get("port", 25)
EMAIL_HOST_USER = _MAIL.get("user", "")
EMAIL_HOST_PASSWORD = os.environ.get("SAGSBAROMETER_MAIL_PASSWORD", "")
EMAIL_USE_TLS = _MAIL.get("starttls", False)
EMAIL_TIMEOUT = 20  # seconds
DEFAULT_FROM_EMAIL = _MAIL.get("from", "sagsbarometer@localhost")
STATIC_URL = "/static/"
STATICFILES_DIRS = [Path(__file__).parent / "static"]
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
DATA_UPLOAD_MAX_MEMORY_SIZE = 4 << 20  # bytes of a form without its files
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000
FILE_UPLOAD_MAX_MEMORY_SIZE = 0  # every upload goes to a file of its own, in a folder of the house
FILE_UPLOAD_HANDLERS = ["sagsbarometer.web.documents.arriving.Arriving"]
FILE_UPLOAD_TEMP_DIR = str(_HOME.folder / "arriving")
FILE_UPLOAD_PERMISSIONS = 0o600

# Headers
SECURE_SSL_REDIRECT = False  # TLS ends before us: docs/drift.md
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if _TLS else None
SECURE_HSTS_SECONDS = 31_536_000 if _TLS else 0
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"

LOGGING_CONFIG = "sagsbarometer.web.logs.configure"
LOGGING: dict[str, object] = {}
