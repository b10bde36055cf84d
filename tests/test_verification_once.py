"""What is settled early is settled the same, and what depends on the article alone is worked out once."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from summarizer.brief import Span, Statement
from summarizer.extractive.lexicon import any_of
from summarizer.grounding import ground, wording
from summarizer.grounding.facts import ArticleFacts
from summarizer.grounding.judging import judge, judge_for, rank
from summarizer.grounding.words import Passage
from tests.articles import article_of
from tests.test_verification import CHANGED, FACTS, SAME, WEAK


class Notes(BaseModel):
    """The smallest content with statements."""

    statements: list[Statement]


CLAIMS = [(case[-1] if case in SAME else case[2]) for case in (*SAME, *CHANGED, *WEAK)]


@pytest.mark.parametrize("least", ["unsupported", "weak", "supported"])
@pytest.mark.parametrize("places", [[0], [1, 3], [4, 5]])
def test_a_judgement_that_may_be_given_up_is_the_same_or_none_where_the_verdict_is_lower(least, places):
    given_up = 0
    for text in CLAIMS:
        whole = judge(Passage(text), places, FACTS)
        early = judge_for(least, Passage(text), places, FACTS, doubts=whole.findings)
        if rank(whole.value) < rank(least):
            assert early is None
            given_up += 1
        else:
            assert early is not None
            assert (early.value, early.score) == (whole.value, whole.score)
            assert sorted(early.findings) == sorted(whole.findings)
    assert given_up == 0 if least == "unsupported" else given_up


def test_no_text_of_the_article_is_folded_or_taken_apart_twice(monkeypatch):
    article = article_of(
        "The minister said: “We did not seek this dispute.”",
        "Officials met on Friday in Tarvenholm.",
        "The port handled nine tonnes of copper last year.",
    )
    folded: list[str] = []
    original = wording.folded
    for module in ("facts", "words", "quotes"):
        monkeypatch.setattr(f"summarizer.grounding.{module}.folded", lambda text: folded.append(text) or original(text))
    texts = [
        "The minister said: “We sought this”.",
        "Officials said “no quarrel” on Friday.",
        "“Two tonnes” of copper.",
    ]
    content = Notes(
        statements=[Statement(text=text, evidence=[Span.of(article, at + 1)]) for at, text in enumerate(texts)]
    )
    ground(content, article)
    ground(content, article)
    assert folded.count(article.text) == 1
    assert all(folded.count(sentence.text) <= 1 for sentence in article.sentences)
    assert ArticleFacts.of(article) is ArticleFacts.of(article)


@given(
    st.lists(st.text(st.sampled_from("abBé c-]^"), min_size=1, max_size=4), min_size=1, max_size=6),
    st.text(st.sampled_from("abBéÉ c-]^."), max_size=30),
)
def test_a_pattern_by_first_letters_finds_what_the_plain_one_finds(phrases, text):
    ordered = "|".join(map(re.escape, sorted(phrases, key=len, reverse=True)))
    plain = re.compile(rf"(?<!\w)(?:{ordered})(?!\w)", re.IGNORECASE)
    assert [m.span() for m in any_of(tuple(phrases)).finditer(text)] == [m.span() for m in plain.finditer(text)]
