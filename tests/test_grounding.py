"""Code gives the verdict: what a statement says and its evidence does not is named."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pytest

from summarizer.brief import Content, NextStep, Party, Quotation, Span, Statement, Threat, When, evidenced
from summarizer.grounding import ground
from summarizer.grounding.references import reference_problems
from tests.articles import article_of

ARTICLE = article_of(
    "Norvania said on Monday that it would impose a 25% tariff on cars from Kelmaria.",
    "Kelmaria's trade ministry called that “an ultimatum that makes a compromise harder”.",
    "Negotiators are to meet next Thursday in Saint Orvell, which has 1,200 inhabitants.",
    "The Northern Customs Conference did not comment.",
)


def _spans(*numbers: int) -> list[Span]:
    return [Span.of(ARTICLE, number) for number in numbers]


def _statement(text: str, *numbers: int, by: str | None = None) -> Statement:
    return Statement(text=text, evidence=_spans(*numbers), attribution=by)


def _party(name: str, role: str, *numbers: int, aliases: tuple[str, ...] = ()) -> Party:
    return Party(name=name, kind="government", role=role, wants=None, aliases=list(aliases), evidence=_spans(*numbers))


def _content(**parts: object) -> Content:
    whole = {
        "headline": _statement("Norvania said it would impose a tariff", 1),
        "bottom_line": _statement("A 25% tariff on cars", 1),
    }
    lists = dict.fromkeys(("parties", "stakes", "threats", "next_steps", "quotations", "gaps"), ())
    return Content.model_validate({**{k: list(v) for k, v in lists.items()}, **whole, **parts}, from_attributes=True)


def _verdict(statement: Statement):
    content = _content(headline=statement)
    ground(content, ARTICLE)
    return content.headline.verdict


@pytest.mark.parametrize(
    "text",
    [
        "Norvania said on Monday that it would impose a 25% tariff on cars from Kelmaria.",
        "Norvania would impose a 25% tariff on cars",
        "A 25% tariff on cars from Kelmaria",
        "norvania said it would impose a tariff on Kelmaria’s cars",
    ],
)
def test_what_the_evidence_says_is_supported(text):
    assert _verdict(_statement(text, 1)).value == "supported"


@pytest.mark.parametrize(
    ("text", "check", "found"),
    [
        ("Norvania would impose a 35% tariff on cars", "numbers", "35%"),
        ("The Zorvanians would impose a 25% tariff on cars", "names", "Zorvanians"),
        ("Norvania would impose a 25% tariff on cars from Zelmaria", "names", "Zelmaria"),
    ],
)
def test_an_invented_number_or_name_is_unsupported_and_named(text, check, found):
    verdict = _verdict(_statement(text, 1))
    assert verdict.value == "unsupported"
    assert (check, found) in {(problem.check, problem.found) for problem in verdict.problems}


def test_a_name_that_stands_elsewhere_in_the_article_is_another_problem_than_one_from_nowhere():
    verdict = _verdict(_statement("The Northern Customs Conference would impose a 25% tariff on cars", 1))
    assert verdict.value == "weak"
    assert {problem.check for problem in verdict.problems} == {"names_elsewhere"}


@pytest.mark.parametrize("name", ["China", "Beijing"])
def test_a_state_is_named_by_its_people_and_its_capital(name):
    article = article_of("Chinese officials would buy no soybeans this year.", "The weather was fine.")
    party = Party(
        name=name,
        kind="government",
        role="would buy no soybeans",
        wants=None,
        aliases=[],
        evidence=[Span.of(article, 1)],
        attribution=None,
    )
    content = _content(parties=[party])
    ground(content, article)
    assert content.parties[0].verdict.problems == []


def test_a_first_word_that_may_be_a_name_and_is_not_in_the_article_is_never_supported():
    verdict = _verdict(_statement("Zorvania would impose a 25% tariff on cars", 1))
    assert verdict.value == "weak"
    assert [(problem.check, problem.found) for problem in verdict.problems] == [("first_word", "Zorvania")]


def test_a_denial_that_the_evidence_lacks_is_named():
    verdict = _verdict(_statement("Norvania would not impose a 25% tariff on cars", 1))
    assert [problem.check for problem in verdict.problems] == ["negation"]


def test_numbers_are_the_same_however_they_are_written():
    assert _verdict(_statement("Saint Orvell has 1200 inhabitants", 3)).value == "supported"


def test_words_of_the_title_are_the_articles_own():
    titled = article_of(ARTICLE.sentences[0].text, title="Tariff row: Norvania hits out – “no way back”")
    content = _content(headline=_statement('Norvania hits out - "no way back"', 1))
    ground(content, titled)
    assert content.headline.verdict.value == "supported"
    ground(content, ARTICLE)
    assert content.headline.verdict.value != "supported"


def test_a_statement_without_evidence_is_unsupported():
    assert _verdict(_statement("Something happened")).value == "unsupported"


def test_an_attribution_to_somebody_the_article_does_not_name_is_unsupported():
    assert _verdict(_statement("A 25% tariff on cars", 1, by="Zorvania")).value == "unsupported"
    assert _verdict(_statement("A 25% tariff on cars", 1, by="Norvania")).value == "supported"


def test_a_name_that_is_no_party_of_the_brief_is_found_and_marked():
    threat = Threat(
        text="Norvania would impose a 25% tariff on cars", evidence=_spans(1), who=["Norvania"], against=["Kelmarien"],
        condition=None, kind="sanction", status="threatened",
    )  # fmt: skip
    content = _content(parties=[_party("Norvania", "said it would impose a tariff", 1)], threats=[threat])
    assert [(p.where, p.found) for p in reference_problems(content)] == [("threats[0].against", "Kelmarien")]
    ground(content, ARTICLE)
    assert content.threats[0].verdict.value == "unsupported"
    assert content.parties[0].verdict.value == "supported"


STRIKE = article_of(
    "The union of Garrowmouth will call a strike from Saturday unless it gets 8% more pay by noon on Friday."
)


@pytest.mark.parametrize(
    ("condition", "verdict", "found"),
    [
        ("unless it gets 8% more pay by noon on Friday", "supported", []),
        ("if wages do not rise by 8% until then", "supported", []),
        ("unless it gets 9% more pay by noon on Friday", "unsupported", [("numbers", "9%")]),
        ("unless it gets 8% more pay by noon on Thursday", "unsupported", [("dates", "Thursday")]),
        ("unless the city of Tessin pays 8% more", "unsupported", [("names", "Tessin")]),
        (None, "weak", [("undone", "call")]),
    ],
)
def test_a_threats_condition_is_the_articles_and_stands_beside_it(condition, verdict, found):
    threat = Threat(
        text="The union will call a strike from Saturday.", evidence=[Span.of(STRIKE, 1)], who=[], against=[],
        condition=condition, kind="protest", status="threatened",
    )  # fmt: skip
    parts = {name: _statement("The union will call a strike.", 1) for name in ("headline", "bottom_line")}
    content = _content(threats=[threat], **parts)
    ground(content, STRIKE)
    judged = content.threats[0].verdict
    assert (judged.value, [(problem.check, problem.found) for problem in judged.problems]) == (verdict, found)


@pytest.mark.parametrize(
    ("words", "verdict"),
    [
        ("an ultimatum that makes a compromise harder", "supported"),
        ("An ultimatum that makes a compromise harder", "supported"),
        ("an ultimatum that makes a compromise easier", "unsupported"),
        ("an ultimatum ... harder", "unsupported"),
    ],
)
def test_a_quotation_is_verbatim_or_unsupported(words, verdict):
    party = _party("Kelmaria", "its trade ministry called that an ultimatum", 2)
    content = _content(parties=[party], quotations=[Quotation(speaker="Kelmaria", words=words, evidence=_spans(2))])
    ground(content, ARTICLE)
    assert content.quotations[0].verdict.value == verdict
    assert content.quotations[0].attribution == "Kelmaria"


def test_the_time_of_a_step_gets_its_place_in_the_text():
    step = NextStep(
        text="Negotiators are to meet",
        evidence=_spans(3),
        who=[],
        when=When(phrase="Next Thursday"),
        certainty="scheduled",
    )
    content = _content(next_steps=[step])
    ground(content, ARTICLE)
    when = content.next_steps[0].when
    assert ARTICLE.text[when.start : when.end] == "next Thursday"
    assert when.sentence == 3


def _step(phrase, *numbers):
    return NextStep(
        text="Negotiators are to meet",
        evidence=_spans(*numbers),
        who=[],
        when=When(phrase=phrase),
        certainty="scheduled",
    )


def _grounded_when(phrase, number, published, language="en"):
    content = _content(next_steps=[_step(phrase, number)])
    dated = dataclasses.replace(ARTICLE, published=published, language=language)
    ground(content, dated)
    return content.next_steps[0].when


def test_the_time_of_a_step_gets_its_days_from_the_articles_date_and_its_sentence():
    when = _grounded_when("next Thursday", 3, dt.date(2026, 3, 11))
    assert (when.earliest, when.latest, when.precision) == (dt.date(2026, 3, 19), dt.date(2026, 3, 19), "day")
    assert "Wednesday 2026-03-11" in when.reading
    assert when.unresolved is None
    monday = _grounded_when("Monday", 1, dt.date(2026, 3, 11))
    assert monday.latest == dt.date(2026, 3, 9)  # "said on Monday"


def test_a_time_without_an_anchor_or_in_another_language_says_why_it_has_no_days():
    undated = _grounded_when("next Thursday", 3, None)
    assert (undated.earliest, undated.latest, undated.precision, undated.reading) == (None, None, None, None)
    assert "day of publication" in undated.unresolved
    assert undated.sentence == 3
    foreign = _grounded_when("next Thursday", 3, dt.date(2026, 3, 11), "de")
    assert foreign.unresolved == "no rules for language de"


def test_days_that_are_not_the_articles_are_taken_away_again():
    invented = When(phrase="next Friday", sentence=1, start=0, end=4, earliest=dt.date(2030, 1, 1), precision="day")
    step = _step("next Friday", 3)
    step.when = invented
    content = _content(next_steps=[step])
    ground(content, dataclasses.replace(ARTICLE, published=dt.date(2026, 3, 11)))
    assert content.next_steps[0].when == When(phrase="next Friday")


def test_a_time_that_the_evidence_does_not_hold_is_marked():
    step = NextStep(
        text="Negotiators are to meet",
        evidence=_spans(3),
        who=[],
        when=When(phrase="next Friday"),
        certainty="scheduled",
    )
    content = _content(next_steps=[step])
    ground(content, ARTICLE)
    assert content.next_steps[0].when.start is None
    assert content.next_steps[0].verdict.value == "weak"


def test_a_party_that_its_evidence_does_not_name_is_weak_unless_an_alias_stands_there():
    content = _content(
        parties=[
            _party("Kelmaria", "they are to meet", 3),
            _party("Talks", "they are to meet", 3, aliases=("Negotiators",)),
        ]
    )
    ground(content, ARTICLE)
    assert content.parties[0].verdict.value == "weak"
    assert [problem.found for problem in content.parties[1].verdict.problems] == ["Talks"]


def test_the_walk_finds_every_statement_with_its_path():
    wants = _statement("Negotiators are to meet", 3)
    party = Party(name="Norvania", kind="government", role="said", wants=wants, aliases=[], evidence=_spans(1))
    paths = [path for path, _ in evidenced(_content(parties=[party]))]
    assert paths == ["headline", "bottom_line", "parties[0]", "parties[0].wants"]


def test_grounding_twice_changes_nothing():
    content = _content(headline=_statement("Zorvania would impose 99 tariffs", 1))
    ground(content, ARTICLE)
    before = content.model_dump_json()
    ground(content, ARTICLE)
    assert content.model_dump_json() == before
