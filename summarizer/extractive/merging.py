"""Putting names together: "Trump" with "Donald Trump", "Cubs" with "Chicago Cubs", "Beijing" with China."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from summarizer.accents import without_accents
from summarizer.extractive.actors import Actor
from summarizer.extractive.grammar import is_located

if TYPE_CHECKING:
    from summarizer.extractive.lexicon import Lexicon
    from summarizer.extractive.lines import Line
    from summarizer.extractive.names import Mention


def merged(found: list[Mention], lines: list[Line], lexicon: Lexicon) -> list[Actor]:
    """Put names together: "Trump" with "Donald Trump", "Cubs" with "Chicago Cubs", "Beijing" with China."""
    located = frozenset(m.name for m in found if is_located(lines[m.line], m, lexicon))
    groups: dict[str, list[Mention]] = {}
    for mention in found:
        if mention.name not in lexicon.demonyms or mention.name.endswith("s"):
            groups.setdefault(_key(mention.name), []).append(mention)
    _unglue(groups, lexicon)
    order = sorted(groups, key=lambda name: (-len(name.split()), groups[name][0].line, groups[name][0].start))
    merger = _Merger(lexicon, {name: len(items) for name, items in groups.items()}, located)
    for name in order:
        merger.add(name, groups[name])
    return merger.actors


def _unglue(groups: dict[str, list[Mention]], lexicon: Lexicon) -> None:
    """Take apart "Brexit Toblerone", seen once between two names that the article uses alone."""
    for name in [n for n, items in groups.items() if " " in n and len(items) == 1]:
        words = name.split()
        is_person = words[0].lower() in lexicon.kinds["person"] or groups[name][0].role is not None
        if not is_person and words[0] in groups and len(groups.get(words[-1], [])) > 2:  # noqa: PLR2004
            mention = groups.pop(name)[0]
            tail = replace(mention, first=mention.last, start=mention.end - len(words[-1]), name=words[-1])
            groups[words[-1]] = sorted([*groups[words[-1]], tail], key=lambda m: (m.line, m.start))


def _key(name: str) -> str:
    """Bring "FELIPE MASSA" and "DONALD Trump" to "Felipe Massa"; acronyms stay as they are."""
    words = name.split()
    if len(words) < 2 or not any(len(w) > 3 and w.isupper() for w in words):  # noqa: PLR2004
        return name
    return " ".join(w.title() if w.isupper() and len(w) > 2 else w for w in words)  # noqa: PLR2004


def _folded(name: str) -> str:
    return without_accents(name.lower())


class _Merger:
    """Takes names, the longest first, and finds for each the actor that it belongs to."""

    def __init__(self, lexicon: Lexicon, counts: dict[str, int], located: frozenset[str]) -> None:
        self.lexicon, self.located = lexicon, located
        self.actors: list[Actor] = []
        self._by_ends: dict[tuple[str, str], Actor] = {}
        self._by_last: dict[str, list[Actor]] = {}
        self._by_first: dict[str, list[Actor]] = {}
        self._by_middle: dict[str, list[Actor]] = {}
        self._by_initials: dict[str, Actor] = {}
        self._states: dict[str, Actor] = {}
        self._named = {c.name for form, c in lexicon.countries.items() if form in counts}

    def add(self, name: str, found: list[Mention]) -> None:
        actor = self._home(name, found)
        if actor is None:
            actor = Actor(name)
            self.actors.append(actor)
            self._register(name, actor)
        actor.mentions += found
        actor.mentions.sort(key=lambda m: (m.line, m.start))

    def _register(self, name: str, actor: Actor) -> None:
        words = name.split()
        first, middle, last = words[0], words[1:-1], words[-1]
        self._by_ends.setdefault((_folded(first), _folded(last)), actor)
        self._by_last.setdefault(_folded(last), []).append(actor)
        self._by_first.setdefault(_folded(first), []).append(actor)
        for word in middle:
            self._by_middle.setdefault(_folded(word), []).append(actor)
        initials = "".join(w[0] for part in words for w in part.split("-") if w[:1].isupper())
        if len(initials) > 1:
            self._by_initials.setdefault(initials.lower(), actor)

    def _home(self, name: str, found: list[Mention]) -> Actor | None:
        country = self.lexicon.countries.get(name)
        if country is None and name in self.lexicon.capitals and self.lexicon.capitals[name].name in self._named:
            country = self.lexicon.capitals[name]
        if country is not None:
            return self._state(country.name)
        return self._longer(name, found)

    def _state(self, name: str) -> Actor:
        if name not in self._states:
            self._states[name] = Actor(name, country=True)
            self.actors.append(self._states[name])
        return self._states[name]

    def _longer(self, name: str, found: list[Mention]) -> Actor | None:
        words = _folded(name).split()
        if len(words) > 1:
            same_ends = self._by_ends.get((words[0], words[-1]))
            return same_ends or self._ending_with(words)
        if len(name) > 2 and words[0] in self._by_initials:  # noqa: PLR2004
            return self._by_initials[words[0]]
        ending = self._best(self._by_last.get(words[0], []))
        if ending is not None and not self._is_someone_else(found, ending):
            return ending
        beginning = self._by_first.get(words[0], []) or self._by_middle.get(words[0], [])
        is_plain = name not in self.lexicon.demonyms and name not in self.lexicon.capitals and name not in self.located
        if not is_plain or len(beginning) != 1 or not self._may_shorten(beginning[0]):
            return None
        full, short = beginning[0].mentions[0], found[0]
        return beginning[0] if (full.line, full.start) < (short.line, short.start) else None

    def _ending_with(self, words: list[str]) -> Actor | None:
        return next(
            (a for a in self._by_last.get(words[-1], []) if _folded(a.name).split()[-len(words) :] == words),
            None,
        )

    def _best(self, actors: list[Actor]) -> Actor | None:
        return max(actors, key=lambda a: len(a.mentions), default=None)

    def _is_someone_else(self, found: list[Mention], actor: Actor) -> bool:
        """Tell "President Obama" from the Michelle Obama who is named in full, once and without a title."""
        full = [m for m in actor.mentions if len(m.name.split()) > 1]
        if not full:
            return False
        is_earlier = (found[0].line, found[0].start) < (full[0].line, full[0].start)
        return bool(found[0].role) and is_earlier and not any(m.role for m in full)

    def _may_shorten(self, actor: Actor) -> bool:
        """Tell whether the first word alone may stand for the whole: not "British" for the British police."""
        last = actor.name.split()[-1].lower()
        return last not in self.lexicon.kinds["event"] and last not in self.lexicon.kinds["place"]
