"""The file that -o names: looked at before a model is paid, written when the brief is there."""

from __future__ import annotations

import os
from pathlib import Path

from summarizer.errors import RunError, UsageError


def require_place(path: Path, article: Path) -> None:
    """Raise UsageError where the file cannot be written, or would replace what is no plain file, or the article."""
    try:
        reason = _why_not(path, article)
    except (OSError, ValueError) as error:
        reason = f"cannot be written: {getattr(error, 'strerror', None) or 'the name is not valid'}"
    if reason:
        raise UsageError(f"{path} {reason}")


def _why_not(path: Path, article: Path) -> str | None:
    folder = path.parent.resolve()
    if path.is_dir():
        return "is a folder; name a file in it"
    if not folder.is_dir():
        return f"cannot be written: there is no folder {path.parent}"
    # A link such as /dev/stdout, or /dev/null itself, would be replaced by a file where root runs this.
    if (path.exists() and not path.is_file()) or folder == Path("/dev") or folder.is_relative_to("/proc"):
        return "is not a regular file; leave -o out to write to standard output"
    if path.exists() and article.exists() and path.samefile(article):
        return "is the article itself; give the brief another name"
    return None if os.access(folder, os.W_OK | os.X_OK) else "cannot be written: Permission denied"


def write(path: Path, text: str) -> None:
    """Write the file whole; RunError where that fails now although `require_place` found nothing."""
    from summarizer.files import write_whole  # noqa: PLC0415 - tempfile, only where a file is written

    try:
        write_whole(path, text)
    except OSError as error:
        raise RunError(f"{path} cannot be written: {error.strerror}") from None
