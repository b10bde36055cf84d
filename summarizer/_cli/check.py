"""summarizer check: verify a saved brief again, or any summary, offline and without a model."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from summarizer._cli.options import SchemaName, allow_local_modules
from summarizer._cli.talk import put, say, stdout

if TYPE_CHECKING:
    from summarizer.brief import AnyBrief


class ReportFormat(StrEnum):
    """How the report on a summary is written."""

    text = "text"
    json = "json"


def check(
    brief: Annotated[
        Path | None, typer.Argument(help="A brief saved as JSON; leave it out with --summary.", show_default=False)
    ] = None,
    article: Annotated[
        Path | None,
        typer.Option(
            "--article",
            "-a",
            help="The article [default: as a batch kept it, or the path in the brief]",
            show_default=False,
        ),
    ] = None,
    summary: Annotated[
        Path | None,
        typer.Option("--summary", help="A text file with a summary to check against --article.", show_default=False),
    ] = None,
    form: Annotated[
        ReportFormat, typer.Option("--format", help="How to write the report on a summary.")
    ] = ReportFormat.text,
    schema: SchemaName = None,
) -> None:
    """Verify a saved brief (hashes, offsets, words and verdicts), or check any summary against its article.

    Exits with 1 where something in a brief does not hold, or a statement of a summary is unsupported.
    """
    from summarizer.errors import UsageError  # noqa: PLC0415

    if (brief is None) == (summary is None):
        raise UsageError("name a saved brief, or a summary with --summary, and not both")
    if summary is not None:
        _check_summary(summary, article, form)
    elif brief is not None:
        _check_brief(brief, article, schema)


def _check_brief(brief: Path, article: Path | None, schema: str | None) -> None:
    from summarizer.batch.kept import article_beside  # noqa: PLC0415
    from summarizer.checking import check_brief, read_article_of, read_brief  # noqa: PLC0415

    allow_local_modules()
    saved = read_brief(brief, schema)
    kept = None if article else article_beside(brief, saved.article.source or "")
    if kept is not None:
        say("the article is taken from the ledger, as the run read it; --article names another")
    findings = check_brief(saved, kept or read_article_of(saved, article))
    for finding in findings:
        put(f"{finding.where}: {finding.message}")
    if findings:
        do = "does" if len(findings) == 1 else "do"
        say(f"{len(findings)} of the brief's claims about its article {do} not hold")
        raise typer.Exit(1)
    put(_summary(saved))


def _check_summary(summary: Path, article: Path | None, form: ReportFormat) -> None:
    from summarizer.checking import read_summary  # noqa: PLC0415
    from summarizer.errors import UsageError  # noqa: PLC0415
    from summarizer.grounding.summary import check_summary  # noqa: PLC0415
    from summarizer.reading import read  # noqa: PLC0415
    from summarizer.render.report import report_json, report_text  # noqa: PLC0415

    if article is None:
        raise UsageError("name the article that the summary is about with --article")
    report = check_summary(read_summary(summary), read(article))
    with stdout() as stream:
        stream.write((report_json if form is ReportFormat.json else report_text)(report) + "\n")
    if report.verdict == "unsupported":
        raise typer.Exit(1)


def _summary(saved: AnyBrief) -> str:
    found = saved.verification
    verdicts = f"{found.supported} supported, {found.weak} weak, {found.unsupported} unsupported"
    return (
        "all of it holds: the article's hash, every offset and quote, and the verdicts of "
        f"{found.statements} statements ({verdicts})"
    )
