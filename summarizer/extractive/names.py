"""Finding names: runs of capitalised words, with the title before them and without the words around them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from summarizer.extractive.roles import after_office, after_title, role_start_of

if TYPE_CHECKING:
    from summarizer.extractive.lexicon import Lexicon
    from summarizer.extractive.lines import Line, Word

LONGEST_NAME = 7
_OPENING = frozenset("“\"‘'«„([:—–-.!?…•*|")


@dataclass(frozen=True, slots=True)
class Mention:
    """A name where it stands: `line` is an index into the lines, `start:end` lie in that line's text."""

    line: int
    first: int
    last: int
    start: int
    end: int
    name: str
    role: str | None = None
    #: Where role and name together begin.
    role_start: int = -1
    possessive: bool = False
    common: bool = False


@dataclass(frozen=True, slots=True)
class Usage:
    """How an article writes its words: which stand in lower case, which are capitalised inside a sentence."""

    lower: frozenset[str]
    strong: frozenset[str]

    @classmethod
    def of(cls, lines: list[Line]) -> Usage:
        """Collect both over all lines."""
        lower: set[str] = set()
        strong: set[str] = set()
        for line in lines:
            for index, word in enumerate(line.words):
                if word.text.islower():
                    lower.add(word.text)
                elif word.text[0].isupper() and not opens(line, index):
                    strong.add(word.text)
        return cls(frozenset(lower), frozenset(strong))


def opens(line: Line, index: int) -> bool:
    """Tell whether a word stands where any is capitalised: first, or after a mark that begins something."""
    if index == 0:
        return True
    gap = line.gap(index - 1).strip()
    return bool(gap) and gap[-1] in _OPENING


def mentions(lines: list[Line], lexicon: Lexicon) -> list[Mention]:
    """Find all names in all lines, in reading order."""
    usage = Usage.of(lines)
    return [m for index, line in enumerate(lines) for m in _in_line(line, index, usage, lexicon)]


def _in_line(line: Line, number: int, usage: Usage, lexicon: Lexicon) -> list[Mention]:
    found: list[Mention] = []
    index = 0
    while index < len(line.words):
        if not line.words[index].text[0].isupper():
            index += 1
            continue
        last = _run(line, index, lexicon)
        mention = _mention(line, number, index, last, usage, lexicon)
        if mention is not None:
            found.append(mention)
        index = last + 1
    return found


def _run(line: Line, first: int, lexicon: Lexicon) -> int:
    """Give the index of the last word of the capitalised run that begins at `first`."""
    words, last = line.words, first
    while last + 1 < len(words) and last - first < 2 * LONGEST_NAME:
        if not _continues(line, last, lexicon):
            break
        step = last + 1
        if words[step].text[0].isdigit():
            return step  # "Formula 1" is a name, and its figure ends it
        if _is_capital(words[step].text):
            last = step
            continue
        behind = _over_joiners(line, first, step, lexicon)
        if behind is None:
            break
        last = behind
    return last


def _is_capital(text: str) -> bool:
    """Tell whether a word is written as a name: capitalised, or "al-Sharabi"."""
    return text[0].isupper() or (text[:3] in ("al-", "el-", "as-", "ad-") and text[3:4].isupper())


def _continues(line: Line, index: int, lexicon: Lexicon) -> bool:
    word, gap = line.words[index], line.gap(index)
    if word.possessive:
        is_part = (word.text + "'s").lower() in lexicon.words("names", "possessives")
        return is_part and not gap.strip(" 's’")
    if gap in ("' ", "’ "):
        follows = line.words[index + 1].lower
        is_body = follows == "conference" or any(follows in lexicon.kinds[k] for k in ("organisation", "government"))
        return is_body or (word.text + "'").lower() in lexicon.words("names", "possessives")
    following = line.words[index + 1]
    if following.text[0].isdigit():
        return gap == " " and following.text.isdigit() and len(following.text) <= 2  # noqa: PLR2004
    return gap in (" ", " & ", "/") and following.lower not in lexicon.calendar


def _over_joiners(line: Line, first: int, index: int, lexicon: Lexicon) -> int | None:
    """Step over "of the" and the like to the capitalised word behind; None where there is none."""
    words = line.words
    if words[index].text not in lexicon.joiners:
        return None
    is_english = words[index].text in ("of", "for", "on", "the", "&")
    opens_with_of = words[index].text == "of" and index - first == 1  # "Bank of England", not "Mike Lee of Utah"
    if is_english and not opens_with_of and not _is_body(words[index - 1], lexicon):
        return None
    for step in (index + 1, index + 2):
        if step >= len(words) or line.gap(step - 1) != " ":
            return None
        if words[step].text[0].isupper():
            return step if words[step].lower not in lexicon.starters else None
        if words[step].text not in lexicon.joiners:
            return None
    return None


