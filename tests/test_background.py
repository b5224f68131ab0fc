"""The process for background work: it is started again when it dies, and ends with its keeper."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from portal.ground import background

pytestmark = pytest.mark.once
# Tells its number and then waits.
WAITS = "import os, signal, sys; open(sys.argv[1], 'w').write(f'{os.getpid()}\\n'); signal.pause()"


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_a_process_that_dies_is_started_again(tmp_path, monkeypatch):
    monkeypatch.setattr(background, "RETRY_SECONDS", 0)
    path = tmp_path / "starts"
    os.mkfifo(path)
    keeper = background.Keeper([sys.executable, "-c", WAITS, str(path)])
    with os.fdopen(os.open(path, os.O_RDWR)) as starts:
        keeper.start()
        try:
            first = int(starts.readline())
            os.kill(first, signal.SIGKILL)
            second = int(starts.readline())
            assert second != first
            keeper.renew()
            third = int(starts.readline())
        finally:
            keeper.stop()
    keeper.thread.join(5)
    assert not keeper.thread.is_alive()
    assert not any(is_alive(pid) for pid in [first, second, third])


def test_a_process_without_its_parent_ends():
    code = (
        "import os, sys; from portal.ground.background import Stop; stop = Stop(); assert not stop.is_due;"
        "stop.parent = -1; assert stop.is_due; other = Stop(); other.listen();"
        "os.kill(os.getpid(), 15); assert other.is_due"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=Path(__file__).parents[1])


def test_one_process_works_and_the_others_wait(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    stop = background.Stop()
    with background._alone(stop):
        waiting = background.Stop()
        waiting.asked = True
        with background._alone(waiting):
            assert waiting.is_due, "it was told to end while it waited for its place"
    with background._alone(stop):
        assert not stop.is_due
