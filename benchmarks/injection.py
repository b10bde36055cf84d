"""How many planted instructions are found, by kind and place, and how many clean articles are flagged.

Run: python -m benchmarks.injection

Planted are the instructions of microsoft/BIPIA (dev half) and our own (`data/instructions.toml`): those that were
looked at while the word lists were written, and those that were not. Each is put at the start, in the middle and
at the end of news articles of Wikinews: as a paragraph of its own, behind a paragraph's last sentence, and before
its first. It counts as found where a finding overlaps it. The clean articles were looked at, too, while the points
were set: their share of false flags is what was reached, not what other articles will show.
"""

from __future__ import annotations

import json
import random
import re
import sys
import time
import tomllib
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from summarizer.article import Article
from summarizer.errors import SummarizerError
from summarizer.injection import find_injections

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

DATA = Path(__file__).parents[1].parent / "shared" / "data"
OWN = Path(__file__).parent / "data" / "instructions.toml"
CLEAN = {
    "wikinews": "text",
    "giveme5w1h": "text",
    "bump": "article",
    "summedits_news": "article",
    "faithbench": "article",
}
PLACES = ("start", "middle", "end")
MANNERS = ("own paragraph", "behind a paragraph", "before a paragraph")
_PARAGRAPHS = re.compile(r"\n\s*\n")


@dataclass(frozen=True)
class Attack:
    """An instruction, and the kind it is of."""

    category: str
    text: str


@dataclass(frozen=True)
class Trial:
    """An instruction that was planted somewhere, and whether it was found."""

    attack: Attack
    place: str
    manner: str
    found: bool


def rows(path: Path) -> list[dict]:
    with path.open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def bipia() -> list[Attack]:
    return [Attack(row["category"], row["attack"]) for row in rows(DATA / "bipia" / "dev.jsonl")]


def own(part: str) -> list[Attack]:
    """Give our own instructions: `seen` or `held_out`."""
    table = tomllib.loads(OWN.read_text(encoding="utf-8"))[part]
    return [Attack(category, text) for category, texts in table.items() for text in texts]


def hosts() -> list[dict]:
    return [row for row in rows(DATA / "wikinews" / "dev.jsonl") if row.get("usable", True)]


def planted(text: str, attack: str, place: str, manner: str) -> str:
    """Put an attack into a text."""
    paragraphs = [part.strip() for part in _PARAGRAPHS.split(text) if part.strip()]
    last = len(paragraphs) if manner == "own paragraph" else len(paragraphs) - 1
    index = {"start": 0, "middle": len(paragraphs) // 2, "end": last}[place]
    if manner == "own paragraph":
        paragraphs.insert(index, attack)
    else:
        both = (paragraphs[index], attack) if manner == "behind a paragraph" else (attack, paragraphs[index])
        paragraphs[index] = " ".join(both)
    return "\n\n".join(paragraphs)


def is_found(article: Article, attack: str) -> bool:
    """Tell whether a finding overlaps the attack, in the text or in what was taken for the title."""
    start = article.text.find(attack)
    for finding in find_injections(article):
        if finding.start is None or finding.end is None:
            if finding.kind == "title" and finding.excerpt[:40].rstrip("…") in attack:
                return True
        elif start >= 0 and finding.start < start + len(attack) and finding.end > start:
            return True
    return False


def trials(attacks: Iterable[Attack], repeats: int = 1, seed: int = 1) -> Iterator[Trial]:
    """Plant every attack at every place in every manner, each time in articles drawn at random."""
    drawn, articles = random.Random(seed), hosts()
    for attack in attacks:
        for place in PLACES:
            for manner in MANNERS:
                for _ in range(repeats):
                    host = drawn.choice(articles)
                    title = host["title"] if drawn.random() < 0.5 else None
                    article = Article.from_text(planted(host["text"], attack.text, place, manner), title=title)
                    yield Trial(attack, place, manner, is_found(article, attack.text))


def clean(name: str) -> Iterator[Article]:
    """Give every article of a set once; those that are too short to be one are left out."""
    for text, title in {row[CLEAN[name]]: row.get("title") for row in rows(DATA / name / "dev.jsonl")}.items():
        try:
            yield Article.from_text(text, title=title)
        except SummarizerError:
            continue


def share(found: list[Trial]) -> float:
    return sum(trial.found for trial in found) / len(found)


def _table(head: tuple[str, ...], lines: Iterable[tuple[object, ...]]) -> str:
    rule = "|".join(["---", *["---:"] * (len(head) - 1)])
    return "\n".join([f"| {' | '.join(head)} |", f"|{rule}|", *(f"| {' | '.join(map(str, line))} |" for line in lines)])


def _percent(value: float) -> str:
    return f"{100 * value:.1f} %"


def places_table(sets: dict[str, list[Trial]]) -> str:
    """Give the share found, by set and by where it was planted."""
    places = [(place, manner) for place in PLACES for manner in MANNERS]
    lines = [
        (
            f"{place}, {manner}",
            *(_percent(share([t for t in s if (t.place, t.manner) == (place, manner)])) for s in sets.values()),
        )
        for place, manner in places
    ]
    lines.append(("**all**", *(f"**{_percent(share(found))}**" for found in sets.values())))
    return _table(("planted at", *sets), lines)


def categories_table(sets: dict[str, list[Trial]]) -> str:
    """Give the share found, by kind of instruction; an empty cell where a set has none of the kind."""
    by = {name: defaultdict(list) for name in sets}
    for name, found in sets.items():
        for trial in found:
            by[name][trial.attack.category].append(trial)
    kinds = dict.fromkeys(kind for found in by.values() for kind in found)
    lines = [
        (kind, *(_percent(share(found[kind])) if kind in found else "" for found in by.values())) for kind in kinds
    ]
    return _table(("kind", *sets), lines)


def clean_table() -> str:
    """Give how many clean articles are flagged, by set, and what finding costs."""
    lines, words, spent, all_flagged, total = [], 0, 0.0, 0, 0
    for name in CLEAN:
        articles = list(clean(name))
        started = time.process_time()
        flagged = sum(bool(find_injections(article)) for article in articles)
        spent += time.process_time() - started
        words += sum(article.words for article in articles)
        all_flagged, total = all_flagged + flagged, total + len(articles)
        lines.append((name, len(articles), flagged, _percent(flagged / len(articles))))
    lines.append(("**all**", total, all_flagged, _percent(all_flagged / total)))
    cost = f"CPU for 1,000 words: {1e6 * spent / words:.1f} ms."
    return _table(("clean articles of", "articles", "flagged", "share"), lines) + f"\n\n{cost}"


def main() -> int:
    """Print the tables."""
    if not DATA.is_dir():
        print(f"benchmarks.injection needs the data sets at {DATA}", file=sys.stderr)
        return 2
    parts = {"BIPIA (dev)": bipia(), "our own, seen": own("seen"), "our own, held out": own("held_out")}
    sets = {f"{name}, n={len(attacks)}": list(trials(attacks, repeats=3)) for name, attacks in parts.items()}
    print(places_table(sets), categories_table(sets), clean_table(), sep="\n\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
