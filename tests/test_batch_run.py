"""A run from a folder to its briefs: what it writes, what it pays, and what it does when it is called again."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
import os
import random
import threading
import time
import zlib
from collections import Counter
from dataclasses import fields, replace
from decimal import Decimal

import pytest

from summarizer import Summarizer
from summarizer.batch.keys import NOT_DECIDING, key_of, plan_of
from summarizer.batch.ledger import Ledger
from summarizer.engines.openai import OpenAIEngine
from summarizer.errors import AccountError, BudgetError, LedgerError, SettingsError, SourceError, UsageError
from summarizer.kinds import Kind, brief_kind
from summarizer.prices import Price
from summarizer.prompts import Prompt
from summarizer.settings import Settings
from tests.answers import KEY, good_text, no_such_sentence, settings_for, size
from tests.batches import (
    brief,
    fill,
    index,
    require_accounts,
    require_whole,
    rows,
    settings,
    states,
    story,
    summary,
    tree,
)
from tests.faultserver import FaultServer, Refusal, Reply, Status, insufficient_quota, retry_after

GOOD = good_text()
PRICE = Price(Decimal(1), Decimal("0.5"), Decimal(4))


@pytest.fixture
def server():
    with FaultServer(Reply(), answer=GOOD) as server:
        yield server


@pytest.fixture
def out(tmp_path):
    return tmp_path / "out"


@pytest.fixture
def folder(tmp_path):
    return fill(tmp_path / "in", 12)


def test_a_folder_becomes_a_brief_a_file_a_table_and_a_summary(folder, out, server):
    outcomes = brief(folder, out, **settings(server))
    assert states(outcomes) == {"done": 12}
    assert {outcome.id: outcome.output for outcome in outcomes} == {
        f"{p.parent.name}/{p.name}": out / p.parent.name / f"{p.name}.brief.json" for p in folder.rglob("*.txt")
    }
    require_whole(out, 12)
    require_accounts(out, server)
    assert server.stats.calls == 12
    assert (summary(out)["briefs"], summary(out)["calls"]) == (12, 12)


def test_a_finished_run_started_again_makes_no_call_and_changes_no_byte(folder, out, server):
    brief(folder, out, **settings(server))
    before, calls = tree(out), server.stats.calls
    outcomes = brief(folder, out, **settings(server))
    assert {(outcome.state, outcome.kept) for outcome in outcomes} == {("done", True)}
    assert tree(out) == before
    assert server.stats.calls == calls == 12


def test_an_article_that_changed_is_briefed_again_and_no_other(folder, out, server):
    brief(folder, out, **settings(server))
    path = next(folder.rglob("*.txt"))
    path.write_text(story(999), encoding="utf-8")
    brief(folder, out, **settings(server))
    assert server.stats.calls == 13
    require_accounts(out, server)


def test_a_file_that_was_moved_costs_nothing_and_its_brief_stands_under_its_new_name(folder, out, server):
    brief(folder, out, **settings(server))
    path = next(folder.rglob("*.txt"))
    moved = folder / "elsewhere.txt"
    path.rename(moved)
    outcomes = brief(folder, out, **settings(server))
    assert server.stats.calls == 12
    assert {o.id for o in outcomes if not o.kept} == {"elsewhere.txt"}
    written = json.loads((out / "elsewhere.txt.brief.json").read_text(encoding="utf-8"))
    assert written["article"]["source"] == "elsewhere.txt"
    assert len(index(out)) == 12


def test_an_output_that_was_deleted_is_written_again_without_a_call(folder, out, server):
    brief(folder, out, **settings(server))
    victim = next(out.rglob("*.brief.json"))
    before = victim.read_bytes()
    victim.unlink()
    brief(folder, out, **settings(server))
    assert victim.read_bytes() == before
    assert server.stats.calls == 12


def test_a_copy_of_a_text_is_paid_once_and_has_a_brief_of_its_own(folder, out, server):
    original = next(folder.rglob("*.txt"))
    (folder / "copy.txt").write_bytes(original.read_bytes())
    outcomes = brief(folder, out, **settings(server))
    assert states(outcomes) == {"done": 12, "same": 1}
    assert server.stats.calls == 12
    same = next(outcome for outcome in outcomes if outcome.state == "same")
    one, other = (json.loads((out / f"{name}.brief.json").read_bytes()) for name in (same.id, same.same_as))
    assert one["headline"] == other["headline"]
    assert one["article"]["source"] == same.id
    assert (one["provenance"]["tokens"]["input"], one["provenance"]["tries"]) == (0, 0)
    assert brief(folder, out, **settings(server)) != []
    assert server.stats.calls == 12


def test_without_dedupe_a_copy_is_briefed_by_itself(folder, out, server):
    (folder / "copy.txt").write_bytes(next(folder.rglob("*.txt")).read_bytes())
    assert states(brief(folder, out, **settings(server))) == {"done": 12, "same": 1}
    assert states(brief(folder, out, {"dedupe": False}, **settings(server))) == {"done": 13}
    assert states(brief(folder, out, **settings(server))) == {"done": 12, "same": 1}


def test_what_is_no_article_is_told_and_harms_nothing_else(folder, out, server):
    (folder / "short.txt").write_text("too short", encoding="utf-8")
    (folder / "picture.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    os.mkfifo(folder / "pipe.txt")
    outcomes = brief(folder, out, **settings(server))
    assert states(outcomes) == {"done": 12, "failed": 1, "skipped": 2}
    reasons = {outcome.id: outcome.failure.reason for outcome in outcomes if outcome.failure}
    assert set(reasons) == {"short.txt", "picture.png", "pipe.txt"}
    assert all(reason and "\n" not in reason for reason in reasons.values())
    assert {problem["id"] for problem in summary(out)["problems"]} == set(reasons)
    assert server.stats.calls == 12


@pytest.mark.parametrize("glob", ["000/*", ["000/*"]])
def test_one_glob_may_be_given_as_it_is(folder, out, server, glob):
    with Summarizer(**settings(server)) as summarizer:
        found = [outcome.id.partition("/")[0] for outcome in summarizer.batch(folder, out, include=glob)]
    assert found == ["000"] * 10


def test_an_article_that_failed_for_good_is_tried_again_only_when_that_is_asked_for(folder, out):
    with FaultServer({"DOC-000003": Refusal("I will not")}, answer=GOOD) as server:
        outcomes = brief(folder, out, **settings(server))
        server.assert_landed("refusal", 1)
        assert states(outcomes) == {"done": 11, "failed": 1}
        assert brief(folder, out, **settings(server))
        assert server.stats.calls == 12
        server.script = Reply()
        assert states(brief(folder, out, {"retry_failed": True}, **settings(server))) == {"done": 12}
        assert server.stats.calls == 13
        require_accounts(out, server)


def test_a_failed_or_cut_off_answer_is_never_served_as_a_brief_later(folder, out):
    with FaultServer({"DOC-000003": Reply(answer="no JSON at all")}, answer=GOOD) as server:
        first = brief(folder, out, **settings(server, max_reasks=1))
        assert states(first) == {"done": 11, "failed": 1}
        server.script = Reply()
        calls = server.stats.calls
        again = brief(folder, out, {"retry_failed": True}, **settings(server, max_reasks=1))
        assert states(again) == {"done": 12}
        assert server.stats.calls == calls + 1
        require_whole(out, 12)


def test_what_failed_on_the_way_is_tried_again_by_itself(folder, out):
    with FaultServer({"DOC-000003": Status(503)}, answer=GOOD) as server:
        first = brief(folder, out, **settings(server, max_sends=1))
        server.assert_landed("status_503", 1)
        assert states(first) == {"done": 11, "failed": 1}
        server.script = Reply()
        assert states(brief(folder, out, **settings(server))) == {"done": 12}
        require_accounts(out, server)


def test_one_refusal_among_the_first_calls_makes_no_run_crawl(tmp_path, out):
    """The few calls of a run's first second are no limit of a minute; the server asked to wait for a second."""
    calls = itertools.count()
    once = retry_after(1)
    with FaultServer(lambda _: once if next(calls) == 7 else Reply(), answer=GOOD) as server:
        began = time.monotonic()
        assert states(brief(fill(tmp_path / "in", 20), out, **settings(server, concurrency=2))) == {"done": 20}
        server.assert_landed("status_429")
        assert time.monotonic() - began < 20  # with seven a minute it were two minutes


