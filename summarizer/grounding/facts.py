"""What the checks need to know of an article, worked out once and used for all statements about it."""

from __future__ import annotations

from bisect import bisect_left
from itertools import chain, pairwise, product
from math import log
from typing import TYPE_CHECKING, Self

from summarizer.grounding.once import once
from summarizer.grounding.wording import folded
from summarizer.grounding.words import Passage, Word

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from summarizer.article import Article

#: A word in more sentences than this tells nothing of where a statement comes from. It bounds the search.
_TOO_COMMON = 400
_NEAREST = 4
#: Places of a word in one sentence that are looked at where two words stand.
_PLACES = 5
#: How many letters an acronym has.
ACRONYM = range(3, 7)
#: Sentences before the best one in which what a pronoun stands for may be named.
_LOOK_BACK = 2
_LEAST_GAIN = 0.08
#: Two words that both stand in more sentences than this are told to be near from a list of all that are.
_MANY = 16
#: How much more a sentence counts beside one that is taken already.
_BESIDE = 1.1
#: Words of substance so far from each other, counted in such words, are near each other.
REACH_OF_PAIRS = 3
#: Stands between two texts; its stem is no other word's.
_APART = [Word(text="\n", lower="\n", stem="\n", is_content=True, is_capital=False)] * (REACH_OF_PAIRS + 1)


