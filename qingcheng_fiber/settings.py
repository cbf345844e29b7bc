"""Settings, all from the environment; every variable is described in docs/operations.md."""

import os
import secrets
import sys
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

from common.locking import alone
from qingcheng_fiber import env
from qingcheng_fiber.database import database, sqlite, standby

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = Path(os.environ.get("PORTAL_VAR") or BASE_DIR / "var")
VAR_DIR.mkdir(parents=True, exist_ok=True)

MODE = env.choice("PORTAL_MODE", ("local", "demonstration", "development", "production"))
PRODUCTION = MODE == "production"
DEVELOPMENT = MODE == "development"
DEMONSTRATION = DEVELOPMENT or MODE == "demonstration"
# A debug page tells everything: only ever under Django's own server, for the own machine.
DEBUG = DEVELOPMENT and sys.argv[1:2] == ["runserver"]

SHORTEST_SECRET_KEY = 50


def _secret_key() -> str:
    """The key from the environment; outside production one that this installation makes and keeps for itself."""
    key = os.environ.get("PORTAL_SECRET_KEY", "")
    if PRODUCTION and len(key) < SHORTEST_SECRET_KEY:
        said = f"现在只有 {len(key)} 个字符" if key else "现在没有设置"
        raise ImproperlyConfigured(
            f"生产模式必须设置环境变量 PORTAL_SECRET_KEY，至少 {SHORTEST_SECRET_KEY} 个随机字符，{said}。"
            '可用 python3 -c "import secrets; print(secrets.token_urlsafe(50))" 生成。'
        )
    return key or _own_secret_key(VAR_DIR / "secret_key")


def _own_secret_key(kept: Path) -> str:
    with alone(kept.with_name("secret_key.lock")):
        if not kept.exists():
            kept.touch(mode=0o600)
            kept.write_text(secrets.token_urlsafe(50), encoding="ascii")
        return kept.read_text(encoding="ascii")


SECRET_KEY = _secret_key()

# A demonstration is shown from whatever machine it happens to run on.
OWN_MACHINE = "localhost,127.0.0.1,[::1]"
ALLOWED_HOSTS = env.listed("PORTAL_ALLOWED_HOSTS", "*" if DEMONSTRATION and not DEVELOPMENT else OWN_MACHINE)
CSRF_TRUSTED_ORIGINS = env.listed("PORTAL_CSRF_TRUSTED_ORIGINS")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django_filters",
    "rest_framework",
    "django_tasks",
    "django_tasks_db",
    "common",
    "gate",
    "areas",
    "accounts",
    "offline",
    "entry",
    "witness",
    "workflow",
    "register",
    "jobs",
    "papers",
    "evidence",
    "inbox",
    "returns",
    "acceptance",
    "proposals",
    "findings",
    "figures",
    "inspection",
    "inspection.spotcheck",
    "planning",
    "workbooks",
    "workbooks.ledgers",
    "field",
    "outlook",
    "measures",
    "measures.appraisal",
    "problems",
    "breakdown",
    "supervision",
    "reports",
    "reports.certificates",
    "reports.screens",
    "upkeep",
    "demonstration",
    "qingcheng_fiber",
    "devtools",
]

MIDDLEWARE = [
    "qingcheng_fiber.middleware.security_headers",
    "upkeep.middleware.accounted",
    "qingcheng_fiber.middleware.usual_methods",
    "qingcheng_fiber.middleware.api_in_clear",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "qingcheng_fiber.middleware.body_limit",
    "qingcheng_fiber.middleware.ErrorPages",
    "qingcheng_fiber.middleware.Sessions",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "qingcheng_fiber.middleware.no_store",
    "accounts.middleware.LoginRequired",
    "accounts.middleware.session_kept_while_used",
    "accounts.middleware.address",
    "accounts.middleware.RefusalsAndLooks",
    "accounts.middleware.DuesFirst",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "qingcheng_fiber.middleware.no_nul",
    "qingcheng_fiber.parsing.KnownParameters",
    "acceptance.middleware.verdicts",
]

ROOT_URLCONF = "qingcheng_fiber.urls"
WSGI_APPLICATION = "qingcheng_fiber.wsgi.application"

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
                "qingcheng_fiber.context.portal",
            ],
        },
    },
]

try:
    DATABASE_URL = os.environ.get("DATABASE_URL", "")
    DATABASES = {"default": database(DATABASE_URL) if DATABASE_URL else sqlite(VAR_DIR / "portal.sqlite3")}
except ValueError as problem:
    raise ImproperlyConfigured(str(problem)) from None
