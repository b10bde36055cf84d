"""Puts next steps in the order in which a reader wants them: what is ahead, what is past, what has no day."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from summarizer.site.timeline import start_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from summarizer.site.digest import Step
    from summarizer.site.timeline import Timeline, Unit

_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


@dataclass(frozen=True, slots=True)
class Group:
    """Steps of one stretch of time; `part` is the heading that begins with this group, if one does."""

    id: str
    label: str
    steps: tuple[Step, ...]
    part: str = ""
    part_id: str = ""


@dataclass(frozen=True, slots=True)
class Grouped:
    """The groups page by page, and where each stretch of time begins, by its first day."""

    pages: tuple[tuple[Group, ...], ...]
    links: Mapping[dt.date, str]


def groups_of(steps: Sequence[Step], line: Timeline | None, newest: dt.date | None, most: int) -> Grouped:
    """Sort steps into groups by the timeline's unit, `most` steps on a page; `newest` parts past from ahead."""
    unit: Unit = line.unit if line else "day"
    groups = [group for group in _groups(steps, unit, newest) if group.steps]
    pages = tuple(_pages(groups, most)) or ((),)
    return Grouped(pages, _links(pages))


def label(first: dt.date, unit: Unit) -> str:
    """Name a stretch of time by its first day."""
    if unit in {"day", "week"}:
        return f"{'Week of ' if unit == 'week' else ''}{first.day} {_MONTHS[first.month - 1]} {first.year}"
    if unit == "month":
        return f"{_MONTHS[first.month - 1]} {first.year}"
    return f"{first.year}" if unit == "year" else f"{first.year}, quarter {(first.month - 1) // 3 + 1}"


def _groups(steps: Sequence[Step], unit: Unit, newest: dt.date | None) -> Iterator[Group]:
    dated = sorted((step for step in steps if step.day), key=_order)
    day = newest or dt.date.min
    ahead = [step for step in dated if (step.latest or step.day or day) >= day]
    past = [step for step in dated if (step.latest or step.day or day) < day]
    yield from _by_time(ahead, unit, f"Ahead of the newest article, {newest}" if newest else "With a day", "ahead")
    yield from _by_time(past[::-1], unit, "Past by then, the latest first", "past")
    undated = tuple(step for step in steps if not step.day)
    yield Group("undated", "", undated, "Without a day", "no-day")


def _order(step: Step) -> tuple[dt.date, dt.date, str, str]:
    return step.day or dt.date.max, step.latest or dt.date.max, step.row.title, step.text


def _by_time(steps: Sequence[Step], unit: Unit, part: str, name: str) -> Iterator[Group]:
    found: dict[dt.date, list[Step]] = {}
    for step in steps:
        found.setdefault(start_of(step.day or dt.date.min, unit), []).append(step)
    for place, (first, those) in enumerate(found.items()):
        heading = (part, f"part-{name}") if place == 0 else ("", "")
        yield Group(f"{name}-{first.isoformat()}", label(first, unit), tuple(those), *heading)


def _pages(groups: Sequence[Group], most: int) -> Iterator[tuple[Group, ...]]:
    page: list[Group] = []
    room = most
    for group in groups:
        for piece in _pieces(group, room, most):
            if room <= 0:
                yield tuple(page)
                page, room = [], most
            page.append(piece)
            room -= len(piece.steps)
    if page:
        yield tuple(page)


def _pieces(group: Group, room: int, most: int) -> Iterator[Group]:
    """Cut a group where a page is full; what follows has the same heading and an id of its own."""
    start, size = 0, room if room > 0 else most
    while start < len(group.steps):
        steps = group.steps[start : start + size]
        if start == 0:
            yield Group(group.id, group.label, steps, group.part, group.part_id)
        else:
            yield Group(f"{group.id}-{start}", group.label and f"{group.label}, continued", steps)
        start, size = start + size, most


def _links(pages: Sequence[Sequence[Group]]) -> Mapping[dt.date, str]:
    links: dict[dt.date, str] = {}
    for number, page in enumerate(pages, 1):
        for group in page:
            name, _, day = group.id.partition("-")
            if name in {"ahead", "past"} and len(day) == len("2026-01-01"):
                file = "" if number == 1 else f"steps-{number}.html"
                links.setdefault(dt.date.fromisoformat(day), f"{file}#{group.id}")
    return links
