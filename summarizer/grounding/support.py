"""How well a claim is supported, as one number: a small logistic model over what the checks found and matched."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from math import exp
from typing import TYPE_CHECKING

from summarizer.grounding.lexicon import english
from summarizer.resources import data

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from summarizer.grounding.cases import Case, Finding
    from summarizer.grounding.words import Word

_LONG = 30
_NO_STRANGERS = dict.fromkeys(("synonym_in_article", "known_stranger", "unknown_stranger", "opposite_near"), 0.0)


@dataclass(frozen=True, slots=True)
class Model:
    """Weights by feature, and the scores below which a claim is unsupported or only weakly supported."""

    bias: float
    weights: Mapping[str, float]
    unsupported_below: float
    supported_from: float

    def score(self, features: Mapping[str, float]) -> float:
        """Give the score between 0 and 1: the share of such claims that the fitting data call true."""
        total = self.bias + sum([self.weights.get(name, 0.0) * value for name, value in features.items() if value])
        return 1 / (1 + exp(-max(-30.0, min(30.0, total))))


@cache
def fitted() -> Model:
    """Load the weights that `benchmarks/fit_support.py` fitted."""
    saved = tomllib.loads(data("support.toml").read_text(encoding="utf-8"))
    return Model(saved["bias"], saved["weights"], saved["unsupported_below"], saved["supported_from"])


def features(case: Case, findings: Sequence[Finding]) -> dict[str, float]:
    """Describe a claim beside its evidence: shares of its words by how they are held, and findings by check.

    A finding counts as `check` or, where it is grave, as `check!`; twice or more counts as two.
    """
    found = _matched(case)
    for finding in findings:
        name = f"{finding.check}!" if finding.grave else finding.check
        found[name] = min(2.0, found.get(name, 0.0) + 1.0)
    return found


def _matched(case: Case) -> dict[str, float]:
    words, alignment = case.claim.words, case.alignment
    content = [place for place, word in enumerate(words) if word.is_content and word.value is None and not word.is_unit]
    matches = alignment.matches
    kinds = [matches[place] for place in content]
    missing = [words[place] for place in content if matches[place] == "none"]
    weigh = case.article.weight
    total = sum([weigh(words[place].stem) for place in content]) or 1.0
    lost = sum([weigh(word.stem) for word in missing])
    strange = [word for word in missing if not case.article.holds(word.stem)]
    lexicon = english()
    return {
        **_sequence(case),
        "missing": lost / total,
        "missing_in_article": len(strange) / max(1, len(content)),
        "by_synonym": kinds.count("synonym") / max(1, len(content)),
        "by_family": kinds.count("family") / max(1, len(content)),
        **_order(alignment.places, content),
        "out_of_line": 1 - alignment.closeness,
        "length": min(1.0, len(content) / _LONG),
        "one_missing": float(bool(missing)),
        "unknown_word": sum(word.stem not in lexicon.synonyms for word in strange) / max(1, len(content)),
        **_strangers(case, strange),
        **_intruders(case, content),
    }


def _strangers(case: Case, strange: Sequence[Word]) -> dict[str, float]:
    """Sort words that the article lacks: it has another word for them, or their opposite, or neither."""
    if not strange:
        return _NO_STRANGERS
    groups, lexicon = case.article.synonym_groups, english()
    has_other = [word for word in strange if not groups.isdisjoint(lexicon.synonyms.get(word.stem, frozenset()))]
    opposed = sum(_is_opposed(case, word) for word in strange if word not in has_other)
    known = sum(word.stem in lexicon.synonyms for word in strange) - len(has_other)
    many = max(1, len(case.claim.words))
    return {
        "synonym_in_article": len(has_other) / many,
        "known_stranger": float(min(2, known)),
        "unknown_stranger": float(min(2, len(strange) - known - len(has_other))),
        "opposite_near": float(min(2, opposed)),
    }


def _is_opposed(case: Case, word: Word) -> bool:
    """Tell whether the evidence has an opposite of a word that the claim has not."""
    return any(
        stem in case.evidence.positions and stem not in case.claim.positions
        for stem in english().opposites.get(word.stem, ())
    )


def _intruders(case: Case, content: Sequence[int]) -> dict[str, float]:
    """Count words of the claim between two others that the article has side by side, and not with this one.

    A word that the article has elsewhere is told from one that it lacks; one with a synonym there is none.
    """
    article, words = case.article, case.claim.words
    groups, synonyms, pairs = article.synonym_groups, english().synonyms, article.pairs
    own = new = lonely = 0
    for left, at, right in zip(content, content[1:], content[2:], strict=False):
        before, stem, after = words[left].stem, words[at].stem, words[right].stem
        if (before, stem) in pairs or (stem, after) in pairs:
            continue
        is_held = article.holds(stem)
        if (before, after) in pairs:
            own += is_held
            new += not is_held and groups.isdisjoint(synonyms.get(stem, ()))
        here = set(article.where(stem))
        lonely += is_held and here.isdisjoint(article.where(before)) and here.isdisjoint(article.where(after))
    return {
        "intruder": float(min(2, own)),
        "new_intruder": float(min(2, new)),
        "lonely": float(min(3, lonely)),
    }


def _sequence(case: Case) -> dict[str, float]:
    """Tell which share of the claim's neighbouring words, both the article's own, are not neighbours there."""
    article = case.article
    content = case.claim.content
    near = [pair for pair in pairwise(content) if pair not in article.pairs and all(map(article.holds, pair))]
    apart = sum(set(article.where(a)).isdisjoint(article.where(b)) for a, b in near)
    return {
        "new_pairs": len(near) / max(1, len(content)),
        "apart": apart / max(1, len(content)),
        "any_apart": float(apart > 0),
    }


def _order(places: Sequence[int], content: Sequence[int]) -> dict[str, float]:
    """Tell how far the claim's words stand in the evidence in the claim's order and side by side."""
    placed = [places[at] for at in content if places[at] >= 0]
    steps = [after - before for before, after in pairwise(placed)]
    many = max(1, len(steps))
    neighbours = [b - a for a, b in pairwise(places) if a >= 0 or b >= 0]
    return {
        "jumps": len([step for step in steps if step > 6]) / many,  # noqa: PLR2004
        "back": len([step for step in steps if step < 0]) / many,
        "breaks": (len(neighbours) - neighbours.count(1)) / max(1, len(neighbours)),
    }
