"""The word lists that the checks look at, loaded once and keyed by stem."""

from __future__ import annotations

import tomllib
from collections import defaultdict
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

from summarizer.grounding.stems import Stemmer
from summarizer.resources import data

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

#: Letters of a stem that a prefix may turn round.
_LEAST = 3


@dataclass(frozen=True, slots=True)
class Lexicon:
    """What the checks know of English words. Sets hold lower-case words; mappings are keyed by stem unless said."""

    stemmer: Stemmer
    function_words: frozenset[str]
    negations: frozenset[str]
    negative_verbs: frozenset[str]
    idle_negated: frozenset[str]
    auxiliaries: frozenset[str]
    reporting: frozenset[str]
    weak_reporting: frozenset[str]
    #: What leaves open whether the verb behind its "to" happens, with words between or right beside it, and what asks.
    asking: frozenset[str]
    open_beside: frozenset[str]
    questioning: frozenset[str]
    duties: frozenset[str]
    conditions: frozenset[str]
    #: All of these.
    leaves_open: frozenset[str]
    #: Irregular forms that may be passive; and stems of what two do to each other.
    participles: frozenset[str]
    mutual: frozenset[str]
    #: What leaves nothing out, and what takes a part where "of" stands behind it.
    everything: frozenset[str]
    parts: frozenset[str]
    titles: frozenset[str]
    #: "about", "more" or "less", and classes of modality, by lower-case word.
    approximators: Mapping[str, str]
    hedges: Mapping[str, frozenset[str]]
    numbers: Mapping[str, float]
    scales: Mapping[str, float]
    units: Mapping[str, str]
    #: What the units measure, by unit.
    unit_families: Mapping[str, frozenset[str]]
    weekdays: Mapping[str, str]
    months: Mapping[str, str]
    relative_days: frozenset[str]
    #: All words that the check of dates looks at.
    calendar: frozenset[str]
    turns: frozenset[str]
    periods: frozenset[str]
    places: Mapping[str, str]
    synonyms: Mapping[str, frozenset[int]]
    #: The stems of each group of synonyms.
    members: Mapping[int, frozenset[str]]
    opposites: Mapping[str, frozenset[str]]
    prefixes: tuple[str, ...]
    kinds: Mapping[str, frozenset[str]]

    def are_synonyms(self, left: str, right: str) -> bool:
        """Tell whether two stems stand in one group."""
        groups = self.synonyms.get(left)
        return groups is not None and not groups.isdisjoint(self.synonyms.get(right, ()))

    def are_near(self, left: str, right: str) -> bool:
        """Tell whether two stems stand in one group, or in two that share a member."""
        groups, others = self.synonyms.get(left, frozenset()), self.synonyms.get(right, frozenset())
        return any(self.members[group] & self.members[other] for group in groups for other in others)

    def knows(self, stem: str) -> bool:
        """Tell whether a stem is on any list of meanings, so that a missing link says something."""
        return stem in self.synonyms or stem in self.opposites or stem in self.kinds

    def are_opposites(self, left: str, right: str) -> bool:
        """Tell whether two stems contradict each other, by the list or by a prefix such as "un-"."""
        return right in self.contraries(left)

    def contraries(self, stem: str) -> frozenset[str]:
        """Give the stems that contradict one, by the list or by a prefix; not all of them are words."""
        return _contraries(stem)

    def kind_in_common(self, left: str, right: str) -> str | None:
        """Give the kind of which two stems are different members; None where there is none."""
        common = self.kinds.get(left, frozenset()) & self.kinds.get(right, frozenset())
        return min(common) if common and left != right else None


@lru_cache(maxsize=65_536)
def _contraries(stem: str) -> frozenset[str]:
    prefixes, opposites = english().prefixes, english().opposites.get(stem, frozenset())
    found = {prefix + stem for prefix in prefixes} if len(stem) >= _LEAST else set()
    found |= {stem[len(prefix) :] for prefix in prefixes if stem.startswith(prefix)}
    return opposites.union(one for one in found if len(one) >= _LEAST)


