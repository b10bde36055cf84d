"""A run whose server answers in batches: every reply to its own article, nothing lost, nothing paid twice."""

from __future__ import annotations

import json
import re
import signal
import time
import zlib
from collections import Counter
from contextlib import closing

import pytest

from summarizer.batch import batch_api, collecting, crashpoints, submitting
from summarizer.batch.crashpoints import BATCH_API_NAMES, VARIABLE
from summarizer.batch.ledger import Ledger
from summarizer.batch.run import _spent
from summarizer.batch.submissions import MOST_ROUNDS
from summarizer.errors import (
    AccountError,
    BudgetError,
    IncompatibleError,
    LostReplyError,
    PausedError,
    RequestError,
    RunError,
    ServerError,
    UsageError,
)
from tests.answers import KEY, good, good_text, key_of, no_such_sentence, size
from tests.batches import (
    brief,
    command,
    fill,
    require_accounts,
    require_whole,
    rows,
    settings,
    start,
    states,
    summary,
)
from tests.batchserver import BatchServer, Endpoint, Json
from tests.faultserver import Reply, ResetAfter, Status

KILLED = -signal.SIGKILL
BATCHED = {"batch_api": True}


@pytest.fixture
def out(tmp_path):
    return tmp_path / "out"


@pytest.fixture(autouse=True)
def waits(monkeypatch):
    """Have looks at a batch wait for nothing, and give the waits that were asked for."""
    found = []

    async def noted(seconds):
        found.append(seconds)

    monkeypatch.setattr(batch_api, "sleep", noted)
    return found


def own(call):
    """Answer with words that name the article."""
    return good_text(headline={**good()["headline"], "text": f"{call.key} Norvania said it would impose a tariff"})


def serve(script=None, **endpoint):
    return BatchServer(script or Reply(), endpoint=Endpoint(**endpoint), answer=own)


def _error(message):
    return {"error": {"message": message, "type": "invalid_request_error"}}


def require_own(out):
    """Fail where a reply, or a brief, is that of another article."""
    for path in out.rglob("*.brief.json"):
        text = json.loads(path.read_text(encoding="utf-8"))["headline"]["text"]
        assert path.name.startswith(re.match(r"DOC-\d+", text)[0])
    for name, packed in rows(
        out, "SELECT id, reply FROM call JOIN article ON article.number = article WHERE is_replayable"
    ):
        assert re.search(rb"DOC-\d+", zlib.decompress(packed))[0].decode() in name


def require_done(out, server, count):
    require_whole(out, count)
    require_own(out)
    require_accounts(out, server)
    assert rows(out, "SELECT count(*) FROM batched WHERE fate IS NULL") == [(0,)]


def most_paid(server):
    return max(server.stats.paid_by_key.values())


# --- what the files of results may hold (T46) ---


def test_results_out_of_order_reach_their_own_articles_and_no_single_call_is_made(tmp_path, out):
    count = size(150, 10_000)
    asked = []

    def bend(output, errors):
        asked.extend(int(line["custom_id"].partition("-")[0]) for line in output)
        return "out_of_order" if asked != sorted(asked) else None

    with serve(bend=bend) as server:
        assert states(brief(fill(tmp_path / "in", count), out, BATCHED, **settings(server))) == {"done": count}
        server.assert_landed("out_of_order")
        assert (server.single, most_paid(server), server.requests) == ([], 1, count)
        require_done(out, server, count)
    assert len(asked) == count
    assert summary(out)["batch_api"] == {
        "files": server.made("POST /files"),
        "requests": count,
        "answered": count,
        "waiting": 0,
        "duplicate_results": 0,
        "results_of_unknown_ids": 0,
        "unreadable_results": 0,
    }


def test_an_answer_that_the_server_counts_and_does_not_give_is_of_unknown_outcome_and_asked_for_singly(tmp_path, out):
    def bend(output, errors):
        del output[:4]
        return "missing"

    with serve(bend=bend) as server:
        assert states(brief(fill(tmp_path / "in", 20), out, BATCHED, **settings(server))) == {"done": 20}
        server.assert_landed("missing")
        assert len(server.single) == 4
        assert sorted(server.single) == sorted(k for k, n in server.stats.paid_by_key.items() if n == 2)
        require_done(out, server, 20)
    assert summary(out)["calls_of_unknown_outcome"] == 4