def test_an_account_that_is_refused_stops_the_run_and_fails_no_article(folder, out):
    with FaultServer(insufficient_quota(), answer=GOOD) as server:
        with pytest.raises(AccountError):
            brief(folder, out, **settings(server, concurrency=4))
        server.assert_landed("status_429", 1)
        assert server.stats.calls <= 2 * 4
        server.script = Reply()
        assert states(brief(folder, out, **settings(server))) == {"done": 12}


def test_a_sample_is_the_same_for_the_same_seed(tmp_path, server):
    folder = fill(tmp_path / "in", 40)
    drawn = [
        {o.id for o in brief(folder, tmp_path / f"out{run}", {"limit": 5, "seed": seed}, **settings(server))}
        for run, seed in enumerate((1, 1, 2))
    ]
    assert drawn[0] == drawn[1] != drawn[2]
    assert [len(ids) for ids in drawn] == [5, 5, 5]
    before = server.stats.calls
    brief(folder, tmp_path / "out0", {"limit": 5, "seed": 1}, **settings(server))
    assert server.stats.calls == before


def test_an_article_edited_between_reading_and_sending_is_not_briefed_as_it_was(folder, out, monkeypatch):
    from summarizer.batch import running

    victim = next(iter(sorted(folder.rglob("*.txt"))))
    checked = running.Runner._require_unchanged

    def edited(self, row):
        if row.number == 1:
            victim.write_text(story(777), encoding="utf-8")
        checked(self, row)

    monkeypatch.setattr(running.Runner, "_require_unchanged", edited)
    with FaultServer(Reply(), answer=GOOD) as server:
        outcomes = brief(folder, out, **settings(server))
        changed = [o for o in outcomes if o.state == "failed"]
        assert [o.failure.kind for o in changed] == ["ChangedError"]
        monkeypatch.undo()
        assert states(brief(folder, out, **settings(server))) == {"done": 12}
        assert server.stats.calls == 12


