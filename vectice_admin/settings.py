"""
Every setting of the product, top to bottom. What an operator sets is read by env/ and listed in
README.md.
"""

from csp.constants import NONE, SELF

from vectice_admin import env, log, machine, private, tracing, version

BASE_DIR = env.BASE_DIR
VAR = BASE_DIR / "var"
PRODUCT = "Vectice Admin"  # on pages and in mails
VERSION = version.VERSION

# Who may ask, and under which name ----------------------------------------------------------------
# Django's DEBUG stays off even in development: its error pages show settings and form contents (a
# password, say).
DEVELOPMENT = env.boolean("DEBUG")
DEBUG = False
SECRET_KEY = env.secret_key(development=DEVELOPMENT)
SECRET_KEY_FALLBACKS = env.former_keys()

_LOCAL = ["127.0.0.1", "localhost", "[::1]"]
_named = env.hosts("ALLOWED_HOSTS")
_port = env.number("PORT", 8000, least=1, most=65_535)
PUBLIC_URL = env.public_url(env.usual_url(_named, _port, development=DEVELOPMENT))
PUBLIC_HOST = env.host_of(PUBLIC_URL)
TLS = PUBLIC_URL.startswith("https:")
ALLOWED_HOSTS = list(dict.fromkeys([PUBLIC_HOST, *(_named or _LOCAL)]))
TRUSTED_PROXIES = env.networks("TRUSTED_PROXIES")
ORGANIZATION_NAME = env.text("ORGANIZATION_NAME", "your organization")

# What is installed --------------------------------------------------------------------------------
INSTALLED_APPS = [
    "accounts",
    "accounts.sign_in",
    "accounts.passwords",
    "accounts.users",
    "accounts.saved_views",
    "accounts.bulk",
    "accounts.inactivity",
    "accounts.roles",
    "accounts.profile",
    "accounts.devices",
    "accounts.audit_trail",
    "accounts.mail",
    "accounts.invitations",
    "accounts.organization",
    "accounts.credentials",
    "accounts.disputes",
    "accounts.imports",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "vectice_admin.operations",
    "vectice_admin.static_files.StaticFiles",
    "django.forms",
    "csp",
    "django_htmx",
    "heroicons",
    "django_tasks_db",
]

MIDDLEWARE = [
    "vectice_admin.headers.HeadersOnly",
    "vectice_admin.measuring.Measuring",
    "vectice_admin.proxies.TrustedProxies",
    "vectice_admin.request_id.RequestId",
    "vectice_admin.headers.Headers",
    "django.middleware.security.SecurityMiddleware",
    # Cookies are SameSite=Lax, CSRF tokens are masked and Django pads at random: what BREACH needs
    # is not there.
    "django.middleware.gzip.GZipMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "vectice_admin.errors.ErrorPages",
    "vectice_admin.probes.Probes",
    "vectice_admin.encodings.Encodings",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "accounts.web.middleware.UserMiddleware",
    "accounts.web.middleware.ActorMiddleware",
    "accounts.web.form_middleware.FormMiddleware",
    # What reads a body (CSRF, for one) does so only when the view is found, so after this.
    "accounts.web.middleware.BodyLimitMiddleware",
    "accounts.web.middleware.RequiredStepMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "accounts.web.middleware.RefusalMiddleware",
]

if tracing.is_wanted():
    MIDDLEWARE.insert(
        MIDDLEWARE.index("vectice_admin.request_id.RequestId") + 1, "vectice_admin.tracing.Tracing"
    )

ROOT_URLCONF = "vectice_admin.urls"
WSGI_APPLICATION = "vectice_admin.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,  # how Django draws the widgets of forms
        "OPTIONS": {
            "environment": "accounts.web.templates.environment",
            "context_processors": ["accounts.web.responses.globals_for_templates"],
        },
    },
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# Where things are kept ----------------------------------------------------------------------------
DATABASES = {"default": env.database(VAR / "vectice_admin.sqlite3")}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["ENGINE"] = "vectice_admin.sqlite"
    private.folder(VAR)
    DATABASES["default"]["OPTIONS"] = {
        # Take the write lock at the start: SQLite refuses to upgrade a read lock while somebody
        # else writes.
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,  # seconds to wait for that lock
        # The file is mapped into memory, and 8 MB of it are kept by each connection.
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; "
        "PRAGMA mmap_size=268435456; PRAGMA cache_size=-8000; PRAGMA temp_store=MEMORY;",
    }
    # A connection that is opened anew for each request begins with nothing in its cache, and closes
    # the log each time.
    DATABASES["default"]["CONN_MAX_AGE"] = 300
else:
    DATABASES["default"]["ENGINE"] = "vectice_admin.postgresql"
    DATABASES["default"]["OPTIONS"] = {
        "connect_timeout": 5,  # seconds
        **DATABASES["default"]["OPTIONS"],
        # The pool would wait longer and longer between its tries; vectice_admin/outage.py says when
        # to try again.
        "pool": {"min_size": 1, "max_size": 12, "reconnect_timeout": 0.5},
    }
    # A cursor is kept open by one connection; PgBouncer, where it has one for each transaction,
    # would lose it.
    DATABASES["default"]["DISABLE_SERVER_SIDE_CURSORS"] = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env.redis_url()
CACHES = {"default": {"BACKEND": "vectice_admin.caches.CounterCache", "KEY_PREFIX": "vectice"}}
if REDIS_URL:
    CACHES["default"] |= {
        "BACKEND": "vectice_admin.redis_cache.RedisOrCounters",
        "LOCATION": REDIS_URL,
    }

