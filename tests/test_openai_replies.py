"""What becomes of every kind of reply: an answer, a re-ask, or an error with a name, at a known number of calls."""

from __future__ import annotations

import asyncio
import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from summarizer.brief import Tokens
from summarizer.briefing import brief_article
from summarizer.engines.openai import OpenAIEngine
from summarizer.engines.openai.reply import parse_reply
from summarizer.engines.openai.request import REASK_FACTOR, REASK_LEAST
from summarizer.errors import (
    IncompatibleError,
    InputTruncatedError,
    InvalidAnswerError,
    RefusedError,
    ServerError,
    TooLongError,
    TruncatedError,
)
from summarizer.kinds import Kind, brief_kind
from summarizer.prompts import Prompt
from tests.answers import (
    STORY,
    altered_quotation,
    article,
    article_of,
    good,
    good_text,
    key_of,
    messages_of,
    no_such_sentence,
    record_waits,
    run,
    run_one,
    settings_for,
    size,
    unknown_party,
    write_all,
)
from tests.faultserver import (
    ABSENT,
    ContentFilter,
    Fault,
    FaultServer,
    Hang,
    Length,
    RawBody,
    Refusal,
    Reply,
    Status,
)

GOOD = good_text()
STUMP = '{"headline": {"evidence": [1], "attribution": null, "text": "STUMP-7c1'
MODES = ["json_schema", "tools", "json"]
DOCUMENTS = size(20, 1_000)
MEGABYTE = 1_000_000


@pytest.fixture(autouse=True)
def waits(monkeypatch):
    return record_waits(monkeypatch)


def flags_and_tries(outcomes):
    return {(draft.flags, draft.tries) for draft in outcomes}


# --- cut off at the output limit ---


@pytest.mark.parametrize("mode", MODES)
def test_a_cut_off_answer_is_asked_for_once_more_with_twice_the_room_and_never_shown_again(mode):
    with FaultServer([Length(STUMP), Reply()], answer=GOOD) as server:
        drafts = run(server.base_url, DOCUMENTS, mode=mode, max_output_tokens=500)
        server.assert_landed("length", DOCUMENTS)
        calls = server.calls
    assert flags_and_tries(drafts) == {((), 2)}
    assert sorted(call.json["max_tokens"] for call in calls) == [500] * DOCUMENTS + [1_000] * DOCUMENTS
    assert not any(b"STUMP-7c1" in call.body for call in calls)


def test_an_answer_cut_off_twice_fails_after_two_calls():
    with FaultServer(Length(STUMP)) as server:
        failure = run_one(server.base_url)
        server.assert_landed("length", 2)
        assert server.stats.calls == failure.tries == 2
        assert not any(b"STUMP-7c1" in call.body for call in server.calls)
    assert isinstance(failure, TruncatedError)
    assert "STUMP" not in str(failure)


def test_a_server_that_allows_no_larger_answer_leaves_it_truncated():
    with FaultServer([Length(STUMP), Status(400, {"error": {"message": "max_tokens is too large"}})]) as server:
        failure = run_one(server.base_url, mode="auto")
        server.assert_landed("length")
        server.assert_landed("status_400")
        assert server.stats.calls == 2
    assert isinstance(failure, TruncatedError)


def test_a_limit_that_all_went_into_thinking_is_a_cut_off_answer():
    empty = RawBody(completion({"role": "assistant", "content": None}, finish_reason="length"), label="thought")
    with FaultServer([empty, Reply()], answer=GOOD) as server:
        draft = run_one(server.base_url, max_output_tokens=500)
        server.assert_landed("thought")
        assert [call.json["max_tokens"] for call in server.calls] == [500, 1_000]
    assert draft.tries == 2


def test_what_needed_more_room_gets_it_in_its_reasks_too():
    with FaultServer([Length(STUMP), Reply(answer=unknown_party()), Reply()], answer=GOOD) as server:
        run_one(server.base_url, max_output_tokens=500)
        server.assert_landed("length")
        assert [call.json["max_tokens"] for call in server.calls] == [500, 1_000, 1_000]


