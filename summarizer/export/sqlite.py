"""Tables as an SQLite database with types, keys and indexes."""

from __future__ import annotations

import datetime as dt
import json
import sqlite3
from decimal import Decimal
from types import MappingProxyType
from typing import TYPE_CHECKING, Self

from summarizer.errors import UsageError
from summarizer.export.columns import TABLES
from summarizer.export.pending import PendingFiles, folder_for
from summarizer.render.safe import visible

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path
    from types import TracebackType

    from summarizer.export.columns import Column, Row, Table, Type, Value

#: "SMXP" in ASCII, by which a database is known for one that was exported and may be again.
APPLICATION_ID = 0x534D5850
#: Where SQLite's file format keeps it.
_MARK, _HEAD = slice(68, 72), 72

_TYPES: Mapping[Type, str] = MappingProxyType(
    {"text": "TEXT", "integer": "INTEGER", "number": "REAL", "day": "TEXT", "moment": "TEXT", "texts": "TEXT"}
)


def statements(table: Table) -> list[str]:
    """Give the SQL that makes a table and its indexes; every name in it is one of `columns`, none is data."""
    columns = ", ".join(f'"{column.name}" {_definition(table, column)}' for column in table.columns)
    key = ", ".join(f'"{column.name}"' for column in table.columns[: table.key])
    made = f'CREATE TABLE "{table.name}" ({columns}, PRIMARY KEY ({key})) STRICT, WITHOUT ROWID'
    return [made, *(_index(table, column) for column in table.columns if _is_indexed(table, column))]


def _definition(table: Table, column: Column) -> str:
    written = _TYPES[column.type]
    if column in table.columns[: table.key]:
        written += " NOT NULL"
    if column.joins:
        other, _, name = column.joins.partition(".")
        written += f' REFERENCES "{other}" ("{name}")'
    return written


def _is_indexed(table: Table, column: Column) -> bool:
    first = column is table.columns[0]
    return not first and (column.joins is not None or column.name in {"name", "verdict", "published", "earliest"})


def _index(table: Table, column: Column) -> str:
    return f'CREATE INDEX "{table.name}_{column.name}" ON "{table.name}" ("{column.name}")'


def bound(value: Value) -> str | int | float | None:
    """Give what SQLite holds for a value: days and moments as ISO 8601, lists as JSON."""
    if isinstance(value, (dt.date, dt.datetime)):
        return value.isoformat()
    if isinstance(value, Decimal):
        return float(value)
    return json.dumps(value, ensure_ascii=False) if isinstance(value, tuple) else value


def _require_ours(path: Path) -> None:
    """Raise UsageError for a file that no export wrote: a ledger, above all, is never replaced by its own tables."""
    if path.is_symlink() or not path.is_file():  # none is there, or what follows says why it will not do
        return
    with path.open("rb") as file:
        head = file.read(_HEAD)
    if head and head[_MARK] != APPLICATION_ID.to_bytes(4, "big"):
        raise UsageError(f"{visible(str(path))} is there and no export wrote it; name another place with -o")


class SqliteSink:
    """Writes one database; it appears when it is whole."""

    def __init__(self, target: Path) -> None:
        """Take the file to write."""
        self._target = target

    def __enter__(self) -> Self:
        """Make an empty database with all tables; UsageError where another program's file would be lost."""
        folder_for(self._target.parent)
        _require_ours(self._target)
        self._files = PendingFiles([self._target])
        self._database = sqlite3.connect(self._files.temporary[0])
        # the file appears when it is whole, so that a journal would guard nothing
        self._database.execute("PRAGMA journal_mode = OFF")
        self._database.execute("PRAGMA synchronous = OFF")
        self._database.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        for table in TABLES:
            for statement in statements(table):
                self._database.execute(statement)
        return self

    def add(self, table: Table, rows: Sequence[Row]) -> None:
        """Insert rows of a table."""
        places = ", ".join("?" * len(table.columns))
        values = [tuple(bound(value) for value in row) for row in rows]
        self._database.executemany(f'INSERT INTO "{table.name}" VALUES ({places})', values)  # noqa: S608 - our names

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Put the database in place, or take away what was begun."""
        try:
            if kind is None:
                self._database.commit()
            self._database.close()
            if kind is None:
                self._files.place()
        finally:
            self._files.drop()
