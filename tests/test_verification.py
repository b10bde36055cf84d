"""Each check finds its kind of change, and leaves alone what says the same."""

from __future__ import annotations

import datetime as dt

import pytest

from summarizer import check_summary
from summarizer.grounding.facts import ArticleFacts
from summarizer.grounding.judging import judge
from summarizer.grounding.support import fitted
from summarizer.grounding.words import Passage
from tests.articles import article_of

ARTICLE = article_of(
    "Norvania's finance minister, Ilsa Brandt, said on Monday, March 9 that exports rose by 12 percent to $1.2bn last year.",
    "Prosecutors accused the alleged smuggler of shipping nine tonnes of copper to Kelmaria, 300 km away.",
    "She did not sign the agreement because Kelmaria had refused to lower its tariffs.",
    "The former mayor Otto Reyl praised Brandt and said: “We will rebuild the harbour, whatever it costs, before the winter.”",
    "About 297 dockers could strike next week.",
    "Reyl sued Maro Tessin after the vote.",
    "The ferry left the pier at 15:30, a few hours after the storm had passed.",
    "At least 70 of the passengers, some of them ill, paid 90p for a cup of tea in grey light.",
    "The Department of Ports expects two to three hundred cars, a fall of 14.5% that it disclosed of its own will.",
    "Over two and a half years two thirds of the dockers and half a million passengers crossed the bay in old boats.",
    "The museum of the port drew 750,000 visitors, sold 2.5 million tickets and lost 75 percent of its grant in the flood.",
    "A third of the berths were empty in the first half, and one third of the quay was closed in the third quarter.",
)
FACTS = ArticleFacts(ARTICLE)

