"""Takes a text apart into words with what the checks ask of each, worked out once a word and remembered."""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass, field
from functools import lru_cache, reduce
from itertools import accumulate, chain, count
from operator import or_
from typing import TYPE_CHECKING, TypeVar

from summarizer.accents import without_accents
from summarizer.grounding.lexicon import english
from summarizer.grounding.once import once
from summarizer.grounding.wording import folded

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

T = TypeVar("T")

_LETTER = "A-Za-z\u00aa\u00b5\u00ba\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u1fff\u2c00-\u2fef\ua4d0-\ua95f\uac00-\ud7a3"
#: A writing without spaces is taken sign by sign.
_SIGN = "\u3005-\u30ff\u3400-\u9fff\uf900-\ufaff"
_APOSTROPHED = f"(?:['’][{_LETTER}]+)*"
#: Numbers with what is written on to them, words, initials such as "U.S.", single letters, and signs.
TOKEN = re.compile(
    rf"\d+(?:[.,]\d+)*[A-Za-z]{{0,9}}"
    rf"|[{_LETTER}](?:[{_LETTER}0-9]+{_APOSTROPHED}|(?<=[A-Za-z])\.(?:[A-Za-z]\.)+|{_APOSTROPHED})"
    rf"|[$£€¥₹%°{_SIGN}]"
)
_NUMBER = re.compile(r"(\d+(?:[.,]\d+)*)([A-Za-z]*)")
_THOUSANDS = re.compile(r",(?=\d{3}(?!\d))")
#: Capitals that are a name, and in small letters another word.
_NAMES_LIKE_WORDS = {"US": "usa", "U.S.": "usa", "U.S.A.": "usa", "USA": "usa", "WHO": "w.h.o.", "IT": "i.t."}
#: No "may", as it is written.
_MONTH = "May"
_ORDINALS = frozenset({"st", "nd", "rd", "th", "s"})
#: What parts one clause from another, and no digits of a number.
_PARTING = re.compile(r"[;()—–]|[,:](?!\d)")
_LONGEST = 60
#: Places up to which a word is looked for one by one; where there are more, all words are put down with theirs.
_FEW = 64
_MOST_PIECES = 65_536
#: Beside a participle, what may make it a passive.
_OF_PASSIVES = frozenset("is are was were be been being am got get gets by".split())  # noqa: SIM905
#: What joins two things that come one after the other, or one of the other; and what is not the first.
_OF_ORDER = frozenset({"after", "before", "because"})
_RANKS = frozenset("second third fourth fifth sixth seventh eighth ninth tenth".split())  # noqa: SIM905
#: What denies in some places only: "advised against it", "far from certain".
_DENYING_HERE = frozenset({"against", "far"})
_GENDERED = frozenset("he him his himself she her hers herself".split())  # noqa: SIM905


class Tag:
    """What a word may be of interest for; a passage has the tags of its words, so that a check can leave at once.

    Plain ints and no enum: they are asked for on every statement, and an enum's operators are slow.
    """

    NUMBER = 1
    CALENDAR = 2
    HEDGE = 4
    DENIAL = 8
    REPORTING = 16
    GENDER = 32
    NAME = 64
    OPEN = 128
    PARTICIPLE = 256
    PASSIVE = 512
    ORDER = 1024
    RANK = 2048
    QUANTIFIER = 4096


@dataclass(frozen=True, slots=True)
class Word:
    """One word by itself: how it is written, its key for comparing, and what it is."""

    text: str
    lower: str
    #: What two words must share to be the same; numbers by value, such as "#9".
    stem: str
    is_content: bool
    is_capital: bool
    #: Of a numeral, in digits or letters.
    value: float | None = None
    #: What stands behind the digits without a space, such as "bn" or "km".
    suffix: str = ""
    is_negation: bool = False
    is_reporting: bool = False
    #: Whether it is written as a name; days, months, titles and shouted words are none.
    is_name: bool = False
    #: Whether it may be the name of a unit or a scale, which the check of numbers looks at.
    is_unit: bool = False
    #: Whether it is a word of substance that is neither a number nor a unit.
    is_plain: bool = False
    #: The sum of its `Tag`s.
    tags: int = 0
    #: Classes of modality ("alleged", "planned", ...).
    hedges: frozenset[str] = field(default=frozenset())
    #: What words of one family share; empty for what is no word of substance.
    root: str = ""
    #: The groups of synonyms that it is in.
    groups: frozenset[int] = field(default=frozenset())


