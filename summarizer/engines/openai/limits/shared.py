"""The pace as a small file, so that several processes with one key keep one limit together."""

from __future__ import annotations

import hashlib
import logging
import math
import os
import stat
import struct
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from summarizer.engines.openai.limits.pacer import Pace

if TYPE_CHECKING:
    from types import TracebackType

try:
    import fcntl
except ImportError:  # no such locks on this system
    _HAS_LOCKS = False
else:
    _HAS_LOCKS = True

_LAYOUT = struct.Struct("<8s16s6d")
_MAGIC = b"SUMPACE1"
_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
#: How often and how long a lock is tried for: another process holds it for some microseconds.
_TRIES = 50
_PAUSE = 0.0002
#: A lock that cannot be had so often in a row is held by a process that stands still.
_GIVE_UP_AFTER = 20
#: A time further ahead than this is no pace; a hold may be longer.
_FAR = 3_600.0
_LONGEST_HOLD = 40 * 86_400.0
_log = logging.getLogger(__name__)


class LocalPace:
    """A pace of this process, safe between threads."""

    is_shared = False

    def __init__(self) -> None:
        self.pace = Pace()
        self.note: str | None = None
        self._lock = threading.Lock()

    def __enter__(self) -> Pace:
        """Have the pace to oneself."""
        self._lock.acquire()
        return self.pace

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Let others have it."""
        self._lock.release()

    def share(self) -> None:
        """Share it, where it can be."""


class SharedPace(LocalPace):
    """A pace that is read from a file when it is entered, and written back.

    The file is opened when there is a limit to keep, or when another process already keeps one. Its times are those of
    the machine's monotonic clock, so they hold for one boot. What cannot be opened or locked is done without, with one
    note.
    """

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._path = path
        self._file: int | None = None
        self._is_locked = False
        self._process = os.getpid()
        self._missed = 0
        self._boot = _boot()
        if path.exists():
            self.share()

    @property
    def is_shared(self) -> bool:  # type: ignore[override]
        """Whether other processes see this pace."""
        return self._file is not None

    def __enter__(self) -> Pace:
        """Have the pace to oneself among all processes, as far as that can be done at once."""
        self._lock.acquire()
        if self._process != os.getpid():  # a fork shares its parent's locks, and so is kept out by none
            self._process = os.getpid()
            self.close()
            self.share()
        if self._file is not None:
            self._load(self._file)
        return self.pace

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Write it back."""
        try:
            if self._is_locked and self._file is not None:
                self._save(self._file)
        finally:
            self._lock.release()

    def share(self) -> None:
        """Open the file, once."""
        if self._file is not None or self.note is not None:
            return
        if not (_HAS_LOCKS and self._boot):
            self._without("this system has no file locks or no boot id")
            return
        try:
            self._file = _opened(self._path)
        except OSError as error:
            self._without(error.strerror or "it cannot be opened")

    def close(self) -> None:
        """Close the file."""
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def __del__(self) -> None:
        """Close the file."""
        with suppress(OSError):
            self.close()

    def _load(self, file: int) -> None:
        if not self._lock_file(file):
            return
        try:
            found = _unpacked(os.pread(file, _LAYOUT.size, 0), self._boot, time.monotonic())
        except OSError as error:
            self._without(error.strerror or "it cannot be read")
            return
        if found is not None:
            _copy(found, self.pace)

    def _save(self, file: int) -> None:
        self._is_locked = False
        p = self.pace
        data = _LAYOUT.pack(_MAGIC, self._boot, p.requests, p.tokens, p.hold, p.rpm, p.tpm, p.known_at)
        try:
            os.pwrite(file, data, 0)
            fcntl.flock(file, fcntl.LOCK_UN)
        except OSError as error:
            self._without(error.strerror or "it cannot be written")

    def _lock_file(self, file: int) -> bool:
        for _ in range(_TRIES):
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                time.sleep(_PAUSE)
            except OSError as error:
                self._without(error.strerror or "it cannot be locked")
                return False
            else:
                self._missed, self._is_locked = 0, True
                return True
        self._missed += 1
        if self._missed >= _GIVE_UP_AFTER:
            self._without("another process does not let go of it")
        return False

    def _without(self, why: str) -> None:
        """Go on without the file, and say so once."""
        self.note = f"the pace is not shared with other processes: {why}"
        _log.warning(self.note)
        self._is_locked = False
        with suppress(OSError):
            self.close()


def state_folder() -> Path | None:
    """Give the user's folder for state, or None where there is no home."""
    given = os.environ.get("XDG_STATE_HOME", "")
    if given.startswith("/"):
        return Path(given) / "summarizer"
    with suppress(RuntimeError):
        return Path.home() / ".local" / "state" / "summarizer"
    return None


def name_of(origin: str, key: str, model: str) -> str:
    """Give the name under which a server, key and model are known; the key cannot be read from it."""
    parts = b"".join(len(part.encode()).to_bytes(8) + part.encode() for part in (origin, key, model))
    return f"pace-{hashlib.sha256(b'summarizer' + parts).hexdigest()[:32]}"


def _opened(path: Path) -> int:
    """Open the file of this user alone, and follow no link to it."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK, 0o600)
    about = os.fstat(file)
    if not stat.S_ISREG(about.st_mode) or about.st_uid != os.geteuid() or about.st_nlink != 1:
        os.close(file)
        raise OSError(0, "its file is not a plain file of this user")
    os.fchmod(file, 0o600)
    return file


def _unpacked(data: bytes, boot: bytes, now: float) -> Pace | None:
    """Read what another process wrote; None for what is of another boot, or makes no sense."""
    if len(data) != _LAYOUT.size:
        return None
    magic, of_boot, *numbers = _LAYOUT.unpack(data)
    requests, tokens, hold, rpm, tpm, known_at = numbers
    makes_sense = (
        all(map(math.isfinite, numbers))
        and max(requests, tokens) <= now + _FAR
        and hold <= now + _LONGEST_HOLD
        and known_at <= now
        and min(rpm, tpm) >= 0
    )
    return Pace(*numbers) if magic == _MAGIC and of_boot == boot and makes_sense else None


def _copy(one: Pace, other: Pace) -> None:
    other.requests, other.tokens, other.hold = one.requests, one.tokens, one.hold
    if one.known_at > other.known_at:
        other.rpm, other.tpm, other.known_at = one.rpm, one.tpm, one.known_at


def _boot() -> bytes:
    """Name this boot of the machine, in 16 bytes; nothing where the system does not."""
    try:
        return hashlib.sha256(_BOOT_ID.read_bytes().strip()).digest()[:16]
    except OSError:
        return b""
