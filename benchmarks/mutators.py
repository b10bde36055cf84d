"""Changes real sentences: each one changes one thing, or finds nothing to change for sure.

The words that mutators put in are not those of the checks' lists.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from summarizer.article import Article

_CAPITAL = r"[A-Z][a-zé]+"
_NAME = re.compile(rf"\b{_CAPITAL}(?: {_CAPITAL}){{0,2}}\b")
_NUMBER = re.compile(r"(?<![\w.,$£€-])(\d{1,3}(?:,\d{3})+|\d+(?:\.\d+)?)(?![\w,.]\d|\w)")
_MONTHS = """
    January February March April May June July August September October November December
""".split()  # noqa: SIM905
_DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
_SMALL = """
    zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen
    seventeen eighteen nineteen
""".split()  # noqa: SIM905
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_NOWHERE = """
    Ostrander Velmonti Quillfeather Tarkovian Brenneck Zoltaire Hamsworthy Lindqvarn Drovesky Penhallurick
    Maravigne Oxbrenton Fentrell Vossberg Calderwick Yarrowin
""".split()  # noqa: SIM905
_SIDES = frozenset(
    """
    When While Secretary First Leader Presidents State Greek German French Dutch Czech Thai Democratic
    Republican Democrat Democrats Republicans House Senate Court Party Federal Supreme Queen King Health Vice
    Here Union We I You They My Our What Who How Why Yes No Just Wikinews Enough Attorney General
    Representatives Speaker Cardinal Judge Justice Mr Mrs Ms Dr President Senator Governor The A An In On At
    It He She They But And As According Prime Minister However For After Before Also Both This That
    """.split()  # noqa: SIM905
)


@dataclass(frozen=True)
class Source:
    """A sentence of an article, and what mutators ask of the article."""

    article: Article
    number: int
    others: tuple[str, ...] = ()
    #: The number of another sentence of the article, cited beside this one where a class needs two.
    partner: int | None = None

    @property
    def text(self) -> str:
        return self.article.sentences[self.number - 1].text

    @cached_property
    def names(self) -> list[str]:
        return names_of(self.article)

    @cached_property
    def all_names(self) -> list[str]:
        return names_of(self.article, least=1)


def names_of(article: Article, least: int = 2) -> list[str]:
    """Give names that stand in mid-sentence in the article at least so often, the frequent ones first."""
    counts: dict[str, int] = {}
    small = {word for s in article.sentences for word in re.findall(r"\b[a-z]+\b", s.text)}
    for sentence in article.sentences:
        for match in _NAME.finditer(sentence.text, 1):
            name = match.group()
            words = name.split()
            if name.endswith(("ian", "ean", "ese", "ish", "ican", "ans")):
                continue  # of a people, and as often an adjective
            if not set(words) & (_SIDES | set(_MONTHS) | set(_DAYS)) and not {w.lower() for w in words} & small:
                counts[name] = counts.get(name, 0) + 1
    return sorted((name for name in counts if counts[name] >= least), key=lambda name: -counts[name])


Mutator = Callable[[Source, random.Random], str | None]


def _quoted(text: str, at: int) -> bool:
    """Tell whether a place lies between quotation marks, where no word may be changed without changing a quotation."""
    before = text[:at]
    return before.count('"') % 2 == 1 or before.count("“") > before.count("”") or before.count("[") > before.count("]")


def _cut(text: str, start: int, end: int, new: str) -> str:
    return f"{text[:start]}{new}{text[end:]}"


# What keeps the meaning.


def verbatim(source: Source, _: random.Random) -> str | None:
    return source.text


def typography(source: Source, chance: random.Random) -> str | None:
    changed = source.text.replace('"', chance.choice("“”")).replace("'", "’").replace("-", "–").replace("  ", " ")
    changed = changed.replace("...", "…")
    return changed if changed != source.text else None


def case(source: Source, chance: random.Random) -> str | None:
    return chance.choice((source.text.lower(), source.text.upper(), source.text[:1].lower() + source.text[1:]))


_LEADING = re.compile(
    rf"((?:On|In|By|Since|During) (?:(?:early|late|mid) )?(?:{'|'.join(_DAYS + _MONTHS)})(?: \d{{1,2}})?(?:, \d{{4}})?|Yesterday|Today|On \w+ \w+|In \d{{4}}), (.+[^.])\.$"
)
_SAID = re.compile(
    rf"^({_CAPITAL}(?: {_CAPITAL})?) (said|added|wrote|stated that|announced that|reported that) (?:that )?(.{{25,}})\.$"
)
_TRAILING = re.compile(
    rf"^([A-Z][^,;:\"“]+?) ((?:on|last|in) (?:{'|'.join(_DAYS + _MONTHS)}|week|month|year|\d{{4}}))\.$"
)


_ADVERBIAL = re.compile(
    r"^((?:After|Before|During|Since|In|On|At|Under|Despite|Following|Throughout|Until|With|For|From|Because of|As of|By) [^,;:\"“”]{4,60}), ([^;:\"“”]{20,150})\.\s*$"
)
_ACCORDING = re.compile(r"^According to ([^,;:\"“”]{3,60}), ([^;:\"“”]{20,200})\.\s*$")
_LAST_ACCORDING = re.compile(r"^([^;:\"“”]{20,200}),? according to ([^,;:\"“”]{3,60})\.\s*$")
_ADVERB = re.compile(
    r"\b(was|were|is|are|has|had|have|will|would) (also|reportedly|previously|recently|currently|originally|initially|later|now|still)\b(?= [a-z]+(?:ed|en|ing)\b)"
)
_SAID_LAST = re.compile(
    rf"([,”\"]) ({_CAPITAL}(?: {_CAPITAL})?|he|she|they) (said|added|stated|wrote|explained|continued)(?=[.,]|$)"
)
_LAST_SAID = re.compile(
    rf"([,”\"]) (said|added|stated|wrote|explained|continued) ({_CAPITAL}(?: {_CAPITAL})?)(?=[.,]|$)"
)
_TIMES = rf"(?:on|in|since|last|this) (?:{'|'.join(_DAYS + _MONTHS)}|week|month|year|\d{{4}})(?: \d{{1,2}}|,? \d{{4}}|morning|evening|night)?"
_INNER_TIME = re.compile(
    rf"^((?:The|A|An|It|He|She|They|{_CAPITAL})\b[^,;:\"“”()]{{15,140}}?) ({_TIMES})(?=[ ,.])([^;:\"“”]{{0,120}})\.\s*$"
)


def order(source: Source, chance: random.Random) -> str | None:
    """Move a part of the sentence, or change the places of two words that "and" joins, so that it says the same."""
    ways = [_fronted, _moved_back, _moved_speaker, _moved_adverb, _pair, _moved_time]
    found = [text for way in ways if (text := way(source.text))]
    if coordinated := _coordinated(source.text):
        found.append(coordinated)
    return chance.choice(found) if found else None


def _lowered(text: str, source: str) -> str:
    """Write a beginning as it stands inside a sentence, where its first word is no name."""
    first = text.split(maxsplit=1)[0]
    is_common = first in _SIDES or re.search(rf"\b{first.lower()}\b", source) or first.endswith(("ing", "ed"))
    return f"{text[0].lower()}{text[1:]}" if is_common and first != "I" else text


def _fronted(text: str) -> str | None:
    if match := _LAST_ACCORDING.match(text):
        return f"According to {match[2]}, {_lowered(match[1], text)}."
    if match := _TRAILING.match(text):
        return f"{match[2][0].upper()}{match[2][1:]}, {_lowered(match[1], text)}."
    return None


def _moved_back(text: str) -> str | None:
    if match := _ACCORDING.match(text):
        return f"{match[2][0].upper()}{match[2][1:]}, according to {match[1]}."
    if match := _LEADING.match(text) or _ADVERBIAL.match(text):
        return f"{match[2][0].upper()}{match[2][1:]} {match[1][0].lower()}{match[1][1:]}."
    if match := _SAID.match(text):
        verb = match[2].removesuffix(" that")
        return f"{match[3][0].upper()}{match[3][1:]}, {_lowered(match[1], text)} {verb}."
    return None


def _moved_speaker(text: str) -> str | None:
    if match := _LAST_SAID.search(text):
        return _cut(text, match.start(), match.end(), f"{match[1]} {match[3]} {match[2]}")
    match = _SAID_LAST.search(text)
    if not match or match[2][0].islower():
        return None
    return _cut(text, match.start(), match.end(), f"{match[1]} {match[3]} {match[2]}")


def _moved_adverb(text: str) -> str | None:
    match = _ADVERB.search(text)
    if not match or _quoted(text, match.start()):
        return None
    return _cut(text, match.start(), match.end(), f"{match[2]} {match[1]}")


def _moved_time(text: str) -> str | None:
    match = _INNER_TIME.match(text)
    if not match or re.search(r"\b(?:who|which|that|and|said|before|after|held)\b", match[1]):
        return None
    return f"{match[2][0].upper()}{match[2][1:]}, {_lowered(match[1], text)}{match[3]}."


def _pair(text: str) -> str | None:
    match = re.search(
        r"\b(?:of|for|with|by|between|as|including|the|both|in|from|to|on) ([a-z]{4,}s?) and ([a-z]{4,}s?)(?=[,.;]| (?:in|on|to|for|of|at|from|by|were|are|is|was|that|who)\b)",
        text,
    )
    if not match or _quoted(text, match.start()) or match[1][-1] != match[2][-1]:
        return None
    return _cut(text, match.start(1), match.end(2), f"{match[2]} and {match[1]}")


def _coordinated(text: str) -> str | None:
    """Change the places of two names that "and" joins."""
    match = re.search(rf"\b({_CAPITAL}(?: {_CAPITAL})?) and ({_CAPITAL}(?: {_CAPITAL})?)\b(?! [A-Z])", text)
    if not match or set(match[1].split()) & _SIDES or match.start() == 0 or _quoted(text, match.start()):
        return None
    before = text[: match.start()].split()[-1:]
    if before and (before[0][:1].isupper() or before[0] in {"the", "of"}):
        return None
    return _cut(text, match.start(), match.end(), f"{match[2]} and {match[1]}")


def in_words(value: int) -> str | None:
    if value < 20:
        return _SMALL[value]
    if value < 100:
        tens, rest = divmod(value, 10)
        return _TENS[tens - 2] + (f"-{_SMALL[rest]}" if rest else "")
    hundreds, rest = divmod(value, 100)
    if value < 1_000:
        return f"{_SMALL[hundreds]} hundred" + (f" and {in_words(rest)}" if rest else "")
    thousands, rest = divmod(value, 1_000)
    return f"{in_words(thousands)} thousand" if not rest and thousands < 1_000 else None


def number_words(source: Source, chance: random.Random) -> str | None:
    found = list(
        re.finditer(
            r"(?<![\w.,$£€:/–-])(?<!January )(?<!February )(?<!March )(?<!April )(?<!May )(?<!June )(?<!July )(?<!August )(?<!September )(?<!October )(?<!November )(?<!December )(\d{1,3})(?: (?=million|billion)| (?=[a-z]{3}))",
            source.text,
        )
    )
    found += list(re.finditer(r"(?<![\w.,$£€:/–-])(\d{1,3},000)(?= [a-z]{3})", source.text))
    found = [match for match in found if not _quoted(source.text, match.start())]
    if found:
        match = chance.choice(found)
        words = in_words(int(match[1].replace(",", "")))
        return _cut(source.text, match.start(1), match.end(1), words) if words else None
    match = re.search(rf"(?<!-)\b({'|'.join(_SMALL[2:])})\b(?= [a-z])", source.text)
    if not match or _quoted(source.text, match.start()):
        return None
    return _cut(source.text, match.start(), match.end(), str(_SMALL.index(match[1])))


def surname(source: Source, _: random.Random) -> str | None:
    """Leave a person's first name out, where the article itself goes on to use the surname alone."""
    for match in re.finditer(rf"\b({_CAPITAL}) ({_CAPITAL})\b(?![ -][A-Z])", source.text):
        before = source.text[: match.start()].split()[-1:]
        if set(match.groups()) & (_SIDES | set(_DAYS) | set(_MONTHS)) or _quoted(source.text, match.start()):
            continue
        if before and (before[0][:1].isupper() or before[0].lower() in {"the", "of", "in", "on", "at", "near", "from"}):
            continue
        whole = " ".join(s.text for s in source.article.sentences)
        alone = re.search(rf"(?:^|[.;:\"] |(?<!\bthe)(?<!\bof)(?<!\bin)(?<=[a-z,]) ){match[2]}(?:'s)? [a-z]", whole)
        if alone:
            return _cut(source.text, match.start(), match.end(), match[2])
    return None