def test_an_answer_that_got_lost_is_not_asked_for_again_against_the_users_will(tmp_path, out):
    def bend(output, errors):
        del output[:2]
        return "missing"

    with serve(bend=bend) as server:
        found = brief(fill(tmp_path / "in", 6), out, BATCHED, **settings(server, resend_unknown=False))
        server.assert_landed("missing")
        assert (states(found), server.single) == ({"done": 4, "failed": 2}, [])
        assert {o.failure.kind for o in found if o.failure} == {"LostReplyError"}
        require_accounts(out, server)


@pytest.mark.parametrize("ending", ["expired", "cancelled", "completed"])
def test_what_a_batch_did_not_run_goes_into_the_next_one_and_is_paid_once(tmp_path, out, ending):
    with serve(runs=12, ending=ending) as server:
        server.endpoint.bend = lambda output, errors: ending if len(output) == 12 else None
        assert states(brief(fill(tmp_path / "in", 30), out, BATCHED, **settings(server))) == {"done": 30}
        server.assert_landed(ending, 2)
        assert [server.files[held.file].count(b"\n") for held in server.batches.values()] == [30, 18, 6]
        assert (server.single, most_paid(server)) == ([], 1)
        require_done(out, server, 30)
    assert summary(out)["calls_of_unknown_outcome"] == 0


def test_articles_whose_batches_are_never_run_are_asked_about_singly_in_the_end(tmp_path, out):
    with serve(runs=0, ending="expired") as server:
        server.endpoint.bend = lambda output, errors: "expired" if errors and not output else None
        assert states(brief(fill(tmp_path / "in", 3), out, BATCHED, **settings(server))) == {"done": 3}
        server.assert_landed("expired", MOST_ROUNDS)
        assert len(server.batches) == MOST_ROUNDS
        assert sorted(server.single) == [key_of(n) for n in range(3)]
        require_done(out, server, 3)


def test_of_two_answers_to_one_request_the_first_is_kept_and_the_other_counted(tmp_path, out):
    def bend(output, errors):
        doubles = json.loads(json.dumps(output[:5]))
        for line in doubles:
            line["response"]["body"]["choices"][0]["message"]["content"] = good_text()
        output.extend(doubles)
        errors.append({"custom_id": output[0]["custom_id"], "response": None, "error": {"code": "batch_expired"}})
        return "duplicates"

    with serve(bend=bend) as server:
        assert states(brief(fill(tmp_path / "in", 20), out, BATCHED, **settings(server))) == {"done": 20}
        server.assert_landed("duplicates")
        assert server.single == []
        require_done(out, server, 20)
    assert summary(out)["batch_api"]["duplicate_results"] == 6


def test_an_answer_counts_before_an_error_about_the_same_request(tmp_path, out):
    def bend(output, errors):
        output.insert(0, {"custom_id": output[-1]["custom_id"], "response": None, "error": {"code": "batch_expired"}})
        return "error_first"

    with serve(bend=bend) as server:
        assert states(brief(fill(tmp_path / "in", 4), out, BATCHED, **settings(server))) == {"done": 4}
        server.assert_landed("error_first")
        assert (server.single, len(server.batches)) == ([], 1)
        require_done(out, server, 4)


def test_results_under_ids_that_were_never_given_reach_no_article(tmp_path, out):
    """Another run's file counts its requests alike; the part that nobody can guess tells its ids from ours."""
    ids = []

    def bend(output, errors):
        ids.extend(line["custom_id"] for line in output)
        body = output[0]["response"]
        foreign = [f"{n}-{'0' * 32}" for n in range(1, 13)] + ["1", "", f"{ids[0]} ", ids[0].upper() + "x", "\x1b[2J"]
        output[:0] = [{"custom_id": name, "response": body, "error": None} for name in foreign]
        return "unknown_ids"

    with serve(bend=bend) as server:
        assert states(brief(fill(tmp_path / "in", 12), out, BATCHED, **settings(server))) == {"done": 12}
        server.assert_landed("unknown_ids")
        require_done(out, server, 12)
    assert summary(out)["batch_api"]["results_of_unknown_ids"] == 17
    assert all(len(name.partition("-")[2]) == 32 for name in ids)
    assert len({name.partition("-")[2] for name in ids}) == 12


