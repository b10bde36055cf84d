"""How well a claim is supported, as one number: a small logistic model over what the checks found and matched."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from math import exp
from typing import TYPE_CHECKING

from summarizer.grounding.lexicon import english
from summarizer.resources import data

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from summarizer.grounding.cases import Case, Finding

#: The features, in the order of `features`; their weights stand in `data/support.toml` by these names.
MATCHED = ("missing", "missing_in_article", "by_synonym", "by_family", "jumps", "back", "breaks", "length", "one_missing", "unknown_word")
_LONG = 30


@dataclass(frozen=True, slots=True)
class Model:
    """Weights by feature, and the scores below which a claim is unsupported or only weakly supported."""

    bias: float
    weights: Mapping[str, float]
    unsupported_below: float
    supported_from: float

    def score(self, features: Mapping[str, float]) -> float:
        """Give the score between 0 and 1: the share of such claims that the fitting data call true."""
        total = self.bias + sum(self.weights.get(name, 0.0) * value for name, value in features.items())
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
    content = [place for place, word in enumerate(words) if word.is_content and word.value is None]
    kinds = [alignment.matches[place] for place in content]
    missing = [words[place] for place, kind in zip(content, kinds, strict=True) if kind == "none"]
    weights = [case.article.weight(words[place].stem) for place in content]
    total = sum(weights) or 1.0
    lost = sum(case.article.weight(word.stem) for word in missing)
    strange = [word for word in missing if not case.article.holds(word.stem)]
    lexicon = english()
    return {
        "missing": lost / total,
        "missing_in_article": len(strange) / max(1, len(content)),
        "by_synonym": kinds.count("synonym") / max(1, len(content)),
        "by_family": kinds.count("family") / max(1, len(content)),
        **_order(alignment.places, content),
        "length": min(1.0, len(content) / _LONG),
        "one_missing": float(bool(missing)),
        "unknown_word": sum(word.stem not in lexicon.synonyms for word in strange) / max(1, len(content)),
    }


def _order(places: Sequence[int], content: Sequence[int]) -> dict[str, float]:
    """Tell how far the claim's words stand in the evidence in the claim's order and side by side."""
    placed = [places[at] for at in content if places[at] >= 0]
    steps = [after - before for before, after in zip(placed, placed[1:], strict=False)]
    many = max(1, len(steps))
    neighbours = [(a, b) for a, b in zip(places, places[1:], strict=False) if a >= 0 or b >= 0]
    broken = sum(b - a != 1 for a, b in neighbours)
    return {
        "jumps": sum(step > 6 for step in steps) / many,  # noqa: PLR2004 - another clause
        "back": sum(step < 0 for step in steps) / many,
        "breaks": broken / max(1, len(neighbours)),
    }
