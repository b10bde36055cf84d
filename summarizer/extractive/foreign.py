"""Who speaks, in languages without a lexicon: a name beside a verb of saying beside the quotation marks."""

from __future__ import annotations

import re

from summarizer.extractive.lexicon import any_of, sayings

_REACH = 120
_NAME = r"[^\W\d_a-zа-я][\w’'.-]*(?:\s(?:(?:de|da|di|von|van|del|la|le|al)\s)?[^\W\d_][\w’'.-]*){0,3}"


def foreign_speaker(text: str, start: int, end: int, language: str) -> str | None:
    """Give the speaker of the quotation at `start:end` of a paragraph; None where no name is near."""
    table = sayings()
    before, behind = text[max(0, start - _REACH) : start - 1], text[end + 1 : end + _REACH]
    if language in table["unspaced"]:
        return _unspaced(before, table["unspaced"][language])
    verbs = table["spaced"].get(language)
    if not verbs:
        return None
    pattern = any_of(tuple(verbs))
    for side in (re.split(r"[.!?]\s", behind)[0], re.split(r"[.!?]\s", before)[-1]):
        found = pattern.search(side)
        if found is not None:
            return _name_beside(side, found.start(), found.end())
    return None


def _name_beside(side: str, start: int, end: int) -> str | None:
    """Give the capitalised words nearest to the verb, behind it or else before it."""
    behind = _capitalised(side[end:].split())
    if behind:
        return behind
    words = side[:start].split()
    run = ""
    for index in range(len(words)):
        run = _capitalised(words[index:]) or run
        if run:
            break
    return run or None


def _capitalised(words: list[str]) -> str | None:
    """Give the first run of capitalised words among the first six; one alone must have three letters."""
    run: list[str] = []
    for word in words[:8]:
        bare = word.strip(',.;:!?()"“”«»')
        if bare[:1].isupper():
            run.append(bare)
            if word[-1:] in ",.;:!?)":
                break
        elif run:
            break
    return " ".join(run) if len("".join(run)) > 2 else None  # noqa: PLR2004


def _unspaced(before: str, verbs: list[str]) -> str | None:
    """Give what stands before the verb in "外交部发言人表示：「...」" or "首相は「...」"."""
    clause = re.split(r"[。！？，、；\s]", before.rstrip("：:，、, "))[-1]
    marks = "|".join(map(re.escape, verbs))
    found = re.search(rf"^(.{{2,20}}?)(?:{marks})", clause)
    return found.group(1) if found else None
