"""Turns the folder that a batch wrote into flat tables for a spreadsheet, a data frame or a database."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Protocol, Self

from summarizer.errors import RunError, UsageError
from summarizer.render.safe import visible

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path
    from types import TracebackType

    from summarizer.export.columns import Row, Table
    from summarizer.site.folder import BriefFolder

__all__ = ["FORMATS", "Exported", "Sink", "export"]


class Sink(Protocol):
    """Takes rows in any order of tables; what it wrote is there when its block ends, and only without an error."""

    def add(self, table: Table, rows: Sequence[Row]) -> None:
        """Take rows of a table, each with a value for every column."""

    def __enter__(self) -> Self:
        """Begin."""

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Put the finished files in place, or take away what was begun."""


def _csv(target: Path) -> Sink:
    from summarizer.export.csv import CsvSink  # noqa: PLC0415 - only the format that is asked for

    return CsvSink(target)


def _parquet(target: Path) -> Sink:
    from summarizer.export.parquet import ParquetSink  # noqa: PLC0415 - pyarrow is an extra, and heavy

    return ParquetSink(target)


def _sqlite(target: Path) -> Sink:
    from summarizer.export.sqlite import SqliteSink  # noqa: PLC0415 - only the format that is asked for

    return SqliteSink(target)


#: Every format by the name that `--to` takes, with what it writes within the folder unless told otherwise.
FORMATS: Mapping[str, tuple[Callable[[Path], Sink], str]] = MappingProxyType(
    {"csv": (_csv, "csv"), "parquet": (_parquet, "parquet"), "sqlite": (_sqlite, "briefs.sqlite")}
)


@dataclass(frozen=True, slots=True)
class Exported:
    """What an export wrote: where, and how many rows of each table by its name."""

    target: Path
    rows: Mapping[str, int]


def export(folder: BriefFolder, to: str, target: Path | None = None) -> Exported:
    """Write the tables of `columns.TABLES`, one brief at a time, in memory that does not grow with the folder.

    `to` is a key of `FORMATS`; `target` a folder for csv and parquet, a file for sqlite. What was there is
    replaced when all of it is written. UsageError where the place or the format will not do, RunError where
    writing fails.
    """
    from summarizer.export.rows import copy_rows, rows_of  # noqa: PLC0415 - pydantic only here

    if to not in FORMATS:
        raise UsageError(f"there is no format {visible(to)!r}; choose one of {', '.join(FORMATS)}")
    folder.require()
    make, name = FORMATS[to]
    place = target or folder.out / name
    counts: dict[str, int] = {}
    try:
        with make(place) as sink:
            for entry in folder:
                _add(sink, rows_of(entry), counts)
            _add(sink, copy_rows(folder.copies), counts)
    except (OSError, sqlite3.Error) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise RunError(f"{visible(str(place))} cannot be written: {visible(reason)}") from None
    return Exported(place, MappingProxyType(counts))


def _add(sink: Sink, tables: Mapping[Table, Sequence[Row]], counts: dict[str, int]) -> None:
    for table, rows in tables.items():
        if rows:
            sink.add(table, rows)
        counts[table.name] = counts.get(table.name, 0) + len(rows)
