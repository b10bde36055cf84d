"""The command `batch`: what it writes to stdout and stderr, how it ends, and what it shows meanwhile."""

from __future__ import annotations

import io
import json
import re
import threading
import time
from collections import deque
from decimal import Decimal
from types import SimpleNamespace

import pytest
from rich.console import Console

from summarizer._cli import dashboard
from summarizer._cli.dashboard import display, line, span
from summarizer.batch.face import Batch
from summarizer.batch.journal import Gate
from summarizer.batch.publishing import Publisher
from summarizer.batch.state import RunState
from summarizer.brief import Tokens
from tests.answers import good_text
from tests.batches import command, fill, start
from tests.faultserver import FaultServer, Refusal, Reply
from tests.test_cli_brief import COLOUR, TALK, cli, in_terminal, refused, screen

GOOD = good_text()


@pytest.fixture
def folder(tmp_path):
    return fill(tmp_path / "in", 5)


@pytest.fixture
def out(tmp_path):
    return tmp_path / "out"


def ran(*words: str) -> tuple[int, str, str]:
    run = start(*words)
    said = run.communicate()
    return run.returncode, *said


def test_the_forecast_is_data_on_stdout_and_sends_and_writes_nothing(folder, out):
    with FaultServer(Reply(), answer=GOOD) as server:
        code, data, said = ran(*command(folder, out, server, "--dry-run", "--price", "1/4"))
        assert (code, said, server.stats.calls, out.exists()) == (0, "", 0, False)
    found = dict(row.rsplit(maxsplit=1) for row in data.splitlines() if "about" not in row and "most" not in row)
    assert {name.strip(): count for name, count in found.items()} == {
        "articles": "5",
        "to brief": "5",
        "briefed before": "0",
        "same story": "0",
        "unreadable": "0",
        "skipped": "0",
        "sentences": "20",
        "words": str(5 * 53),
    }
    assert "cost, at most" in data


def test_a_forecast_needs_the_name_of_the_model_and_no_key(folder, out):
    done = cli("batch", folder, "-o", out, "--dry-run", "--model", "m", "--price", "1/4")
    assert done.exit_code == 0, done.stderr
    assert re.search(r"^cost, about +\$0\.\d+$", done.stdout, re.MULTILINE)
    assert done.stderr == "summarizer: nothing is sent now; for the run itself, set OPENAI_API_KEY\n"
    assert not out.exists()
    quiet = cli("batch", folder, "--dry-run", "--model", "m", "--quiet")
    assert (quiet.exit_code, quiet.stderr) == (0, "")
    assert "needs a model: give --model" in refused(cli("batch", folder, "--dry-run", "--engine", "openai"), 2)


def test_a_forecast_says_of_what_there_will_be_no_brief_and_why(folder):
    (folder / "short.txt").write_text("Two words.", encoding="utf-8")
    (folder / "photo.jpg").write_bytes(b"x")
    for number in range(12):
        (folder / f"scan{number}.pdf").write_bytes(b"%PDF")
    done = cli("batch", folder, "--dry-run", "--engine", "extractive")
    said = [line.removeprefix("summarizer: ") for line in done.stderr.splitlines()][1:]
    assert done.exit_code == 0
    assert said[0] == "short.txt has 2 words in sentences; a brief needs at least 40"
    assert said[1].startswith("photo.jpg: a .jpg file")
    assert (len(said), said[-1]) == (11, "and 4 more")


def test_a_run_without_a_key_is_refused_before_anything_is_written(folder, out):
    assert "set OPENAI_API_KEY" in refused(cli("batch", folder, "-o", out, "--model", "m"), 2)
    assert not out.exists()