def test_the_ids_of_two_runs_over_one_folder_have_nothing_guessable_in_common(tmp_path):
    found = []
    for turn in range(2):
        with serve() as server:
            brief(fill(tmp_path / "in", 3), tmp_path / f"out{turn}", BATCHED, **settings(server))
        found.append({row[0] for row in rows(tmp_path / f"out{turn}", "SELECT custom_id FROM batched")})
    assert len(found[0] | found[1]) == 6


def test_a_server_that_swaps_two_articles_answers_is_given_away_by_the_checks(tmp_path, out):
    folder = tmp_path / "in"
    fill(folder, 1)
    (folder / "b.txt").write_text(
        "DOC-000001: The harvest festival of Ostwick drew a record crowd of 9,000 visitors. "
        "Farmers showed apples, cider and prize marrows in the old market hall. "
        "The mayor thanked the volunteers, who had worked for three weeks without pay, and promised them a larger fair "
        "in spring, with music, a market for seeds and a race around the pond.\n",
        encoding="utf-8",
    )

    def bend(output, errors):
        first, second = output
        first["response"], second["response"] = second["response"], first["response"]
        return "swapped"

    festival = {
        **good(parties=[], next_steps=[], quotations=[]),
        "headline": {"evidence": [1], "attribution": None, "text": "The festival of Ostwick drew 9,000 visitors"},
        "bottom_line": {"evidence": [1], "attribution": None, "text": "The festival of Ostwick drew 9,000 visitors"},
    }
    server = BatchServer(
        Reply(),
        endpoint=Endpoint(bend=bend),
        answer=lambda call: json.dumps(festival) if call.key == "DOC-000001" else good_text(),
    )
    with server:
        brief(folder, out, BATCHED, **settings(server, max_reasks=0))
        server.assert_landed("swapped")
        assert server.single == []
    briefs = [json.loads(path.read_text(encoding="utf-8")) for path in out.rglob("*.brief.json")]
    assert [found["headline"]["verdict"]["value"] for found in briefs] == ["unsupported", "unsupported"]


def test_lines_that_are_no_results_are_counted_and_nothing_else(tmp_path, out):
    rubbish = [
        b"no json\n",
        b"\n",
        b"[]\n",
        b'{"custom_id": 3}\n',
        b'{"response": {"status_code": 200}}\n',
        b"[" * 100_000 + b"\n",
        b"\xff\xfe\x00\n",
        b'{"custom_id": "' + b"x" * 5000 + b'", "error": {}}\n',
        b'{"custom_id": "cut',
    ]

    def bend(output, errors):
        output[2:2] = [{"raw": line} for line in rubbish[:-1]]
        output.append({"raw": rubbish[-1]})
        return "rubbish"

    with serve(bend=bend) as server:
        assert states(brief(fill(tmp_path / "in", 10), out, BATCHED, **settings(server))) == {"done": 10}
        server.assert_landed("rubbish")
        require_done(out, server, 10)
    assert summary(out)["batch_api"]["unreadable_results"] == len(rubbish) - 1  # the blank line is none


def test_a_request_that_the_batch_refuses_is_asked_singly_and_its_article_fails_with_the_reason(tmp_path, out):
    def script(call):
        return Status(400, _error("this text cannot be processed")) if call.key == key_of(3) else Reply()

    with serve(script) as server:
        found = brief(fill(tmp_path / "in", 8), out, BATCHED, **settings(server))
        assert (states(found), server.single) == ({"done": 7, "failed": 1}, [key_of(3)])
        assert [o.failure.kind for o in found if o.failure] == ["RequestError"]
        assert rows(out, "SELECT count(*) FROM batched WHERE fate = 'refused'") == [(1,)]
        require_own(out)
        require_accounts(out, server)


