"""The library as it is called: from paths, articles, threads, event loops, and again after it was closed."""

from __future__ import annotations

import asyncio
import datetime as dt
import gc
import inspect
import os
import signal
import sys
import threading
import time
import traceback
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from summarizer import AccountError, AnswerError, Article, ArticleError, Kind, RunError, Summarizer, UsageError, errors
from summarizer.errors import ConnectError, KindError, RefusedError, SettingsError, SourceError, SummarizerError
from tests.answers import article as numbered
from tests.answers import record_waits
from tests.faultserver import FaultServer, Hang, RawBody, Refusal, Reply, Status, refused_base_url
from tests.test_cassettes import ANSWER
from tests.test_kinds import Guidance

TEXT = (
    "The council of Ostermouth said on Monday that it would close the north pier until June, after divers had found "
    "cracks in eleven of its pillars. The port’s operator rejected the plan and asked for talks. About 300 jobs depend "
    "on the pier, according to the union. The two sides are to meet next Thursday."
)


@pytest.fixture
def extractive():
    with Summarizer(engine="extractive") as summarizer:
        yield summarizer


@pytest.mark.parametrize(
    "given", [{"published": "2026-03-12"}, {"title": 5}, {"language": b"en"}, {"url": Path("x")}], ids=str
)
def test_what_is_known_of_an_article_is_refused_where_it_is_of_another_type(given):
    (name,) = given
    with pytest.raises(UsageError, match=f"^{name} is a "):
        Article.from_text(TEXT, **given)


def test_the_moment_of_publishing_gives_its_day():
    moment = dt.datetime(2026, 3, 12, 5, tzinfo=dt.UTC)
    assert Article.from_text(TEXT, published=moment).published == dt.date(2026, 3, 12)


def test_a_class_in_place_of_a_kind_is_refused_with_what_makes_one_of_it():
    with pytest.raises(UsageError, match=r"Kind\.of\(YourClass\)"):
        Summarizer(kind=Guidance)


def test_a_summarizer_that_was_closed_asks_again_where_the_account_was_refused():
    answers = iter([Status(401), Reply(), Reply()])
    with FaultServer(lambda _: next(answers), answer=ANSWER) as server:
        summarizer = Summarizer(model="test-model", base_url=server.base_url, api_key="k", mode="json_schema")
        for _ in range(2):  # the second is not sent
            with pytest.raises(AccountError):
                summarizer.brief(numbered())
        assert server.stats.calls == 1
        summarizer.close()
        summarizer.brief(numbered())
        summarizer.close()


@pytest.fixture(scope="module")
def server():
    """A server that writes good briefs, for all tests that need no more."""
    with FaultServer(answer=ANSWER, latency=0.02) as running:
        yield running


@pytest.fixture
def model(server):
    with Summarizer(model="m", base_url=server.base_url, mode="json_schema") as summarizer:
        yield summarizer


def _threads():
    return [thread for thread in threading.enumerate() if thread.name == "summarizer"]


def _same(*briefs):
    """Tell whether briefs differ in nothing but when they were written and how long it took."""
    return len({brief.model_dump_json(exclude={"provenance"}) for brief in briefs}) == 1


# --- what is given -----------------------------------------------------------------------------------


def test_a_path_and_its_name_give_the_same_brief(extractive, example):
    path = example("trade-dispute.txt")
    assert _same(extractive.brief(path), extractive.brief(str(path)))


def test_an_article_made_of_a_string_is_briefed(extractive):
    brief = extractive.brief(Article.from_text(TEXT, title="Pier to close", url="https://a.example/pier"))
    assert (brief.article.title, brief.article.url, brief.article.source) == (
        "Pier to close",
        "https://a.example/pier",
        None,
    )
    assert brief.verification.supported == brief.verification.statements > 0


@pytest.mark.parametrize("text", [TEXT.replace(". ", ".\n"), TEXT, "Short.", "", "x" * 10_000, "nul\0"], ids=len)
def test_a_text_given_as_a_path_is_refused_as_misuse(extractive, text):
    with pytest.raises(UsageError) as refused:
        extractive.brief(text)
    assert "\n" not in str(refused.value)
    assert len(str(refused.value)) < 400