def test_a_run_without_a_place_for_its_briefs_says_so_in_one_line(folder):
    code, data, said = ran("batch", str(folder), "--engine", "extractive")
    assert (code, data) == (2, "")
    assert said.count("\n") == 1
    assert "-o FOLDER" in said


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("--limit", "0"), "--limit must be more than 0"),
        (("--max-cost", "much"), "--max-cost: give US dollars"),
        (("--max-cost", "5"), "give --price IN/OUT"),
        (("--price", "cheap"), "such as 0.15/0.60"),
        (("--rpm", "0"), "rpm must be more than 0"),
        (("--concurrency", "0"), "concurrency must be more than 0"),
        (("--retry-faild",), "--retry-faild"),
    ],
)
def test_a_wrong_option_is_told_before_anything_is_sent_or_written(folder, out, words, expected):
    with FaultServer(Reply(), answer=GOOD) as server:
        code, data, said = ran(*command(folder, out, server, *words))
        assert (code, data, server.stats.calls) == (2, "", 0)
    assert expected in said
    assert "Traceback" not in said
    assert not list(out.rglob("*.json"))


def test_failed_articles_are_named_with_their_reason_and_the_code_is_1(folder, out):
    with FaultServer({"DOC-000002": Refusal("I\x1b[31m will not")}, answer=GOOD) as server:
        code, data, said = ran(*command(folder, out, server))
    assert (code, data) == (1, "")
    assert "000/DOC-000002.txt: the model refuses to write this brief" in said
    assert "5 articles: 4 briefs, 1 failed" in said
    assert "\x1b" not in said


def test_a_quiet_run_in_which_all_goes_well_says_nothing(folder, out):
    with FaultServer(Reply(), answer=GOOD) as server:
        assert ran(*command(folder, out, server, "--quiet")) == (0, "", "")


def test_a_machine_gets_a_line_of_json_an_article_and_the_sums(folder, out):
    (folder / "short.txt").write_text("too short", encoding="utf-8")
    with FaultServer(Reply(), answer=GOOD) as server:
        code, data, said = ran(*command(folder, out, server, "--log-json"))
    events = [json.loads(row) for row in said.splitlines() if row.startswith("{")]
    assert (code, data) == (1, "")
    articles = {event["id"]: event for event in events if event["event"] == "article"}
    assert {event["state"] for event in articles.values()} == {"done", "failed"}
    assert articles["short.txt"]["error"]["kind"] == "TooShortError"
    assert len(articles) == 6
    assert events[-1]["event"] == "end"
    assert (events[-1]["briefs"], events[-1]["failed"]) == (5, 1)


# --- what is shown meanwhile ---


@pytest.fixture
def patient_forecast(monkeypatch):
    """Give what stderr was told while a forecast was made, which goes on until something was."""
    heard, told = threading.Event(), []
    forecast = Batch.forecast

    def slow(batch):
        state = batch.state
        found = forecast(batch)
        assert state.total == found.articles
        heard.clear()
        assert heard.wait(30)
        return found

    def hear(*words, **values):
        told.append((*words, *values.items()))
        heard.set()

    monkeypatch.setattr(Batch, "forecast", slow)
    monkeypatch.setattr(dashboard, "EVERY", 0.01)
    monkeypatch.setattr(dashboard, "say", hear)
    monkeypatch.setattr(dashboard, "_log", hear)
    return told


def test_a_forecast_says_how_far_it_has_read(folder, patient_forecast):
    assert cli("batch", folder, "--dry-run", "--engine", "extractive").exit_code == 0
    assert patient_forecast[-1] == ("reading: 5 articles so far",)


def test_a_forecast_tells_a_machine_how_far_it_has_read(folder, patient_forecast):
    assert cli("batch", folder, "--dry-run", "--engine", "extractive", "--log-json").exit_code == 0
    assert {told[0] for told in patient_forecast} == {"progress"}
    assert {("phase", "reading"), ("articles", 5)} < set(patient_forecast[-1][1:])


def test_a_quiet_forecast_says_nothing_but_what_was_asked_for(folder, monkeypatch):
    monkeypatch.setattr(dashboard, "_every", None)
    monkeypatch.setattr(dashboard, "_live", None)
    done = cli("batch", folder, "--dry-run", "--engine", "extractive", "--quiet")
    assert (done.exit_code, done.stderr) == (0, "")
    assert done.stdout.startswith("articles           5\n")