class ArticleFacts:
    """An article as the checks see it: its sentences as words, and where each word stands."""

    def __init__(self, article: Article) -> None:
        self.article = article
        self.sentences = [Passage(sentence.text) for sentence in article.sentences]
        self._joined: dict[tuple[int, ...], Passage] = {}

    @classmethod
    def of(cls, article: Article) -> Self:
        """Give the facts of an article, worked out once and kept with it as long as it lives."""
        kept = article.__dict__  # where an article keeps what else it works out once
        if "_facts" not in kept:
            kept["_facts"] = cls(article)
        facts: Self = kept["_facts"]
        return facts

    @once
    def folded(self) -> str:
        """The whole text as `wording.folded` writes it."""
        return folded(self.article.text)

    @once
    def folded_title(self) -> str:
        """The title in the same writing; empty where there is none."""
        return folded(self.article.title or "")

    @once
    def _index(self) -> dict[str, Sequence[int]]:
        """Where each stem stands; those that stand in one sentence only, as most do, share its tuple."""
        found: dict[str, Sequence[int]] = {}
        several: dict[str, list[int]] = {}
        for number, passage in enumerate(self.sentences):
            alone = (number,)
            # not `passage.stems`, which it would keep: few sentences are asked for theirs
            for stem in {word.stem: None for word in passage.words if word.is_content}:
                if stem not in found:
                    found[stem] = alone
                elif stem in several:
                    several[stem].append(number)
                else:
                    found[stem] = several[stem] = [*found[stem], number]
        return found

    @once
    def stems(self) -> frozenset[str]:
        """The stems of all words of substance, wherever they stand."""
        return frozenset(self._index).union(self.outside.stems)

    @once
    def outside(self) -> Passage:
        """The title and the words that belong to no sentence, such as captions."""
        article = self.article
        parts = [article.title or "", *(article.text[piece.start : piece.end] for piece in article.furniture)]
        return Passage("\n".join(parts))

    @once
    def roots(self) -> frozenset[str]:
        """The roots of all words of the article."""
        return frozenset(self._by_root).union(self.outside.roots)

    def are_one_name(self, first: str, second: str) -> bool:
        """Tell whether two capitalised words, by stem, are neighbours anywhere in the article."""
        if f"{first} {second}" not in self.neighbours:
            return False
        either = self._index.get(first) or self._index.get(second)  # an initial stands in no index
        texts = self._texts if either is None else (*map(self.sentences.__getitem__, either), self.outside)
        return any(_has_capitals(text.words, first, second) for text in texts)

    def are_near(self, one: str, other: str) -> bool:
        """Tell whether two words of substance, by stem, stand in this order with at most two others between.

        They are looked for in the sentences that hold both, as long as both are not all over the article.
        """
        index = self._index
        if one in index and other in index:
            mine, theirs = index[one], index[other]
            rare, common = (mine, theirs) if len(mine) < len(theirs) else (theirs, mine)
            if len(rare) > _MANY:
                return f"{one} {other}" in self._pairs
            is_short = len(common) <= _MANY
            for number in rare:
                is_there = number in common if is_short else _has_number(common, number)
                if is_there and _is_near(self.sentences[number].content, one, other):
                    return True
        return f"{one} {other}" in self._outer_pairs

    @once
    def _pairs(self) -> frozenset[str]:
        """All words that are near each other, wherever they stand."""
        return _near_in(self._in_a_row)

    @once
    def _outer_pairs(self) -> frozenset[str]:
        """Those of them that belong to no sentence."""
        return _near_in(self.outside.words)

    @once
    def inner_capitals(self) -> frozenset[str]:
        """Words, in lower case, that are capitalised where no sentence begins."""
        return frozenset([word.lower for text in self.sentences for word in text.words[1:] if word.is_capital])

    @once
    def small_words(self) -> frozenset[str]:
        """Words that stand somewhere in small letters."""
        return frozenset([word.lower for text in self.sentences for word in text.words if not word.is_capital])

    def holds(self, stem: str) -> bool:
        """Tell whether a stem stands anywhere in the article."""
        return stem in self.stems

    def where(self, stem: str) -> Sequence[int]:
        """Give the places (from 0) of the sentences that hold a stem."""
        return self._index.get(stem, ())

    def together(self, one: str, other: str) -> Iterator[tuple[Passage, int, int]]:
        """Give where two stems stand in one sentence, and a place of each; so many sentences and places at most."""
        numbers = set(self.where(one)[:_TOO_COMMON]).intersection(self.where(other)[:_TOO_COMMON])
        for sentence in map(self.sentences.__getitem__, numbers):
            places = sentence.where(one)[:_PLACES], sentence.where(other)[:_PLACES]
            yield from ((sentence, first, second) for first, second in product(*places))

    @once
    def acronyms(self) -> frozenset[str]:
        """What may be short for a name of the article: each stretch of its initials that is as long as acronyms are."""
        initials = {found for sentence in self.sentences for found in _initials_in(sentence)}
        return frozenset(
            [
                whole[at : at + length]
                for whole in initials
                for length in ACRONYM
                for at in range(len(whole) - length + 1)
            ]
        )

    @once
    def _weights(self) -> dict[int, float]:
        """How much a word says of where a statement comes from, by its count of sentences; rare words say most."""
        counts = set(map(len, self._index.values()))
        return {count: log(1 + (len(self.sentences) + 1) / (1 + count)) for count in counts}

    def nearest(self, stems: Iterable[str], limit: int = _NEAREST) -> list[int]:
        """Give the places (from 0) of the sentences that together hold most of the given stems, the best first.

        Greedy: each next sentence is the one that adds most. Time is bounded by the words given, not by the article.
        """
        index, weights = self._index, self._weights
        missing = {stem: weights[len(index[stem])] for stem in stems if stem in index}
        left = sum(missing.values())
        least = _LEAST_GAIN * left
        candidates = self._candidates(missing, 4 * limit)
        chosen: list[int] = []
        while candidates and len(chosen) < limit and _BESIDE * left >= least:
            gain, best = self._best(candidates, missing, chosen)
            if gain < least:
                break
            chosen.append(best)
            del candidates[best]
            held = self.sentences[best].stems
            missing = {stem: weight for stem, weight in missing.items() if stem not in held}
            left = sum(missing.values())
        return chosen

    def _candidates(self, wanted: dict[str, float], limit: int) -> dict[int, float]:
        """Give the most that each of the best sentences can add, the best first."""
        scores: dict[int, float] = {}
        unseen = 0.0
        for stem, weight in wanted.items():
            numbers = self._index[stem]
            if len(numbers) > _TOO_COMMON:
                numbers, unseen = numbers[:_TOO_COMMON], unseen + weight
            for number in numbers:
                scores[number] = scores.get(number, 0.0) + weight
        best = sorted(sorted(scores), key=scores.__getitem__, reverse=True)[:limit]
        return {number: _BESIDE * (scores[number] + unseen) for number in best}

    def _best(self, candidates: dict[int, float], missing: dict[str, float], chosen: list[int]) -> tuple[float, int]:
        """Give the candidate that adds most, and how much; the first in the article of equal ones."""
        most, best = 0.0, -1
        for number, bound in candidates.items():
            if bound < most:
                break
            gain = self._gain(number, missing, chosen)
            if gain > most or (gain == most and number < best):
                most, best = gain, number
        return most, best

    def _gain(self, number: int, missing: dict[str, float], chosen: list[int]) -> float:
        stems = self.sentences[number].stems
        gain = sum([weight for stem, weight in missing.items() if stem in stems])
        return _BESIDE * gain if number - 1 in chosen or number + 1 in chosen else gain

    def evidence(self, numbers: Sequence[int]) -> Passage:
        """Join sentences, given by place, into one passage, once; a single one is the sentence's own."""
        if len(numbers) == 1:
            return self.sentences[numbers[0]]
        key = tuple(numbers)
        if key not in self._joined:
            self._joined[key] = Passage.joined([self.sentences[number] for number in numbers])
        return self._joined[key]

    @once
    def neighbours(self) -> frozenset[str]:
        """Stems that stand side by side anywhere in the article, whatever words they are of; pairs as in `pairs`."""
        return frozenset(map(" ".join, pairwise([word.stem for word in self._in_a_row])))

    @property
    def _texts(self) -> Iterable[Passage]:
        return (*self.sentences, self.outside)

    @once
    def _in_a_row(self) -> list[Word]:
        """The words of all texts, so far apart that none is within reach of another text's."""
        words: list[Word] = []
        for text in self._texts:
            words += text.words
            words += _APART
        return words

    @once
    def _by_root(self) -> dict[str, str]:
        """The stems of each family of words, with spaces between: Python's collector goes through no strings."""
        from summarizer.grounding.lexicon import english  # noqa: PLC0415

        roots, found = map(english().stemmer.root, self._index), dict[str, str]()
        for root, stem in zip(roots, self._index, strict=True):
            found[root] = f"{found[root]} {stem}" if root in found else stem
        return found

    def of_root(self, root: str) -> list[str]:
        """Give the stems of a family of words that stand in the article's sentences, in its order."""
        return self._by_root[root].split(" ") if root in self._by_root else []

    def of_group(self, group: int) -> list[str]:
        """Give the stems of a group of synonyms that stand in the article's sentences, the first in it first."""
        from summarizer.grounding.lexicon import english  # noqa: PLC0415 - as above

        index = self._index
        return sorted(index.keys() & english().members[group], key=lambda stem: (index[stem][0], stem))

    def before(self, numbers: Sequence[int]) -> list[int]:
        """Give the sentences just before those given, where a pronoun's name may stand."""
        found = {back for number in numbers for back in range(max(0, number - _LOOK_BACK), number)}
        return sorted(found - set(numbers))


