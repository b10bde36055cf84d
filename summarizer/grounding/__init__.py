"""Grounding: code decides what the article supports, and says what it does not."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from summarizer.brief import Evidenced, NextStep, Party, Problem, Quotation, Span, Threat, Verdict, evidenced
from summarizer.dates import Resolved, resolve
from summarizer.grounding.amounts import numbers
from summarizer.grounding.cases import Case
from summarizer.grounding.checks import run_checks
from summarizer.grounding.coverage import cover, uncited
from summarizer.grounding.days import dates
from summarizer.grounding.facts import ArticleFacts
from summarizer.grounding.judging import Judgement, judge, judge_for
from summarizer.grounding.lexicon import english
from summarizer.grounding.names import names
from summarizer.grounding.references import reference_problems
from summarizer.grounding.speakers import other_speaker
from summarizer.grounding.wording import Found, count_e, find_words
from summarizer.grounding.words import Passage

if TYPE_CHECKING:
    from pydantic import BaseModel

    from summarizer.article import Article
    from summarizer.brief import VerdictValue

__all__ = ["cover", "ground", "uncited", "verdict_of"]

_NAME_WORD = re.compile(r"[^\W_]+(?:[.&-][^\W_]+)*")
#: What is wrong with a reference and makes the statement unsupported, whatever its words.
_GRAVE = frozenset({"evidence", "names", "quotation", "party", "numbers", "units", "dates"})
#: What is looked at in a condition: its words may be others than the article's, its facts may not.
_OF_CONDITIONS = (numbers, dates, names)


def ground(content: BaseModel, article: Article) -> None:
    """Give every statement in the content its verdict, and every time of a next step its place in the text.

    Deterministic and offline: the same content and article give the same verdicts.
    """
    facts = ArticleFacts.of(article)
    dangling: dict[str, list[Problem]] = {}
    items = list(evidenced(content))
    for _, item in items:
        if isinstance(item, NextStep):
            _locate(item, article)
    for reference in reference_problems(content, items, are_located=True):
        owner = reference.where.rpartition(".")[0]
        problem = Problem(check=reference.check, message=reference.message, found=reference.found)
        dangling.setdefault(owner, []).append(problem)
    for path, item in items:
        item.verdict = verdict_of(item, facts, dangling.get(path, []))


def verdict_of(item: Evidenced, facts: ArticleFacts, problems: list[Problem]) -> Verdict:
    """Check one item against its evidence; `problems` are those found before.

    Words of the title are the article's own too, although no number can cite them.
    """
    found = [*_evidence(item), *problems, *_attribution(item, facts.article), *_condition(item, facts)]
    if not item.evidence:
        return Verdict(value="unsupported", score=0.0, problems=found)
    claim = Passage(item.claim())
    if isinstance(item, Quotation):
        return _settled([*found, *_speaker(item, facts)])
    if _is_of_title(claim, facts):
        return _settled(found)
    judged = judge(
        claim, _places(item, facts), facts, attribution=item.attribution, is_conditional=_is_conditional(item)
    )
    score = judged.score if not found else min(judged.score, _doubtful(found))
    return Verdict(
        value=_worse(judged.value, found),
        score=score,
        problems=[*judged.problems(), *found],
        elsewhere=[] if judged.value == "supported" else _elsewhere(judged, item, facts),
    )


def _is_of_title(claim: Passage, facts: ArticleFacts) -> bool:
    title = facts.folded_title
    if not title or count_e(claim.text) > count_e(title):
        return False  # most statements, which are longer
    if any(word.text.isascii() and word.text.isalpha() and word.text.lower() not in title for word in claim.words):
        return False
    return bool(claim.folded) and claim.folded in title


def _settled(found: list[Problem]) -> Verdict:
    """Give the verdict of words that are the article's own, or a quotation, which is so or is wrong."""
    score = _doubtful(found) if found else 1.0
    return Verdict(value=_worse("supported", found), score=score, problems=found, elsewhere=[])


