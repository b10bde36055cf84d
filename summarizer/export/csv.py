"""Tables as CSV that a spreadsheet may open: nothing in them is a formula."""

from __future__ import annotations

import csv
import datetime as dt
import json
import re
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any, Self

from summarizer.export.columns import TABLES
from summarizer.export.pending import PendingFiles, folder_for

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path
    from types import TracebackType

    from summarizer.export.columns import Row, Table, Value

#: A cell that begins so may be taken for a formula: by what spreadsheets look for, in both widths, after
#: anything that they skip. The apostrophe is here so that taking one away gives back what was there.
_SKIPPED = r"[\s\x00-\x20\x7f-\xa0\u200b-\u200f\u2028-\u202e\u2060\ufeff]*"
_ACTIVE = re.compile(rf"{_SKIPPED}[=+\-@＝＋－＠﹢﹣﹦﹫−|%\t\r\n\x00]|'")


def neutral(text: str) -> str:
    """Put an apostrophe before a text that a spreadsheet may run, or that begins with an apostrophe."""
    return f"'{text}" if _ACTIVE.match(text) else text


def cell(value: Value) -> str:
    """Write a value: empty for None, days as ISO 8601, lists as JSON; numbers are no text and stay as they are."""
    if value is None:
        return ""
    if isinstance(value, str):
        return neutral(value)
    if isinstance(value, tuple):
        return neutral(json.dumps(value, ensure_ascii=False))
    return value.isoformat() if isinstance(value, (dt.date, dt.datetime)) else str(value)


class CsvSink:
    """Writes one file a table as RFC 4180 has it: CRLF between records, quotes doubled, a header, UTF-8."""

    def __init__(self, target: Path) -> None:
        """Take the folder to write into."""
        self._folder = target
        self._stack = ExitStack()
        self._writers: dict[Table, Any] = {}

    def __enter__(self) -> Self:
        """Open a file for each table and write its header."""
        folder_for(self._folder)
        self._files = PendingFiles([self._folder / f"{table.name}.csv" for table in TABLES])
        for table, path in zip(TABLES, self._files.temporary, strict=True):
            stream = self._stack.enter_context(path.open("w", encoding="utf-8", errors="replace", newline=""))
            self._writers[table] = csv.writer(stream, lineterminator="\r\n")
            self._writers[table].writerow([column.name for column in table.columns])
        return self

    def add(self, table: Table, rows: Sequence[Row]) -> None:
        """Write rows of a table."""
        self._writers[table].writerows([[cell(value) for value in row] for row in rows])

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Put the files in place, or take away what was begun."""
        try:
            self._stack.close()
            if kind is None:
                self._files.place()
        finally:
            self._files.drop()
