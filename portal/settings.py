"""Settings, read from the environment; README.md lists each variable."""

import base64
import hashlib
import os
import zoneinfo
from pathlib import Path

import dj_database_url
from csp.constants import NONCE, NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = Path(os.environ.get("PORTAL_DATA_DIR", BASE_DIR / ".data"))

# "demonstration" may hold invented figures and the accounts that everybody knows; "production" may not.
ENVIRONMENT = os.environ.get("PORTAL_ENVIRONMENT", "demonstration")
if ENVIRONMENT not in {"demonstration", "production"}:
    message = "PORTAL_ENVIRONMENT is either demonstration or production."
    raise ImproperlyConfigured(message)
PRODUCTION = ENVIRONMENT == "production"

DEBUG = False
SECRET_KEY = os.environ.get("SECRET_KEY", "" if PRODUCTION else "demonstration-only-not-a-secret")
if not SECRET_KEY:
    message = "Set SECRET_KEY to a long random text: production does not start without one."
    raise ImproperlyConfigured(message)
ALLOWED_HOSTS = [host for host in os.environ.get("ALLOWED_HOSTS", "127.0.0.1,localhost,[::1]").split(",") if host]
CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in ALLOWED_HOSTS] if PRODUCTION else []

INSTALLED_APPS = [
    "modeltranslation",
    "django_tasks",
    "django_tasks_db",
    "portal.roof",
    "activities",
    "beneficiaries",
    "partnerships",
    "portal.ground",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.forms",  # its widgets' templates, for FORM_RENDERER
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "crispy_forms",
    "crispy_bootstrap5",
    "csp",
    "import_export",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "portal.roof.public.cache.public_pages",
    "django.middleware.gzip.GZipMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "portal.ground.middleware.keep_private",
    "portal.ground.middleware.refuse_nul",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "portal.ground.middleware.own_language",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "portal.ground.middleware.require_second_factor",
]

ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    ["portal.ground.lean.Filesystem", "portal.ground.lean.AppDirectories"],
                )
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "portal.roof.context.shell",
            ],
        },
    },
]

DATABASES = {
    "default": dj_database_url.config(
        default=f"sqlite:///{DATA_DIR / 'portal.sqlite3'}", conn_max_age=60, conn_health_checks=True
    ),
}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # Write-ahead logging lets people read while one writes; an immediate transaction waits for the
    # lock at its start, where waiting is possible, and not in its middle, where SQLite refuses.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }
    DATABASES["default"]["CONN_MAX_AGE"] = 0
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Rate limits have to hold over all processes, so the cache is shared through the database.
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "portal_cache"},
    # Public pages, in the memory of each process: whether one still holds is asked of the database each time.
    "public": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "public",
        "OPTIONS": {"MAX_ENTRIES": 1000},
    },
    # What asks much and changes seldom, for each reader apart, on the same condition.
    "overviews": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "overviews",
        "OPTIONS": {"MAX_ENTRIES": 200},
    },
}

# What takes longer than a page may is done by `manage.py work`, which gunicorn keeps alive beside itself.
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

