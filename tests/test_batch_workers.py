"""Many articles are read in other processes, in order, and a page that kills or hangs one costs itself alone."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from itertools import count
from pathlib import Path

import pytest

from summarizer.batch import worker as module
from summarizer.batch.listing import Source
from summarizer.batch.packing import unpack
from summarizer.batch.planning import Planned
from summarizer.batch.shingles import signature, story_text
from summarizer.batch.sources import find_sources, fingerprint, read_source
from summarizer.batch.work import Failed, plan
from summarizer.batch.worker import Worker
from summarizer.batch.workers import CHUNK, FEW, Workers
from tests.dangerous_paths import FaultyPath, HangingPath, KillingPath

STORY = "The council met on Monday to discuss the harbour, and nobody left before midnight. " * 8
ROOT = Path(__file__).parents[1]


def plant(folder: Path, number: int) -> list[Source]:
    for n in range(number):
        (folder / f"{n:03}.txt").write_text(STORY + f"Story {n}." if n % 7 else "short")
    return [found for found in find_sources(folder) if isinstance(found, Source)]


def read_all(sources, workers: int = 1) -> list[Planned | Failed]:
    async def all_of_them():
        async with Workers(workers) as readers:
            return [each async for each in readers.plan(sources)]

    return asyncio.run(all_of_them())


@pytest.fixture
def worker():
    made = Worker(patience=20, pages=50)
    yield made
    made.close()


def test_what_is_planned_is_what_the_article_says(tmp_path):
    (tmp_path / "a.txt").write_text(f"---\ntitle: Late\noutlet: Gazette\ndate: 2026-03-12\n---\n{STORY}")
    (source,) = find_sources(tmp_path)
    planned, article = plan(source), read_source(source)
    assert (planned.source, planned.fingerprint) == (source, fingerprint(source))
    assert (planned.title, planned.outlet, planned.published) == ("Late", "Gazette", article.published)
    assert (planned.words, planned.sentences, planned.length) == (article.words, 8, len(article.text))
    assert planned.sha256 == article.sha256
    assert planned.signature == signature(story_text(article)) != b""
    assert unpack(planned.packed, source=source.id) == article


def test_an_article_that_cannot_be_read_is_a_result_with_its_reason(tmp_path):
    short, gone = plan(plant(tmp_path, 1)[0]), plan(Source("b.txt", tmp_path / "b.txt", 1))
    assert (short.kind, gone.kind) == ("TooShortError", "SourceError")
    assert "a brief needs at least 40" in short.message


def test_a_fault_of_ours_costs_one_article_and_its_words_are_not_shown(tmp_path):
    failed = plan(Source("a", FaultyPath(tmp_path), 1))
    assert failed.kind == "ZeroDivisionError"
    assert "secret" not in failed.message


@pytest.mark.parametrize("number", [0, 1, FEW - 1])
def test_few_articles_start_no_process(tmp_path, monkeypatch, number):
    monkeypatch.setattr(subprocess, "Popen", lambda *_, **__: pytest.fail("a process was started"))
    sources = plant(tmp_path, number)
    assert [each.source for each in read_all(sources)] == sources


def test_no_workers_means_no_process_however_many_there_are(tmp_path, monkeypatch):
    monkeypatch.setattr(subprocess, "Popen", lambda *_, **__: pytest.fail("a process was started"))
    sources = plant(tmp_path, FEW + 5)
    assert [each.source for each in read_all(sources, workers=0)] == sources


@pytest.mark.parametrize("workers", [1, 2])
def test_results_come_in_the_order_of_the_sources_and_are_those_of_one_process(tmp_path, workers):
    sources = plant(tmp_path, FEW + 3 * CHUNK + 5)
    found = read_all(sources, workers)
    assert found == [plan(source) for source in sources]
    assert {type(each) for each in found} == {Planned, Failed}


def test_sources_are_taken_as_results_are_and_not_all_at_once(tmp_path):
    (source, *_) = plant(tmp_path, 2)
    taken = count()

    def endless():
        while True:
            next(taken)
            yield source

    async def some():
        async with Workers(2) as readers:
            found = readers.plan(endless())
            for _ in range(3 * CHUNK):
                await anext(found)
            await found.aclose()

    asyncio.run(some())
    assert 3 * CHUNK <= next(taken) <= FEW + 10 * CHUNK


def test_what_the_search_for_sources_raises_comes_out(tmp_path):
    def failing():
        yield from plant(tmp_path, FEW + 1)
        raise OSError("the disk is gone")

    with pytest.raises(OSError, match="the disk is gone"):
        read_all(failing())


def test_a_page_that_kills_its_process_costs_that_page_only(tmp_path, worker):
    before, after = plant(tmp_path, 40)[1:3], plant(tmp_path, 40)[3:6]
    killing = Source("deadly.txt", KillingPath(tmp_path), 1)
    found = list(worker.run([*before, killing, *after, killing, *after]))
    kinds = [type(each) for each in found]
    assert kinds == [Planned] * 2 + [Failed] + [Planned] * 3 + [Failed] + [Planned] * 3
    assert found[2] == Failed(killing, "WorkerError", "its page ended the process that read it (by SIGKILL)")
    assert [each.source for each in found] == [*before, killing, *after, killing, *after]


def test_a_page_that_hangs_costs_that_page_only(tmp_path):
    (_, source, *_) = plant(tmp_path, 3)
    hanging = Source("endless.txt", HangingPath(tmp_path), 1)
    impatient = Worker(patience=1)
    found = list(impatient.run([hanging, source]))
    impatient.close()
    assert found[0] == Failed(hanging, "WorkerError", "its page took longer than 1 seconds")
    assert isinstance(found[1], Planned)


def test_a_worker_that_died_between_two_chunks_is_replaced(tmp_path, worker):
    (_, source, *_) = plant(tmp_path, 3)
    assert isinstance(next(worker.run([source])), Planned)
    old = worker._process
    old.kill()
    old.wait()
    assert [type(each) for each in worker.run([source, source])] == [Planned, Planned]
    assert worker.pid != old.pid


def test_a_worker_makes_place_for_a_new_one_after_many_pages(tmp_path):
    (_, source, *_) = plant(tmp_path, 3)
    short_lived = Worker(pages=4)
    pids = []
    for _ in range(4):
        assert all(isinstance(each, Planned) for each in short_lived.run([source] * 2))
        pids.append(short_lived.pid)
    short_lived.close()
    assert pids[0] is not None
    assert pids[1] is None
    assert pids[2] not in {None, pids[0]}


def test_a_worker_does_not_hear_ctrl_c(tmp_path, worker):
    (_, source, *_) = plant(tmp_path, 3)
    list(worker.run([source]))
    pid = worker.pid
    assert os.getpgid(pid) != os.getpgid(0)
    os.kill(pid, signal.SIGINT)
    assert [type(each) for each in worker.run([source])] == [Planned]
    assert worker.pid == pid


def test_where_no_process_can_be_started_articles_are_read_here(tmp_path, monkeypatch, worker):
    tried = []

    def refused(*_, **__):
        tried.append(True)
        raise OSError("no more processes")

    monkeypatch.setattr(subprocess, "Popen", refused)
    sources = plant(tmp_path, 5)
    assert list(worker.run(sources)) == [plan(source) for source in sources]
    assert tried == [True]


def test_a_process_that_does_not_answer_is_not_waited_for_again(tmp_path, monkeypatch, worker):
    monkeypatch.setattr(module, "_START", "import time; time.sleep(3600)")
    monkeypatch.setattr(module, "STARTING", 0.2)
    sources = plant(tmp_path, 3)
    assert list(worker.run(sources)) == [plan(source) for source in sources]
    assert worker.pid is None


def test_closing_ends_what_hangs(tmp_path):
    hanging = [Source(f"{n}", HangingPath(tmp_path), 1) for n in range(FEW)]

    async def interrupted():
        readers = Workers(2, patience=3_600)
        found = readers.plan(hanging)
        first = asyncio.ensure_future(anext(found))
        while not all(worker.pid for worker in readers._workers):  # noqa: ASYNC110 - started by other threads
            await asyncio.sleep(0.05)
        pids = [worker.pid for worker in readers._workers]
        await asyncio.to_thread(readers.close)
        return pids, await first

    pids, first = asyncio.run(interrupted())
    assert isinstance(first, Failed)
    assert len(set(pids)) == 2
    assert not any(is_running(pid) for pid in pids)


def is_running(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != "Z"


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks at /proc")
def test_a_worker_ends_when_the_run_is_killed(tmp_path):
    code = f"""
import sys; sys.path[:] = {sys.path!r}
from pathlib import Path
from summarizer.batch.worker import Worker
from summarizer.batch.listing import Source
worker = Worker()
list(worker.run([Source("a", Path({str(tmp_path)!r}), 1)]))
print(worker.pid, flush=True)
import time; time.sleep(600)
"""
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as run:
        pid = int(run.stdout.readline())
        assert is_running(pid)
        run.kill()
    for _ in range(600):
        if not is_running(pid):
            break
        time.sleep(0.05)
    assert not is_running(pid)


def test_a_script_without_a_guard_runs_once(tmp_path):
    plant(tmp_path, FEW + 10)
    script = tmp_path / "script.py"
    script.write_text(f"""
import sys; sys.path[:] = {sys.path!r}
import asyncio
from pathlib import Path
from summarizer.batch.workers import Workers
from summarizer.batch.sources import find_sources
print("begin")
async def main():
    async with Workers(1) as readers:
        print(len([each async for each in readers.plan(find_sources(Path({str(tmp_path)!r}), include=["*.txt"]))]))
asyncio.run(main())
""")
    done = subprocess.run([sys.executable, script], capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr, done.returncode) == (f"begin\n{FEW + 10}\n", "", 0)