@pytest.mark.parametrize("mode", MODES)
def test_a_whole_answer_that_ends_at_the_limit_is_kept_and_flagged(mode):
    with FaultServer(Length(GOOD)) as server:
        drafts = run(server.base_url, DOCUMENTS, mode=mode)
        server.assert_landed("length", DOCUMENTS)
        assert server.stats.calls == DOCUMENTS
    assert flags_and_tries(drafts) == {(("possibly_truncated",), 1)}


def test_a_flag_is_about_the_answer_that_was_kept():
    with FaultServer([Length(unknown_party()), Reply()], answer=GOOD) as server:
        draft = run_one(server.base_url)
        server.assert_landed("length")
    assert (draft.flags, draft.tries) == ((), 2)


# --- refused, or nothing there ---


@pytest.mark.parametrize("mode", MODES)
def test_a_refusal_is_one_paid_call_and_its_words_are_kept(mode):
    with FaultServer(Refusal("I can't help with that.\x1b[31m")) as server:
        failures = run(server.base_url, DOCUMENTS, mode=mode)
        server.assert_landed("refusal", DOCUMENTS)
        assert server.stats.calls == server.stats.paid == DOCUMENTS
    assert {type(failure) for failure in failures} == {RefusedError}
    assert {failure.reason for failure in failures} == {"I can't help with that.‹U+001B›[31m"}
    assert {(failure.tries, failure.stops_run, failure.tokens.unknown) for failure in failures} == {(1, False, 0)}


@pytest.mark.parametrize("left", ["", STUMP, GOOD], ids=["nothing", "stump", "whole"])
def test_a_filtered_answer_is_one_paid_call(left):
    with FaultServer(ContentFilter(left)) as server:
        failure = run_one(server.base_url)
        server.assert_landed("content_filter")
        assert server.stats.calls == server.stats.paid == 1
    assert isinstance(failure, RefusedError)
    assert "filter" in failure.reason
    assert failure.tokens.input > 0


def completion(message=None, *, finish_reason="stop", **more):
    choice = {"index": 0, "finish_reason": finish_reason, "message": message}
    reply = {"id": "x", "object": "chat.completion", "created": 1, "model": "m", "choices": [choice], **more}
    return json.dumps({**reply, "usage": {"prompt_tokens": 4_000, "completion_tokens": 9}}).encode()


NOTHING_THERE = {
    "no choices": completion(choices=[]),
    "null choices": completion(choices=None),
    "choices are a text": completion(choices="x"),
    "a choice is null": completion(choices=[None]),
    "no message": completion(choices=[{"index": 0, "finish_reason": "stop"}]),
    "null message": completion(None),
    "null content": completion({"role": "assistant", "content": None}),
    "content is a number": completion({"role": "assistant", "content": 7}),
    "a tool call of nothing": completion({"role": "assistant", "content": None, "tool_calls": [{}]}),
    "an error": b'{"error": {"message": "overloaded", "code": 500}}',
    "an error in words": b'{"error": "overloaded"}',
    "an error and no choices": b'{"error": {"message": "overloaded"}, "choices": []}',
}


@pytest.mark.parametrize("body", NOTHING_THERE.values(), ids=NOTHING_THERE.keys())
def test_a_reply_without_an_answer_is_asked_for_once_more_and_then_a_server_error(body):
    with FaultServer(RawBody(body, label="empty")) as server:
        failure = run_one(server.base_url)
        server.assert_landed("empty", 2)
        assert server.stats.calls == failure.tries == 2
    assert isinstance(failure, ServerError)
    assert failure.status == 200


@pytest.mark.parametrize("body", NOTHING_THERE.values(), ids=NOTHING_THERE.keys())
def test_a_reply_without_an_answer_does_no_harm_where_the_next_has_one(body):
    with FaultServer([RawBody(body, label="empty"), Reply()], answer=GOOD) as server:
        draft = run_one(server.base_url)
        server.assert_landed("empty")
    assert draft.tries == 2


# --- not OpenAI-compatible ---

