"""The limiter in the path of every call: holds, refusals before sending, pools of connections, hostile content."""

from __future__ import annotations

import asyncio
import itertools
import json
import random

import pytest

from summarizer import Summarizer
from summarizer.engines.openai import OpenAIEngine
from summarizer.engines.openai.limits import limiter_for
from summarizer.engines.openai.reply import Reply as ParsedReply
from summarizer.engines.openai.reply import parse_reply
from summarizer.errors import PausedError, RateLimitError, RunError, SummarizerError, TooLongError
from summarizer.kinds import brief_kind
from summarizer.settings import Secret
from tests.answers import article, good_text, key_of, record_waits, run, run_one, settings_for, size
from tests.faultserver import FaultServer, Reply, Status, insufficient_quota, retry_after
from tests.limiters import Bucket, ServerLimits, limited

GOOD = good_text()
WORKERS = size(200, 1_000)
CALLS = size(1_000, 50_000)


def test_a_day_asked_for_pauses_a_run_with_no_further_call(monkeypatch):
    waits = record_waits(monkeypatch)
    with FaultServer(retry_after(86_400), latency=0.05) as server:
        failures = run(server.base_url, 100, concurrency=8, patient=True)
        server.assert_landed("status_429")
        assert server.stats.calls <= 8
    assert {(type(failure), failure.stops_run) for failure in failures} == {(PausedError, True)}
    assert min(failure.seconds for failure in failures) > 86_000
    assert waits == []


def test_a_hold_is_for_all_calls_of_a_server_and_no_article_fails_for_it(monkeypatch):
    record_waits(monkeypatch)
    script = {key_of(number): [retry_after(90), Reply()] for number in range(20)}
    with FaultServer(script, answer=GOOD) as server:
        drafts = run(server.base_url, 40, patient=True, total_timeout=20)
        server.assert_landed("status_429", 20)
        assert server.stats.paid == 40
    assert [draft.tries for draft in drafts] == [2] * 20 + [1] * 20


def test_a_request_that_is_always_refused_fails_alone_and_is_the_only_one_that_waits_again_and_again(monkeypatch):
    waits = record_waits(monkeypatch)
    with FaultServer({key_of(7): retry_after(3)}, answer=GOOD, latency=0.02) as server:
        outcomes = run(server.base_url, 200, concurrency=8, patient=True, total_timeout=20)
        server.assert_landed("status_429", server.stats.calls_by_key[key_of(7)])
        assert 6 <= server.stats.calls_by_key[key_of(7)] <= 9
        assert server.stats.paid == 199
    (failure,) = [outcome for outcome in outcomes if isinstance(outcome, Exception)]
    assert (type(failure), outcomes.index(failure)) == (RateLimitError, 7)
    assert "answers others" in str(failure)
    assert [outcome.tries for outcome in outcomes if outcome is not failure] == [1] * 199
    assert sum(wait == pytest.approx(3, abs=0.01) for wait in waits) >= 4


def test_refusals_are_no_sends_of_a_request(monkeypatch):
    record_waits(monkeypatch)
    with FaultServer([*[retry_after(1)] * 6, Status(500), Status(500), Reply()], answer=GOOD) as server:
        draft = run_one(server.base_url, max_sends=3)
        server.assert_landed("status_429", 6)
        server.assert_landed("status_500", 2)
    assert draft.tries == 9


def test_a_request_over_the_limit_of_tokens_is_refused_before_it_is_sent_and_others_go_on():
    long = article(7, *["The ministry repeated this sentence again and again for the record."] * 400)
    with FaultServer(answer=GOOD) as server:
        first, other = run(server.base_url, [long, article(1)], tpm=6_000)
        assert server.stats.calls_by_key[key_of(7)] == 0
        assert server.stats.paid == 1
    assert isinstance(first, TooLongError)
    assert first.limit == 6_000
    assert other.tries == 1


def test_a_real_server_that_limits_refuses_nothing_where_its_limit_is_known():
    limits = ServerLimits(requests=Bucket(1_200, 1.0))
    with FaultServer(limited(limits), answer=GOOD) as server:
        drafts = run(server.base_url, 40, rpm=1_200)
        assert server.stats.paid == 40
    times = [time for time, _ in limits.times]
    assert limits.refused == 0
    assert max(times) - min(times) >= 39 * 0.05 / 0.985 - 0.1
    assert {draft.tries for draft in drafts} == {1}


def test_headers_of_a_server_set_the_limit_that_the_engine_tells():
    async def ask(server):
        engine = OpenAIEngine(settings_for(server.base_url))
        await engine.write(article(), brief_kind())
        await engine.aclose()
        return engine.limits()

    with FaultServer(limited(ServerLimits(requests=Bucket(600), tokens=Bucket(90_000))), answer=GOOD) as server:
        state = asyncio.run(ask(server))
    assert (state.rpm, state.rpm_source, state.tpm, state.tpm_source) == (600, "headers", 90_000, "headers")


def test_engines_of_one_server_key_and_model_share_a_limiter_and_others_do_not():
    def of(**more):
        return limiter_for(settings_for("http://127.0.0.1:9/v1", **more))

    assert of() is of(timeout=5.0, temperature=0.5, patient=True)
    assert len({id(of()), id(of(model="n")), id(of(api_key=Secret("k"))), id(of(api_key=Secret("l")))}) == 4