# What changes a quantity or a date.


def number(source: Source, chance: random.Random) -> str | None:
    found = [m for m in _NUMBER.finditer(source.text) if not _is_date(source.text, m)]
    if not found:
        match = re.search(rf"\b({'|'.join(_SMALL[2:])})\b(?= [a-z]{{3}})", source.text)
        if not match:
            return None
        other = chance.choice([word for word in _SMALL[2:] if word != match[1] and word not in source.text.lower()])
        return _cut(source.text, match.start(), match.end(), other)
    match = chance.choice(found)
    return _cut(source.text, match.start(), match.end(), _other_number(match[1], source.text, chance))


def _is_date(text: str, match: re.Match[str]) -> bool:
    around = text[max(0, match.start() - 12) : match.end() + 12]
    return any(month[:3] in around for month in _MONTHS) or (len(match[1]) == 4 and match[1][:2] in {"19", "20", "18"})


def _other_number(written: str, text: str, chance: random.Random) -> str:
    digits = [place for place, char in enumerate(written) if char.isdecimal()]
    while True:
        place = chance.choice(digits)
        new = written[:place] + chance.choice("123456789") + written[place + 1 :]
        if new != written and not re.search(rf"(?<!\d){re.escape(new)}(?!\d)", text):
            return new


_UNITS = (
    ("million", "billion"), ("billion", "million"), ("thousand", "million"), ("percent", "million"), ("%", " million"),
    ("kilometers", "miles"), ("kilometres", "miles"), ("miles", "kilometers"), ("km", "miles"), ("hours", "days"),
    ("days", "weeks"), ("weeks", "months"), ("months", "years"), ("years", "months"), ("minutes", "hours"), ("$", "£"),
    ("£", "$"), ("€", "£"), ("feet", "miles"), ("meters", "kilometers"), ("metres", "kilometers"), ("dollars", "euros"),
    ("minutes", "seconds"), ("days", "hours"), ("years", "decades"), ("million", "thousand"), ("billion", "trillion"),
    ("weeks", "days"), ("hours", "minutes"), ("months", "weeks"), ("$", "€"), ("miles", "meters"), ("feet", "meters"), ("percent", "points"),
    ("seconds", "minutes"), ("points", "goals"), ("year-old", "month-old"),
)  # fmt: skip
_NUMERAL = rf"(?:\d[\d.,]*|{'|'.join(_SMALL[2:] + _TENS)})"


