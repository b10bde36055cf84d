"""The steps of the extractive engine one by one: names, speech, signals, time words, headline, gaps."""

from __future__ import annotations

import datetime as dt

import pytest

from summarizer.extractive import extract
from summarizer.extractive.clauses import headline_of, without_dateline
from summarizer.extractive.lexicon import lexicon
from summarizer.extractive.times import time_phrase
from tests.articles import article_of


def party(content, name):
    return next(p for p in content.parties if p.name == name)


def only_threat(*sentences):
    threats = extract(article_of(*sentences)).threats
    assert len(threats) == 1
    return threats[0]


# names and roles


def test_a_surname_is_an_alias_of_the_full_name():
    content = extract(article_of("Institute director Marie Curie opened the ward.", "Curie said it would stay open."))
    assert party(content, "Marie Curie").aliases == ["Curie"]
    assert party(content, "Marie Curie").kind == "person"


def test_a_title_before_the_name_is_the_role():
    content = extract(article_of("Royal Society President Isaac Newton said the vote was fair."))
    assert party(content, "Isaac Newton").role == "Royal Society President"


@pytest.mark.parametrize(
    ("words", "role"),
    [
        ("President of France Marie Curie", "President of France"),
        ("US Secretary of State Marie Curie", "US Secretary of State"),
        ("Minister of Foreign Affairs Marie Curie", "Minister of Foreign Affairs"),
        ("US Special Representative for Iran Marie Curie", "US Special Representative for Iran"),
        ("President of the United States Marie Curie", "President of the United States"),
    ],
)
def test_an_office_with_its_state_or_portfolio_before_the_name_is_the_role(words, role):
    content = extract(article_of(f"{words} said the vote was fair.", "Curie said it would be held again."))
    assert (party(content, "Marie Curie").role, party(content, "Marie Curie").kind) == (role, "person")


def test_an_office_in_small_letters_takes_its_state_from_the_name():
    content = extract(article_of("On Monday, president of the United States Marie Curie said the vote was fair."))
    assert party(content, "Marie Curie").role == "president of the United States"


@pytest.mark.parametrize(
    ("text", "role"),
    [
        ("She was the director of US President Marie Curie, she said.", "US President"),
        ("The ambassador for Prime Minister Marie Curie said it was fair.", "Prime Minister"),
    ],
)
def test_an_office_of_one_who_serves_another_is_not_the_others(text, role):
    content = extract(article_of(text, "Curie said it would be held again."))
    assert (party(content, "Marie Curie").role, party(content, "Marie Curie").kind) == (role, "person")


@pytest.mark.parametrize(
    "name", ["Secretary of State", "Ministry of Foreign Affairs", "Bank of England", "Department of Justice"]
)
def test_an_office_or_a_body_without_a_name_behind_it_stays_whole(name):
    content = extract(article_of(f"The {name} said the vote was fair.", f"The {name} said it would be held again."))
    assert [p.name for p in content.parties] == [name]


def test_a_surname_without_its_accent_is_the_same_person():
    content = extract(article_of("Institute director Marie Skłodowská opened the ward.", "Skłodowska stayed."))
    assert [p.name for p in content.parties] == ["Marie Skłodowská"]


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("Amnesty International", "organisation"),
        ("International Space Station", "place"),
        ("International Student Olympiad", "other"),
        ("Harbour International", "company"),
        ("International Monetary Fund", "organisation"),
    ],
)
def test_international_in_a_name_does_not_make_a_company(name, kind):
    content = extract(article_of(f"{name} said it would wait.", f"{name} announced a new plan."))
    assert party(content, name).kind == kind


def test_an_apposition_is_the_role():
    content = extract(article_of("Marie Curie, the institute's director, said the ward would stay open."))
    assert party(content, "Marie Curie").role == "the institute's director"


def test_an_acronym_in_brackets_is_an_alias():
    content = extract(article_of("The Northern Customs Conference (NCC) met in May.", "The NCC said it would vote."))
    assert "NCC" in party(content, "Northern Customs Conference").aliases


def test_a_capital_that_acts_stands_for_its_state():
    content = extract(article_of("China and France met on Monday.", "Beijing announced new export controls."))
    assert "Beijing" in party(content, "China").aliases
    assert party(content, "China").kind == "government"