def test_files_whose_names_differ_only_in_case_have_briefs_that_differ_in_more(tmp_path, out, server):
    folder = tmp_path / "in"
    folder.mkdir()
    for number, name in enumerate(("Story.txt", "STORY.txt", "story.txt")):
        (folder / name).write_text(story(number), encoding="utf-8")
    long = "n" * 240 + ".txt"
    (folder / long).write_text(story(7), encoding="utf-8")
    outputs = [outcome.output for outcome in brief(folder, out, **settings(server))]
    assert len({str(path).casefold() for path in outputs}) == 4
    assert all(path.is_file() for path in outputs)
    again = [outcome.output for outcome in brief(folder, out, **settings(server))]
    assert sorted(again) == sorted(outputs)
    assert server.stats.calls == 4


# --- the bill ---


def test_the_forecast_counts_everything_and_sends_and_writes_nothing(folder, out, server):
    with Summarizer(**settings(server, price=PRICE)) as summarizer:
        found = summarizer.batch(folder, out).forecast()
    assert (found.articles, found.briefs, found.kept) == (12, 12, 0)
    assert found.sentences == 12 * 4
    assert found.cost == PRICE.of(_tokens(found.input_tokens, found.output_tokens))
    assert 0 < found.cost < found.most_cost
    assert server.stats.calls == 0
    assert not out.exists()


def test_a_forecast_needs_no_key_and_the_run_after_it_does(folder, out):
    with Summarizer(model="m", price=PRICE) as summarizer:
        batch = summarizer.batch(folder, out)
        assert batch.forecast() == batch.forecast()
        with pytest.raises(SettingsError, match="OPENAI_API_KEY"):
            list(batch)
    assert not out.exists()