SAME = [
    (1, "Brandt said on Monday that exports rose by twelve percent to 1.2 billion dollars last year"),
    (1, "Exports rose by 12 % to $1.2 billion last year, said the Norvanian finance minister, Ilsa Brandt"),
    (2, "Prosecutors accused the alleged smuggler of shipping 9 tonnes of copper to Kelmaria, 300 kilometres away"),
    (3, "She didn't sign the agreement because Kelmaria had refused to lower its tariffs."),
    (4, 'The former mayor Otto Reyl praised Brandt and said: "We will rebuild the harbour ... before the winter".'),
    (5, "Next week about 300 dockers could strike."),
    (6, "After the vote Reyl sued Maro Tessin."),
    (7, "The ferry left the pier at 3.30 p.m., a few hours after the storm had passed."),
    (7, "The ferry left the pier at 3:30pm, a few hours after the storm had passed."),
    (8, "At least 70 of the passengers, some of them ill, paid 90 pence for a cup of tea in gray light."),
    (10, "Over 2.5 years 67% of the dockers and 500,000 passengers crossed the bay in old boats."),
    (
        12,
        "A third of the berths were empty in the first half, and one third of the quay was closed in the third quarter.",
    ),
    (12, "One third of the berths were empty in the first half, and the quay was closed in the third quarter."),
    (10, "Over two-and-a-half years two-thirds of the dockers and half a million passengers crossed the bay."),
    (11, "The museum of the port drew three quarters of a million visitors and sold two and a half million tickets."),
    (11, "The museum of the port sold 2.5m tickets and lost three quarters of its grant in the flood."),
    (9, "The DOP expects 200 to 300 cars, a fall of 14.5 percent that it disclosed of its own will."),
]
CHANGED = [
    ("numbers", 1, "Brandt said on Monday that exports rose by 14 percent to $1.2bn last year", "14 percent"),
    ("numbers", 1, "Brandt said on Monday that exports rose by 12 percent to $1.2m last year", "1.2m"),
    ("units", 2, "Prosecutors accused the alleged smuggler of shipping nine tonnes of copper to Kelmaria, 300 miles away", "300 miles"),
    ("units", 1, "Brandt said on Monday that exports rose by 12 percent to €1.2bn last year", "1.2bn"),
    ("dates", 1, "Brandt said on Tuesday that exports rose by 12 percent to $1.2bn last year", "Tuesday"),
    ("dates", 1, "Brandt said on Monday, March 19 that exports rose by 12 percent", "19"),
    ("dates", 5, "About 297 dockers could strike last week.", "last week"),
    ("names", 6, "Reyl sued Maro Velmonti after the vote.", "Velmonti"),
    ("names_elsewhere", 6, "Brandt sued Maro Tessin after the vote.", "Brandt"),
    ("roles", 6, "Maro Tessin sued Reyl after the vote.", "Reyl"),
    ("negation", 3, "She did sign the agreement because Kelmaria had refused to lower its tariffs.", "sign"),
    ("negation", 1, "Brandt said on Monday that exports never rose by 12 percent to $1.2bn last year", "never"),
    ("opposites", 1, "Brandt said on Monday that exports fell by 12 percent to $1.2bn last year", "fell"),
    ("opposites", 4, "The former mayor Otto Reyl criticised Brandt", "criticised"),
    ("kinds", 2, "Prosecutors accused the alleged smuggler of shipping nine tonnes of silver to Kelmaria", "silver"),
    ("units", 7, "The ferry left the pier at 3:30 a.m., a few hours after the storm had passed.", "3:30 a.m."),
    ("numbers", 7, "The ferry left the pier at 3:40 p.m., a few hours after the storm had passed.", "3:40 p.m."),
    ("opposites", 7, "The ferry left the pier at 15:30, a few hours before the storm had passed.", "before"),
    ("numbers", 8, "Up to 70 of the passengers, some of them ill, paid 90p for a cup of tea in grey light.", "70"),
    ("opposites", 8, "At least 70 of the passengers, all of them ill, paid 90p for a cup of tea in grey light.", "all"),
    ("units", 9, "The Department of Ports expects a fall of 14.5 percentage points that it disclosed of its own will.", "14.5 percentage points"),
    ("numbers", 10, "In two years two thirds of the dockers and half a million passengers crossed the bay in old boats.", "two years"),
    ("numbers", 10, "Over 2.5 years three quarters of the dockers and half a million passengers crossed the bay.", "three quarters"),
    ("numbers", 10, "Over 2.5 years two thirds of the dockers and a million passengers crossed the bay in old boats.", "million"),
    ("numbers", 11, "The museum of the port drew a quarter of a million visitors and sold 2.5 million tickets.", "quarter of a million"),
    ("numbers", 11, "The museum of the port drew 750,000 visitors and sold one and a half million tickets.", "one and a half million"),
    ("quotation", 4, "The former mayor Otto Reyl said: “We will rebuild the harbour, whatever it brings”", None),
]  # fmt: skip
WEAK = [
    ("modality", 4, "The mayor Otto Reyl praised Brandt"),
    ("modality", 5, "About 297 dockers did strike next week."),
    ("attribution", 1, "Exports rose by 12 percent to $1.2bn last year and were up"),
    ("substance", 6, "Reyl sued Maro Tessin after the vote and donated wooden furniture to an orphanage"),
    ("replaced", 3, "She did not sign the agreement because Kelmaria had refused to discuss its tariffs."),
]
#: Plain rewordings, for which no list has to know every word.
REWORDED = [
    (3, "She did not sign the accord because Kelmaria had refused to lower its tariffs."),
    (3, "She did not sign the memorandum because Kelmaria had refused to trim its tariffs."),
    (2, "Prosecutors accused the alleged trafficker of shipping nine tonnes of copper to Kelmaria"),
    (4, "The former mayor Otto Reyl spoke well of Brandt"),
]


def _judged(number: int, text: str):
    return judge(Passage(text), [number - 1], FACTS)


@pytest.mark.parametrize(("number", "text"), SAME)
def test_other_words_for_the_same_are_supported(number, text):
    judged = _judged(number, text)
    assert (judged.value, judged.findings) == ("supported", [])