@cache
def english() -> Lexicon:
    """Load the lists for English, once."""
    lists = _load("checks")
    stemmer = Stemmer(_forms(_load("irregular")["forms"]))
    opposites = _load("opposites")
    synonyms = _groups(_load("synonyms")["groups"], stemmer)
    calendar = lists["calendar"]
    return Lexicon(
        stemmer=stemmer,
        function_words=_words(lists["function_words"]["words"]),
        negations=_words(lists["negations"]["words"]),
        negative_verbs=_words(lists["negations"]["verbs"]),
        idle_negated=_words(lists["negations"]["idle"]),
        auxiliaries=_words(lists["auxiliaries"]["words"]),
        reporting=_words(lists["reporting"]["verbs"]),
        weak_reporting=_words(lists["reporting"]["weak"]),
        asking=_words(lists["open"]["asking"]),
        open_beside=_words(lists["open"]["beside"]),
        questioning=_words(lists["open"]["questioning"]),
        duties=_words(lists["open"]["duties"]),
        conditions=_words(lists["open"]["conditions"]),
        leaves_open=_words(" ".join(lists["open"].values())),
        participles=_words(lists["voice"]["participles"]),
        mutual=frozenset(map(stemmer.stem, lists["voice"]["mutual"].split())),
        everything=_words(lists["quantifiers"]["everything"]),
        parts=_words(lists["quantifiers"]["parts"]),
        titles=_words(lists["titles"]["words"]),
        approximators=_first_of({name: words.split() for name, words in lists["quantities"].items()}),
        hedges=_inverted({name: words.split() for name, words in lists["modality"].items()}),
        numbers={word: float(value) for word, value in lists["numbers"].items()},
        scales={word: float(value) for word, value in lists["scales"].items()},
        units={word: unit for unit, words in lists["units"].items() for word in words.split()},
        unit_families=_inverted({name: units.split() for name, units in lists["unit_families"].items()}),
        weekdays=_shortened(calendar["weekdays"], calendar["short_weekdays"]),
        months=_shortened(calendar["months"], calendar["short_months"]),
        calendar=_words(" ".join(calendar.values())),
        relative_days=_words(calendar["relative"]),
        turns=_words(calendar["turns"]),
        periods=_words(calendar["periods"]),
        places=_places(),
        synonyms=synonyms,
        members=_members(synonyms),
        opposites=_opposed(opposites["opposites"]["pairs"], stemmer, lists["numbers"]),
        prefixes=tuple(opposites["opposites"]["prefixes"].split()),
        kinds=_inverted({k: [stemmer.stem(w) for w in words.split()] for k, words in _load("kinds")["kinds"].items()}),
    )


def _load(name: str) -> dict[str, Any]:
    return tomllib.loads(data(f"{name}.en.toml").read_text(encoding="utf-8"))


def _words(words: str) -> frozenset[str]:
    return frozenset(words.split())


def _forms(lines: Iterable[str]) -> dict[str, str]:
    return {form: line.split()[0] for line in lines for form in line.split()}


def _inverted(lists: Mapping[str, Iterable[str]]) -> dict[str, frozenset[str]]:
    found: defaultdict[str, set[str]] = defaultdict(set)
    for name, words in lists.items():
        for word in words:
            found[word].add(name)
    return {word: frozenset(names) for word, names in found.items()}


def _first_of(lists: dict[str, list[str]]) -> dict[str, str]:
    """Give the first list that has a word, by word."""
    return {word: name for name, words in reversed(lists.items()) for word in words}


def _groups(lines: Iterable[str], stemmer: Stemmer) -> dict[str, frozenset[int]]:
    found: defaultdict[str, set[int]] = defaultdict(set)
    for number, line in enumerate(lines):
        for word in line.split():
            found[stemmer.stem(word)].add(number)
    return {stem: frozenset(numbers) for stem, numbers in found.items()}


def _members(groups: Mapping[str, Iterable[int]]) -> dict[int, frozenset[str]]:
    found: defaultdict[int, set[str]] = defaultdict(set)
    for stem, numbers in groups.items():
        for number in numbers:
            found[number].add(stem)
    return {number: frozenset(stems) for number, stems in found.items()}


def _opposed(lines: Iterable[str], stemmer: Stemmer, numbers: Mapping[str, float]) -> dict[str, frozenset[str]]:
    found: defaultdict[str, set[str]] = defaultdict(set)

    def stem(word: str) -> str:
        return f"#{numbers[word]:g}" if word in numbers else stemmer.stem(word)

    for line in lines:
        left, _, right = ({stem(word) for word in side.split()} for side in line.partition("|"))
        for word in left:
            found[word] |= right
        for word in right:
            found[word] |= left
    return {stem: frozenset(others - {stem}) for stem, others in found.items()}


def _shortened(full: str, short: str) -> dict[str, str]:
    names = {word: word for word in full.split()}
    return names | {word: next(name for name in names if name.startswith(word)) for word in short.split()}


def _places() -> dict[str, str]:
    """Give the state for each lower-case name of one word, demonym and capital."""
    found: dict[str, str] = {}
    for state, lists in _load("places").items():
        names = [state, *lists.get("names", ()), *lists.get("demonyms", ()), *lists.get("capitals", ())]
        found |= {name.lower().replace(".", ""): state for name in names}
    return found
