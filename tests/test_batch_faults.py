"""A run that is killed, stopped, starved of disk or raced: nothing paid for is lost, nothing is paid twice."""

from __future__ import annotations

import errno
import json
import os
import random
import signal
import subprocess
import threading
import time
from collections import Counter

import pytest

from summarizer.batch import crashpoints, outputs
from summarizer.batch.crashpoints import NAMES, VARIABLE
from summarizer.batch.ledger import Ledger
from summarizer.batch.ledger_file import NAME
from summarizer.errors import DiskError, LedgerError
from tests.answers import good_text, size
from tests.batches import (
    PROGRAM,
    brief,
    command,
    fill,
    index,
    require_accounts,
    require_whole,
    rows,
    settings,
    start,
    states,
    summary,
    tree,
)
from tests.faultserver import FaultServer, Reply, Status, retry_after

GOOD = good_text()
KILLED = -signal.SIGKILL
GRACE = 5.0


@pytest.fixture
def out(tmp_path):
    return tmp_path / "out"


def _flaky(call):
    """Fail a fifth of the first tries; the same ones in every run."""
    return Status(503) if random.Random(call.key + str(call.attempt)).random() < 0.2 and call.attempt < 3 else Reply()


# --- killed ---


def test_a_run_killed_again_and_again_loses_nothing_and_pays_twice_only_for_what_was_in_flight(tmp_path, out):
    documents, kills, at_least = size(400, 10_000), size(5, 20), size(8, 16)
    folder = fill(tmp_path / "in", documents)
    lost = 0
    with FaultServer(
        _flaky, answer=GOOD, latency=lambda call: 0.02 + 0.06 * random.Random(call.key).random()
    ) as server:
        for _ in range(kills):
            before = server.stats.calls
            run = start(*command(folder, out, server, "--concurrency", "32", "--quiet"))
            in_flight = 0
            while run.poll() is None:
                stats = server.stats
                in_flight = stats.calls - sum(stats.faults.values()) - stats.paid - stats.abandoned
                if stats.calls - before > documents // (2 * kills) and in_flight >= at_least:
                    run.kill()
                    break
                time.sleep(0.002)
            run.communicate()
            assert run.returncode == KILLED
            lost += max(in_flight, 32)
        assert server.landed("status_503") > documents // 20
        last = start(*command(folder, out, server, "--concurrency", "32", "--quiet"))
        _, said = last.communicate()
        assert (last.returncode, said) == (0, "")
        stats = server.stats
    require_whole(out, documents)
    require_accounts(out, server)
    assert set(stats.paid_by_key) == {f"DOC-{number:06d}" for number in range(documents)}
    paid_again = stats.paid - documents
    unknown = summary(out)["calls_of_unknown_outcome"]
    assert paid_again <= unknown <= lost


@pytest.mark.parametrize("name", NAMES)
def test_a_death_at_any_named_place_is_made_good_by_the_next_run(tmp_path, out, name):
    for turn in range(size(1, 50)):
        folder, into = fill(tmp_path / f"in{turn}", 12), out / str(turn)
        at = (
            1
            if name in {"after_plan", "before_index", "after_index"}
            else random.Random(f"{name}{turn}").randrange(1, 8)
        )
        if name in {"before_done", "after_done"}:
            at = 1
        with FaultServer(Reply(), answer=GOOD, latency=0.01) as server:
            run = start(*command(folder, into, server, "--concurrency", "3"), **{VARIABLE: f"{name}:{at}"})
            run.communicate()
            assert run.returncode == KILLED, f"the run did not die at {name}"
            open_calls = rows(into, "SELECT count(*) FROM call WHERE state = 'sent'")[0][0]
            again = start(*command(folder, into, server))
            _, said = again.communicate()
            assert again.returncode == 0, said
            assert 12 <= server.stats.calls <= 12 + open_calls
        require_whole(into, 12)
        require_accounts(into, server)


def test_a_brief_that_stood_in_the_ledger_is_published_without_a_call(tmp_path, out):
    folder = fill(tmp_path / "in", 6)
    with FaultServer(Reply(), answer=GOOD) as server:
        run = start(*command(folder, out, server, "--concurrency", "1"), **{VARIABLE: "after_briefed:6"})
        run.communicate()
        assert run.returncode == KILLED
        assert rows(out, "SELECT count(*) FROM article WHERE state = 'briefed'")[0][0] >= 1
        assert server.stats.calls == 6
        assert states(brief(folder, out, **settings(server))) == {"done": 6}
        assert server.stats.calls == 6
    require_whole(out, 6)


