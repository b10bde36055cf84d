"""The checks: each a small function that names what a claim says and its evidence does not."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache

from summarizer.brief import Problem
from summarizer.resources import data

_WORD = re.compile(r"[^\W_]+(?:['’.&-][^\W_]+)*")
_NUMBER = re.compile(r"(?<![\w.,])\d+(?:[.,]\d+)*(?![\w]|[.,]\d)")
_NUMBER_IN_WORD = re.compile(r"\d+(?:[.,]\d+)*")
_ALIKE = 0.5


@dataclass(frozen=True)
class Wording:
    """A text with what the checks look at, each worked out once and only when asked for."""

    text: str

    @cached_property
    def words(self) -> list[str]:
        """All words as they stand."""
        return [match.group().replace("’", "'").removesuffix("'s") for match in _WORD.finditer(self.text)]

    @cached_property
    def stems(self) -> frozenset[str]:
        """Lower-case words without their commonest endings."""
        return frozenset(map(_stem, self.words))

    @cached_property
    def numbers(self) -> frozenset[str]:
        """Numbers in digits or words, written one way."""
        digits = {_plain_number(match.group()) for match in _NUMBER_IN_WORD.finditer(self.text)}
        return frozenset(
            digits | {_words()["numbers"][w.lower()] for w in self.words if w.lower() in _words()["numbers"]}
        )

    def mentions(self, name: str) -> bool:
        """Whether every word of a name stands in the text, in whatever form."""
        return all(word in self.text for word in Wording(name).words)

    def mentions_in_any_case(self, word: str) -> bool:
        """Whether a word, or one that begins like it, stands in the text."""
        return _stem(word) in self.text.lower()

    @cached_property
    def is_denied(self) -> bool:
        """Whether there is a word of negation."""
        negations = _words()["negations"]
        return any(word.lower() in negations or word.lower().endswith("n't") for word in self.words)


@dataclass(frozen=True)
class Case:
    """What a check gets: a claim, its evidence, and the whole article to tell "elsewhere" from "nowhere"."""

    claim: Wording
    evidence: Wording
    article: Wording


Check = Callable[[Case], Iterator[Problem]]


def numbers(case: Case) -> Iterator[Problem]:
    """Find numbers that the evidence lacks."""
    missing = {_plain_number(m.group()): m.group() for m in _NUMBER.finditer(case.claim.text)}
    for plain, written in missing.items():
        if plain not in case.evidence.numbers:
            elsewhere = plain in case.article.numbers
            where = "stands elsewhere in the article, not in the evidence" if elsewhere else "is not in the article"
            yield Problem(check="numbers", message=f"the number {written} {where}", found=written)


def names(case: Case) -> Iterator[Problem]:
    """Find names that the evidence lacks."""
    for name in _names(case.claim):
        stem = _stem(name)
        if stem in case.evidence.stems or _is_acronym(name, case.evidence):
            continue
        if case.article.mentions(name):
            message = f"the name {name} stands elsewhere in the article, not in the evidence"
            yield Problem(check="names_elsewhere", message=message, found=name)
        else:
            yield Problem(check="names", message=f"the name {name} is not in the article", found=name)


def first_word(case: Case) -> Iterator[Problem]:
    """Find a first word, which may be a name or not, that is nowhere in the article."""
    word = _lone_first_word(case.claim)
    if word and _stem(word) not in case.evidence.stems and not case.article.mentions_in_any_case(word):
        yield Problem(check="first_word", message=f"the word {word} is not in the article", found=word)


def negation(case: Case) -> Iterator[Problem]:
    """Find a denial that the evidence lacks."""
    if case.claim.is_denied and not case.evidence.is_denied:
        yield Problem(check="negation", message="the statement denies something and its evidence does not")


def substance(case: Case) -> Iterator[Problem]:
    """Find claims most of whose words of substance the evidence lacks."""
    ignored = _words()["function_words"]
    said = {
        word.lower(): _stem(word) for word in case.claim.words if word.lower() not in ignored and not word.isdigit()
    }
    missing = [word for word, stem in said.items() if stem not in case.evidence.stems]
    if said and len(missing) / len(said) > _ALIKE:
        message = f"{len(missing)} of {len(said)} words of substance are not in the evidence"
        yield Problem(check="substance", message=message, found=", ".join(missing[:6]))


#: The checks in the order in which their problems are listed, each with the verdict that it leads to.
CHECKS: tuple[Check, ...] = (numbers, names, first_word, negation, substance)
GRAVE = frozenset({"evidence", "numbers", "names", "quotation", "party"})


@lru_cache(maxsize=1)
def _words() -> dict[str, dict[str, str]]:
    import tomllib  # noqa: PLC0415 - with the first check

    with data("checks.en.toml").open("rb") as file:
        lists = tomllib.load(file)
    sets = {name: dict.fromkeys(lists[name]["words"].split(), "") for name in ("negations", "function_words")}
    return {**sets, "numbers": lists["numbers"]}


def _plain_number(written: str) -> str:
    """Write a number one way: 1,000.50 and 1000.5 are the same."""
    plain = re.sub(r",(?=\d{3}(?!\d))", "", written).replace(",", ".")
    whole, dot, fraction = plain.partition(".")
    return f"{whole.lstrip('0') or '0'}{dot}{fraction}".rstrip("0").rstrip(".") if dot else whole.lstrip("0") or "0"


def _stem(word: str) -> str:
    lower = word.lower()
    for ending in ("ations", "ation", "ings", "ing", "ies", "ied", "ers", "ed", "er", "es", "s", "e"):
        if lower.endswith(ending) and len(lower) - len(ending) >= 4:  # noqa: PLR2004 - letters that still tell words apart
            return lower[: -len(ending)]
    return lower


def _names(claim: Wording) -> list[str]:
    """Give the capitalised words that are not ordinary ones, a first word that may be one apart."""
    ordinary = _words()["function_words"]
    words = dict.fromkeys(part for word in claim.words for part in _parts(word))
    names = [word for word in words if word[:1].isupper() and word.lower() not in ordinary]
    return names[1:] if _lone_first_word(claim) else names


def _parts(word: str) -> list[str]:
    """Take names apart that a hyphen joins for the occasion, such as those of two sides that meet."""
    parts = word.split("-")
    return parts if all(part[:1].isupper() for part in parts) else [word]


def _lone_first_word(claim: Wording) -> str | None:
    """Give a first word that is capitalised for its place and perhaps for nothing else."""
    first, following = claim.words[:1], claim.words[1:2]
    if not first or not first[0].istitle() or first[0].lower() in _words()["function_words"]:
        return None
    return None if following and following[0][:1].isupper() else first[0]


def _is_acronym(name: str, evidence: Wording) -> bool:
    """Tell whether the initials of neighbouring capitalised words spell the name."""
    initials = "".join(word[0] for word in evidence.words if word[:1].isupper())
    return name.isupper() and len(name) > 1 and name.replace(".", "") in initials
