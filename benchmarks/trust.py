"""How far the verdicts can be trusted: planted changes, labelled sets beside published figures, and speed.

Scores on SummEdits and BUMP are cross-validated over articles: the weights and the threshold that judge a summary were
fitted without its article. FaithBench is only measured. Run: python -m benchmarks.trust [--planted 300]
"""

from __future__ import annotations

import argparse
import re
from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from benchmarks import fit_support, sets, speed
from benchmarks.mutations import CLASSES, Class, changed
from summarizer.grounding.checks import CHECKS
from summarizer.grounding.facts import ArticleFacts
from summarizer.grounding.judging import judge
from summarizer.grounding.summary import judged_alone, overall
from summarizer.grounding.words import Passage

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from benchmarks.fit_support import Sample
    from benchmarks.sets import Labelled
    from summarizer.article import Article
    from summarizer.grounding.support import Model

_FOLDS = 6
_NAMED = re.compile(r"\d[\d,.]*\d|\d|[A-Z][\w'’-]*")
_WORDS = re.compile(r"\w[\w'’,.-]*\w|\w")


@dataclass(frozen=True)
class Row:
    """How one class of planted changes fared."""

    kind: Class
    count: int
    #: Those of the first set of articles; the rest is filled up from the second.
    own: int
    right: int
    misses: tuple[tuple[str, str], ...]

    @property
    def share(self) -> float:
        return self.right / max(1, self.count)


def planted(articles: list[Article], limit: int, more: list[Article] | None = None) -> list[Row]:
    """Judge changed sentences of each class against the true sentence; those lacking are taken from `more`."""
    more = more or []
    facts = {id(article): ArticleFacts(article) for article in (*articles, *more)}
    rows = []
    for kind in CLASSES:
        count, misses = 0, []
        changes = list(changed(articles, kind, limit))
        own = len(changes)
        if own < limit and more:
            changes += changed(more, kind, limit - own)
        for change in changes:
            judged = judge(Passage(change.text), change.cited, facts[id(change.source.article)])
            count += 1
            if judged.value not in kind.right:
                misses.append((change.source.text, change.text))
        rows.append(Row(kind, count, own, count - len(misses), tuple(misses)))
    return rows


@dataclass(frozen=True)
class Judged:
    """A labelled summary with the features of its sentences and the verdict of the shipped weights."""

    labelled: Labelled
    samples: tuple[Sample, ...]
    is_changed: tuple[bool, ...]
    verdict: str
    checks: frozenset[str]
    graves: frozenset[str]

    def score(self, model: Model) -> float:
        return overall([model.score(sample.features) for sample in self.samples])


def judged(labelled: Labelled, facts: ArticleFacts) -> Judged:
    """Check a summary as `check_summary` does, and keep what the fitting needs."""
    samples, is_changed, values, found = [], [], [], []
    for start, end in fit_support.sentences(labelled.summary):
        one, _ = judged_alone(Passage(labelled.summary[start:end]), facts)
        samples.append(fit_support.Sample(fit_support.described(one), labelled.is_true, labelled.key))
        is_changed.append(any(start <= edit[1] and edit[0] <= end for edit in labelled.edits))
        values.append(one.value)
        found += one.findings
    verdict = "unsupported" if "unsupported" in values else "weak" if "weak" in values else "supported"
    graves = frozenset(finding.check for finding in found if finding.grave)
    names = frozenset(finding.check for finding in found)
    return Judged(labelled, tuple(samples), tuple(is_changed), verdict, names, graves)


def known(items: Iterable[Judged]) -> list[Sample]:
    """Give the sentences whose label is known."""
    return [
        sample
        for item in items
        for sample, is_changed in zip(item.samples, item.is_changed, strict=True)
        if item.labelled.is_true or is_changed
    ]


@dataclass(frozen=True)
class Crossed:
    """Scores by models that did not see the article, with the threshold that their other articles set."""

    scores: dict[int, float]
    thresholds: dict[int, float]


def crossed(summedits: Sequence[Judged], bump: Sequence[tuple[Judged, Judged]]) -> Crossed:
    """Score each summary with weights fitted on the other articles' summaries."""
    flat = [item for pair in bump for item in pair]
    unique = list({(item.labelled.key, item.labelled.summary): item for item in flat}.values())
    fold = fit_support.folds([item.labelled.key for item in (*summedits, *flat)], _FOLDS)
    plants = fit_support.of_planted()
    found = Crossed({}, {})
    for number in range(_FOLDS):
        mine = [item for item in summedits if fold[item.labelled.key] != number]
        theirs = [item for item in unique if fold[item.labelled.key] != number]
        pairs = [pair for pair in bump if fold[pair[0].labelled.key] != number]
        model = fit_support.fit([*_samples(mine, theirs, pairs), *plants])
        threshold = _best([(item.score(model), item.labelled.is_true) for item in mine])
        for item in (*summedits, *flat):
            if fold[item.labelled.key] == number:
                found.scores[id(item)], found.thresholds[id(item)] = item.score(model), threshold
    return found