def test_a_capital_where_something_happens_is_no_party():
    content = extract(article_of("Acme Corp said in Paris that it would expand.", "Acme Corp won a prize in Paris."))
    assert [p.name for p in content.parties] == ["Acme Corp"]


def test_a_plural_possessive_is_part_of_a_name():
    content = extract(article_of("The Harbour Workers’ Union called a strike on Monday."))
    assert content.parties[0].name == "Harbour Workers’ Union"


def test_the_ministries_of_two_states_are_two_parties():
    content = extract(
        article_of(
            "Norvania’s trade ministry said it was ready.",
            "Kelmaria’s trade ministry said it was not.",
        )
    )
    assert {"Norvania’s trade ministry", "Kelmaria’s trade ministry"} <= {p.name for p in content.parties}


def test_what_a_party_demands_is_what_it_wants():
    content = extract(article_of("The Miners' Union met on Monday.", "The Miners' Union demanded a rise of 8%."))
    wants = party(content, "Miners' Union").wants
    assert wants is not None
    assert wants.text == "The Miners' Union demanded a rise of 8%."


# quotations


def test_a_quotation_goes_on_in_the_next_paragraph_with_the_same_speaker():
    content = extract(
        article_of(
            "“We did not seek this dispute at all,” the trade minister of Norvania said.",
            "“If there is no agreement, the tariff will follow.",
            "“It can still be avoided by both of us.”",
            paragraphs=(0, 0, 1),
        )
    )
    assert {q.speaker for q in content.quotations} == {"trade minister of Norvania"}
    assert "It can still be avoided by both of us." in [q.words for q in content.quotations]


def test_he_is_nobody_where_two_people_act():
    content = extract(
        article_of("Isaac Newton met Marie Curie and Curie left early.", "“I will not come back again,” he said.")
    )
    assert content.quotations == []


def test_who_is_spoken_of_in_a_quotation_does_not_speak_it():
    content = extract(
        article_of(
            "Isaac Newton asked the council for answers on Monday.",
            "“The public deserves better,” Newton told the council.",
            "“If Marie Curie knew of the letters and did nothing, she must go too,” he said.",
        )
    )
    assert {q.speaker for q in content.quotations} == {"Isaac Newton"}
    assert len(content.quotations) == 2


def test_a_term_in_quotation_marks_is_no_quotation():
    assert extract(article_of("Acme Corp called it “a useful step” on Monday.")).quotations == []


def test_words_that_somebody_is_described_with_are_not_his_own():
    content = extract(article_of("Isaac Newton was described by Marie Curie as “a man of very few words indeed”."))
    assert [q.speaker for q in content.quotations] == ["Marie Curie"]


# threats


def test_a_promised_act_under_a_condition_is_threatened():
    threat = only_threat(
        "Norvania said it would impose a tariff unless Kelmaria pays $4.5 million by 11 p.m. on Sunday."
    )
    assert (threat.who, threat.kind, threat.status) == (["Norvania"], "sanction", "threatened")
    assert threat.condition == "unless Kelmaria pays $4.5 million by 11 p.m. on Sunday"


@pytest.mark.parametrize(
    ("sentence", "status"),
    [
        ("China announced export controls on Monday.", "announced"),
        ("China imposed sanctions on Acme Corp in May.", "in force"),
        ("China withdrew its sanctions on Acme Corp.", "withdrawn"),
        ("China accused Acme Corp of fraud.", "alleged"),
        ("China threatened Acme Corp with sanctions.", "threatened"),
    ],
)
def test_how_far_a_threat_has_come(sentence, status):
    threat = only_threat(sentence)
    assert (threat.who, threat.status) == (["China"], status)


def test_who_only_reports_an_attack_does_not_threaten():
    assert extract(article_of("Marie Curie said the attack had killed two people.")).threats == []


def test_whoever_suffers_an_attack_is_not_its_author():
    threat = only_threat("Tunisia is facing attacks, a member of parliament said.")
    assert (threat.who, threat.against) == ([], ["Tunisia"])


def test_whoever_is_arrested_is_the_target():
    threat = only_threat("Isaac Newton was arrested by the Royal Mint Police on Monday.")
    assert (threat.who, threat.against) == (["Royal Mint Police"], ["Isaac Newton"])


