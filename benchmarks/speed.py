"""What checking costs: CPU for a summary of 25 statements, by the length of the article."""

from __future__ import annotations

import random
import statistics
import time

from benchmarks import sets
from summarizer.article import Article
from summarizer.grounding.summary import check_summary

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


def main() -> None:
    print("| article, words | CPU, ms | per 1,000 words, ms |\n|---|---|---|")
    for words in (1_000, 4_000, 16_000, 64_000, 100_000):
        article = article_of(words)
        summary = statements_of(article)
        check_summary(summary, article)
        spent = 1_000 * cpu(summary, article, runs=21 if words == 1_000 else 5)
        print(f"| {words:,} | {spent:.1f} | {1_000 * spent / words:.2f} |")


if __name__ == "__main__":
    main()
