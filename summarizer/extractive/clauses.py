"""Cutting a sentence or a title down to its main clause, without making it say something else."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from summarizer.extractive.lines import line_of

if TYPE_CHECKING:
    from summarizer.extractive.lexicon import Lexicon

#: The longest headline, in words.
LONGEST_HEADLINE = 15
#: A clause of fewer words says too little to stand alone.
SHORTEST = 4
#: A hyphen ends a dateline only behind a place in capitals: elsewhere it may be a dash.
_DATELINE = re.compile(
    r"^(?:[A-Z][\w .,'’()/-]{1,60}?\s(?:--|—|–)|[A-Z][A-Z.'’ ]{2,40}(?:,[\w .,]{1,40})?(?:\s?\([^()]{1,40}\))?\s-)\s+"
)
_OUTLET = re.compile(r"\s+(?:[-–—|]|::)\s+(?P<outlet>[A-Z][\w.&' ]{1,40})$")
_QUOTED_TAIL = re.compile(r"\s*:\s*[\"“'‘][^\"”]*[\"”'’]\W*$")
_KICKER = re.compile(r"^(?P<kicker>[^:]{2,40}):\s+(?=[\w\"“'‘])")
_SHOUT = re.compile(r"^(['\"‘“][^'\"’”]{2,60}['\"’”])\s+(?=[A-Z])")
#: "... two days after ...": cut before "after", the number would dangle.
_UNITS = frozenset(["minutes", "hours", "days", "weeks", "months", "years", "just"])
_OPENING_PHRASE = re.compile(
    r"^(?:In|On|At|After|Before|Following|Amid|With|As|While|When|During|Despite|By|For|According|Speaking"
    r"|Just|Late|Early)\b[^,]{2,90},\s+"
)


def headline_of(title: str, lexicon: Lexicon) -> str:
    """Give the part of a title that tells what happened, at most fifteen words."""
    text = " ".join(title.split())
    for strip in (_without_outlet, _without_kicker, _without_quoted_tail):
        text = strip(text, lexicon)
    return main_clause(text, lexicon)


def main_clause(text: str, lexicon: Lexicon, limit: int = LONGEST_HEADLINE) -> str:
    """Cut off tails from the right as long as what is true stays true; then, if it must be, at a word.

    The result is a contiguous part of `text` from its beginning.
    """
    cut = _earliest_tail(text, lexicon)
    text = text[:cut].rstrip(" ,;:-–—") if cut else text
    return text if len(text.split()) <= limit else _at_word(text, lexicon, limit)


def without_dateline(sentence: str) -> str:
    """Give a lead sentence without "LONDON, March 12 (Agency) --"."""
    return sentence[dateline_end(sentence) :]


def dateline_end(sentence: str) -> int:
    """Give where the words behind a dateline begin; 0 where there is none."""
    found = _DATELINE.match(sentence)
    return found.end() if found else 0


def lead_clause(sentence: str, lexicon: Lexicon) -> str:
    """Give the main clause of a lead sentence: without dateline, opening phrase and tails."""
    text = without_dateline(sentence)
    opening = _OPENING_PHRASE.match(text)
    if opening and _may_go(opening.group(), lexicon) and len(text[opening.end() :].split()) >= SHORTEST:
        text = text[opening.end() :]
    return main_clause(text, lexicon).rstrip(" .,;:")


def _earliest_tail(text: str, lexicon: Lexicon) -> int | None:
    """Give where the earliest dispensable tail begins; None where nothing may go."""
    cuts = [m.start() for m in lexicon.pattern("truth", "tails").finditer(text)]
    cuts += [m.start() for m in re.finditer(r";\s|\s[-–—]{1,2}\s", text)]
    cuts += [m.start() for m in re.finditer(r",\s", text) if _opens_tail(text[m.end() :], lexicon)]
    for cut in sorted(cuts):
        head, tail = text[:cut].rstrip(" ,;-–—"), text[cut:]
        if _stands(head, lexicon) and _may_go(tail, lexicon) and _balanced(head):
            return len(head)
    return None


def _opens_tail(rest: str, lexicon: Lexicon) -> bool:
    """Tell whether what follows a comma is an addition, and neither a list's next item nor who said it."""
    first = next(iter(line_of(rest[:60]).words), None)
    return first is not None and first.lower in lexicon.phrases("truth", "comma_tails")


