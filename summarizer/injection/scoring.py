"""Scores how much a stretch of text reads like an instruction to a model: signals, each with its points."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from summarizer.encoded import spelt_out
from summarizer.injection.lexicon import lexicon
from summarizer.injection.linking import words_of
from summarizer.injection.quoting import blank

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from summarizer.injection.lexicon import Lexicon
    from summarizer.injection.linking import Links

_ASK = re.compile(r"\?[\s\"”’'»)\]*_]*\Z")
_LABEL = re.compile(r"[^\w]*(?:[\w-]+ ){0,4}[\w-]+ ?[:>–—]\s")
_SUBORDINATE = re.compile(
    r"(?:in|at|for|when|after|before|as|if|using|with|from|on|once|while|based|to|for)\b[^,]{2,60},\s", re.IGNORECASE
)
_CODE = re.compile(
    r"[=!]==?(?!\w)|\b\w ?= ?\w+, ?\w ?= ?\w|\w\(\)|\w\(\w+\)|;\s*$|[{}]|[@#$%&], ?[@#$%&]|[@#$%&] for \w\b|</?\w+>"
)
#: None of these, and it is no code.
_SIGNS_OF_CODE = "=(;{}@#$%&<"
_ADDRESS = re.compile(
    r"\b(?:https?://|www\.)\S|\b[\w-]+\.(?:com|net|org|io|xyz|info|biz|ru|cn|co|app|site|online)\b|\w@\w"
)
_DATE = re.compile(r"\W*(?:[A-Z][a-z]+day, )?(?:[A-Z][a-z]{2,8}\.? \d{1,2}|\d{1,2} [A-Z][a-z]{2,8}),? \d{4}\W+")
_UNUSUAL = re.compile(r"[<#]|!\[|\[/?INST|[\u3040-\u9fff]")
#: Participles as well: "..., run by a governing body".
_PARTICIPLES = frozenset({"run", "read", "set", "put", "cast", "spread", "become", "come", "let", "cut"})
_LONG = 45
_BRIEF = 4
#: Quotations that are most of a sentence are speech, not words to work on.
_WORDS = 0.6
_LOOKED_AT = 2_000
#: Words in which a finite verb shows that what looked like an order was a subject.
_CLAUSE = 9
#: Code points in which an order or a question shows itself, and its object.
_FRONT = 400
#: Words after the verb in which what is to be made is named.
_OBJECT = 14


@dataclass(frozen=True, slots=True)
class Score:
    """The points of a text, and the signals that gave any, the strongest first."""

    points: float
    signals: tuple[str, ...]

    def reason(self) -> str:
        """Say in a few words what spoke for an instruction."""
        reasons = lexicon().reasons
        return "; ".join(reasons[name] for name in self.signals[:3])


@dataclass(frozen=True, slots=True)
class Text:
    """A text to score: as it stands, with quotations blanked, and what is known about where it stands."""

    whole: str
    outside: str
    is_speech: bool = False
    in_interview: bool = False

    @classmethod
    def alone(cls, text: str) -> Text:
        """Take a text that stands nowhere in the article's own flow."""
        return cls(text, blank(text))


def score(text: Text, links: Links | None) -> Score:
    """Give the score of a text; `links` are those of its article, None where nothing is known of it."""
    points = lexicon().points
    found = {name: points[name] * times for name, times in _signals(text, links)}
    for_it = sorted((name for name, worth in found.items() if worth > 0), key=lambda name: -found[name])
    return Score(sum(found.values()), tuple(for_it))


def is_question(outside: str) -> bool:
    """Tell whether a text ends with a question mark that is no part of a quotation."""
    return bool(_ASK.search(outside[-12:]))


def _signals(text: Text, links: Links | None) -> Iterator[tuple[str, float]]:
    lists = lexicon()
    words = words_of(text.whole[:_LOOKED_AT])
    lower = [word.lower() for word in words]
    asks = [*_plain(text.whole, lower, lists), *_asks(text, lower, lists)]
    if asks:  # nearly every sentence of the news shows no sign at all
        yield from asks
        if not text.outside.startswith("\0") and 0 < text.outside.count("\0") < _WORDS * len(text.outside):
            yield "words", 1
        yield from _manner(text, lower, lists)
        yield from _linked(words, links, lists) if links else ()


def _plain(whole: str, lower: Sequence[str], lists: Lexicon) -> Iterator[tuple[str, float]]:
    """Find what needs no reading: phrases of attacks, and text that is encoded."""
    may_be = _UNUSUAL.search(whole) or not lists.cues.isdisjoint(lower)
    if may_be and any(pattern.search(whole) for pattern in lists.attack):
        yield "attack", 1
    if spelt_out(whole):
        yield "encoded", 1


