"""Turns who threatens whom into numbers that a template can draw, and a list to read below."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote

from summarizer.site.digest import shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from summarizer.site.digest import Menace
    from summarizer.site.graph import Graph, Node, Tie

#: Sizes in pixels: of a line, of a column of names, of the space between, of the heading; and letters that fit.
_ROW, _COLUMN, _BETWEEN, _HEAD, _LETTERS = 24, 250, 300, 24, 30
_CLASSES = {"in force": "in-force", "announced": "announced", "threatened": "announced"}


@dataclass(frozen=True, slots=True)
class DrawnNode:
    """A name: its side and place there, where its words, its dot and its box stand, and what it leads to."""

    side: str
    place: int
    name: str
    count: int
    label: str
    link: str
    x: int
    y: float
    anchor: str
    dot: int
    box: int


@dataclass(frozen=True, slots=True)
class DrawnTie:
    """A curve between two names."""

    path: str
    width: float
    status: str
    label: str
    from_: int
    to: int


@dataclass(frozen=True, slots=True)
class Network:
    """The graph as it is drawn."""

    width: int
    height: int
    left: int
    right: int
    column: int
    label: str
    nodes: tuple[DrawnNode, ...]
    ties: tuple[DrawnTie, ...]


def network(laid: Graph, listed: int) -> Network:
    """Draw the graph; a name leads to its first pair where that is one of the `listed` ones.

    The shorter column is spread over the height of the longer one.
    """
    rows = max(len(laid.left), len(laid.right))
    height = rows * _ROW + _HEAD + 8
    ys = {side: _spread(nodes, rows) for side, nodes in (("left", laid.left), ("right", laid.right))}
    nodes = [_node("left", node, ys["left"], _first_of(laid.ties, node.name, "who", listed)) for node in laid.left]
    nodes += [
        _node("right", node, ys["right"], _first_of(laid.ties, node.name, "against", listed)) for node in laid.right
    ]
    return Network(
        width=2 * _COLUMN + _BETWEEN,
        height=height,
        left=_COLUMN - 12,
        right=_COLUMN + _BETWEEN + 12,
        column=_COLUMN,
        label=f"{len(laid.left)} parties threaten {len(laid.right)}, in {len(laid.ties)} pairs, all listed below",
        nodes=tuple(nodes),
        ties=tuple(_tie(tie, laid, ys) for tie in laid.ties),
    )


def _spread(nodes: Sequence[Node], rows: int) -> list[float]:
    step = rows * _ROW / max(len(nodes), 1)
    return [round(_HEAD + step * (place + 0.5), 1) for place in range(len(nodes))]


def _first_of(ties: Iterable[Tie], name: str, side: str, listed: int) -> str:
    tie = next(tie for tie in ties if getattr(tie, side) == name)
    return f"#pair-{tie.number}" if tie.number <= listed else _briefs_of(name)


def _node(side: str, node: Node, ys: Sequence[float], link: str) -> DrawnNode:
    is_left = side == "left"
    does = "makes" if is_left else "is the aim of"
    threats = "threat" if node.count == 1 else "threats"
    return DrawnNode(
        side=side,
        place=node.place,
        name=shown(node.name, _LETTERS),
        count=node.count,
        label=f"{node.name} {does} {node.count:,} {threats}",
        link=link,
        x=_COLUMN - 12 if is_left else _COLUMN + _BETWEEN + 12,
        y=ys[node.place],
        anchor="end" if is_left else "start",
        dot=_COLUMN if is_left else _COLUMN + _BETWEEN,
        box=0 if is_left else _COLUMN + _BETWEEN,
    )


def _tie(tie: Tie, laid: Graph, ys: Mapping[str, Sequence[float]]) -> DrawnTie:
    left = next(node.place for node in laid.left if node.name == tie.who)
    right = next(node.place for node in laid.right if node.name == tie.against)
    start, end, middle = ys["left"][left], ys["right"][right], _COLUMN + _BETWEEN / 2
    count, highest = len(tie.menaces), len(laid.ties[0].menaces)
    return DrawnTie(
        path=f"M{_COLUMN} {start}C{middle} {start} {middle} {end} {_COLUMN + _BETWEEN} {end}",
        width=round(1 + 4 * count / highest, 1),
        status=_CLASSES.get(tie.status, "alleged"),
        label=f"{tie.who} → {tie.against}: {count:,} ({tie.status})",
        from_=left,
        to=right,
    )


@dataclass(frozen=True, slots=True)
class Pair:
    """A pair in the list below the picture, with its first threats."""

    id: str
    who: str
    against: str
    acts: tuple[tuple[str, int], ...]
    first: tuple[Menace, ...]
    more: int
    link: str


def pair(tie: Tie, most: int) -> Pair:
    """Give what is listed of a pair."""
    return Pair(
        id=f"pair-{tie.number}",
        who=tie.who,
        against=tie.against,
        acts=tuple(tie.acts()),
        first=tuple(tie.menaces[:most]),
        more=max(0, len(tie.menaces) - most),
        link=_briefs_of(tie.who),
    )


def _briefs_of(name: str) -> str:
    return f"index.html#party={quote(name, safe='')}"


def note(laid: Graph) -> str:
    """Say what the picture leaves out."""
    told = []
    if laid.unshown:
        told.append(f"{laid.unshown:,} more pairs, with fewer threats each, are not drawn.")
    if laid.unaimed:
        told.append(f"{laid.unaimed:,} threats do not name both sides.")
    return " ".join(told)
