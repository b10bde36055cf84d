"""Measures how many phrases of `benchmarks/data/dates.en.toml` are resolved as people read them, dateparser beside.

Run it as `python -m benchmarks.dates`, with `--wrong` to list the open phrases that are wrong, never the held-out
ones. *Strict* asks for both days exactly. *Lenient*, the kinder measure for a tool that gives a single day, takes
a day that lies in what is expected. An answer where "unresolved" is expected is wrong in both.
"""

from __future__ import annotations

import datetime as dt
import sys
import time
import tomllib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from summarizer.dates import Resolved, resolve_date
from summarizer.dates.tense import tense_of

DATA = Path(__file__).parent / "data" / "dates.en.toml"
Answer = tuple[dt.date | None, dt.date | None] | None
Method = Callable[["Case"], Answer]


@dataclass(frozen=True, slots=True)
class Case:
    """A phrase, the day it was printed, the sentence it stands in, and the days that it means."""

    phrase: str
    context: str | None
    published: dt.date | None
    expected: Answer
    held_out: bool


def cases() -> list[Case]:
    """Read the table."""
    parts = tomllib.loads(DATA.read_text(encoding="utf-8"))["part"]
    return [
        Case(phrase, context or None, part.get("published"), _days(days), part.get("held_out", False))
        for part in parts
        for phrase, context, days in part["cases"]
    ]


def _days(text: str) -> Answer:
    if text == "unresolved":
        return None
    first, dots, last = text.partition("..")
    days = [dt.date.fromisoformat(day) if day else None for day in (first, last if dots else first)]
    return days[0], days[1]


def ours(case: Case) -> Answer:
    """Ask this project."""
    found = resolve_date(case.phrase, case.published, context=case.context)
    return None if found == Resolved(reason=found.reason) else (found.earliest, found.latest)


def theirs(case: Case) -> Answer:
    """Ask dateparser, with the day of publication as its base and the tense that we find as its preference."""
    import dateparser

    found = dateparser.parse(case.phrase, languages=["en"], settings=_settings(case))
    return (found.date(), found.date()) if found else None


def theirs_or_searched(case: Case) -> Answer:
    """Ask dateparser, and where it gives nothing its search for dates inside a text, from the first to the last."""
    from dateparser.search import search_dates

    answer = theirs(case)
    found = None if answer else search_dates(case.phrase, languages=["en"], settings=_settings(case))
    days = sorted(when.date() for _, when in found or ())
    return (days[0], days[-1]) if days else answer


def _settings(case: Case) -> dict[str, object]:
    settings: dict[str, object] = {
        "PREFER_DATES_FROM": {"past": "past", "coming": "future"}.get(_tense(case), "current_period")
    }
    if case.published:
        settings["RELATIVE_BASE"] = dt.datetime.combine(case.published, dt.time(12))
    return settings


def _tense(case: Case) -> str:
    return tense_of(case.phrase, case.context) or ""


def strict(answer: Answer, case: Case) -> bool:
    """Ask for both days, exactly."""
    return answer == case.expected


def lenient(answer: Answer, case: Case) -> bool:
    """Ask for days that lie in those expected."""
    if answer is None or case.expected is None:
        return answer is case.expected
    first, last = case.expected
    low, high = answer
    return (first is None or (low is not None and low >= first)) and (
        last is None or (high is not None and high <= last)
    )


def share(found: Sequence[Case], method: Method, is_right: Callable[[Answer, Case], bool]) -> float:
    """Give the share of right answers, from 0 to 1."""
    return sum(is_right(method(case), case) for case in found) / len(found)


def table(found: Sequence[Case], methods: dict[str, Method]) -> str:
    """Write a row for each method and measure, a column for each part of the table."""
    parts = {
        "open": [case for case in found if not case.held_out],
        "held out": [case for case in found if case.held_out],
        "with days": [case for case in found if case.expected],
        "left open": [case for case in found if not case.expected],
        "all": list(found),
    }
    head = "| " + " | ".join(["right", *(f"{name} ({len(part)})" for name, part in parts.items())]) + " |"
    rows = [
        f"| {name}, {measure} | " + " | ".join(f"{share(part, method, test):.1%}" for part in parts.values()) + " |"
        for name, method in methods.items()
        for measure, test in (("strict", strict), ("lenient", lenient))
    ]
    return "\n".join([head, "|---" * (len(parts) + 1) + "|", *rows])


def wrong(found: Sequence[Case]) -> str:
    """List what we get wrong of the phrases that may be looked at."""
    lines = []
    for case in found:
        if not case.held_out and not strict(ours(case), case):
            answer = resolve_date(case.phrase, case.published, context=case.context)
            lines.append(f"{case.phrase!r} {case.published} {case.context or ''}\n    {case.expected}\n    {answer}")
    return "\n".join(lines)


def main() -> int:
    """Print the table."""
    found = cases()
    if "--wrong" in sys.argv:
        print(wrong(found))
        return 0
    methods: dict[str, Method] = {"ours": ours}
    try:
        import dateparser  # noqa: F401
    except ImportError:
        print("dateparser is not installed: only our own figures", file=sys.stderr)
    else:
        methods |= {"dateparser": theirs, "dateparser and its search": theirs_or_searched}
    print(table(found, methods))
    start = time.process_time()
    for case in found:
        ours(case)
    print(f"\nOurs takes {(time.process_time() - start) / len(found) * 1e6:.0f} µs of CPU a phrase.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
