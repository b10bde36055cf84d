"""What checking costs: CPU for a brief and a summary of 25 statements, by the length of the article.

The statements of the first table are changed sentences, three in four of which fail and are looked for elsewhere. The
second table has the recorded briefs, as a model writes them: nearly all is supported, and quotations and times are
looked up as well. Their articles are made as long as the first table's by sentences of others.
"""

from __future__ import annotations

import random
import statistics
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import BaseModel

from benchmarks import sets
from summarizer import Summarizer
from summarizer.article import Article, Sentence
from summarizer.brief import Span, Statement, evidenced
from summarizer.checking import read_article_of
from summarizer.grounding import ground
from summarizer.grounding.facts import ArticleFacts
from summarizer.grounding.summary import check_summary
from summarizer.grounding.words import Passage

if TYPE_CHECKING:
    from collections.abc import Callable

STATEMENTS = 25
SHORTEST = 1_000
ROOT = Path(__file__).parents[1]
RECORDED = {
    "cyber-incident": "cyber-incident.html",
    "port-strike": "port-strike.md",
    "trade-dispute": "trade-dispute.txt",
}


def article_of(words: int, seed: int = 3) -> Article:
    """Put sentences of real articles together until there are as many words."""
    pool = [s.text for article in sets.wikinews() for s in article.sentences]
    random.Random(seed).shuffle(pool)
    chosen: list[str] = []
    count = 0
    while count < words:
        text = pool[len(chosen) % len(pool)]
        chosen.append(text)
        count += len(text.split())
    return Article.from_text("\n\n".join(chosen))


def statements_of(article: Article, seed: int = 3) -> str:
    """Write statements that are no sentence of the article: each with a word left out and another put in."""
    chance = random.Random(seed)
    usable = [s.text for s in article.sentences if 12 <= len(s.text.split()) <= 28]
    chosen = []
    for text in chance.sample(usable, min(STATEMENTS, len(usable))):
        words = text.rstrip(".").split()
        del words[chance.randrange(3, len(words))]
        words.insert(chance.randrange(1, len(words)), "reportedly")
        chosen.append(" ".join(words) + ".")
    return "\n\n".join(chosen)


def cpu(check: Callable[[], object], runs: int) -> tuple[float, float]:
    """Give the least and the median CPU milliseconds of a check; the least says most on a machine that others use."""
    measured = []
    for _ in range(runs):
        start = time.process_time()
        check()
        measured.append(1_000 * (time.process_time() - start))
    return min(measured), statistics.median(measured)


class Notes(BaseModel):
    """The smallest content with statements."""

    statements: list[Statement]


def brief_of(article: Article, summary: str) -> Notes:
    """Let each changed statement cite the sentence that it was made from."""
    facts = ArticleFacts(article)
    found = []
    for text in summary.split("\n\n"):
        nearest = facts.nearest((word.stem for word in Passage(text).words if word.is_content), limit=1)
        found.append(Statement(text=text, evidence=[Span.of(article, nearest[0] + 1)]))
    return Notes(statements=found)


def cost(words: int) -> tuple[tuple[float, float], ...]:
    """Measure a brief with the article's facts, a brief and a summary where they are known from before."""
    article = article_of(words)
    summary = statements_of(article)
    notes = brief_of(article, summary)
    runs = 41 if words == SHORTEST else 5
    check_summary(summary, article)
    return (
        cpu(lambda: ground(notes, replace(article)), runs),  # a copy keeps nothing that was worked out
        cpu(lambda: ground(notes, article), runs),
        cpu(lambda: check_summary(summary, article), runs),
    )


def lengthened(article: Article, words: int, seed: int = 3) -> Article:
    """Put sentences of other articles behind an article's own, which stay where they are."""
    more = [s.text for s in article_of(words, seed).sentences]
    text, sentences = article.text, list(article.sentences)
    while sum(len(text[s.start : s.end].split()) for s in sentences) < words:
        start = len(text) + 2
        text += f"\n\n{more.pop()}"
        sentences.append(Sentence(len(sentences) + 1, start, len(text), sentences[-1].paragraph + 1, text))
    whole = tuple(replace(sentence, source=text) for sentence in sentences)
    return replace(article, text=text, sentences=whole)


def recorded_cost(name: str) -> str:
    """Measure a recorded brief, with the article's facts and where they are known, and write its row."""
    with Summarizer(replay=ROOT / "cassettes" / f"{name}.yaml") as summarizer:
        brief = summarizer.brief(ROOT / "examples" / RECORDED[name])
    article = lengthened(read_article_of(brief), SHORTEST)
    checked = [item.verdict.value for _, item in evidenced(brief)]
    share = STATEMENTS / len(checked)
    spent = cpu(lambda: ground(brief, replace(article)), 41), cpu(lambda: ground(brief, article), 41)
    columns = " | ".join(f"{share * least:.1f} / {share * median:.1f}" for least, median in spent)
    return f"| {name}, {article.words} words | {len(checked)} | {checked.count('supported')} | {columns} |"


def main() -> None:
    print("CPU, ms, the least and the median of several runs; the article's facts are its words, indexed.\n")
    print("| article, words | a brief and the article's facts | a brief | a summary | a summary, per 1,000 words |")
    print("|---|---|---|---|---|")
    for words in (SHORTEST, 4_000, 16_000, 64_000, 100_000):
        whole, brief, summary = cost(words)
        columns = " | ".join(f"{least:.1f} / {median:.1f}" for least, median in (whole, brief, summary))
        print(f"| {words:,} | {columns} | {1_000 * summary[1] / words:.2f} |")
    print("\nRecorded briefs, for each 25 of their statements:\n")
    print("| brief | statements | supported | with the article's facts | without |")
    print("|---|---|---|---|---|")
    for name in RECORDED:
        print(recorded_cost(name))


if __name__ == "__main__":
    main()
