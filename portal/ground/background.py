"""Work that takes longer than a page may: the process that does it, and what keeps that process alive.

A task is a function marked with `django_tasks.task`; `function.enqueue(…)` writes it down, with the transaction
that asks for it. It may be started twice, after a crash, so it looks at its record first and does all or nothing.
"""

from __future__ import annotations

import fcntl
import gc
import logging
import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType

from django.conf import settings
from django.core.management import call_command
from django.db import OperationalError, close_old_connections
from django.utils import timezone

logger = logging.getLogger(__name__)
POLL_SECONDS = 1.0
RETRY_SECONDS = 5
CHORES_SECONDS = 600
# Spreadsheets and reports leave memory fragmented; a process that starts anew gives it back.
MAX_TASKS = 50
MAX_SECONDS = 6 * 3600
# What ends the process each time it is tried is given up.
MAX_ATTEMPTS = 3
KEEP_RESULTS_DAYS = 14


class Keeper:
    """Keeps one process alive: starts it again when it ends, and ends it with its keeper."""

    def __init__(self, command: list[str]) -> None:
        self.command = command
        self.process: subprocess.Popen | None = None
        self.stopping = threading.Event()
        self.thread = threading.Thread(target=self._keep, name="background", daemon=True)

    def start(self) -> None:
        """Start the process, and stay with it."""
        self.thread.start()

    def _keep(self) -> None:
        while not self.stopping.is_set():
            started = time.monotonic()
            # In a session of its own: the terminal's Ctrl-C is for the keeper, who ends it in order.
            self.process = subprocess.Popen(self.command, start_new_session=True)  # noqa: S603 - our own command
            self.process.wait()
            if time.monotonic() - started < RETRY_SECONDS:
                # It ends at once, for lack of a database perhaps: no use in trying all the time.
                self.stopping.wait(RETRY_SECONDS)

    def renew(self) -> None:
        """End the process once its task is done; another one starts, with the code as it is now."""
        if self.process:
            self.process.terminate()

    def stop(self, seconds: float = 20) -> None:
        """End the process: in order, or after some seconds at once. What it was doing is done again later."""
        self.stopping.set()
        if self.process is None:
            return
        self.process.terminate()
        try:
            self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.process.kill()


class Stop:
    """Says when the process has to end: it was asked to, its parent is gone, or it has worked long enough."""

    def __init__(self) -> None:
        self.parent, self.started, self.asked = os.getppid(), time.monotonic(), False

    def listen(self) -> None:
        """Take the signals that ask a process to end as a wish to end after the task in hand."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._ask)

    def _ask(self, _number: int, _frame: FrameType | None) -> None:
        self.asked = True

    @property
    def is_due(self) -> bool:
        """Whether the process has to end now."""
        return self.asked or os.getppid() != self.parent or time.monotonic() - self.started > MAX_SECONDS


def work(stop: Stop, chores: Callable[[], object] | None = None) -> None:
    """Do what waits, one task after the other, until it is time to stop; `chores` is done now and then beside it."""
    with _alone(stop):
        if stop.is_due:
            return
        put_back()
        call_command("prune_db_task_results", queue_name="*", min_age_days=KEEP_RESULTS_DAYS, verbosity=0)
        done, chores_at = 0, time.monotonic()
        while not stop.is_due and done < MAX_TASKS:
            worked = do_next()
            done += worked
            if not worked and chores and time.monotonic() >= chores_at:
                do_chores(chores)
                chores_at = time.monotonic() + CHORES_SECONDS
            elif not worked:
                time.sleep(POLL_SECONDS)


@contextmanager
def without_collecting() -> Iterator[None]:
    """Let no garbage be looked for amid work on many rows: there is none, and the search costs a fifth of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


@contextmanager
def _alone(stop: Stop) -> Iterator[None]:
    """Wait until no other process of this portal works in the background; its end frees the place, however it ends."""
    settings.DATA_DIR.mkdir(parents=True, exist_ok=True)
    with Path(settings.DATA_DIR, "background.lock").open("w") as place:
        while not stop.is_due:
            with suppress(BlockingIOError):
                fcntl.flock(place, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            time.sleep(POLL_SECONDS)
        yield


def put_back() -> None:
    """Let what a process left half-way, because it was killed, be started again; give up what kills it each time."""
    from django_tasks_db.models import DBTaskResult

    for task in DBTaskResult.objects.running():
        if len(task.worker_ids) >= MAX_ATTEMPTS:
            task.set_failed(RuntimeError("It ended the process each time it was tried."))
        else:
            task.status = "READY"
            task.save(update_fields=["status"])


def do_chores(chores: Callable[[], object]) -> None:
    """Do what comes round by itself; a failure is logged and leaves the tasks alone."""
    close_old_connections()
    try:
        chores()
    except Exception:
        logger.exception("A chore failed; it is tried again in %s seconds.", CHORES_SECONDS)


def do_next() -> bool:
    """Do one task, if one waits, and say whether there was one."""
    from django_tasks_db.management.commands.db_worker import Worker
    from django_tasks_db.models import DBTaskResult

    close_old_connections()
    try:
        # To look is cheap. To claim locks the whole of an SQLite database.
        if not DBTaskResult.objects.ready().exists():
            return False
        worker = Worker(
            queue_names=["*"],
            excluded_queue_names=[],
            interval=0,
            batch=True,
            backend_name="default",
            startup_delay=False,
            max_tasks=1,
            worker_id=f"{os.uname().nodename}-{os.getpid()}-{timezone.now():%H%M%S}"[:64],
        )
        worker.run()
    except OperationalError:
        # Somebody is writing for long, or the database starts anew: look again later.
        return False
    return True
