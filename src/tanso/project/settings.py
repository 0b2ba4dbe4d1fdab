"""Django's settings. What an installation may change is in `configuration.py`; the rest is decided here.

The private server starts after these settings are read, so the addresses of the two databases are filled in at run
time (`interfaces/connect.py`). Both aliases are one database: `default` as the role that may only use the tables,
`owner` as the role that owns them, which only migrations use.
"""

from csp.constants import NONE, SELF

from tanso.project import catalogues, configuration

TANSO = configuration.load()

DEBUG = TANSO.debug
SECRET_KEY = "" if TANSO.secret_key is None else TANSO.secret_key.get_secret_value()
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]", TANSO.host, *TANSO.allowed_hosts]
CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in TANSO.allowed_hosts if host != "*"]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.staticfiles",
    "django_htmx",
    "csp",
    "rules",
    "procrastinate.contrib.django",
    "tanso.acts",
    "tanso.ledger",
    "tanso.parties",
    "tanso.emissions",
    "tanso.registry",
    "tanso.notices",
    "tanso.interfaces.web",
    "tanso.project",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "tanso.interfaces.web.looks.remember",
]

ROOT_URLCONF = "tanso.project.urls"
WSGI_APPLICATION = "tanso.project.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "tanso.interfaces.web.context.page",
            ],
        },
    },
]

# Before a server is known, no connection must reach a server that happens to run on this machine.
_NO_SERVER_YET = {
    "ENGINE": "django.db.backends.postgresql",
    "NAME": "tanso",
    "HOST": "/nonexistent/tanso-has-not-connected-yet",
    "CONN_MAX_AGE": 60,
    "CONN_HEALTH_CHECKS": True,
}
DATABASES = {"default": dict(_NO_SERVER_YET), "owner": dict(_NO_SERVER_YET)}
# Where people reach the pages, as letters and mails print it.
TANSO_PUBLIC_ADDRESS = TANSO.reached_at
TANSO_APPLICATION_ROLE = "tanso_app"
TANSO_TRUSTED_PROXIES = TANSO.trusted_proxies
TANSO_LOOKS_KEPT_DAYS = TANSO.looks_kept_days

AUTH_USER_MODEL = "parties.Login"
AUTHENTICATION_BACKENDS = ["rules.permissions.ObjectPermissionBackend", "django.contrib.auth.backends.ModelBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 14}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "sign-in"
LOGIN_REDIRECT_URL = "entrance"
LOGOUT_REDIRECT_URL = "sign-in"

LANGUAGE_CODE = "ja"
LANGUAGES = [("ja", "日本語"), ("en", "English")]
LANGUAGE_COOKIE_NAME = "tanso_language"
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600
LANGUAGE_COOKIE_SAMESITE = "Lax"
LOCALE_PATHS = [catalogues.FOLDER]
# Here, because Django reads the catalogues while it reads the models, and then never again.
catalogues.compile_where_needed()
USE_I18N = True
TIME_ZONE = "Asia/Tokyo"
USE_TZ = True

# WhiteNoise reads the static files of every app at start: there is no step of collecting them to forget.
STATIC_URL = "static/"
WHITENOISE_USE_FINDERS = True
WHITENOISE_MAX_AGE = 0 if TANSO.debug else 300

SESSION_COOKIE_NAME = "tanso_session"
SESSION_COOKIE_AGE = 8 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
CSRF_COOKIE_NAME = "tanso_csrf"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "tanso.interfaces.web.views.entrance.form_expired"

# A demonstration is http on one's own machine; everything else is https.
_HTTPS = not (TANSO.demo or TANSO.debug)
SESSION_COOKIE_SECURE = _HTTPS
CSRF_COOKIE_SECURE = _HTTPS
LANGUAGE_COOKIE_SECURE = _HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if _HTTPS else None
SECURE_HSTS_SECONDS = 31_536_000 if _HTTPS else 0
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "object-src": [NONE],
    },
}

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024

# Without a mail server nothing is sent: mails are on their pages (docs/how-to/mail-and-jobs.md).
EMAIL_BACKEND = f"django.core.mail.backends.{'dummy' if TANSO.mail_host is None else 'smtp'}.EmailBackend"
EMAIL_HOST = TANSO.mail_host or ""
EMAIL_PORT = TANSO.mail_port
EMAIL_HOST_USER = TANSO.mail_user or ""
EMAIL_HOST_PASSWORD = "" if TANSO.mail_password is None else TANSO.mail_password.get_secret_value()
EMAIL_USE_TLS = TANSO.mail_tls == "starttls"
EMAIL_USE_SSL = TANSO.mail_tls == "tls"
EMAIL_TIMEOUT = 30
DEFAULT_FROM_EMAIL = TANSO.mail_from or "tanso@localhost"

# Jobs: the worker is `tanso work`.
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = ""
PROCRASTINATE_IMPORT_PATHS = ["tanso.interfaces.jobs.tasks"]

FORM_RENDERER = "django.forms.renderers.DjangoTemplates"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
}
