"""Reads quantities: digits and number words, scales, currencies, percent and units, written one way."""

from __future__ import annotations

from functools import lru_cache
from math import floor, isclose, log10
from typing import TYPE_CHECKING, NamedTuple

from summarizer.grounding.lexicon import english
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
#: Units that follow their number with other words between, so that none is told by the next word alone.
_LOOK_AHEAD = 2


class Quantity(NamedTuple):
    """A number with its scale applied, its unit where one is named, and the words it takes."""

    value: float
    unit: str | None
    first: int
    last: int
    #: "about", "more" or "less", where a word before says so.
    rounding: str | None = None


def quantities(passage: Passage) -> list[Quantity]:
    """Give the quantities of a passage in order; worked out once for each passage."""
    known: list[Quantity] | None = passage.__dict__.get("_quantities")
    if known is None:
        known = list(_read(passage.words, passage.tagged(Tag.NUMBER)))
        passage.__dict__["_quantities"] = known
    return known


def _read(words: list[Word], numerals: Sequence[int]) -> Iterator[Quantity]:
    after = 0
    for at in numerals:
        if at >= after and (words[at].value is not None or _is_one(words, at)):
            value, after = _value(words, at)
            unit, last = _unit(words, at, after)
            yield Quantity(value, unit, at, last, _rounding(words, at))


def _value(words: list[Word], at: int) -> tuple[float, int]:
    """Read one number that begins at a word, and give where it ends: "two hundred and fifty", "1.2 billion"."""
    total, current = 0.0, words[at].value or 1.0 * (words[at].lower == "one")
    in_letters = not words[at].text[0].isdecimal()
    at += 1
    while at < len(words) and _may_go_on(words[at]):
        word = words[at]
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
    """Tell whether "one" is a number here: "one hundred", and not "one of them"."""
    return words[at].lower == "one" and at + 1 < len(words) and words[at + 1].lower in english().scales


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
            return units[word.lower], place
        if word.is_content and word.lower not in _BETWEEN:
            break
    return None, after - 1


def _rounding(words: list[Word], first: int) -> str | None:
    approximators = english().approximators
    for at in range(first - 1, max(first - 4, -1), -1):
        if words[at].lower in approximators:
            return approximators[words[at].lower]
    return None


def agree(claimed: Quantity, given: Quantity) -> bool:
    """Tell whether the evidence's quantity carries the claim's: the same value and unit, or rightly rounded."""
    return (claimed.unit is None or given.unit is None or claimed.unit == given.unit) and agree_in_value(claimed, given)


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