def _has_number(numbers: Sequence[int], number: int) -> bool:
    """Tell whether a number is among many others that are in order."""
    at = bisect_left(numbers, number)
    return at < len(numbers) and numbers[at] == number


def _is_near(content: list[str], one: str, other: str) -> bool:
    """Tell whether a word of substance stands before another, at most two of their kind between; both stand there."""
    after = content.index(one) + 1
    if other in content[after : after + REACH_OF_PAIRS]:
        return True
    if one not in content[after:]:
        return False  # most
    return any([stem == one and other in content[at : at + REACH_OF_PAIRS] for at, stem in enumerate(content, start=1)])  # noqa: C419 - generators cost more


def _near_in(words: Iterable[Word]) -> frozenset[str]:
    """Give the words of substance that stand in this order with at most two others between.

    Each pair is one string with a space in it: thousands of tuples would have the collector run for each article.
    """
    stems = [word.stem for word in words if word.is_content]
    near = (zip(stems, stems[step:], strict=False) for step in range(1, REACH_OF_PAIRS + 1))
    return frozenset(map(" ".join, chain.from_iterable(near)))


def _has_capitals(words: list[Word], first: str, second: str) -> bool:
    """Tell whether two words stand side by side here, both of them capitalised."""
    return any(
        one.stem == first and other.stem == second and one.is_capital and other.is_capital
        for one, other in pairwise(words)
    )


def _initials_in(sentence: Passage) -> Iterator[str]:
    """Give the initials of each name of a sentence, with those of what joins its words and without."""
    words = sentence.words
    name: list[Word] = []
    for at, word in enumerate([*words, None]):
        joins = word is not None and not word.is_content and name and all(w.is_capital for w in words[at + 1 : at + 2])
        if word is not None and (word.is_capital or joins):
            name.append(word)
        elif name:
            yield "".join([w.lower[0] for w in name if w.is_capital])
            yield "".join([w.lower[0] for w in name])
            name.clear()
