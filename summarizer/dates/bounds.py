"""Rules for what stands before a time, and for a time from one day to another: "by", "since", "between"."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING

from summarizer.dates.counts import DURATION, count, widened, within_count
from summarizer.dates.grammar import joined
from summarizer.dates.nodes import Anchor, Cycle, Days, settled
from summarizer.dates.result import UnresolvedError
from summarizer.dates.words import english

if TYPE_CHECKING:
    from collections.abc import Callable

    from summarizer.dates.nodes import Node
    from summarizer.dates.reader import Reader

_DAY = dt.timedelta(days=1)


def bounded(r: Reader) -> Days | None:
    """Read a whole phrase: a lead, a time or two, and a suffix."""
    lead = r.take_phrase(r.words.leads)
    words, kind = lead or ("", "plain")
    r.lead = words
    if kind == "within":
        found = r.attempt(within_count)
        if isinstance(found, Days):
            return found
    elif kind not in {"between", "about"}:
        inner = r.take_phrase(r.words.leads)  # "by [midnight] on Friday", "until around Friday"
        kind = inner[1] if inner and kind == "plain" else kind
        r.lead = inner[0] if inner and not words else r.lead
    if words == "for" and _is_duration(r):
        raise UnresolvedError(DURATION)
    kind = _suffix(r) or kind
    r.anchor = _leaning(r.anchor, words, kind)
    days = _ranged(r)
    r.take_phrase(r.words.suffixes)
    return None if days is None else _bound(kind, days, r.anchor)


def _suffix(r: Reader) -> str | None:
    """Find what the end of the phrase says of its time: "Friday at the latest"."""
    for token in r.tokens:
        for words, kind in r.words.suffixes.get(token, ()):
            if tuple(r.tokens[-len(words) :]) == words:
                return kind
    return None


def _is_duration(r: Reader) -> bool:
    start = r.at
    found = count(r, bare=True)
    is_all = found is not None and r.done
    r.at = start
    return is_all


def _leaning(anchor: Anchor, words: str, kind: str) -> Anchor:
    """Let the lead say the tense where it does: "since" looks back, "by" ahead unless a verb says otherwise."""
    if kind == "since":
        return Anchor(anchor.published, "past")
    is_ahead = kind in {"deadline", "before", "after", "open", "within"} and not anchor.tense
    return Anchor(anchor.published, "coming") if is_ahead or words in english().forward else anchor


def _ranged(r: Reader) -> Days | None:
    """Read one time, or one and another after "to", "and" or "or"."""
    one = joined(r)
    if one is None or r.done:
        return None if one is None else settled(one, r.anchor)
    start = r.at
    linked = r.join()
    r.take_phrase(r.words.leads)  # "from Monday until about Friday", "in June or in July"
    other = joined(r) if linked else None
    if other is None:
        r.at = start
        return settled(one, r.anchor)
    return _span(one, other, linked, r.anchor)


def _span(one: Node, other: Node, linked: str, anchor: Anchor) -> Days:
    """Settle the first by the tense and the second after it, or the first before a second that names its year."""
    if isinstance(one, Cycle) and one.period == "year" and isinstance(other, Days):
        start, end = _nearest(one, other.ends[1], ahead=False), other
    else:
        start = settled(one, anchor)
        end = _nearest(other, start.ends[0], ahead=True)
    first, last = start.ends[0], end.ends[1]
    if last < first:
        raise UnresolvedError("it ends before it begins")
    unit = "either day" if linked == "or" and start.unit == end.unit == "day" else "span"
    return Days(first, last, unit, f"{start.reading} {linked} {end.reading}", closed=True)  # type: ignore[arg-type]


def _nearest(node: Node, day: dt.date, *, ahead: bool) -> Days:
    """Settle a cycle at or after a day, or at or before it."""
    tense = "coming" if ahead else "past"
    if isinstance(node, Days):
        return node
    found = settled(replace(node, whole=True), Anchor(day, tense))  # type: ignore[arg-type]
    return replace(found, reading=f"the {node.name} {'after' if ahead else 'before'}")


def _bound(kind: str, days: Days, anchor: Anchor) -> Days:
    """Turn a time into what the words before it make of it."""
    if kind == "open" and days.closed:
        return days
    return _BOUNDS.get(kind, _as_it_is)(days, anchor)


def _as_it_is(days: Days, _: Anchor) -> Days:
    return days


def _until(days: Days, anchor: Anchor) -> Days:
    last = days.ends[1]
    return replace(days, first=_start(last, anchor), last=last, reading=f"up to {days.reading}")


def _start(last: dt.date, anchor: Anchor) -> dt.date | None:
    """Give the day from which on a deadline counts; none where it is past or nobody knows."""
    is_open = anchor.published is None or anchor.tense == "past" or anchor.published > last
    return None if is_open else anchor.published


def _before(days: Days, anchor: Anchor) -> Days:
    if days.unit == "season":
        raise UnresolvedError("when a season begins depends on the hemisphere, which the words do not tell")
    first, last = days.ends
    last = last if days.edge else first - _DAY
    return replace(days, first=_start(last, anchor), last=last, reading=f"before {days.reading}")


def _since(days: Days, anchor: Anchor) -> Days:
    first = days.ends[0]
    last = None if anchor.published is None or anchor.published < first else anchor.published
    return replace(days, last=last, unit="span", reading=f"since {days.reading}")


def _after(days: Days, _: Anchor) -> Days:
    return replace(days, first=days.ends[1] + _DAY, last=None, reading=f"after {days.reading}")


def _open(days: Days, _: Anchor) -> Days:
    return replace(days, last=None, reading=f"beginning with {days.reading}")


def _within(days: Days, anchor: Anchor) -> Days:
    return replace(days, first=anchor.day, reading=f"from the day of publication to {days.reading}")


def _status(days: Days, anchor: Anchor) -> Days:
    """Read "as of": a state of affairs, or, looking ahead, the day from which on something holds."""
    is_ahead = days.first is not None and anchor.published is not None and days.first > anchor.published
    return _open(days, anchor) if is_ahead else days


def _about(days: Days, _: Anchor) -> Days:
    return widened(days)


_BOUNDS: dict[str, Callable[[Days, Anchor], Days]] = {
    "deadline": _until,
    "before": _before,
    "since": _since,
    "after": _after,
    "open": _open,
    "within": _within,
    "status": _status,
    "about": _about,
}