def unit(source: Source, chance: random.Random) -> str | None:
    found = []
    for old, new in _UNITS:
        if old in "$£€":
            found += [(m.start(), m.end(), new) for m in re.finditer(rf"{re.escape(old)}(?=\d)", source.text)]
        else:
            tail = r"\b" if old.isalpha() else ""
            pattern = rf"(?<=\d)( ?|-){re.escape(old)}{tail}|\b{_NUMERAL}( |-){re.escape(old)}{tail}"
            for m in re.finditer(pattern, source.text):
                found.append((m.end() - len(old), m.end(), new))
    if not found:
        return None
    changed = _cut(source.text, *chance.choice(found))
    return changed.replace("  ", " ")


def date(source: Source, chance: random.Random) -> str | None:
    found: list[tuple[int, int, str]] = []
    for names in (_DAYS, _MONTHS):
        for m in re.finditer(rf"\b({'|'.join(names)})\b", source.text):
            if m[1] in {"May", "March"} and not re.match(r" \d|\b", source.text[m.end() : m.end() + 2]):
                continue
            others = [name for name in names if name not in source.text and name != "May"]
            found.append((m.start(), m.end(), chance.choice(others)))
    for m in re.finditer(r"(?<![\d,.$£€-])((?:19|20)\d\d)(?![\d,.-]\d|s)", source.text):
        year = str(int(m[1]) + chance.choice((-3, -2, -1, 1, 2, 4)))
        if year not in source.text:
            found.append((m.start(), m.end(), year))
    for m in re.finditer(rf"\b(?:{'|'.join(_MONTHS)}) (\d{{1,2}})\b", source.text):
        day = str(chance.choice([d for d in range(1, 29) if not re.search(rf"\b{d}\b", source.text)]))
        found.append((m.start(1), m.end(1), day))
    for old, new in (
        ("yesterday", "tomorrow"),
        ("last week", "next week"),
        ("last month", "last year"),
        ("last year", "next year"),
    ):
        found += [(m.start(), m.end(), new) for m in re.finditer(rf"\b{old}\b", source.text)]
    return _cut(source.text, *chance.choice(found)) if found else None


