"""Who said it: what the article has one say is not another's, in a summary, beside a statement or in a quotation."""

from __future__ import annotations

import pytest

from summarizer import check_summary
from summarizer.brief import Content, Party, Quotation, Span, Statement
from summarizer.grounding import ground
from summarizer.grounding.facts import ArticleFacts
from summarizer.grounding.speakers import other_speaker
from summarizer.grounding.speech import sayings, speakers_of
from summarizer.grounding.words import Passage
from tests.articles import article_of

ARTICLE = article_of(
    "Ilsa Brandt, the finance minister, said the harbour of Velmora would stay closed until the dockers return to work.",
    "Otto Reyl added: “The strike costs this town forty jobs a week, and nobody in the ministry counts them.”",
    "“We never asked the minister for money,” said Maro Tessin, a spokesman for the Dockers' League.",
    "He told the Velmora Post that a second ship had been turned away.",
    "Brandt and Reyl met twice in the spring, and Tessin was at neither meeting of the two.",
    "“Brandt promised us a new crane,” Reyl said.",
    "The strike was reported to be the longest in the town's history.",
)
FACTS = ArticleFacts(ARTICLE)


def _closed(by: str | None = None) -> Statement:
    text = "The harbour of Velmora would stay closed until the dockers return to work"
    return Statement(text=text, evidence=[Span.of(ARTICLE, 1)], attribution=by)


def content_of(statement: Statement, **parts: object) -> Content:
    lists = {name: [] for name in ("parties", "stakes", "threats", "next_steps", "quotations", "gaps")}
    whole = {"headline": statement, "bottom_line": statement.model_copy(deep=True)}
    return Content.model_validate({**lists, **whole, **parts}, from_attributes=True)


MOVED = [
    ("Reyl said the harbour of Velmora would stay closed until the dockers return to work.", "Ilsa Brandt", "Reyl"),
    ("Brandt said the strike costs this town forty jobs a week.", "Otto Reyl", "Brandt"),
    ("Tessin said that nobody in the ministry counts the jobs that the strike costs this town.", "Otto Reyl", "Tessin"),
    ("Otto Reyl, the former mayor, said we never asked the minister for money.", "Maro Tessin", "Otto Reyl"),
]
RIGHT = [
    "Brandt said the harbour of Velmora would stay closed until the dockers return to work.",
    "The finance minister said the harbour of Velmora would stay closed until the dockers return.",
    "Reyl said the strike costs this town forty jobs a week.",
    "The Dockers' League said it never asked the minister for money.",
    "Tessin told the Velmora Post that a second ship had been turned away.",
    "The strike was reported to be the longest in the town's history.",
    "Reyl said that Brandt promised a new crane.",
]


@pytest.mark.parametrize(("text", "speaker", "named"), MOVED)
def test_what_somebody_else_said_is_not_supported_and_both_are_named(text, speaker, named):
    (sentence,) = check_summary(text, ARTICLE).statements
    found = [problem for problem in sentence.problems if problem.check == "speakers"]
    assert sentence.verdict != "supported"
    assert [(problem.message, problem.found) for problem in found] == [
        (f"the evidence has {speaker} say this, not {named}", named)
    ]
    assert text[found[0].start : found[0].end] == named


@pytest.mark.parametrize("text", RIGHT)
def test_the_right_speaker_by_whatever_name_is_no_finding(text):
    (sentence,) = check_summary(text, ARTICLE).statements
    assert "speakers" not in {problem.check for problem in sentence.problems}


@pytest.mark.parametrize(
    ("speaker", "number", "words", "value"),
    [
        ("Otto Reyl", 2, "The strike costs this town forty jobs a week", "supported"),
        ("Ilsa Brandt", 2, "The strike costs this town forty jobs a week", "weak"),
        ("Maro Tessin", 3, "We never asked the minister for money", "supported"),
        ("Dockers' League", 3, "We never asked the minister for money", "supported"),
        ("Otto Reyl", 3, "We never asked the minister for money", "weak"),
        ("Ilsa Brandt", 6, "Brandt promised us a new crane", "weak"),
    ],
)
def test_a_quotation_of_somebody_else_is_weak(speaker, number, words, value):
    evidence = [Span.of(ARTICLE, number)]
    three = [Span.of(ARTICLE, number) for number in (1, 2, 3)]
    party = Party(name=speaker, kind="person", role="speaks", wants=None, aliases=[], evidence=three)
    quotation = Quotation(speaker=speaker, words=words, evidence=evidence)
    content = content_of(_closed(), parties=[party], quotations=[quotation])
    ground(content, ARTICLE)
    verdict = content.quotations[0].verdict
    assert (verdict.value, [problem.check for problem in verdict.problems]) == (value, ["speakers"] * (value == "weak"))


@pytest.mark.parametrize(
    ("by", "value"), [("Ilsa Brandt", "supported"), ("Otto Reyl", "weak"), ("officials", "supported")]
)
def test_an_attribution_to_somebody_else_is_weak(by, value):
    content = content_of(_closed(by))
    ground(content, ARTICLE)
    verdict = content.headline.verdict
    assert "speakers" in {problem.check for problem in verdict.problems} or by != "Otto Reyl"
    assert verdict.value == value or by == "officials"


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("Ilsa Brandt said the port was shut.", ["Ilsa Brandt"]),
        ("On Monday Ilsa Brandt said the port was shut.", ["Ilsa Brandt"]),
        ("Brandt, who had led the talks, said the port was shut.", ["Brandt"]),
        ("The minister of Kelmaria, Ilsa Brandt, told the press.", ["Ilsa Brandt"]),
        ("“The port is shut,” said the minister, Ilsa Brandt.", ["Ilsa Brandt"]),
        ('It is shut," Brandt said, and Reyl added that it was late.', ["Brandt", "Reyl"]),
        ("The port is shut, according to Ilsa Brandt.", ["Ilsa Brandt"]),
        ("The Bank of Kelmaria said the port was shut.", ["Bank of Kelmaria"]),
        ("Brandt and Reyl said the port was shut.", ["Brandt and Reyl"]),
        ("A judge in Kelmaria said the port was shut.", []),
        ("Brandt said that he told Reyl.", []),
        ("He said that Brandt was late.", []),
        ("Her lawyers said that Brandt was late.", []),
        ("Brandt was told that the port was shut.", []),
        ("“Brandt said so,” the clerk recalled.", []),
    ],
)
def test_speakers_are_the_subjects_of_verbs_of_saying_and_none_where_any_is_not_named(text, named):
    sentence = Passage(text)
    spans = [sentence.span(*places) for places in speakers_of(sentence)]
    assert [text[start:end] for start, end in spans] == named


def test_a_verb_within_a_quotation_is_not_the_articles_own():
    passage = Passage("“They said it was over,” Reyl claimed, and “he said no more")
    assert [passage.words[at].text for at in sayings(passage)] == ["claimed"]


@pytest.mark.parametrize("name", ["", "—", "officials", "Zorvania"])
def test_a_name_that_tells_nothing_is_told_no_other_but_an_unknown_one_is(name):
    assert bool(other_speaker(name, FACTS, 1)) == (name == "Zorvania")
