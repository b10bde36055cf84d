"""From the cast to the brief's parties: who matters most, under which name, in which role."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from summarizer.brief import Party, Span
from summarizer.extractive.clauses import main_clause
from summarizer.extractive.grammar import verb_after
from summarizer.extractive.lines import line_of, shortened

if TYPE_CHECKING:
    from collections.abc import Sequence

    from summarizer.article import Article
    from summarizer.brief import Statement
    from summarizer.extractive.actors import Actor
    from summarizer.extractive.cast import Cast
    from summarizer.extractive.lexicon import Lexicon
    from summarizer.extractive.lines import Line
    from summarizer.extractive.names import Mention

#: Parties of one brief.
MOST = 8
_LEAD_LINES = 3
_APPOSITION = re.compile(r"^,\s(?!and\s|or\s|but\s)(?:(?:the|a|an|its|his|her|whose)\s|[a-z]|[A-Z][\w.]*(?:'s|’s)\s)")
#: Words that make a deed somebody's word.
_HEARSAY = re.compile(
    r"\b(?:reported(?:ly)?|estimate[sd]?|according|said|says|saying|claim(?:s|ed|ing)?|alleged(?:ly)?|belie(?:f|ved?|ves))\b",
    re.IGNORECASE,
)
_PAST = re.compile(
    r"\b(?:former|ex|then|acting|interim|outgoing|late|alleged|designated|would-be)[ -]\Z", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Introduction:
    """The words that introduce a party, the index of their line, and whether they tell a deed, not an office."""

    role: str
    line: int
    is_deed: bool


def ranked(cast: Cast, title: Line | None, core: str) -> list[Actor]:
    """Score all actors and give them in order, the most important first; those without weight are left out.

    `core` is the part of the title that tells what happened: who begins it is the story's subject.
    """
    places = _title_places(cast.actors, title, cast.lexicon)
    offset = _words_before(title, core)
    for actor in cast.actors:
        actor.score = _score(actor, places.get(actor.name), offset, cast.lexicon)
    for index in range(min(2, len(cast.lines))):
        first = next((a for m, a in cast.at(index) if m in a.acts), None)
        if first is not None and first.score > 0:
            first.score += 3.0 - index
    kept = [a for a in cast.actors if a.score > 0]
    return sorted(kept, key=lambda a: (-a.score, a.mentions[0].line, a.mentions[0].start))


def _words_before(title: Line | None, core: str) -> int:
    """Give how many words of the title stand before its core."""
    if title is None:
        return 0
    start = max(title.text.find(core), 0)
    return sum(word.start < start for word in title.words)


def _title_places(actors: list[Actor], title: Line | None, lexicon: Lexicon) -> dict[str, int]:
    """Give for each actor whom the title names the index of the word; the longest form wins."""
    if title is None:
        return {}
    forms: dict[str, list[tuple[list[str], str]]] = {}
    for actor in actors:
        for form in actor.forms:
            words = [w.lower for w in line_of(form).words]
            if words:
                forms.setdefault(words[0], []).append((words, actor.name))
    return _scan([w.lower for w in title.words], forms, lexicon)


def _scan(words: list[str], forms: dict[str, list[tuple[list[str], str]]], lexicon: Lexicon) -> dict[str, int]:
    found: dict[str, int] = {}
    index = 0
    while index < len(words):
        fitting = [(f, name) for f, name in forms.get(words[index], []) if words[index : index + len(f)] == f]
        form, name = max(fitting, key=lambda pair: len(pair[0]), default=([""], ""))
        is_located = index > 0 and words[index - 1] in lexicon.prepositions and words[index - 1] not in ("of", "to")
        if name and not is_located:
            found.setdefault(name, index)
        index += len(form)
    return found


def _score(actor: Actor, place: int | None, offset: int, lexicon: Lexicon) -> float:
    """Weigh how often an actor is named, acts and speaks, and whether title and lead begin with it."""
    score = min(len(actor.mentions), 10) * 0.8 + min(len(actor.acts), 8) * 1.2
    if place is not None:
        score += 5 + (5 if 0 <= place - offset <= 1 else 0) - 0.2 * abs(place - offset)
    early = [m for m in actor.mentions if m.line < _LEAD_LINES]
    score += sum(2.0 for m in early[:1]) + (2.0 if any(m.line == 0 for m in early) else 0.0)
    score += 2.0 if any(m in actor.acts and m.line < _LEAD_LINES for m in early) else 0.0
    return score * _weight(actor, lexicon)


def _weight(actor: Actor, lexicon: Lexicon) -> float:
    """Judge how likely something of this sort is a party at all."""
    if actor.name in lexicon.demonyms and not actor.name.endswith("s"):
        return 0.0
    if actor.common:
        is_lead = any(m in actor.acts and m.line < _LEAD_LINES for m in actor.mentions)
        specific = 0.7 if len(actor.name.split()) > 1 else 0.5
        return specific if is_lead or len(actor.acts) > 1 else 0.0
    if actor.kind == "place" or (actor.located > len(actor.acts) and not actor.acts):
        return 0.15
    if actor.kind == "other":
        return 0.5 if actor.acts else 0.2
    return 1.0 if actor.acts else 0.6


def introduction(actor: Actor, cast: Cast, whose: Sequence[str | None]) -> Introduction:
    """Find the words by which the article introduces an actor: title, apposition, else what it does first."""
    for mention in actor.mentions:
        line = cast.lines[mention.line]
        role = _with_past(mention.role, line, mention) if mention.role else _apposition(line, mention, cast.lexicon)
        if role:
            return Introduction(shortened(role, 300), mention.line, is_deed=False)
    mention = next(iter(actor.acts or actor.mentions))
    line = cast.lines[mention.line]
    deed = _deed(line, _end_of_subject(mention, cast), cast.lexicon, acts=mention in actor.acts)
    if whose[mention.line] is None and _HEARSAY.search(line.text.replace(deed, "")):
        deed = shortened(line.text, 300)  # who answers for it stands in the rest of the sentence
    return Introduction(deed, mention.line, is_deed=True)


def _with_past(role: str, line: Line, mention: Mention) -> str:
    """Give the office with a word before it that says it is over, or not yet: without it, it would be another."""
    before = _PAST.search(line.text[: mention.role_start])
    return f"{before.group()}{role}" if before else role


def _end_of_subject(mention: Mention, cast: Cast) -> int:
    """Give the last word of the subject that a mention begins: of Y in "X and Y met"."""
    text = cast.lines[mention.line].text
    last, end = mention.last, mention.end
    for other, _ in cast.at(mention.line):
        if other.role_start >= end and text[end : other.role_start] in (" and ", ", ", " & "):
            last, end = other.last, other.end
    return last


def _apposition(line: Line, mention: Mention, lexicon: Lexicon) -> str | None:
    """Give "the union's general secretary" of ", the union's general secretary, ..."."""
    rest = line.text[mention.end :]
    if mention.possessive or not _APPOSITION.match(rest):
        return None
    end = re.search(r"[,.;:)](?:\s|$)|\s[-–—]", rest[2:])
    role = rest[2 : 2 + end.start()] if end else ""
    words = role.lower().split()
    names_office = any(
        w in lexicon.titles or w in lexicon.actors or w in ("owner", "company", "group", "body", "agency")
        for w in words
    )
    is_clause = any(w in lexicon.acting for w in words[:3])
    return role if 1 < len(words) <= 14 and names_office and not is_clause else None  # noqa: PLR2004


def _deed(line: Line, last: int, lexicon: Lexicon, *, acts: bool) -> str:
    """Give what an actor does in a sentence, from its verb on; the whole sentence where that is not clear.

    A clause is never cut where quoted words begin: "called it" is not what somebody did who called it a mistake.
    """
    verb = verb_after(line, last, lexicon) if acts else None
    rest = "" if verb is None else line.text[line.words[verb].start :].partition(";")[0]
    if verb is None or re.search(r"[“\"«„]", rest):
        return shortened(line.text, 300)
    deed = main_clause(rest, lexicon, limit=20).rstrip(" .,;:")
    return shortened(deed, 300) if len(deed.split()) >= 3 else shortened(line.text, 300)  # noqa: PLR2004


def party(actor: Actor, cast: Cast, article: Article, wants: Statement | None, whose: Sequence[str | None]) -> Party:
    """Write down one actor as a party; evidence is where its name stands and where its role does.

    `whose` tells for each line whose word it is: what others say that a party did is theirs, not the article's.
    """
    intro = introduction(actor, cast, whose)
    named = next((m.line for m in actor.mentions if m.name == actor.name), actor.mentions[0].line)
    numbers = {cast.lines[named].number, cast.lines[intro.line].number}
    speaker = whose[intro.line] if intro.is_deed else None
    return Party(
        name=actor.name[:200],
        attribution=speaker if speaker != actor.name else None,
        kind=actor.kind,
        role=intro.role,
        wants=wants,
        aliases=[form[:200] for form in actor.forms if form.lower() != actor.name.lower()][:6],
        evidence=[Span.of(article, number) for number in numbers],
    )
