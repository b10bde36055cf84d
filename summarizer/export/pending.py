"""Files that are written under other names and appear all together, when all of them are whole."""

from __future__ import annotations

import contextlib
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from summarizer.errors import UsageError
from summarizer.render.safe import visible

if TYPE_CHECKING:
    from collections.abc import Sequence


class PendingFiles:
    """Temporary files beside the places where they belong; `place` moves them there, `drop` takes them away."""

    def __init__(self, paths: Sequence[Path]) -> None:
        """Make an empty file for each path; UsageError where something stands there that is no plain file."""
        for path in paths:
            if path.is_symlink() or (path.exists() and not path.is_file()):
                raise UsageError(f"{visible(str(path))} is not a regular file; name another place with -o")
        self._pairs: list[tuple[Path, Path]] = []
        try:
            self._pairs.extend((_temporary(path), path) for path in paths)
        except OSError as error:
            self.drop()
            raise UsageError(f"{visible(str(paths[0]))} cannot be written: {error.strerror}") from None

    @property
    def temporary(self) -> list[Path]:
        """Where to write, in the order of the paths."""
        return [written for written, _ in self._pairs]

    def place(self) -> None:
        """Move every file to its place; OSError where that fails."""
        mask = os.umask(0)
        os.umask(mask)
        for written, path in self._pairs:
            written.chmod(0o666 & ~mask)
            written.replace(path)

    def drop(self) -> None:
        """Remove what was not moved."""
        for written, _ in self._pairs:
            with contextlib.suppress(OSError):
                written.unlink(missing_ok=True)


def folder_for(target: Path) -> Path:
    """Make the folder where there is none; UsageError where it cannot be one."""
    try:
        target.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        reason = "is not a folder" if target.exists() else f"cannot be made: {error.strerror}"
        raise UsageError(f"{visible(str(target))} {reason}; name another place with -o") from None
    return target


def _temporary(path: Path) -> Path:
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".summarizer-")
    os.close(handle)
    return Path(name)