def test_a_recorded_reply_is_used_by_the_next_run_and_not_paid_again(tmp_path, out):
    folder = fill(tmp_path / "in", 1)
    with FaultServer(Reply(), answer=GOOD) as server:
        run = start(*command(folder, out, server), **{VARIABLE: "after_recorded"})
        run.communicate()
        assert run.returncode == KILLED
        assert server.stats.calls == 1
        assert states(brief(folder, out, **settings(server))) == {"done": 1}
        assert server.stats.calls == 1
        require_accounts(out, server)


def test_every_crash_point_is_passed_in_a_plain_run(tmp_path, out, monkeypatch):
    from summarizer.batch import journal, publishing, run, running

    passed: Counter[str] = Counter()
    for module in (journal, publishing, run, running, outputs):
        if hasattr(module, "crashpoint"):
            monkeypatch.setattr(module, "crashpoint", lambda name: passed.update([name]))
    with FaultServer(Reply(), answer=GOOD) as server:
        brief(fill(tmp_path / "in", 2), out, **settings(server))
    assert set(passed) == set(crashpoints.NAMES)


# --- stopped ---


def _interrupted(tmp_path, out, script, latency, after, *more):
    folder = fill(tmp_path / "in", 40)
    with FaultServer(script, answer=GOOD, latency=latency) as server:
        run = start(*command(folder, out, server, "--concurrency", "4", *more))
        while server.stats.calls < after:
            time.sleep(0.01)
            assert run.poll() is None
        time.sleep(0.05)
        began = time.monotonic()
        run.send_signal(signal.SIGINT)
        calls = server.stats.calls
        _, said = run.communicate(timeout=30)
        return server, run.returncode, said, time.monotonic() - began, server.stats.calls - calls


@pytest.mark.parametrize("latency", [0.3, 60.0])
def test_an_interrupt_keeps_what_arrives_in_its_grace_and_says_how_to_go_on(tmp_path, out, latency):
    server, code, said, took, more = _interrupted(tmp_path, out, Reply(), latency, 4)
    assert code == 130
    assert "the same command goes on" in said
    assert "Traceback" not in said
    assert len(said.splitlines()) <= 5
    assert more == 0
    assert took < GRACE + 2
    answered = rows(out, "SELECT count(*) FROM call WHERE state = 'answered'")[0][0]
    assert answered == server.stats.paid
    assert answered == (4 if latency < GRACE else 0)
    assert rows(out, "SELECT count(*) FROM call WHERE state = 'sent'") == [(0,)]


def test_an_interrupt_while_a_retry_waits_ends_at_once(tmp_path, out):
    server, code, said, took, more = _interrupted(tmp_path, out, Status(503, headers={"retry-after": "60"}), 0, 4)
    assert server.landed("status_503") >= 4
    assert (code, more) == (130, 0)
    assert took < 3
    assert "Traceback" not in said


def test_a_second_interrupt_leaves_at_once(tmp_path, out):
    folder = fill(tmp_path / "in", 8)
    with FaultServer(Reply(), answer=GOOD, latency=60) as server:
        run = start(*command(folder, out, server, "--concurrency", "4"))
        while server.stats.calls < 4:
            time.sleep(0.01)
        run.send_signal(signal.SIGINT)
        time.sleep(0.3)
        assert run.poll() is None
        began = time.monotonic()
        run.send_signal(signal.SIGINT)
        _, said = run.communicate(timeout=10)
        assert time.monotonic() - began < 2
        assert run.returncode == 130
        assert "Traceback" not in said
        assert said.endswith("summarizer: left at once; the same command goes on from here\n")
        server.script, server.latency = Reply(), 0
        assert states(brief(folder, out, **settings(server))) == {"done": 8}
        require_accounts(out, server)