def _worse(value: VerdictValue, found: list[Problem]) -> VerdictValue:
    if any(problem.check in _GRAVE for problem in found):
        return "unsupported"
    return "weak" if found and value == "supported" else value


def _doubtful(found: list[Problem]) -> float:
    return 0.0 if any(problem.check in _GRAVE for problem in found) else 0.5


def _places(item: Evidenced, facts: ArticleFacts) -> list[int]:
    last = len(facts.sentences)
    return [span.sentence - 1 for span in item.evidence if span.sentence <= last] or [0]


def _elsewhere(judged: Judgement, item: Evidenced, facts: ArticleFacts) -> list[Span]:
    """Find sentences that carry the statement better than the cited ones do, where a statement fails."""
    claim = judged.case.claim
    nearest = sorted(facts.nearest(claim.content))
    if not nearest or set(nearest) <= {span.sentence - 1 for span in item.evidence}:
        return []
    least: VerdictValue = "weak" if judged.value == "unsupported" else "supported"
    found = judge_for(
        least,
        claim,
        nearest,
        facts,
        attribution=item.attribution,
        is_conditional=_is_conditional(item),
        doubts=judged.findings,
    )
    if found is None:
        return []
    return [Span.of(facts.article, number + 1) for number in nearest]


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


def _attribution(item: Evidenced, article: Article) -> list[Problem]:
    """Names that stand beside a claim stand in the article, and a party's in its evidence."""
    named = [item.attribution] if item.attribution else []
    if isinstance(item, Party):
        named += [item.name, *item.aliases]
    missing = [name for name in named if not _mentions(article.text, name)]
    found = [Problem(check="names", message=f'"{name}" is not in the article', found=name) for name in missing]
    if isinstance(item, Party) and not missing and not _is_named(item):
        found.append(Problem(check="names_elsewhere", message="the cited sentences do not name it", found=item.name))
    return found


def _is_conditional(item: Evidenced) -> bool:
    return isinstance(item, Threat) and bool(item.condition)


def _condition(item: Evidenced, facts: ArticleFacts) -> list[Problem]:
    """Find a number, a date or a name in a threat's condition that its evidence does not have."""
    if not isinstance(item, Threat) or not item.condition or not item.evidence:
        return []
    places = _places(item, facts)
    case = Case(Passage(item.condition), facts.evidence(places), facts, places)
    graves = [finding for finding in run_checks(case, _OF_CONDITIONS) if finding.grave]
    return [
        Problem(check=name, message=f"in its condition: {message}", found=case.claim.written(first, last))
        for name, message, first, last, _ in graves
    ]


def _speaker(quotation: Quotation, facts: ArticleFacts) -> list[Problem]:
    """Find that the article has somebody else say what is quoted."""
    evidence = quotation.evidence
    place = evidence[0] if len(evidence) == 1 else find_words(quotation.words, evidence)
    other = other_speaker(quotation.speaker, facts, place.sentence - 1) if place else ""
    if not other:
        return []
    message = f"the evidence has {other} say this, not {quotation.speaker}"
    return [Problem(check="speakers", message=message, found=quotation.speaker)]


def _is_named(party: Party) -> bool:
    evidence = " ".join(span.quote for span in party.evidence)
    return not party.evidence or any(_mentions(evidence, name) for name in (party.name, *party.aliases))


def _mentions(text: str, name: str) -> bool:
    """Tell whether every word of a name stands in the text, in whatever form; a state is named by its people too."""
    return name in text or all(
        word in text or _is_named_by_another_form(word, text) for word in _NAME_WORD.findall(name)
    )


def _is_named_by_another_form(word: str, text: str) -> bool:
    places = english().places
    state = places.get(word.lower())
    return state is not None and any(places.get(other.lower()) == state for other in _NAME_WORD.findall(text))


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
