"""Briefs that are checked in other processes are those of this one; calls do not wait for what is made of replies."""

from __future__ import annotations

import asyncio
import json
import pickle
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import settings as bounded
from hypothesis import strategies as st
from pydantic import BaseModel

from summarizer.batch import publishing
from summarizer.batch import run as batch_run
from summarizer.batch.finishing import Drafted, Finished, Nothing, Unfinished, crosses, finish
from summarizer.batch.journal import _MOST_HELD, Gate
from summarizer.batch.packing import pack
from summarizer.batch.work import Failed, do
from summarizer.batch.worker import Worker
from summarizer.batch.workers import Workers
from summarizer.briefing import Writing
from summarizer.engines import Draft
from summarizer.engines.openai import OpenAIEngine
from summarizer.engines.openai.places import Places
from summarizer.grounding import ground
from summarizer.kinds import Kind, brief_kind
from summarizer.mending import is_to_be_mended
from tests.answers import altered_quotation, article, good_text, no_such_sentence, settings_for, unknown_party
from tests.batches import brief, fill, settings, states
from tests.faultserver import FaultServer

ANSWERS = {
    "good": good_text(),
    "unknown party": unknown_party(),
    "altered quotation": altered_quotation(),
    "no such sentence": no_such_sentence(),
}


def writing_of(answer: str, number: int = 0) -> Writing:
    one = replace(article(number), source=f"a/{number}.txt")
    content = brief_kind().validate(answer, one, last_try=True)
    engine = OpenAIEngine(settings_for("http://127.0.0.1:9/v1"))
    return Writing(one, brief_kind(), engine, Draft(content, "m"), started=0.0)


def drafted(answer: str, number: int = 0, *, may_mend: bool = False) -> Drafted:
    writing = writing_of(answer, number)
    found = Drafted.of(writing, pack(writing.article)[0], may_mend=may_mend)
    assert found is not None
    return found


def parts(data: bytes | str) -> dict:
    """Give a brief but for when and how fast it was made."""
    found = json.loads(data)
    found["provenance"] = {k: v for k, v in found["provenance"].items() if k not in {"seconds", "created"}}
    return found


@pytest.mark.parametrize("name", ANSWERS)
def test_a_brief_finished_from_a_draft_is_the_one_that_this_process_makes(name):
    writing = writing_of(ANSWERS[name])
    found = finish(drafted(ANSWERS[name]))
    ground(writing.draft.content, writing.article)
    here = asyncio.run(writing.finish(0))
    assert isinstance(found, Finished)
    assert parts(found.json) == parts(here.model_dump_json())


def test_a_cited_sentence_that_does_not_exist_is_told_in_the_other_process_too():
    found = json.loads(finish(drafted(ANSWERS["no such sentence"])).json)
    assert [p["check"] for p in found["headline"]["verdict"]["problems"]][:1] == ["missing_sentence"]


@pytest.mark.parametrize(("name", "fails"), [("good", False), ("unknown party", True), ("altered quotation", True)])
def test_content_that_is_to_be_mended_comes_back_grounded_and_the_rest_as_briefs(name, fails):
    found = finish(drafted(ANSWERS[name], may_mend=True))
    assert isinstance(found, Unfinished) == fails
    if isinstance(found, Unfinished):
        writing = writing_of(ANSWERS[name])
        ground(writing.draft.content, writing.article)
        assert is_to_be_mended(writing.draft.content)
        assert brief_kind().content.model_validate_json(found.json) == writing.draft.content


def test_a_draft_that_json_cannot_hold_stays_here_with_all_that_is_known_of_it():
    writing = writing_of(ANSWERS["no such sentence"])
    writing.draft.content.gaps = ["\ud800"]
    assert Drafted.of(writing, b"", may_mend=False) is None
    assert writing.draft.content.headline.take_missing() == (97,)


def test_whoever_waits_for_what_cannot_be_sent_gets_the_error():
    async def done():
        async with Workers(1) as workers:
            await asyncio.wait_for(workers.do(replace(drafted(ANSWERS["good"]), missing=lambda: 0)), 60)

    with pytest.raises((AttributeError, TypeError, pickle.PicklingError)):
        asyncio.run(done())


def test_a_kind_of_ones_own_stays_in_this_process():
    class Note(BaseModel):
        text: str

    assert not crosses(Kind.of(Note))
    assert crosses(brief_kind())
    assert crosses(replace(brief_kind(), name="other words"))


def test_many_things_at_once_each_get_their_own_result_and_a_damaged_one_harms_no_other():
    items = [drafted(good_text(gaps=[f"gap {number}"]), number) for number in range(30)]
    items[7] = replace(items[7], packed=b"\x01damaged")

    async def done():
        async with Workers(2) as workers:
            await workers.prepare()
            return await asyncio.gather(*(workers.do(item) for item in items))

    found = asyncio.run(done())
    assert isinstance(found[7], Failed)
    for number, result in enumerate(found):
        if number != 7:
            assert json.loads(result.json)["gaps"] == [f"gap {number}"]
            assert json.loads(result.json)["article"]["source"] == f"a/{number}.txt"


def test_processes_that_rest_are_gone_and_start_again():
    async def done():
        async with Workers(2) as workers:
            await workers.prepare()
            first = [worker.pid for worker in workers._workers]
            await asyncio.to_thread(workers.rest)
            resting = [worker.pid for worker in workers._workers]
            return first, resting, await workers.do(drafted(ANSWERS["good"]))

    first, resting, found = asyncio.run(done())
    assert None not in first
    assert resting == [None, None]
    assert isinstance(found, Finished)


