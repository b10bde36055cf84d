"""Keeps of each brief what the index shows of it, so that no brief is held longer than it takes to read it."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from summarizer.brief import Brief
from summarizer.render.items import one_line, statement
from summarizer.render.safe import visible

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable
    from decimal import Decimal

    from summarizer.brief import AnyBrief, NextStep, Threat, VerdictValue
    from summarizer.site.folder import Copy, Entry

#: How much of a title, of a name and of a sentence the index shows.
_TITLE, _NAME, _TEXT = 200, 80, 400
_SLUG = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, slots=True)
class Row:
    """One brief in the index; every text is one line, with nothing hidden in it, and not escaped.

    `page` is the brief's own page, relative to the index.
    """

    id: str
    page: str
    title: str
    outlet: str
    published: dt.date | None
    language: str
    bottom_line: str
    parties: tuple[str, ...]
    acts: tuple[str, ...]
    threats: int
    steps: int
    supported: int
    weak: int
    unsupported: int
    cost: Decimal | None
    warned: bool


@dataclass(frozen=True, slots=True)
class Same:
    """Where else the same article stands: an outlet, or the path where none is known."""

    outlet: str
    title: str


@dataclass(frozen=True, slots=True)
class Step:
    """A next step of one of the briefs; `row` is the brief's place in `Digest.rows`."""

    row: Row
    text: str
    who: tuple[str, ...]
    certainty: str
    phrase: str
    days: str
    earliest: dt.date | None
    latest: dt.date | None
    verdict: VerdictValue

    @property
    def day(self) -> dt.date | None:
        """The first day that is known of it."""
        return self.earliest or self.latest


@dataclass(frozen=True, slots=True)
class Menace:
    """A threat of one of the briefs: who threatens whom, and how far it has come."""

    row: Row
    text: str
    who: tuple[str, ...]
    against: tuple[str, ...]
    act: str
    status: str
    verdict: VerdictValue


@dataclass
class Digest:
    """What the index shows of all briefs together."""

    rows: list[Row] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    menaces: list[Menace] = field(default_factory=list)
    #: Where else an article stands, by the id of the one that was briefed.
    same: dict[str, list[Same]] = field(default_factory=dict)

    def add(self, entry: Entry) -> Row:
        """Take what the index shows of a brief."""
        row = row_of(entry)
        self.rows.append(row)
        if isinstance(entry.brief, Brief):
            self.steps += [_step(row, step) for step in entry.brief.next_steps]
            self.menaces += [_menace(row, threat) for threat in entry.brief.threats]
        return row

    def add_copies(self, copies: Iterable[Copy]) -> None:
        """Take the articles that say what a briefed one says; one whose origin is not here is left out."""
        known = {row.id for row in self.rows}
        for copy in copies:
            origin = shown(copy.same_as, _TITLE)
            if origin in known:
                same = Same(shown(copy.outlet or copy.id, _NAME), shown(copy.title or copy.id, _TITLE))
                self.same.setdefault(origin, []).append(same)

    def newest(self) -> dt.date | None:
        """Give the day of the newest article."""
        return max((row.published for row in self.rows if row.published), default=None)


def row_of(entry: Entry) -> Row:
    """Give the row of a brief of any kind."""
    brief, article, counts = entry.brief, entry.brief.article, entry.brief.verification
    own = brief if isinstance(brief, Brief) else None
    return Row(
        id=shown(entry.id, _TITLE),
        page=page_name(entry.id),
        title=shown(_title(brief) or entry.id, _TITLE),
        outlet=shown(article.outlet or "", _NAME),
        published=article.published,
        language=article.language if re.fullmatch(r"[a-z]{2,3}", article.language) else "und",
        bottom_line=shown(own.bottom_line.text, _TEXT) if own else "",
        parties=_once(party.name for party in own.parties) if own else (),
        acts=_once(threat.kind for threat in own.threats) if own else (),
        threats=len(own.threats) if own else 0,
        steps=len(own.next_steps) if own else 0,
        supported=counts.supported,
        weak=counts.weak,
        unsupported=counts.unsupported,
        cost=brief.provenance.cost,
        warned=bool(article.injections),
    )


def page_name(identifier: str) -> str:
    """Name the page of a brief: words of its id to read, and a hash of it, so that no two are the same.

    The name holds a-z, 0-9 and hyphens alone, whatever the id holds, and does not change from run to run.
    """
    plain = unicodedata.normalize("NFKD", identifier).encode("ascii", "ignore").decode().lower()
    slug = _SLUG.sub("-", plain.removesuffix(".txt"))[-60:].strip("-")
    digest = hashlib.sha256(identifier.encode("utf-8", "surrogatepass")).hexdigest()[:12]
    return f"briefs/{slug or 'brief'}-{digest}.html"


def shown(text: str, most: int) -> str:
    """Give a text as one line with everything in it visible, and of a long one the beginning."""
    line = one_line(text[: 4 * most])
    return visible(line if len(line) <= most else line[: most - 1].rstrip() + "…")


def _title(brief: AnyBrief) -> str:
    headline = brief.headline.text if isinstance(brief, Brief) else ""
    return brief.article.title or headline


def _once(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(shown(name, _NAME) for name in names))


def _step(row: Row, step: NextStep) -> Step:
    item = statement(step)
    time = item.time if item else None
    return Step(
        row=row,
        text=shown(step.text, _TEXT),
        who=_once(step.who),
        certainty=step.certainty,
        phrase=shown(time.phrase, _NAME) if time else "",
        days=time.days if time else "",
        earliest=time.earliest if time else None,
        latest=time.latest if time else None,
        verdict=step.verdict.value,
    )


def _menace(row: Row, threat: Threat) -> Menace:
    return Menace(
        row=row,
        text=shown(threat.text, _TEXT),
        who=_once(threat.who),
        against=_once(threat.against),
        act=threat.kind,
        status=threat.status,
        verdict=threat.verdict.value,
    )


def key_of(name: str) -> str:
    """Give what two spellings of a name share: spaces and capitals do not tell parties apart, all else does."""
    return " ".join(name.split()).casefold()


def spelling(names: Iterable[str]) -> dict[str, str]:
    """Give for each key the spelling that is met most often, the first in order where two are."""
    met = Counter(names)
    best: dict[str, str] = {}
    for name in sorted(met, key=lambda name: (-met[name], name)):
        best.setdefault(key_of(name), name)
    return best