@pytest.mark.parametrize(("check", "number", "text", "found"), CHANGED)
def test_a_changed_statement_is_unsupported_and_the_change_is_named_with_its_place(check, number, text, found):
    judged = _judged(number, text)
    problems = [problem for problem in judged.problems() if problem.check == check]
    assert judged.value == "unsupported"
    assert all(text[problem.start : problem.end] == problem.found for problem in problems)
    assert problems
    assert found is None or found in [problem.found for problem in problems]


@pytest.mark.parametrize(("check", "number", "text"), WEAK)
def test_what_is_less_than_a_contradiction_is_weak(check, number, text):
    judged = _judged(number, text)
    assert judged.value == "weak"
    assert check in {finding.check for finding in judged.findings}


@pytest.mark.parametrize(("number", "text"), REWORDED)
def test_a_plain_rewording_is_no_word_replaced(number, text):
    assert not {finding.check for finding in _judged(number, text).findings} & {"replaced", "substance", "modality"}


MONDAY = article_of(
    "Norvania's ministry of ports said on Monday that it had withdrawn the licence it gave the ferry the previous week.",
    "The Sea and Estuary Council opened an inquiry yesterday, and is to hear the owner on April 28.",
    "The council will not comment before the owner has been heard in the old customs house by the river.",
    published=dt.date(2026, 4, 22),
)


def _about_monday(text: str):
    (sentence,) = check_summary(text, MONDAY).statements
    return sentence.verdict, [(problem.check, problem.found) for problem in sentence.problems]


@pytest.mark.parametrize(
    "text",
    [
        "Norvania's ministry of ports said on 20 April that it had withdrawn the licence of the ferry.",
        "The Sea and Estuary Council opened an inquiry on April 21 and is to hear the owner on April 28.",
        "The Sea and Estuary Council opened an inquiry yesterday, and is to hear the owner on Tuesday.",
        "The ministry of ports said on Monday that it had withdrawn the licence it gave the ferry the week before.",
    ],
)
def test_a_day_is_the_same_by_its_date_and_by_its_weekday_as_of_the_articles_own_day(text):
    assert _about_monday(text) == ("supported", [])


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Norvania's ministry of ports said on 23 April that it had withdrawn the licence of the ferry.", "23"),
        ("Norvania's ministry of ports said on 20 May that it had withdrawn the licence of the ferry.", "May"),
        ("Norvania's ministry of ports said on 4 May that it had withdrawn the licence of the ferry.", "May"),
        ("The Sea and Estuary Council opened an inquiry on April 20 and is to hear the owner on April 28.", "April"),
        ("The Sea and Estuary Council opened an inquiry yesterday, and is to hear the owner on Friday.", "Friday"),
    ],
)
def test_a_date_that_is_not_the_day_of_the_weekday_is_found(text, found):
    verdict, problems = _about_monday(text)
    assert verdict != "supported"
    assert found in [words for check, words in problems if check == "dates"]


def test_an_acronym_of_a_name_that_stands_elsewhere_is_not_said_to_be_nowhere():
    _, problems = _about_monday("Norvania's ministry of ports told the SEC that it had withdrawn the licence.")
    assert ("names_elsewhere", "SEC") in problems


def test_no_fewer_than_is_no_denial():
    judged = _judged(
        8, "No fewer than 70 of the passengers, some of them ill, paid 90p for a cup of tea in grey light."
    )
    assert "negation" not in {finding.check for finding in judged.findings}
    assert judged.value != "unsupported"


def test_what_is_replaced_is_told_with_what_the_evidence_says():
    judged = _judged(3, "She did not sign the agreement because Kelmaria had refused to discuss its tariffs.")
    assert [problem.message for problem in judged.problems()] == [
        'the evidence says "lower" here, and "discuss" does not mean the same'
    ]


def test_of_several_numbers_the_evidence_s_one_of_the_same_kind_is_named():
    judged = _judged(1, "Two ministers said on Monday that exports rose by 21 percent last year")
    messages = [problem.message for problem in judged.problems()]
    assert "the number 21 percent is not in the article; the evidence has 12 percent" in messages