def test_what_a_process_gets_to_prepare_itself_is_no_brief():
    assert do(Nothing()) == Finished(b"")


def test_a_process_that_dies_over_a_draft_costs_that_one_alone(monkeypatch):
    worker = Worker()
    try:
        first = next(worker.run([drafted(ANSWERS["good"])]))
        pid = worker.pid
        worker._process.kill()
        second, third = worker.run([drafted(ANSWERS["good"]), drafted(ANSWERS["good"])])
    finally:
        worker.close()
    assert isinstance(first, Finished)
    assert pid is not None
    assert [type(one) for one in (second, third)].count(Finished) >= 1


@pytest.mark.parametrize("answer", [ANSWERS["good"], ANSWERS["altered quotation"]], ids=["good", "to be mended"])
def test_a_folder_checked_in_other_processes_gives_the_briefs_and_calls_of_this_one(tmp_path, monkeypatch, answer):
    count, found, calls = 6, [], []
    folder = fill(tmp_path / "in", count)
    for name, large in (("here", 1_000), ("there", 1)):
        monkeypatch.setattr(batch_run, "LARGE", large)
        with FaultServer(answer=answer) as server:
            outcomes = brief(folder, tmp_path / name, **settings(server, max_mends=1))
            calls.append(server.stats.calls)
        assert states(outcomes) == {"done": count}
        found.append({outcome.id: parts(json.dumps(outcome.brief())) for outcome in outcomes})
    assert found[0] == found[1]
    assert calls[0] == calls[1]
    assert (calls[0] == count) == (answer == ANSWERS["good"])


def test_the_next_article_is_asked_while_the_reply_before_it_is_not_read_yet():
    class Journal:
        """Keeps the first reply back until the second call is on its way."""

        def __init__(self) -> None:
            self.sent: list[int] = []
            self.second = asyncio.Event()

        def recorded(self, body):
            return None

        async def sending(self, body, reserve):
            self.sent.append(len(self.sent))
            if len(self.sent) == 2:
                self.second.set()
            return len(self.sent)

        async def answered(self, call, reply, usage):
            await asyncio.wait_for(self.second.wait(), 20)

        def failed(self, call, reason, *, possibly_paid):
            raise AssertionError(reason)

    async def both(server):
        engine = OpenAIEngine(settings_for(server.base_url, concurrency=1)).journaled(Journal())
        try:
            return await asyncio.gather(*(engine.write(article(number), brief_kind()) for number in range(2)))
        finally:
            await engine.aclose()

    with FaultServer(answer=good_text()) as server:
        drafts = asyncio.run(both(server))
        assert server.stats.calls == 2
    assert [draft.tries for draft in drafts] == [1, 1]


def test_a_place_is_left_once_and_taken_again_for_a_further_call():
    async def visits():
        places = Places(1)
        with places.place() as one:
            await one.take()
            one.leave()
            with places.place() as other:
                await other.take()
                assert other.is_taken
                assert not one.is_taken
            await asyncio.wait_for(one.take(), 5)
            assert places.place()._room.free.locked()
        assert not places.place()._room.free.locked()

    asyncio.run(visits())


def test_only_as_many_requests_are_made_ready_as_there_are_places():
    async def waits():
        places = Places(2)
        with places.place() as one, places.place() as two, places.place() as three, places.place() as four:
            await one.take()
            await two.take()
            assert three.is_near
            waiting = [asyncio.create_task(place.take()) for place in (three, four)]
            await asyncio.sleep(0)
            assert not places.place().is_near
            one.leave()
            await waiting[0]
            assert places.place().is_near
            two.leave()
            await waiting[1]

    asyncio.run(waits())


def test_replies_wait_for_calls_that_are_about_to_go_out_but_only_a_few_of_them():
    async def waits():
        gate = Gate()
        await asyncio.wait_for(gate.lull(), 5)
        with gate.leaving():
            held = [asyncio.create_task(gate.lull()) for _ in range(_MOST_HELD + 3)]
            await asyncio.sleep(0.01)
            assert sum(task.done() for task in held) == 3
        await asyncio.wait_for(asyncio.gather(*held), 5)

    asyncio.run(waits())


def test_replies_that_waited_go_on_one_at_a_time_and_stop_for_the_next_call():
    async def waits():
        gate, order = Gate(), []

        async def finish(number):
            await gate.lull()
            order.append(number)
            if number == 1:
                with gate.leaving():
                    await asyncio.sleep(0.05)
                    assert order == [0, 1]

        with gate.leaving():
            held = [asyncio.create_task(finish(number)) for number in range(5)]
            await asyncio.sleep(0.01)
            held[3].cancel()
        ended = await asyncio.wait_for(asyncio.gather(*held, return_exceptions=True), 5)
        assert [type(error) for error in ended if error is not None] == [asyncio.CancelledError]
        assert order == [0, 1, 2, 4]
        assert not gate._held

    asyncio.run(waits())


@bounded(max_examples=40, deadline=None)
@given(st.text(max_size=12), st.text(max_size=12), st.sampled_from(['"source":"a"', "a", '{"source":"b",']))
def test_a_kept_brief_has_the_name_of_now_whatever_its_article_says(old, new, title):
    one = replace(article(0), source=old, title=title)
    written = Drafted.of(writing_of(ANSWERS["good"]), pack(one)[0], may_mend=False)
    brief = json.loads(finish(replace(written, id=old)).json)
    assert brief["article"]["source"] == old
    compact = json.dumps(brief, ensure_ascii=False, separators=(",", ":")).encode(errors="replace")
    expected = {**brief, "article": {**brief["article"], "source": new}}
    assert json.loads(publishing.renamed(compact, new)) == json.loads(json.dumps(expected))
