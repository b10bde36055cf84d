"""summarizer export: the briefs of a folder as flat tables."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from summarizer._cli.options import named_path
from summarizer._cli.talk import put, say


class Tables(StrEnum):
    """What the tables are written as."""

    csv = "csv"
    parquet = "parquet"
    sqlite = "sqlite"


def export(
    out: Annotated[Path, typer.Argument(parser=named_path, help="The folder that a batch wrote.", show_default=False)],
    to: Annotated[Tables, typer.Option("--to", help="How to write the tables.", show_default=False)],
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            parser=named_path,
            help="Folder for csv and parquet, file for sqlite [default: csv, parquet or briefs.sqlite in OUT]",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Write the briefs of a folder as tables that join by their ids."""
    from summarizer.export import export as write  # noqa: PLC0415 - pydantic only here
    from summarizer.site.folder import BriefFolder  # noqa: PLC0415

    folder = BriefFolder(out)
    done = write(folder, to.value, output)
    for name, rows in done.rows.items():
        put(f"{name + ':':<12} {rows:,}")
    tell_unreadable(folder.problems, folder.unreadable)
    say(f"written to {done.target}")


def tell_unreadable(problems: list[str], unreadable: int) -> None:
    """Say what of a folder could not be read."""
    for problem in problems:
        say(f"left out: {problem}")
    if unreadable > len(problems):
        say(f"left out: {unreadable - len(problems):,} more")
