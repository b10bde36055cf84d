"""Reads quantities: digits and number words, scales, currencies, percent and units, written one way."""

from __future__ import annotations

from functools import lru_cache
from math import floor, isclose, log10
from typing import TYPE_CHECKING, Literal, NamedTuple

from summarizer.grounding.lexicon import english
from summarizer.grounding.once import kept
from summarizer.grounding.words import Tag

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from summarizer.grounding.words import Passage, Word

_BELOW_TEN = 10
_CURRENCIES = frozenset("$£€¥₹")
_ROUNDED = 0.2
#: Words of a number that are neither numerals nor scales.
_PARTS = frozenset({"and", "one"})
#: Words between a number and its unit.
_BETWEEN = frozenset({"us", "usa", "square", "cubic", "per", "american"})
#: Of "a.m." and "p.m.": the half of the day that a clock time is in.
_HALVES = frozenset({"am", "pm"})
_ZONES = frozenset({"utc", "gmt"})
_AFTER_TIME = _HALVES | _ZONES
#: A time that stands without its half of the day, and is in either.
_CLOCK = "clock"
_HOURS, _NOON, _MINUTES = 24, 12, 60
#: Units that follow their number with other words between, so that none is told by the next word alone.
_LOOK_AHEAD = 2
#: Parts of a whole, as how many of them make one: "three quarters", "two thirds".
_SHARES = {"halves": 2, "thirds": 3, "quarters": 4, "fifths": 5, "sixths": 6, "eighths": 8, "tenths": 10}
#: Numerals that such parts are counted with; "the first quarter" is none.
_COUNTS = frozenset({"two", "three", "four", "five", "six", "seven", "eight", "nine"})
_AND_A_HALF = ["and", "a", "half"]
#: The least number that a part is taken of: a dozen.
_LEAST_WHOLE = 12
#: What makes the number behind it the least or the most.
_BOUNDS: tuple[tuple[tuple[str, ...], Literal["least", "most"]], ...] = (
    (("at", "least"), "least"),
    (("more", "than"), "least"),
    (("over",), "least"),
    (("minimum", "of"), "least"),
    (("at", "most"), "most"),
    (("less", "than"), "most"),
    (("fewer", "than"), "most"),
    (("under",), "most"),
    (("up", "to"), "most"),
    (("maximum", "of"), "most"),
)
_ENDS_OF_BOUNDS = frozenset(words[-1] for words, _ in _BOUNDS)


class Quantity(NamedTuple):
    """A number with its scale applied, its unit where one is named, and the words it takes."""

    value: float
    unit: str | None
    first: int
    last: int
    #: "about", "more" or "less", where a word before says so.
    rounding: str | None = None


@kept
def quantities(passage: Passage) -> list[Quantity]:
    """Give the quantities of a passage in order."""
    return list(_read(passage, passage.tagged(Tag.NUMBER)))


def _read(passage: Passage, numerals: Sequence[int]) -> Iterator[Quantity]:
    words, after = passage.words, 0
    for at in numerals:
        if at < after or not (words[at].value is not None or _is_one(words, at)):
            continue
        after = at + 1
        following = words[after] if after < len(words) else None
        time = _time(passage, at) if _may_be_time(words[at], following) else None
        if time is not None:
            after = time.last + 1
            yield time
            continue
        share = _share(words, at) if _may_be_share(words, at, following) else None
        if share is not None:
            after = share.last + 1
            yield share
            continue
        value, after = _value(words, at)
        unit, last = _unit(words, at, after)
        if unit is None and following and (following.value is not None or following.lower == "to"):
            value *= _shared_scale(passage, at)
        yield Quantity(value, unit, at, last, _rounding(words, at))


def _may_be_share(words: list[Word], at: int, following: Word | None) -> bool:
    """Tell at a glance whether a numeral may be a part of something, or what a part is taken of; most are not."""
    if following is not None and following.lower in _SHARES:
        return words[at].lower in _COUNTS
    return at > 1 and words[at - 1].lower == "a" and words[at - 2].lower in {"half", "of"}


def _share(words: list[Word], at: int) -> Quantity | None:
    """Read "half a million", "a quarter of a million" and "three quarters of a million"; "two thirds" is in percent."""
    lower, value = [word.lower for word in words[at : at + 5]], words[at].value
    whole = _SHARES.get(lower[1]) if len(lower) > 1 else None
    if whole is not None:
        share = (value or 0.0) / whole
        if lower[2:4] == ["of", "a"] and len(lower) > 4 and lower[4] in english().scales:  # noqa: PLR2004
            return _scaled(words, share, at, at + 4)
        return Quantity(round(100 * share, 0 if whole % 3 == 0 else 1), "percent", at, at + 1, "about")
    before = [word.lower for word in words[max(0, at - 4) : at]]
    if value is None or value < _LEAST_WHOLE:
        return None
    if before[-2:] == ["half", "a"]:
        return _scaled(words, 1 / 2, at - 2, at)
    if before[-2:] == ["of", "a"] and before[-3:-2] == ["quarter"]:
        return _scaled(words, 1 / 4, at - 3, at)
    return None


