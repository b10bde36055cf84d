"""Knows the lines of a page that do not belong to the story: advertisements, captions, bylines, headlines."""

from __future__ import annotations

import re
import tomllib
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any, cast

from summarizer.article import count_words
from summarizer.reading.languages import stop_words
from summarizer.resources import data

if TYPE_CHECKING:
    from summarizer.article import FurnitureKind

#: A longer paragraph is no furniture, whatever it begins with.
_LONGEST = 900
_MOST_HEADLINE_WORDS = 18
_MOST_SHOUTED_WORDS = 30
_LONGEST_HEADLINE = 160
_LONGEST_WORD = 30
_MARKDOWN_HEADING = re.compile(r"#{1,6}\s+\S")
_BOLD_LINE = re.compile(r"(\*\*|__)[^*_]{1,150}\1")
_OPEN_END = tuple(",;:-–—")
_SPEAKER = tuple("—–")
#: Written without full stops: a line that has none says nothing there.
_UNPUNCTUATED = frozenset({"th", "lo", "km", "my"})
_LONGEST_CREDIT = 200
_LAST_BRACKETS = re.compile(r"\(([^()]+)\)\W{0,2}$")
_AGENCIES = re.compile(r"[.!?][\"”’)]?\s[A-Z][A-Za-z.&-]*(/[A-Z][\w.&-]*)+( [^.!?]{0,80})?$")
_TWO_SENTENCES = re.compile(r"(?<![A-Z])[.!?][\"”’)]*\s+[\"“(]?[A-Z]")
_CREDIT = re.compile(
    r"\((?:AP |File |AFP )?(?:Photos?|Image|Picture|Video|Pic|Credit|Handout|Getty|Reuters/|REUTERS/|AFP/)"
    r"[^()]{0,160}\)\s*"
)
#: Inside a paragraph, where the lines of a page may have run together, only short furniture is certain.
_LONGEST_IN_PARAGRAPH = {"advertisement": 60, "promotion": 160, "caption": 60}
_LAST_WORD = re.compile(r"[^\W\d_]+$")


@cache
def _tables() -> dict[str, Any]:
    return tomllib.loads(data("furniture.toml").read_text(encoding="utf-8"))


@cache
def _patterns() -> re.Pattern[str]:
    exact, folded = _tables()["exact"], _tables()["folded"]
    kinds = []
    for kind in ("advertisement", "promotion", "caption", "byline"):
        alternatives = [f"(?i:{pattern})" for pattern in folded.get(kind, [])]
        alternatives += [f"(?:{pattern})" for pattern in exact.get(kind, [])]
        kinds.append(f"(?P<{kind}>{'|'.join(alternatives)})")
    return re.compile("|".join(kinds))


@cache
def _credit() -> re.Pattern[str]:
    return re.compile("|".join(_tables()["credit"]["signs"]), re.IGNORECASE)


@cache
def _wall() -> re.Pattern[str]:
    return re.compile("|".join(_tables()["wall"]["signs"]), re.IGNORECASE)


@lru_cache(maxsize=4096)  # the lines of a page repeat
def kind_of(line: str) -> FurnitureKind | None:
    """Give the kind of a whole line that is plainly furniture; headlines need their neighbours, see below."""
    if len(line) > _LONGEST or len(line) < 2:  # noqa: PLR2004 - one character is no line of a page
        return None
    line = " ".join(line.split())
    found = _patterns().fullmatch(line)
    if found:
        return cast("FurnitureKind", found.lastgroup)
    return "caption" if _is_credited(line) else None


def kind_of_sentence(sentence: str) -> FurnitureKind | None:
    """Give the kind of a sentence inside a paragraph that is furniture, if it is short enough to be sure."""
    longest = _LONGEST_IN_PARAGRAPH if len(sentence) <= max(_LONGEST_IN_PARAGRAPH.values()) else {}
    kind = kind_of(sentence) if longest else None
    return kind if kind and len(sentence) <= longest.get(kind, 0) else None


def credit_end(text: str, start: int, end: int) -> int:
    """Give where a sentence begins after a photo credit in brackets; `start` where there is none."""
    found = _CREDIT.match(text, start, end)
    return found.end() if found else start


def is_marked_headline(line: str) -> bool:
    """Tell whether Markdown says that the line is a heading."""
    return bool(_MARKDOWN_HEADING.match(line) or _BOLD_LINE.fullmatch(line))


def looks_like_headline(line: str, language: str) -> bool:
    """Tell whether a line that stands alone, without a full stop, is short enough to be a headline."""
    if len(line) > _LONGEST_HEADLINE or language in _UNPUNCTUATED:
        return False
    if line.endswith(_OPEN_END) or line.startswith(_SPEAKER):
        return False
    last = _LAST_WORD.search(line[-_LONGEST_WORD:])
    if last and last[0].lower() in stop_words(language) and not line.isupper():
        return False  # cut off in mid-sentence
    return count_words(line) <= (_MOST_SHOUTED_WORDS if line.isupper() else _MOST_HEADLINE_WORDS)


def same_words(one: str, other: str) -> bool:
    """Compare two headlines by their letters and digits alone."""
    return _letters(one) == _letters(other) != ""


def is_wall(sentence: str) -> bool:
    """Tell whether a sentence belongs to a page that keeps its article back (cookies, consent, paywall)."""
    return bool(_wall().search(sentence))


def _is_credited(line: str) -> bool:
    """Tell whether a line is one sentence with the credit of a picture after it."""
    tail = line[-_LONGEST_CREDIT:]
    if ")" not in tail[-3:]:
        return bool("/" in tail and _AGENCIES.search(tail))
    found = _LAST_BRACKETS.search(tail)
    if not found or not _credit().search(found[1]):
        return False
    return not _TWO_SENTENCES.search(line, 0, len(line) - len(tail) + found.start())


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text[:1000].casefold()))
