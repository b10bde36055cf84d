"""A brief that fits its schema and quotes another article: every such quotation is flagged, and true ones are not."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from summarizer.article import Article
from summarizer.brief import Content
from summarizer.errors import TooShortError
from summarizer.grounding import ground

if TYPE_CHECKING:
    from pathlib import Path

PLANTED = 500


@pytest.fixture(scope="module")
def articles(shared: Path) -> list[Article]:
    found = []
    for line in (shared / "data" / "wikinews" / "dev.jsonl").read_text(encoding="utf-8").splitlines():
        one = json.loads(line)
        try:
            found.append(Article.from_text(one["text"], title=one["title"]))
        except TooShortError:
            continue
    return found


def verdicts(article: Article, quotations: list[tuple[int, str]]) -> list[str]:
    """Give the verdict of each of these words, cited as from the sentence of that number."""
    statement = {"evidence": [1], "attribution": None, "text": article.sentence(1).text[:380]}
    spoken = [
        {"evidence": [number], "attribution": None, "speaker": "A speaker", "words": words}
        for number, words in quotations
    ]
    content = Content.model_validate(
        {
            "headline": statement,
            "bottom_line": statement,
            "parties": [],
            "stakes": [],
            "threats": [],
            "next_steps": [],
            "quotations": spoken,
            "gaps": [],
        },
        context={"article": article, "last_try": True},
    )
    ground(content, article)
    return [
        "flagged" if any(p.check == "quotation" for p in q.verdict.problems) else "passed" for q in content.quotations
    ]


def pieces(article: Article) -> list[tuple[int, str]]:
    """Cut words out of the sentences of an article, as a quotation takes them."""
    cut = []
    for sentence in article.sentences:
        words = sentence.text.split(" ")
        if len(words) >= 12:
            cut.append((sentence.number, " ".join(words[2:10])))
    return cut[:30]


def test_words_of_another_article_are_flagged_wherever_they_are_planted(articles):
    planted = flagged = 0
    for number, article in enumerate(articles):
        other = articles[(number + 7) % len(articles)]
        foreign = [(1, words) for _, words in pieces(other) if words not in article.text][:10]
        found = verdicts(article, foreign)
        planted, flagged = planted + len(found), flagged + found.count("flagged")
        if planted >= PLANTED:
            break
    assert planted >= PLANTED
    assert flagged == planted


def test_words_of_the_article_itself_are_not_flagged(articles):
    found = [verdict for article in articles[:40] for verdict in verdicts(article, pieces(article))]
    assert len(found) >= PLANTED
    assert found.count("flagged") < 0.01 * len(found)