def _scaled(words: list[Word], share: float, first: int, last: int) -> Quantity:
    unit, end = _unit(words, last, last + 1)
    return Quantity(share * (words[last].value or 1.0), unit, first, end, _rounding(words, first))


def _may_be_time(word: Word, following: Word | None) -> bool:
    """Tell at a glance whether a numeral may be a time of the day, or its hour; most are not."""
    if word.suffix or word.text[0] == "0":
        return True
    return following is not None and (following.value is not None or following.lower in _AFTER_TIME)


def _time(passage: Passage, at: int) -> Quantity | None:
    """Read a time of the day, as hours of a clock's twelve and the half of the day: 15:30 and 3.30 p.m. are 3.5 pm."""
    words, found = passage.words, _hour_and_minute(passage, at)
    if found is None:
        return None
    hour, minute, last = found
    half, last = _half(words, last)
    if half is None and (hour > _NOON or words[at].text[0] == "0"):
        half = "am" if hour < _NOON else "pm"
    return Quantity(hour % _NOON + minute / _MINUTES, half or _CLOCK, at, last, _rounding(words, at))


def _half(words: list[Word], at: int) -> tuple[str | None, int]:
    """Give the half of the day that is written on to a word or behind it, and its last word; None for none."""
    if words[at].suffix in _HALVES:
        return words[at].suffix, at
    if at + 1 < len(words) and words[at + 1].lower in _HALVES:
        return words[at + 1].lower, at + 1
    return None, at


def _hour_and_minute(passage: Passage, at: int) -> tuple[int, int, int] | None:
    """Give hour, minute and the last word of 15:30, 3.30pm, 0100 and 1530 UTC; None for what is no such time."""
    words, last = passage.words, at
    after = words[at + 1] if at + 1 < len(words) else None
    has_half = _half(words, at)[0] is not None
    text = words[at].text[: len(words[at].text) - len(words[at].suffix)]
    if text.isdecimal() and len(text) == 4 and (text[0] == "0" or (after and after.lower in _ZONES)):  # noqa: PLR2004
        hours, minutes = text[:2], text[2:]
    elif has_half and "." in text:
        hours, _, minutes = text.partition(".")
    elif after and after.value is not None and passage.between(at, at + 1).strip() == ":":
        hours, minutes, last = text, after.text[:2], at + 1
    elif has_half:
        hours, minutes = text, "00"
    else:
        return None
    if not (hours.isdecimal() and len(hours) <= 2 and minutes.isdecimal() and len(minutes) == 2):  # noqa: PLR2004
        return None
    return (int(hours), int(minutes), last) if int(hours) < _HOURS and int(minutes) < _MINUTES else None


def _shared_scale(passage: Passage, at: int) -> float:
    """Give the scale that a number has from the one after it: "two to three hundred", "5-10 million"."""
    words = passage.words
    other = at + 2 if at + 1 < len(words) and words[at + 1].lower == "to" else at + 1
    if other + 1 >= len(words) or words[other].value is None or not words[other + 1].is_unit:
        return 1.0
    scale = english().scales.get(words[other + 1].lower)
    if scale is None or (words[at].value or 0) >= (words[other].value or 0):
        return 1.0
    return scale if passage.between(at, other).strip() in {"to", "-", "\u2013"} else 1.0


def _value(words: list[Word], at: int) -> tuple[float, int]:
    """Read one number that begins at a word, and give where it ends: "two hundred and fifty", "1.2 billion"."""
    total, current = 0.0, words[at].value or 1.0 * (words[at].lower == "one")
    in_letters = not words[at].text[0].isdecimal()
    at += 1
    while at < len(words) and _may_go_on(words[at]):
        word = words[at]
        if word.lower == "and" and [other.lower for other in words[at : at + 3]] == _AND_A_HALF:
            current += 0.5
            at += 3
            continue
        scale = english().scales.get(word.lower)
        joined = word.lower == "and" and in_letters and total + current >= 100 and at + 1 < len(words)  # noqa: PLR2004
        if scale is not None:
            current *= scale
            if scale >= 1_000:  # noqa: PLR2004
                total, current = total + current, 0.0
        elif in_letters and _worth(word) is not None and _adds(current, total, word):
            current += _worth(word) or 0.0
        elif not (joined and _worth(words[at + 1]) is not None and not words[at + 1].text[0].isdecimal()):
            break
        at += 1
    return total + current, at


