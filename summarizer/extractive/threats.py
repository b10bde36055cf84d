"""What somebody says will be done to somebody, or has done: signal words, sides, condition, status."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from summarizer.brief import Threat
from summarizer.extractive.grammar import verb_after
from summarizer.extractive.scene import Found, outermost, told, unique

if TYPE_CHECKING:
    from summarizer.extractive.actors import Actor
    from summarizer.extractive.lexicon import Lexicon
    from summarizer.extractive.lines import Line
    from summarizer.extractive.names import Mention
    from summarizer.extractive.scene import Scene


MOST = 5
_CONDITION = re.compile(
    r"(?<![\w-])(?:if|unless|until|in case|provided that|provided|as long as|in the event of"
    r"|should (?:the|they|he|she|it))\s"
    # A comma inside a number or a date and a full stop inside "p.m." do not end the clause.
    r"(?:[^,.;:!?”\"]|,(?=\d|\s(?:January|February|March|April|May|June|July|August|September|October"
    r"|November|December))|\.(?=\w|\s[a-z])){6,220}",
    re.IGNORECASE,
)
_NO_CONDITION = re.compile(
    r"\b(?:ask|asked|asking|asks|see|wonder|wondered|wonders|know|even|as|only|determine|what|decide)\s$",
    re.IGNORECASE,
)
_STATUS = {"modal": "threatened", "coming": "announced"}
_PROMISE = re.compile(
    r"\b(?:it|he|she|they|we)\s(?:would|will|had|has|have|may|might|could|was|were|is|are|planned|intended)\b"
)
_BACKGROUND = re.compile(
    r"\b(?:since|after|before|during|following|of|over)\s(?:the|this|that|an|a|last)\s(?:\w+\s)?$",
    re.IGNORECASE,
)
_DENIAL = re.compile(r"\b(?:denied|denies|deny)\b", re.IGNORECASE)
_PASSIVE = re.compile(r"\b(?:was|were|is|are|been|being|be)\s(?:\w+ly\s)?$")
#: Nouns whose owner is whom it is done to.
_DONE_TO = frozenset({"arrest", "impeachment", "assassination", "arrests"})
_UNLESS = re.compile(r"\b(?:will|would)\b(?=[^.;]{3,200}\bunless\b)")
_SUFFERS = re.compile(
    r"\b(?:(?:hit|struck|rocked) by"
    r"|fac(?:e|es|ed|ing)|suffer(?:s|ed|ing)?|fear(?:s|ed|ing)?|surviv(?:e|ed|es))\b"
)
_AGENT = re.compile(r"\bby\s(?:the\s)?")
_BLAME = re.compile(r"\b(?:attributed|ascribed|blamed)\b[^.;]{0,60}?\b(?:to|on)\s(?:the\s)?")
_ON_TARGET = frozenset(["on", "against", "to", "at", "from", "over", "with"])
_HOSTILE = frozenset({"sanction", "coerce", "assault", "mobilize", "protest"})


def threats_of(scene: Scene) -> list[Threat]:
    """Write the threats, in reading order."""
    found = [f for i, line in enumerate(scene.cast.lines) if (f := _threat(scene, i, line)) is not None]
    chosen = sorted(found, key=lambda f: -f.score)
    written = [t for f in chosen[: 2 * MOST] if (t := _write_threat(scene, f)) is not None]
    return sorted(written[:MOST], key=lambda t: t.evidence[0].sentence)


def _threat(scene: Scene, index: int, line: Line) -> Found | None:
    if scene.lexicon.search(line.text, "status", "harmless") or line.text.endswith("?"):
        return None
    acts = _acts(scene.lexicon)
    hits = [(kind, m) for kind, words in acts if (m := scene.lexicon.search_of(line.text, words))]
    hits = [(k, m) for k, m in hits if not _is_background(k, m, line.text)]
    if not hits and acts and (promise := _UNLESS.search(line.text)):
        hits = [("threaten", promise)]  # "would close the port unless ..." threatens in any words
    if not hits:
        return None
    kinds = [kind for kind, _ in hits]
    kind, match = next(((k, m) for k, m in hits if k != "threaten"), hits[0])
    bonus = 1.2 if "threaten" in kinds else 0.0
    bonus += 0.8 if _condition(line.text) else 0.0
    bonus += 0.6 if kind in _HOSTILE else 0.0
    bonus += 0.2 * (len(hits) - 1)
    return Found(index, match.start(), match.end(), kind, scene.scores[index] + bonus)


def _is_background(kind: str, match: re.Match[str], text: str) -> bool:
    """Tell "since the attack" and a denial from acts that the sentence reports."""
    if kind == "accuse" and _DENIAL.search(text):
        return True
    return kind in ("assault", "protest", "coerce") and bool(_BACKGROUND.search(text[: match.start()]))


def _write_threat(scene: Scene, found: Found) -> Threat | None:
    line = scene.cast.lines[found.line]
    who, against = _sides(scene, found)
    if not who and not against:
        return None
    return Threat(
        text=told(line),
        who=who,
        against=against,
        condition=_condition(line.text),
        kind=found.kind,
        status=_status(scene, line.text, found),
        **scene.grounds(found.line),
    )


def _sides(scene: Scene, found: Found) -> tuple[list[str], list[str]]:
    """Give who does it and whom it is aimed at: the subject before the act, the target behind it."""
    line = scene.cast.lines[found.line]
    pairs = outermost(scene.cast.at(found.line))
    threatening = scene.lexicon.search_of(line.text, _acts(scene.lexicon)[0][1])
    acts = [(m.start(), m.end()) for m in (threatening,) if m] + [(found.start, found.end)]
    doer, act = next(((d, act) for act in acts if (d := _doer(scene, line, pairs, act)) is not None), (None, acts[-1]))
    targets = [a for m, a in pairs if m.start >= act[0] and _is_target(line, m.first, act)]
    targets += [a for m, a in pairs if m.end <= act[0] and _suffers(line, m, act)]
    who = [doer.name] if doer is not None else _speaking(scene, found.line)
    return who, unique(a.name for a in targets if a.kind != "place" and a.name not in who)[:3]


def _suffers(line: Line, mention: Mention, act: tuple[int, int]) -> bool:
    """Tell of "X was arrested", "X faces attacks" and "X's arrest" that it is done to X."""
    between, word = line.text[mention.end : act[0]], line.text[act[0] : act[1]].lower()
    if mention.possessive:
        return word in _DONE_TO and len(between) <= 30  # noqa: PLR2004
    is_passive = bool(_PASSIVE.search(between)) and word.endswith(("ed", "shot dead"))
    return is_passive or bool(_SUFFERS.search(between))


def _speaking(scene: Scene, index: int) -> list[str]:
    """Give whose quoted words a line holds: he speaks for those who will do it."""
    line, speaker = scene.cast.lines[index], scene.whose[index]
    is_quoted = any(mark in line.text for mark in '“”"‘')
    return [speaker] if speaker is not None and is_quoted and re.search(r"\b(?:will|would|we)\b", line.text) else []


def _doer(scene: Scene, line: Line, pairs: list[tuple[Mention, Actor]], act: tuple[int, int]) -> Actor | None:
    """Give X of "X's threat", of "attacked by X", or the nearest subject before the act."""
    for mention, actor in reversed(pairs):
        if mention.possessive and 0 <= act[0] - mention.end <= 40:  # noqa: PLR2004
            return None if _suffers(line, mention, act) else actor
    agent = _by_agent(line, pairs, act[1])
    if agent is not None:
        return agent
    before = [(m, a) for m, a in reversed(pairs) if m.end <= act[0] and m in a.acts]
    before = [(m, a) for m, a in before if not _suffers(line, m, act)]
    return next((a for m, a in before if not _only_speaks(scene, line, m.last, act)), None)


def _only_speaks(scene: Scene, line: Line, last: int, act: tuple[int, int]) -> bool:
    """Tell whether a subject merely reports the act: "he said the attack ...", but not "he warned"."""
    verb = verb_after(line, last, scene.lexicon)
    if verb is None:
        return False
    word = line.words[verb]
    if _PROMISE.search(line.text, word.end, max(word.end, act[1])):
        return False  # "X said it would impose ..."
    return word.lower in scene.lexicon.words("attribution", "verbs") and not act[0] <= word.start < act[1]


def _by_agent(line: Line, pairs: list[tuple[Mention, Actor]], end: int) -> Actor | None:
    """Give X of "attacked by X" and of "attributed the bombing to X"."""
    found = _AGENT.search(line.text, end, end + 80) or _BLAME.search(line.text)
    if found is None:
        return None
    return next((a for m, a in pairs if 0 <= m.role_start - found.end() <= 1), None)


def _is_target(line: Line, first: int, anchor: tuple[int, int]) -> bool:
    before = line.words[first - 1].lower if first else ""
    if before in ("the", "a", "an") and first > 1:
        before = line.words[first - 2].lower
    return before in _ON_TARGET or line.words[first].start - anchor[1] <= 12  # noqa: PLR2004


def _status(scene: Scene, text: str, found: Found) -> str:
    """Decide how far it has come: the first that fits, from withdrawn to in force."""
    for name in ("withdrawn", "alleged", "threatened", "announced", "modal", "coming"):
        reach = 60 if name == "withdrawn" else 400
        if any(
            abs(m.start() - found.start) <= reach and m.group() != "May"  # the month
            for m in scene.lexicon.pattern("status", name).finditer(text)
        ):
            return _STATUS.get(name, name)
    return "in force"


def _condition(text: str) -> str | None:
    """Give the "if" or "unless" clause of a sentence in its own words."""
    for found in _CONDITION.finditer(text):
        if not _NO_CONDITION.search(text[: found.start()]):
            return found.group().strip()
    return None


@cache
def _acts(lexicon: Lexicon) -> list[tuple[str, tuple[str, ...]]]:
    """Give each kind of act with its words, "threaten" first."""
    return [(t["kind"], tuple(t["words"])) for t in lexicon.tables("threats")]
