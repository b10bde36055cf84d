"""Tells in which language a text is written, by its script and its commonest words."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from functools import cache
from typing import Any

from summarizer.resources import data

DEFAULT = "en"

#: Code points that are looked at: enough to be sure, and the same for a short and a long article.
_SAMPLE = 20_000
_WORD = re.compile(r"[^\W\d_]+")
#: One script, one language (the first that fits): first and last code point.
_SCRIPTS: tuple[tuple[str, str, str], ...] = (
    ("ja", "\u3040", "\u30ff"),
    ("ko", "\uac00", "\ud7a3"),
    ("zh", "\u4e00", "\u9fff"),
    ("ar", "\u0600", "\u06ff"),
    ("he", "\u0590", "\u05ff"),
    ("ru", "\u0400", "\u04ff"),
    ("el", "\u0370", "\u03ff"),
    ("hi", "\u0900", "\u097f"),
    ("th", "\u0e00", "\u0e7f"),
)
#: Letters that are not Latin, roughly.
_FOREIGN = re.compile("[\u0370-\u1dff\u2e80-\ud7ff\uf900-\ufaff]")
#: Japanese is written with more Han characters than kana; this share of kana tells it from Chinese.
_KANA_SHARE = 0.05
_LEAST_STOP_WORDS = 3
_OWN_LETTER_SHARE = 0.01


@cache
def word_lists() -> dict[str, Any]:
    """Load the word lists, once."""
    return tomllib.loads(data("languages.toml").read_text(encoding="utf-8"))


@cache
def stop_words(language: str) -> frozenset[str]:
    """Give the commonest short words of a language; empty where there is no list."""
    return frozenset(word_lists()["stop_words"].get(language, "").split())


def detect(text: str) -> str | None:
    """Give the ISO 639-1 code of the language of a text, or None where nothing tells."""
    sample = text[:_SAMPLE]
    if not sample.isascii():
        by_script = _by_script(sample)
        if by_script:
            return by_script
    return by_stop_words(sample)


def by_stop_words(text: str) -> str | None:
    """Give the language whose stop words are most frequent; None below three of them."""
    words = Counter(_WORD.findall(text[:_SAMPLE].lower()))
    scores = {
        language: sum(words[word] for word in words.keys() & stop_words(language))
        for language in word_lists()["stop_words"]
    }
    best = max(scores, key=lambda language: scores[language])
    return best if scores[best] >= _LEAST_STOP_WORDS else None


def _by_script(text: str) -> str | None:
    foreign = _FOREIGN.findall(text)
    if not foreign or 2 * len(foreign) < sum(map(str.isalpha, text)):
        return None
    counts = {language: sum(low <= char <= high for char in foreign) for language, low, high in _SCRIPTS}
    if counts["ja"] >= _KANA_SHARE * (counts["ja"] + counts["zh"]) and counts["ja"]:
        return "ja"
    best = max(counts, key=lambda language: counts[language])
    return _relative(best, foreign) if counts[best] else None


def _relative(language: str, letters: list[str]) -> str:
    relatives = {"ru": "uk", "ar": "fa"}
    other = relatives.get(language)
    if other is None:
        return language
    own = word_lists()["own_letters"][other]
    return other if sum(char.lower() in own for char in letters) >= _OWN_LETTER_SHARE * len(letters) else language