def _stands(head: str, lexicon: Lexicon) -> bool:
    """Tell whether words can stand alone: enough of them, a verb among them, no loose end."""
    words = line_of(head).words
    if len(words) < SHORTEST or words[-1].lower in lexicon.breakers or words[-1].lower in lexicon.prepositions:
        return False
    if words[-1].lower in _UNITS or words[-1].lower[-2:] == "ly":
        return False
    return any(_is_verb(w.lower, lexicon) for w in words[1:])


def _is_verb(lower: str, lexicon: Lexicon) -> bool:
    return lower in lexicon.acting or lower.endswith("ed")


def _may_go(part: str, lexicon: Lexicon) -> bool:
    """Tell whether a part can be left out: it holds no negation, doubt or condition."""
    return not any(w.lower in lexicon.keep or w.lower.endswith(("n't", "n’t")) for w in line_of(part).words)


def _balanced(text: str) -> bool:
    """Tell whether no quotation or bracket is cut open."""
    pairs = (("“", "”"), ("(", ")"), ("«", "»"), ("[", "]"))
    singles = len(re.findall(r"(?:^|\s)['‘]", text)) == len(re.findall(r"['’](?:\W|$)", text))
    return all(text.count(a) == text.count(b) for a, b in pairs) and text.count('"') % 2 == 0 and singles


def _at_word(text: str, lexicon: Lexicon, limit: int) -> str:
    """Cut at the last word that fits and leaves no loose end; the whole where the rest must stay."""
    words = text.split()
    for size in range(limit, SHORTEST, -1):
        head = " ".join(words[:size])
        if (
            _stands(head, lexicon)
            and _balanced(head)
            and _may_go(" ".join(words[size:]), lexicon)
            and _borders(words, size, lexicon)
        ):
            return head.rstrip(" ,;:")
    return text


def _borders(words: list[str], size: int, lexicon: Lexicon) -> bool:
    """Tell whether a phrase ends there: a preposition, a conjunction or a mark follows."""
    following = words[size].lower() if size < len(words) else ""
    return (
        words[size - 1][-1:] in ",;:"
        or following in lexicon.prepositions
        or following in ("for", "over", "by", "and", "with", "that", "about", "against", "under")
    )


def _without_outlet(text: str, lexicon: Lexicon) -> str:
    found = _OUTLET.search(text)
    if found is None or len(text[: found.start()].split()) < SHORTEST:
        return text
    outlet = found.group("outlet")
    is_name = outlet in lexicon.outlets or len(outlet.split()) <= 4  # noqa: PLR2004
    return text[: found.start()] if is_name else text


def _without_kicker(text: str, lexicon: Lexicon) -> str:
    """Drop "Tram crash:" and a shouted quotation; keep "X to Y: ..." and "X: we ...": they name a speaker."""
    found = _SHOUT.match(text)
    if found is None:
        found = _KICKER.match(text)
        if found is None or re.search(r"\b(?:to|on)\b", found.group("kicker")):
            return text
    rest = text[found.end() :]
    if rest[:1] in "\"“'‘" or not _stands(rest, lexicon) or not _may_go(found.group(), lexicon):
        return text
    speaks = line_of(rest).words[0].lower in ("we", "i", "you", "they", "he", "she", "it")
    return text if speaks else rest


def _without_quoted_tail(text: str, lexicon: Lexicon) -> str:
    found = _QUOTED_TAIL.search(text)
    if found is None or not _stands(text[: found.start()], lexicon):
        return text
    return text[: found.start()]
