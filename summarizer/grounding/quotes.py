"""Checks words between quotation marks inside a claim: verbatim, shortened openly, altered, put together, or absent."""

from __future__ import annotations

import itertools
import re
from typing import TYPE_CHECKING, Literal

from summarizer.grounding.cases import Case, Finding
from summarizer.grounding.wording import folded
from summarizer.grounding.words import Passage

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

Fidelity = Literal["verbatim", "elided", "altered", "spliced", "absent"]

_OPENING = '“"«„'
_QUOTED = re.compile(rf"[{_OPENING}]([^“”\"«»„]{{2,1000}})[”\"»“]")
_GAP = re.compile(r"\s*(?:\.\s?\.\s?\.|…|\[[^\]]*\])\s*")
_PUNCTUATION = " ,.;:!?-"
_ALIKE = 0.6


def quotations(case: Case) -> Iterator[Finding]:
    """Find quoted words that the evidence does not have as they stand."""
    text = case.claim.text
    if not any([mark in text for mark in _OPENING]):  # noqa: C419 - a generator costs more than it saves
        return
    for match in _QUOTED.finditer(text):
        kind = fidelity(match[1], case.evidence)
        if kind in {"verbatim", "elided"}:
            continue
        first, last = _words_of(case.claim, match.start(1), match.end(1))
        is_elsewhere = _is_verbatim(_parts(match[1]), case.article.folded)
        where = "stand elsewhere in the article" if is_elsewhere else described(kind, match[1], case.evidence)
        yield Finding("quotation", f"the quoted words {where}", first, last, grave=case.is_cited and not is_elsewhere)


def fidelity(words: str, theirs: Passage) -> Fidelity:
    """Tell how quoted words relate to a text."""
    parts = _parts(words)
    if _is_verbatim(parts, theirs.folded):
        return "verbatim"
    if all(part in theirs.folded for part in parts):
        return _in_order(parts, theirs.folded)
    mine = Passage(words)
    held = [word.stem in theirs.last for word in mine.words]
    if held and all(held) and _is_spliced(mine, theirs):
        return "spliced"
    return "altered" if held and sum(held) >= _ALIKE * len(held) else "absent"


def _parts(words: str) -> list[str]:
    """Give what stands between the gaps of a quotation."""
    return [part for part in (folded(part).strip(_PUNCTUATION) for part in _GAP.split(words)) if part]


def _is_verbatim(parts: Sequence[str], whole: str) -> bool:
    return len(parts) < 2 and all(part in whole for part in parts)  # noqa: PLR2004


def described(kind: Fidelity, words: str, theirs: Passage) -> str:
    """Say in a few words what is wrong with quoted words, with those that were changed."""
    if kind == "altered":
        changed = [word.text for word in Passage(words).words if word.stem not in theirs.last]
        return f"are altered: {', '.join(changed[:5])}" if changed else "are altered"
    return {
        "spliced": "are put together from different places",
        "absent": "are not in the evidence",
        "elided": "leave something out",
    }.get(kind, "are verbatim")


def _in_order(parts: list[str], whole: str) -> Fidelity:
    at = 0
    for part in parts:
        at = whole.find(part, at)
        if at < 0:
            return "spliced"
        at += len(part)
    return "elided"


def _is_spliced(mine: Passage, theirs: Passage) -> bool:
    """Tell whether words all stand in the text, in two stretches or more that are far from each other."""
    from summarizer.grounding.alignment import align  # noqa: PLC0415

    places = [place for place in align(mine, theirs).places if place >= 0]
    return any(not 0 <= after - before <= 2 for before, after in itertools.pairwise(places))  # noqa: PLR2004


def _words_of(claim: Passage, start: int, end: int) -> tuple[int, int]:
    first, after = claim.word_from(start), claim.word_from(end)
    return (first, after - 1) if first < after else (0, 0)