def _asks(text: Text, lower: Sequence[str], lists: Lexicon) -> Iterator[tuple[str, float]]:
    """Find what it asks for: an order, a question, and the thing that they are about."""
    rest = _opening(text.outside, lists)
    opening = " ".join(rest[:8])
    is_order = bool(rest) and _is_imperative(rest, lists)
    if is_order:
        yield ("imperative_task" if rest[0] in lists.task else "imperative"), 1
        if not lists.made.isdisjoint(rest[1:_OBJECT]):
            yield "made", 1
        if _ADDRESS.search(text.whole):
            yield "address", 1
        if not lists.audience.isdisjoint(rest[1:_OBJECT]):
            yield "audience", 1
    if lists.assistant.match(opening):
        yield "asks_assistant", 1
    if _is_yours(lower, "your") or (is_order and _is_yours(lower, "the")):
        yield "your_output", 1
    if is_question(text.outside) and not is_order:
        yield "question", 1
        if lists.textbook.match(opening):
            yield "textbook", 1
    if _is_code(text.outside) or (rest and len(lists.code.intersection(lower)) > 1):
        yield "code", 1


def _is_code(outside: str) -> bool:
    return any(sign in outside for sign in _SIGNS_OF_CODE) and _CODE.search(outside) is not None


def _manner(text: Text, lower: Sequence[str], lists: Lexicon) -> Iterator[tuple[str, float]]:
    """Find how news and pages speak, and instructions do not."""
    if text.is_speech:
        yield "quoted", 1
    if not lists.saying.isdisjoint(_lower(text.outside)):
        yield "told", 1
    if text.in_interview:
        yield "interview", 1
    if lists.furniture.search(text.whole[:_LOOKED_AT]):
        yield "furniture", 1
    if _refers_back(_lower(text.outside), lists):
        yield "refers_back", 1
    if lower and lower[0] in lists.rhetorical:
        yield "rhetorical", 1
    if len(lower) <= _BRIEF:
        yield "brief", 1
    if len(lower) > _LONG:
        yield "long", 1


def _refers_back(lower: Sequence[str], lists: Lexicon) -> bool:
    return any(
        word in lists.refers_back
        and not (word in lists.pointers and not lists.made.isdisjoint(lower[index + 1 : index + 3]))
        for index, word in enumerate(lower)
    )


def _lower(outside: str) -> list[str]:
    return [word.lower() for word in words_of(outside[:_LOOKED_AT])]


def _linked(words: Sequence[str], links: Links, lists: Lexicon) -> Iterator[tuple[str, float]]:
    content = [word for word in words if len(word) > 2 and word.lower() not in lists.stop]  # noqa: PLR2004
    own = [word for word in content if word.lower() not in lists.task | lists.order | lists.output] or content
    size = min(1.0, links.words / lists.limits["enough_words"])
    yield "foreign", (links.foreign(own) - 0.5) * size
    if any(word[:1].isupper() and links.shares(word) for word in own if word != words[0]):
        yield "story_names", 1


def _opening(outside: str, lists: Lexicon) -> list[str]:
    """Give the words from where the order or question begins: after a label, courtesies and a first clause."""
    date = _DATE.match(outside)
    start = date.end() if date else 0
    text = outside[start : start + _FRONT]
    label = _LABEL.match(text[:80])
    words = _bare(text[label.end() :] if label else text, lists)
    clause = _SUBORDINATE.match(text)
    if clause:
        behind = _bare(text[clause.end() :], lists)
        if behind and _is_imperative(behind, lists) and behind[0] not in _PARTICIPLES:
            return behind
    return words


def _bare(text: str, lists: Lexicon) -> list[str]:
    words = [word.lower() for word in words_of(text)]
    skipped = 0
    while skipped < len(words) and words[skipped] in lists.before and skipped < 5:  # noqa: PLR2004
        skipped += 1
    return words[skipped:]


def _is_imperative(words: Sequence[str], lists: Lexicon) -> bool:
    """Tell an order from a noun that looks like its verb: "Research shows", "List of", "Design flaws were"."""
    first, *behind = words
    if (first not in lists.task and first not in lists.order) or not behind:
        return False
    if behind[0] == "of" or behind[0] in lists.finite:
        return False
    finite = next((i for i, word in enumerate(behind[:_CLAUSE]) if word in lists.finite), _CLAUSE)
    return finite == _CLAUSE or not lists.subordinators.isdisjoint(behind[:finite])


def _is_yours(lower: Sequence[str], whose: str) -> bool:
    """Tell whether "your" stands before "response" or its like, with at most two words between."""
    lists = lexicon()
    return any(
        word == whose and any(each.removesuffix("'s") in lists.output for each in lower[i + 1 : i + 4])
        for i, word in enumerate(lower)
    )