def test_a_request_that_failed_at_the_server_is_put_into_the_next_batch(tmp_path, out):
    def script(call):
        return Status(500) if call.key == key_of(3) and call.attempt == 1 else Reply()

    with serve(script) as server:
        assert states(brief(fill(tmp_path / "in", 8), out, BATCHED, **settings(server))) == {"done": 8}
        assert [server.files[held.file].count(b"\n") for held in server.batches.values()] == [8, 1]
        assert (server.single, most_paid(server)) == ([], 1)
        require_done(out, server, 8)


@pytest.mark.parametrize("body", [{"usage": {"prompt_tokens": 9, "completion_tokens": 9}}, "ok", None, {"object": "x"}])
def test_an_answer_that_is_lost_though_it_was_run_is_of_unknown_outcome(tmp_path, out, body):
    def bend(output, errors):
        status = 500 if isinstance(body, dict) and "usage" in body else 200
        output[0]["response"] = {"status_code": status, "body": body}
        return "lost"

    with serve(bend=bend) as server:
        assert states(brief(fill(tmp_path / "in", 3), out, BATCHED, **settings(server))) == {"done": 3}
        server.assert_landed("lost")
        assert len(server.single) == 1
        require_done(out, server, 3)
    assert summary(out)["calls_of_unknown_outcome"] == 1


def test_a_batch_of_which_all_is_refused_stops_the_run_before_single_calls_cost_more(tmp_path, out):
    with serve(Status(400, _error("response_format is not supported"))) as server:
        with pytest.raises(RunError, match=r"refuses all 8 requests .*response_format is not supported.*one by one"):
            brief(fill(tmp_path / "in", 8), out, BATCHED, **settings(server))
        assert (server.single, server.stats.paid) == ([], 0)
        server.script = Reply()
        assert states(brief(tmp_path / "in", out, BATCHED, **settings(server))) == {"done": 8}
        assert len(server.single) == 8
        require_done(out, server, 8)


def test_a_batch_that_the_server_refuses_whole_is_told_in_its_words_and_costs_nothing(tmp_path, out):
    with serve(ending="failed", problem="Enqueued token limit reached\x1b[2J") as server:
        with pytest.raises(RunError, match=r"refuses the batch: Enqueued token limit reached") as caught:
            brief(fill(tmp_path / "in", 3), out, BATCHED, **settings(server))
        assert "\x1b" not in str(caught.value)
        assert (server.single, server.stats.paid, len(server.batches)) == ([], 0, 1)
        server.endpoint = Endpoint()
        assert states(brief(tmp_path / "in", out, BATCHED, **settings(server))) == {"done": 3}
        assert (server.single, len(server.batches), most_paid(server)) == ([], 2, 1)
        require_done(out, server, 3)


# --- the run around it ---


def test_what_the_batch_answers_badly_is_asked_again_by_single_calls(tmp_path, out):
    def answer(call):
        return no_such_sentence() if call.attempt == 1 else own(call)

    with BatchServer(Reply(), answer=answer) as server:
        assert states(brief(fill(tmp_path / "in", 4), out, BATCHED, **settings(server))) == {"done": 4}
        assert sorted(server.single) == [key_of(n) for n in range(4)]
        assert set(server.stats.paid_by_key.values()) == {2}
        require_accounts(out, server)


def test_a_finished_run_makes_no_call_and_changes_no_byte(tmp_path, out):
    with serve() as server:
        brief(fill(tmp_path / "in", 4), out, BATCHED, **settings(server))
        before = {path: path.read_bytes() for path in out.rglob("*") if path.is_file()}
        calls = len(server.batch_calls)
        assert all(outcome.kept for outcome in brief(tmp_path / "in", out, BATCHED, **settings(server)))
        assert (len(server.batch_calls), server.single) == (calls, [])
    assert {path: path.read_bytes() for path in out.rglob("*") if path.is_file()} == before


def test_many_articles_go_up_in_files_of_a_bounded_size(tmp_path, out, monkeypatch):
    monkeypatch.setattr(submitting, "MAX_REQUESTS", 7)
    with serve() as server:
        assert states(brief(fill(tmp_path / "in", 20), out, BATCHED, **settings(server))) == {"done": 20}
        assert [server.files[held.file].count(b"\n") for held in server.batches.values()] == [7, 7, 6]
        require_done(out, server, 20)
        monkeypatch.setattr(submitting, "MAX_BYTES", 30_000)
        fill(tmp_path / "in", 10, first=20)
        brief(tmp_path / "in", out, BATCHED, **settings(server))
        later = [server.files[held.file] for held in list(server.batches.values())[3:]]
        assert len(later) > 2
        assert all(len(file) <= 30_000 for file in later)
        assert most_paid(server) == 1


