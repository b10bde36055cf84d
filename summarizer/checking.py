"""Checks a saved brief again: its hash, its offsets, its words and its verdicts, offline and without a model."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from summarizer.brief import AnyBrief, Brief, Evidenced, NextStep, Span, Verification, evidenced
from summarizer.errors import UsageError
from summarizer.grounding import ground
from summarizer.kinds import kind_from_options
from summarizer.reading import Overrides, read
from summarizer.reading.cleaning import clean
from summarizer.reading.encoding import decode
from summarizer.reading.source import load
from summarizer.render.safe import visible

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydantic import BaseModel

    from summarizer.article import Article

MAX_BRIEF_BYTES = 50_000_000


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing in a saved brief that does not hold: where it stands, and what is wrong."""

    where: str
    message: str


def check_brief(brief: AnyBrief, article: Article) -> list[Finding]:
    """Verify a brief against its article; an empty list where all of it holds.

    Compares the article's hash, every span's offsets and words, and every verdict with the one that the checks
    give now. The brief itself is not changed.
    """
    content = _content(brief)
    if brief.article.sha256 != article.sha256:
        return [Finding("article.sha256", "this is not the article that the brief was written about: its text differs")]
    findings = [finding for path, item in evidenced(content) for finding in _spans(path, item, article)]
    again = content.model_copy(deep=True)
    ground(again, article)
    return [*findings, *_verdicts(content, again), *_counts(brief, content)]


def _content(brief: AnyBrief) -> BaseModel:
    content: Any = brief if isinstance(brief, Brief) else brief.content
    return content  # type: ignore[no-any-return]


def _spans(path: str, item: Evidenced, article: Article) -> Iterator[Finding]:
    for index, span in enumerate(item.evidence):
        where = f"{path}.evidence[{index}]"
        if span.sentence > len(article.sentences):
            yield Finding(where, f"the article has no sentence {span.sentence}")
        elif span != Span.of(article, span.sentence):
            yield Finding(where, f"offsets or words are not those of sentence {span.sentence}")
    if isinstance(item, NextStep) and item.when and item.when.start is not None:
        yield from _when(f"{path}.when", item, article)


def _when(where: str, step: NextStep, article: Article) -> Iterator[Finding]:
    """Find a phrase outside the article; whether it is the right place is seen when it is located again."""
    when = step.when
    if when and not (when.start is not None and when.end is not None and when.start <= when.end <= len(article.text)):
        yield Finding(where, "its offsets lie outside the article")


def _verdicts(content: BaseModel, again: BaseModel) -> Iterator[Finding]:
    for (path, item), (_, checked) in zip(evidenced(content), evidenced(again), strict=True):
        if item.verdict.value != checked.verdict.value:
            problems = "; ".join(problem.message for problem in checked.verdict.problems) or "no problem found"
            message = f"the brief says {item.verdict.value}, the checks say {checked.verdict.value}: {problems}"
            yield Finding(f"{path}.verdict", message)
        if isinstance(item, NextStep) and isinstance(checked, NextStep) and item.when != checked.when:
            yield Finding(f"{path}.when", "the phrase does not stand where the brief says")


def _counts(brief: AnyBrief, content: BaseModel) -> Iterator[Finding]:
    if brief.verification != Verification.of(content):
        yield Finding("verification", "the counts are not those of the statements' verdicts")


def read_brief(path: Path, schema: str | None = None) -> AnyBrief:
    """Load a saved brief, of the kind that `schema` names as for `--schema`; UsageError where it is none."""
    try:
        if path.stat().st_size > MAX_BRIEF_BYTES:
            raise UsageError(f"{visible(str(path))} is over {MAX_BRIEF_BYTES:,} bytes: no brief is as long")
        saved: AnyBrief = kind_from_options(None, schema).load(path.read_bytes())
    except OSError as error:
        raise UsageError(f"{visible(str(path))} cannot be read: {error.strerror}") from None
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        where = ".".join(map(str, first["loc"])) or "the document"
        raise UsageError(
            f"{visible(str(path))} is not a brief of this kind: {visible(where)}: {first['msg']}"
        ) from None
    return saved


def read_summary(path: Path) -> str:
    """Read the text of a summary from a file, or from standard input for the path `-`; raises what `read` raises."""
    raw = load(path)
    if not raw.strip():
        raise UsageError(f"the summary {visible(str(path))} is empty: there is nothing to check")
    return clean(decode(raw, name=visible(str(path))))[0]


def read_article_of(brief: AnyBrief, path: Path | None = None) -> Article:
    """Read the article that a brief is about, from `path` or from where the brief says it was."""
    if path is None and brief.article.source in {None, "-"}:
        raise UsageError("the brief does not say where its article lies; name it with --article")
    overrides = Overrides(title=brief.article.title, language=brief.article.language)
    return read(path or Path(brief.article.source or ""), overrides)