@lru_cache(maxsize=65_536)
def analyse(written: str) -> Word:
    """Give what is known about a word by itself."""
    if written[0].isdecimal():
        return _numeral(written)
    lexicon = english()
    text = written.replace("’", "'")
    text = text.removesuffix("'s").removesuffix("'S") or text
    special = _NAMES_LIKE_WORDS.get(text)
    lower = special or _plain(text)
    value = lexicon.numbers.get(lower, lexicon.scales.get(lower) if len(lower) > 2 else None)  # noqa: PLR2004
    is_negation = lower in lexicon.negations or lower.endswith("n't")
    is_denial = is_negation or lower in lexicon.negative_verbs
    is_function = (
        lower in lexicon.function_words
        or is_negation
        or ("'" in lower and lower.split("'")[0] in lexicon.function_words)
    )
    is_capital = text[0].isupper() and not is_function
    is_content = not is_function and (len(lower) > 1 or not lower.isascii())
    stem = f"#{value:g}" if value is not None else _key(lower)
    is_unit = lower in lexicon.units or lower in lexicon.scales
    hedges = frozenset[str]() if text == _MONTH else lexicon.hedges.get(lower, frozenset())
    tags = _tags(lower, is_denial=is_denial, is_number=value is not None or lower == "one", is_capital=is_capital)
    return Word(
        text=text,
        lower=lower,
        stem=stem,
        is_content=is_content,
        root=lexicon.stemmer.root(stem) if is_content and value is None else "",
        groups=lexicon.synonyms.get(stem, frozenset()),
        is_capital=is_capital,
        value=value,
        is_negation=is_denial,
        tags=tags | Tag.HEDGE if hedges else tags,
        is_name=is_capital and value is None and _is_name(text, lower),
        is_unit=is_unit,
        is_plain=is_content and value is None and not is_unit,
        is_reporting=lower in lexicon.reporting,
        hedges=hedges,
    )


class _Pieces(dict[str, tuple[T, ...]]):
    """What is known of each text without a space that was seen, such as "(mostly" or "well-known,"; of so many at most.

    No word goes on behind a space, so that what stands between two is known by itself. A dictionary and no `lru_cache`,
    which takes twice as long for what is there.
    """

    def __init__(self, work: Callable[[str], Iterable[T]]) -> None:
        super().__init__()
        self._work = work

    def __missing__(self, piece: str) -> tuple[T, ...]:
        found = tuple(self._work(piece))
        if len(piece) <= _LONGEST:
            if len(self) >= _MOST_PIECES:
                self.clear()
            self[piece] = found
        return found


_WORDS = _Pieces(lambda piece: map(analyse, TOKEN.findall(piece)))
#: Where the words stand in it: the first code point of each and the one after its last, in turn.
_EDGES = _Pieces(lambda piece: chain.from_iterable([match.span() for match in TOKEN.finditer(piece)]))


def _is_name(text: str, lower: str) -> bool:
    lexicon = english()
    if (
        lower in lexicon.titles
        or lower in lexicon.weekdays
        or lower in lexicon.months
        or lower in lexicon.relative_days
    ):
        return False
    is_shouted = len(text) > 3 and text.isupper() and (_key(lower) in lexicon.synonyms or lower.endswith("ly"))  # noqa: PLR2004
    return not is_shouted


def _tags(lower: str, *, is_denial: bool, is_number: bool, is_capital: bool) -> int:
    lexicon = english()
    told = {
        Tag.NUMBER: is_number,
        Tag.CALENDAR: lower in lexicon.calendar,
        Tag.DENIAL: is_denial or lower in _DENYING_HERE,
        Tag.REPORTING: lower in lexicon.reporting or lower in lexicon.weak_reporting,
        Tag.GENDER: lower in _GENDERED,
        Tag.NAME: is_capital,
        Tag.OPEN: lower in lexicon.leaves_open,
        Tag.PASSIVE: lower in _OF_PASSIVES,
        Tag.ORDER: lower in _OF_ORDER,
        Tag.RANK: lower in _RANKS,
        Tag.QUANTIFIER: lower in lexicon.everything or lower in lexicon.parts,
        Tag.PARTICIPLE: lower in lexicon.participles or (lower.endswith("ed") and not lower.endswith("eed")),
    }
    return sum(tag for tag, is_so in told.items() if is_so)


def _plain(text: str) -> str:
    lower = without_accents(text.lower())
    return lower.replace(".", "") if "." in lower else lower


def _key(lower: str) -> str:
    lexicon = english()
    if len(lower) > _LONGEST:
        return lower
    return lexicon.months.get(lower) or lexicon.stemmer.stem(lower)


def _numeral(written: str) -> Word:
    found = _NUMBER.fullmatch(written)
    digits, suffix = (found[1], found[2].lower()) if found else (written, "")
    value = number(digits)
    known = suffix in _ORDINALS or suffix in english().scales or suffix in english().units
    if value is None or (suffix and not known):
        lower = written.lower()
        root = english().stemmer.root(lower)
        return Word(text=written, lower=lower, stem=lower, is_content=True, is_capital=True, root=root, is_plain=True)
    scale = english().scales.get(suffix, 1.0)
    return Word(
        text=written, lower=written.lower(), stem=f"#{value * scale:.12g}", is_content=True, is_capital=False,
        value=value * scale, tags=Tag.NUMBER, suffix="" if suffix in _ORDINALS else suffix,
    )  # fmt: skip


