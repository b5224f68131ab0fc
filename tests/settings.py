"""The portal's settings with what tests need: speed, no shared cache, and files that go away."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

# The environment of who runs the tests must not reach the settings.
os.environ["PORTAL_ENVIRONMENT"] = "demonstration"
os.environ.pop("PORTAL_SMALLEST_COUNT", None)
os.environ["ALLOWED_HOSTS"] = "localhost,127.0.0.1"

from portal.settings import *  # noqa: F403 - taken over whole
from portal.settings import DATABASES, STORAGES

SCRATCH = Path(tempfile.mkdtemp(prefix="portal-tests-"))
atexit.register(shutil.rmtree, SCRATCH, ignore_errors=True)

# Playwright keeps an event loop in the thread that runs the tests; the tests themselves are synchronous.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")

if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # In a file, as in use: each thread has its own connection, so that writers really meet.
    DATABASES["default"]["TEST"] = {"NAME": str(SCRATCH / "test.sqlite3")}
DATABASES["default"]["CONN_MAX_AGE"] = 0

CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
    # What one test's database holds must not answer another's; the tests of what is kept have a memory of their own.
    "public": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"},
    "overviews": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"},
}
# No worker runs beside the tests: what waits is done at once.
TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
ACCOUNT_RATE_LIMITS = False  # type: ignore[assignment]
MEDIA_ROOT = SCRATCH / "media"
STATIC_ROOT = SCRATCH / "static"
STATIC_ROOT.mkdir()
WHITENOISE_USE_FINDERS = True
# Each client of a test builds the middleware anew: files are looked for when they are asked for, not listed first.
WHITENOISE_AUTOREFRESH = True
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
# A layout that names a field which its form lacks is an error here; live, crispy writes it to the log and goes on.
CRISPY_FAIL_SILENTLY = False