# "default" is what the version before filled, see accounts/kernel/queue/tasks.py.
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["named", "default"]}}

STATIC_URL = "static/"
STATIC_ROOT = VAR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "vectice_admin.static_files.HashedFiles"},
}

# Mail ---------------------------------------------------------------------------------------------
EMAIL_BACKEND = "vectice_admin.mail_files.MailFiles"
EMAIL_FILE_PATH = VAR / "mail"
EMAIL_TIMEOUT = 10
globals().update(env.email())
DEFAULT_FROM_EMAIL = env.mail_address(
    "DEFAULT_FROM_EMAIL", f"Vectice Admin <no-reply@{PUBLIC_HOST}>"
)
SERVER_EMAIL = DEFAULT_FROM_EMAIL
MAIL_HOST = env.mail_host("MAIL_HOST", PUBLIC_HOST)

# Accounts, passwords, sessions --------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
LOGIN_URL = "sign-in"
AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend"]
PASSWORD_HASHERS = ["accounts.kernel.crypto.hashers.Argon2id"]
PROCESSES = env.number("WEB_CONCURRENCY", 2, least=1, most=256)
HASHING_SLOTS = env.number("HASHING_SLOTS", machine.hashing_slots(PROCESSES), least=1, most=256)
PASSWORD_MIN_LENGTH = env.number("PASSWORD_MIN_LENGTH", 15, least=8, most=128)
TEMPORARY_PASSWORD_HOURS = env.number("TEMPORARY_PASSWORD_HOURS", 72, least=1, most=24 * 365)
RESET_LINK_MINUTES = env.number("RESET_LINK_MINUTES", 60, least=1, most=60 * 24 * 7)

SESSION_ENGINE = "accounts.kernel.session_store"
SESSION_HOURS = env.number("SESSION_HOURS", 12, least=1, most=24 * 365)
SESSION_IDLE_MINUTES = env.number("SESSION_IDLE_MINUTES", 60, least=1, most=60 * 24 * 365)
SESSION_COOKIE_AGE = SESSION_HOURS * 3600
# Browsers do not tell the ports of a host apart: without the port two installations on it sign each
# other out.
_before, _behind = (
    "__Host-" if TLS else "",
    f"-{env.port_of(PUBLIC_URL)}" if env.port_of(PUBLIC_URL) else "",
)
SESSION_COOKIE_NAME = f"{_before}session{_behind}"
SESSION_COOKIE_SECURE = TLS
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_NAME = f"{_before}csrf{_behind}"
CSRF_COOKIE_SECURE = TLS
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
FORM_OWNER_COOKIE_NAME = f"{_before}forms{_behind}"
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]
CSRF_FAILURE_VIEW = "vectice_admin.errors.csrf_failure"

# What a request may be ----------------------------------------------------------------------------
DATA_UPLOAD_MAX_MEMORY_SIZE = (
    128 * 1024
)  # no form of ours is larger, so a megabyte of password is never even read
UPLOAD_MAX_SIZE = 55 * 1024 * 1024  # where a file is imported; as in deploy/nginx.conf
DATA_UPLOAD_MAX_NUMBER_FIELDS = 200
DATA_UPLOAD_MAX_NUMBER_FILES = 1

# What a browser is told ---------------------------------------------------------------------------
SECURE_PROXY_SSL_HEADER = (
    "HTTP_X_FORWARDED_PROTO",
    "https",
)  # proxies.py drops it from peers who are not trusted
SECURE_SSL_REDIRECT = TLS
SECURE_SSL_HOST = PUBLIC_URL.partition("://")[2]  # and not whatever name the request carries
SECURE_REDIRECT_EXEMPT = [
    r"^health/",
    r"^metrics$",
]  # asked from within, past the proxy that ends TLS
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if TLS else 0
# Other hosts are theirs who run them: browsers are told about those only if the operator asks, and
# so are Django's checks, which would have both.
SECURE_HSTS_INCLUDE_SUBDOMAINS = env.boolean("HSTS_SUBDOMAINS")
SECURE_HSTS_PRELOAD = env.boolean("HSTS_PRELOAD")
if SECURE_HSTS_PRELOAD and not SECURE_HSTS_INCLUDE_SUBDOMAINS:
    env.wrong(
        "HSTS_PRELOAD", "needs HSTS_SUBDOMAINS: browsers' lists take a name with all below it only."
    )
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
PERMISSIONS_POLICY: dict[str, list[str]] = {
    name: []
    for name in (
        "accelerometer",
        "autoplay",
        "camera",
        "display-capture",
        "fullscreen",
        "geolocation",
        "gyroscope",
        "magnetometer",
        "microphone",
        "midi",
        "payment",
        "screen-wake-lock",
        "usb",
        "xr-spatial-tracking",
    )
} | {"clipboard-write": ["self"]}

# Words and times ----------------------------------------------------------------------------------
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("fr", "Français")]
USE_I18N = True
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_TZ = True
TIME_ZONE = "UTC"

# What an operator sees: figures, and the log: one line an event, on standard error, without secrets
METRICS_TOKEN = env.token("METRICS_TOKEN")
WORKER_ALIVE_PATH = env.text("WORKER_ALIVE_PATH")
LOGGING = log.configuration(env.choice("LOG_FORMAT", *log.FORMATS))
