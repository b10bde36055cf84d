"""The words and points by which instructions are told from news, loaded once from a readable list."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from summarizer.resources import data

if TYPE_CHECKING:
    from collections.abc import Iterable

Words = frozenset[str]


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The lists of `data/injection.en.toml`, each made ready for looking up."""

    points: dict[str, float]
    limits: dict[str, float]
    reasons: dict[str, str]
    task: Words
    order: Words
    finite: Words
    subordinators: Words
    made: Words
    output: Words
    audience: Words
    code: Words
    openers: Words
    before: Words
    rhetorical: Words
    refers_back: Words
    pointers: Words
    saying: Words
    stop: Words
    cues: Words
    assistant: re.Pattern[str]
    textbook: re.Pattern[str]
    furniture: re.Pattern[str]
    attack: tuple[re.Pattern[str], ...]


@cache
def lexicon() -> Lexicon:
    """Give the lists, read on first use."""
    table = tomllib.loads(data("injection.en.toml").read_text(encoding="utf-8"))
    verbs, nouns, words, questions = table["verbs"], table["nouns"], table["words"], table["questions"]
    return Lexicon(
        points=table["points"],
        limits=table["limits"],
        reasons=table["reasons"],
        task=_set(verbs["task"]),
        order=_set(verbs["order"]),
        finite=_set(verbs["finite"]),
        subordinators=_set(verbs["subordinators"]),
        made=_set(nouns["made"]),
        output=_set(nouns["output"]),
        audience=_set(nouns["audience"]),
        code=_set(nouns["code"]),
        openers=_set(questions["openers"]),
        before=_set(words["before"]),
        rhetorical=_set(words["rhetorical"]),
        refers_back=_set(words["refers_back"]),
        pointers=_set(words["pointers"]),
        saying=_set(words["saying"]),
        stop=_set(words["stop"]),
        cues=_set(table["attack"]["cues"]),
        assistant=_opening(questions["assistant"]),
        textbook=_opening(questions["textbook"]),
        furniture=re.compile("|".join(table["furniture"]["patterns"]), re.IGNORECASE),
        attack=tuple(re.compile(pattern, re.IGNORECASE) for pattern in table["attack"]["patterns"]),
    )


def _set(words: Any) -> Words:  # noqa: ANN401 - a value of a TOML file
    return frozenset(str(words).split())


def _opening(phrases: Iterable[str]) -> re.Pattern[str]:
    """Build a pattern of the words that a sentence begins with; `*` stands for any one word."""
    longest_first = sorted(phrases, key=len, reverse=True)
    return re.compile("|".join(re.escape(phrase).replace(r"\*", r"\S{1,30}") + r"(?!\S)" for phrase in longest_first))