# What changes who.


def _spans_of_names(text: str, names: list[str]) -> list[tuple[int, int, str]]:
    found: list[tuple[int, int, str]] = []
    for name in sorted(names, key=len, reverse=True):
        for m in re.finditer(rf"(?<![\w-]){re.escape(name)}(?![\w-])", text):
            before, after = text[: m.start()].split()[-1:], text[m.end() :].split()[:1]
            part = (before and before[0][:1].isupper() and before[0][-1:] not in ".,;:" and m.start() > 0) or (
                after and after[0][:1].isupper() and text[m.end() : m.end() + 1] == " "
            )
            if not part and not any(m.start() < end and start < m.end() for start, end, _ in found):
                found.append((m.start(), m.end(), name))
    return sorted(found)


def name_of_article(source: Source, chance: random.Random) -> str | None:
    spans = _spans_of_names(source.text, source.names)
    here = set(re.findall(r"\w+", source.text))
    kin = {word[:4] for word in here}
    others = [name for name in source.names[:12] if not {word[:4] for word in name.split()} & kin]
    if not spans or not others:
        return None
    start, end, _ = chance.choice(spans)
    return _cut(source.text, start, end, chance.choice(others))


def name_from_nowhere(source: Source, chance: random.Random) -> str | None:
    spans = _spans_of_names(source.text, source.names)
    if not spans:
        return None
    start, end, name = chance.choice(spans)
    new = " ".join(chance.sample(_NOWHERE, len(name.split())))
    return _cut(source.text, start, end, new)