def _is_body(word: Word, lexicon: Lexicon) -> bool:
    kinds = ("government", "organisation", "company")
    return word.lower in lexicon.titles or any(word.lower in lexicon.kinds[kind] for kind in kinds)


def _mention(  # noqa: PLR0917
    line: Line, number: int, first: int, last: int, usage: Usage, lexicon: Lexicon
) -> Mention | None:
    first, last = _trimmed(line, first, last, usage, lexicon)
    if first > last or not _is_name(line, first, last, usage, lexicon):
        return None
    name_first, role_first = after_office(line, first, last, lexicon) or (
        after_title(line, first, last, lexicon),
        first,
    )
    start, end = line.words[name_first].start, line.words[last].end
    role_start = line.words[role_first].start if name_first > first else start
    role_start = role_start_of(line, role_first, role_start, lexicon)
    role = line.text[role_start:start].strip(" ,") or None
    if role is not None and role.lower() in lexicon.honorifics:
        role = None
    name = line.text[start:end]
    return Mention(
        number, name_first, last, start, end, name, role, min(start, role_start), line.words[last].possessive
    )


def _trimmed(line: Line, first: int, last: int, usage: Usage, lexicon: Lexicon) -> tuple[int, int]:
    """Take off words at both ends that are capitalised for another reason than being names."""
    words = line.words
    while first <= last and _is_noise(line, first, first == last, usage, lexicon):
        first += 1
    while last >= first and _ends_in_noise(words[last], last == first, lexicon):
        last -= 1
    return first, last


def _begins_name(line: Line, index: int, usage: Usage) -> bool:
    """Tell "New Hampshire" from "New figures": the next word is never written in lower case."""
    if line.words[index].lower != "new" or index + 1 >= len(line.words):
        return False
    following = line.words[index + 1]
    return following.text[0].isupper() and following.lower not in usage.lower


def _ends_in_noise(word: Word, alone: bool, lexicon: Lexicon) -> bool:  # noqa: FBT001
    if word.text in lexicon.countries:
        return False
    return (word.lower in lexicon.starters and len(word.text) > 1) or (not alone and word.text in lexicon.outlets)


def _is_noise(line: Line, index: int, alone: bool, usage: Usage, lexicon: Lexicon) -> bool:  # noqa: FBT001, PLR0911
    word = line.words[index]
    if word.text in lexicon.countries or word.text in lexicon.capitals:
        return False
    if not word.text[0].isupper():
        return True
    if word.lower in lexicon.starters and _begins_name(line, index, usage):
        return False
    if word.lower in lexicon.starters or (not alone and word.text in lexicon.outlets):
        return True
    if not opens(line, index) or word.text in usage.strong:
        return False
    if word.text.isupper() and len(word.text) > 1:
        return False
    common = word.lower in usage.lower or word.lower in lexicon.actors or word.lower in lexicon.acting
    return common and (alone or word.lower not in lexicon.titles)


def _is_name(line: Line, first: int, last: int, usage: Usage, lexicon: Lexicon) -> bool:
    words = line.words[first : last + 1]
    if len(words) > LONGEST_NAME + 3:
        return False
    if len(words) > 1:
        return not all(w.lower in lexicon.honorifics or w.lower in lexicon.starters for w in words)
    word = words[0]
    if word.lower in lexicon.honorifics or len(word.text) < 2 or _is_compound(word.text, lexicon):  # noqa: PLR2004
        return False
    if not opens(line, first) or word.text in usage.strong:
        return word.lower not in lexicon.titles
    return (
        word.text in lexicon.countries
        or word.text in lexicon.capitals
        or _is_acronym(word.text)
        or _acts_alone(line, first, usage, lexicon)
    )


def _is_acronym(text: str) -> bool:
    return text.isupper() and 2 <= len(text) <= 6 and text.isalpha()  # noqa: PLR2004


def _is_compound(text: str, lexicon: Lexicon) -> bool:
    """Tell "China-US" and "US-built" from names such as "Mazar-i-Sharif"."""
    parts = text.split("-")
    states = [p for p in parts if p in lexicon.countries or p in lexicon.demonyms]
    return len(parts) > 1 and (len(states) == len(parts) or (parts[0] in states and parts[-1].islower()))


def _acts_alone(line: Line, index: int, usage: Usage, lexicon: Lexicon) -> bool:
    """Accept a first word such as "Toblerone" when a verb follows and nothing speaks for a common noun."""
    word = line.words[index]
    if word.lower in usage.lower or word.lower in lexicon.actors or word.lower.endswith(("ly", "ing", "ed", "ers")):
        return False
    following = line.words[index + 1] if index + 1 < len(line.words) else None
    return word.possessive or (following is not None and following.lower in lexicon.acting)