# A standby that answers what only looks, while it is no further behind than so many seconds (docs/replica.md)
REPLICA_URL = os.environ.get("PORTAL_REPLICA_URL", "").strip()
REPLICA_LAG_S = env.number("PORTAL_REPLICA_LAG_S", 5, least=1)
if REPLICA_URL:
    try:
        DATABASES["replica"] = standby(REPLICA_URL, DATABASES["default"])
    except ValueError as problem:
        raise ImproperlyConfigured(str(problem)) from None
    DATABASE_ROUTERS = ["qingcheng_fiber.replica.ReplicaRouter"]
    _sessions = MIDDLEWARE.index("qingcheng_fiber.middleware.Sessions")
    MIDDLEWARE.insert(_sessions, "qingcheng_fiber.replica.reading")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# People and sessions

AUTH_USER_MODEL = "accounts.User"
LOGIN_URL = "accounts:login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "accounts:login"
AUTHENTICATION_BACKENDS = ["accounts.access.PortalBackend"]
# Wrong passwords for one name from one address, before that pair is locked for so long.
LOGIN_FAILURES = env.number("PORTAL_LOGIN_FAILURES", 5, least=1)
LOGIN_LOCK_MINUTES = env.number("PORTAL_LOGIN_LOCK_MINUTES", 15, least=1)
SESSION_COOKIE_AGE = 60 * env.number("PORTAL_SESSION_IDLE_MINUTES", 30, least=1)
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
# Passwords by 等保 (composition, history, rotation) or by OWASP ASVS 5.0 6.2 (length alone); each number can be set by itself.
PASSWORD_PROFILE = env.choice("PORTAL_PASSWORD_PROFILE", ("dengbao", "asvs"))
_LENGTH, _CLASSES, _HISTORY, _DAYS = {"dengbao": (10, 3, 5, 90), "asvs": (12, 1, 0, 0)}[PASSWORD_PROFILE]
# 0: passwords do not grow old.
PASSWORD_MAX_AGE_DAYS = 0 if DEMONSTRATION else env.number("PORTAL_PASSWORD_MAX_AGE_DAYS", _DAYS)
# Hours after which a login ends however much it is used; whether a login ends the older ones of its account.
SESSION_MAX_HOURS = env.number("PORTAL_SESSION_MAX_HOURS", 12, least=1)
ONE_SESSION = env.switch("PORTAL_ONE_SESSION", False)
# Posts that log in with a second factor, `none` for no post: who could let others in, and who decides for the district.
SECOND_FACTOR_POSTS = env.listed(
    "PORTAL_SECOND_FACTOR",
    "system_admin,security_admin,auditor,bureau_head,government" if PRODUCTION else "none",
)
# Days without a login after which an account is closed; 0: never.
DORMANT_DAYS = 0 if DEMONSTRATION else env.number("PORTAL_DORMANT_DAYS", 90)
# After how many months entries of the audit trail leave the table for signed files; 0: never, else at least 6 (等保).
AUDIT_MONTHS = env.months("PORTAL_AUDIT_MONTHS", least=6)
AUDIT_HASH = env.choice("PORTAL_AUDIT_HASH", ("sha256", "sm3"))
# 光网 2017: it satisfies the validators and protects nothing; in production nobody gets in with it.
DEMONSTRATION_PASSWORD = "Guangwang-2017"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "accounts.passwords.Composition",
        "OPTIONS": {
            "length": env.number("PORTAL_PASSWORD_LENGTH", _LENGTH, least=8),
            "classes": env.number("PORTAL_PASSWORD_CLASSES", _CLASSES),
        },
    },
    {"NAME": "accounts.passwords.NotPublic"},
    {"NAME": "accounts.passwords.NotGuessable"},
    {"NAME": "accounts.passwords.NotUsedBefore", "OPTIONS": {"last": env.number("PORTAL_PASSWORD_HISTORY", _HISTORY)}},
]

# For how many hours after it last reached the portal a device opens what it keeps for an account (docs/field.md)
OFFLINE_HOURS = env.number("PORTAL_OFFLINE_HOURS", 12, least=1)

# Transport and cookies

