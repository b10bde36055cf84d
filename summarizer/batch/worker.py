"""A process that works for a run: pages are taken apart and briefs checked here, so that none can hang or kill the run.

Started as a program of its own and not by `multiprocessing`, which would run the caller's script a second time where
that has no `if __name__ == "__main__"`.
"""

from __future__ import annotations

import contextlib
import math
import os
import signal
import socket
import struct
import subprocess
import sys
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING

from summarizer.batch.work import Failed, Result, do

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from summarizer.batch.work import Item

#: Seconds that one page may take, and that a process may take to start.
PATIENCE = 30.0
STARTING = 60.0
_GRACE = 5
#: How far such a process stands back behind the run's own, which has calls in flight to look after.
_NICE = 10
#: Pages after which a process makes place for a new one: the libraries that it uses keep what they have seen.
PAGES = 5_000

_START = "import sys; sys.path[:] = sys.argv[3:]; "
_START += "from summarizer.batch.worker import serve; serve(int(sys.argv[1]), float(sys.argv[2]))"
_READY = "ready"


class Worker:
    """One such process, seen from the run. It is started when it is needed, and again when it is gone."""

    def __init__(self, patience: float = PATIENCE, pages: int = PAGES) -> None:
        """Start nothing yet; `patience` is in seconds a page."""
        self._patience = patience
        self._pages = self._left = pages
        self._process: subprocess.Popen[bytes] | None = None
        self._connection: Connection | None = None
        self._can_start, self._is_stopped = True, False

    @property
    def pid(self) -> int | None:
        """The number of the process; None while none runs."""
        return self._process.pid if self._process else None

    def run(self, items: Sequence[Item]) -> Iterator[Result]:
        """Do what is to be done with each item, in their order; one that hangs or kills the process has failed.

        What `work.do` does with each. Where no process can be started it is done in this one.
        """
        connection: Connection | None = None
        for at, item in enumerate(items):
            if self._connection is None or connection is None:
                connection = self._sent(items[at:])
            if self._is_stopped:
                yield Failed(item, "WorkerError", "the run ended before it was read")
            else:
                yield do(item) if connection is None else self._received(connection, item)
        if self._left <= 0:
            self.close()

    def stop(self) -> None:
        """Let what is being done fail at once, and all that follows; for another thread than that of `run`."""
        self._is_stopped = True
        if self._process is not None:
            self._process.kill()

    def close(self) -> None:
        """End the process, which must not be reading."""
        self._left = self._pages
        if self._connection is not None:
            self._connection.close()
        if self._process is not None:
            self._process.kill()
            self._process.wait()
        self._process = self._connection = None

    def _received(self, connection: Connection, item: Item) -> Result:
        try:
            found: Result = connection.recv()
        except BlockingIOError:
            message = f"its page took longer than {self._patience:g} seconds"
        except (EOFError, OSError):
            message = f"its page ended the process that read it ({self._how_it_ended()})"
        else:
            self._left -= 1
            return found
        self.close()
        return Failed(item, "WorkerError", message)

    def _how_it_ended(self) -> str:
        code = self._process.wait() if self._process else 0
        with contextlib.suppress(ValueError):
            return f"by {signal.Signals(-code).name}" if code < 0 else f"with {code}"
        return f"with {code}"

    def _sent(self, items: Sequence[Item]) -> Connection | None:
        """Send what is to be done, to a new process where there is none or the old one has died in the meantime."""
        for _ in range(2):
            self._start()
            if self._connection is None:
                return None
            with contextlib.suppress(OSError):
                self._connection.send(list(items))
                return self._connection
            self.close()
        return None

    def _start(self) -> None:
        if self._connection is not None or not self._can_start or self._is_stopped:
            return
        with contextlib.suppress(OSError, EOFError):
            self._process, self._connection = _started(self._patience)
            if self._connection.poll(STARTING) and self._connection.recv() == _READY:
                return
        self._can_start = False
        self.close()


def _started(patience: float) -> tuple[subprocess.Popen[bytes], Connection]:
    ours, theirs = socket.socketpair()
    # Nothing that comes late is waited for: the system ends a read, and no second call asks before each.
    ours.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, struct.pack("ll", int(patience), int(patience % 1 * 1e6)))
    with ours, theirs:
        process = subprocess.Popen(  # noqa: S603 - ourselves
            [sys.executable, "-c", _START, str(theirs.fileno()), str(patience), *sys.path],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            pass_fds=[theirs.fileno()],
            process_group=0,  # Ctrl-C is for the run, which decides what becomes of it
        )
        return process, Connection(ours.detach())


def serve(descriptor: int, patience: float) -> None:
    """Answer the run at the other end of a socket until it goes away."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.nice(_NICE)
    with Connection(descriptor) as connection, contextlib.suppress(EOFError, OSError):
        connection.send(_READY)
        while True:
            for item in connection.recv():
                signal.alarm(math.ceil(patience) + _GRACE)  # the end of a page that hangs when the run is gone
                connection.send(do(item))
                signal.alarm(0)
