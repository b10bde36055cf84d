"""The English words for times, loaded once, and a phrase taken apart into tokens."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar

from summarizer.resources import data

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

T = TypeVar("T")

#: Phrases as tokens, each with its kind, under their first token; the longest first.
Phrases = dict[str, list[tuple[tuple[str, ...], str]]]

_ZONE = r"(?:local\s+time|o'clock|hours|gmt|utc|zulu|[ecmp][sd]?t|bst|ist|jst|cet|cest|eet|eastern|central|pacific)\b"
_CLOCK = (
    r"(?:[0-9]{1,2}(?:[:.][0-9]{2})?\s?(?:a\.m\.?|p\.m\.?|am\b|pm\b)|[0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?|"
    rf"[0-9]{{1,2}}\s?o'clock|[0-9]{{4}}(?=\s?(?:{_ZONE}))|\bnoon\b|\bmidnight\b|\bmidday\b)"
)
_ONE_TIME = rf"\(?{_CLOCK}(?:\s?(?:{_ZONE}(?:\s+time\b)?))?(?:\s+time\b)?\)?"
#: A time of day, or two with a word between, and a word before that belongs to it.
_TIME = re.compile(
    rf"(?:\b(?:at|around|about|shortly before|shortly after)\s+)?{_ONE_TIME}(?:\s?(?:to|and|until|-)\s?{_ONE_TIME})?"
)
_TOKEN = re.compile(
    r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?![0-9])|[0-9]+(?:[./][0-9]+)+|[0-9]{4}'?s\b|[0-9]+(?:st|nd|rd|th)?(?![^\W\d_])|"
    r"'s\b|[^\W\d_]+(?:'[^\W\d_]+)?(?=[^\w])|[^\W_]+|-|,|\S"
)
_TYPOGRAPHY = {ord(c): "'" for c in "’‘ʼ´`"} | {ord(c): "-" for c in "‐‑‒–—―−"} | {0xA0: " ", 0x202F: " ", 0x2009: " "}
_CALENDAR = re.compile(r"[0-9]+(?:st|nd|rd|th)?")
TO = "to"


@dataclass(frozen=True, slots=True)
class Words:
    """The word lists of `data/dates.en.toml`, in the form in which they are looked up."""

    weekdays: Mapping[str, int]
    months: Mapping[str, int]
    numbers: Mapping[str, int]
    ordinals: Mapping[str, int]
    units: Mapping[str, tuple[str, int]]
    seasons: Mapping[str, tuple[int, int]]
    holidays: Phrases
    #: Under their first token; the longest first.
    fixed: Mapping[str, list[tuple[tuple[str, ...], tuple[int, int]]]]
    modifiers: Phrases
    stages: Phrases
    leads: Phrases
    suffixes: Phrases
    hedges: Phrases
    counts: Phrases
    forward: frozenset[str]
    joins: frozenset[str]
    fillers: frozenset[str]
    open: Mapping[str, frozenset[str]]
    tense: Mapping[str, frozenset[str]]
    single_leads: frozenset[str]

    def is_temporal(self, token: str) -> bool:
        """Tell whether a word can be a part of a time by itself."""
        return (
            token[0].isdigit()
            or token in self.weekdays
            or token in self.months
            or token in self.units
            or token in self.seasons
            or (token in self.numbers and token not in {"a", "an"})
            or token in self.ordinals
            or any(len(words) == 1 for phrases in (self.modifiers, self.stages) for words, _ in phrases.get(token, ()))
        )


@cache
def english() -> Words:
    """Give the English lists, read on first use."""
    table = tomllib.loads(data("dates.en.toml").read_text(encoding="utf-8"))
    leads = _phrases(table["leads"])
    return Words(
        weekdays=_numbered(table["weekdays"], 0),
        months=_numbered(table["months"], 1),
        numbers=table["numbers"],
        ordinals=table["ordinals"],
        units={word: _unit(value) for word, value in table["units"].items()},
        seasons={word: (north, south) for word, (north, south) in table["seasons"].items()},
        holidays=_phrases(table["holidays"]),
        fixed=_under_first((tuple(name.split()), (one, other)) for name, (one, other) in table["fixed"].items()),
        modifiers=_phrases(table["modifiers"]),
        stages=_phrases(table["stages"]),
        leads=leads,
        suffixes=_phrases(table["suffixes"]),
        hedges=_phrases(table["hedges"]),
        counts=_phrases(table["counts"]),
        forward=frozenset(table["forward"]["leads"]),
        joins=frozenset(table["joins"]["words"].split()),
        fillers=frozenset(table["fillers"]["words"].split()),
        open={reason: frozenset(words.split()) for reason, words in table["open"].items()},
        tense={name: frozenset(words.split()) for name, words in table["tense"].items()},
        single_leads=frozenset(first for first, phrases in leads.items() if len(phrases[-1][0]) == 1),
    )


def tokens(phrase: str) -> list[str]:
    """Take a phrase apart: lower case, straight apostrophes, no times of day; a dash between days is `to`."""
    text = _TIME.sub(" ", phrase.translate(_TYPOGRAPHY).lower())
    found: list[str] = _TOKEN.findall(text.replace("' ", " ").rstrip(" .;:!'\""))
    words = english()
    kept: list[str] = []
    for index, word in enumerate(found):
        if word == "-":
            if kept and index + 1 < len(found) and _is_day(kept[-1], words) and _is_day(found[index + 1], words):
                kept.append(TO)
        elif word not in {".", '"', "“", "”", "(", ")", "'"}:
            owner = word.removesuffix("'s")
            kept += [word] if owner in {word, ""} else [owner, "'s"]
    return kept


def _is_day(token: str, words: Words) -> bool:
    return bool(_CALENDAR.fullmatch(token)) or token in words.weekdays or token in words.months


def _numbered(names: Mapping[str, str], first: int) -> dict[str, int]:
    return {form: number for number, forms in enumerate(names.values(), first) for form in forms.split()}


def _unit(value: str) -> tuple[str, int]:
    name, times = value.split()
    return name, int(times)


def _phrases(table: Mapping[str, Any]) -> Phrases:
    return _under_first((tuple(_split(phrase)), kind) for kind, phrases in table.items() for phrase in phrases)


def _under_first(phrases: Iterable[tuple[tuple[str, ...], T]]) -> dict[str, list[tuple[tuple[str, ...], T]]]:
    found: dict[str, list[tuple[tuple[str, ...], T]]] = {}
    for words, meaning in sorted(phrases, key=lambda phrase: -len(phrase[0])):
        found.setdefault(words[0], []).append((words, meaning))
    return found


def _split(phrase: str) -> list[str]:
    return phrase.replace("'s", " 's").split()