def test_a_forecast_on_a_terminal_shows_its_progress_there_and_its_counts_on_stdout(folder):
    out, err, code = in_terminal("batch", folder, "--dry-run", "--engine", "extractive")
    assert code == 0
    assert "reading" in COLOUR.sub("", err)
    assert screen(err).startswith(TALK)
    assert "reading" not in screen(err)
    assert out.startswith("articles           5\n")


def test_the_end_of_a_run_says_that_the_table_of_all_briefs_is_being_written(folder, out, monkeypatch):
    is_writing, heard, told = threading.Event(), threading.Event(), []
    write_index = Publisher.write_index

    def slow(publisher):
        is_writing.set()
        assert heard.wait(30)
        write_index(publisher)

    def hear(words):
        told.append(words)
        if is_writing.is_set() and words.startswith("finishing"):
            heard.set()

    monkeypatch.setattr(Publisher, "write_index", slow)
    monkeypatch.setattr(dashboard, "EVERY", 0.01)
    monkeypatch.setattr(dashboard, "say", hear)
    assert cli("batch", folder, "-o", out, "--engine", "extractive").exit_code == 0
    assert "finishing: writing briefs.jsonl, the table of all briefs; 5 briefs, 0 failed" in told


# --- the display ---


def state(**more: object) -> RunState:
    gate = Gate(in_flight=7, tokens=Tokens(input=900_000, output=100_000), cost=Decimal("0.5"))
    limits = SimpleNamespace(rpm=600.0, rpm_source="headers", hold=0.0, is_open=False)
    counts = {"phase": "briefing", "total": 1_000, "done": 250, "kept": 50, "failed": 3, "waiting": 700, "at_work": 47}
    found = RunState(**{**counts, "gate": gate, "limits": lambda: limits, **more})
    found._ends = deque(time.monotonic() - place for place in range(10))
    found.started = time.monotonic() - 20
    return found


def shown(found: RunState) -> str:
    console = Console(file=io.StringIO(), width=90, force_terminal=False)
    console.print(display(found))
    return console.file.getvalue()


def test_the_display_shows_what_is_done_the_rate_the_limit_and_the_money():
    text = shown(state())
    for words in ("253/1,000", "250 (50 from before)", "failed", "7", "30 a minute", "left", "600 a minute (headers)"):
        assert words in text
    assert "1,000,000 tokens, $0.5000, $2.37 expected" in text


def test_a_line_says_the_same_where_there_is_no_terminal():
    text = line(state())
    assert text.startswith(
        "briefing: 250 of 997 briefs, 3 failed, 7 in flight, 30 a minute, limit 600 a minute (headers)"
    )


def test_a_wait_that_the_server_asked_for_is_shown_with_its_time():
    held = SimpleNamespace(rpm=600.0, rpm_source="headers", hold=95.0, is_open=False)
    assert "the server asked to wait, 2 min more" in shown(state(limits=lambda: held))


def test_the_end_shows_what_is_written_and_what_was_spent_and_promises_nothing_more():
    found = state(phase="finishing")
    assert line(found) == (
        "finishing: writing briefs.jsonl, the table of all briefs; 250 briefs, 3 failed, 1,000,000 tokens, $0.5000"
    )
    text = shown(found)
    assert re.search(r"writing +briefs\.jsonl, the table of all briefs", text)
    assert "1,000,000 tokens, $0.5000" in text
    for words in ("expected", "a minute", "left", "in flight"):
        assert words not in text


def test_while_the_folder_is_read_only_that_is_shown():
    assert line(state(phase="reading")) == "reading: 1,000 articles so far"
    assert "rate" not in shown(state(phase="reading"))


@pytest.mark.parametrize(("seconds", "text"), [(4, "4 s"), (90, "2 min"), (5_400, "1 h 30 min")])
def test_a_time_is_written_as_people_say_it(seconds, text):
    assert span(seconds) == text
