"""What checking costs: CPU for a summary of 25 statements, by the length of the article."""

from __future__ import annotations

import random
import statistics
import time

from pydantic import BaseModel

from benchmarks import sets
from summarizer.article import Article
from summarizer.brief import Span, Statement
from summarizer.grounding import ground
from summarizer.grounding.facts import ArticleFacts
from summarizer.grounding.summary import check_summary
from summarizer.grounding.words import Passage

STATEMENTS = 25


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


def cpu(summary: str, article: Article, runs: int = 7) -> float:
    """Give the median CPU seconds of one check; the article's sentences are found before."""
    measured = []
    for _ in range(runs):
        start = time.process_time()
        check_summary(summary, article)
        measured.append(time.process_time() - start)
    return statistics.median(measured)


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


def cpu_of_brief(notes: Notes, article: Article, runs: int) -> float:
    """Give the median CPU seconds of grounding a brief."""
    measured = []
    for _ in range(runs):
        start = time.process_time()
        ground(notes, article)
        measured.append(time.process_time() - start)
    return statistics.median(measured)


def main() -> None:
    print("| article, words | a brief, ms | a summary, ms | a summary, per 1,000 words, ms |\n|---|---|---|---|")
    for words in (1_000, 4_000, 16_000, 64_000, 100_000):
        article = article_of(words)
        summary = statements_of(article)
        check_summary(summary, article)
        runs = 31 if words == 1_000 else 5
        spent = 1_000 * cpu(summary, article, runs)
        brief = 1_000 * cpu_of_brief(brief_of(article, summary), article, runs)
        print(f"| {words:,} | {brief:.1f} | {spent:.1f} | {1_000 * spent / words:.2f} |")


if __name__ == "__main__":
    main()