@pytest.mark.parametrize(
    ("sentence", "rest"),
    [
        ("OSTERMOUTH, Jan. 28, 2026 (Global Wire) - The mayor resigned.", "The mayor resigned."),
        ("OSTERMOUTH (Wire) — The mayor resigned.", "The mayor resigned."),
        ("Ostermouth, March 12 (Agency) -- The mayor resigned.", "The mayor resigned."),
        ("The well-known mayor - a baker - resigned.", "The well-known mayor - a baker - resigned."),
        ("US - Norvania talks began.", "US - Norvania talks began."),
    ],
)
def test_a_dateline_is_no_part_of_a_sentence(sentence, rest):
    assert without_dateline(sentence) == rest


def test_the_place_of_a_dateline_is_no_party():
    content = extract(
        article_of(
            "OSTERMOUTH (Wire) — The court ruled on Monday against Acme Corp.",
            "Acme Corp said it would appeal.",
            "The Miners' Union rejected the ruling on Tuesday.",
        )
    )
    assert {party.name for party in content.parties} == {"Acme Corp", "court", "Miners' Union"}


# next steps and time


@pytest.mark.parametrize(
    ("text", "phrase"),
    [
        ("They will meet next Thursday in Oslo.", "next Thursday"),
        ("It is due by the end of the month.", "by the end of the month"),
        ("Votes will be counted on Friday, March 27.", "on Friday, March 27"),
        ("It will take effect on April 1.", "on April 1"),
        ("They will decide within 30 days.", "within 30 days"),
        ("A vote is set for September 19.", "September 19"),
        ("The hearing is set for Sept. 12, 2025.", "Sept. 12, 2025"),
        ("The work is planned for September 2026.", "for September 2026"),
        ("It is planned for September.", "for September"),
        ("They meet the day after tomorrow.", "the day after tomorrow"),
        ("They met last week and will not meet again.", None),
        ("They may come.", None),
    ],
)
def test_the_words_for_a_time_to_come(text, phrase):
    assert time_phrase(text, lexicon()) == phrase


@pytest.mark.parametrize(
    ("sentence", "certainty"),
    [
        ("Acme Corp is due to meet the union on Friday.", "scheduled"),
        ("Acme Corp plans to hold talks next week.", "planned"),
        ("Acme Corp is expected to publish its decision in June.", "expected"),
        ("Acme Corp may hold a vote next week.", "possible"),
    ],
)
def test_how_sure_a_next_step_is(sentence, certainty):
    steps = extract(article_of(sentence)).next_steps
    assert [(s.certainty, s.who) for s in steps] == [(certainty, ["Acme Corp"])]


def test_what_could_have_happened_is_no_next_step():
    assert extract(article_of("Acme Corp could have held a meeting on Friday.")).next_steps == []


# headline


@pytest.mark.parametrize(
    ("title", "headline"),
    [
        ("Acme sues regulator over port fees - Harbour Daily", "Acme sues regulator over port fees"),
        ("Port strike: Union rejects third offer from operator", "Union rejects third offer from operator"),
        ("Union rejects third offer as talks enter second week", "Union rejects third offer"),
        ("Union rejects offer: 'We will not be moved'", "Union rejects offer: 'We will not be moved'"),
        ("Acme to union: Take it or leave it", "Acme to union: Take it or leave it"),
    ],
)
def test_a_title_is_cut_to_what_happened(title, headline):
    assert headline_of(title, lexicon()) == headline


@pytest.mark.parametrize(
    "title",
    [
        "Acme will close the port unless union drops demand",
        "Mayor arrested after allegedly taking bribes from Acme",
        "Union rejects offer, says minister",
        "Minister resigns after report that proved false",
    ],
)
def test_a_cut_never_drops_doubt_condition_or_speaker(title):
    assert headline_of(title, lexicon()) == title


def test_without_a_title_the_lead_gives_the_headline():
    content = extract(
        article_of("OSLO — Acme Corp closed its port on Monday after a fire broke out in the control room.")
    )
    assert content.headline.text == "Acme Corp closed its port on Monday"


# gaps


def test_a_missing_date_is_a_gap():
    sentence = "Acme Corp closed its port on Monday."
    assert "The article's date is not known." in extract(article_of(sentence)).gaps
    dated = extract(article_of(sentence, published=dt.date(2026, 3, 12))).gaps
    assert "The article's date is not known." not in dated


def test_who_is_accused_and_silent_is_a_gap():
    content = extract(article_of("China accused Acme Corp of fraud.", "Acme Corp closed its port."))
    assert "Acme Corp is the target of a threat or an accusation and is not heard." in content.gaps