HTTPS = env.switch("PORTAL_HTTPS", PRODUCTION)
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = env.number("PORTAL_HSTS_SECONDS", 31_536_000) if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
# Only a proxy that always sets or removes this header itself may be trusted with it.
BEHIND_PROXY = env.switch("PORTAL_BEHIND_PROXY", False)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_PROXY else None
# Whose X-Forwarded-For is believed: by it logins are counted and the audit trail says from where.
PROXIES = env.listed("PORTAL_PROXIES", "127.0.0.1,::1") if BEHIND_PROXY else []
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
# A browser takes a __Host- cookie only over https, for this host and for no other.
SESSION_COOKIE_NAME = "__Host-session" if HTTPS else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if HTTPS else "csrf"
MESSAGE_STORAGE = "qingcheng_fiber.cookies.Messages"
CSRF_FAILURE_VIEW = "qingcheng_fiber.errors.csrf_failure"
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

# What a request may bring: a return of 300 villages has 2,400 fields.

DATA_UPLOAD_MAX_NUMBER_FIELDS = 5_000
DATA_UPLOAD_MAX_NUMBER_FILES = 5
DATA_UPLOAD_MAX_MEMORY_SIZE = 4 * 1024 * 1024
LARGEST_BODY = 1024 * 1024 * env.number("PORTAL_UPLOAD_MB", 20, least=1)
# Files stay in memory until they are judged: no temporary file is left of an upload that breaks off, or fills a disk.
FILE_UPLOAD_MAX_MEMORY_SIZE = LARGEST_BODY
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.MemoryFileUploadHandler"]
# What an account, and all together, may upload in a day; how much of the disk is kept free for what is typed.
UPLOAD_DAY_MB = env.number("PORTAL_UPLOAD_DAY_MB", 1_000, least=1)
UPLOAD_DAY_TOTAL_MB = env.number("PORTAL_UPLOAD_DAY_TOTAL_MB", 20_000, least=1)
DISK_RESERVE_MB = env.number("PORTAL_DISK_RESERVE_MB", 500)

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "accounts.bearer.Bearer",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["qingcheng_fiber.parsing.Json"],
    "DEFAULT_METADATA_CLASS": "qingcheng_fiber.parsing.Askable",
    "EXCEPTION_HANDLER": "accounts.middleware.answered",
}

# Long work in the background; how many days its results are kept

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
JOB_DAYS = env.number("PORTAL_JOB_DAYS", 7, least=1)

# Mail: the inbox's digest and urgings; without a server none is sent