_ACTS = re.compile(
    r"^(?:'s \w+)?,? (?:(?:has|had|have|will|would|also|then|later|yesterday|reportedly|could|may|is|are|was|were|been|be) )*"
    r"(?:[a-z]+(?:ed|s)|said|won|beat|told|met|led|took|gave|made|sent|held|left|lost|shot|hit|became|began|bought|brought|built|came"
    r"|chose|drew|fell|felt|found|flew|fought|got|grew|kept|knew|ran|saw|sold|sought|spoke|spent|stood|taught|thought|threw|went|wore"
    r"|wrote|written|run|known|set|put)\b"
)


def swapped(source: Source, chance: random.Random) -> str | None:
    """Let a name that acts and a later one change places; names that "and" or "with" joins are left alone."""
    spans = _spans_of_names(source.text, source.all_names)
    pairs = []
    for at, (start, end, name) in enumerate(spans):
        if not _ACTS.match(source.text[end:]):
            continue
        for other_start, other_end, other in spans[at + 1 :]:
            between = source.text[end:other_start]
            joined = re.search(r"\b(and|or|with|between|vs|versus|against)\b|[;:]", between)
            if set(other.split()) & set(name.split()) or joined or len(between) > 160:
                continue
            pairs.append((start, end, name, other_start, other_end, other))
    if not pairs:
        return None
    start, end, name, other_start, other_end, other = chance.choice(pairs)
    text = source.text
    return f"{text[:start]}{other}{text[end:other_start]}{name}{text[other_end:]}"


_NO_NOUN = r"(?!(?:was|were|is|are|had|has|who|not|that|which|of|in|by|to|and|for|on|at|as)\b)"
_WHO = (
    rf"(?:(?:[Tt]he )?[A-Z][A-Za-zé]+(?: [A-Z][A-Za-zé]+){{0,3}}"
    rf"|(?:[Tt]he|[Aa]n?|[Ii]ts|[Hh]is|[Hh]er|[Tt]heir)(?: {_NO_NOUN}[a-z-]+){{1,3}}?)"
)
_CLAUSE = r"(?:^|(?<=, )|(?<=that )|(?<=when )|(?<=after ))"
#: Not of what nobody has done to him, and of what two do to each other.
_DID = (
    "(?!(?:agree|appear|arriv|bas|belong|call|dat|die|dress|fac|graduat|happen|head|join|listen|liv|locat|look|marri|match|mov|nam|rat"
    "|react|remain|respond|return|seem|serv|star|talk|travel|travell|turn|walk|work)ed)"
    "(?:[a-z]+ed|beat|bought|brought|built|caught|found|held|hit|kept|led|lost|made|paid|sent|shot|sold|sought|struck|told|won)"
)
_END = r"(?=[,.;]| (?:in|on|at|for|after|before|during|over|with|from|to|because|when|while|as|about|against)\b)"
_ACTIVE = re.compile(rf"{_CLAUSE}(?P<agent>{_WHO}) (?P<verb>{_DID}) (?P<patient>{_WHO}){_END}")
_PASSIVE = re.compile(
    rf"{_CLAUSE}(?P<patient>{_WHO}) (?P<aux>was|were|has been|had been) (?P<verb>{_DID}) by (?P<agent>{_WHO}){_END}"
)
_HELPS = {"was": "", "were": "", "has been": "has ", "had been": "had "}


def in_other_voice(source: Source, chance: random.Random) -> str | None:
    """Tell in the passive what was told in the active, or the other way, of the same doer."""
    return _in_other_voice(source.text, chance, is_swapped=False)


def swapped_in_other_voice(source: Source, chance: random.Random) -> str | None:
    """The same, of whom it was done to as the doer."""
    return _in_other_voice(source.text, chance, is_swapped=True)


def _in_other_voice(text: str, chance: random.Random, *, is_swapped: bool) -> str | None:
    found = [
        match
        for match in (*_ACTIVE.finditer(text), *_PASSIVE.finditer(text))
        if not _quoted(text, match.start())
        and not {*match["agent"].split(), *match["patient"].split()} & {*_MONTHS, *_DAYS, *_SIDES}
    ]
    if not found:
        return None
    match = chance.choice(found)
    sides = match["agent"], match["patient"]
    doer, other = sides[::-1] if is_swapped else sides
    if match.re is _ACTIVE:
        clause = f"{other} {'were' if other.endswith('s') else 'was'} {match['verb']} by {doer}"
    else:
        clause = f"{doer} {_HELPS[match['aux']]}{match['verb']} {other}"
    clause = clause[0].lower() + clause[1:] if match.start() and clause.startswith("The ") else clause
    return _cut(text, match.start(), match.end(), clause[0].upper() + clause[1:] if not match.start() else clause)


