"""What is to be gained or lost and for whom, and what each party wants."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, get_args

from summarizer.brief import Stake, Statement
from summarizer.extractive.scene import Found, outermost, told, unique
from summarizer.extractive.speech import subject

if TYPE_CHECKING:
    from summarizer.extractive.lines import Line
    from summarizer.extractive.scene import Scene


MOST = 4
_STAKE_KINDS: tuple[str, ...] = get_args(Stake.model_fields["kind"].annotation)


def stakes_of(scene: Scene, taken: set[int]) -> list[Stake]:
    """Write what is to be gained or lost, in reading order; lines in `taken` come last."""
    found = [f for i, line in enumerate(scene.cast.lines) if (f := _stake(scene, i, line, taken)) is not None]
    chosen = sorted(sorted(found, key=lambda f: -f.score)[:MOST], key=lambda f: f.line)
    return [_write_stake(scene, f) for f in chosen]


def _stake(scene: Scene, index: int, line: Line, taken: set[int]) -> Found | None:
    frame = scene.lexicon.search(line.text, "stakes", "frames")
    if frame is None or line.text.endswith("?"):
        return None
    fields = {
        kind: len({w.lower for w in line.words} & scene.lexicon.words("stakes", kind))
        for kind in _STAKE_KINDS
        if kind != "other"
    }
    kind, hits = max(fields.items(), key=lambda item: item[1])
    if not hits:
        return None
    figures = bool(re.search(r"\d", line.text))
    score = (
        scene.scores[index] + 0.4 * min(hits, 3) + (0.3 if figures else 0.0) - (1.0 if line.number in taken else 0.0)
    )
    return Found(index, frame.start(), frame.end(), kind, score)


def _write_stake(scene: Scene, found: Found) -> Stake:
    line = scene.cast.lines[found.line]
    pairs = outermost(scene.cast.at(found.line))
    concerned = [a.name for m, a in pairs if a.kind != "place" and (m in a.acts or m.start >= found.start)]
    return Stake(
        text=told(line),
        kind=found.kind,
        for_whom=unique(concerned)[:3],
        **scene.grounds(found.line),
    )


def wishes(scene: Scene) -> dict[str, Statement]:
    """Give for actors, by name, the first sentence that says what they want."""
    found: dict[str, Statement] = {}
    pattern = scene.lexicon.pattern("verbs", "wanting")
    for index, line in enumerate(scene.cast.lines):
        for match in pattern.finditer(line.text):
            name = _wisher(scene, index, line, match.start())
            if name is not None and name not in found:
                found[name] = Statement(text=told(line), **scene.grounds(index))
    return found


def _wisher(scene: Scene, index: int, line: Line, start: int) -> str | None:
    verb = next((i for i, w in enumerate(line.words) if w.start >= start), None)
    if verb is None:
        return None
    if verb and line.words[verb - 1].lower in ("i", "we") and scene.whose[index]:
        return scene.whose[index]
    actor = subject(scene.cast, index, verb)
    return actor.name if actor is not None else None
