"""summarizer check: verify a saved brief again, offline and without a model."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from summarizer._cli.options import SchemaName, allow_local_modules
from summarizer._cli.talk import put, say

if TYPE_CHECKING:
    from summarizer.brief import AnyBrief


def check(
    brief: Annotated[Path, typer.Argument(help="A brief saved as JSON.", show_default=False)],
    article: Annotated[
        Path | None,
        typer.Option(
            "--article", "-a", help="The article [default: the path that the brief names]", show_default=False
        ),
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
        put(f"{finding.where}: {finding.message}")
    if findings:
        do = "does" if len(findings) == 1 else "do"
        say(f"{len(findings)} of the brief's claims about its article {do} not hold")
        raise typer.Exit(1)
    put(_summary(saved))


def _summary(saved: AnyBrief) -> str:
    found = saved.verification
    verdicts = f"{found.supported} supported, {found.weak} weak, {found.unsupported} unsupported"
    return (
        "all of it holds: the article's hash, every offset and quote, and the verdicts of "
        f"{found.statements} statements ({verdicts})"
    )
