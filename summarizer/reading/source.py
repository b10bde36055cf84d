"""Gets the bytes of a source, and refuses with one clear line whatever cannot be an article."""

from __future__ import annotations

import os
import re
import stat
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, BinaryIO

from summarizer.errors import SourceError, TooLongError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

#: The most that is read from one source.
MAX_BYTES = 10_000_000

STDIN = "-"

_URL = re.compile(r"(https?|ftp):/", re.IGNORECASE)
_SHOWN = 200
_NONBLOCKING = getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
_PDF_WITHIN = 1024
#: A text may hold a stray NUL; one in a hundred bytes is no accident.
_NUL_SHARE = 0.01
_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"\x89PNG\r\n", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF87a", "a GIF image"),
    (b"GIF89a", "a GIF image"),
    (b"PK\x03\x04", "a ZIP archive or an office document (DOCX, ODT, EPUB)"),
    (b"PK\x05\x06", "an empty ZIP archive"),
    (b"\x1f\x8b", "gzip data"),
    (b"BZh", "bzip2 data"),
    (b"\xfd7zXZ\x00", "xz data"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (b"\x28\xb5\x2f\xfd", "zstd data"),
    (b"Rar!\x1a\x07", "a RAR archive"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old office document (DOC, XLS)"),
    (b"{\\rtf", "an RTF document"),
    (b"\x7fELF", "a program"),
    (b"SQLite format 3\x00", "an SQLite database"),
    (b"OggS", "an audio or video file"),
    (b"ID3", "an audio file"),
    (b"wOF2", "a font"),
)
_UTF_16_OR_32 = (b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe\xff")


def shown(name: object) -> str:
    """Give a file name that is safe to print: control, bidirectional and other unseen characters escaped."""
    text = "".join(char if char.isprintable() else _escaped(char) for char in str(name)[: _SHOWN + 1])
    return text if len(text) <= _SHOWN else text[:_SHOWN] + "…"


def load(source: Path) -> bytes:
    """Read the bytes of a file, or of standard input for the path `-`.

    SourceError for anything but a readable regular file that looks like text; TooLongError above
    `MAX_BYTES`, decided before a file is read. A device or a FIFO is never opened.
    """
    data = _from_stdin() if str(source) == STDIN else _from_file(source)
    refuse_binary(data, source)
    return data


@contextmanager
def open_regular(source: Path, *, most: int | None = None) -> Iterator[BinaryIO]:
    """Open a regular file, of at most so many bytes; what goes wrong until it is closed is a SourceError.

    A device or a FIFO is never opened. TooLongError where the file is larger.
    """
    try:
        _refuse_kind(source.stat(), source, most)
        with open(os.open(source, os.O_RDONLY | _NONBLOCKING), "rb") as stream:  # noqa: PTH123 - a descriptor
            # Looked at again: another file may have taken the name since.
            _refuse_kind(os.fstat(stream.fileno()), source, most)
            yield stream
    except FileNotFoundError as error:
        raise SourceError(f"there is no file {shown(source)}; check the path") from error
    except PermissionError as error:
        raise SourceError(f"{shown(source)} may not be read; check its permissions") from error
    except (OSError, ValueError) as error:
        raise SourceError(f"{shown(source)} cannot be read: {_reason(error)}; check the path") from error


def refuse_binary(data: bytes, name: object) -> None:
    """Raise SourceError where the bytes are plainly no text."""
    if b"%PDF-" in data[:_PDF_WITHIN]:
        raise SourceError(f"{shown(name)} is a PDF; convert it to text first, for instance with pdftotext")
    what = next((what for magic, what in _MAGIC if data.startswith(magic)), None)
    if what is None and not data.startswith(_UTF_16_OR_32) and data.count(0) > _NUL_SHARE * len(data):
        what = "a binary file (or UTF-16 without a byte order mark)"
    if what:
        raise SourceError(f"{shown(name)} is {what}; give an article as text, Markdown or HTML")


def _escaped(char: str) -> str:
    code = ord(char)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"  # noqa: PLR2004


def _from_stdin() -> bytes:
    stream: BinaryIO | None = getattr(sys.stdin, "buffer", None)
    if stream is None:
        raise SourceError("standard input is closed; give a file, or pipe an article in")
    try:
        return _limited(stream, STDIN)
    except (OSError, ValueError) as error:
        raise SourceError(f"standard input cannot be read: {_reason(error)}; give a file") from error


def _from_file(source: Path) -> bytes:
    if _URL.match(str(source)):
        raise SourceError("this reads files, not addresses: save the page first, and pass its URL with --source-url")
    with open_regular(source, most=MAX_BYTES) as stream:
        return _limited(stream, source)


def _refuse_kind(found: os.stat_result, source: Path, most: int | None) -> None:
    if stat.S_ISDIR(found.st_mode):
        raise SourceError(f"{shown(source)} is a folder; name a file in it")
    if not stat.S_ISREG(found.st_mode):
        raise SourceError(f"{shown(source)} is not a regular file; copy its content to one, or pipe it in with -")
    if most is not None and found.st_size > most:
        raise _too_long(source, found.st_size)


def _limited(stream: BinaryIO, name: object) -> bytes:
    data = stream.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise _too_long(name, len(data))
    return data


def _too_long(name: object, size: int) -> TooLongError:
    what = "standard input" if str(name) == STDIN else shown(name)
    message = f"{what} is larger than {MAX_BYTES // 1_000_000} MB, the most that one article may have; cut it down"
    return TooLongError(message, size=size, limit=MAX_BYTES)


def _reason(error: OSError | ValueError) -> str:
    reason = error.strerror if isinstance(error, OSError) else None
    return (reason or "the name or the stream is not valid").lower()