def test_the_same_text_twice_is_one_request(tmp_path, out):
    folder = fill(tmp_path / "in", 2)
    (folder / "copy.txt").write_bytes((folder / "000" / f"{key_of(0)}.txt").read_bytes())
    with serve() as server:
        found = brief(folder, out, {**BATCHED, "dedupe": False}, **settings(server))
        assert (states(found), server.requests, server.single) == ({"done": 3}, 2, [])


def test_a_sample_is_all_that_is_sent(tmp_path, out):
    with serve() as server:
        brief(fill(tmp_path / "in", 20), out, {**BATCHED, "limit": 3}, **settings(server))
        assert (server.requests, server.single) == (3, [])


def test_an_article_that_is_too_long_is_in_no_batch_and_fails_by_itself(tmp_path, out):
    folder = fill(tmp_path / "in", 2)
    (folder / "long.txt").write_text("The committee met again on Tuesday to talk. " * 4000, encoding="utf-8")
    with serve() as server:
        found = brief(folder, out, BATCHED, **settings(server, max_input_tokens=20_000))
        assert (states(found), server.requests) == ({"done": 2, "failed": 1}, 2)
        assert [o.failure.kind for o in found if o.failure] == ["TooLongError"]


def test_a_batch_takes_no_more_than_the_limit_leaves_room_for(tmp_path, out):
    folder = fill(tmp_path / "in", 12)
    with serve() as server:
        brief(folder, tmp_path / "trial", {**BATCHED, "limit": 1}, **settings(server))
        (reserved,) = rows(tmp_path / "trial", "SELECT reserved_tokens FROM call")[0]
    limit, sums = 3 * reserved + reserved // 2, []
    with serve(looks=1) as server:

        def bend(output, errors):
            sums.append(rows(out, "SELECT total(iif(state = 'sent', reserved_tokens, input + output)) FROM call")[0][0])
            return "looked"

        server.endpoint.bend = bend
        with pytest.raises(BudgetError):
            brief(folder, out, {**BATCHED, "max_tokens": limit}, **settings(server))
        server.assert_landed("looked")
        assert server.files["file-in0"].count(b"\n") == 3
        assert 3 * reserved <= max(sums) <= limit
        assert server.stats.prompt_tokens + server.stats.completion_tokens <= limit
        require_accounts(out, server)


def test_what_was_given_to_the_server_by_an_earlier_run_counts_against_the_limit(tmp_path, out):
    with serve(looks=99) as server:
        with pytest.raises(PausedError):
            brief(fill(tmp_path / "in", 2), out, BATCHED, **settings(server, max_wait=0))
        (reserved,) = rows(out, "SELECT sum(reserved_tokens) FROM call WHERE state = 'sent'")[0]
        with closing(Ledger.open(out)) as ledger:
            assert _spent(ledger) == (reserved, 0)
    assert reserved > 2 * 8192


def test_the_engine_without_a_model_takes_no_batches(tmp_path, out):
    with pytest.raises(UsageError, match="--batch-api needs a model"):
        brief(fill(tmp_path / "in", 1), out, BATCHED, engine="extractive")


# --- waiting, pausing, going on ---


def test_a_run_looks_less_and_less_often_and_never_waits_longer_than_it_may(tmp_path, out, waits):
    with serve(looks=10_000) as server:
        with pytest.raises(PausedError, match="3 requests wait for their batch"):
            brief(fill(tmp_path / "in", 3), out, BATCHED, **settings(server, max_wait=500))
        assert sum(waits) == 500
        assert waits[:-1] == sorted(waits[:-1])
        assert max(waits) == batch_api.LONGEST_WAIT
        waits.clear()
        with pytest.raises(PausedError):
            brief(tmp_path / "in", out, BATCHED, **settings(server))
        assert sum(waits) == batch_api.WINDOW
        assert (server.made("POST /files"), server.single) == (1, [])