AUTH_USER_MODEL = "portal.User"
AUTHENTICATION_BACKENDS = [
    "portal.ground.signed_in.AccountBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "dashboard"
LOGOUT_REDIRECT_URL = "dashboard"
ACCOUNT_ADAPTER = "portal.ground.accounts.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_RATE_LIMITS = {
    "login": "60/m/ip",
    "login_failed": "10/m/ip,5/5m/key",
    "api_token": "10/m/ip",
    # A class sits behind one address: its wrong codes are counted together, and so are its answers by a shared link.
    "answer_code": "40/10m/ip",
    "answer": "300/h/ip",
    "sheet_link": "40/10m/ip",
    # By the link of one cohort: more than its trainers mark and mend on a day.
    "sheet_saved": "120/h/key",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Partnership portal"

LANGUAGE_CODE = "nl"
# Each language under its own name, so that its reader recognises it.
LANGUAGES = [("nl", "Nederlands"), ("fr", "Français"), ("en", "English"), ("ar", "العربية")]
MODELTRANSLATION_LANGUAGES = ("nl", "fr", "en", "ar")
MODELTRANSLATION_DEFAULT_LANGUAGE = "nl"
MODELTRANSLATION_FALLBACK_LANGUAGES = ("nl", "fr", "en", "ar")
LOCALE_PATHS = [BASE_DIR / "portal" / "locale"]
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
FORMAT_MODULE_PATH = "portal.formats"
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Europe/Brussels"
# The machine's own time zones may be older than September 2026, when Morocco stopped changing its clocks: those that
# are installed beside the portal count.
zoneinfo.reset_tzpath(to=())

STATIC_URL = "static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_ROOT = DATA_DIR / "media"
STORAGES = {
    "default": {"BACKEND": "portal.ground.files.PrivateStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
# These are drawn into pages or read by the printer of reports, so nobody downloads them.
WHITENOISE_SKIP_COMPRESS_EXTENSIONS = (
    *("jpg", "jpeg", "png", "gif", "webp", "zip", "gz", "br", "woff", "woff2"),
    *("ttf", "svg"),
)
FIXTURE_DIRS = [BASE_DIR / "fixtures"]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"

# One entry with four photos of 3 MB and three vouchers fits; a 100 MB photo is refused while it
# is being received (portal.ground.uploads) and named beside its field.
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 3000
DATA_UPLOAD_MAX_NUMBER_FILES = 60
FILE_UPLOAD_HANDLERS = [
    "portal.ground.uploads.LimitedUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o700

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "manifest-src": [SELF],
    },
}
SESSION_ENGINE = "portal.ground.signed_in"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "portal.ground.views.csrf_failure"
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
if PRODUCTION:
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = True
    SECURE_SSL_REDIRECT = True
    SECURE_HSTS_SECONDS = 365 * 24 * 3600
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

EMAIL_BACKEND = (
    "django.core.mail.backends.smtp.EmailBackend" if PRODUCTION else "django.core.mail.backends.console.EmailBackend"
)
DEFAULT_FROM_EMAIL = os.environ.get("DEFAULT_FROM_EMAIL", "portal@localhost")
EMAIL_HOST = os.environ.get("EMAIL_HOST", "localhost")
EMAIL_PORT = int(os.environ.get("EMAIL_PORT", "25"))
# Whom a citizen writes to who cannot use a page; the accessibility statement names it.
PORTAL_CONTACT = os.environ.get("PORTAL_CONTACT", "")
# Where people reach the portal: mails lead back to it.
PORTAL_URL = os.environ.get("PORTAL_URL", f"http://127.0.0.1:{os.environ.get('PORT', '8000')}")

# For how many days the file of a report of what was not frozen is kept; that of a frozen one stays.
REPORT_DAYS = int(os.environ.get("PORTAL_REPORT_DAYS", "365"))

# A count about a vulnerable group below this does not leave the portal. Below three one who is counted knows the other.
LEAST_SMALLEST_COUNT = 3
_smallest = os.environ.get("PORTAL_SMALLEST_COUNT", "5")
SMALLEST_COUNT = int(_smallest) if _smallest.isdecimal() else 0
if SMALLEST_COUNT < LEAST_SMALLEST_COUNT:
    message = "PORTAL_SMALLEST_COUNT is a whole number of at least 3: below it, counts point at people."
    raise ImproperlyConfigured(message)

# Confidential notes are sealed with the first key and opened with any. Production has those of its environment alone.
NOTE_KEYS = [key for key in os.environ.get("PORTAL_NOTE_KEYS", "").split(",") if key]
if not NOTE_KEYS and not PRODUCTION:
    NOTE_KEYS = [base64.urlsafe_b64encode(hashlib.sha256(SECRET_KEY.encode()).digest()).decode()]

SITE_NAME = _("Partnership portal")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{levelname} {name}: {message}", "style": "{"}},
    "filters": {"keys": {"()": "portal.ground.log_lines.HideKeys"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    # It names the address of each request that was refused.
    "loggers": {"django.request": {"filters": ["keys"]}},
    "root": {"handlers": ["console"], "level": os.environ.get("LOG_LEVEL", "WARNING")},
}
