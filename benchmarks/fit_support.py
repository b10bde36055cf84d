"""Fits the weights of the support score on labelled summaries and planted changes, in plain Python.

Logistic regression by gradient descent with a penalty on large weights; it writes `summarizer/data/support.toml`.
FaithBench is never read here. Run: python -m benchmarks.fit_support
"""

from __future__ import annotations

import random
from collections import defaultdict
from dataclasses import dataclass, replace
from math import exp
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks import sets
from benchmarks.mutations import CLASSES, changed
from summarizer.grounding.facts import ArticleFacts
from summarizer.grounding.judging import Judgement, judge
from summarizer.grounding.summary import judged_alone
from summarizer.grounding.support import Model, features
from summarizer.grounding.words import Passage
from summarizer.reading.sentences import split
from summarizer.reading.units import find_units

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

TARGET = Path(__file__).parents[1] / "summarizer" / "data" / "support.toml"
_ROUNDS, _STEP, _PENALTY = 300, 1.0, 0.0003
_PLANTED = 60
#: Below the first a claim is unsupported, whatever was found; from the second on it is supported if nothing was.
_THRESHOLDS = (0.08, 0.25)


@dataclass(frozen=True)
class Sample:
    """The features of one sentence, whether it is true, the article it is about, and how much it counts."""

    features: dict[str, float]
    is_true: bool
    key: str
    weight: float = 1.0
    #: What a true sentence has more of than its changed twin: only which of two is true is known, not the bias.
    is_difference: bool = False


def sentences(summary: str) -> Iterable[tuple[int, int]]:
    """Cut a summary as `check_summary` does."""
    for unit in find_units(summary, 0):
        yield from split(summary, unit.start, unit.end, "en")


def twins(true: Sequence[Sample], untrue: Sequence[Sample], weight: float) -> Iterable[Sample]:
    """Give the differences between sentences of a true summary and those of its changed twin, where they differ."""
    if len(true) != len(untrue):
        return
    for one, other in zip(true, untrue, strict=True):
        names = {*one.features, *other.features}
        difference = {name: one.features.get(name, 0.0) - other.features.get(name, 0.0) for name in names}
        if any(difference.values()):
            yield Sample(difference, is_true=True, key=one.key, weight=weight, is_difference=True)


def described(judged: Judgement) -> dict[str, float]:
    return features(judged.case, judged.findings)


def of_summary(labelled: sets.Labelled, facts: Callable[[str], ArticleFacts]) -> list[Sample]:
    """Describe the sentences whose label is known: all of a true summary, the changed ones of another."""
    found = []
    for start, end in sentences(labelled.summary):
        is_changed = any(start <= edit[1] and edit[0] <= end for edit in labelled.edits)
        if labelled.is_true or is_changed:
            judged, _ = judged_alone(Passage(labelled.summary[start:end]), facts(labelled.article))
            found.append(Sample(described(judged), labelled.is_true, labelled.key))
    return found


def facts_by_text() -> Callable[[str], ArticleFacts]:
    known: dict[str, ArticleFacts] = {}

    def facts(text: str) -> ArticleFacts:
        if text not in known:
            known[text] = ArticleFacts(sets.article(text))
        return known[text]

    return facts


def of_sets() -> list[Sample]:
    """Describe SummEdits and BUMP; each set counts as much as the other, and true as much as changed."""
    facts = facts_by_text()
    summedits = [sample for labelled in sets.summedits() for sample in of_summary(labelled, facts)]
    bump = [sample for labelled in distinct(sets.bump()) for sample in of_summary(labelled, facts)]
    return [*balanced(summedits, 1.0), *balanced(bump, 1.0), *of_pairs(facts)]


def distinct(pairs: Iterable[tuple[sets.Labelled, sets.Labelled]]) -> list[sets.Labelled]:
    """Give each summary once: the same true one has several changed twins."""
    return list({(labelled.key, labelled.summary): labelled for pair in pairs for labelled in pair}.values())


def of_pairs(facts: Callable[[str], ArticleFacts]) -> list[Sample]:
    """Describe by what the sentences of BUMP's true summaries differ from their changed twins."""
    found: list[Sample] = []
    for true, untrue in sets.bump():
        sides = [[replace(sample, is_true=side is true) for sample in of_all(side, facts)] for side in (true, untrue)]
        found += twins(sides[0], sides[1], 1.0)
    return [replace(sample, weight=2_000 / len(found)) for sample in found]


