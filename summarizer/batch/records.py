"""Reads files of many articles, JSON Lines and CSV, a record at a time."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, BinaryIO

from summarizer.batch import csv_rows
from summarizer.batch.lines import lines
from summarizer.batch.listing import TOO_LONG, Layout, RecordFields, RecordFormat, Skipped, Source, record_id, skipped
from summarizer.errors import SourceError
from summarizer.reading.metadata import Overrides, date_of, language_of, line_of
from summarizer.reading.source import open_regular

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

#: What names a field on the command line.
_OPTIONS = {
    "text": "--text-field",
    "id": "--id-field",
    "title": "--title-field",
    "published": "--date-field",
    "outlet": "--outlet-field",
    "url": "--url-field",
    "language": "--language-field",
}
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True, slots=True)
class Record:
    """One article as a record gives it; `key` is the value of its id field."""

    text: str
    known: Overrides
    key: str | None


@dataclass(frozen=True, slots=True)
class _Found:
    """A record with its place, or in words why there is no article in it."""

    number: int
    offset: int
    length: int
    layout: Layout
    record: Record | str


def find_records(path: Path, name: str, form: RecordFormat, fields: RecordFields) -> Iterator[Source | Skipped]:
    """Give the records of a file whose name in the run is `name`, one after the other; what is broken as skipped.

    A record is named by its id field; where it has none, or one that was there before, by its number: the line
    of a JSONL file, the row of a CSV file after its header, from 1. Holds one record at a time.
    """
    seen: set[int] = set()  # hashes, for they are small; two that agree by chance change a name and lose nothing
    try:
        with open_regular(path) as file:
            _require_utf_8(file)
            is_tsv = path.suffix.lower() == ".tsv"
            for found in _of_table(file, fields, is_tsv=is_tsv) if form == "csv" else _of_lines(file, fields):
                yield _named(path, name, found, seen)
    except SourceError as error:
        yield skipped(name, str(error))


def record_of(data: bytes, layout: Layout) -> Record | str:
    """Read a record from its bytes; where there is no article in it, give the reason in words."""
    if layout.format == "jsonl":
        return _of_json(data, layout.fields)
    cells = csv_rows.cells_of(data, layout.delimiter)
    return cells if isinstance(cells, str) else _of_cells(cells, layout)


def _require_utf_8(file: BinaryIO) -> None:
    if file.read(2) in _UTF_16:
        raise SourceError("UTF-16; save it as UTF-8")
    file.seek(0)


def _named(path: Path, name: str, found: _Found, seen: set[int]) -> Source | Skipped:
    if isinstance(found.record, str):
        return skipped(record_id(name, str(found.number)), found.record)
    key = found.record.key or str(found.number)
    while hash(key) in seen:
        key = f"{key}~{found.number}"
    seen.add(hash(key))
    return Source(record_id(name, key), path, found.length, found.offset, found.length, found.layout)


def _of_lines(file: BinaryIO, fields: RecordFields) -> Iterator[_Found]:
    layout = Layout(fields)
    for line in lines(file):
        if not line.data.isspace():
            record = TOO_LONG if line.is_too_long else _of_json(line.data, fields)
            yield _Found(line.number, line.offset, line.length, layout, record)


def _of_table(file: BinaryIO, fields: RecordFields, *, is_tsv: bool) -> Iterator[_Found]:
    delimiter = csv_rows.delimiter_of(file, is_tsv=is_tsv)
    rows = csv_rows.rows(file, delimiter)
    header = next(rows, None)
    if header is None:
        return
    if isinstance(header.cells, str):
        raise SourceError(f"the first row cannot be read: {header.cells}")
    layout = Layout(fields, "csv", tuple(cell.strip() for cell in header.cells), delimiter)
    _require_columns(layout)
    for row in rows:
        record = row.cells if isinstance(row.cells, str) else _of_cells(row.cells, layout)
        yield _Found(row.number, row.offset, row.length, layout, record)


def _require_columns(layout: Layout) -> None:
    """Raise SourceError where there is no text, or a column that was asked for by its name is not there."""
    usual, there = RecordFields(), {column.casefold() for column in layout.columns}
    for name, option in _OPTIONS.items():
        wanted: tuple[str, ...] = getattr(layout.fields, name)
        if there & {field.casefold() for field in wanted}:
            continue
        if name == "text":
            raise SourceError(f"no column {_listed(wanted)}; name the one with the text with {option}")
        if wanted != getattr(usual, name):
            raise SourceError(f"no column {_listed(wanted)}, named with {option}; there is {_listed(layout.columns)}")


def _of_cells(cells: list[str], layout: Layout) -> Record | str:
    if len(cells) > len(layout.columns):
        return f"{len(cells)} cells where the first row has {len(layout.columns)}; is a text without its quotes?"
    return _record(dict(zip(layout.columns, cells, strict=False)), layout.fields)


def _of_json(data: bytes, fields: RecordFields) -> Record | str:
    try:
        values = json.loads(data.decode("utf-8-sig"))
    except UnicodeDecodeError:
        return "not UTF-8"
    except (ValueError, RecursionError):
        return "not valid JSON"
    return _record(values, fields) if isinstance(values, dict) else "not a JSON object"


def _record(found: dict[str, Any], fields: RecordFields) -> Record | str:
    values = {name.casefold(): value for name, value in found.items()}
    text = _first(values, fields.text)
    if not isinstance(text, str) or not text.strip():
        return f"no text in {_listed(fields.text)}; --text-field names another field"
    known = Overrides(
        title=line_of(_first(values, fields.title)),
        outlet=line_of(_first(values, fields.outlet)),
        published=date_of(_first(values, fields.published)),
        language=language_of(_first(values, fields.language)),
        url=line_of(_first(values, fields.url)),
    )
    key = _first(values, fields.id)
    return Record(text, known, line_of(str(key) if type(key) is int else key))


def _first(values: dict[str, Any], names: Sequence[str]) -> Any:  # noqa: ANN401 - whatever a record holds
    wanted = (values.get(name.casefold()) for name in names)
    return next((value for value in wanted if value is not None and value != ""), None)


def _listed(names: Sequence[str]) -> str:
    return " or ".join(f'"{name}"' for name in names)