def test_a_paused_run_goes_on_with_the_same_command_and_sends_nothing_twice(tmp_path, out):
    folder = fill(tmp_path / "in", 5)
    with serve(looks=2) as server:
        for _ in range(2):
            run = start(*command(folder, out, server, "--batch-api", "--max-wait", "0"))
            _, said = run.communicate()
            assert (run.returncode, server.stats.paid) == (75, 0), said
            assert "the same command goes on" in said
            assert "Traceback" not in said
            assert rows(out, "SELECT state FROM call") == [("sent",)] * 5
        run = start(*command(folder, out, server, "--batch-api", "--max-wait", "0"))
        _, said = run.communicate()
        assert run.returncode == 0, said
        assert (server.made("POST /files"), len(server.batches), server.single) == (1, 1, [])
        require_done(out, server, 5)


def test_an_ordinary_run_does_not_pay_again_for_what_is_at_the_server(tmp_path, out):
    with serve(looks=99) as server:
        with pytest.raises(PausedError):
            brief(fill(tmp_path / "in", 3), out, BATCHED, **settings(server, max_wait=0))
        with pytest.raises(UsageError, match="3 requests of this run are at the server"):
            brief(tmp_path / "in", out, **settings(server))
        assert server.single == []
        assert rows(out, "SELECT DISTINCT state FROM call") == [("sent",)]


def test_batches_at_one_server_are_not_looked_for_at_another(tmp_path, out):
    with serve(looks=99) as server, serve() as other:
        with pytest.raises(PausedError):
            brief(fill(tmp_path / "in", 3), out, BATCHED, **settings(server, max_wait=0))
        with pytest.raises(UsageError, match="run it with that --base-url"):
            brief(tmp_path / "in", out, BATCHED, **settings(other))
        assert other.batch_calls == []


def test_an_interrupt_while_a_batch_is_waited_for_ends_at_once_and_loses_nothing(tmp_path, out):
    folder = fill(tmp_path / "in", 4)
    with serve(looks=10_000) as server:
        run = start(*command(folder, out, server, "--batch-api"))
        while not server.batches or server.made("GET /batches/batch_0") < 1:
            time.sleep(0.01)
            assert run.poll() is None
        run.send_signal(signal.SIGINT)
        _, said = run.communicate(timeout=30)
        assert run.returncode == 130, said
        assert "the same command goes on" in said
        assert "Traceback" not in said
        for held in server.batches.values():
            held.looks = 0
        again = start(*command(folder, out, server, "--batch-api"))
        _, said = again.communicate()
        assert again.returncode == 0, said
        assert (server.made("POST /files"), len(server.batches), server.single) == (1, 1, [])
        require_done(out, server, 4)


@pytest.mark.parametrize("name", BATCH_API_NAMES)
def test_a_death_at_any_named_place_is_made_good_and_nothing_is_paid_twice(tmp_path, out, name):
    count = 2 * collecting.GROUP + 3 if name == "batch_merging" else size(6, 40)
    folder = fill(tmp_path / "in", count)
    with serve() as server:
        run = start(*command(folder, out, server, "--batch-api", "--quiet"), **{VARIABLE: name})
        run.communicate()
        assert run.returncode == KILLED, f"the run did not die at {name}"
        if name == "batch_merging":
            assert rows(out, "SELECT count(*) FROM call WHERE state = 'answered'") == [(collecting.GROUP,)]
        again = start(*command(folder, out, server, "--batch-api", "--quiet"))
        _, said = again.communicate()
        assert (again.returncode, said) == (0, "")
        assert (len(server.batches), most_paid(server), server.single) == (1, 1, [])
        assert set(server.stats.paid_by_key) == {key_of(n) for n in range(count)}
        require_done(out, server, count)
    batches = summary(out)["batch_api"]
    assert (batches["duplicate_results"], batches["results_of_unknown_ids"]) == (0, 0)


def test_every_crash_point_of_batches_is_passed_in_a_plain_run(tmp_path, out, monkeypatch):
    passed: Counter[str] = Counter()
    for module in (submitting, collecting):
        monkeypatch.setattr(module, "crashpoint", lambda name: passed.update([name]))
    monkeypatch.setattr(collecting, "GROUP", 1)
    with serve() as server:
        brief(fill(tmp_path / "in", 2), out, BATCHED, **settings(server))
    assert set(passed) == set(crashpoints.BATCH_API_NAMES)