def test_a_text_of_several_lines_is_told_how_to_become_an_article(extractive):
    with pytest.raises(UsageError, match=r"Article\.from_text\(text\)"):
        extractive.brief("The council met.\nIt met again.")


@pytest.mark.parametrize("source", [None, 7, b"article.txt"])
def test_what_is_no_path_at_all_is_a_type_error(extractive, source):
    with pytest.raises(TypeError):
        extractive.brief(source)


def test_statements_point_to_the_words_they_rest_on(extractive, example):
    from summarizer.reading import read

    brief, text = extractive.brief(example("port-strike.md")), read(example("port-strike.md")).text
    for span in brief.bottom_line.evidence:
        assert text[span.start : span.end] == span.quote


# --- event loops and threads -------------------------------------------------------------------------


def test_abrief_in_a_loop_gives_what_brief_gives(extractive, example):
    path = example("trade-dispute.txt")
    awaited = [asyncio.run(extractive.abrief(source)) for source in (path, str(path))]
    assert _same(extractive.brief(path), *awaited)


def test_two_loops_one_after_the_other_share_one_summarizer(model):
    for number in (1, 2):
        assert asyncio.run(model.abrief(numbered(number))).provenance.tries == 1


def test_many_briefs_at_once_share_one_pool_of_connections(model, server):
    async def many():
        return await asyncio.gather(*(model.abrief(numbered(number)) for number in range(40)))

    opened = server.stats.connections_opened
    briefs = asyncio.run(many())
    assert len(briefs) == 40
    again = asyncio.run(many())
    assert len(again) == 40
    assert server.stats.connections_opened - opened <= 40


def test_a_loop_goes_on_while_abrief_waits(model):
    async def both():
        ticks = 0
        task = asyncio.ensure_future(model.abrief(numbered(1)))
        while not task.done():
            ticks += 1
            await asyncio.sleep(0.001)
        await task
        return ticks

    assert asyncio.run(both()) > 3


def test_brief_works_inside_a_running_loop_too(model):
    async def blocking():
        return model.brief(numbered(1))

    assert asyncio.run(blocking()).provenance.tries == 1


def test_eight_threads_share_one_summarizer(model, example):
    sources = [numbered(number) for number in range(12)] + [example("trade-dispute.txt")] * 4
    with ThreadPoolExecutor(8) as pool:
        briefs = list(pool.map(model.brief, sources))
    assert [brief.article.sha256 for brief in briefs[:12]] == [source.sha256 for source in sources[:12]]
    assert len(_threads()) == 1


def test_a_cancelled_abrief_gives_its_connection_back_and_leaves_the_others_alone():
    with (
        FaultServer({"DOC-000001": Hang()}, answer=ANSWER) as server,
        Summarizer(model="m", base_url=server.base_url) as s,
    ):

        async def one_of_two():
            other = asyncio.ensure_future(s.abrief(numbered(2)))
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(s.abrief(numbered(1)), 0.3)
            return await other

        assert asyncio.run(one_of_two()).provenance.tries == 1
        _until(lambda: server.stats.abandoned == 1)


def _until(condition):
    deadline = time.monotonic() + 5
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


# --- opening and closing -----------------------------------------------------------------------------


def test_nothing_is_read_or_started_before_the_first_brief(monkeypatch):
    monkeypatch.setenv("OPENAI_BASE_URL", "nonsense")
    summarizer = Summarizer(mode="yaml", proxy="nonsense")
    assert not _threads()
    summarizer.close()
    with pytest.raises(SettingsError):
        summarizer.brief(numbered())
    summarizer.close()


def test_closing_twice_does_nothing_and_use_after_it_opens_anew(server):
    summarizer = Summarizer(model="m", base_url=server.base_url, mode="json_schema")
    for _ in range(2):
        assert summarizer.brief(numbered()).provenance.tries == 1
        summarizer.close()
        summarizer.close()
        assert not _threads()
        _until(lambda: server.stats.open_connections == 0)


