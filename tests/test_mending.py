"""Only what failed goes back to the model; what was accepted stays as it is, and what still fails stays marked."""

from __future__ import annotations

import asyncio
import json

import pytest

from summarizer import Summarizer
from summarizer.brief import Content
from summarizer.briefing import brief_article
from summarizer.engines import Draft
from summarizer.errors import ServerError
from summarizer.kinds import brief_kind
from summarizer.mending import MEND_PROMPT, as_asked
from summarizer.prompts import MEND_PLACEHOLDERS, Prompt
from tests.articles import article_of
from tests.faultserver import FaultServer
from tests.golden_files import compare

ARTICLE = article_of(
    "Norvania said on Monday that it would impose a 25% tariff on cars from Kelmaria.",
    "Kelmaria's trade ministry called that “an ultimatum that makes a compromise harder”.",
    "Negotiators of Norvania and Kelmaria are to meet next Thursday in Saint Orvell.",
    "The weather in the harbour was fine.",
    title="Tariff",
)


def _statement(text, *evidence, **more):
    return {"evidence": list(evidence), "attribution": None, "text": text, **more}


def _party(name, role, *evidence):
    named = {"name": name, "kind": "government", "role": role, "wants": None, "aliases": []}
    return {"evidence": list(evidence), "attribution": None, **named}


def _threat(text, *evidence, against=("Kelmaria",)):
    more = {
        "who": ["Norvania"],
        "against": list(against),
        "condition": None,
        "kind": "sanction",
        "status": "threatened",
    }
    return _statement(text, *evidence, **more)


GOOD = _threat("Norvania would impose a 25% tariff on cars from Kelmaria", 1)
WRONG_NUMBER = _threat("Norvania would impose a 35% tariff on cars from Kelmaria", 1)
WRONG_NAME = _threat("Norvania would impose a 25% tariff on cars from Kelmaria", 1, against=["Zelmaria"])


def _answer(**parts):
    whole = {
        "headline": _statement("Norvania would impose a 25% tariff on cars", 1),
        "bottom_line": _statement("Norvania would impose a 25% tariff on cars from Kelmaria.", 1),
        "parties": [
            _party("Norvania", "would impose a 25% tariff", 1),
            _party("Kelmaria", "called that an ultimatum", 2),
        ],
        "stakes": [],
        "threats": [GOOD],
        "next_steps": [],
        "quotations": [],
        "gaps": [],
    }
    return {**whole, **parts}


class Scripted:
    """An engine that gives prepared answers and notes what it was asked."""

    name = "scripted"
    built_in_kind_only = False

    def __init__(self, first, *mended):
        self.first, self.mended, self.asked = first, list(mended), []

    async def write(self, article, kind):
        return Draft(kind.validate(json.dumps(self.first), article, last_try=True), tries=1)

    async def ask(self, article, kind, user):
        self.asked.append(user)
        answer = self.mended.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return Draft(kind.validate(json.dumps(answer), article, last_try=True), tries=1)

    async def aclose(self):
        pass


def _brief(engine, **options):
    return asyncio.run(brief_article(ARTICLE, brief_kind(), engine, **options))


def _mended(*items, to="threat_items"):
    return {to: [{"number": number, "item": item} for number, item in enumerate(items, 1)]}


def test_a_brief_in_which_all_holds_is_not_asked_about_again():
    engine = Scripted(_answer())
    assert _brief(engine).provenance.mended == []
    assert engine.asked == []


def test_a_wrong_number_is_found_sent_back_and_mended_with_a_record():
    engine = Scripted(_answer(threats=[WRONG_NUMBER]), _mended(GOOD))
    brief = _brief(engine)
    assert brief.threats[0].text == GOOD["text"]
    assert brief.threats[0].verdict.value == "supported"
    (record,) = brief.provenance.mended
    assert (record.where, record.round, record.verdict) == ("threats[0]", 1, "supported")
    assert record.before == WRONG_NUMBER["text"]
    assert record.after == GOOD["text"]
    assert any("35" in problem for problem in record.problems)
    assert brief.provenance.tries == 2


def test_a_threat_told_as_fact_is_sent_back_although_it_is_only_weak():
    as_fact = _threat("Norvania imposed a 25% tariff on cars from Kelmaria", 1)
    brief = _brief(Scripted(_answer(threats=[as_fact]), _mended(GOOD)))
    (record,) = brief.provenance.mended
    assert record.problems == ['the evidence says "would" of this, and the statement does not']
    assert (record.before, record.after, record.verdict) == (as_fact["text"], GOOD["text"], "supported")


def test_a_name_from_nowhere_that_begins_a_statement_is_sent_back_although_it_may_be_any_word():
    invented = _threat("Zelmarin would impose a 25% tariff on cars from Kelmaria", 1)
    brief = _brief(Scripted(_answer(threats=[invented]), _mended(GOOD)))
    (record,) = brief.provenance.mended
    assert (record.before, record.after, record.verdict) == (invented["text"], GOOD["text"], "supported")
    assert any("Zelmarin" in problem for problem in record.problems)


