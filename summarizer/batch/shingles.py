"""What is left of a story when the outlet is taken away: runs of words, their MinHash, and the figures among them."""

from __future__ import annotations

import re
import struct
import unicodedata
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from summarizer.article import Article

#: Words that make a shingle. With three, one word in 27 may be another until Jaccard falls below 0.8.
WORDS = 3
#: Numbers of a signature, four bytes each, after a byte for the version of the method.
SLOTS = 128
#: With fewer shingles a few common phrases make two texts alike.
FEWEST = 50

_SEED = 1
_FORMAT = f"<B{SLOTS}I"
_WORD = re.compile(r"\w+")
# Scripts without spaces: each of their characters counts as a word.
_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff"
_HAS_UNSPACED = re.compile(f"[{_UNSPACED}]")
_WORD_OR_CHARACTER = re.compile(rf"[{_UNSPACED}]|[^\W{_UNSPACED}]+")
_AGENCY = r"\([A-Z][\w .&/-]{1,30}\)"
_DATELINE = re.compile(
    rf"\s*(?:[A-Z][A-Z.'’-]+(?: [A-Z][A-Z.'’-]*){{0,4}}(?:, ?[\w.'’]+(?: [\w.'’]+)?){{0,2}}(?: ?{_AGENCY})?"
    rf"|[A-Z][\w .,'’-]{{1,40}}{_AGENCY})\s{{0,3}}(?:--?|–|—)\s"
)
_SIDE = 3


def story_text(article: Article) -> str:
    """Give the sentences of an article alone: no headline, byline, caption or advertisement, which outlets change."""
    return " ".join(sentence.text for sentence in article.sentences)


def signature(text: str) -> bytes:
    """Give the MinHash of a text's shingles in 513 bytes, or none where it is too short to be told from others.

    Ioffe's and others' successors of Broder's sketch: R-MinHash of the library rensa, 128 slots.
    """
    from rensa import RMinHash  # type: ignore[import-untyped]  # noqa: PLC0415 - it ships no types; batches alone need it

    found = _joined(words_of(text))
    if len(found) < FEWEST:
        return b""
    sketch = RMinHash(SLOTS, _SEED)
    sketch.update(found)
    return struct.pack(_FORMAT, RMinHash.ALGORITHM_VERSION, *sketch.digest())


def resemblance(one: bytes, other: bytes) -> float:
    """Estimate the Jaccard similarity of two texts by their signatures; the standard error at 0.8 is 0.035."""
    pairs = zip(slots(one), slots(other), strict=True)
    return sum(a == b for a, b in pairs) / SLOTS


def slots(sketch: bytes) -> tuple[int, ...]:
    """Give the numbers of a signature."""
    return struct.unpack(_FORMAT, sketch)[1:]


def jaccard(one: frozenset[str], other: frozenset[str]) -> float:
    """Give the exact Jaccard similarity of two sets; 0 where both are empty."""
    common = len(one & other)
    return common / max(1, len(one) + len(other) - common)


def shingles(words: list[str]) -> frozenset[str]:
    """Give the distinct shingles of a text's words."""
    return frozenset(_joined(words))


def words_of(text: str) -> list[str]:
    """Give the words of a text without its dateline, whatever its case and typography."""
    text = text[dateline_end(text) :]
    if text.isascii():
        return _WORD.findall(text.lower())
    text = unicodedata.normalize("NFKC", text).casefold()
    return (_WORD_OR_CHARACTER if _HAS_UNSPACED.search(text) else _WORD).findall(text)


def dateline_end(text: str) -> int:
    """Give where a story begins after its dateline, such as `LONDON, Jan 4 (Reuters) - `; 0 where it has none."""
    found = _DATELINE.match(text[:150])
    return found.end() if found else 0


def same_figures(one: list[str], other: list[str]) -> bool:
    """Tell whether what one text says in figures or days, another does not contradict in the same words around.

    Takes the words of both. An update of a story, or a report made by the same form, shares nearly all words with
    another and still says something else: its brief must be its own.
    """
    known = _figures(other)
    return all(said <= known.get(context, said) for context, said in _figures(one).items())


def _figures(words: list[str]) -> dict[tuple[str, ...], set[str]]:
    """Give the figures by the words before them and by those after them; in these every figure looks the same."""
    values = _values()
    said = [values.get(word) or (word if word[0].isdigit() else None) for word in words]
    masked = [word if value is None else "#" for word, value in zip(words, said, strict=True)]
    found: dict[tuple[str, ...], set[str]] = {}
    for index, value in enumerate(said):
        if value is not None and index >= _SIDE:
            found.setdefault(("before", *masked[index - _SIDE : index]), set()).add(value)
        if value is not None and index < len(words) - _SIDE:
            found.setdefault(("after", *masked[index + 1 : index + 1 + _SIDE]), set()).add(value)
    return found


@cache
def _values() -> dict[str, str]:
    """Give the English words for numbers, weekdays and months, as it matters not whether they are written out."""
    from summarizer.dates.words import english  # noqa: PLC0415 - a table that only near twins need

    known = english()
    numbers = {word: str(value) for word, value in known.numbers.items() if word not in {"a", "an"}}
    days = {word: f"weekday {value}" for word, value in known.weekdays.items()}
    return {**numbers, **days, **{word: f"month {value}" for word, value in known.months.items()}}


def _joined(words: list[str]) -> list[str]:
    return list(map(" ".join, zip(*(words[start:] for start in range(WORDS)), strict=False)))
