"""The words by which the extractive engine reads news, loaded once from the readable lists under `data/`."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

Table = dict[str, Any]

_RUN = re.compile(r"\w+")
#: What a pattern in any case takes for an ASCII letter, beside what `lower` makes one.
_ALIKE = (("i̇", "i"), ("ı", "i"), ("ſ", "s"))


@dataclass(frozen=True, slots=True)
class Country:
    """A state as news English names it."""

    name: str
    names: tuple[str, ...]
    demonyms: tuple[str, ...]
    capitals: tuple[str, ...]


def toml(name: str) -> Table:
    """Read one data file of the package; KeyError-free tables are the file's business."""
    return tomllib.loads((files("summarizer") / "data" / name).read_text(encoding="utf-8"))


class Lexicon:
    """Sets and patterns of one language; built once (see `lexicon`), never changed afterwards."""

    def __init__(self, table: Table, places: Table) -> None:
        self._table = table
        self.countries = {form: c for c in _countries(places) for form in c.names}
        self.demonyms = {form: c for c in _countries(places) for form in c.demonyms}
        self.capitals = {form: c for c in _countries(places) for form in c.capitals}
        self.saying = self.words("verbs", "saying")
        self.acting = self.words("verbs", "acting") | self.saying
        self.copulas = self.words("verbs", "copulas")
        self.adverbs = self.words("verbs", "adverbs")
        self.starters = self.words("names", "starters") | self.words("names", "calendar")
        self.calendar = self.words("names", "calendar")
        self.joiners = self.words("names", "joiners")
        self.outlets = frozenset(table["names"]["outlets"])
        self.titles = self.words("roles", "titles")
        self.portfolios = frozenset(self.phrases("roles", "portfolios"))
        self.honorifics = self.words("roles", "honorifics")
        self.actors = self.words("roles", "actors")
        self.spokes = self.words("roles", "spokes")
        self.breakers = self.words("verbs", "breakers")
        self.determiners = self.words("verbs", "determiners")
        self.prepositions = self.words("verbs", "prepositions")
        self.kinds = {kind: frozenset(text.split()) for kind, text in table["kinds"].items()}
        self.keep = self.words("truth", "keep")
        self._patterns: dict[tuple[str, ...], re.Pattern[str]] = {}
        self._begins: dict[tuple[str, ...], frozenset[str]] = {}

    def words(self, *path: str) -> frozenset[str]:
        """Give a list of single words as a set."""
        value: Any = self._table
        for key in path:
            value = value[key]
        return frozenset(value.split())

    def phrases(self, *path: str) -> tuple[str, ...]:
        """Give a list of words or phrases in its own order."""
        value: Any = self._table
        for key in path:
            value = value[key]
        return tuple(value.split()) if isinstance(value, str) else tuple(value)

    def pattern(self, *path: str) -> re.Pattern[str]:
        """Give a pattern that finds any phrase of a list as whole words, the longest first."""
        if path not in self._patterns:
            self._patterns[path] = any_of(self.phrases(*path))
        return self._patterns[path]

    def pattern_of(self, phrases: tuple[str, ...]) -> re.Pattern[str]:
        """Give the pattern of phrases at hand, built once."""
        if phrases not in self._patterns:
            self._patterns[phrases] = any_of(phrases)
        return self._patterns[phrases]

    def search(self, text: str, *path: str) -> re.Match[str] | None:
        """Find the first phrase of a list in a text; most texts have no word that any of them begins with."""
        if path not in self._begins:
            self._begins[path] = begins_of(self.phrases(*path))
        return None if self._begins[path].isdisjoint(runs_of(text)) else self.pattern(*path).search(text)

    def search_of(self, text: str, phrases: tuple[str, ...]) -> re.Match[str] | None:
        """Find the first of phrases at hand in a text."""
        if phrases not in self._begins:
            self._begins[phrases] = begins_of(phrases)
        return None if self._begins[phrases].isdisjoint(runs_of(text)) else self.pattern_of(phrases).search(text)

    def tables(self, name: str) -> list[Table]:
        """Give an array of tables as the file has it."""
        found: list[Table] = self._table[name]
        return found


@lru_cache(maxsize=1_024)
def runs_of(text: str) -> frozenset[str]:
    """Give all runs of letters and digits in a text, written so that whatever a pattern takes for the same is the same.

    Always with the empty one, which a phrase begins with of which nothing can be told by its first run.
    """
    lower = text.lower()
    if not text.isascii():
        for letter, alike in _ALIKE:
            lower = lower.replace(letter, alike)
    return frozenset(_RUN.findall(lower)).union(("",))


def begins_of(phrases: Iterable[str]) -> frozenset[str]:
    """Give the first runs of phrases; the empty one stands for a phrase that begins with none, or not in ASCII."""
    found = (_RUN.match(phrase.lower()) for phrase in phrases)
    return frozenset(run[0] if run and run[0].isascii() else "" for run in found)


def any_of(phrases: tuple[str, ...]) -> re.Pattern[str]:
    """Build a pattern of whole words in any case; the longest phrase wins, no phrase matches nothing."""
    if not phrases:
        return re.compile(r"(?!)")
    rests: dict[str, list[str]] = {}  # by first letter: nine places in ten are passed over by one look
    for phrase in sorted(phrases, key=len, reverse=True):
        rests.setdefault(phrase[0].lower(), []).append(re.escape(phrase[1:]))
    grouped = "|".join(f"{re.escape(first)}(?:{'|'.join(rest)})" for first, rest in rests.items())
    return re.compile(rf"(?<!\w)(?=[{re.escape(''.join(rests))}])(?:{grouped})(?!\w)", re.IGNORECASE)


def _countries(places: Table) -> list[Country]:
    return [
        Country(name, tuple(p.get("names", [name])), tuple(p["demonyms"]), tuple(p["capitals"]))
        for name, p in places.items()
    ]


@cache
def lexicon() -> Lexicon:
    """Give the English lexicon, read on first use (about 10 ms)."""
    return Lexicon(toml("extractive.en.toml"), toml("places.en.toml"))


@cache
def bare() -> Lexicon:
    """Give a lexicon for languages without lists of their own: names of outlets and people, nothing else."""
    table = _emptied(toml("extractive.en.toml"))
    english = lexicon()
    table["names"]["outlets"] = sorted(english.outlets)
    table["kinds"]["person"] = " ".join(english.kinds["person"])
    return Lexicon(table, {})


def _emptied(value: Any) -> Any:  # noqa: ANN401
    if isinstance(value, dict):
        return {key: _emptied(item) for key, item in value.items()}
    return "" if isinstance(value, str) else []


@cache
def sayings() -> Table:
    """Give the verbs of saying of other languages."""
    return toml("saying.toml")
