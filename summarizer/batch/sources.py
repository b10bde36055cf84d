"""Finds the articles of a folder, one after the other, and says of everything else why it is left out."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from summarizer.batch.contents import fingerprint, read_source, source_bytes
from summarizer.batch.globs import Globs
from summarizer.batch.listing import RECORD_FORMATS, TOO_LONG, RecordFields, Skipped, Source, file_id, skipped
from summarizer.batch.records import find_records
from summarizer.errors import SourceError
from summarizer.reading.source import MAX_BYTES, shown

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["RecordFields", "Skipped", "Source", "find_sources", "fingerprint", "read_source", "source_bytes"]

ARTICLE_ENDINGS = frozenset({".txt", ".text", ".md", ".markdown", ".html", ".htm", ".xhtml"})

#: Names held at once of one folder: a folder of a million is gone through several times instead of being held.
WINDOW = 200_000

_LITTER = frozenset({"thumbs.db", "desktop.ini"})
_LEDGER = "ledger.sqlite"
_NO_FIELDS = RecordFields()


def find_sources(
    folder_or_file: Path,
    *,
    include: Sequence[str] = (),
    exclude: Sequence[str] = (),
    out: Path | None = None,
    fields: RecordFields = _NO_FIELDS,
) -> Iterator[Source | Skipped]:
    """Walk a folder and give its articles in the order of their names, folder by folder; or those of one file.

    Text, Markdown and HTML files are one article each; JSONL and CSV files one a record, named by `fields`. Taken
    as they come, never held together. Left out without a word: hidden files, what `exclude` matches or `include`
    does not (see `Globs`), and `out`. A link to a file inside the folder is followed; one to a folder never is.
    A file of another type is given as skipped, unless `include` names its ending. SourceError: there is no such
    folder or file.
    """
    root = Path(folder_or_file).absolute()  # else a file named - or http:/x would not be taken for a file
    try:
        mode = root.stat().st_mode
    except (OSError, ValueError) as error:
        raise SourceError(f"there is no folder or file {shown(root)}; check the path") from error
    if stat.S_ISDIR(mode):
        return _Walk(root, os.path.realpath(root), Globs(include), Globs(exclude), _inside(root, out), fields).run()
    if not stat.S_ISREG(mode):
        raise SourceError(f"{shown(root)} is neither a folder nor a regular file; name a folder of articles")
    return _of_file(root, file_id(root.name), root.stat().st_size, fields)


def _inside(root: Path, out: Path | None) -> str | None:
    """Give the path of OUT relative to the folder; None where it lies elsewhere."""
    if out is None:
        return None
    real, folder = Path(os.path.realpath(out)), Path(os.path.realpath(root))
    if real == folder:
        raise SourceError(f"{shown(out)} holds the articles; write the briefs to another folder")
    return real.relative_to(folder).as_posix() if real.is_relative_to(folder) else None


def _of_file(path: Path, name: str, size: int, fields: RecordFields) -> Iterator[Source | Skipped]:
    form = RECORD_FORMATS.get(path.suffix.lower())
    if form:
        yield from find_records(path, name, form, fields)
    elif size > MAX_BYTES:
        yield skipped(name, TOO_LONG)
    elif not os.access(path, os.R_OK):
        yield skipped(name, "may not be read; check its permissions")
    else:
        yield Source(name, path, size)


@dataclass(frozen=True, slots=True)
class _Walk:
    root: Path
    real: str
    include: Globs
    exclude: Globs
    out: str | None
    fields: RecordFields

    def run(self) -> Iterator[Source | Skipped]:
        """Go through the folders with a stack of our own: their depth is the file system's, not Python's."""
        stack = [self._entries("")]
        while stack:
            relative = next(stack[-1], None)
            if relative is None:
                stack.pop()
            elif isinstance(relative, Skipped):
                yield relative
            elif self._is_wanted(relative):
                found = self._look(relative)
                if isinstance(found, Skipped):
                    yield found
                elif stat.S_ISDIR(found.st_mode):
                    stack.append(self._entries(relative))
                elif not self.include.patterns or self.include.match(relative):
                    yield from self._of_entry(relative, found)

    def _entries(self, folder: str) -> Iterator[str | Skipped]:
        path = self.root / folder
        if folder and os.path.lexists(path / _LEDGER):
            yield skipped(file_id(folder), "holds the briefs of a run, not articles")
            return
        try:
            for name in _sorted_names(path):
                yield f"{folder}/{name}" if folder else name
        except OSError as error:
            reason = f"the folder cannot be read: {(error.strerror or 'unknown').lower()}"
            yield skipped(file_id(folder or "."), reason)

    def _is_wanted(self, relative: str) -> bool:
        name = relative.rpartition("/")[2]
        is_litter = name.startswith(".") or name.lower() in _LITTER
        return not is_litter and relative != self.out and not self.exclude.match(relative)

    def _look(self, relative: str) -> os.stat_result | Skipped:
        try:
            return os.lstat(f"{self.real}/{relative}")  # a Path for each name would double the time
        except OSError as error:
            return skipped(file_id(relative), f"cannot be read: {(error.strerror or 'unknown').lower()}")

    def _of_entry(self, relative: str, found: os.stat_result) -> Iterator[Source | Skipped]:
        path, name, reason = self.root / relative, file_id(relative), None
        if stat.S_ISLNK(found.st_mode):
            try:
                found = path.stat()
            except OSError:
                reason = "a link that leads nowhere"
            else:
                reason = self._wrong_link(path, found)
        reason = reason or self._wrong_type(relative.rpartition("/")[2], found)
        if reason:
            yield skipped(name, reason)
        else:
            yield from _of_file(path, name, found.st_size, self.fields)

    def _wrong_link(self, path: Path, found: os.stat_result) -> str | None:
        if stat.S_ISDIR(found.st_mode):
            return "a link to a folder; links to folders are not followed"
        inside = os.path.realpath(path).startswith(self.real.rstrip(os.sep) + os.sep)
        return None if inside else "a link to a file outside of the folder"

    def _wrong_type(self, name: str, found: os.stat_result) -> str | None:
        if not stat.S_ISREG(found.st_mode):
            return "not a regular file"
        ending = os.path.splitext(name)[1].lower()  # noqa: PTH122 - as above
        if ending in ARTICLE_ENDINGS or ending in RECORD_FORMATS or self.include.names_type(name):
            return None
        kind = f"a {ending} file" if ending else "a file without an ending"
        return f"{kind}; articles are text, Markdown, HTML, JSONL or CSV (--include takes others as text)"


def _sorted_names(folder: Path) -> Iterator[str]:
    """Give the names in a folder in order, holding at most two windows of them."""
    after = ""
    while True:
        batch = _smallest(folder, after)
        yield from batch
        if len(batch) < WINDOW:
            return
        after = batch[-1]


def _smallest(folder: Path, after: str) -> list[str]:
    names: list[str] = []
    last: str | None = None
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name > after and (last is None or entry.name < last):
                names.append(entry.name)
                if len(names) >= 2 * WINDOW:
                    names.sort()
                    del names[WINDOW:]
                    last = names[-1]
    names.sort()
    return names[:WINDOW]
