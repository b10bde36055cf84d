"""Reads the labelled sets that the benchmarks measure on; none of them is part of the project."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from summarizer.article import Article
from summarizer.reading.structure import take_apart

DATA = Path(__file__).parents[1].parent / "shared" / "data"


@cache
def rows(name: str, part: str = "dev") -> list[dict[str, Any]]:
    """Give the rows of a set; SystemExit with one line where the folder is absent."""
    path = DATA / name / f"{part}.jsonl"
    if not path.is_file():
        raise SystemExit(f"{path} is not there: this benchmark needs the labelled sets beside the checkout")
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


@cache
def article(text: str) -> Article:
    """Take a text apart as an article, however short it is."""
    parts = take_apart(text, 0, "en", title=None, headings=())
    return Article(text=text, sentences=tuple(parts.sentences))


@cache
def wikinews() -> list[Article]:
    """Give the usable articles of Wikinews."""
    return [
        Article.from_text(row["text"], title=row["title"], published=dt.date.fromisoformat(row["date"]))
        for row in rows("wikinews")
        if row["usable"]
    ]


@cache
def giveme5w1h() -> list[Article]:
    """Give the articles of Giveme5W1H, to fill up classes of changes that Wikinews has too few sentences for."""
    found = [Article.from_text(row["text"], title=row["title"]) for row in rows("giveme5w1h")]
    return [article for article in found if article.language == "en"]


@dataclass(frozen=True)
class Labelled:
    """A summary, whether it is true to its article, and where it was changed."""

    summary: str
    article: str
    is_true: bool
    key: str
    kind: str
    edits: tuple[tuple[int, int], ...] = ()


def summedits() -> list[Labelled]:
    """Give the news part of SummEdits."""
    return [
        Labelled(
            row["summary"],
            row["article"],
            bool(row["label"]),
            row["article_key"],
            ", ".join(row["edit_types"]) or "none",
            _edits(row),
        )
        for row in rows("summedits_news")
    ]


def bump() -> list[tuple[Labelled, Labelled]]:
    """Give the pairs of BUMP: the true summary and the changed one."""
    return [
        (
            Labelled(row["reference_summary"], row["article"], is_true=True, key=row["article_key"], kind="true"),
            Labelled(
                row["edited_summary"],
                row["article"],
                is_true=False,
                key=row["article_key"],
                kind=row["error_type"],
                edits=_edits(row),
            ),
        )
        for row in rows("bump")
    ]


def faithbench() -> list[Labelled]:
    """Give FaithBench, for measuring only: its licence is non-commercial, nothing is fitted on it."""
    return [
        Labelled(row["summary"], row["article"], bool(row["label"]), row["article_key"], row["worst"])
        for row in rows("faithbench")
    ]


def _edits(row: dict[str, Any]) -> tuple[tuple[int, int], ...]:
    return tuple((edit["start"], edit["end"]) for edit in row["edit_spans"])