def test_an_async_with_block_closes_too(server):
    async def briefed():
        async with Summarizer(model="m", base_url=server.base_url, mode="json_schema") as summarizer:
            return await summarizer.abrief(numbered())

    assert asyncio.run(briefed()).provenance.tries == 1
    assert not _threads()


def test_one_that_is_forgotten_ends_its_thread(server):
    summarizer = Summarizer(model="m", base_url=server.base_url, mode="json_schema")
    summarizer.brief(numbered())
    assert _threads()
    del summarizer
    gc.collect()
    _until(lambda: not _threads())
    _until(lambda: server.stats.open_connections == 0)


def test_a_brief_that_runs_while_another_thread_closes_fails_in_the_tree():
    with FaultServer(Hang()) as server, ThreadPoolExecutor(1) as pool:
        summarizer = Summarizer(model="m", base_url=server.base_url)
        running = pool.submit(summarizer.brief, numbered())
        _until(lambda: server.calls)
        summarizer.close()
        with pytest.raises(RunError):
            running.result(timeout=5)
        assert len(server.calls) == 1


def test_an_abrief_that_runs_while_another_thread_closes_fails_in_the_tree_and_is_not_cancelled():
    with FaultServer(Hang()) as server:
        summarizer = Summarizer(model="m", base_url=server.base_url)

        async def closed_meanwhile():
            task = asyncio.ensure_future(summarizer.abrief(numbered()))
            await asyncio.to_thread(_until, lambda: server.calls)
            await asyncio.to_thread(summarizer.close)
            with pytest.raises(RunError):
                await task
            return task.cancelled()

        assert asyncio.run(closed_meanwhile()) is False


def _interrupt_when(condition):
    def wait_and_send():
        _until(condition)
        time.sleep(0.05)
        os.kill(os.getpid(), signal.SIGINT)

    threading.Thread(target=wait_and_send).start()


def test_an_interrupt_leaves_a_summarizer_that_can_be_used():
    with (
        FaultServer({"DOC-000001": Hang()}, answer=ANSWER) as server,
        Summarizer(model="m", base_url=server.base_url) as s,
    ):
        _interrupt_when(lambda: server.calls)
        with pytest.raises(KeyboardInterrupt):
            s.brief(numbered(1))
        _until(lambda: server.stats.abandoned == 1)
        assert s.brief(numbered(2)).provenance.tries == 1


def test_an_interrupt_ends_a_brief_that_waits_for_standard_input(monkeypatch):
    read, write = os.pipe()
    with os.fdopen(read) as stdin, Summarizer(engine="extractive") as summarizer:
        monkeypatch.setattr(sys, "stdin", stdin)
        _interrupt_when(lambda: True)
        with pytest.raises(KeyboardInterrupt):
            summarizer.brief("-")
        os.close(write)
    assert not _threads()


# --- errors ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("plan", "expected", "base"),
    [
        (Status(401), AccountError, RunError),
        (Status(400), errors.RequestError, RunError),
        (Status(500), errors.ServerError, errors.TransportError),
        (Status(429), errors.RateLimitError, errors.TransportError),
        (Refusal("No."), RefusedError, AnswerError),
        (Reply(answer="no JSON"), errors.InvalidAnswerError, AnswerError),
        (RawBody(b"no completion"), errors.IncompatibleError, AnswerError),
    ],
)
def test_a_failure_is_an_error_of_the_tree_with_what_it_took(monkeypatch, plan, expected, base):
    record_waits(monkeypatch)
    with FaultServer(plan) as server, Summarizer(model="m", base_url=server.base_url) as summarizer:
        with pytest.raises(expected) as failed:
            summarizer.brief(numbered())
        assert isinstance(failed.value, base)
        assert failed.value.tries == server.stats.calls
        assert failed.value.tokens is not None


def test_a_failure_of_abrief_is_the_same_error():
    with (
        FaultServer(Status(401)) as server,
        Summarizer(model="m", base_url=server.base_url) as s,
        pytest.raises(AccountError),
    ):
        asyncio.run(s.abrief(numbered()))