@pytest.mark.parametrize(("check", "number", "text", "_found"), CHANGED)
def test_a_changed_statement_scores_lower_than_the_true_sentence(check, number, text, _found):
    true = _judged(number, ARTICLE.sentences[number - 1].text)
    assert true.value == "supported"
    assert true.score > _judged(number, text).score


@pytest.mark.parametrize(("check", "number", "text", "_found"), CHANGED)
def test_what_the_evidence_contradicts_never_scores_as_what_it_supports(check, number, text, _found):
    judged = _judged(number, text)
    contradicted = any(finding.grave for finding in judged.findings)
    assert contradicted == (judged.score < fitted().supported_from)


HALVES = article_of(
    "The harbour master said 34 vessels were waiting outside the port of Garrow on Tuesday night.",
    "A fire in the old opera house destroyed the painted ceiling above the royal box before dawn.",
    "She praised the crews who had moved the wrecks out of the channel within a week.",
)
SPLICED = [
    "The harbour master said 34 vessels were waiting destroyed the painted ceiling above the royal box before dawn.",
    "A fire in the old opera house were waiting outside the port of Garrow on Tuesday night.",
]
FUSED = [
    "The harbour master said 34 vessels were waiting, and a fire destroyed the painted ceiling above the royal box.",
    "A fire in the old opera house destroyed the painted ceiling; 34 vessels were waiting outside the port of Garrow.",
    "The harbour master said 34 vessels were waiting outside the port. A fire in the old opera house destroyed the ceiling.",
    "The harbour master praised the crews who had moved the wrecks out of the channel within a week.",
]


@pytest.mark.parametrize("text", SPLICED)
def test_halves_of_two_cited_sentences_run_together_are_found_at_the_second(text):
    judged = judge(Passage(text), [0, 1], ArticleFacts(HALVES))
    (problem,) = [problem for problem in judged.problems() if problem.check == "spliced"]
    assert judged.value != "supported"
    assert text.endswith(problem.found + ".")


@pytest.mark.parametrize("text", FUSED)
def test_sentences_that_are_joined_openly_or_share_their_subject_are_not_spliced(text):
    judged = judge(Passage(text), [0, 1, 2], ArticleFacts(HALVES))
    assert "spliced" not in {finding.check for finding in judged.findings}


HEDGED = article_of(
    "The police said Holm allegedly took bribes.",
    "Reyl resigned on Sunday.",
    "The union threatened to strike on Saturday unless the offer improves.",
    "The agency will deploy the system next year.",
    "Tessin, formerly a banker, could sell the port, said officials, and the council voted to close the pier.",
)
KEPT = [
    ([1, 2], "Reyl resigned on Sunday"),
    ([3], "The strike on Saturday would hit the port if the offer does not improve"),
    ([4], "The agency has prepared an effort to deploy the system"),
    ([4], "The agency is to deploy the system next year"),
    ([5], "The council voted to close the pier"),
]


@pytest.mark.parametrize(("numbers", "text"), KEPT)
def test_what_is_still_held_back_or_stands_in_another_sentence_has_lost_no_hedge(numbers, text):
    judged = judge(Passage(text), [number - 1 for number in numbers], ArticleFacts(HEDGED))
    assert not {finding.check for finding in judged.findings} & {"modality", "attribution"}


@pytest.mark.parametrize(
    ("number", "text"), [(1, "Holm took bribes"), (3, "The union did strike on Saturday"), (4, "The agency deployed the system")]
)  # fmt: skip
def test_what_is_told_as_fact_has_lost_its_hedge(number, text):
    judged = judge(Passage(text), [number - 1], ArticleFacts(HEDGED))
    assert "modality" in {finding.check for finding in judged.findings}


def test_the_support_that_stands_in_another_sentence_is_shown():
    from summarizer.brief import Span, Statement
    from summarizer.grounding import verdict_of

    statement = Statement(text="Reyl sued Maro Tessin after the vote", evidence=[Span.of(ARTICLE, 3)])
    verdict = verdict_of(statement, FACTS, [])
    assert verdict.value != "supported"
    assert [span.sentence for span in verdict.elsewhere] == [6]
