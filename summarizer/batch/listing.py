"""What is known of an article before it is read: where it lies, and the name it has in the run."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from summarizer.reading.source import MAX_BYTES, shown

if TYPE_CHECKING:
    from pathlib import Path

#: Files that hold many articles, and how their records are told apart.
RECORD_FORMATS: dict[str, RecordFormat] = {".jsonl": "jsonl", ".ndjson": "jsonl", ".csv": "csv", ".tsv": "csv"}

RecordFormat = Literal["jsonl", "csv"]

TOO_LONG = f"larger than {MAX_BYTES // 1_000_000} MB, the most that one article may have"

_LIKE_A_RECORD = re.compile(r"(\.(?:jsonl|ndjson|csv|tsv))([#%])", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class RecordFields:
    """Names of the fields of a record, tried in this order; case does not matter."""

    text: tuple[str, ...] = ("text", "body", "content")
    id: tuple[str, ...] = ("id",)
    title: tuple[str, ...] = ("title", "headline")
    published: tuple[str, ...] = ("published", "date")
    outlet: tuple[str, ...] = ("outlet", "source")
    url: tuple[str, ...] = ("url",)
    language: tuple[str, ...] = ("language",)


@dataclass(frozen=True, slots=True)
class Layout:
    """How the records of one file are read; `columns` and `delimiter` are of CSV."""

    fields: RecordFields
    format: RecordFormat = "jsonl"
    columns: tuple[str, ...] = ()
    delimiter: str = ","


@dataclass(frozen=True, slots=True)
class Source:
    """One article to be read: a file, or the record that stands at `offset` in one.

    `id` is unique in its run, the same in the next one, and writable as UTF-8. `offset`, `length` and `size` are
    bytes; `offset`, `length` and `layout` are None for a file that is one article.
    """

    id: str
    path: Path
    size: int
    offset: int | None = None
    length: int | None = None
    layout: Layout | None = None


@dataclass(frozen=True, slots=True)
class Skipped:
    """Something that is no article: its name in the run, and why in one line that is safe to print."""

    id: str
    reason: str


def file_id(relative: str) -> str:
    """Give the name in the run of a path relative to the folder, with `/` between its parts.

    No two paths share one: a backslash, and bytes that are no UTF-8, are written as escapes, and so is the `#` of
    a file whose name looks like that of a record.
    """
    return _LIKE_A_RECORD.sub(_percent, _text(relative))


def record_id(file: str, key: str) -> str:
    """Give the name in the run of a record of a file whose own name in the run is given."""
    return f"{file}#{_text(key)}"


def skipped(name: str, reason: str) -> Skipped:
    """Give a skipped source whose reason is one safe line."""
    return Skipped(name, shown(reason))


def _percent(found: re.Match[str]) -> str:
    return f"{found[1]}%{ord(found[2]):02X}"


def _text(name: str) -> str:
    if "\\" in name:
        name = name.replace("\\", "\\x5c")
    return name.encode(errors="backslashreplace").decode()
