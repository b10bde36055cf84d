"""Writes files under OUT whole or not at all, and never through a link that somebody planted there."""

from __future__ import annotations

import contextlib
import fcntl
import os
import re
import secrets
import stat
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path, PurePosixPath

_PREFIX = ".summarizer-"
#: What a write gives its file before it is whole, here and by `tempfile`: nothing else of ours under OUT is one.
_TEMPORARY = re.compile(re.escape(_PREFIX) + "(?:[0-9a-f]{16}|[a-z0-9_]{8})")
#: Given, so that a file is not asked first whether it is a terminal.
_BUFFER = 1 << 16
_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC
_NEW_FILE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


class Outputs:
    """Files under OUT, written so that a reader sees the old one or the new, never a part.

    For a group of files, as a context: the folders they go into stay open until its end. Each is gone into step by
    step from OUT, which alone may be a link; a link in place of a folder is an error. OSError where it cannot be.
    """

    def __init__(self, out: Path) -> None:
        self._out = out
        self._folders: dict[PurePosixPath, int] = {}

    def write(self, relative: PurePosixPath, data: bytes | Iterable[bytes]) -> None:
        """Write a file; then its bytes are on disk. That its *name* is there too is for `sync`, once for many files.

        Missing folders are made. A link or a hard link that stands at the path is replaced, never written through.
        ValueError for a path that leads out of OUT.
        """
        if relative.is_absolute() or ".." in relative.parts or not relative.name:
            raise ValueError(f"not a path under a folder: {str(relative)!r}")
        folder = self._folder(relative.parent)
        try:
            _write(folder, relative.name, data)
        except FileNotFoundError:  # another process swept the file up between its making and its locking
            _write(folder, relative.name, data)

    def sync(self) -> None:
        """Put on disk the names of the files that were written, those of the folders above them too."""
        for folder in self._folders.values():
            os.fsync(folder)

    def __enter__(self) -> Self:
        """Open nothing yet."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the folders."""
        for folder in self._folders.values():
            os.close(folder)
        self._folders.clear()

    def _folder(self, path: PurePosixPath) -> int:
        if path not in self._folders:
            self._folders[path] = _step(self._folder(path.parent), path.name) if path.parts else _top(self._out)
        return self._folders[path]


def sweep(out: Path) -> int:
    """Remove what writes that were killed left under OUT, not what is being written now; give their number."""
    removed = 0
    if not out.is_dir():
        return removed
    for _, _, names, folder in os.fwalk(out, onerror=None, follow_symlinks=False):
        removed += sum(_swept(folder, name) for name in names if _TEMPORARY.fullmatch(name))
    return removed


def _top(out: Path) -> int:
    out.mkdir(mode=0o755, parents=True, exist_ok=True)
    return os.open(out, _FOLDER)


def _step(folder: int, part: str) -> int:
    with contextlib.suppress(FileExistsError):
        os.mkdir(part, 0o755, dir_fd=folder)
    return os.open(part, _FOLDER | os.O_NOFOLLOW, dir_fd=folder)


def _write(folder: int, name: str, data: bytes | Iterable[bytes]) -> None:
    temporary = f"{_PREFIX}{secrets.token_hex(8)}"
    descriptor = os.open(temporary, _NEW_FILE, 0o666, dir_fd=folder)
    try:
        with open(descriptor, "wb", buffering=_BUFFER) as file:  # noqa: PTH123 - a descriptor
            fcntl.flock(file, fcntl.LOCK_EX)  # says that its writer lives: the lock goes when the process does
            file.writelines([data] if isinstance(data, bytes) else data)
            file.flush()
            os.fsync(descriptor)
            os.replace(temporary, name, src_dir_fd=folder, dst_dir_fd=folder)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(temporary, dir_fd=folder)
        raise


def _swept(folder: int, name: str) -> bool:
    try:
        descriptor = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, dir_fd=folder)
    except OSError:
        return False
    with open(descriptor, "rb") as file:  # noqa: PTH123 - a descriptor
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            return False
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            os.unlink(name, dir_fd=folder)
        except OSError:
            return False
    return True