# --- a server that fails on the way ---


@pytest.mark.parametrize("works_first", [True, False])
@pytest.mark.parametrize("fault", [ResetAfter(), Status(503)])
def test_a_batch_whose_making_is_not_confirmed_is_looked_for_before_another_is_made(tmp_path, out, works_first, fault):
    for made in range(3):  # other batches of the account are listed too
        folder = fill(tmp_path / f"in{made}", 1, first=90 + made)
    with serve() as server:
        for made in range(3):
            brief(tmp_path / f"in{made}", tmp_path / f"out{made}", BATCHED, **settings(server))
        number = server.made("POST /batches") + server.made("GET /batches") + 1
        server.endpoint = Endpoint(instead={("/batches", number): fault}, works_first=works_first)
        folder = fill(tmp_path / "in", 4)
        assert states(brief(folder, out, BATCHED, **settings(server))) == {"done": 4}
        server.assert_landed(fault.name)
        assert server.made("GET /batches") >= 1
        assert (len(server.batches), most_paid(server), server.single) == (4, 1, [])
        require_whole(out, 4)


def test_a_batch_that_is_never_confirmed_ends_the_run_and_is_found_by_the_next_one(tmp_path, out):
    with serve() as server:
        server.endpoint.instead = {("/batches", number): ResetAfter() for number in range(1, 9)}
        server.endpoint.works_first = True
        with pytest.raises((LostReplyError, ServerError)):
            brief(fill(tmp_path / "in", 4), out, BATCHED, **settings(server))
        server.assert_landed(ResetAfter().name)
        assert (len(server.batches), rows(out, "SELECT state FROM submission")) == (1, [("uploaded",)])
        server.endpoint = Endpoint()
        assert states(brief(tmp_path / "in", out, BATCHED, **settings(server))) == {"done": 4}
        assert (len(server.batches), server.made("POST /files"), server.single) == (1, 1, [])
        require_done(out, server, 4)


def test_a_file_whose_upload_is_not_confirmed_is_sent_again_and_run_once(tmp_path, out):
    with serve(instead={("/files", 1): ResetAfter()}) as server:
        assert states(brief(fill(tmp_path / "in", 4), out, BATCHED, **settings(server))) == {"done": 4}
        server.assert_landed(ResetAfter().name)
        assert (server.made("POST /files"), len(server.batches), most_paid(server)) == (2, 1, 1)
        require_done(out, server, 4)


@pytest.mark.parametrize("path", ["/batches/batch_0", "/files/file-out1/content"])
@pytest.mark.parametrize("fault", [Status(503), Status(429, headers={"retry-after": "70"}), ResetAfter()])
def test_a_look_or_a_fetch_that_fails_is_made_again(tmp_path, out, waits, path, fault):
    with serve(instead={(path, number): fault for number in (1, 2)}) as server:
        assert states(brief(fill(tmp_path / "in", 4), out, BATCHED, **settings(server))) == {"done": 4}
        server.assert_landed(fault.name, 2)
        assert (server.made("POST /files"), most_paid(server), server.single) == (1, 1, [])
        require_done(out, server, 4)
    assert not fault.name.endswith("429") or max(waits) >= 70


def test_a_server_that_fails_for_long_ends_the_run_which_can_be_gone_on_with(tmp_path, out):
    looks = {("/batches/batch_0", number): Status(503) for number in range(1, 1 + batch_api.MOST_FAILURES)}
    with serve(instead=looks) as server:
        with pytest.raises(ServerError):
            brief(fill(tmp_path / "in", 4), out, BATCHED, **settings(server))
        server.assert_landed("status_503", batch_api.MOST_FAILURES)
        assert states(brief(tmp_path / "in", out, BATCHED, **settings(server))) == {"done": 4}
        assert (server.made("POST /files"), most_paid(server), server.single) == (1, 1, [])


