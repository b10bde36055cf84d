"""Checks any summary against its article, sentence by sentence, with no brief and no cited evidence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from summarizer.article import Article
from summarizer.brief import Problem, Span
from summarizer.errors import UsageError
from summarizer.grounding.facts import ArticleFacts
from summarizer.grounding.judging import Judgement, judge, judge_for, rank
from summarizer.grounding.words import Passage
from summarizer.reading.languages import detect
from summarizer.reading.sentences import split
from summarizer.reading.units import find_units

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from summarizer.brief import VerdictValue

#: Unicode's surrogates stand for no character and cannot be written; they become its sign for that.
_SURROGATES = dict.fromkeys(range(55296, 57344), "�")
_LEAST_LETTERS = 40
#: Code points of a summary that tell its language.
_SAMPLE = 1_500


@dataclass(frozen=True, slots=True)
class CheckedSentence:
    """One sentence of a summary: `text` is `summary[start:end]`; problems have code points of the summary too."""

    text: str
    start: int
    end: int
    verdict: VerdictValue
    score: float
    problems: tuple[Problem, ...]
    #: The article's sentences that come nearest, the best first.
    nearest: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class SummaryReport:
    """What the checks found for each sentence of a summary, in order."""

    statements: tuple[CheckedSentence, ...]
    #: The worst of the sentences' verdicts.
    verdict: VerdictValue
    #: Between 0 and 1; as low as the least supported sentence makes it.
    score: float


def check_summary(summary: str, article: Article | str) -> SummaryReport:
    """Check each sentence of a summary against its article, offline and without a model.

    The evidence is chosen: the sentences of the article that together hold most of a statement's words. UsageError
    for a summary without a word; an article given as a string raises what `Article.from_text` raises.
    """
    if not all((isinstance(summary, str), isinstance(article, (Article, str)))):
        raise UsageError("check_summary takes the summary as a string, then the Article or its text")
    if not any(map(str.isalnum, summary)):
        raise UsageError("the summary is empty: there is nothing to check")
    summary = summary.translate(_SURROGATES) if not summary.isascii() else summary
    source = article if isinstance(article, Article) else Article.from_text(article)
    facts = ArticleFacts.of(source)
    language = detect(summary[:_SAMPLE]) or source.language
    foreign = language if language != source.language and _is_long_enough(summary) else None
    statements = tuple(_checked(summary, start, end, facts, foreign) for start, end in _sentences(summary, language))
    return SummaryReport(statements, _worst(statements), overall([statement.score for statement in statements]))


def _sentences(summary: str, language: str) -> Iterator[tuple[int, int]]:
    for unit in find_units(summary, 0):
        yield from split(summary, unit.start, unit.end, language)


def _is_long_enough(summary: str) -> bool:
    """Tell whether there are letters enough to be sure of the language."""
    return sum(map(str.isalpha, summary[:_SAMPLE])) >= _LEAST_LETTERS


def _checked(summary: str, start: int, end: int, facts: ArticleFacts, foreign: str | None) -> CheckedSentence:
    claim = Passage(summary[start:end])
    judged, nearest = judged_alone(claim, facts)
    problems = [_moved(problem, start) for problem in judged.problems()]
    value, score = judged.value, judged.score
    if foreign:
        message = (
            f"the summary is in another language ({foreign}) than the article ({facts.article.language}): not checked"
        )
        problems, value, score = [Problem(check="language", message=message, start=start, end=end)], "weak", 0.5
    spans = tuple(Span.of(facts.article, number + 1) for number in nearest)
    return CheckedSentence(claim.text, start, end, value, round(score, 4), tuple(problems), spans)


def judged_alone(claim: Passage, facts: ArticleFacts) -> tuple[Judgement, list[int]]:
    """Judge a claim that cites nothing: against the sentence that comes nearest, and against several together.

    The better of both counts: a claim may draw on several sentences, and a claim that one sentence carries is not to be
    confused by others.
    """
    nearest = facts.nearest(claim.content)
    if not nearest:
        nearest = [0]
    judged = judge(claim, nearest[:1], facts, is_cited=False)
    if judged.value == "supported" or len(nearest) == 1:
        return judged, nearest
    together = judge_for(judged.value, claim, sorted(nearest), facts, is_cited=False)
    return max(filter(None, (judged, together)), key=lambda one: (rank(one.value), one.score)), nearest


def _moved(problem: Problem, by: int) -> Problem:
    if problem.start is None or problem.end is None:
        return problem
    return problem.model_copy(update={"start": problem.start + by, "end": problem.end + by})


def _worst(statements: Sequence[CheckedSentence]) -> VerdictValue:
    return min((statement.verdict for statement in statements), key=rank)


def overall(scores: Sequence[float]) -> float:
    """Give the least score and a little of the mean, so that two summaries with the same weakest sentence differ."""
    return 0.8 * min(scores) + 0.2 * sum(scores) / len(scores)
