"""Giving actors without a name to those they belong to: "the union" to the one union that has a name."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from summarizer.extractive.actors import Actor

if TYPE_CHECKING:
    from summarizer.extractive.lexicon import Lexicon
    from summarizer.extractive.names import Mention

_STATE = frozenset(
    {"government", "officials", "authorities", "military", "forces", "army", "navy", "delegation"}
    | {"administration", "negotiators", "troops"}
)
_BODIES = frozenset(
    {"party", "company", "group", "airline", "bank", "team", "union", "government", "police", "agency"}
    | {"firm", "campaign", "council"}
)


def gather(commons: list[Mention], actors: list[Actor], lexicon: Lexicon) -> None:
    """Add mentions under common nouns to the actors they mean, and new actors to the list for the rest."""
    _Gatherer(actors, lexicon).take(commons)


class _Gatherer:
    """Knows the named actors by form, by office and by the last word of their names."""

    def __init__(self, actors: list[Actor], lexicon: Lexicon) -> None:
        self.actors, self.lexicon = actors, lexicon
        self.states = {a.name: a for a in actors if a.country}
        self.forms = {m.name.lower(): a for a in actors for m in a.mentions}
        self.offices = self._offices()
        self.heads = self._heads()
        #: By phrase, and by its head alone the last that had it.
        self.seen: dict[str, Actor] = {}

    def take(self, commons: list[Mention]) -> None:
        """Give each mention to its actor, in reading order."""
        for mention in commons:
            words = mention.name.split()
            if len(words) == 1 and self._is_ambiguous(words[0].lower()):
                continue
            known = self._known(words)
            if known is None:
                self._gather(mention)
                continue
            known.mentions.append(mention)
            if words[0].lower().startswith("spoke"):
                self.seen[words[0].lower()] = known  # so that "the spokesman" further on is this one

    def _is_ambiguous(self, word: str) -> bool:
        """Tell of "the president" where there are two, of "the group" where one has a name, one none."""
        return len(self.offices.get(word, ())) > 1 or (word in self.heads and word in self.seen)

    def _known(self, words: list[str]) -> Actor | None:
        known = self._state(words) or self._holder(words) or self._body(words)
        return self.heads.get(words[0].lower()) if known is None and len(words) == 1 else known

    def _gather(self, mention: Mention) -> None:
        phrase = mention.name.lower()
        head = re.split(r" (?:of|for|at) ", phrase)[0].split()[-1]
        actor = self.seen.get(phrase)
        if actor is None:
            actor = Actor(mention.name, common=True)
            self.actors.append(actor)
        self.seen[phrase] = actor
        self.seen[head] = actor
        actor.mentions.append(mention)

    def _heads(self) -> dict[str, Actor]:
        """Give for the last words of names, such as "union", the one actor whose name ends so."""
        found: dict[str, list[Actor]] = {}
        for actor in self.actors:
            ends = {m.name.split()[-1].lower() for m in actor.mentions if " " in m.name}
            for end in ends:
                found.setdefault(end, []).append(actor)
        return {end: actors[0] for end, actors in found.items() if len(actors) == 1}

    def _offices(self) -> dict[str, list[Actor]]:
        """Give for "president" and the like those who are introduced as one."""
        offices: dict[str, list[Actor]] = {}
        for actor in self.actors:
            for head in {m.role.split()[-1].lower() for m in actor.mentions if m.role}:
                offices.setdefault(head, []).append(actor)
        return offices

    def _holder(self, words: list[str]) -> Actor | None:
        """Give the one person whom "the president" can mean."""
        holders = self.offices.get(words[0].lower(), []) if len(words) == 1 else []
        return holders[0] if len(holders) == 1 else None

    def _body(self, words: list[str]) -> Actor | None:
        """Give whom a spokesman speaks for, and whom "the Thai Raksa Chart party" names."""
        named = self.forms.get(" ".join(words).lower()) or self.forms.get(" ".join(words[:-1]).lower())
        if named is not None and words[-1].lower() in _BODIES:
            return named
        places = [i for i, w in enumerate(words) if w.lower() in self.lexicon.spokes]
        if not places:
            return None
        behind = " ".join(w for w in words[places[0] + 1 :] if w.lower() not in ("of", "for", "at", "the")).lower()
        before = re.sub(r"['’]s$", "", " ".join(words[: places[0]])).lower()
        for key in (behind, before):
            if key in self.seen and key in self.heads:
                return None  # two of them: better nobody than the wrong one
            found = self.forms.get(key) or self.seen.get(key) or self.heads.get(key)
            if found is not None:
                return found
        return None

    def _state(self, words: list[str]) -> Actor | None:
        """Give the state behind "Chinese officials", if the article names it."""
        if words[-1].lower() not in _STATE:
            return None
        lexicon = self.lexicon
        countries = (lexicon.demonyms.get(w) or lexicon.countries.get(w) for w in words[:-1])
        return next((self.states[c.name] for c in countries if c is not None and c.name in self.states), None)