def _samples(
    summedits: Iterable[Judged], bump: Iterable[Judged], pairs: Iterable[tuple[Judged, Judged]]
) -> list[Sample]:
    balanced = [sample for part in (summedits, bump) for sample in fit_support.balanced(known(part), 1.0)]
    twins = [twin for true, other in pairs for twin in fit_support.twins(true.samples, other.samples, 1.0)]
    return [*balanced, *(replace(twin, weight=2_000 / max(1, len(twins))) for twin in twins)]


def _best(scored: Sequence[tuple[float, bool]]) -> float:
    return max((at / 50 for at in range(5, 48)), key=lambda at: balanced_accuracy([(s >= at, t) for s, t in scored]))


def balanced_accuracy(told: Sequence[tuple[bool, bool]]) -> float:
    """Give the mean of the shares of true ones called true and of untrue ones called untrue."""
    shares = []
    for label in (True, False):
        of_label = [said for said, is_true in told if is_true is label]
        shares.append(sum(said is label for said in of_label) / max(1, len(of_label)))
    return sum(shares) / 2


def flag(labelled: Labelled) -> bool:
    """Tell whether the simplest check fires: a number or a capitalised word that the article lacks."""
    there = {word.lower() for word in _WORDS.findall(labelled.article)}
    return any(word.lower().rstrip(".,") not in there for word in _NAMED.findall(labelled.summary))


def percent(share: float) -> str:
    return f"{100 * share:.1f}"


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    lines = ["| " + " | ".join(map(str, row)) + " |" for row in rows]
    return "\n".join(["| " + " | ".join(head) + " |", "|" + "---|" * len(head), *lines]) + "\n"


def print_planted(rows: Sequence[Row]) -> None:
    print("### Planted changes\n")
    body = [
        (
            row.kind.name,
            " or ".join(sorted(row.kind.right)),
            row.count,
            row.own,
            percent(row.share),
            f"{100 * row.kind.floor:.0f}",
        )
        for row in rows
    ]
    print(table(("change", "right verdict", "sentences", "of them Wikinews", "right, %", "floor, %"), body))


def print_checks(summedits: Sequence[Judged], bump: Sequence[tuple[Judged, Judged]]) -> None:
    print(
        "### Each check on the labelled sets\n\n"
        "Share of summaries in which it finds something, in %; grave findings in brackets.\n"
    )
    true = list({item.labelled.summary: item for item, _ in bump}.values())
    parts = {
        "SummEdits, consistent": [item for item in summedits if item.labelled.is_true],
        "SummEdits, changed": [item for item in summedits if not item.labelled.is_true],
        "BUMP, true": true,
        "BUMP, changed": [item for _, item in bump],
    }
    names = sorted({name for items in parts.values() for item in items for name in item.checks})
    body = []
    for name in names:
        cells = []
        for items in parts.values():
            any_, grave = (sum(name in found for found in side) / len(items) for side in (
                [item.checks for item in items], [item.graves for item in items]))  # fmt: skip
            cells.append(f"{percent(any_)} ({percent(grave)})")
        body.append((name, *cells))
    print(table(("check", *parts), body))


def print_summedits(items: Sequence[Judged], cross: Crossed) -> None:
    print("### SummEdits, news\n")
    told = [(cross.scores[id(item)] >= cross.thresholds[id(item)], item.labelled.is_true) for item in items]
    flags = [(not flag(item.labelled), item.labelled.is_true) for item in items]
    verdicts = [(item.verdict != "unsupported", item.labelled.is_true) for item in items]
    body = [
        ("score, cross-validated over articles, threshold of the other articles", percent(balanced_accuracy(told))),
        ("verdict `unsupported` or not, shipped weights", percent(balanced_accuracy(verdicts))),
        ("a number or a capitalised word that the article lacks, here", percent(balanced_accuracy(flags))),
        ("published: QAFactEval", "74.4"),
        ("published: GPT-4", "83.3"),
        ("published: people", "90.0"),
    ]
    print(table(("method", "balanced accuracy"), body))
    by_kind: defaultdict[str, list[bool]] = defaultdict(list)
    for item, (said, is_true) in zip(items, told, strict=True):
        by_kind["consistent" if is_true else item.labelled.kind].append(said is is_true)
    rows = [(kind, len(right), percent(sum(right) / len(right))) for kind, right in sorted(by_kind.items())]
    print(table(("edit", "summaries", "told right, %"), rows))


