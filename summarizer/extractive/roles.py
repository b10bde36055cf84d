"""Telling a name from the office before it: "US Treasury Secretary" from who holds it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from summarizer.extractive.lexicon import Lexicon
    from summarizer.extractive.lines import Line, Word

_LINKS = frozenset({"of", "for", "from", "the"})
#: Words of what an office is in charge of, such as "Foreign Affairs", and words of a person's name behind the first.
_LONGEST_CHARGE = 4
_MOST_BEHIND = 3


def after_title(line: Line, first: int, last: int, lexicon: Lexicon) -> int:
    """Give the index of the first word of the name proper, behind "US Treasury Secretary" or "Mr"."""
    if line.words[last].lower in lexicon.kinds["government"] | lexicon.kinds["company"] | lexicon.kinds["organisation"]:
        return first
    for index in range(last - 1, first - 1, -1):
        lower = line.words[index].lower
        if lower in lexicon.words("names", "styles"):
            return index
        parts = (lower, *lower.split("-"))
        if any(p in lexicon.titles or p in lexicon.honorifics for p in parts):
            if line.words[index + 1].text not in lexicon.joiners:
                return index + 1
            return _after_charge(line, index + 2, last, lexicon) or first
    is_sided = line.words[first].lower in lexicon.words("names", "sides") or line.words[first].text in lexicon.demonyms
    follows = line.words[first + 1].lower if first < last else ""
    return first + 1 if is_sided and follows in lexicon.kinds["person"] else first


def after_office(line: Line, first: int, last: int, lexicon: Lexicon) -> tuple[int, int] | None:
    """Give where the name and its office begin, where the office is in small letters: "president of the" before a run.

    None where the run does not go on with a state or a portfolio, and a name behind it.
    """
    office = first - 1
    while office > 0 and line.words[office].text in _LINKS and line.gap(office) == " ":
        office -= 1
    if not 0 <= office < first - 1 or line.words[office].lower not in lexicon.titles or line.gap(office) != " ":
        return None
    name = _after_charge(line, first, last, lexicon)
    return None if name is None else (name, office)


def _after_charge(line: Line, first: int, last: int, lexicon: Lexicon) -> int | None:
    """Give where the name begins behind a state or a portfolio: "State Mike Pompeo", "the United States Joe Biden".

    None where none of them stands at `first`, or no name of two words or more is left behind it.
    """
    while first < last and line.words[first].text == "the":
        first += 1
    for after in range(min(first + _LONGEST_CHARGE, last - 1), first, -1):
        words = [word.text for word in line.words[first:after]]
        charge = " ".join(words)
        is_charge = charge in lexicon.countries or charge.lower() in lexicon.portfolios
        if is_charge and after + 1 <= last <= after + _MOST_BEHIND and _begins_person(line.words[after], lexicon):
            return after
    return None


def _begins_person(word: Word, lexicon: Lexicon) -> bool:
    return word.text[0].isupper() and word.lower not in lexicon.titles and word.lower not in lexicon.honorifics


def role_start_of(line: Line, first: int, start: int, lexicon: Lexicon) -> int:
    """Extend a role backwards over "Democratic presidential candidate" before the name."""
    index = first - 1
    if index < 0 or line.gap(index) != " " or not _is_role_word(line.words[index], lexicon):
        return start
    while index >= 0 and first - index <= 6 and line.gap(index) in (" ", " - "):  # noqa: PLR2004
        word = line.words[index]
        if word.lower in lexicon.breakers or word.lower in lexicon.acting or word.lower.endswith(("ing", "ed")):
            break
        start = word.start
        if index and line.words[index - 1].possessive:
            break
        index -= 1
    return start


def _is_role_word(word: Word, lexicon: Lexicon) -> bool:
    return word.text[0].islower() and any(p in lexicon.titles for p in (word.lower, *word.lower.split("-")))