EMAIL_HOST = os.environ.get("PORTAL_MAIL_HOST", "").strip()
EMAIL_PORT = env.number("PORTAL_MAIL_PORT", 25, least=1)
EMAIL_HOST_USER = os.environ.get("PORTAL_MAIL_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("PORTAL_MAIL_PASSWORD", "")
MAIL_SECURITY = env.choice("PORTAL_MAIL_SECURITY", ("none", "starttls", "ssl"))
EMAIL_USE_TLS, EMAIL_USE_SSL = MAIL_SECURITY == "starttls", MAIL_SECURITY == "ssl"
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = SERVER_EMAIL = os.environ.get("PORTAL_MAIL_FROM", "").strip() or "portal@localhost"
# Where the portal is found, for the links in mails; blank: no link.
PORTAL_ADDRESS = os.environ.get("PORTAL_ADDRESS", "").strip()

# Witnesses outside: who is mailed the head of the log daily and with each ratification

WITNESS_MAIL = env.listed("PORTAL_WITNESS_MAIL")

# Language and time

LANGUAGE_CODE = "zh-hans"
TIME_ZONE = "Asia/Shanghai"
USE_I18N = True
USE_TZ = True

# Static files: hashed names and compressed copies in production, the files as they lie elsewhere

STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = Path(os.environ.get("PORTAL_STATIC_ROOT") or BASE_DIR / "staticfiles") if PRODUCTION else None
WHITENOISE_USE_FINDERS = not PRODUCTION
WHITENOISE_AUTOREFRESH = DEVELOPMENT or MODE == "local"
WHITENOISE_ALLOW_ALL_ORIGINS = False
if PRODUCTION:
    STORAGES = {
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
        "staticfiles": {"BACKEND": "qingcheng_fiber.static_files.HashedFiles"},
    }

# The log goes to stderr: a line or an object of JSON an event, never a person, a page's address or what a form held

LOG_FORMAT = env.choice("PORTAL_LOG_FORMAT", ("json", "line") if PRODUCTION else ("line", "json"))
# Whether the line of a request says from which address it came.
LOG_ADDRESSES = env.switch("PORTAL_LOG_ADDRESSES", False)
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"context": {"()": "upkeep.logs.LogContext"}},
    "formatters": {"line": {"()": "upkeep.logs.LogLine"}, "json": {"()": "upkeep.logs.LogJson"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": LOG_FORMAT, "filters": ["context"]}},
    "root": {"handlers": ["stderr"], "level": env.choice("PORTAL_LOG_LEVEL", ("INFO", "DEBUG", "WARNING", "ERROR"))},
    # Django's own handler would tell each error once more, in its own words.
    "loggers": {"django": {"handlers": [], "level": "INFO"}},
}

# Watching over the portal (docs/service.md): who may ask /healthz, /readyz and /metrics, and when they find it wanting

PROBERS = env.networks("PORTAL_PROBERS", "127.0.0.1,::1")
DISK_FREE_MB = env.number("PORTAL_DISK_FREE_MB", 1024)
WORKER_SILENT_SECONDS = env.number("PORTAL_WORKER_SILENT_SECONDS", 30, least=6)
# 0: nobody expects backups.
BACKUP_HOURS = env.number("PORTAL_BACKUP_HOURS", 26 if PRODUCTION else 0)

# The map's background: none, or the address of a tile server with {z}, {x} and {y}, in which datum, and whose it is

MAP_TILES = env.tiles("PORTAL_MAP_TILES")
MAP_TILES_DATUM = env.choice("PORTAL_MAP_TILES_DATUM", ("WGS84", "CGCS2000", "GCJ02"))
MAP_TILES_CREDIT = os.environ.get("PORTAL_MAP_TILES_CREDIT", "")
# A league table of streets and towns is shown only where this is switched on.
LEAGUE_TABLE = env.switch("PORTAL_LEAGUE_TABLE", False)
# Townships, units and operators are scored only where this is switched on.
APPRAISAL = env.switch("PORTAL_APPRAISAL", False)

PLAN_FILE = Path(os.environ.get("PORTAL_PLAN") or BASE_DIR / "acceptance/plans/qingcheng-2017.toml")

# Quarterly returns: due so many days after the quarter's end; the day on which a demonstration stands

RETURN_DUE_DAYS = env.number("PORTAL_RETURN_DUE_DAYS", 15)
RETURN_REMIND_DAYS = env.number("PORTAL_RETURN_REMIND_DAYS", 5)
RETURNS_FOUR_EYES = env.switch("PORTAL_RETURNS_FOUR_EYES", False)

# The register: whether a second person of the bureau confirms whatever the first accepted

PROPOSALS_FOUR_EYES = env.switch("PORTAL_PROPOSALS_FOUR_EYES", False)

# The acceptance chain: whether the bureau's head confirms what a reviewer decided; how much evidence
# a report holds for each unit

INSPECTION_FOUR_EYES = env.switch("PORTAL_INSPECTION_FOUR_EYES", True)
# Whether a township needs an approved return of the quarter to report; on how many units one person decides at once alone.
INSPECTION_NEEDS_RETURN = env.switch("PORTAL_INSPECTION_NEEDS_RETURN", True)
INSPECTION_BATCH_ALONE = env.number("PORTAL_INSPECTION_BATCH_ALONE", 50)
EVIDENCE_MB = env.number("PORTAL_EVIDENCE_MB", 10, least=1)
EVIDENCE_FILES = env.number("PORTAL_EVIDENCE_FILES", 20, least=1)
EVIDENCE_UNIT_MB = env.number("PORTAL_EVIDENCE_UNIT_MB", 60, least=1)
# A function of (path, name) that answers '' or, in a sentence, why the file must not be kept.
EVIDENCE_SCAN = os.environ.get("PORTAL_EVIDENCE_SCAN") or None
PORTAL_TODAY = env.day("PORTAL_TODAY", "2019-04-08" if DEMONSTRATION else "")

# Certificates: the key that signs what the portal says of them (blank: one that it makes), how often an address may ask

CERTIFICATE_KEY = os.environ.get("PORTAL_CERTIFICATE_KEY", "")
CERTIFICATE_LOOKUPS = env.number("PORTAL_CERTIFICATE_LOOKUPS", 30, least=1)
# Where the public reaches the portal, https://host; it stands in the QR codes. Blank: the address of whoever prints.
PUBLIC_ADDRESS = os.environ.get("PORTAL_PUBLIC_ADDRESS", "").rstrip("/")

# Continuous protection: the folder, on another disk or machine, to which the database's log and new files are streamed

STREAM_TO = os.environ.get("PORTAL_STREAM_TO", "").strip()

# Backups: the age public keys to which they are encrypted, or the word in-clear; blank: each backup that leaves PORTAL_VAR must say

BACKUP_RECIPIENTS = env.listed("PORTAL_BACKUP_RECIPIENTS")
