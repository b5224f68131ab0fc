"""A line to the portal that breaks half-way through what is sent: a relay on this machine."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress


class BreakingLine:
    """Passes bytes on in both directions; once `breaks_after` is set, a longer upload is cut there, in both."""

    def __init__(self, port: int) -> None:
        self.port, self.breaks_after, self.broken = port, 0, 0
        self.door = socket.create_server(("127.0.0.1", 0))

    @property
    def address(self) -> str:
        """Where a browser finds the portal behind this line."""
        return f"http://localhost:{self.door.getsockname()[1]}"

    def open(self) -> None:
        """Take whoever comes, until the door is closed."""
        with suppress(OSError):
            while True:
                near, _where = self.door.accept()
                far = socket.create_connection(("127.0.0.1", self.port))
                for ends in ((near, far, True), (far, near, False)):
                    threading.Thread(target=self.pass_on, args=ends, daemon=True).start()

    def pass_on(self, one: socket.socket, other: socket.socket, is_upload: bool) -> None:
        """Pass on what one end says to the other."""
        passed = 0
        with suppress(OSError), one, other:
            while data := one.recv(4096):
                passed += len(data)
                if is_upload and 0 < self.breaks_after < passed:
                    self.broken += 1
                    break
                other.sendall(data)
            other.shutdown(socket.SHUT_RDWR)


@contextmanager
def breaking_line(port: int) -> Iterator[BreakingLine]:
    """Yield a line to a port of this machine."""
    line = BreakingLine(port)
    threading.Thread(target=line.open, daemon=True).start()
    try:
        yield line
    finally:
        line.door.close()