def test_a_forecast_says_the_same_with_a_key_and_without(folder, out):
    found = []
    for given in ({}, {"api_key": "k" * 20}):
        with Summarizer(model="m", price=PRICE, **given) as summarizer:
            found.append(summarizer.batch(folder, out).forecast())
    assert found[0] == found[1]


def test_a_run_after_its_own_forecast_counts_from_the_start(folder, out, server):
    with Summarizer(**settings(server)) as summarizer:
        batch = summarizer.batch(folder, out)
        assert batch.forecast().articles == 12
        assert states(list(batch)) == {"done": 12}
        assert (batch.forecast().briefs, batch.forecast().kept) == (0, 12)
        assert (batch.state.total, batch.state.done, batch.state.phase) == (12, 12, "ended")


def test_a_run_is_at_its_end_when_its_ledger_is_closed_and_not_before(folder, out, server, monkeypatch):
    phases, close = [], Ledger.close
    with Summarizer(**settings(server)) as summarizer:
        batch = summarizer.batch(folder, out)

        def closed(ledger):
            phases.append(batch.state.phase)
            close(ledger)

        monkeypatch.setattr(Ledger, "close", closed)
        list(batch)
        assert phases == ["finishing"]
        assert batch.state.phase == "ended"


def test_a_batch_that_is_stopped_before_it_runs_sends_nothing(folder, out, server):
    with Summarizer(**settings(server)) as summarizer:
        batch = summarizer.batch(folder, out)
        batch.stop()
        assert list(batch) == []
    assert server.stats.calls == 0


def test_the_forecast_is_near_what_the_run_then_takes(folder, out, server):
    with Summarizer(**settings(server)) as summarizer:
        found = summarizer.batch(folder, out).forecast()
    brief(folder, out, **settings(server))
    taken = summary(out)["tokens"]["input"]
    assert 0.7 * taken < found.input_tokens < 1.3 * taken


def test_what_was_briefed_is_no_part_of_the_next_forecast(folder, out, server):
    brief(folder, out, **settings(server))
    fill(folder, 1, first=50)
    with Summarizer(**settings(server)) as summarizer:
        found = summarizer.batch(folder, out).forecast()
    assert (found.articles, found.briefs, found.kept) == (13, 1, 12)


@pytest.mark.parametrize("seed", range(size(6, 100)))
def test_a_cap_on_tokens_is_never_passed_and_the_rest_is_done_with_a_larger_one(tmp_path, seed):
    draw = random.Random(seed)
    folder, out = fill(tmp_path / "in", 20), tmp_path / "out"
    with FaultServer(Reply(), answer=GOOD, latency=lambda _: draw.random() * 0.02) as server:
        one = settings(server, max_output_tokens=400, concurrency=draw.randrange(1, 9))
        cap = draw.randrange(8_000, 60_000)
        try:
            brief(folder, out, {"max_tokens": cap}, **one)
        except BudgetError as error:
            assert "--max-tokens" in str(error)  # noqa: PT017 - or it goes well
        stats = server.stats
        assert stats.prompt_tokens + stats.completion_tokens <= cap
        assert 0 < stats.calls < 20
        assert states(brief(folder, out, {"max_tokens": 10_000_000}, **one)) == {"done": 20}
        assert server.stats.calls == 20
        require_accounts(out, server)


def test_a_cap_on_money_is_never_passed_over_several_runs(folder, out, server):
    one = settings(server, price=PRICE, max_output_tokens=400, concurrency=3)
    cap = Decimal("0.02")
    for _ in range(3):
        with pytest.raises(BudgetError, match="--max-cost"):
            brief(folder, out, {"max_cost": cap}, **one)
    stats = server.stats
    assert 0 < stats.calls < 12
    assert PRICE.of(_tokens(stats.prompt_tokens, stats.completion_tokens)) <= cap