def _may_go_on(word: Word) -> bool:
    """Tell at a glance whether a word may be a part of the number before it; most are not."""
    return word.is_unit or word.value is not None or word.lower in _PARTS


def _worth(word: Word) -> float | None:
    return 1.0 if word.lower == "one" else word.value


def _is_one(words: list[Word], at: int) -> bool:
    """Tell whether "one" is a number here: "one hundred" and "one and a half", and not "one of them"."""
    if words[at].lower != "one" or at + 1 == len(words):
        return False
    return words[at + 1].lower in english().scales or [word.lower for word in words[at + 1 : at + 4]] == _AND_A_HALF


def _adds(current: float, total: float, word: Word) -> bool:
    """Tell whether a number word goes on with the one before: "twenty" and "five", "two hundred" and "fifty"."""
    value = _worth(word) or 0.0
    if word.text[0].isdecimal():
        return False
    tens = current % 100
    is_below = tens == 0 and (current or total) and value < 1_000  # noqa: PLR2004
    return bool(is_below) or (20 <= tens < 100 and tens % 10 == 0 and 0 < value < _BELOW_TEN)  # noqa: PLR2004


def _unit(words: list[Word], first: int, after: int) -> tuple[str | None, int]:
    units = english().units
    if first and words[first - 1].lower in _CURRENCIES:
        return units[words[first - 1].lower], after - 1
    suffix = words[after - 1].suffix
    if suffix in units and suffix not in english().scales:
        return units[suffix], after - 1
    for place, word in enumerate(words[after : after + _LOOK_AHEAD], after):
        if word.is_unit and word.lower in units:
            following = units.get(words[place + 1].lower) if place + 1 < len(words) else None
            is_difference = following == "point" and units[word.lower] == "percent"
            return ("point", place + 1) if is_difference else (units[word.lower], place)
        if word.is_content and word.lower not in _BETWEEN:
            break
    return None, after - 1


def _rounding(words: list[Word], first: int) -> str | None:
    approximators = english().approximators
    for at in range(first - 1, max(first - 4, -1), -1):
        if words[at].lower in approximators:
            return approximators[words[at].lower]
    return None


def bound(passage: Passage, quantity: Quantity) -> Literal["least", "most"] | None:
    """Tell whether the words just before a number make it the least or the most: "at least", "no more than"."""
    last = quantity.first - 1
    while last >= 0 and passage.words[last].lower in _CURRENCIES:
        last -= 1
    if last < 0 or passage.words[last].lower not in _ENDS_OF_BOUNDS:
        return None  # most numbers
    before = [word.lower for word in passage.words[max(0, last - 3) : last + 1]]
    for words, which in _BOUNDS:
        if tuple(before[-len(words) :]) == words:
            is_denied = before[-len(words) - 1 : -len(words)] in (["no"], ["not"])
            return which if not is_denied else "least" if which == "most" else "most"
    return None


def agree(claimed: Quantity, given: Quantity) -> bool:
    """Tell whether the evidence's quantity carries the claim's: the same value and unit, or rightly rounded."""
    return _is_one_unit(claimed.unit, given.unit) and agree_in_value(claimed, given)


def _is_one_unit(one: str | None, other: str | None) -> bool:
    """Tell whether two units may be the same: one that is not named may be any, and a time's half of the day either."""
    if one is None or other is None or one == other:
        return True
    return _CLOCK in {one, other} and bool(_HALVES & {one, other})


def agree_in_value(claimed: Quantity, given: Quantity) -> bool:
    """Tell whether two values are one, or the claim's is the other one rounded."""
    if isclose(claimed.value, given.value, rel_tol=1e-9):
        return True
    if not claimed.value or not given.value or _digits(claimed.value) >= _digits(given.value):
        return False
    if claimed.rounding == "more":
        return (1 - _ROUNDED) * given.value <= claimed.value <= given.value
    if claimed.rounding == "less":
        return given.value <= claimed.value <= (1 + _ROUNDED) * given.value
    digits = _digits(claimed.value)
    return (claimed.rounding is not None or digits > 1) and isclose(_rounded(given.value, digits), claimed.value)


@lru_cache(maxsize=4_096)
def _digits(value: float) -> int:
    """Count the digits that tell something: 1,200 has two."""
    return len(f"{value:.12g}".replace(".", "").strip("-").lstrip("0").rstrip("0")) if value < 1e12 else 1  # noqa: PLR2004


def _rounded(value: float, digits: int) -> float:
    return round(value, digits - 1 - floor(log10(abs(value))))
