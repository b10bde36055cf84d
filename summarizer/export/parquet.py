"""Tables as Parquet with typed columns, through pyarrow, which is an extra."""

from __future__ import annotations

from contextlib import ExitStack
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Self

from summarizer.errors import UsageError
from summarizer.export.columns import TABLES
from summarizer.export.pending import PendingFiles, folder_for

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path
    from types import TracebackType

    from summarizer.export.columns import Row, Table, Type

#: Rows that are held back to be written together; a reader skips whole groups of them.
GROUP = 5_000


def _arrow() -> tuple[Any, Any]:
    try:
        import pyarrow as pa  # noqa: PLC0415 - an extra, and heavy
        from pyarrow import parquet  # noqa: PLC0415
    except ImportError:
        raise UsageError("Parquet needs pyarrow; install summarizer[parquet], or export --to csv or sqlite") from None
    return pa, parquet


def _type(arrow: Any, kind: Type) -> Any:  # noqa: ANN401 - pyarrow has no types of its own
    types = {
        "text": arrow.string(),
        "integer": arrow.int64(),
        "number": arrow.float64(),
        "day": arrow.date32(),
        "moment": arrow.timestamp("us", tz="UTC"),
        "texts": arrow.list_(arrow.string()),
    }
    return types[kind]


class ParquetSink:
    """Writes one file a table, in groups of rows."""

    def __init__(self, target: Path) -> None:
        """Take the folder to write into; UsageError where pyarrow is missing."""
        self._folder = target
        self._arrow, self._parquet = _arrow()
        self._stack = ExitStack()
        self._writers: dict[Table, Any] = {}
        self._schemas: dict[Table, Any] = {}
        self._waiting: dict[Table, list[Row]] = {table: [] for table in TABLES}

    def __enter__(self) -> Self:
        """Open a file for each table."""
        folder_for(self._folder)
        self._files = PendingFiles([self._folder / f"{table.name}.parquet" for table in TABLES])
        for table, path in zip(TABLES, self._files.temporary, strict=True):
            fields = [(column.name, _type(self._arrow, column.type)) for column in table.columns]
            self._schemas[table] = self._arrow.schema(fields)
            writer = self._parquet.ParquetWriter(path, self._schemas[table], compression="zstd")
            self._writers[table] = self._stack.enter_context(writer)
        return self

    def add(self, table: Table, rows: Sequence[Row]) -> None:
        """Take rows of a table."""
        self._waiting[table].extend(rows)
        if len(self._waiting[table]) >= GROUP:
            self._write(table)

    def _write(self, table: Table) -> None:
        rows, self._waiting[table] = self._waiting[table], []
        schema = self._schemas[table]
        columns = [[_plain(row[n]) for row in rows] for n in range(len(table.columns))]
        arrays = [self._arrow.array(values, kind) for values, kind in zip(columns, schema.types, strict=True)]
        self._writers[table].write_table(self._arrow.Table.from_arrays(arrays, schema=schema))

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Put the files in place, or take away what was begun."""
        try:
            if kind is None:
                for table in TABLES:
                    self._write(table)
            self._stack.close()
            if kind is None:
                self._files.place()
        finally:
            self._files.drop()


def _plain(value: object) -> object:
    return float(value) if isinstance(value, Decimal) else value
