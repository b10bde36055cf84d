"""Lays out who threatens whom: those who do on the left, those it is aimed at on the right, curves between them.

Two columns keep every name readable and no two names on top of each other, which a cloud of nodes does not. The
order within a column is found by barycentres (Sugiyama, Tagawa and Toda 1981): each name moves to the middle of
those it is tied to, in a fixed number of rounds, so that the same threats always give the same picture.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from summarizer.site.digest import key_of, spelling

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from summarizer.site.digest import Menace

#: Names on each side, and lines between them, that a reader can still tell apart.
MOST, LINES = 30, 100
_ROUNDS = 12
#: From the gravest to the least: what a line is drawn as where several threats share it.
STATUSES = ("in force", "announced", "threatened", "alleged", "withdrawn")


@dataclass
class Tie:
    """All threats of one party against another; the names are as they are mostly spelt.

    `number` is its place, from 1, among all ties, the most frequent first.
    """

    who: str
    against: str
    number: int = 0
    menaces: list[Menace] = field(default_factory=list)

    @property
    def status(self) -> str:
        """How far the furthest of them has come."""
        return min((menace.status for menace in self.menaces), key=STATUSES.index)

    def acts(self) -> list[tuple[str, int]]:
        """Count the kinds of act, the most frequent first."""
        met = Counter(menace.act for menace in self.menaces)
        return sorted(met.items(), key=lambda pair: (-pair[1], pair[0]))


@dataclass(frozen=True, slots=True)
class Node:
    """A name in a column: its place from the top, and how many threats it makes or is the aim of."""

    name: str
    place: int
    count: int


@dataclass(frozen=True, slots=True)
class Graph:
    """The picture: names left and right, the ties between them, and what is left out of it.

    `places` gives the place of a tie's names in the columns. `unshown` ties have a name for which there is no
    room; `unaimed` threats do not say by whom or against whom.
    """

    left: tuple[Node, ...]
    right: tuple[Node, ...]
    ties: tuple[Tie, ...]
    unshown: int
    unaimed: int


def ties_of(menaces: Sequence[Menace]) -> list[Tie]:
    """Gather threats by who makes them and whom they are aimed at, the most frequent first."""
    names = spelling(name for menace in menaces for name in (*menace.who, *menace.against))
    found: dict[tuple[str, str], Tie] = {}
    for menace in menaces:
        for who in dict.fromkeys(map(key_of, menace.who)):
            for against in dict.fromkeys(map(key_of, menace.against)):
                tie = found.setdefault((who, against), Tie(names[who], names[against]))
                tie.menaces.append(menace)
    ties = sorted(found.values(), key=lambda tie: (-len(tie.menaces), tie.who, tie.against))
    for number, tie in enumerate(ties, 1):
        tie.number = number
    return ties


def graph(menaces: Sequence[Menace], most: int = MOST) -> Graph:
    """Lay the threats out; the pairs with the most threats, of at most `most` names on each side."""
    ties = ties_of(menaces)
    left, right = _counts(ties, "who"), _counts(ties, "against")
    kept = _strongest(ties, most)
    above, below = _ordered(kept)
    return Graph(
        left=tuple(Node(name, place, left[name]) for place, name in enumerate(above)),
        right=tuple(Node(name, place, right[name]) for place, name in enumerate(below)),
        ties=tuple(kept),
        unshown=len(ties) - len(kept),
        unaimed=sum(1 for menace in menaces if not (menace.who and menace.against)),
    )


def _counts(ties: Iterable[Tie], side: str) -> Counter[str]:
    counts: Counter[str] = Counter()
    for tie in ties:
        counts[getattr(tie, side)] += len(tie.menaces)
    return counts


def _strongest(ties: Iterable[Tie], most: int) -> list[Tie]:
    """Keep the first ties for whose names there is room."""
    kept: list[Tie] = []
    left, right = set[str](), set[str]()
    for tie in ties:
        fits = (tie.who in left or len(left) < most) and (tie.against in right or len(right) < most)
        if fits and len(kept) < LINES:
            kept.append(tie)
            left.add(tie.who)
            right.add(tie.against)
    return kept


def _ordered(ties: Sequence[Tie]) -> tuple[list[str], list[str]]:
    """Order both columns so that few curves cross."""
    left = list(dict.fromkeys(tie.who for tie in ties))
    right = list(dict.fromkeys(tie.against for tie in ties))
    for _ in range(_ROUNDS):
        right = _by_middle(right, left, [(tie.against, tie.who, len(tie.menaces)) for tie in ties])
        left = _by_middle(left, right, [(tie.who, tie.against, len(tie.menaces)) for tie in ties])
    return left, right


def _by_middle(names: Sequence[str], others: Sequence[str], ties: Iterable[tuple[str, str, int]]) -> list[str]:
    places: Mapping[str, int] = {name: place for place, name in enumerate(others)}
    sums: dict[str, list[int]] = {name: [0, 0] for name in names}
    for name, other, weight in ties:
        sums[name][0] += weight * places[other]
        sums[name][1] += weight
    return sorted(names, key=lambda name: (sums[name][0] / sums[name][1], name))
