"""How well a claim is supported, as one number: a small logistic model over what the checks found and matched."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from math import exp
from typing import TYPE_CHECKING

from summarizer.grounding.binding import binding
from summarizer.grounding.facts import REACH_OF_PAIRS
from summarizer.grounding.lexicon import english
from summarizer.resources import data

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from summarizer.grounding.cases import Case, Finding
    from summarizer.grounding.facts import ArticleFacts
    from summarizer.grounding.words import Word

_LONG = 30
#: As a claim's first word, one of these leaves open who is meant.
_PRONOUNS = frozenset("he she it they him her them his hers its their".split())  # noqa: SIM905
#: Checks of which a finding that is not grave is rarer in true summaries than in changed ones.
_TELLING = frozenset({"numbers", "names", "negation", "dates"})


@dataclass(frozen=True, slots=True)
class Model:
    """Weights by feature, and the scores below which a claim is unsupported or only weakly supported."""

    bias: float
    weights: Mapping[str, float]
    unsupported_below: float
    supported_from: float

    def score(self, features: Mapping[str, float]) -> float:
        """Give the score between 0 and 1: the share of such claims that the fitting data call true.

        A grave finding takes most of it: no claim that is contradicted scores as one does that is supported.
        """
        weights = self.weights
        total = self.bias + sum([weights[name] * value for name, value in features.items() if name in weights])
        score = 1 / (1 + exp(-max(-30.0, min(30.0, total))))
        is_contradicted = any([name.endswith("!") for name in features])  # noqa: C419 - a generator costs more
        return score * self.supported_from if is_contradicted else score


@cache
def fitted() -> Model:
    """Load the weights that `benchmarks/fit_support.py` fitted."""
    saved = tomllib.loads(data("support.toml").read_text(encoding="utf-8"))
    return Model(saved["bias"], saved["weights"], saved["unsupported_below"], saved["supported_from"])


def features(case: Case, findings: Sequence[Finding]) -> dict[str, float]:
    """Describe a claim beside its evidence: how its words are held and bound, and findings by check.

    A grave finding counts as `check!`, another as `check`, where it tells anything of labelled summaries; twice or
    more counts as two.
    """
    joints = _joints(case)
    found = _held(case)
    found |= _pairs(case, joints)
    found |= binding(case, joints)
    for finding in findings:
        name = f"{finding.check}!" if finding.grave else finding.check
        if finding.grave or name in _TELLING:
            found[name] = min(2.0, found.get(name, 0.0) + 1.0)
    return found


def _joints(case: Case) -> list[tuple[Word, Word]]:
    """Give the claim's neighbouring words of substance that are not near each other, in this order, in the article."""
    words, places = case.claim.words, case.alignment.places
    loose = [
        (one, other)
        for one, other in pairwise(case.claim.substance)
        if not _are_near_there(case, places[one], places[other])
    ]
    are_near = case.article.are_near
    return [(words[one], words[other]) for one, other in loose if not are_near(words[one].stem, words[other].stem)]


def _are_near_there(case: Case, one: int, other: int) -> bool:
    """Tell at a glance whether two places are near each other in one sentence of the evidence, as most are."""
    if not 0 <= one < other <= one + REACH_OF_PAIRS or (len(case.cited) > 1 and other >= case.end_of(one)):
        return False
    words = case.evidence.words
    return words[one].is_content and words[other].is_content


def _held(case: Case) -> dict[str, float]:
    """Give shares of the words of substance: another word stands for them, the article lacks them, no list has them."""
    words, known, matches = case.claim.words, case.article.stems, case.alignment.matches
    plain = [word.stem for word in words if word.is_plain]
    loose = [(words[at].stem, matches[at]) for at in case.alignment.unplaced if words[at].is_plain]
    strange = [stem for stem, match in loose if match == "none" and stem not in known]
    synonyms, many = english().synonyms, max(1, len(plain))
    return {
        "by_synonym": sum([match == "synonym" for _, match in loose]) / many,
        "missing_in_article": len(strange) / many,
        "unknown_word": sum([stem not in synonyms for stem in strange]) / many,
        "pronoun_first": float(bool(words) and words[0].lower in _PRONOUNS),
        "length": min(1.0, len(plain) / _LONG),
        "new_intruder": 0.0 if known.issuperset([stem for stem, _ in loose]) else _intruders(case.article, plain),
    }


def _intruders(article: ArticleFacts, content: Sequence[str]) -> float:
    """Count words that the article has nothing for, between two that it has side by side."""
    between = zip(content, content[1:], content[2:], strict=False)
    known = article.stems
    new = [stem for before, stem, after in between if stem not in known and article.are_near(before, after)]
    synonyms = english().synonyms
    return float(min(2, sum(not any(map(article.of_group, synonyms.get(stem, ()))) for stem in new)))


def _pairs(case: Case, joints: Sequence[tuple[Word, Word]]) -> dict[str, float]:
    """Tell which share of the claim's neighbouring words, both the article's own, are not near each other there."""
    article, many = case.article, max(1, len(case.claim.content))
    near = [(a.stem, b.stem) for a, b in joints if a.stem in article.stems and b.stem in article.stems]
    apart = sum([set(article.where(a)).isdisjoint(article.where(b)) for a, b in near])
    return {"new_pairs": len(near) / many, "apart": apart / many}
