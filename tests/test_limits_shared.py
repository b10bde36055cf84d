"""The pace as a file: two processes keep one limit together, and a file that is bad, locked or foreign costs nothing."""

from __future__ import annotations

import asyncio
import fcntl
import json
import os
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from summarizer.engines.openai.limits import Limiter, Need, Patience, shared
from summarizer.engines.openai.limits.registry import limiter_for
from summarizer.engines.openai.limits.shared import SharedPace, name_of, state_folder
from summarizer.engines.openai.limits.tickets import Deadline
from summarizer.settings import Secret
from tests.answers import KEY, good_text, run, settings_for, size
from tests.faultserver import FaultServer
from tests.limiters import Bucket, ServerLimits, limited

SECONDS = size(4, 60)
_PROCESS = """
import asyncio, json, sys, time
from summarizer.engines.openai import OpenAIEngine
from summarizer.kinds import brief_kind
from tests.answers import article, settings_for

async def main():
    engine = OpenAIEngine(settings_for(sys.argv[1], rpm=float(sys.argv[2]), patient=True, concurrency=16))
    end, done = time.monotonic() + float(sys.argv[3]), 0
    async def worker(first):
        nonlocal done
        number = first
        while time.monotonic() < end:
            await engine.write(article(number), brief_kind())
            done, number = done + 1, number + 16
    await asyncio.gather(*(worker(n) for n in range(16)))
    print(json.dumps({"done": done, "shared": engine.limits().shared}))
    await engine.aclose()

print("ready", flush=True)
sys.stdin.readline()
asyncio.run(main())
"""


def test_two_processes_with_one_key_keep_one_limit_together():
    rpm = 1_200
    limits = ServerLimits(requests=Bucket(rpm, 1.0), tells=False)
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(Path.cwd()), *filter(None, sys.path)])}
    with FaultServer(limited(limits), answer=good_text()) as server:
        command = [sys.executable, "-c", _PROCESS, server.base_url, str(rpm), str(SECONDS)]
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True, "env": environment}
        both = [subprocess.Popen(command, **pipes) for _ in range(2)]
        for process in both:
            assert process.stdout.readline() == "ready\n"
        for process in both:
            process.stdin.write("\n")
            process.stdin.flush()
        told = [json.loads(process.communicate(timeout=SECONDS + 60)[0]) for process in both]
    times = [when for when, _ in limits.times]
    allowed = rpm / 60 * (max(times) - min(times)) + 1
    assert [each["shared"] for each in told] == [True, True]
    assert min(each["done"] for each in told) > 0
    assert limits.refused < 0.01 * (limits.accepted + limits.refused)
    assert limits.accepted <= allowed


def store(tmp_path, name="pace-x"):
    return SharedPace(tmp_path / "state" / name)


def test_what_one_process_takes_another_sees(tmp_path):
    one = store(tmp_path)
    one.share()
    with one as pace:
        pace.requests, pace.rpm, pace.known_at = time.monotonic() + 7, 60.0, time.monotonic()
        expected = pace.requests
    with store(tmp_path) as pace:
        assert (pace.requests, pace.rpm) == (expected, 60.0)


@pytest.mark.parametrize(("age", "rpm"), [(1, 30), (3_600, 600)])
def test_what_another_process_learnt_lately_goes_before_configuration_and_what_it_learnt_long_ago_does_not(
    age, rpm, tmp_path
):
    one = store(tmp_path)
    one.share()
    with one as pace:
        pace.rpm, pace.known_at = 30.0, time.monotonic() - age

    async def ask():
        limiter = Limiter(store(tmp_path))
        limiter.configure(600, None)
        async with asyncio.timeout(60) as scope:
            with await limiter.admit(Need(100, 100), Patience(Deadline(scope), None, patient=True, max_wait=1)):
                return limiter.state()

    state = asyncio.run(ask())
    assert (state.rpm, state.shared) == (rpm, True)