@pytest.mark.parametrize("wrong", [{"rpm": 0}, {"tpm": -1}, {"rpm": float("nan")}, {"rpm": float("inf")}])
def test_a_limit_that_makes_no_sense_is_one_line(wrong):
    with pytest.raises(SummarizerError, match="must be more than 0"):
        Summarizer(model="m", base_url="http://127.0.0.1:9/v1", **wrong).brief(article())


def test_a_quota_that_is_used_up_ends_the_waits_of_all_calls():
    with FaultServer(insufficient_quota()) as server:
        failures = run(server.base_url, 50, rpm=60, patient=True)
        server.assert_landed("status_429")
        assert server.stats.calls == 1
    assert {failure.stops_run for failure in failures} == {True}


def test_open_connections_follow_the_workers_and_none_waits_for_a_pool_in_vain():
    with FaultServer(answer=GOOD, latency=0.01, keep_calls=False) as server:
        outcomes = run(server.base_url, CALLS, concurrency=WORKERS)
        assert server.stats.paid == CALLS
        assert WORKERS / 4 <= server.stats.open_connections_peak <= WORKERS + 2
    assert [outcome for outcome in outcomes if isinstance(outcome, Exception)] == []


# --- content that is hardly JSON ---


def nested(depth, opening, closing=""):
    return opening * depth + closing * depth


FRAGMENTS = ["", " ", "{", "}", "[", "]", ",", ":", '"', "'", "null", "tru", "True", "NaN", "Infinity", "-", "+1", "01"]
FRAGMENTS += ["1.", ".5", "1e", "1e999", "-0", "0x10", "1_000", "\\", '"\\', '"\\u', '"\\ud800"', '"\\x"', "\ufeff{}"]
FRAGMENTS += ["{'a': 1}", "{a: 1}", '{"a" 1}', '{"a": }', '{"a": 1,}', "[1,]", "[,1]", "[1 2]", "{}{}", "[] x", "//x"]
FRAGMENTS += [
    "/* x */ {}",
    "<html>",
    "```json\n{\n```",
    "```\n[1]\n```",
    '{"a": 1, "a": 2}',
    '"\t"',
    '"\n"',
    "\x00",
    "{\x00}",
]
GIANTS = [nested(100_000, "["), nested(100_000, "[", "]"), nested(100_000, '{"a":'), nested(50_000, '{"a":[')]
GIANTS += ["9" * 5_000, "-" + "9" * 5_000, "1e" + "9" * 5_000, '{"headline": ' + "9" * 5_000 + "}", '"' + "x" * 300_000]
GIANTS += ["[" + "1," * 100_000 + "1]", "{" + '"a":1,' * 50_000 + '"a":1}', "NaN" * 1_000, "\\" * 100_000, '"' * 99_999]


def bent(text, number):
    """Spoil a good answer in one way of many, the same for the same number."""
    dice = random.Random(number)
    place = dice.randrange(len(text))
    ways = [
        lambda: text[:place],
        lambda: text[:place] + dice.choice(FRAGMENTS) + text[place:],
        lambda: text[:place] + text[place + dice.randrange(1, 9) :],
        lambda: text.replace('"', dice.choice(["'", "", "“", '\\"']), dice.randrange(1, 50)),
        lambda: text.replace(":", dice.choice(["", "::", "=", ","]), dice.randrange(1, 20)),
        lambda: text.replace("[", dice.choice(["", "{", "[["]), dice.randrange(1, 10)),
        lambda: text.replace("1", dice.choice(["NaN", "-Infinity", "9" * 5_000, "1e400", "null", "1.5"]), 2),
        lambda: text[:-1] + "," + text[1:],
    ]
    return ways[number % len(ways)]()


CORPUS = list(dict.fromkeys([*FRAGMENTS, *GIANTS, *(bent(GOOD, number) for number in range(480))]))


def completion(content):
    message = {"role": "assistant", "content": content}
    return json.dumps({"choices": [{"index": 0, "message": message, "finish_reason": "stop"}]}).encode()


def test_the_corpus_is_large():
    assert len(CORPUS) >= 340


def test_every_content_is_read_into_a_reply_or_a_named_reason():
    kinds = {type(parse_reply(completion(content))[1]) for content in CORPUS}
    assert ParsedReply in kinds
    assert all(issubclass(kind, (ParsedReply, RunError)) for kind in kinds)


def outcome_of(body):
    try:
        return parse_reply(body)[1]
    except RunError as error:
        return error


def test_every_body_is_read_into_a_reply_or_a_named_reason():
    outcomes = [outcome_of(content.encode("utf-8", "surrogatepass")) for content in CORPUS]
    assert all(isinstance(outcome, RunError) for outcome in outcomes)
    assert max(len(str(outcome)) for outcome in outcomes) < 1_000


def test_content_that_is_hardly_json_ends_in_a_draft_or_an_error_of_ours(monkeypatch):
    record_waits(monkeypatch)
    answers = itertools.cycle(CORPUS)
    with FaultServer(lambda call: Reply(answer=next(answers))) as server:
        outcomes = run(server.base_url, len(CORPUS), max_reasks=0, concurrency=4)
        assert server.stats.paid >= len(CORPUS)
    failed = [outcome for outcome in outcomes if isinstance(outcome, BaseException)]
    assert len(outcomes) == len(CORPUS)
    assert len(failed) > 250
    assert all(isinstance(failure, RunError) for failure in failed)
    assert not any(failure.stops_run for failure in failed)