def number(digits: str) -> float | None:
    """Read digits with commas or points: 1,000.50 is 1000.5; None where they are too many to be a quantity."""
    if len(digits) > _LONGEST:
        return None
    plain = _THOUSANDS.sub("", digits).replace(",", ".")
    whole, _, rest = plain.partition(".")
    return float(f"{whole}.{rest.replace('.', '')}" if rest else whole)


@dataclass(frozen=True)
class Passage:
    """A stretch of text as words."""

    text: str

    @once
    def _edges(self) -> list[int]:
        """The first code point of each word and the one after its last, in turn."""
        pieces = self._quiet.split(" ")
        begins = accumulate([len(piece) + 1 for piece in pieces], initial=0)
        return [at + edge for at, piece in zip(begins, pieces, strict=False) for edge in _EDGES[piece]]

    @once
    def _quiet(self) -> str:
        """The text, of the same length, in small letters if it is all in capitals."""
        text = self.text
        return text.lower() if text.isupper() and len(text) == len(text.lower()) else text

    @once
    def words(self) -> list[Word]:
        """The words in order; those of a text in capitals as if it were not."""
        return list(chain.from_iterable(map(_WORDS.__getitem__, self._quiet.split(" "))))

    @once
    def folded(self) -> str:
        """The text as `wording.folded` writes it, to compare word for word."""
        return folded(self.text)

    @once
    def tags(self) -> int:
        """The tags of all its words together."""
        words = self.words
        return reduce(or_, [words[at].tags for at in self._marked], 0)

    @classmethod
    def joined(cls, passages: Sequence[Passage]) -> Passage:
        """Join passages with a space between, with what is known of them."""
        whole = cls(" ".join([passage.text for passage in passages]))
        words: list[Word] = []
        tags = 0
        for passage in passages:
            words += passage.words
            tags |= passage.tags
        whole.__dict__.update(words=words, tags=tags, _quiet=" ".join([passage._quiet for passage in passages]))  # noqa: SLF001
        return whole

    def has(self, tag: int) -> bool:
        """Tell whether any word has a tag."""
        return bool(self.tags & tag)

    def tagged(self, tag: int) -> list[int]:
        """Give the places of the words that have a tag."""
        if not self.tags & tag:
            return []
        words = self.words
        return [at for at in self._marked if words[at].tags & tag]

    @once
    def _marked(self) -> list[int]:
        """The places of the words that have any tag."""
        return [at for at, word in enumerate(self.words) if word.tags]

    def span(self, first: int, last: int) -> tuple[int, int]:
        """Give the code points of the words from `first` to `last`, both included."""
        return self._edges[2 * first], self._edges[2 * last + 1]

    def written(self, first: int, last: int | None = None) -> str:
        """Give the words from `first` to `last`, both included, as they stand there; one word without `last`."""
        start, end = self.span(first, first if last is None else last)
        return self.text[start:end]

    def between(self, one: int, other: int) -> str:
        """Give what stands between two words, the first of which comes first."""
        return self.text[self._edges[2 * one + 1] : self._edges[2 * other]]

    def is_parted(self, one: int, other: int) -> bool:
        """Tell whether a comma or its like stands between two words, the first of which comes first."""
        return _PARTING.search(self.text, self._edges[2 * one + 1], self._edges[2 * other]) is not None

    def word_from(self, position: int) -> int:
        """Give the place of the first word that begins at a code point or behind it; behind the last for none."""
        return bisect_left(self._edges[::2], position)

    @once
    def last(self) -> dict[str, int]:
        """Where each stem stands last."""
        return dict(zip(self.all_stems, count(), strict=False))

    @once
    def _repeated(self) -> dict[str, list[int]]:
        """All places of the stems that stand more than once, in order."""
        found: dict[str, list[int]] = {}
        for place, stem in enumerate(self.all_stems):
            if stem in found:
                found[stem].append(place)
            elif self.last[stem] != place:
                found[stem] = [place]
        return found

    def where(self, stem: str) -> Sequence[int]:
        """Give all places of a stem, in order."""
        last = self.last.get(stem)
        if last is None:
            return ()
        if last < _FEW:
            return [at for at, other in enumerate(self.all_stems[: last + 1]) if other == stem]
        return self._repeated.get(stem) or (last,)

    @once
    def substance(self) -> list[int]:
        """The places of its content words, in order."""
        return [at for at, word in enumerate(self.words) if word.is_content]

    @once
    def content(self) -> list[str]:
        """The stems of its content words, in order."""
        words = self.words
        return [words[at].stem for at in self.substance]

    @once
    def all_stems(self) -> list[str]:
        """The stems of all its words, in order."""
        return [word.stem for word in self.words]

    @once
    def stems(self) -> dict[str, None]:
        """The stems of its content words, each once and in order."""
        return dict.fromkeys(self.content)

    @once
    def roots(self) -> dict[str, int]:
        """A place for each root of a content word that is no number."""
        return {word.root: place for place, word in enumerate(self.words) if word.root}
