"""Writes files under OUT whole or not at all, and never through a link that somebody planted there."""

from __future__ import annotations

import contextlib
import fcntl
import os
import secrets
import stat
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path, PurePosixPath

_PREFIX = ".summarizer-"
_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC
_NEW_FILE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


def write_inside(out: Path, relative: PurePosixPath, data: bytes | Iterable[bytes]) -> None:
    """Write a file under OUT so that a reader sees the old one or the new, never a part. Then its bytes are on disk.

    Missing folders are made. A link or a hard link that stands at the path is replaced, never written through, and
    a link in place of a folder is an error. OSError where it cannot be. That its *name* is on disk too is for
    `sync_folders`, once for many files. ValueError for a path that leads out of OUT.
    """
    if relative.is_absolute() or ".." in relative.parts or not relative.name:
        raise ValueError(f"not a path under a folder: {str(relative)!r}")
    with _opened(out, relative.parent, make=True) as folder:
        try:
            _write(folder, relative.name, data)
        except FileNotFoundError:  # another process swept the file up between its making and its locking
            _write(folder, relative.name, data)


def sync_folders(out: Path, written: Iterable[PurePosixPath]) -> None:
    """Put on disk the names of files that were written under OUT, those of the folders above them too."""
    for parent in {parent for relative in written for parent in relative.parents}:
        with _opened(out, parent) as folder:
            os.fsync(folder)


def sweep(out: Path) -> int:
    """Remove what writes that were killed left under OUT, not what is being written now; give their number."""
    removed = 0
    if not out.is_dir():
        return removed
    for _, _, names, folder in os.fwalk(out, onerror=None, follow_symlinks=False):
        removed += sum(_swept(folder, name) for name in names if name.startswith(_PREFIX))
    return removed


@contextlib.contextmanager
def _opened(out: Path, parent: PurePosixPath, *, make: bool = False) -> Iterator[int]:
    """Give a descriptor of a folder under OUT, gone into step by step; OUT itself may be a link."""
    if make:
        out.mkdir(mode=0o755, parents=True, exist_ok=True)
    folder = os.open(out, _FOLDER)
    try:
        for part in parent.parts:
            inner = _step(folder, part, make=make)
            os.close(folder)
            folder = inner
        yield folder
    finally:
        os.close(folder)


def _step(folder: int, part: str, *, make: bool) -> int:
    if make:
        with contextlib.suppress(FileExistsError):
            os.mkdir(part, 0o755, dir_fd=folder)
    return os.open(part, _FOLDER | os.O_NOFOLLOW, dir_fd=folder)


def _write(folder: int, name: str, data: bytes | Iterable[bytes]) -> None:
    temporary = f"{_PREFIX}{secrets.token_hex(8)}"
    descriptor = os.open(temporary, _NEW_FILE, 0o666, dir_fd=folder)
    try:
        with open(descriptor, "wb") as file:  # noqa: PTH123 - a descriptor
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
