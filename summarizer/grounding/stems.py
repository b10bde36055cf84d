"""Takes words back to a stem, so that a statement may say "imposed" where its article says "imposes"."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

#: One vowel, one consonant after it, and no other vowel: such a word had an "e" before its ending ("mak-ing").
_SHORT = re.compile(r"[^aeiou]*[aeiouy][^aeiouwxy]")
_VOWEL = re.compile(r"[aeiouy]")
_HISSING = ("ses", "xes", "zes", "ches", "shes")
_LEAST = 3
_LEAST_ROOT = 4
_DERIVED = (
    "ization", "ational", "fulness", "ousness", "iveness", "ation", "ition", "ement", "ment", "ness", "ance", "ence",
    "ship", "hood", "able", "ible", "ally", "tion", "sion", "ing", "ist", "ism", "iti", "ful", "ous", "ive", "ion", "ian", "ia",  # noqa: E501
    "ial", "est", "iz", "al", "er", "or", "li", "ly", "ic", "iv", "ou", "an", "en", "i", "y", "e",
)  # fmt: skip


class Stemmer:
    """Stems of English words, after Porter's first steps (1980), with a list of irregular forms.

    A stem takes off the endings of grammar, a root those of derivation too; neither takes off what turns a
    word round ("un-", "-less").
    """

    def __init__(self, irregular: Mapping[str, str]) -> None:
        self._irregular = irregular

    def stem(self, lower: str) -> str:
        """Give the stem of a lower-case word."""
        known = self._irregular.get(lower)
        return _without_e(known or _without_ending(lower))

    @staticmethod
    @lru_cache(maxsize=65_536)
    def root(stem: str) -> str:
        """Give what words of one family share, such as "announc" for "announcement"."""
        if not stem.endswith(_DERIVED):
            return stem
        for ending in _DERIVED:
            if stem.endswith(ending) and len(stem) - len(ending) >= _LEAST_ROOT:
                return _undoubled(stem[: -len(ending)])
        return stem


def _without_ending(word: str) -> str:  # noqa: PLR0911
    if len(word) <= _LEAST:
        return word
    if word.endswith(("ies", "ied")) and len(word) > _LEAST + 1:
        return word[:-2]
    if word.endswith("ing"):
        return _mended(word, word[:-3])
    if word.endswith("ed") and not word.endswith("eed"):
        return _mended(word, word[:-2])
    if word.endswith(_HISSING) and not word.endswith(("uses", "ases", "ises", "oses")):
        return word[:-2]
    if word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return f"{word[:-1]}i" if word.endswith("y") and word[-2] not in "aeiou" else word


def _mended(word: str, base: str) -> str:
    if len(base) < _LEAST or not _VOWEL.search(base):
        return word if len(base) < _LEAST - 1 or not _VOWEL.search(base) else base
    if base[-1] == base[-2]:
        return base
    return f"{base}e" if _SHORT.fullmatch(base) else base


def _without_e(word: str) -> str:
    if word.endswith("e") and len(word) > _LEAST and not _SHORT.fullmatch(word[:-1]):
        word = word[:-1]
    return _british(_undoubled(word))


def _undoubled(word: str) -> str:
    return word[:-1] if len(word) > _LEAST and word[-1] == word[-2] and word[-1] not in "aeiou" else word


def _british(stem: str) -> str:
    """Write both spellings one way: labour and labor, realise and realize, centre and center."""
    if len(stem) > 4:  # noqa: PLR2004
        if stem.endswith("our"):
            return f"{stem[:-2]}r"
        if stem.endswith(("is", "ys")) and stem[-3] not in "aeiou":
            return f"{stem[:-1]}z"
        if stem.endswith("tr"):
            return f"{stem[:-1]}er"
    return stem