def test_a_cap_on_money_without_a_price_is_refused_before_anything_is_sent(folder, out, server):
    with pytest.raises(SettingsError, match="--price"):
        brief(folder, out, {"max_cost": 1}, **settings(server))
    assert server.stats.calls == 0


def test_the_sums_at_the_end_are_those_of_the_server_with_re_asks_and_refusals(folder, out):
    script = {
        "DOC-000001": Refusal("I will not"),
        "DOC-000002": [Reply(answer="{"), Reply()],
        "DOC-000004": [Status(500), Reply()],
        "DOC-000005": [Reply(answer=no_such_sentence()), Reply()],
    }
    with FaultServer(script, answer=GOOD) as server:
        brief(folder, out, **settings(server))
        assert server.stats.calls == 12 + 3
        require_accounts(out, server)
        found = summary(out)
        assert found["tokens"]["input"] == server.stats.prompt_tokens
        assert found["tokens"]["output"] == server.stats.completion_tokens
        assert found["calls_of_unknown_outcome"] == 0


@pytest.mark.parametrize(
    "fault", [Reply(), Status(401, {"error": {"message": f"no such key {KEY}"}}), Reply(answer=good_text(gaps=[KEY]))]
)
def test_the_api_key_is_in_no_file_of_a_run(folder, out, fault):
    with FaultServer(fault, answer=GOOD) as server, contextlib.suppress(AccountError):
        brief(folder, out, **settings(server, api_key=KEY))
    assert server.calls[0].headers["authorization"] == f"Bearer {KEY}"
    kept = [*tree(out).values(), *(str(row).encode() for row in rows(out, "SELECT * FROM article"))]
    for table, column in (("call", "reply"), ("brief", "json")):
        packed = rows(out, f"SELECT {column} FROM {table} WHERE {column} IS NOT NULL")
        kept += [zlib.decompress(row[0]) for row in packed]
    assert len(kept) > 4
    assert not any(KEY.encode() in data for data in kept)


# --- the key ---


def _plan(settings: Settings, kind: Kind | None = None) -> str:
    engine = OpenAIEngine(settings)
    try:
        return plan_of(engine, settings, kind or brief_kind())
    finally:
        asyncio.run(engine.aclose())


CHANGES = {
    "engine": "openai",
    "model": "another",
    "base_url": "http://127.0.0.1:9/v2",
    "mode": "tools",
    "max_input_tokens": 99_999,
    "max_output_tokens": 4_000,
    "temperature": 0.5,
    "max_reasks": 1,
    "max_mends": 1,
}
LEFT_ALONE = {
    "api_key": None,
    "concurrency": 7,
    "max_sends": 2,
    "max_wait": 5.0,
    "patient": True,
    "price": PRICE,
    "proxy": "http://127.0.0.1:9",
    "resend_unknown": False,
    "rpm": 60,
    "timeout": 9.0,
    "total_timeout": 99.0,
    "tpm": 60_000,
}


def test_every_setting_either_changes_the_key_or_is_known_not_to():
    names = {field.name for field in fields(Settings) if not field.name.startswith("_")}
    assert names == set(CHANGES) | NOT_DECIDING
    assert set(LEFT_ALONE) | {"record", "replay"} == NOT_DECIDING


@pytest.mark.parametrize("name", sorted(CHANGES))
def test_a_setting_that_decides_the_answer_changes_the_key(name):
    before = settings_for("http://127.0.0.1:9/v1")
    assert getattr(before, name) != CHANGES[name]
    assert _plan(before) != _plan(replace(before, **{name: CHANGES[name]}))


@pytest.mark.parametrize("name", sorted(set(LEFT_ALONE) & {field.name for field in fields(Settings)}))
def test_a_setting_that_decides_nothing_leaves_the_key_alone(name):
    from summarizer.settings import Secret

    before = settings_for("http://127.0.0.1:9/v1", api_key=Secret("sk-one"))
    assert getattr(before, name) != LEFT_ALONE[name]
    assert _plan(before) == _plan(replace(before, **{name: LEFT_ALONE[name]}))