# What turns the sentence round.

_AUXILIARY = re.compile(
    r"\b(is|are|was|were|has|have|had|will|would|could|should|can|may|must)(?= [a-z])(?! not| never| no| been no| only)"
)
_PAST = re.compile(
    rf"\b({_CAPITAL}|he|she|they|it|officials|police) ([a-z]{{2,}}(?:[^e]ed|ied|eed))\b(?= (?:the|a|an|that|to|in|on|at|for|his|her|their|its)\b)"
)


def negation_added(source: Source, chance: random.Random) -> str | None:
    found = [
        m
        for m in _AUXILIARY.finditer(source.text)
        if not re.search(r"(not|never|no|n't)\b", source.text[max(0, m.start() - 30) : m.end() + 30])
    ]
    if found:
        match = chance.choice(found)
        word = chance.choice(("not", "never")) if match[1] in {"has", "have", "had", "would", "will"} else "not"
        return _cut(source.text, match.end(), match.end(), f" {word}")
    match = _PAST.search(source.text)
    if not match or re.search(r"\b(not|never|no)\b", source.text):
        return None
    return _cut(source.text, match.start(2), match.start(2), "never ")


def negation_removed(source: Source, chance: random.Random) -> str | None:
    found: list[str] = []
    for pattern, new in ((r"\b(is|are|was|were|has|have|had|will|would|could|should|can|may|must|do|did|does) not (?!only|yet)", r"\1 "),
                         (r"\b(is|was|were|are|has|had|would|could|did|does)n['’]t ", r"\1 "), (r"\bcannot ", "can "),
                         (r"\b(has|have|had) never ", r"\1 "), (r"\bwithout ", "with "), (r"\bnot (?=(?:be|have|to|in|the|a)\b)", ""),
                         (r"\bwon['’]t ", "will "), (r"\bdon['’]t ", "do "), (r"\b(is|are|was|were|has|have|had|found|with|saw) no (?=[a-z]+\b(?! longer))", r"\1 "),
                         (r"\bnever (?=[a-z]+ed\b)", ""), (r"\b(?:failed|refused|declined) to (?=[a-z])", "managed to "), (r"\bunable to\b", "able to"),
        (r"\b(?:fails|refuses|declines) to (?=[a-z])", "manages to "), (r"\b(?:failing|refusing|declining) to (?=[a-z])", "managing to "),
        (r"\bnot (?=[a-z]+(?:ed|ing|en)\b)", ""), (r"\bno longer ", "still "), (r"\bnobody\b", "everybody"), (r"\bnever (?=[a-z])", ""),
        (r"(?<=[a-z] )no (?=[a-z]{4,})(?!longer|doubt|matter)", ""), (r"\bno one\b", "everyone"), (r"\bnothing\b", "everything"),
        (r"\b(are|were|have|should|did|does|must)n['’]t ", r"\1 "), (r"\bcan['’]t ", "can "), (r"\bnone of\b", "all of"), (r"\bNone of\b", "All of"),
        (r"\bNo (?=[a-z]{4,}s? (?:was|were|is|are|has|have))(?!longer|doubt|matter)", "Some "), (r"\bunlikely to\b", "likely to"),
        (r"\bun(?!der|ion|it|iq|iv|til|less|veil|fold|anim|iform|do)(?=[a-z]{3,}(?:ed|able|ly|ing|ful|ar|fe|wn|al|in)\b)", ""),
        (r"\bdis(?=(?:agree|approv|honest|like|satisf|connect|loyal|continu|allow|organi)[a-z]*\b)", ""), (r"\bnon-(?!profit)(?=[a-z])", ""),
        (r"\bin(?=(?:complete|correct|accurate|eligible|effective|sufficient|valid|visible|direct|appropriate|adequate|ability|capable)\b)", ""),
        (r"\byet to (?=[a-z])", "already able to "), (r"\b(?:hardly|barely|scarcely) (?=[a-z])", ""),
        (r"\b(is|are|was|were|has|have|had|will|would|could|should|can|may|must|do|did|does) (also|still|yet|currently) not ", r"\1 \2 "),
        (r"\bnot (?=(?:yet|just|all|enough|everyone|always|necessarily|known|sure|clear|about|because|from|on|at|for|with|as|that|this|been|so)\b)", ""),
        (r"\bnever(?=[.,;])", "always"), (r"\brefusal to\b", "willingness to"), (r"\bfailure to\b", "ability to"),
        (r"\binability to\b", "ability to"), (r"\blacked\b", "had"), (r"\blacks\b", "has"), (r"\black(?:ing)? (?=[a-z]+)(?!of\b)", "having "),
        (r"\bim(?=possible\b)", ""), (r"\bil(?=legal\b)", ""), (r"\b(denies|denied|denying) (?=(?:that|the|any|having|being|it)\b)", "confirmed "),
        (r"\bneither\b", "both"), (r"(?<=[,\"“] )no (?=[a-z]{4,})(?!longer|doubt|matter)", ""), (r"(?<=[\"“])no (?=[a-z]{4,})", ""),
        (r"\b(is|are|was|were|has|have|had|will|would) not(?=[.,;])", r"\1"), (r"\b(?:noone|no-one)\b", "everyone"), (r"\bnone\b", "all"),
        (r"\bunable, ", "able, "), (r"\b(was|were) denied (?=by\b)", r"\1 confirmed "), (r"\bnot (?=(?:English|how|dangerous|life|only one|approach)\b)", ""), (r"\bNot (?=(?:all|every|much|many)\b)", ""),
        (r"(?<=[a-z,] )not (?=(?:an?|by|in|to|just|very|one|merely|until|more|many|much|any|every|each|his|her|their|its)\b)", "")):  # fmt: skip
        found += [
            match.expand(new).join((source.text[: match.start()], source.text[match.end() :]))
            for match in re.finditer(pattern, source.text)
        ]
    found = [text for text in found if not _says_twice(source.text, text)]
    return chance.choice(found) if found else None


