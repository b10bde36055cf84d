"""Builds the pages over a folder: the index with its search, the time line, and who threatens whom."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from markupsafe import Markup

from summarizer.render.html.frame import embedded, environment, frame
from summarizer.render.view import cost_in_words
from summarizer.site import network, pictures
from summarizer.site.graph import graph, ties_of
from summarizer.site.stepping import groups_of
from summarizer.site.timeline import timeline

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from summarizer.site.digest import Digest, Menace, Row

_HERE: Final = Path(__file__).parent
#: Briefs, and next steps, on one page of HTML; with its script the index shows any number.
ROWS, STEPS = 100, 300
#: Parties that are offered while a name is typed, pairs that are listed, and threats that are listed of each.
SUGGESTED, PAIRS, LISTED = 400, 400, 8
#: Names that a row shows of its parties and of its copies.
_SOME = 4


class Record(NamedTuple):
    """A row of the index as the page and its script read it; `parties` and `acts` are places in lists."""

    page: str
    title: str
    language: str
    outlet: str
    published: str
    line: str
    parties: list[int]
    acts: list[int]
    threats: int
    steps: int
    supported: int
    weak: int
    unsupported: int
    cost: str
    dollars: float
    warned: bool
    same: list[list[str]]

    def some(self, names: Sequence[str]) -> str:
        """Name the first parties, and how many more there are."""
        return _first(names[place] for place in self.parties)

    def also(self) -> str:
        """Name the outlets where the same article stands."""
        return f"Also in: {_first(outlet for outlet, _ in self.same)}" if self.same else ""


_BLANK = Record("#", "", "", "", "", "", [], [], 0, 0, 0, 0, 0, "", 0.0, False, [])  # noqa: FBT003


@dataclass(frozen=True, slots=True)
class Pages:
    """Where a page stands among those of its kind: its number, and the links to all of them."""

    number: int
    links: tuple[tuple[int, str], ...]

    @classmethod
    def of(cls, number: int, total: int, stem: str) -> Pages:
        """Place a page among `total` of the same stem; the first has no number in its name."""
        return cls(number, tuple((n, link(stem, n)) for n in range(1, total + 1)))


@dataclass(frozen=True, slots=True)
class Head:
    """What stands at the top of every page."""

    name: str
    summary: str
    pages: tuple[tuple[str, str, str], ...]


def link(stem: str, number: int) -> str:
    """Name a page by its number, from 1."""
    return f"{stem}.html" if number == 1 else f"{stem}-{number}.html"


def site(digest: Digest, name: str) -> Iterator[tuple[str, str]]:
    """Give every page over the folder: its file's name and its text."""
    digest.rows.sort(key=_newest_first)
    head = _head(digest, name)
    yield from _index(digest, head)
    yield from _steps(digest, head)
    yield from _threats(digest, head)


def _newest_first(row: Row) -> tuple[int, str, str]:
    return -(row.published.toordinal() if row.published else 0), row.title.casefold(), row.id


def _newest_menace(menace: Menace) -> tuple[int, str, str]:
    return _newest_first(menace.row)


def _head(digest: Digest, name: str) -> Head:
    pages = (("briefs", "index.html", len(digest.rows)), ("next steps", "steps.html", len(digest.steps)))
    counted = tuple((words, where, f"{count:,}") for words, where, count in pages)
    return Head(name, _summary(digest), (*counted, ("threats", "threats.html", f"{len(digest.menaces):,}")))


def _summary(digest: Digest) -> str:
    rows = digest.rows
    days = sorted(row.published for row in rows if row.published)
    span = [] if not days else [f"{days[0]} to {days[-1]}" if days[0] != days[-1] else f"{days[0]}"]
    outlets = len({row.outlet for row in rows if row.outlet})
    copies = sum(map(len, digest.same.values()))
    told = [_counted(len(rows), "brief"), *([_counted(outlets, "outlet", "outlets")] if outlets else []), *span]
    if copies:
        told.append(f"{_counted(copies, 'copy', 'copies')} of them elsewhere")
    return " · ".join([*told, _verdicts(rows), f"cost {_total(rows)}"])


def _counted(number: int, one: str, many: str | None = None) -> str:
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def _verdicts(rows: Sequence[Row]) -> str:
    names = ("supported", "weak", "unsupported")
    return ", ".join(f"{sum(getattr(row, name) for row in rows):,} {name}" for name in names)


def _total(rows: Sequence[Row]) -> str:
    known = [row.cost for row in rows if row.cost is not None]
    unknown = len(rows) - len(known)
    total = cost_in_words(sum(known, Decimal(0)))
    return f"{total}, of {unknown:,} unknown" if unknown else total


