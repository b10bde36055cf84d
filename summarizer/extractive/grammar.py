"""The little grammar that news English needs: what is the subject of a verb, what only tells where."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from summarizer.extractive.lexicon import Lexicon
    from summarizer.extractive.lines import Line
    from summarizer.extractive.names import Mention

_OFFICES_OF_STATE = frozenset(
    {"ministry", "cabinet", "government", "parliament", "army", "president", "premier", "prime"}
)
_NO_SUBJECT = frozenset({"with", "by", "for", "against", "about", "including", "like"})


def verb_after(line: Line, last: int, lexicon: Lexicon) -> int | None:
    """Give the index of the verb whose subject ends at word `last`; None where no verb follows.

    An insertion between commas or in brackets and adverbs are stepped over, "X and Y" reads on to Y.
    """
    words, index = line.words, last + 1
    gap = line.gap(last).strip() if index < len(words) else "."
    if gap[:1] in (",", "("):
        index = _behind_insertion(line, last, lexicon)
    elif gap:
        return None
    steps = 0
    while index < len(words) and steps < 3 and words[index].lower in lexicon.adverbs - lexicon.copulas:  # noqa: PLR2004
        index, steps = index + 1, steps + 1
    if index >= len(words):
        return None
    lower = words[index].lower
    is_verb = (
        lower in lexicon.acting or lower in lexicon.copulas or (lower.endswith("ed") and words[index].text.islower())
    )
    return index if is_verb else None


def _behind_insertion(line: Line, last: int, lexicon: Lexicon) -> int:
    """Step over ", 62, of Croydon," or "(R-Wis.)": give the index of the word behind it."""
    closing = "," if line.gap(last).strip()[:1] == "," else ")"
    is_relative = line.words[last + 1].lower in ("who", "which", "whose")
    for index in range(last + 1, min(last + 16, len(line.words))):
        if closing in line.gap(index):
            return index + 1
        if line.words[index].lower in lexicon.acting and not is_relative:
            break  # a clause of its own: "with Xi, Trump told reporters, ..."
    return len(line.words)


def hangs(line: Line, mention: Mention, lexicon: Lexicon) -> bool:
    """Tell whether a mention hangs on a preposition, so that the verb behind it is another's."""
    return _before(line, mention) in lexicon.prepositions | {
        "with",
        "by",
        "for",
        "against",
        "about",
        "including",
        "like",
    }


def _before(line: Line, mention: Mention) -> str:
    """Give the word before a name and its role, in lower case; an article is stepped over."""
    index = mention.first - 1
    while index >= 0 and line.words[index].start >= mention.role_start:
        index -= 1
    if index > 0 and line.words[index].lower in ("the", "a", "an", "its"):
        index -= 1
    return line.words[index].lower if index >= 0 and line.gap(index)[:1] == " " else ""


def is_located(line: Line, mention: Mention, lexicon: Lexicon) -> bool:
    following = line.words[mention.last + 1].text if mention.last + 1 < len(line.words) else ""
    if following in lexicon.kinds["place"] and line.gap(mention.last) == " ":
        return True
    before = _before(line, mention)
    return before in lexicon.prepositions and before not in ("of", "between", "to", "on", "through")


def governs(line: Line, mention: Mention) -> bool:
    """Tell whether a mention owns a ministry or a cabinet, as states do."""
    owned = line.words[mention.last + 1 : mention.last + 3] if mention.possessive else ()
    return any(word.lower in _OFFICES_OF_STATE for word in owned)


def is_definite(line: Line, mention: Mention) -> bool:
    return mention.first > 0 and line.words[mention.first - 1].lower == "the"
