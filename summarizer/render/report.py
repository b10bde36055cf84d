"""Writes the report on a summary: as lines for people, or as JSON."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING

from summarizer.render.safe import visible

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydantic import BaseModel

    from summarizer.grounding.summary import CheckedSentence, SummaryReport

_LONGEST = 160


def report_text(report: SummaryReport) -> str:
    """Write a table: a line a statement with verdict and score, and below it what is wrong and what comes nearest."""
    lines = [line for number, statement in enumerate(report.statements, 1) for line in _lines(number, statement)]
    return "\n".join([*lines, "", _counts(report)])


def _lines(number: int, statement: CheckedSentence) -> Iterator[str]:
    yield f"{number:>3}  {statement.verdict:<11}  {statement.score:.2f}  {_short(statement.text)}"
    for problem in statement.problems:
        place = "" if problem.start is None else f" ({problem.start}-{problem.end})"
        yield f"     {problem.check}{place}: {_short(problem.message)}"
    if statement.problems and statement.nearest:
        nearest = statement.nearest[0]
        yield f"     nearest: [{nearest.sentence}] {_short(nearest.quote)}"


def _counts(report: SummaryReport) -> str:
    values = [statement.verdict for statement in report.statements]
    counts = ", ".join(f"{values.count(value)} {value}" for value in ("supported", "weak", "unsupported"))
    return f"{len(values)} statements: {counts}; score {report.score:.2f}"


def _short(text: str) -> str:
    line = visible(" ".join(text.split()))
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1]}…"


def report_json(report: SummaryReport) -> str:
    """Write the whole report as JSON, indented."""
    return json.dumps(asdict(report), default=_plain, ensure_ascii=False, indent=2)


def _plain(value: BaseModel) -> object:
    return value.model_dump(mode="json")