INCOMPATIBLE = {
    "html": (b"<!doctype html><html><body>Sign in\x1b[2J</body></html>", "text/html"),
    "nothing": (b"", "application/json"),
    "text": (b"it works!", "text/plain"),
    "invalid utf-8": (b"\xff\xfe\xfa{\x80\x81", "application/json"),
    "events": (b'data: {"choices":[{"delta":{"content":"x"}}]}\n\ndata: [DONE]\n\n', "text/event-stream"),
    "a list": (b"[1, 2, 3]", "application/json"),
    "null": (b"null", "application/json"),
    "another api": (b'{"response": "hello", "done": true}', "application/json"),
    "deep": (b"[" * 100_000 + b"]" * 100_000, "application/json"),
    "a long number": (b'{"choices": ' + b"9" * 5_000 + b"}", "application/json"),
    "half": (b'{"choices": [{"mess', "application/json"),
}


@pytest.mark.parametrize(("body", "kind"), INCOMPATIBLE.values(), ids=INCOMPATIBLE.keys())
def test_what_is_no_chat_completion_is_named_so_with_its_first_characters_made_safe(body, kind):
    with FaultServer(RawBody(body, kind, label="alien")) as server:
        failure = run_one(server.base_url)
        server.assert_landed("alien")
        assert server.stats.calls == failure.tries == 1
    assert isinstance(failure, IncompatibleError)
    assert str(failure).isprintable()
    assert len(str(failure)) <= 260
    assert failure.tokens == Tokens(unknown=1)


def test_html_is_shown_by_its_beginning():
    with FaultServer(RawBody(b"<html>Sign in</html>", "text/html", label="html")) as server:
        failure = run_one(server.base_url)
        server.assert_landed("html")
    assert "<html>Sign in</html>" in str(failure)


def test_a_server_that_never_answers_as_it_should_is_left_after_five_documents():
    workers = 4
    with FaultServer(RawBody(b"<html>", "text/html", label="html"), latency=0.01) as server:
        failures = run(server.base_url, 100, concurrency=workers)
        server.assert_landed("html", 5)
        assert server.stats.calls <= 5 + workers
    assert {type(failure) for failure in failures} == {IncompatibleError}
    assert failures[-1].stops_run


def test_a_single_unreadable_reply_among_good_ones_stops_nothing():
    script = {key_of(number): RawBody(b"<html>", label="html") for number in range(10, 20)}
    with FaultServer(script, answer=GOOD) as server:
        outcomes = run(server.base_url, 30, concurrency=1)
        server.assert_landed("html", 10)
        assert server.stats.calls == 30
    assert sum(isinstance(outcome, Exception) for outcome in outcomes) == 10


# --- invalid answers ---

INVALID = {
    "no json": "I am sorry, here is the brief: none",
    "half json": GOOD[:200],
    "an empty text": "",
    "a missing part": json.dumps({name: value for name, value in good().items() if name != "parties"}),
    "a part too many": json.dumps(good(verdicts="all supported")),
    "a wrong type": json.dumps(good(gaps="none")),
    "a sentence out of range": no_such_sentence(),
    "a name that is no party": unknown_party(),
    "an altered quotation": altered_quotation(),
    "null": "null",
    "nan": '{"headline": NaN}',
    "deep": "[" * 50_000,
}


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("bad", INVALID.values(), ids=INVALID.keys())
@pytest.mark.parametrize("times", [1, 2])
def test_an_invalid_answer_is_asked_again_and_a_good_one_then_is_taken(bad, times, mode):
    with FaultServer([*[Reply(answer=bad)] * times, Reply()], answer=GOOD) as server:
        draft = run_one(server.base_url, mode=mode)
        assert server.stats.calls == draft.tries == times + 1
        assert server.stats.prompt_tokens == draft.tokens.input
        assert server.stats.completion_tokens == draft.tokens.output
    assert draft.content.headline.text == good()["headline"]["text"]
    assert draft.flags == ()


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("reasks", [0, 1, 2, 4])
def test_reasks_end_where_the_setting_says(mode, reasks):
    with FaultServer(Reply(answer="no json")) as server:
        failure = run_one(server.base_url, max_reasks=reasks, mode=mode)
        assert server.stats.calls == failure.tries == reasks + 1
        assert failure.tokens.input == server.stats.prompt_tokens
    assert isinstance(failure, InvalidAnswerError)
    assert failure.problems
    assert "no json" not in str(failure)