def print_bump(pairs: Sequence[tuple[Judged, Judged]], cross: Crossed) -> None:
    print("### BUMP\n")
    by_type: defaultdict[str, list[tuple[float, bool, bool]]] = defaultdict(list)
    for true, other in pairs:
        difference = cross.scores[id(true)] - cross.scores[id(other)]
        row = (
            1.0 if difference > 0 else 0.5 if difference == 0 else 0.0,
            other.verdict == "unsupported",
            flag(other.labelled),
        )
        by_type[other.labelled.kind.removesuffix(" Error")].append(row)
        by_type["all"].append(row)
    rows = [
        (kind, len(found), *(percent(sum(row[at] for row in found) / len(found)) for at in range(3)))
        for kind, found in sorted(by_type.items())
    ]
    print(
        table(
            ("error", "pairs", "true one scores higher, %", "changed one `unsupported`, %", "the simple flag, %"), rows
        )
    )
    published = _published()
    print(
        table(
            ("method, on the same pairs", "true one scores higher, %"),
            [("this", rows[_at(rows, "all")][2]), *published],
        )
    )


def _at(rows: Sequence[Sequence[object]], name: str) -> int:
    return next(at for at, row in enumerate(rows) if row[0] == name)


def _published() -> list[tuple[str, str]]:
    """Count the published scores of other methods over the same pairs."""
    found = []
    for name in ("BARTScore", "CoCo", "QAFactEval", "DAE", "BERTScore", "ROUGE-2", "SummaC", "FactCC"):
        both = [(row["scores"][f"{name}_reference"], row["scores"][f"{name}_edited"]) for row in sets.rows("bump")]
        share = sum((true > other) + 0.5 * (true == other) for true, other in both) / len(both)
        found.append((f"{name}, from its published scores", percent(share)))
    return found


def print_faithbench(threshold: float, model: Model) -> None:
    print("### FaithBench (measured only)\n")
    known_facts = fit_support.facts_by_text()
    items = [judged(labelled, known_facts(labelled.article)) for labelled in sets.faithbench()]
    told = [(item.score(model) >= threshold, item.labelled.is_true) for item in items]
    verdicts = [(item.verdict != "unsupported", item.labelled.is_true) for item in items]
    flags = [(not flag(item.labelled), item.labelled.is_true) for item in items]
    body = [
        ("score, threshold from SummEdits", f"{balanced_accuracy(told):.3f}"),
        ("verdict `unsupported` or not", f"{balanced_accuracy(verdicts):.3f}"),
        ("a number or a capitalised word that the article lacks, here", f"{balanced_accuracy(flags):.3f}"),
        ("published: GPT-4-turbo", ".552"),
        ("published: GPT-4o", ".547"),
        ("published: HHEM-2.1", ".542"),
    ]
    print(table(("method", "balanced accuracy"), body))


def print_false_flags(summedits: Sequence[Judged], bump: Sequence[tuple[Judged, Judged]]) -> None:
    print("### True summaries called `unsupported`\n")
    true = [item for item, _ in bump]
    distinct = list({item.labelled.summary: item for item in true}.values())
    rows = []
    for name, items in (
        ("BUMP, each pair", true),
        ("BUMP, each summary once", distinct),
        ("SummEdits, consistent", [item for item in summedits if item.labelled.is_true]),
    ):
        counts = Counter(item.verdict for item in items)
        flags = sum(flag(item.labelled) for item in items) / len(items)
        shares = [percent(counts[value] / len(items)) for value in ("supported", "weak", "unsupported")]
        rows.append((name, len(items), *shares, percent(flags)))
    print(
        table(
            ("set", "summaries", "supported, %", "weak, %", "unsupported, % (at most 15)", "the simple flag, %"), rows
        )
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--planted", type=int, default=300)
    rows = planted(sets.wikinews(), parser.parse_args().planted, sets.giveme5w1h())
    print(f"{len(CHECKS)} checks.\n")
    print_planted(rows)
    known_facts = fit_support.facts_by_text()
    summedits = [judged(labelled, known_facts(labelled.article)) for labelled in sets.summedits()]
    bump = [
        (judged(true, known_facts(true.article)), judged(other, known_facts(other.article)))
        for true, other in sets.bump()
    ]
    cross = crossed(summedits, bump)
    print_false_flags(summedits, bump)
    print_summedits(summedits, cross)
    print_bump(bump, cross)
    from summarizer.grounding.support import fitted

    print_faithbench(_best([(item.score(fitted()), item.labelled.is_true) for item in summedits]), fitted())
    print_checks(summedits, bump)
    print("### Speed\n\nFor 25 statements, none of them verbatim.\n")
    speed.main()


if __name__ == "__main__":
    main()