def test_a_failure_holds_no_key_anywhere(monkeypatch):
    record_waits(monkeypatch)
    key = "sk-canary-77c0ffee12345678"
    said = {"error": {"message": f"bad {key}"}}
    with (
        FaultServer(Status(400, said)) as server,
        Summarizer(model="m", base_url=server.base_url, api_key=key) as summarizer,
    ):
        with pytest.raises(RunError) as failed:
            summarizer.brief(numbered())
        assert key not in repr(summarizer) + repr(vars(summarizer))
    told = "".join(traceback.format_exception(failed.value)) + repr(vars(failed.value))
    assert key not in told
    assert failed.value.__cause__ is None


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({"engine": "nonsense"}, SettingsError),
        ({"engine": "openai"}, SettingsError),
        ({"model": "m", "base_url": "http://example.com"}, SettingsError),
        ({"model": "m", "api_key": "two words"}, SettingsError),
        ({"mode": "yaml"}, SettingsError),
        ({"timeout": -1}, SettingsError),
        ({"engine": "extractive", "kind": Kind.of(Guidance)}, KindError),
        ({"replay": Path("missing.yaml")}, errors.CassetteError),
    ],
    ids=str,
)
def test_misuse_is_one_line_of_the_tree_and_comes_again_with_the_next_call(settings, expected):
    with Summarizer(**settings) as summarizer:
        for _ in range(2):
            with pytest.raises(expected) as refused:
                summarizer.brief(numbered())
            assert isinstance(refused.value, UsageError)
            assert "\n" not in str(refused.value)


def test_an_article_that_does_not_serve_is_an_article_error(extractive, tmp_path):
    (tmp_path / "short.txt").write_text("Too short.")
    with pytest.raises(ArticleError):
        extractive.brief(tmp_path / "short.txt")
    with pytest.raises(ArticleError):
        asyncio.run(extractive.abrief(tmp_path / "short.txt"))
    with pytest.raises(SourceError):
        extractive.brief(tmp_path)
    with pytest.raises(ArticleError):
        Article.from_text("Too short.")


def test_no_server_is_a_connect_error_that_one_except_catches(monkeypatch):
    record_waits(monkeypatch)
    with Summarizer(model="m", base_url=refused_base_url()) as summarizer, pytest.raises(SummarizerError) as failed:
        summarizer.brief(numbered())
    assert isinstance(failed.value, ConnectError)


def test_one_article_that_fails_does_not_fail_the_others():
    with (
        FaultServer({"DOC-000003": Status(400)}, answer=ANSWER) as server,
        Summarizer(model="m", base_url=server.base_url) as s,
    ):

        async def all_of_them():
            return await asyncio.gather(*(s.abrief(numbered(n)) for n in range(6)), return_exceptions=True)

        found = asyncio.run(all_of_them())
    assert [type(result).__name__ for result in found] == ["Brief"] * 3 + ["RequestError"] + ["Brief"] * 2


# --- kinds of one's own, and the face itself ---------------------------------------------------------


def test_a_kind_of_ones_own_gives_its_class_with_spans_and_verdicts():
    answer = (
        '{"revenue": {"evidence": [1], "attribution": null, "text": "Norvania would impose a 25% tariff"}, "risks": []}'
    )
    with (
        FaultServer(answer=answer) as server,
        Summarizer(model="m", base_url=server.base_url, kind=Kind.of(Guidance)) as s,
    ):
        brief = s.brief(numbered())
    assert isinstance(brief.content, Guidance)
    assert brief.content.revenue.verdict.value == "supported"
    assert (brief.provenance.kind, brief.verification.statements) == ("Guidance", 1)


def test_every_setting_can_be_given_to_the_library():
    from dataclasses import fields

    from summarizer.settings import Settings

    settings = {field.name for field in fields(Settings) if not field.name.startswith("_")}
    assert set(inspect.signature(Summarizer).parameters) == settings | {"kind"}


def test_arguments_are_given_by_name_only():
    with pytest.raises(TypeError):
        Summarizer("m")