LONG = "x" * MEGABYTE
BADLY = {
    "short": lambda n: f"BAD-{n}",
    "no json, long": lambda n: f"BAD-{n} {LONG}",
    "a long string": lambda n: good_text(gaps=[f"BAD-{n} {LONG}"]),
    "quotes that double when escaped": lambda n: f"BAD-{n} " + '"\\' * (MEGABYTE // 2),
    "characters of four bytes": lambda n: f"BAD-{n} " + "\U0001f6a2" * 200_000,
    "many items": lambda n: good_text(gaps=[f"BAD-{n}"] * 100_000),
    "many sentences": lambda n: good_text(headline={**good()["headline"], "evidence": [1] * 100_000}),
    "many unknown parts": lambda n: json.dumps({f"BAD-{n}-{i}": 1 for i in range(100_000)}),
    "many brackets": lambda n: f"BAD-{n} " + "{[" * (MEGABYTE // 2),
}


@pytest.mark.parametrize("mode", MODES[:2])
@pytest.mark.parametrize("answer", BADLY.values(), ids=BADLY.keys())
def test_a_reask_shows_the_last_answer_only_and_is_hardly_larger_than_the_first_request(answer, mode):
    with FaultServer(lambda call: Reply(answer=answer(call.attempt))) as server:
        started = time.process_time()
        failure = run_one(server.base_url, mode=mode)
        took = time.process_time() - started
        first, *reasks = server.calls
    assert isinstance(failure, InvalidAnswerError)
    assert len(reasks) == 2
    for number, reask in enumerate(reasks, 1):
        assert len(reask.body) <= REASK_FACTOR * len(first.body)
        told = messages_of(reask.body).removeprefix(messages_of(first.body))
        assert {n for n in (1, 2, 3) if f"BAD-{n}" in told} <= {number}
        assert len(reask.json["messages"]) == 4
    assert took < 6


@pytest.mark.parametrize("mode", MODES)
def test_a_reask_of_a_small_request_has_room_for_two_kilobytes_more(mode):
    class Small(BaseModel):
        number: int

    small = Kind.of(Small, Prompt.parse(b"# System\nCount.\n# User\n{{ article }}", name="small"))
    with FaultServer(Reply(answer="BAD" * 5_000)) as server:
        asyncio.run(write_all(settings_for(server.base_url, mode=mode), [article_of("DOC-000001.")], small))
        first, *reasks = server.calls
    assert len(reasks) == 2
    assert len(first.body) < 1_000
    assert max(len(reask.body) for reask in reasks) <= len(first.body) + REASK_LEAST
    assert all("BADBAD" in messages_of(reask.body) for reask in reasks)


def test_a_reask_names_what_is_wrong():
    wrong = {
        no_such_sentence(97): "there is no sentence 97; the article's sentences are numbered 1 to 3",
        unknown_party(): '"Zubrovia" is not the name of a party of this brief',
        altered_quotation(): "these words do not stand in the cited sentences as they are",
        json.dumps(good(gaps=[])).replace(
            '"gaps": []', '"gaps": [], "mood": 1'
        ): "mood: Extra inputs are not permitted",
    }
    for bad, problem in wrong.items():
        with FaultServer([Reply(answer=bad), Reply()], answer=GOOD) as server:
            run_one(server.base_url)
            assert problem in messages_of(server.calls[1].body)


async def brief_of(server, one, **settings):
    engine = OpenAIEngine(settings_for(server.base_url, **settings))
    try:
        return await brief_article(one, brief_kind(), engine, max_mends=0)
    finally:
        await engine.aclose()


@pytest.mark.parametrize(
    ("bad", "check", "where"),
    [
        (no_such_sentence(), "missing_sentence", lambda brief: brief.headline),
        (unknown_party(), "party", lambda brief: brief.next_steps[0]),
        (altered_quotation(), "quotation", lambda brief: brief.quotations[0]),
    ],
)
def test_what_is_still_wrong_after_the_last_reask_is_kept_and_marked_and_fails_nothing(bad, check, where):
    with FaultServer(Reply(answer=bad)) as server:
        brief = asyncio.run(brief_of(server, article()))
        assert server.stats.calls == brief.provenance.tries == 3
    verdict = where(brief).verdict
    assert verdict.value == "unsupported"
    assert check in [problem.check for problem in verdict.problems]
    assert brief.verification.unsupported == 1
    assert brief.provenance.flags == []


@pytest.mark.parametrize("bad", [no_such_sentence(), unknown_party(), altered_quotation()])
@pytest.mark.parametrize(
    "then",
    [Status(500), Status(400), Refusal("no"), Length(STUMP), RawBody(b"<html>"), Reply(answer="no json")],
)
def test_a_reask_that_fails_does_not_take_the_answer_that_was_there(bad, then):
    with FaultServer([Reply(answer=bad), then]) as server:
        draft = run_one(server.base_url)
        calls = server.stats.calls
        assert calls >= 2
        if isinstance(then, Fault):
            server.assert_landed(then.name)
    assert draft.flags == ("reask_failed",)
    assert draft.content.bottom_line.text == good()["bottom_line"]["text"]
    assert draft.tries == calls


def test_a_reask_for_which_the_time_ran_out_does_not_take_the_answer_that_was_there():
    with FaultServer([Reply(answer=unknown_party()), Hang()]) as server:
        draft = run_one(server.base_url, total_timeout=0.5)
        server.assert_landed("hang")
    assert (draft.flags, draft.tries, draft.tokens.unknown) == (("reask_failed",), 2, 1)


def test_an_answer_in_a_code_fence_or_among_words_is_read():
    fenced = f"Here it is:\n```json\n{good_text(gaps=['Who pays.'])}\n```\nDone."
    with FaultServer(Reply(answer=fenced)) as server:
        draft = run_one(server.base_url, mode="json")
        assert server.stats.calls == 1
    assert draft.content.gaps == ["Who pays."]


def test_an_answer_in_parts_is_read_as_one():
    parts = [{"type": "text", "text": GOOD[:100]}, {"type": "text", "text": GOOD[100:]}]
    with FaultServer(RawBody(completion({"role": "assistant", "content": parts}), label="parts")) as server:
        draft = run_one(server.base_url)
        server.assert_landed("parts")
    assert draft.tries == 1


# --- characters that no text can hold ---

UNFIT = {
    "an escaped half": "tariff \\ud83d on cars",
    "the other half": "tariff \\ude00 on cars",
    "halves in the wrong order": "tariff \\ude00\\ud83d on cars",
    "an escaped nul": "tariff \\u0000 on cars",
}


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("unfit", UNFIT.values(), ids=UNFIT.keys())
def test_halves_of_characters_and_nuls_are_cleaned_and_flagged_and_cost_no_call(unfit, mode):
    with FaultServer(Reply(answer=GOOD.replace("tariff on cars", unfit))) as server:
        draft = run_one(server.base_url, mode=mode)
        assert server.stats.calls == 1
    assert (draft.flags, draft.tries) == (("reply_cleaned",), 1)
    assert "\x00" not in draft.content.headline.text
    assert draft.content.model_dump_json().encode().decode() == draft.content.model_dump_json()


def test_a_half_that_came_as_bytes_is_cleaned_too():
    body = completion({"role": "assistant", "content": GOOD.replace("tariff on", "tariff HALF on")})
    with FaultServer(RawBody(body.replace(b"HALF", b"\xed\xa0\xbd"), label="half")) as server:
        draft = run_one(server.base_url)
        server.assert_landed("half")
    assert draft.flags == ("reply_cleaned",)
    assert draft.content.headline.text.encode()


def test_a_whole_character_in_two_escapes_is_left_alone():
    with FaultServer(Reply(answer=GOOD.replace("tariff on cars", "tariff \\ud83d\\ude00 on cars"))) as server:
        draft = run_one(server.base_url)
    assert draft.flags == ()
    assert "\U0001f600" in draft.content.headline.text


ESCAPES = st.sampled_from(
    ["\\u0000", "\\ud83d", "\\ude00", "\\\\u0000", "\\\\", '\\"', "\\n", "\x00", "\ud83d", "\ude00"]
)
WORDS = st.text(st.characters(exclude_characters='"\\', min_codepoint=32))


@given(st.lists(st.one_of(ESCAPES, WORDS)).map("".join))
def test_a_cleaned_answer_is_as_valid_as_before_and_holds_only_whole_characters(inner):
    answer = json.loads(json.dumps(f'{{"gaps": ["{inner}"]}}'))  # two halves side by side are one character
    _, reply = parse_reply(json.dumps({"choices": [{"message": {"content": answer}}]}).encode())
    (cleaned,) = json.loads(reply.text, strict=False)["gaps"]
    assert cleaned.encode().decode() == cleaned
    assert "\x00" not in cleaned
    (told,) = json.loads(answer, strict=False)["gaps"]
    is_fit = not any(character == "\x00" or "\ud800" <= character <= "\udfff" for character in told)
    assert cleaned == told or not is_fit or reply.cleaned > 0
    assert (reply.cleaned == 0) == (reply.text == answer)


def test_a_byte_order_mark_before_a_reply_or_an_answer_costs_no_call():
    whole = completion({"role": "assistant", "content": "\ufeff" + GOOD})
    with FaultServer(RawBody(b"\xef\xbb\xbf" + whole, label="bom")) as server:
        draft = run_one(server.base_url)
        server.assert_landed("bom")
        assert server.stats.calls == 1
    assert draft.tries == 1


# --- what it took ---

USAGE = [
    ({"prompt_tokens": 1000, "completion_tokens": 50}, Tokens(input=1000, output=50)),
    (
        {"prompt_tokens": 1000, "completion_tokens": 50, "prompt_tokens_details": {"cached_tokens": 600}},
        Tokens(input=1000, output=50, cached=600),
    ),
    (
        {"prompt_tokens": 1000, "completion_tokens": 50, "prompt_tokens_details": {"cached_tokens": 1001}},
        Tokens(input=1000, output=50),
    ),
    (
        {"prompt_tokens": 1000, "completion_tokens": 50, "prompt_tokens_details": 7},
        Tokens(input=1000, output=50),
    ),
    ({"prompt_tokens": 1000, "completion_tokens": 0}, Tokens(input=1000)),
    (ABSENT, Tokens(unknown=1)),
    (None, Tokens(unknown=1)),
    ({}, Tokens(unknown=1)),
    ([], Tokens(unknown=1)),
    ("many", Tokens(unknown=1)),
    ({"prompt_tokens": 0, "completion_tokens": 0}, Tokens(unknown=1)),
    ({"prompt_tokens": -5, "completion_tokens": 5}, Tokens(unknown=1)),
    ({"prompt_tokens": 5, "completion_tokens": -5}, Tokens(unknown=1)),
    ({"prompt_tokens": 10**15, "completion_tokens": 5}, Tokens(unknown=1)),
    ({"prompt_tokens": None, "completion_tokens": 5}, Tokens(unknown=1)),
    ({"prompt_tokens": "1000", "completion_tokens": 5}, Tokens(unknown=1)),
    ({"prompt_tokens": 10.5, "completion_tokens": 5}, Tokens(unknown=1)),
    ({"prompt_tokens": True, "completion_tokens": 5}, Tokens(unknown=1)),
]


@pytest.mark.parametrize(("usage", "tokens"), USAGE, ids=lambda value: str(value)[:60])
def test_what_a_server_does_not_tell_or_tells_as_nonsense_is_unknown_and_never_nought(usage, tokens):
    with FaultServer(Reply(usage=usage), answer=GOOD) as server:
        draft = run_one(server.base_url)
        assert server.stats.calls == 1
    assert draft.tokens == tokens
    assert draft.cost is None


def test_known_and_unknown_replies_of_one_document_are_added_up_apart():
    script = [
        Reply(answer="no json", usage=None),
        Reply(answer="no json", prompt_tokens=3_000, completion_tokens=7),
        Reply(),
    ]
    with FaultServer(script, answer=lambda call: GOOD) as server:
        draft = run_one(server.base_url)
        last = len(server.calls[2].body) // 4
    assert draft.tokens == Tokens(input=3_000 + last, output=7 + len(GOOD) // 4, unknown=1)


# --- prompts that the server cut ---


def long_article(number):
    return article(number, *(f"{STORY[0][:-1]} and talks went on for day {day}." for day in range(700)))


def honest_count(call, bias=1.0):
    return round(bias * len(messages_of(call.body).encode()) / 4)


def test_a_prompt_that_was_cut_on_the_way_in_is_flagged_and_the_third_in_a_row_stops_the_engine():
    with FaultServer(lambda call: Reply(prompt_tokens=4_096), answer=GOOD) as server:
        outcomes = run(server.base_url, [long_article(n) for n in range(10)], concurrency=1)
        assert min(honest_count(call) for call in server.calls) > 4_096 / 0.7
        assert server.stats.calls == 3
    assert [outcome.flags for outcome in outcomes[:2]] == [("input_truncated",)] * 2
    assert {type(outcome) for outcome in outcomes[2:]} == {InputTruncatedError}
    assert outcomes[2].stops_run


def test_cut_prompts_that_alternate_with_whole_ones_are_flagged_each_and_stop_nothing():
    def count(call):
        return Reply(prompt_tokens=4_096) if int(call.key[-1]) % 2 else Reply(prompt_tokens=honest_count(call))

    with FaultServer(count, answer=GOOD) as server:
        outcomes = run(server.base_url, [long_article(n) for n in range(10)], concurrency=1)
    assert [outcome.flags for outcome in outcomes] == [(), ("input_truncated",)] * 5


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("bias", [0.8, 0.85, 0.9, 0.95, 1.0, 1.05, 1.1, 1.15, 1.2, 1.25])
def test_a_tokenizer_that_counts_otherwise_raises_no_alarm(bias, mode):
    articles = [
        article(1),
        article(2, "短い文章です。" * 40),
        long_article(3),
        article(4, "Ceny ruszyły w górę. " * 50),
    ]
    with FaultServer(lambda call: Reply(prompt_tokens=counted_like_a_model(call, bias)), answer=GOOD) as server:
        outcomes = run(server.base_url, articles, concurrency=1, mode=mode)
        assert sorted(draft.tokens.input for draft in outcomes) == sorted(
            counted_like_a_model(call, bias) for call in server.calls
        )
    assert [outcome.flags for outcome in outcomes] == [()] * len(articles)


def counted_like_a_model(call, bias):
    """Count a token for 4 bytes of ASCII or for 1.5 other characters."""
    text = messages_of(call.body)
    others = sum(character > "\x7f" for character in text)
    return round(bias * ((len(text) - others) / 4 + others / 1.5))


def test_an_article_over_the_limit_costs_no_call():
    with FaultServer(answer=GOOD) as server:
        failure = run_one(server.base_url, long_article(1), max_input_tokens=5_000)
        assert server.stats.calls == 0
    assert isinstance(failure, TooLongError)
    assert failure.size > failure.limit == 5_000
    assert failure.tries == 0


# --- answers of hostile length ---


@pytest.mark.parametrize("name", ["a long string", "many items", "many sentences", "many unknown parts"])
def test_an_answer_of_hostile_length_is_refused_and_a_sane_one_then_is_taken(name):
    with FaultServer([Reply(answer=BADLY[name](1)), Reply()], answer=GOOD) as server:
        draft = run_one(server.base_url)
        first, reask = server.calls
    assert draft.tries == 2
    assert len(reask.body) <= REASK_FACTOR * len(first.body)