def test_the_prompt_the_schema_and_the_version_change_the_key(monkeypatch):
    from pydantic import BaseModel

    from summarizer.batch import keys

    class Other(BaseModel):
        headline: str

    one = settings_for("http://127.0.0.1:9/v1")
    kind = brief_kind()
    changed = replace(kind.prompt, system=kind.prompt.system + " ", sha256="0" * 64)
    plans = [_plan(one), _plan(one, replace(kind, prompt=changed)), _plan(one, Kind.of(Other))]
    monkeypatch.setattr(keys, "VERSION", "9.9.9")
    assert len({*plans, _plan(one)}) == 4
    assert isinstance(changed, Prompt)


def test_two_articles_share_a_key_only_where_their_content_is_the_same():
    contents = [f"{number:064x}" for number in range(200)]
    assert len({key_of("plan", content) for content in contents}) == 200
    assert key_of("plan", contents[0]) == key_of("plan", contents[0]) != key_of("other", contents[0])


# --- bad input ---


def test_an_empty_folder_is_told_and_no_error(tmp_path, out, server):
    (tmp_path / "empty").mkdir()
    assert brief(tmp_path / "empty", out, **settings(server)) == []


def test_a_folder_that_is_not_there_is_one_clear_line(tmp_path, out, server):
    with pytest.raises(SourceError, match="no folder or file"):
        brief(tmp_path / "nowhere", out, **settings(server))


def test_an_out_inside_the_folder_is_left_out_of_the_run(folder, server):
    for _ in range(2):
        assert states(brief(folder, folder / "briefs", **settings(server))) == {"done": 12}
    assert server.stats.calls == 12


def test_an_out_that_is_a_file_is_refused_before_anything_is_sent(folder, tmp_path, server):
    (tmp_path / "file").write_text("mine", encoding="utf-8")
    with pytest.raises(UsageError, match="cannot be made a folder"):
        brief(folder, tmp_path / "file", **settings(server))
    assert server.stats.calls == 0


def test_a_second_run_on_the_same_folder_is_refused_while_the_first_goes_on(folder, out):
    with FaultServer(Reply(), answer=GOOD, latency=0.5) as server, Summarizer(**settings(server)) as summarizer:
        first = iter(summarizer.batch(folder, out))
        thread = threading.Thread(target=lambda: list(first))
        thread.start()
        while thread.is_alive() and not server.stats.calls:
            thread.join(0.01)
        with pytest.raises(LedgerError, match=f"in use by process {os.getpid()}"):
            brief(folder, out, **settings(server))
        thread.join()
        assert Counter(server.stats.calls_by_key.values()) == {1: 12}


def test_a_batch_can_be_iterated_from_a_running_loop(folder, out, server):
    async def briefed() -> list[str]:
        async with Summarizer(**settings(server)) as summarizer:
            return [outcome.state async for outcome in summarizer.batch(folder, out)]

    assert asyncio.run(briefed()) == ["done"] * 12


def test_leaving_the_iteration_early_stops_the_run_and_loses_nothing(tmp_path, out):
    folder = fill(tmp_path / "in", 60)
    with FaultServer(Reply(), answer=GOOD, latency=0.05) as server:
        with Summarizer(**settings(server, concurrency=4)) as summarizer:
            for _ in summarizer.batch(folder, out):
                break
        first = server.stats.calls
        assert first < 60
        assert states(brief(folder, out, **settings(server))) == {"done": 60}
        assert server.stats.calls == 60
        require_accounts(out, server)


def test_without_an_out_the_briefs_are_there_while_the_iteration_goes_on(folder, server):
    with Summarizer(**settings(server)) as summarizer:
        headlines = [outcome.brief()["headline"]["text"] for outcome in summarizer.batch(folder)]
    assert len(headlines) == 12


def _tokens(read: int, wrote: int):
    from summarizer.brief import Tokens

    return Tokens(input=read, output=wrote)
