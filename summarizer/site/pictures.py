"""Turns the time line and the graph into numbers that a template can draw."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote

from summarizer.site.digest import shown
from summarizer.site.stepping import label

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Mapping, Sequence

    from summarizer.site.digest import Menace
    from summarizer.site.graph import Graph, Node, Tie
    from summarizer.site.timeline import Bar, Timeline, Unit

#: Sizes in pixels: of the time line, of a name in the graph (and how many letters fit), of the space between.
_WIDTH, _HEIGHT, _LEFT, _BELOW = 960, 200, 34, 24
_ROW, _COLUMN, _BETWEEN, _LETTERS, _HEAD = 24, 250, 300, 30, 24
_SURE = frozenset({"scheduled", "planned"})
_TICKS = 6
_CLASSES = {"in force": "in-force", "announced": "announced", "threatened": "announced"}


@dataclass(frozen=True, slots=True)
class DrawnBar:
    """A bar: where it stands and how high its two parts are, in pixels, and what it says and leads to."""

    x: float
    slot: float
    width: float
    sure: float
    unsure: float
    count: int
    label: str
    link: str


@dataclass(frozen=True, slots=True)
class Line:
    """A line across the picture, with its number."""

    y: float
    label: str


@dataclass(frozen=True, slots=True)
class Tick:
    """Words below the axis."""

    x: float
    label: str
    anchor: str


@dataclass(frozen=True, slots=True)
class Bars:
    """The time line as it is drawn; `mark` is where the newest article stands."""

    width: int
    height: int
    left: int
    floor: int
    label: str
    bars: tuple[DrawnBar, ...]
    lines: tuple[Line, ...]
    ticks: tuple[Tick, ...]
    mark: float | None


def bars(
    line: Timeline,
    newest: dt.date | None,
    *,
    links: Mapping[dt.date, str] | None = None,
    width: int = _WIDTH,
    height: int = _HEIGHT,
) -> Bars:
    """Draw the time line; a bar leads where `links` says, by the first day of its stretch of time."""
    floor, slot = height - _BELOW, (width - _LEFT) / len(line.bars)
    scale = _Scale(slot, (floor - 8) / max(line.highest, 1), line.unit)
    xs = [round(_LEFT + place * slot, 1) for place in range(len(line.bars))]
    drawn = tuple(_bar(bar, x, scale, links or {}) for bar, x in zip(line.bars, xs, strict=True))
    total = sum(bar.count for bar in drawn)
    step = max(1, -(-len(xs) // _TICKS))
    return Bars(
        width=width,
        height=height,
        left=_LEFT,
        floor=floor,
        label=f"{total:,} next steps with a day, by {line.unit}, from {_named(line.bars[0], line.unit)} on",
        bars=drawn,
        lines=tuple(Line(round(floor - n * scale.step, 1), f"{n:,}") for n in _levels(line.highest)),
        ticks=tuple(
            Tick(round(x + slot / 2, 1), _short(bar, line.unit), "middle" if 0 < place < len(xs) - 1 else _end(place))
            for place, (bar, x) in enumerate(zip(line.bars, xs, strict=True))
            if place % step == 0
        ),
        mark=_mark(line, xs, slot, newest),
    )


def _end(place: int) -> str:
    return "start" if place == 0 else "end"


@dataclass(frozen=True, slots=True)
class _Scale:
    """How wide a bar's place is, how high one step, and what a bar stands for."""

    slot: float
    step: float
    unit: Unit


def _bar(bar: Bar, x: float, scale: _Scale, links: Mapping[dt.date, str]) -> DrawnBar:
    sure = sum(1 for step in bar.steps if step.certainty in _SURE)
    count = len(bar.steps)
    noun = "step" if count == 1 else "steps"
    words = f"{_named(bar, scale.unit)}: {count:,} {noun}, {sure:,} of them scheduled or planned"
    return DrawnBar(
        x=x,
        slot=round(scale.slot, 1),
        width=round(max(scale.slot - 2, 1), 1),
        sure=round(sure * scale.step, 1),
        unsure=round((count - sure) * scale.step, 1),
        count=count,
        label=words,
        link=_link(bar, links),
    )


def _link(bar: Bar, links: Mapping[dt.date, str]) -> str:
    """Give the first link of the stretch; the bars at the ends hold many stretches."""
    if not bar.beyond:
        return links.get(bar.first, "")
    return next((links[day] for day in sorted(links) if bar.first <= day <= bar.last), "")


def _named(bar: Bar, unit: Unit) -> str:
    if not bar.beyond:
        return label(bar.first, unit)
    return f"Before {bar.last}" if bar.first.year == 1 else f"After {bar.first}"


def _short(bar: Bar, unit: Unit) -> str:
    if bar.beyond:
        return "before" if bar.first.year == 1 else "after"
    written = bar.first.isoformat()
    return {"day": written, "week": written, "month": written[:7], "quarter": written[:7], "year": written[:4]}[unit]


def _levels(highest: int) -> list[int]:
    """Give one or two round numbers for the lines across."""
    size = 10 ** (len(str(highest)) - 1)
    top = highest // size * size
    return [top // 2, top] if top > 1 and top % 2 == 0 else [top]


def _mark(line: Timeline, xs: Sequence[float], slot: float, newest: dt.date | None) -> float | None:
    if newest is None:
        return None
    for bar, x in zip(line.bars, xs, strict=True):
        if bar.first <= newest <= bar.last and not bar.beyond:
            days = (bar.last - bar.first).days + 1
            return round(x + slot * (newest - bar.first).days / days, 1)
    return None


# --- who threatens whom -------------------------------------------------------------------------------


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
