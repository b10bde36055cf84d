"""What is shown of a brief, and in which order."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from pydantic import BaseModel, ConfigDict

from summarizer.brief import Evidenced, Span, Statement, Threat, When
from summarizer.render.items import DEPTH, one_line
from summarizer.render.view import Fact, Item, Mark, view
from tests import briefs


class Claim(Statement):
    amount: int
    due: dt.date | None = None


class Ruling(BaseModel):
    court: str
    docket: str
    claims: list[Claim]
    judge: str | None = None


class Bare(Evidenced):
    label: str


def changed(**fields):
    return briefs.brief().model_copy(update=fields)


@pytest.mark.parametrize(
    ("first", "last", "precision", "shown"),
    [
        ("2026-03-19", "2026-03-19", "day", "the phrase (2026-03-19)"),
        ("2026-03-16", "2026-03-22", "week", "the phrase (2026-03-16 – 2026-03-22)"),
        ("2026-03-12", "2026-03-19", "either day", "the phrase (2026-03-12 or 2026-03-19)"),
        ("2026-03-16", None, "day", "the phrase (from 2026-03-16)"),
        (None, "2026-03-16", "day", "the phrase (until 2026-03-16)"),
        (None, None, None, "the phrase"),
    ],
)
def test_the_days_of_a_step_stand_behind_its_phrase(first, last, precision, shown):
    when = When(phrase="the phrase", sentence=1, earliest=first, latest=last, precision=precision)
    step = briefs.brief().next_steps[0].model_copy(update={"when": when})
    section = next(s for s in view(changed(next_steps=[step])).sections if s.title == "Next steps")
    assert section.items[0].facts[0] == Fact("when", shown)


def provenance(**fields):
    origin = briefs.provenance().model_copy(update=fields)
    return {fact.label: fact.text for fact in view(changed(provenance=origin)).provenance}


def sections(content):
    return {section.title: section for section in view(briefs.custom(content)).sections}


def test_the_sections_stand_in_the_order_of_reading():
    titles = [section.title for section in view(briefs.brief()).sections]
    assert titles == ["Parties", "Stakes", "Threats", "Next steps", "Quotations", "Gaps"]


def test_empty_sections_are_left_out_and_a_brief_without_threats_says_so():
    shown = view(changed(parties=[], stakes=[], threats=[], next_steps=[], quotations=[], gaps=[]))
    assert [(section.title, section.items, section.note) for section in shown.sections] == [
        ("Threats", (), "None found.")
    ]


def test_gaps_are_marked_as_judgement_and_carry_no_verdict():
    gaps = view(briefs.brief()).sections[-1]
    assert "judgement" in gaps.note
    assert all(item.mark is None and not item.sources for item in gaps.items)


def test_a_threat_says_who_does_it_to_whom_and_under_which_condition():
    threat = view(briefs.brief()).sections[2].items[0]
    assert threat.tags == ("threatened", "coerce")
    assert threat.facts == (
        Fact("who", "Northwater Terminals → Ellery Port Authority"),
        Fact("condition", "unless the authority withdraws the transit fee"),
        Fact("according to", "Northwater Terminals"),
    )


@pytest.mark.parametrize(
    ("who", "against", "fact"),
    [(["A", "B"], [], Fact("who", "A, B")), ([], ["C"], Fact("against", "C"))],
)
def test_a_threat_with_one_side_names_that_side(who, against, fact):
    fields = {"text": "x", "evidence": [], "kind": "threaten", "status": "alleged", "condition": None}
    threat = Threat(**fields, who=who, against=against)
    (item,) = view(changed(threats=[threat])).sections[2].items
    assert (item.tags, item.facts) == (("alleged",), (fact,))


def test_a_time_that_is_not_in_the_evidence_is_said_to_be_so():
    first, second = view(briefs.brief()).sections[3].items
    assert first.facts[0] == Fact("when", "next Thursday (2026-03-12 or 2026-03-19)")
    assert second.facts[0] == Fact("when", "before the summer (not found in the evidence)")


def test_a_speaker_is_not_named_twice():
    (quotation,) = view(briefs.brief()).sections[4].items
    assert (quotation.name, quotation.facts, quotation.quoted) == ("Northwater Terminals", (), True)


def test_what_a_party_wants_has_its_own_evidence_and_verdict():
    authority = view(briefs.brief()).sections[0].items[1]
    (wants,) = authority.parts
    assert authority.mark == Mark("supported")
    assert wants.mark == Mark("unsupported", ("the number is not in the evidence: “64 million”",))
    assert [source.number for source in wants.sources] == [4]


def test_words_that_a_problem_already_quotes_are_not_repeated():
    verdict = briefs.weak("64 million is not in the evidence", "64 million")
    shown = view(changed(headline=briefs.statement("x", 1, verdict=verdict)))
    assert shown.headline.mark.problems == ("64 million is not in the evidence",)


def test_every_cited_sentence_is_listed_once_by_number():
    assert [source.number for source in view(briefs.brief()).sources()] == [1, 2, 3, 4, 5, 6, 7, 8]


def test_a_title_that_is_the_headline_is_shown_once():
    headline = briefs.statement(briefs.article_info().title, 1)
    assert view(changed(headline=headline)).dateline.title is None
    assert view(briefs.brief()).dateline.title == briefs.article_info().title


def test_an_article_from_standard_input_says_so():
    article = briefs.article_info().model_copy(update={"url": None, "source": "-"})
    assert view(changed(article=article)).dateline.source == "standard input"


@pytest.mark.parametrize(
    ("cost", "text"),
    [
        (None, "unknown"),
        (Decimal(0), "none"),
        (Decimal("0.00312"), "$0.0031"),
        (Decimal("0.00000001"), "under $0.0001"),
        (Decimal("12.5"), "$12.5000"),
        (Decimal("1E+99999"), "$1.000E+99999"),
    ],
)
def test_a_cost_is_never_rounded_to_nothing_nor_written_without_end(cost, text):
    assert provenance(cost=cost)["cost"] == text


def test_an_engine_without_tokens_or_model_says_nothing_of_them():
    origin = provenance(model=None, tokens=briefs.Tokens())
    assert not {"model", "tokens"} & origin.keys()


def test_what_a_reader_should_know_is_told():
    assert view(briefs.brief()).notes == (
        Fact("flags", "possibly truncated"),
        Fact("not counted", "the tokens of 1 reply, which the server did not tell"),
        Fact("taken out of the text", "2 NUL, 1 zero-width space"),
    )


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a\n b", "a b"),
        ("a \r\n\r\n\tb", "a b"),
        (" a\u3000", "a"),
        ("a  b", "a  b"),
        ("a\x0bb\x1c", "a\x0bb\x1c"),
    ],
)
def test_line_breaks_are_joined_and_control_characters_are_left_to_be_shown(text, line):
    assert one_line(text) == line


def test_a_kind_of_ones_own_is_shown_field_by_field():
    claim = Claim(text="Pay.", evidence=briefs.spans(4), amount=61, due=dt.date(2026, 7, 1), verdict=briefs.supported())
    shown = sections(Ruling(court="High Court", docket="12", claims=[claim]))
    assert shown["Details"].items == (Item("High Court", name="Court"), Item("12", name="Docket"))
    (item,) = shown["Claims"].items
    assert (item.text, item.mark) == ("Pay.", Mark("supported"))
    assert item.parts == (Item("61", name="Amount"), Item("2026-07-01", name="Due"))


def test_a_kind_without_a_headline_is_headed_by_the_title_of_the_article():
    shown = view(briefs.custom({"a": 1}))
    assert shown.headline == Item(briefs.article_info().title)
    assert shown.dateline.title is None


def test_a_headline_and_a_bottom_line_of_ones_own_are_shown_as_such():
    content = {"bottom_line": briefs.statement("b", 1), "headline": briefs.statement("h", 2)}
    shown = view(briefs.custom(content))
    assert (shown.headline.text, shown.bottom_line.text, shown.sections) == ("h", "b", ())


def test_a_saved_brief_of_ones_own_looks_as_it_did_before_it_was_saved():
    fresh = briefs.custom(Ruling(court="High Court", docket="12", claims=[Claim(text="Pay.", evidence=[], amount=61)]))
    saved = type(fresh).model_validate_json(fresh.model_dump_json())
    assert isinstance(saved.content, dict)
    assert view(saved).sections == view(fresh).sections


def test_evidence_without_a_text_is_shown_by_its_fields():
    (item,) = sections({"found": Bare(evidence=briefs.spans(2), label="a name")})["Found"].items
    assert (item.text, item.parts) == ("", (Item("a name", name="Label"),))
    assert [source.number for source in item.sources] == [2]


def test_a_span_and_a_time_that_stand_alone_are_shown():
    (span,) = briefs.spans(2)
    shown = sections({"where": span, "when": When(phrase="at noon", sentence=2)})
    assert isinstance(span, Span)
    assert shown["Where"].items[0].sources[0].number == 2
    assert shown["When"].items == (Item("at noon"),)


def test_a_dict_that_only_looks_like_a_statement_is_a_dict():
    shown = sections({"claim": {"text": "x", "evidence": "none"}})
    assert shown["Claim"].items == (Item("x", name="Text"), Item("none", name="Evidence"))


def test_content_without_fields_is_shown_all_the_same():
    assert sections([1, 2])["Content"].items == (Item("1"), Item("2"))


def test_values_nested_without_end_are_cut_and_say_so():
    endless = {}
    endless["again"] = endless
    (item,) = sections(endless)["Again"].items
    levels = 1
    while item.parts:
        (item,) = item.parts
        levels += 1
    assert "see the JSON" in item.text
    assert levels == DEPTH + 1


def test_lists_nested_without_end_are_cut_and_say_so():
    endless = []
    endless.append(endless)
    assert "see the JSON" in str(sections({"again": endless})["Again"].items)


def test_a_number_too_long_for_python_is_no_error():
    assert "too long" in sections({"n": 10**5_000})["Details"].items[0].text


def test_fields_that_a_model_lets_pass_are_shown_too():
    class Open(BaseModel):
        model_config = ConfigDict(extra="allow")

    assert sections(Open(a=1, b=briefs.statement("x", 1)))["B"].items[0].text == "x"


def test_a_set_is_shown_in_the_same_order_every_time():
    words = {f"word {n}" for n in range(10)}
    assert [item.text for item in sections({"words": words})["Words"].items] == sorted(words)
