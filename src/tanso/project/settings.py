"""Django's settings. What an installation may change is in `configuration.py`; the rest is decided here.

The private server starts after these settings are read, so the addresses of the two databases are filled in at run
time (`interfaces/connect.py`). Both aliases are one database: `default` as the role that may only use the tables,
`owner` as the role that owns them, which only migrations use.
"""

from datetime import timedelta

from csp.constants import NONE, SELF

from tanso.project import catalogues, configuration

TANSO = configuration.load()

DEBUG = TANSO.debug
SECRET_KEY = "" if TANSO.secret_key is None else TANSO.secret_key.get_secret_value()
SECRET_KEY_FALLBACKS = [key.get_secret_value() for key in TANSO.secret_key_fallbacks]
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
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "axes",
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
    "tanso.interfaces.web.collector.spare",
    "tanso.interfaces.web.headers.harden",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "tanso.interfaces.web.signing_in.middleware.SignInOrder",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "tanso.interfaces.web.writers.say_who_writes",
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
# Axes first: it answers for logins that are locked. The password itself is Django's to check, exactly as written.
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "rules.permissions.ObjectPermissionBackend",
    "tanso.interfaces.web.signing_in.backends.LoginBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "tanso.interfaces.web.signing_in.passwords.LengthValidator", "OPTIONS": {"at_least": 14}},
    {"NAME": "tanso.interfaces.web.signing_in.passwords.KnownPasswordValidator"},
    {"NAME": "tanso.interfaces.web.signing_in.passwords.OwnNameValidator"},
]
LOGIN_URL = "sign-in"
LOGIN_REDIRECT_URL = "entrance"
LOGOUT_REDIRECT_URL = "sign-in"

# Signing in (docs/adr: sign-in): the login id is all that names a person here, its address may be missing.
ACCOUNT_ADAPTER = "tanso.interfaces.web.signing_in.adapters.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = "login"
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGIN_TIMEOUT = 600
ACCOUNT_REAUTHENTICATION_TIMEOUT = TANSO.confirm_again_after_minutes * 60
# By address, against guessing at many logins; a login of its own is guarded by its lock (AXES_FAILURE_LIMIT).
ACCOUNT_RATE_LIMITS = {
    "login": "120/m/ip",
    "login_failed": "30/m/ip,10/5m/key",
    "reauthenticate": "30/m/user",
    "change_password": "10/m/user",
}
ALLAUTH_TRUSTED_PROXY_COUNT = TANSO.trusted_proxies
MFA_ADAPTER = "tanso.interfaces.web.signing_in.adapters.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_RECOVERY_CODE_DIGITS = 10
# A code of the half minute before or after counts too: clocks differ.
MFA_TOTP_TOLERANCE = 1
TANSO_DEMANDS_SECOND_FACTOR = TANSO.demands_second_factor
TANSO_IDLE = timedelta(minutes=TANSO.idle_minutes)
TANSO_LONGEST_SESSION = timedelta(hours=TANSO.session_hours)

# Attempts stay in the database for whoever audits; eight failures in a row lock a login for half an hour.
AXES_FAILURE_LIMIT = 8
AXES_COOLOFF_TIME = timedelta(minutes=30)
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_LOCKOUT_PARAMETERS = ["username"]
AXES_USERNAME_FORM_FIELD = "username"
AXES_RESET_ON_SUCCESS = True
AXES_ENABLE_ACCESS_FAILURE_LOG = True
AXES_ACCESS_FAILURE_LOG_PER_USER_LIMIT = 100_000
AXES_CLIENT_IP_CALLABLE = "tanso.interfaces.web.signing_in.adapters.address_of"
AXES_SENSITIVE_PARAMETERS = [
    "username",
    "ip_address",
    "oldpassword",
    "password1",
    "password2",
    "code",
    "credential",
    "confirmed-password",
    "confirmed-code",
]
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False
# W002: a locked login gets the page of a wrong password (signing_in.adapters), not one of axes' middleware. W006: the
# failures of a login are counted together, wherever they come from.
SILENCED_SYSTEM_CHECKS = ["axes.W002", "axes.W006"]

# One memory for all processes: counters of rate limits, and codes that were used.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "parties_cache",
        "OPTIONS": {"MAX_ENTRIES": 20_000},
    }
}

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

# A demonstration is http on one's own machine; everything else is https.
_HTTPS = not (TANSO.demo or TANSO.debug)
# With this prefix a browser takes the cookie from this very host alone, by https alone.
_PREFIX = "__Host-" if _HTTPS else ""
SESSION_COOKIE_NAME = f"{_PREFIX}tanso_session"
SESSION_COOKIE_AGE = TANSO.session_hours * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
CSRF_COOKIE_NAME = f"{_PREFIX}tanso_csrf"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "tanso.interfaces.web.views.entrance.form_expired"

MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not _HTTPS
SESSION_COOKIE_SECURE = _HTTPS
CSRF_COOKIE_SECURE = _HTTPS
LANGUAGE_COOKIE_SECURE = _HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if _HTTPS else None
# Whoever can be reached by others has a name; a server on one's own machine is asked for as localhost, by http.
SECURE_SSL_REDIRECT = _HTTPS and bool(TANSO.allowed_hosts)
SECURE_HSTS_SECONDS = 63_072_000 if _HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = _HTTPS
SECURE_HSTS_PRELOAD = _HTTPS
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "connect-src": [SELF],
        "font-src": [SELF],
        "img-src": [SELF],
        "manifest-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "frame-src": [NONE],
        "media-src": [NONE],
        "worker-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "object-src": [NONE],
    },
}

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
# A form has some hundred fields and a few files at most; `headers.harden` refuses the rest before reading it.
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2_000
DATA_UPLOAD_MAX_NUMBER_FILES = 20
TANSO_LARGEST_REQUEST_BYTES = 32 * 1024 * 1024
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
    "formatters": {
        "line": {
            "()": "tanso.project.logs.OneLine",
            "format": "%(asctime)s %(levelname)s %(name)s: %(message)s",
            # With its zone: lines of several machines are read side by side.
            "datefmt": "%Y-%m-%dT%H:%M:%S%z",
        }
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    # Attempts at signing in are kept in the database; a line that says who is left out tells nothing.
    "loggers": {"axes": {"level": "ERROR"}},
}