def test_a_batch_that_the_server_forgot_is_given_up_only_when_it_must_have_ended(tmp_path, out, monkeypatch):
    with serve(looks=99) as server:
        with pytest.raises(PausedError):
            brief(fill(tmp_path / "in", 3), out, BATCHED, **settings(server, max_wait=0))
        server.batches.clear()
        with pytest.raises(AccountError):
            brief(tmp_path / "in", out, BATCHED, **settings(server))
        assert server.single == []
        monkeypatch.setattr(batch_api, "WINDOW", -1.0)
        assert states(brief(tmp_path / "in", out, BATCHED, **settings(server))) == {"done": 3}
        assert len(server.single) == 3
    assert summary(out)["calls_of_unknown_outcome"] == 3


def test_a_batch_at_a_server_that_lists_none_is_given_up_only_when_it_must_have_ended(tmp_path, out, monkeypatch):
    folder = fill(tmp_path / "in", 3)
    with serve() as server:
        run = start(*command(folder, out, server, "--batch-api"), **{VARIABLE: "batch_made"})
        run.communicate()
        assert run.returncode == KILLED
        lists_none = {("/batches", number): Status(405) for number in (2, 3)}
        server.endpoint = Endpoint(instead=lists_none, works_first=False)
        with pytest.raises(RequestError):
            brief(folder, out, BATCHED, **settings(server))
        monkeypatch.setattr(batch_api, "WINDOW", -1.0)
        assert states(brief(folder, out, BATCHED, **settings(server))) == {"done": 3}
        server.assert_landed("status_405", 2)
        assert (len(server.batches), len(server.single)) == (1, 3)
    assert summary(out)["calls_of_unknown_outcome"] == 3


@pytest.mark.parametrize("path", ["/files", "/batches", "/batches/batch_0", "/files/file-out1/content"])
def test_no_redirect_is_followed_with_the_key_and_the_articles(tmp_path, out, path):
    with serve() as other, serve() as server:
        away = Status(307, headers={"location": f"{other.base_url}{path}"})
        server.endpoint = Endpoint(instead={(path, 1): away}, works_first=False)
        with pytest.raises(AccountError, match="redirects elsewhere"):
            brief(fill(tmp_path / "in", 1), out, BATCHED, **settings(server, api_key=KEY))
        server.assert_landed("status_307")
        assert (other.batch_calls, other.calls) == ([], [])


def test_batches_are_not_recorded(tmp_path, out):
    with serve() as server, pytest.raises(UsageError, match="neither recorded nor replayed"):
        brief(fill(tmp_path / "in", 1), out, BATCHED, **settings(server, record=tmp_path / "cassette.yaml"))
    assert server.batch_calls == []


@pytest.mark.parametrize("name", ["../../v1/files", "a?b", "a%2e", "", None, 7, "x" * 300, "a\r\nb"])
def test_an_id_that_would_be_more_than_a_name_in_a_url_is_refused(tmp_path, out, name):
    with serve(instead={("/files", 1): Json.of({"id": name})}) as server:
        with pytest.raises(IncompatibleError, match="no id that can be used"):
            brief(fill(tmp_path / "in", 1), out, BATCHED, **settings(server))
        assert server.made("POST /files") == 1
        assert len(server.batch_calls) == 1


def test_the_key_stands_in_no_file_though_the_server_repeats_it(tmp_path, out):
    def bend(output, errors):
        output[0]["response"]["body"]["system_fingerprint"] = KEY
        output[1]["response"] = {"status_code": 400, "body": {"error": {"message": f"bad key {KEY}"}}}
        return "repeated"

    with serve(bend=bend) as server:
        brief(fill(tmp_path / "in", 3), out, BATCHED, **settings(server, api_key=KEY))
        server.assert_landed("repeated")
        assert all(call.headers["authorization"] == f"Bearer {KEY}" for call in server.batch_calls)
        assert KEY.encode() not in b"".join(server.files[held.file] for held in server.batches.values())
    assert not [path for path in out.rglob("*") if path.is_file() and KEY.encode() in path.read_bytes()]
    replies = b"".join(zlib.decompress(row[0]) for row in rows(out, "SELECT reply FROM call WHERE reply IS NOT NULL"))
    assert b"REDACTED" in replies
    assert KEY.encode() not in replies
