"""Who is in the story: all actors of an article, who stands where, and who does what."""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import TYPE_CHECKING

from summarizer.extractive.actors import kind_of
from summarizer.extractive.clauses import dateline_end
from summarizer.extractive.commons import common_mentions
from summarizer.extractive.gathering import gather
from summarizer.extractive.grammar import governs, hangs, is_definite, is_located, verb_after
from summarizer.extractive.merging import merged
from summarizer.extractive.names import mentions

if TYPE_CHECKING:
    from summarizer.extractive.actors import Actor
    from summarizer.extractive.lexicon import Lexicon
    from summarizer.extractive.lines import Line
    from summarizer.extractive.names import Mention

#: Lines after which "he" no longer means whoever acted last.
_MEMORY = 2
_QUOTED = re.compile('“[^”]*”|"[^"]*"|«[^»]*»')


class Cast:
    """All actors of an article, and who stands where."""

    def __init__(self, lines: list[Line], lexicon: Lexicon, outlet: str | None = None) -> None:
        self.lines, self.lexicon = lines, lexicon
        told = [dateline_end(line.text) for line in lines]
        named = [m for m in mentions(lines, lexicon) if m.start >= told[m.line] and not _is_outlet(m, lexicon, outlet)]
        self.actors = merged(named, lines, lexicon)
        gather(common_mentions(lines, named, lexicon), self.actors, lexicon)
        self._index()
        self._observe()
        for actor in self.actors:
            actor.settle_name(frozenset(lexicon.countries))
            actor.kind = kind_of(actor, lexicon)
        self.forms = {m.name: a for a in self.actors for m in a.mentions}
        self._focus = self._people()

    def _index(self) -> None:
        at: dict[int, list[tuple[Mention, Actor]]] = {}
        for actor in self.actors:
            for mention in actor.mentions:
                at.setdefault(mention.line, []).append((mention, actor))
        self._at = {line: sorted(pairs, key=lambda p: (p[0].start, -p[0].end)) for line, pairs in at.items()}

    def at(self, line: int) -> list[tuple[Mention, Actor]]:
        """Give all mentions of a line with their actors, from left to right."""
        return self._at.get(line, [])

    def before(self, line: int, position: int) -> tuple[Mention, Actor] | None:
        """Give the last mention that ends at or before a position; a longer phrase beats a name in it."""
        ending = [p for p in self.at(line) if p[0].end <= position]
        return max(ending, key=lambda p: (p[0].end, -p[0].start), default=None)

    def behind(self, line: int, position: int) -> tuple[Mention, Actor] | None:
        """Give the first mention that starts at or after a position."""
        pairs = self.at(line)
        index = bisect_right(pairs, position - 1, key=lambda p: p[0].start)
        return pairs[index] if index < len(pairs) else None

    def person_before(self, line: int, position: int) -> Actor | None:
        """Give the person that "he" or "she" most likely means there."""
        here = {id(a): a for m, a in self._told(line) if m.end <= position and a.kind == "person"}
        if here:
            return next(iter(here.values())) if len(here) == 1 else None
        return self._focus[line - 1] if 0 < line <= len(self._focus) else None

    def _told(self, line: int) -> list[tuple[Mention, Actor]]:
        """Give the mentions of a line in the article's own words: who is spoken of in a quotation does not speak it."""
        pairs = self.at(line)
        spans = [match.span() for match in _QUOTED.finditer(self.lines[line].text)] if pairs else []
        return [(m, a) for m, a in pairs if not any(start < m.start < end for start, end in spans)]

    def _people(self) -> list[Actor | None]:
        """Give after each line the one person in view: the last that acted, forgotten after a few lines.

        Where two act in one line a pronoun could mean either, and a wrong speaker is worse than none.
        """
        focus: list[Actor | None] = []
        current, since = None, 0
        for index in range(len(self.lines)):
            people = {id(a): a for _, a in self._told(index) if a.kind == "person"}
            acting = {id(a): a for m, a in self.at(index) if id(a) in people and m in a.acts}
            if people:
                seen = acting or people
                current, since = (next(iter(seen.values())) if len(seen) == 1 else None), index
            focus.append(current if index - since <= _MEMORY else None)
        return focus

    def _observe(self) -> None:
        """Note for each mention whether it is the subject of a verb, or only tells where."""
        for index, line in enumerate(self.lines):
            acting_from = -1  # where the mention to the right begins, if it acts
            for mention, actor in reversed(self.at(index)):
                actor.definite += is_definite(line, mention)
                actor.governs += governs(line, mention)
                if hangs(line, mention, self.lexicon):
                    actor.located += is_located(line, mention, self.lexicon)
                    continue
                shares = acting_from >= 0 and line.text[mention.end : acting_from] in (" and ", ", ", " & ")
                if not mention.possessive and (shares or verb_after(line, mention.last, self.lexicon) is not None):
                    actor.acts[mention] = None
                    acting_from = mention.role_start


def _is_outlet(mention: Mention, lexicon: Lexicon, outlet: str | None) -> bool:
    return mention.name in lexicon.outlets or (outlet is not None and mention.name.lower() == outlet.lower())
