"""What is to happen: who does it, when, and how sure the article is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from summarizer.brief import NextStep, When
from summarizer.extractive.scene import Found, outermost, told, unique
from summarizer.extractive.times import time_phrase

if TYPE_CHECKING:
    import re

    from summarizer.extractive.lines import Line
    from summarizer.extractive.scene import Scene


MOST = 5


def next_steps(scene: Scene) -> list[NextStep]:
    """Write what is to happen, in reading order."""
    found = [f for i, line in enumerate(scene.cast.lines) if (f := _step(scene, i, line)) is not None]
    chosen = sorted(sorted(found, key=lambda f: -f.score)[:MOST], key=lambda f: f.line)
    return [_write_step(scene, f) for f in chosen]


def _step(scene: Scene, index: int, line: Line) -> Found | None:
    if line.text.endswith("?"):
        return None
    sure = [(c, m) for c in ("scheduled", "expected", "planned") if (m := scene.lexicon.search(line.text, "next", c))]
    sure = sorted(sure, key=lambda pair: pair[1].start())
    possible = scene.lexicon.search(line.text, "next", "possible")
    for certainty, match in [
        *sure,
        *([("possible", possible)] if possible and possible.group() != "May" else []),
    ]:
        found = _coming(scene, index, line, certainty, match)
        if found is not None:
            return found
    return None


def _coming(scene: Scene, index: int, line: Line, certainty: str, match: re.Match[str]) -> Found | None:
    """Judge whether a marker tells something to come: with a time, or with an event behind it."""
    if line.text[match.end() : match.end() + 6] == " have ":
        return None  # "could have made": no time to come
    phrase = time_phrase(line.text, scene.lexicon, match.start())
    events = len(scene.lexicon.pattern("next", "events").findall(line.text, match.end(), match.end() + 80))
    if match.group().lower() == "deadline" and not _is_near(line, match, phrase):
        return None
    if not events and (not phrase or certainty == "possible"):
        return None
    score = scene.scores[index] + (1.5 if phrase else 0.0) + min(events, 2) * 0.5
    score += {"scheduled": 0.8, "expected": 0.6, "planned": 0.4}.get(certainty, -0.6)
    if line.text[:1] in "\"“'‘" or " I " in line.text:
        score -= 0.6 if phrase else 1.6
    return Found(index, match.start(), match.end(), certainty, score) if score > 1 else None


def _is_near(line: Line, match: re.Match[str], phrase: str | None) -> bool:
    """Tell a deadline that the sentence dates from one that it only mentions."""
    return phrase is not None and line.text.find(phrase, match.end()) - match.end() <= 20  # noqa: PLR2004


def _write_step(scene: Scene, found: Found) -> NextStep:
    line = scene.cast.lines[found.line]
    phrase = time_phrase(line.text, scene.lexicon, found.start)
    stands = phrase is not None and phrase in scene.article.sentence(line.number).text
    return NextStep(
        text=told(line),
        who=_doers(scene, found),
        when=When(phrase=phrase) if phrase is not None and stands else None,
        certainty=found.kind,
        **scene.grounds(found.line),
    )


def _doers(scene: Scene, found: Found) -> list[str]:
    """Give the subject of the coming deed, with those joined to it by "and"; else who owns the event."""
    line = scene.cast.lines[found.line]
    pairs = [(m, a) for m, a in outermost(scene.cast.at(found.line)) if m.end <= found.end]
    acting = [(m, a) for m, a in pairs if m in a.acts]
    owners = [a.name for m, a in pairs if m.possessive and found.start - m.end <= 60]  # noqa: PLR2004
    if owners and (not acting or acting[-1][0].end < found.start - 60):
        return unique(owners)[-3:]
    if not acting:
        return []
    last = acting[-1]
    joined = [
        a.name
        for m, a in acting
        if m.end <= last[0].start and line.text[m.end : last[0].role_start].strip(" ,") in ("and", "")
    ]
    return unique([*joined, last[1].name])[-3:]
