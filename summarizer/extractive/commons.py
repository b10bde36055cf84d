"""Actors without a name: "police", "at least seven people", "the trade minister of Norvania"."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from summarizer.extractive.names import Mention

if TYPE_CHECKING:
    from summarizer.extractive.lexicon import Lexicon
    from summarizer.extractive.lines import Line

#: Words that a noun phrase may have before its head.
LONGEST_BEFORE = 5
_COLLECTIVES = frozenset({"group", "team", "gang", "coalition", "alliance", "delegation"})
_ARTICLES = frozenset({"the", "a", "an", "its", "his", "her", "their", "this", "these", "that", "those", "our", "my"})


def common_mentions(lines: list[Line], named: list[Mention], lexicon: Lexicon) -> list[Mention]:
    """Find all noun phrases whose head acts under a common noun, in reading order."""
    by_line: dict[int, list[Mention]] = {}
    for mention in named:
        by_line.setdefault(mention.line, []).append(mention)
    found: list[Mention] = []
    for index, line in enumerate(lines):
        taken = {i for m in by_line.get(index, []) for i in _words_of(line, m)}
        found += _in_line(line, index, taken, lexicon)
    return found


def _words_of(line: Line, mention: Mention) -> list[int]:
    """Give the indexes of the words of a name and of its role."""
    first = mention.first
    while first > 0 and line.words[first - 1].start >= mention.role_start:
        first -= 1
    return list(range(first, mention.last + 1))


def _in_line(line: Line, number: int, taken: set[int], lexicon: Lexicon) -> list[Mention]:
    found: list[Mention] = []
    for index, word in enumerate(line.words):
        if index in taken or word.lower not in lexicon.actors or _is_verb(line, index, lexicon):
            continue
        if index + 1 < len(line.words) and line.gap(index) == " " and line.words[index + 1].lower in lexicon.actors:
            continue  # "union officials": the second word is the head
        found.append(_phrase(line, number, index, taken, lexicon))
    return found


def _is_verb(line: Line, index: int, lexicon: Lexicon) -> bool:
    """Tell "they campaign" and "to crew" from the nouns; only words that are both need asking."""
    if index == 0:
        return False
    before = line.words[index - 1].lower
    return before in ("to", "they", "we", "you") or (
        before in lexicon.copulas and line.words[index].lower == "campaign"
    )


def _phrase(line: Line, number: int, head: int, taken: set[int], lexicon: Lexicon) -> Mention:
    first = _leftmost(line, head, lexicon)
    while first < head and line.words[first].lower in _ARTICLES:
        first += 1
    if first and first - 1 in taken and line.words[first - 1].possessive:
        while first - 1 in taken:  # "Kelmaria's trade ministry" is another than "Norvania's"
            first -= 1
    start, end = line.words[first].start, line.words[head].end
    mention = Mention(
        number,
        first,
        head,
        start,
        end,
        line.text[start:end],
        None,
        start,
        line.words[head].possessive,
        common=True,
    )
    return _with_office(line, mention, taken, lexicon)


def _leftmost(line: Line, head: int, lexicon: Lexicon) -> int:
    """Go back over adjectives and names, then over a number, to the beginning of the noun phrase."""
    first = head
    while first > 0 and head - first < LONGEST_BEFORE and line.gap(first - 1) == " ":
        if _stops(line, first - 1, lexicon):
            break
        first -= 1
    return _with_number(line, first, lexicon)


def _stops(line: Line, index: int, lexicon: Lexicon) -> bool:
    word = line.words[index]
    if word.lower in lexicon.breakers or word.lower in _ARTICLES or word.possessive or _is_number(word.lower, lexicon):
        return True
    if word.lower in lexicon.acting or word.lower in lexicon.starters:
        return True
    return word.text.islower() and word.lower.endswith(("ly", "ing", "ed"))


def _is_number(lower: str, lexicon: Lexicon) -> bool:
    return lower[0].isdigit() or (lower in lexicon.determiners and lower not in _ARTICLES)


def _with_number(line: Line, first: int, lexicon: Lexicon) -> int:
    """Take in "at least seven" before the phrase."""
    index, steps = first, 0
    while (
        index > 0
        and steps < 4  # noqa: PLR2004
        and line.gap(index - 1) == " "
        and _is_number(line.words[index - 1].lower, lexicon)
    ):
        index, steps = index - 1, steps + 1
    return index


def _with_office(line: Line, mention: Mention, taken: set[int], lexicon: Lexicon) -> Mention:
    """Extend "minister" to "minister of Norvania" and "spokesman" to "spokesman for the ministry"."""
    index, words = mention.last + 1, line.words
    if index + 1 >= len(words) or line.gap(mention.last) != " " or words[index].lower not in ("of", "for", "at"):
        return mention
    step = index + 2 if words[index + 1].lower == "the" else index + 1
    if step >= len(words) or not _may_link(words[mention.last].lower, step in taken, words[step].lower, lexicon):
        return mention
    last = step
    while last + 1 in taken and line.gap(last) in (" ", "' ", "’ "):
        last += 1
    name = line.text[mention.start : words[last].end]
    return replace(mention, last=last, end=words[last].end, name=name, possessive=words[last].possessive)


def _may_link(head: str, is_named: bool, behind: str, lexicon: Lexicon) -> bool:  # noqa: FBT001
    """Tell whether an office and its body belong together, as do "group of" and its members."""
    if head in _COLLECTIVES:
        return behind in lexicon.actors
    return head in lexicon.titles | lexicon.spokes and (is_named or behind in lexicon.actors)