def of_all(labelled: sets.Labelled, facts: Callable[[str], ArticleFacts]) -> list[Sample]:
    """Describe every sentence of a summary, whatever its label."""
    passages = (Passage(labelled.summary[start:end]) for start, end in sentences(labelled.summary))
    return [
        Sample(described(judged_alone(p, facts(labelled.article))[0]), labelled.is_true, labelled.key) for p in passages
    ]


def of_planted(limit: int = _PLANTED) -> list[Sample]:
    """Describe planted changes, which have their true sentence as evidence."""
    articles = sets.wikinews()
    facts = {id(article): ArticleFacts(article) for article in articles}
    found = []
    for kind in CLASSES:
        for change in changed(articles, kind, limit):
            judged = judge(Passage(change.text), change.cited, facts[id(change.source.article)])
            if judged.findings or judged.score < 1:
                found.append(Sample(described(judged), "supported" in kind.right, change.source.article.sha256))
    return balanced(found, 0.5)


def balanced(samples: Sequence[Sample], share: float) -> list[Sample]:
    """Weigh samples so that true and untrue ones together count `share` each."""
    counts = {label: max(1, sum(sample.is_true is label for sample in samples)) for label in (True, False)}
    return [Sample(s.features, s.is_true, s.key, share * 1_000 / counts[s.is_true]) for s in samples]


def fit(samples: Sequence[Sample], rounds: int = _ROUNDS) -> Model:
    """Fit bias and weights by gradient descent on the weighted log loss."""
    names = sorted({name for sample in samples for name in sample.features})
    index = {name: place for place, name in enumerate(names)}
    rows = [
        ([(index[n], v) for n, v in s.features.items() if v], float(s.is_true), s.weight, float(not s.is_difference))
        for s in samples
    ]
    total = sum(sample.weight for sample in samples)
    weights, bias = [0.0] * len(names), 0.0
    speed, bias_speed = [0.0] * len(names), 0.0
    for _ in range(rounds):
        slopes, bias_slope = [_PENALTY * weight for weight in weights], 0.0
        for row, label, importance, has_bias in rows:
            margin = bias * has_bias + sum(weights[at] * value for at, value in row)
            error = importance / total * (1 / (1 + exp(-max(-30.0, min(30.0, margin)))) - label)
            bias_slope += error * has_bias
            for at, value in row:
                slopes[at] += error * value
        speed = [0.9 * v - _STEP * slope for v, slope in zip(speed, slopes, strict=True)]
        bias_speed = 0.9 * bias_speed - _STEP * bias_slope
        weights = [weight + v for weight, v in zip(weights, speed, strict=True)]
        bias += bias_speed
    return Model(bias, dict(zip(names, weights, strict=True)), *_THRESHOLDS)


def folds(keys: Iterable[str], count: int = 6) -> dict[str, int]:
    """Put articles into folds: no article is in two."""
    ordered = sorted(set(keys))
    random.Random(5).shuffle(ordered)
    return {key: place % count for place, key in enumerate(ordered)}


def written(model: Model) -> str:
    """Write a model as the data file, the largest weights first."""
    ordered = sorted(model.weights.items(), key=lambda pair: -abs(pair[1]))
    lines = [
        "# Weights of the support score, fitted by benchmarks/fit_support.py; a feature not named here counts nothing.",
        '# "check" counts findings of that check, "check!" its grave ones; the others are shares of the words.',
        f"bias = {model.bias:.3f}",
        "# Scores below the first are unsupported, from the second on supported where no check found anything.",
        f"unsupported_below = {model.unsupported_below}",
        f"supported_from = {model.supported_from}",
        "",
        "[weights]",
        *(f'"{name}" = {weight:.3f}' for name, weight in ordered if abs(weight) >= 0.005),
    ]
    return "\n".join(lines) + "\n"


def main() -> None:
    samples = [*of_sets(), *of_planted()]
    by_label: defaultdict[bool, int] = defaultdict(int)
    for sample in samples:
        by_label[sample.is_true] += 1
    TARGET.write_text(written(fit(samples)), encoding="utf-8")
    print(f"fitted on {by_label[True]} true and {by_label[False]} untrue sentences")


if __name__ == "__main__":
    main()
