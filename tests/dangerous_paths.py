"""Paths that do to the process that reads them what the worst of pages do."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path


class KillingPath(type(Path())):
    """Kills its reader, as the system does where memory runs out."""

    def stat(self, **_):
        os.kill(os.getpid(), signal.SIGKILL)


class HangingPath(type(Path())):
    """Never comes to an end."""

    def stat(self, **_):
        time.sleep(3_600)


class FaultyPath(type(Path())):
    """Brings out a fault of ours."""

    def stat(self, **_):
        raise ZeroDivisionError("secret")