def _says_twice(before: str, after: str) -> bool:
    """Tell whether a prefix was taken off a word that the sentence has without it as well."""
    words = set(re.findall(r"[a-z]+", before))
    new = set(re.findall(r"[a-z]+", after)) - words
    return not new and len(after.split()) == len(before.split())


_ANTONYMS = dict(
    pair.split(":")
    for pair in """
    rose:fell increased:decreased fell:rose won:lost lost:won approved:rejected rejected:approved
    accepted:refused supported:opposed opposed:supported began:ended ended:began started:stopped opened:closed
    closed:opened arrived:departed arrested:released released:detained confirmed:denied denied:confirmed
    praised:criticised criticized:praised criticised:praised condemned:praised allowed:banned banned:permitted
    attacked:defended defended:attacked killed:saved died:survived survived:died passed:failed
    failed:succeeded agreed:disagreed bought:sold sold:bought joined:left entered:exited added:removed
    removed:added lifted:imposed imposed:lifted raised:lowered gained:lost reduced:increased improved:worsened
    destroyed:rebuilt convicted:acquitted acquitted:convicted appointed:dismissed dismissed:appointed
    accused:exonerated welcomed:condemned defeated:lost hired:fired resigned:stayed found:lost
    created:destroyed included:excluded strengthened:weakened continued:stopped launched:cancelled
    cancelled:launched suspended:resumed resumed:suspended postponed:advanced voted:abstained
    remembered:forgot showed:hid revealed:concealed reopened:closed granted:denied encouraged:discouraged
    required:forbade higher:lower lower:higher largest:smallest highest:lowest first:last more:fewer
    before:after after:before early:late guilty:innocent legal:illegal successful:unsuccessful
    positive:negative safe:dangerous dead:alive remained:left declined:rose dropped:climbed grew:shrank
    expanded:contracted above:below inside:outside major:minor public:private new:old received:sent gave:took
    led:followed pulled:pushed surrendered:resisted deployed:withdrew withdrew:deployed marched:retreated
    ordered:forbade
    """.split()  # noqa: SIM905
)
_IRREGULAR = frozenset(
    """
    rose fell won lost began bought sold found showed grew received gave led withdrew
    """.split()  # noqa: SIM905
)
_VERBS = frozenset(word for word in _ANTONYMS if word.endswith("ed") or word in _IRREGULAR)


def antonym(source: Source, chance: random.Random) -> str | None:
    words = list(re.finditer(r"\b[a-z]+\b", source.text))
    verbs = [m for m in words if m.group() in _VERBS and _ANTONYMS[m.group()] not in source.text]
    if not verbs:
        return None
    match = chance.choice(verbs)
    return _cut(source.text, match.start(), match.end(), _ANTONYMS[match.group()])


# What takes back a reservation.

