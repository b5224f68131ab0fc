"""How gunicorn serves the portal: `gunicorn --config portal/gunicorn.py portal.wsgi`."""

import os
import sys
from pathlib import Path

bind = f"127.0.0.1:{os.environ.get('PORT', '8000')}"
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
worker_class = "gthread"
threads = 4
# Loaded once and shared by the workers, which saves memory and makes a restarted worker ready at once.
preload_app = True
# Photos and reports leave memory fragmented; a worker that starts anew gives it back.
max_requests = 2000
max_requests_jitter = 400
timeout = 120
# The heartbeat file must not wait for a slow disk.
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108 - gunicorn makes its own name in it
loglevel = "warning"
accesslog = None


def when_ready(server) -> None:
    """Say where the portal is."""
    sys.stdout.write(f"The portal is at http://{bind}/\n")
    sys.stdout.flush()
