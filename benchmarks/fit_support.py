"""Fits the weights of the support score on labelled summaries and planted changes, in plain Python.

Logistic regression by Newton's method with a penalty on large weights; it writes `summarizer/data/support.toml`.
FaithBench is never read here. Run: python -m benchmarks.fit_support
"""

from __future__ import annotations

import random
from collections import defaultdict
from dataclasses import dataclass, replace
from math import exp
from pathlib import Path
from typing import TYPE_CHECKING, Self

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
_STEPS, _PENALTY = 8, 0.001
_PLANTED = 60
#: Below the first a claim is unsupported, whatever was found; from the second on it is supported if nothing was.
_THRESHOLDS = (0.08, 0.2)


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


def fit(samples: Sequence[Sample], steps: int = _STEPS) -> Model:
    """Fit bias and weights to the weighted log loss with a penalty, by Newton's method; the same samples, the same weights."""
    names = sorted({name for sample in samples for name in sample.features})
    rows = [Row.of(sample, names) for sample in samples]
    total = sum(row.importance for row in rows)
    weights = [0.0] * (len(names) + 1)
    for _ in range(steps):
        slopes, curves = _derivatives(rows, weights, total)
        change = solved(curves, slopes)
        weights = [weight - step for weight, step in zip(weights, change, strict=True)]
    return Model(weights[-1], dict(zip(names, weights, strict=False)), *_THRESHOLDS)


@dataclass(frozen=True)
class Row:
    """A sample as the places and values of its features; the last place is the bias's."""

    values: tuple[tuple[int, float], ...]
    label: float
    importance: float

    @classmethod
    def of(cls, sample: Sample, names: Sequence[str]) -> Self:
        values = [(at, sample.features[name]) for at, name in enumerate(names) if sample.features.get(name)]
        if not sample.is_difference:
            values.append((len(names), 1.0))
        return cls(tuple(values), float(sample.is_true), sample.weight)


def _derivatives(rows: Sequence[Row], weights: Sequence[float], total: float) -> tuple[list[float], list[list[float]]]:
    """Give the first and second derivatives of the loss at these weights."""
    size = len(weights)
    penalties = [_PENALTY] * (size - 1) + [_PENALTY / 1_000]
    slopes = [penalty * weight for penalty, weight in zip(penalties, weights, strict=True)]
    curves = [[penalties[at] if at == other else 0.0 for other in range(size)] for at in range(size)]
    for row in rows:
        margin = max(-30.0, min(30.0, sum(weights[at] * value for at, value in row.values)))
        chance, share = 1 / (1 + exp(-margin)), row.importance / total
        for at, value in row.values:
            slopes[at] += share * (chance - row.label) * value
            curve = share * chance * (1 - chance) * value
            for other, second in row.values:
                curves[at][other] += curve * second
    return slopes, curves


def solved(matrix: Sequence[Sequence[float]], right: Sequence[float]) -> list[float]:
    """Solve linear equations with a positive definite matrix by elimination."""
    rows = [[*row, value] for row, value in zip(matrix, right, strict=True)]
    for at, pivot in enumerate(rows):
        for other in rows[at + 1 :]:
            factor = other[at] / pivot[at]
            for column in range(at, len(pivot)):
                other[column] -= factor * pivot[column]
    found = [0.0] * len(rows)
    for at in reversed(range(len(rows))):
        known = sum(rows[at][column] * found[column] for column in range(at + 1, len(rows)))
        found[at] = (rows[at][-1] - known) / rows[at][at]
    return found


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