_HEDGED = (
    (r"\b(an?) (?:alleged|suspected|former|planned|proposed|potential|possible|attempted) ([aeiou])", r"an \2"),
    (r"\b(an?) (?:alleged|suspected|former|planned|proposed|potential|possible|attempted) ", "a "),
    (r"\b(?:alleged|allegedly|reportedly|suspected|former|planned|proposed|potential|possible|possibly|attempted|apparently|nearly|almost) (?=[a-zA-Z])", ""),
    (r"\bthreatened to (\w{3,}[^e ])\b", r"did \1"), (r"\b(?:plans|plan|planned|intends|intend|hopes) to (?=[a-z])", "did "),
    (r"\b(?:may|might|could) have ", "had "), (r"\b(?:may|might|could) be ", "was "), (r"\bis expected to be ", "is "),
    (r"\b(?:may|might|could) (?=[a-z]+e?\b)", "did "), (r"\b(?:is|are|was|were) expected to (?=[a-z])", "did "),
    (r"\battempted to (?=[a-z])", "managed to "),
    (r"\b(?:would|will) be (?=[a-z]+ed\b)", "was "),
    (r"(?<!that )\b(?:would|will) (?=(?:[a-z]{3,}[^e ]|provide|make|take|move|include|continue|receive|use|serve|give|leave) (?:the|a|an|to|in|on|at|for|his|her|their|its|from|with)\b)", "did "),
    (r"\b(?:would|will) have (?=[a-z]+ed\b)", "had "), (r"\b(?:tried|sought|aims|seeks|tries|trying|seeking|set|scheduled|likely) to (?=[a-z])", "managed to "),
    (r"\b(?:is|are|was|were) (?:set|scheduled|likely|due|planning) to (?=[a-z])", "did "), (r"\b(?:probably|likely|perhaps|purportedly|apparently) (?=[a-z]+)", ""),
    (r"\b(?:acting|interim|deputy|vice) (?=[a-z]+)", ""), (r"\b(?:Acting|Interim|Deputy|Former) (?=[A-Z])", ""),
)  # fmt: skip


def hedge_dropped(source: Source, chance: random.Random) -> str | None:
    text = source.text
    found = [
        f"{text[: match.start()]}{match.expand(new)}{text[match.end() :]}"
        for pattern, new in _HEDGED
        for match in re.finditer(pattern, text)
    ]
    return chance.choice(found) if found else None


_SPEAKS = re.compile(
    rf"((?<=\bto )|\b)({_CAPITAL}(?: {_CAPITAL}){{0,2}})(?=,? (?:has |had |also )?(?:said|says|stated|told|claimed|announced|tweeted|added|argued|wrote|reported|denied|accused|warned)\b)"
)


def speaker_moved(source: Source, chance: random.Random) -> str | None:
    found = [m for m in _SPEAKS.finditer(source.text) if not set(m[2].split()) & _SIDES]
    found += list(re.finditer(rf"(?<=ccording to )()({_CAPITAL}(?: {_CAPITAL}){{0,2}})\b(?! [A-Z])", source.text))
    here = set(re.findall(r"\w+", source.text))
    others = [name for name in source.names[:12] if not set(name.split()) & here]
    if not found or not others:
        return None
    match = chance.choice(found)
    return _cut(source.text, match.start(2), match.end(2), chance.choice(others))


# What was never said.


def spliced(source: Source, chance: random.Random) -> str | None:
    others = [s.text for s in source.article.sentences if s.number != source.number and len(s.text.split()) >= 10]
    words = source.text.split()
    if len(words) < 10 or not others:
        return None
    other = chance.choice(others).split()
    return " ".join(words[: len(words) // 2] + other[len(other) // 2 :])


def spliced_partner(source: Source, _: random.Random) -> str | None:
    """Run the first half of a sentence and the second half of its partner together."""
    if source.partner is None:
        return None
    words, other = source.text.split(), source.article.sentences[source.partner - 1].text.split()
    return " ".join(words[: len(words) // 2] + other[len(other) // 2 :]) if len(words) >= 10 else None


def joined_partner(source: Source, chance: random.Random) -> str | None:
    """Join a sentence and its partner openly, which says what both say."""
    if source.partner is None:
        return None
    other = source.article.sentences[source.partner - 1].text
    return f"{source.text.strip().rstrip('.')}{chance.choice(('; ', ', and ', ', while '))}{other}"


_TAILS = (
    "and promised to fund the construction of four community libraries", "after a lengthy quarrel over fishing licences",
    "while thousands of spectators sang outside the aquarium", "because the warehouse had run out of spare parts",
    "following an anonymous letter to the orchestra's treasurer", "although beekeepers had complained about the noise",
    "despite objections from the chess federation", "which surprised the village baker and his apprentice",
    "and donated the proceeds to a lifeboat charity", "as engineers struggled to repair a leaking reservoir",
)  # fmt: skip


def tail(source: Source, chance: random.Random) -> str | None:
    return f"{source.text.rstrip('. ')} {chance.choice(_TAILS)}." if source.text.endswith((".", "e")) else None


def of_another_article(source: Source, chance: random.Random) -> str | None:
    return chance.choice(source.others) if source.others else None
