"""Checks a saved brief again: its hash, its offsets, its words and its verdicts, offline and without a model."""

from __future__ import annotations

import contextlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from summarizer.article import Article
from summarizer.brief import (
    AnyBrief,
    ArticleInfo,
    Brief,
    Evidenced,
    NextStep,
    Span,
    Verdict,
    Verification,
    When,
    evidenced,
)
from summarizer.errors import SourceError, UsageError
from summarizer.grounding import cover, ground
from summarizer.kinds import kind_from_options
from summarizer.reading import Overrides, read
from summarizer.reading.cleaning import clean
from summarizer.reading.encoding import decode
from summarizer.reading.source import load
from summarizer.render.safe import visible

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydantic import BaseModel


MAX_BRIEF_BYTES = 50_000_000
_SHOWN = 300


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing in a saved brief that does not hold: where it stands, and what is wrong."""

    where: str
    message: str


def check_brief(brief: AnyBrief, article: Article) -> list[Finding]:
    """Verify a brief against its article; an empty list where all of it holds.

    Compares the article's hash and size, every span's offsets and words, every verdict and every time's place
    with what is found now. The brief itself is not changed.
    """
    if not isinstance(article, Article):
        raise UsageError("check_brief takes the brief, then its Article; Article.from_text makes one of a text")
    content = _content(brief)
    if brief.article.sha256 != article.sha256:
        return [Finding("article.sha256", "this is not the article that the brief was written about: its text differs")]
    findings = [finding for path, item in evidenced(content) for finding in _spans(path, item, article)]
    again = _checked_again(content, article)
    verdicts, counts = _verdicts(content, again), _counts(brief, content, article)
    return [*_sizes(brief, article), *findings, *verdicts, *counts, *_aimed(brief, article)]


def _content(brief: AnyBrief) -> BaseModel:
    content: Any = brief if isinstance(brief, Brief) else brief.content
    return content  # type: ignore[no-any-return]


def _checked_again(content: BaseModel, article: Article) -> BaseModel:
    """Give a copy with the verdicts and places that the checks find now, and none from before."""
    again = content.model_copy(deep=True)
    for _, item in evidenced(again):
        if isinstance(item, NextStep) and item.when:
            item.when = When(phrase=item.when.phrase)
    ground(again, article)
    return again


def _sizes(brief: AnyBrief, article: Article) -> Iterator[Finding]:
    found = {"characters": len(article.text), "words": article.words, "sentences": len(article.sentences)}
    for name, size in found.items():
        if getattr(brief.article, name) != size:
            yield Finding(f"article.{name}", f"the article has {size:,}")


def _spans(path: str, item: Evidenced, article: Article) -> Iterator[Finding]:
    for index, span in enumerate(item.evidence):
        where = f"{path}.evidence[{index}]"
        if span.sentence > len(article.sentences):
            yield Finding(where, f"the article has no sentence {span.sentence}")
        elif span != Span.of(article, span.sentence):
            yield Finding(where, f"offsets or words are not those of sentence {span.sentence}")


def _verdicts(content: BaseModel, again: BaseModel) -> Iterator[Finding]:
    for (path, item), (_, checked) in zip(evidenced(content), evidenced(again), strict=True):
        expected = _expected(item, checked)
        if _gist(item.verdict) != _gist(expected):
            problems = "; ".join(problem.message for problem in expected.problems) or "no problem found"
            message = f"the brief says {item.verdict.value}, the checks say {expected.value}: {problems}"
            yield Finding(f"{path}.verdict", message)
        if isinstance(item, NextStep) and isinstance(checked, NextStep) and item.when != checked.when:
            yield Finding(f"{path}.when", _other_time(item.when, checked.when))


def _other_time(said: When | None, found: When | None) -> str:
    """Tell a phrase in another place from one that means other days."""
    if said and found and (said.sentence, said.start, said.end) == (found.sentence, found.start, found.end):
        return f"the phrase means other days than the brief says: {found.reading or found.unresolved}"
    return "the phrase does not stand where the brief says"


def _expected(item: Evidenced, checked: Evidenced) -> Verdict:
    """Give the verdict of now, with what only the answer showed: the sentences it cited that do not exist."""
    told_once = [problem for problem in item.verdict.problems if problem.check == "missing_sentence"]
    value = "weak" if told_once and checked.verdict.value == "supported" else checked.verdict.value
    return Verdict(value=value, problems=[*told_once, *checked.verdict.problems])


def _gist(verdict: Verdict) -> tuple[str, list[str]]:
    """Give what must not differ: the wording of a problem may, from one version to the next."""
    return verdict.value, sorted(problem.check for problem in verdict.problems)


def _counts(brief: AnyBrief, content: BaseModel, article: Article) -> Iterator[Finding]:
    said = brief.verification
    if said.model_copy(update={"coverage": None}) != Verification.of(content):
        yield Finding("verification", "the counts are not those of the statements' verdicts")
    if said.coverage is not None and said.coverage != cover(content, article):
        yield Finding("verification.coverage", "the sentences left out are not those that no statement cites")


def _aimed(brief: AnyBrief, article: Article) -> Iterator[Finding]:
    if brief.article.injections != ArticleInfo.of(article).injections:
        message = "what is listed as aimed at a model is not what is found in the article now"
        yield Finding("article.injections", message)


def read_brief(path: Path, schema: str | None = None) -> AnyBrief:
    """Load a saved brief, of the kind that `schema` names as for `--schema`; UsageError where it is none."""
    kind, data = kind_from_options(None, schema), _bytes(path)
    try:
        saved: AnyBrief = kind.load(data)
    except ValidationError as error:
        _require_brief(path, data)
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        found = f"{'.'.join(map(str, first['loc'])) or 'the document'}: {first['msg']}"
        raise UsageError(f"{visible(str(path))} is not a brief of this kind: {visible(found)}") from None
    return saved


def _require_brief(path: Path, data: bytes) -> None:
    """Raise UsageError where a batch wrote that the story is briefed under another article."""
    with contextlib.suppress(ValueError, RecursionError):
        found = json.loads(data)
        if isinstance(found, dict) and "same_story_as" in found:
            where = visible(str(found.get("output")))[:_SHOWN]
            raise UsageError(f"{visible(str(path))} holds no brief: the story is briefed in {where} of the same run")


def _bytes(path: Path) -> bytes:
    try:
        with path.open("rb") as stream:
            data = stream.read(MAX_BRIEF_BYTES + 1)  # what is no plain file tells no size, and may have no end
    except IsADirectoryError:
        which = "check takes one brief: name its JSON file (a batch writes NAME.brief.json)"
        raise UsageError(f"{visible(str(path))} is a folder; {which}") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "the name is not valid"
        raise UsageError(f"{visible(str(path))} cannot be read: {reason}") from None
    if len(data) > MAX_BRIEF_BYTES:
        raise UsageError(f"{visible(str(path))} is over {MAX_BRIEF_BYTES:,} bytes: no brief is as long")
    return data


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
    about = brief.article
    overrides = Overrides(title=about.title, published=about.published, language=about.language)
    try:
        return read(path or Path(about.source or ""), overrides)
    except SourceError as error:
        if path is not None:
            raise
        raise SourceError(f"{error}, or name the article with --article") from None
