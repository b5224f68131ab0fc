"""How gunicorn serves the portal: `gunicorn --config portal/gunicorn.py portal.wsgi`."""

import os
import sys
from pathlib import Path

from portal.ground.background import Keeper

bind = f"127.0.0.1:{os.environ.get('PORT', '8000')}"
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
worker_class = "portal.ground.serving.Worker"
threads = 4
# Loaded once and shared by the workers, which saves memory and makes a restarted worker ready at once.
preload_app = True
# Photos and reports leave memory fragmented; a worker that starts anew gives it back.
max_requests = 2000
max_requests_jitter = 400
timeout = 120
# As long as gunicorn lets an address be, unless it may fill the memory: a search of the 200 letters that a box takes
# is 1200 signs in Arabic. What is longer was typed by hand, and is told so.
limit_request_line = 8190
# The heartbeat file must not wait for a slow disk.
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108 - gunicorn makes its own name in it
loglevel = "warning"
accesslog = None


def when_ready(server) -> None:
    """Start the process for background work, and say where the portal is."""
    manage = Path(__file__).resolve().parent.parent / "manage.py"
    server.background = Keeper([sys.executable, str(manage), "work"])
    server.background.start()
    sys.stdout.write(f"The portal is at http://{bind}/\n")
    sys.stdout.flush()


def on_reload(server) -> None:
    """Let the background work go on with the new code."""
    server.background.renew()


def on_exit(server) -> None:
    """End the background work with the server."""
    server.background.stop()
