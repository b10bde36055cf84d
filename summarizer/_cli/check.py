"""summarizer check: verify a saved brief again, offline and without a model."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from summarizer._cli.options import SchemaName, allow_local_modules

if TYPE_CHECKING:
    from summarizer.brief import AnyBrief


def check(
    brief: Annotated[Path, typer.Argument(help="A brief saved as JSON.", show_default=False)],
    article: Annotated[
        Path | None,
        typer.Option("--article", "-a", help="The article.", show_default="the path that the brief names"),
    ] = None,
    schema: SchemaName = None,
) -> None:
    """Verify a saved brief: hashes, offsets, words and verdicts.

    Exits with 1 and a list where something does not hold.
    """
    from summarizer.checking import check_brief, read_article_of, read_brief  # noqa: PLC0415 - pydantic only here

    allow_local_modules()
    saved = read_brief(brief, schema)
    findings = check_brief(saved, read_article_of(saved, article))
    for finding in findings:
        _print(f"{finding.where}: {finding.message}")
    if findings:
        _say(f"{len(findings)} of the brief's claims about its article do not hold")
        raise typer.Exit(1)
    _print(_summary(saved))


def _summary(saved: AnyBrief) -> str:
    found = saved.verification
    return (
        f"all of it holds: the article's hash, every offset and quote, and the verdicts of {found.statements} statements "
        f"({found.supported} supported, {found.weak} weak, {found.unsupported} unsupported)"
    )


def _print(line: str) -> None:
    from summarizer.render.safe import visible  # noqa: PLC0415

    sys.stdout.write(f"{visible(line)}\n")


def _say(message: str) -> None:
    from summarizer.render.safe import visible  # noqa: PLC0415

    sys.stderr.write(f"summarizer: {visible(message)}\n")