def _first(names: Iterator[str]) -> str:
    found = list(names)
    more = f" +{len(found) - _SOME}" if len(found) > _SOME else ""
    return ", ".join(found[:_SOME]) + more


# --- the index ----------------------------------------------------------------------------------------


def _index(digest: Digest, head: Head) -> Iterator[tuple[str, str]]:
    names, acts = _by_count(digest, "parties"), _by_count(digest, "acts")
    places = {name: place for place, name in enumerate(names)}, {act: place for place, act in enumerate(acts)}
    records = [_record(row, digest, *places) for row in digest.rows]
    total = max(1, -(-len(records) // ROWS))
    for number in range(1, total + 1):
        first = number == 1
        values = {
            "records": records[(number - 1) * ROWS : number * ROWS],
            "names": names,
            "pages": Pages.of(number, total, "index"),
            "found": _found(number, total, len(records)),
            "overview": _overview(digest) if first else None,
            "data": embedded("data", {"names": names, "acts": acts, "rows": records}) if first else None,
            "blank": _BLANK,
            "acts": sorted(acts),
            "suggested": names[:SUGGESTED],
        }
        yield link("index", number), _page("index.html", head, values, script="index.js" if first else None)


def _by_count(digest: Digest, of: str) -> list[str]:
    counts: dict[str, int] = {}
    for row in digest.rows:
        for name in getattr(row, of):
            counts[name] = counts.get(name, 0) + 1
    return sorted(counts, key=lambda name: (-counts[name], name))


def _record(row: Row, digest: Digest, parties: Mapping[str, int], acts: Mapping[str, int]) -> Record:
    return Record(
        page=row.page,
        title=row.title,
        language=row.language,
        outlet=row.outlet,
        published="" if row.published is None else row.published.isoformat(),
        line=row.bottom_line,
        parties=[parties[name] for name in row.parties],
        acts=[acts[act] for act in row.acts],
        threats=row.threats,
        steps=row.steps,
        supported=row.supported,
        weak=row.weak,
        unsupported=row.unsupported,
        cost=cost_in_words(row.cost),
        dollars=-1.0 if row.cost is None else min(float(row.cost), 1e300),
        warned=row.warned,
        same=[[same.outlet, same.title] for same in digest.same.get(row.id, ())],
    )


def _found(number: int, total: int, rows: int) -> str:
    return _counted(rows, "brief") if total == 1 else f"Page {number:,} of {total:,}; {rows:,} briefs, the newest first"


def _overview(digest: Digest) -> Mapping[str, Any] | None:
    line = timeline(digest.steps)
    ties = ties_of(digest.menaces)[:6]
    if line is None and not ties:
        return None
    return {"steps": line and pictures.bars(line, digest.newest(), width=640, height=150), "ties": ties}


# --- the other pages ----------------------------------------------------------------------------------


def _steps(digest: Digest, head: Head) -> Iterator[tuple[str, str]]:
    line = timeline(digest.steps)
    grouped = groups_of(digest.steps, line, digest.newest(), STEPS)
    for number, groups in enumerate(grouped.pages, 1):
        picture = line and pictures.bars(line, digest.newest(), links=grouped.links)
        pages = Pages.of(number, len(grouped.pages), "steps")
        values = {"picture": picture if number == 1 else None, "groups": groups, "pages": pages}
        yield link("steps", number), _page("steps.html", head, values)


def _threats(digest: Digest, head: Head) -> Iterator[tuple[str, str]]:
    laid, ties = graph(digest.menaces), ties_of(digest.menaces)
    picture = network.network(laid, PAIRS) if laid.ties else None
    listed = [network.pair(tie, LISTED) for tie in ties[:PAIRS]]
    untold = (
        f"{len(ties) - PAIRS:,} more pairs have fewer threats each and are not listed." if len(ties) > PAIRS else ""
    )
    vague = [menace for menace in digest.menaces if not (menace.who and menace.against)]
    values = {
        "picture": picture,
        "ties": listed,
        "note": network.note(laid),
        "untold": untold,
        "vague": sorted(vague, key=_newest_menace)[:PAIRS],
        "vague_unlisted": max(0, len(vague) - PAIRS),
    }
    yield "threats.html", _page("threats.html", head, values, script="graph.js")


def _page(template: str, head: Head, values: Mapping[str, Any], script: str | None = None) -> str:
    # Markup: the template has escaped every value already.
    body = Markup(environment(_HERE / "templates").get_template(template).render(head=head, **values))  # noqa: S704
    style, code = _asset("site.css"), _asset(script) if script else ""
    return frame(body, title=f"{head.name}: {template.removesuffix('.html')}", style=style, script=code)


def _asset(name: str) -> str:
    return (_HERE / name).read_text(encoding="utf-8")
