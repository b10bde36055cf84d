"""Finding the article's own words for a time to come: "next Thursday", "by the end of the month"."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from summarizer.extractive.lexicon import Lexicon

_LEAD_IN = r"(?:(?:on|by|until|before|after|from|in|within|during|no later than|since)\s+)?"
_WHICH = r"(?:next|this|this coming|the coming|the following|the end of|the end of the|the start of)"
_FIGURE = r"(?:\d{1,3}|a|an|one|two|three|four|five|six|seven|eight|nine|ten|twelve|several|few|a few)"


@cache
def _pattern(lexicon: Lexicon) -> re.Pattern[str]:
    if not lexicon.phrases("time", "days"):
        return re.compile(r"(?!)")
    days = _either(lexicon.phrases("time", "days"))
    months = _either(lexicon.phrases("time", "months"))
    units = _either(lexicon.phrases("time", "units"))
    fixed = _either(lexicon.phrases("time", "phrases"))
    day = r"\d{1,2}(?:st|nd|rd|th)?"
    date = rf"(?:{months}\s+{day}(?:,?\s+\d{{4}})?|{day}\s+{months}(?:,?\s+\d{{4}})?)"
    alternatives = (
        fixed,
        rf"{_LEAD_IN}(?:(?:early|late|later|mid)\s+)?{_WHICH}\s+(?:{days}|{units}|{months})",
        rf"{_LEAD_IN}(?:{days},?\s+)?{date}",
        rf"{_LEAD_IN}(?:{days})(?:\s+(?:morning|afternoon|evening|night))?",
        rf"(?:in|within|for)\s+(?:the\s+)?(?:next\s+)?{_FIGURE}[\s-](?:{units})(?:['’]\s+time)?",
        rf"(?:in|by|until|before|from|since|for)\s+(?:early\s+|late\s+|mid-?)?{months}(?:\s+\d{{4}}\b|(?!\s+\d))",
        r"(?:in|by|until|before|from)\s+(?:early\s+|late\s+|mid-?)?20\d\d",
        rf"(?:later|earlier)\s+(?:this|next)\s+(?:{units})",
    )
    return re.compile(rf"(?<![\w-])(?:{'|'.join(alternatives)})(?![\w-])", re.IGNORECASE)


def _either(phrases: tuple[str, ...]) -> str:
    return f"(?:{'|'.join(re.escape(p) for p in sorted(phrases, key=len, reverse=True))})"


def time_phrase(text: str, lexicon: Lexicon, near: int = 0) -> str | None:
    """Give the first time words behind position `near`; None where there are none."""
    found = [m for m in _pattern(lexicon).finditer(text) if not _is_past(m.group(), text[: m.start()])]
    behind = [m for m in found if m.start() >= near]
    chosen = behind[0] if behind else None
    return chosen.group()[:200] if chosen else None


def _is_past(phrase: str, before: str) -> bool:
    lower = phrase.lower()
    if before.lower().endswith(("last ", "past ", "previous ")):
        return True
    return lower.startswith(("since", "earlier", "yesterday")) or lower in (
        "may",
        "march",
        "for may",
        "for march",
    )
