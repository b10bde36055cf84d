"""How well one story on many sites is told, on planted copies of real articles, and what that costs."""

from __future__ import annotations

import hashlib
import sqlite3
import time
from collections import defaultdict
from contextlib import closing
from dataclasses import dataclass

from benchmarks.planted_stories import VARIANTS, Planted, kinds, planted, read
from summarizer.batch.shingles import jaccard, shingles, signature, words_of
from summarizer.batch.stories import LIKE, Stories


@dataclass(frozen=True)
class Result:
    """The planted texts, what was made of each, and which text leads each that is told by another."""

    planted: list[Planted]
    texts: list[str]
    leaders: dict[int, int]

    @property
    def wrong(self) -> list[int]:
        """Give the texts that were put to another story."""
        return [n for n, leader in self.leaders.items() if self.planted[n].story != self.planted[leader].story]

    def alike(self) -> set[int]:
        """Give the texts whose story has a longer text that they are like, by exact Jaccard: what should be found."""
        sets = [shingles(words_of(text)) for text in self.texts]
        of_story = defaultdict(list)
        for number, each in enumerate(self.planted):
            of_story[each.story].append(number)
        longest = {story: max(numbers, key=lambda n: (len(self.texts[n]), -n)) for story, numbers in of_story.items()}
        return {
            n
            for n, each in enumerate(self.planted)
            if n != longest[each.story] and jaccard(sets[n], sets[longest[each.story]]) >= LIKE
        }


def grouped(texts: list[str]) -> dict[int, int]:
    """Group texts and give the leader of each that is told by another."""
    with closing(sqlite3.connect(":memory:")) as connection:
        stories = Stories(connection)
        for number, text in enumerate(texts):
            stories.add(number, len(text), hashlib.sha256(text.encode()).hexdigest(), signature(text))
        return dict(stories.group(texts.__getitem__))


def measure(most: int | None = None) -> Result:
    """Plant, read and group."""
    found = planted(most)
    texts = [read(each.text) for each in found]
    return Result(found, texts, grouped(texts))


def _table(result: Result) -> None:
    alike, wrong = result.alike(), set(result.wrong)
    print("| planted | texts | like the longest of their story | of these found | told by another | wrongly |")
    print("|---|---|---|---|---|---|")
    for kind in kinds():
        numbers = {n for n, each in enumerate(result.planted) if each.kind == kind}
        should, told = numbers & alike, numbers & result.leaders.keys()
        found = f"{len(should & told) / len(should):.3f}" if should else "-"
        print(f"| {kind} | {len(numbers)} | {len(should)} | {found} | {len(told)} | {len(numbers & wrong)} |")
    copies = {n for n, each in enumerate(result.planted) if each.kind in {*VARIANTS, "as it was"}}
    stories = len({each.story for n, each in enumerate(result.planted) if n in copies})
    told = copies & result.leaders.keys()
    print(f"\nprecision {1 - len(wrong) / max(1, len(result.leaders)):.4f}", end="; ")
    print(f"recall of what is like the longest {len(alike & result.leaders.keys()) / len(alike):.4f}", end="; ")
    print(f"of all copies, however much was changed, {len(told) / (len(copies) - stories):.4f}")


def _cost(result: Result) -> None:
    words = " ".join(result.texts).split()
    texts = [" ".join(words[at : at + 700]) for at in range(0, 400 * 700, 700)]
    spent = []
    for _ in range(5):
        start = time.process_time()
        for text in texts:
            signature(text)
        spent.append((time.process_time() - start) / len(texts))
    print(f"\nsignature of 700 words: {1_000 * min(spent):.3f} ms of CPU")
    print("\n| different texts | noting and grouping, CPU ms a text |\n|---|---|")
    for count in (2_000, 20_000):
        sketches = [_sketch(number) for number in range(count)]
        with closing(sqlite3.connect("")) as connection:
            stories = Stories(connection)
            start = time.process_time()
            for number, sketch in enumerate(sketches):
                stories.add(number, number, str(number), sketch)
            for _ in stories.group(str):
                pass
        print(f"| {count:,} | {1_000 * (time.process_time() - start) / count:.3f} |")


def _sketch(number: int) -> bytes:
    return signature(" ".join(str(number * 100 + n) for n in range(60)))


def main() -> None:
    result = measure()
    _table(result)
    _cost(result)


if __name__ == "__main__":
    main()