def test_a_server_that_asks_for_a_day_pauses_the_run_which_goes_on_later(tmp_path, out):
    folder = fill(tmp_path / "in", 12)
    with FaultServer([retry_after(86400)], answer=GOOD) as server:
        run = start(*command(folder, out, server, "--concurrency", "4"))
        _, said = run.communicate(timeout=60)
        server.assert_landed("status_429", 1)
        assert run.returncode == 75
        assert server.stats.calls <= 4
        assert "Traceback" not in said
        assert "resume then" in said
        assert rows(out, "SELECT count(*) FROM article WHERE state = 'failed'") == [(0,)]
        server.script = Reply()
        assert states(brief(folder, out, **settings(server, api_key="another"))) == {"done": 12}
        require_accounts(out, server)


def test_an_outage_in_mid_run_fails_no_article(tmp_path, out):
    folder = fill(tmp_path / "in", 30)
    with FaultServer(Reply(), answer=GOOD, latency=0.05) as server:
        run = start(*command(folder, out, server, "--concurrency", "4"))
        while server.stats.calls < 8:
            time.sleep(0.01)
        with server.outage():
            time.sleep(3)
        _, said = run.communicate(timeout=120)
        assert run.returncode == 0, said
        require_whole(out, 30)
        require_accounts(out, server)


# --- the disk ---


class _FailingDisk:
    """Fails the n-th of the calls that put a brief on the disk."""

    def __init__(self, monkeypatch, at: int, code: int) -> None:
        self.left, self.failed, self.code = at, 0, code
        for name in ("open", "fsync", "replace", "rename"):
            monkeypatch.setattr(outputs.os, name, self._wrapped(getattr(os, name)))

    def _wrapped(self, original):
        def call(*args, **kwargs):
            if threading.current_thread().name.startswith("asyncio") or "summarizer" in threading.current_thread().name:
                self.left -= 1
                if self.left == 0:
                    self.failed += 1
                    raise OSError(self.code, os.strerror(self.code))
            return original(*args, **kwargs)

        return call


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EIO])
def test_whichever_write_of_a_brief_fails_the_run_stops_cleanly_and_the_next_one_makes_it_good(tmp_path, code):
    folder = fill(tmp_path / "in", 6)
    failed = 0
    for at in range(1, size(14, 60)):
        into = tmp_path / f"out{at}"
        with FaultServer(Reply(), answer=GOOD) as server:
            with pytest.MonkeyPatch.context() as patch:
                disk = _FailingDisk(patch, at, code)
                try:
                    brief(folder, into, **settings(server, concurrency=2))
                except DiskError as error:
                    assert "free some space" in str(error) or "cannot be" in str(error)  # noqa: PT017
            failed += disk.failed
            for path in into.rglob("*.brief.json"):
                json.loads(path.read_bytes())
            brief(folder, into, **settings(server))
            assert server.stats.calls == 6
            require_whole(into, 6)
            require_accounts(into, server)
    assert failed >= 8


def test_a_ledger_that_cannot_grow_stops_the_run_before_the_next_paid_call(tmp_path, out, monkeypatch):
    folder = fill(tmp_path / "in", 40)
    opened = Ledger.open.__func__

    def small(cls, place):
        ledger = opened(cls, place)
        pages = ledger._connection.execute("PRAGMA page_count").fetchone()[0]
        ledger._connection.execute(f"PRAGMA max_page_count={pages + 30}")
        return ledger

    with FaultServer(Reply(), answer=GOOD, latency=0.01) as server:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(Ledger, "open", classmethod(small))
            with pytest.raises(DiskError, match="free some space"):
                brief(folder, out, **settings(server, concurrency=4))
        first = server.stats
        assert first.calls < 40
        recorded = rows(out, "SELECT count(*) FROM call WHERE state = 'answered'")[0][0]
        assert first.paid - recorded <= 4
        assert states(brief(folder, out, **settings(server))) == {"done": 40}
        assert server.stats.calls <= 40 + 4
        require_accounts(out, server)


def test_a_folder_that_cannot_be_written_is_told_before_anything_is_sent(tmp_path, out):
    if os.geteuid() == 0:
        pytest.skip("root may write anywhere")
    out.mkdir(mode=0o500)
    with FaultServer(Reply(), answer=GOOD) as server, pytest.raises(Exception, match="cannot be written"):
        brief(fill(tmp_path / "in", 2), out, **settings(server))
    assert server.stats.calls == 0