def test_the_file_is_the_users_alone_and_holds_no_key(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    limiter_for(settings_for("http://127.0.0.1:9/v1", api_key=Secret(KEY), rpm=60))
    (file,) = (tmp_path / "summarizer").iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    assert KEY.encode() not in file.read_bytes()
    assert KEY not in file.name


def test_a_server_without_a_known_limit_leaves_no_file(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    with FaultServer(answer=good_text()) as server:
        run(server.base_url, 2)
        assert server.stats.paid == 2
    assert list(tmp_path.iterdir()) == []


def test_names_differ_with_server_key_and_model_and_by_nothing_that_runs_together():
    names = {name_of(*parts) for parts in [("a", "b", "c"), ("ab", "", "c"), ("a", "bc", ""), ("a", "b", "d")]}
    assert len(names) == 4


@pytest.mark.parametrize("home", ["", "relative/path"])
def test_a_state_folder_that_is_not_absolute_is_not_taken(home, monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_STATE_HOME", home)
    monkeypatch.setenv("HOME", str(tmp_path))
    assert state_folder() == tmp_path / ".local" / "state" / "summarizer"


def planted_link(path, tmp_path):
    (tmp_path / "elsewhere").write_bytes(b"precious")
    path.symlink_to(tmp_path / "elsewhere")


def planted_twin(path, tmp_path):
    (tmp_path / "elsewhere").write_bytes(b"precious")
    path.hardlink_to(tmp_path / "elsewhere")


def planted_folder(path, tmp_path):
    path.mkdir()


def planted_pipe(path, tmp_path):
    os.mkfifo(path)


@pytest.mark.parametrize("plant", [planted_link, planted_twin, planted_folder, planted_pipe], ids=lambda p: p.__name__)
def test_what_is_planted_in_its_place_is_neither_followed_nor_written(plant, tmp_path, caplog):
    path = tmp_path / "state" / "pace-x"
    path.parent.mkdir()
    plant(path, tmp_path)
    pace = SharedPace(path)
    pace.share()
    with pace:
        pass
    assert not pace.is_shared
    assert "the pace is not shared" in pace.note
    assert len(caplog.records) == 1
    assert not (tmp_path / "elsewhere").exists() or (tmp_path / "elsewhere").read_bytes() == b"precious"


def test_a_process_that_holds_the_lock_and_stands_still_is_done_without_after_a_while(tmp_path, monkeypatch, caplog):
    monkeypatch.setattr(shared, "_PAUSE", 0)
    pace = store(tmp_path)
    pace.share()
    with (tmp_path / "state" / "pace-x").open("rb+") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        for _ in range(shared._GIVE_UP_AFTER):
            with pace:
                pass
    assert not pace.is_shared
    assert "does not let go" in pace.note
    assert len(caplog.records) == 1


def test_a_system_without_a_boot_id_keeps_the_pace_to_itself(tmp_path, monkeypatch):
    monkeypatch.setattr(shared, "_BOOT_ID", tmp_path / "none")
    pace = store(tmp_path)
    pace.share()
    assert (pace.is_shared, list(tmp_path.iterdir())) == (False, [])


@given(st.binary(max_size=200))
def test_no_content_of_the_file_is_taken_for_a_pace_that_waits_for_ever(data):
    found = shared._unpacked(data, b"b" * 16, 1_000.0)
    assert found is None


@given(st.lists(st.floats(), min_size=6, max_size=6))
def test_numbers_that_make_no_sense_are_no_pace(numbers):
    data = shared._LAYOUT.pack(shared._MAGIC, b"b" * 16, *numbers)
    found = shared._unpacked(data, b"b" * 16, 1_000.0)
    assert found is None or max(found.requests, found.tokens) <= 1_000 + 3_600
    assert shared._unpacked(data, b"c" * 16, 1_000.0) is None


def test_a_fork_opens_the_file_anew(tmp_path, monkeypatch):
    pace = store(tmp_path)
    pace.share()
    before = pace._file
    monkeypatch.setattr(shared.os, "getpid", lambda: -1)
    with pace:
        assert pace.is_shared
    assert (pace._process, before is not None) == (-1, True)
