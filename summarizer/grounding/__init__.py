"""Grounding: code decides what the article supports, and says what it does not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from summarizer.brief import Evidenced, NextStep, Party, Problem, Verdict, evidenced
from summarizer.dates import Resolved, resolve
from summarizer.grounding.checks import CHECKS, GRAVE, Case, Wording
from summarizer.grounding.coverage import cover, uncited
from summarizer.grounding.references import reference_problems
from summarizer.grounding.wording import Found, find_words, holds_words

if TYPE_CHECKING:
    from pydantic import BaseModel

    from summarizer.article import Article

__all__ = ["cover", "ground", "uncited", "verdict_of"]


def ground(content: BaseModel, article: Article) -> None:
    """Give every statement in the content its verdict, and every time of a next step its place in the text.

    Deterministic and offline: the same content and article give the same verdicts.
    """
    whole = Wording(article.text)
    dangling: dict[str, list[Problem]] = {}
    for reference in reference_problems(content):
        owner = reference.where.rpartition(".")[0]
        problem = Problem(check=reference.check, message=reference.message, found=reference.found)
        dangling.setdefault(owner, []).append(problem)
    for path, item in evidenced(content):
        item.verdict = verdict_of(item, whole, dangling.get(path, []), title=article.title)
        if isinstance(item, NextStep):
            _locate(item, article)


def verdict_of(item: Evidenced, article: Wording, problems: list[Problem], *, title: str | None = None) -> Verdict:
    """Check one item against its evidence; `problems` are those found before.

    Words of the title are the article's own too, although no number can cite them.
    """
    found = [*_evidence(item), *problems]
    claim = item.claim()
    if item.evidence and find_words(claim, item.evidence) is None and not holds_words(claim, title or ""):
        case = Case(Wording(claim), Wording(" ".join(span.quote for span in item.evidence)), article)
        found += [problem for check in CHECKS for problem in check(case)]
    found += _attribution(item, article)
    if any(problem.check in GRAVE for problem in found):
        return Verdict(value="unsupported", problems=found)
    return Verdict(value="weak" if found else "supported", problems=found)


def _evidence(item: Evidenced) -> list[Problem]:
    found = [
        Problem(
            check="missing_sentence",
            message=f"it cites a sentence {number}, which does not exist",
            found=str(number),
        )
        for number in item.take_missing()
    ]
    if not item.evidence:
        found.append(Problem(check="evidence", message="no sentence is cited for it"))
    return found


def _attribution(item: Evidenced, article: Wording) -> list[Problem]:
    """Names that stand beside a claim stand in the article, and a party's in its evidence."""
    named = [item.attribution] if item.attribution else []
    if isinstance(item, Party):
        named += [item.name, *item.aliases]
    missing = [name for name in named if not article.mentions(name)]
    found = [Problem(check="names", message=f'"{name}" is not in the article', found=name) for name in missing]
    if isinstance(item, Party) and not missing and not _is_named(item):
        found.append(Problem(check="names_elsewhere", message="the cited sentences do not name it", found=item.name))
    return found


def _is_named(party: Party) -> bool:
    evidence = Wording(" ".join(span.quote for span in party.evidence))
    return not party.evidence or any(evidence.mentions(name) for name in (party.name, *party.aliases))


def _locate(step: NextStep, article: Article) -> None:
    """Place the time of a step in the text, and in the calendar by the article's own words; anew each time."""
    when = step.when
    if when is None:
        return
    place = find_words(when.phrase, step.evidence)
    when.sentence, when.start, when.end = place or (None, None, None)
    days = _days(article, place) if place else Resolved()
    when.earliest, when.latest, when.precision = days.earliest, days.latest, days.precision
    when.reading, when.unresolved = days.reading, days.reason


def _days(article: Article, place: Found) -> Resolved:
    """Resolve the words that stand there; a step is still to come, unless its sentence says otherwise."""
    words, sentence = article.text[place.start : place.end], article.sentence(place.sentence).text
    return resolve(words, article.published, article.language, context=sentence, otherwise="coming")