def test_an_out_that_vanishes_in_mid_run_is_one_clear_line(tmp_path, out):
    import shutil

    folder = fill(tmp_path / "in", 30)
    with FaultServer(Reply(), answer=GOOD, latency=0.05) as server:
        run = start(*command(folder, out, server, "--concurrency", "2"))
        while server.stats.calls < 6:
            time.sleep(0.01)
        shutil.rmtree(out, ignore_errors=True)
        _, said = run.communicate(timeout=60)
    assert run.returncode != 0
    assert "Traceback" not in said
    assert said


# --- others at the same files ---


def test_a_reader_that_looks_all_the_time_sees_whole_files_only(tmp_path, out):
    folder = fill(tmp_path / "in", size(30, 1_000))
    reads, broken = Counter(), []
    ended = threading.Event()

    def look() -> None:
        while not ended.is_set():
            for path in out.rglob("*.json*"):
                try:
                    for line in path.read_bytes().splitlines() if path.suffix == ".jsonl" else [path.read_bytes()]:
                        json.loads(line)
                except FileNotFoundError:
                    continue
                except ValueError as error:
                    broken.append((path, error))
                reads[path] += 1

    thread = threading.Thread(target=look)
    with FaultServer(Reply(), answer=GOOD) as server:
        thread.start()
        try:
            for _ in range(3):  # written again and again under the same names
                brief(folder, out, **settings(server))
                for path in folder.rglob("*.txt"):
                    path.write_text(path.read_text(encoding="utf-8") + "Nothing more was said.\n", encoding="utf-8")
        finally:
            ended.set()
            thread.join()
    assert broken == []
    assert sum(reads.values()) > 100


def test_of_two_processes_on_one_folder_one_works_and_the_other_says_who_does(tmp_path, out):
    folder = fill(tmp_path / "in", 10)
    for turn in range(size(3, 50)):
        with FaultServer(Reply(), answer=GOOD, latency=0.4) as server:
            both = [start(*command(folder, out / str(turn), server)) for _ in range(2)]
            said = [run.communicate(timeout=60)[1] for run in both]
            codes = sorted(run.returncode for run in both)
            assert codes in ([0, 2], [0, 0])
            assert server.stats.calls == 10
            assert "locked" not in "".join(said)
            if codes == [0, 2]:
                assert f"in use by process {both[[r.returncode for r in both].index(0)].pid}" in "".join(said)
        require_whole(out / str(turn), 10)


@pytest.mark.parametrize("damage", range(size(12, 200)))
def test_a_damaged_ledger_is_refused_or_its_briefs_are_right(tmp_path, out, damage):
    draw = random.Random(damage)
    folder = fill(tmp_path / "in", 6)
    with FaultServer(Reply(), answer=GOOD) as server:
        brief(folder, out, **settings(server))
        before = tree(out)
        for name in ("ledger.sha256",) if damage % 2 else ():
            (out / name).unlink()  # as a kill leaves it
        path = out / NAME
        data = bytearray(path.read_bytes())
        for _ in range(draw.randrange(1, 40)):
            data[draw.randrange(len(data))] ^= draw.randrange(1, 256)
        path.write_bytes(data if damage % 3 else data[: -draw.randrange(1, 9000)])
        try:
            brief(folder, out, **settings(server))
        except LedgerError as error:
            assert "\n" not in str(error)  # noqa: PT017 - or it goes well
        after = tree(out)
    for name, data in before.items():
        if name.endswith(".brief.json"):
            assert _content(after[name]) == _content(data)


def _content(data: bytes) -> dict:
    found = json.loads(data)
    del found["provenance"]
    return found


def test_the_ledger_its_lock_and_its_hash_are_the_owner_s_alone(tmp_path, out):
    before = os.umask(0)
    try:
        with FaultServer(Reply(), answer=GOOD) as server:
            brief(fill(tmp_path / "in", 2), out, **settings(server))
    finally:
        os.umask(before)
    modes = {p.name: p.stat().st_mode & 0o777 for p in out.iterdir() if p.name.startswith("ledger")}
    assert set(modes.values()) == {0o600}
    assert index(out)


def test_a_run_in_another_process_ends_with_code_0_and_says_what_it_did(tmp_path, out):
    with FaultServer(Reply(), answer=GOOD) as server:
        words = command(fill(tmp_path / "in", 3), out, server)
        run = subprocess.run([*PROGRAM, *words], capture_output=True, text=True, check=True)
    assert run.stdout == ""
    assert "3 articles: 3 briefs" in run.stderr
