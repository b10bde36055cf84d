"""Keeps a second process away from a run that is going on."""

from __future__ import annotations

import contextlib
import os
import time
from typing import TYPE_CHECKING

import filelock

from summarizer.batch.ledger_file import LOCK
from summarizer.errors import DiskError, LedgerError
from summarizer.render.safe import visible

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_PID = "ledger.pid"
_LOOKS = 20
_BETWEEN = 0.05


@contextlib.contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold the run's lock, which the system releases with the process; LedgerError where another one holds it."""
    lock = filelock.FileLock(folder / LOCK, timeout=0, mode=0o600)
    pid = folder / _PID
    try:
        lock.acquire()
    except filelock.Timeout:
        raise LedgerError(f"{visible(str(folder))} is in use by {_holder(pid)}; let it end, or stop it") from None
    except OSError as error:
        raise DiskError(f"{visible(str(folder))} cannot be locked: {error.strerror}") from None
    try:
        with contextlib.suppress(OSError):  # for the message of a second process alone; the lock is held without it
            pid.write_text(f"{os.getpid()}\n", encoding="ascii")
        yield
    finally:
        with contextlib.suppress(OSError):
            pid.unlink()
        lock.release()


def _holder(pid: Path) -> str:
    """Name the process that holds the lock; it may have got it a moment ago, and not said so yet."""
    for _ in range(_LOOKS):
        with contextlib.suppress(OSError):
            noted = pid.read_text(encoding="ascii", errors="replace").strip()
            if noted.isdecimal():
                return f"process {noted[:10]}"
        time.sleep(_BETWEEN)
    return "another process"