def test_only_the_failing_item_its_problems_and_near_sentences_are_sent():
    engine = Scripted(_answer(threats=[GOOD, WRONG_NUMBER]), _mended(GOOD))
    _brief(engine)
    (user,) = engine.asked
    assert "Item 1, for threat_items" in user
    assert "Item 2" not in user
    assert "35" in user
    assert "[1] Norvania said on Monday" in user
    assert "The weather" not in user


def test_what_was_accepted_is_byte_identical_afterwards():
    engine = Scripted(_answer(threats=[GOOD, WRONG_NAME]), _mended(GOOD))
    untouched = _brief(Scripted(_answer(threats=[GOOD, WRONG_NAME])), max_mends=0)
    mended = _brief(engine)
    for part in ("headline", "bottom_line", "parties", "stakes", "next_steps", "quotations", "gaps"):
        assert mended.model_dump_json(include={part}) == untouched.model_dump_json(include={part})
    assert mended.threats[0].model_dump_json() == untouched.threats[0].model_dump_json()
    assert mended.threats[1].against == ["Kelmaria"]


def test_what_still_fails_after_two_rounds_stays_and_is_marked():
    again = _threat("Norvania would impose a 45% tariff on cars from Kelmaria", 1)
    engine = Scripted(_answer(threats=[WRONG_NUMBER]), _mended(again), _mended(again))
    brief = _brief(engine)
    assert len(engine.asked) == 2
    assert brief.threats[0].text == WRONG_NUMBER["text"]
    assert brief.threats[0].verdict.value == "unsupported"
    assert [(record.round, record.after) for record in brief.provenance.mended] == [(1, None), (2, None)]


def test_an_item_that_the_model_gives_up_stays_and_is_marked():
    engine = Scripted(_answer(threats=[WRONG_NUMBER]), _mended(None), _mended(None))
    brief = _brief(engine)
    assert brief.threats[0].text == WRONG_NUMBER["text"]
    assert brief.verification.unsupported == 1


def test_a_round_that_fails_loses_nothing():
    engine = Scripted(_answer(threats=[WRONG_NUMBER]), ServerError("down", status=503))
    brief = _brief(engine)
    assert brief.threats[0].verdict.value == "unsupported"
    assert brief.provenance.mended == []


def test_a_mended_party_keeps_the_name_that_others_refer_to():
    wrong = _party("Norvania", "would impose a 35% tariff", 1)
    renamed = _party("The Republic", "would impose a 25% tariff", 1)
    first = _answer(parties=[wrong, _party("Kelmaria", "called that an ultimatum", 2)])
    brief = _brief(Scripted(first, _mended(renamed, to="party_items")))
    assert brief.parties[0].name == "Norvania"
    assert brief.parties[0].role == "would impose a 25% tariff"


def test_the_size_of_a_round_follows_the_failing_items_and_not_the_brief():
    few = Scripted(_answer(threats=[WRONG_NUMBER]), _mended(GOOD))
    many = Scripted(_answer(threats=[*[GOOD] * 20, WRONG_NUMBER]), _mended(GOOD))
    _brief(few)
    _brief(many)
    assert len(few.asked[0]) == len(many.asked[0])


def test_an_item_is_sent_in_the_shape_in_which_it_is_asked_for():
    content = brief_kind().validate(json.dumps(_answer()), ARTICLE)
    assert isinstance(content, Content)
    assert as_asked(content) == _answer()


@pytest.mark.parametrize("mode", ["json_schema", "tools", "json"])
def test_mending_goes_through_the_same_calls_and_counts_as_the_rest(mode):
    def answer(call):
        return json.dumps(_mended(GOOD) if "Mend the items." in call.body.decode() else _answer(threats=[WRONG_NUMBER]))

    with FaultServer(answer=answer) as server, Summarizer(model="m", base_url=server.base_url, mode=mode) as summarizer:
        brief = summarizer.brief(ARTICLE)
        stats = server.stats
    assert brief.threats[0].verdict.value == "supported"
    assert stats.calls == brief.provenance.tries == 2
    assert brief.provenance.tokens.input == stats.prompt_tokens
    assert brief.provenance.tokens.output == stats.completion_tokens


def test_the_whole_message_about_failing_items_is_the_golden_one():
    engine = Scripted(_answer(threats=[WRONG_NUMBER, GOOD, WRONG_NAME]), _mended(GOOD, GOOD))
    _brief(engine)
    system = Prompt.shipped(MEND_PROMPT, placeholders=MEND_PLACEHOLDERS).system
    compare("prompt.mend.v1.txt", f"{system}\n\n=== user ===\n\n{engine.asked[0]}\n")
