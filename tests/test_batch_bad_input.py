"""What a batch is given that it cannot use: a clear line and an exit code each, and the rest of the run unharmed."""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys

import pytest

from summarizer.batch.ledger import Ledger
from summarizer.batch.ledger_file import NAME
from tests.answers import good_text
from tests.batches import PROGRAM, command, fill, index, require_accounts, require_whole, spawn, story, summary, tree
from tests.faultserver import ABSENT, FaultServer, Reply
from tests.test_cli_brief import CONTROL, cli

GOOD = good_text()
#: PR_CAPBSET_DROP of CAP_DAC_OVERRIDE and CAP_DAC_READ_SEARCH: what is run next has no such rights. No loss to others.
_WITHOUT_PRIVILEGES = """
import ctypes, os, sys
for capability in (1, 2):
    ctypes.CDLL(None).prctl(24, capability, 0, 0, 0)
os.execv(sys.argv[1], sys.argv[1:])
"""


@pytest.fixture
def folder(tmp_path):
    return fill(tmp_path / "in", 3)


@pytest.fixture
def out(tmp_path):
    return tmp_path / "out"


@pytest.fixture
def server():
    with FaultServer(Reply(), answer=GOOD) as started:
        yield started


def batch(source, out, server, *more):
    """Brief a folder with the model behind the server, through the program's own door."""
    model = ("--model", "m", "--base-url", server.base_url, "--mode", "json_schema", "--no-mend")
    done = cli("batch", source, "-o", out, *model, *more)
    assert "Traceback" not in done.stderr
    assert "internal error" not in done.stderr
    assert not CONTROL.search(done.stderr)
    return done


def without_privileges(*words):
    """Run a command to its end as one that root's right to read and write everything was taken from."""

    process = spawn(sys.executable, "-c", _WITHOUT_PRIVILEGES, *PROGRAM, *words)
    stdout, stderr = process.communicate(timeout=60)
    done = subprocess.CompletedProcess(words, process.returncode, stdout, stderr)
    assert "Traceback" not in done.stderr
    assert "internal error" not in done.stderr
    return done


def said(done):
    """Give what the program said, a line each, without its name."""
    return [line.removeprefix("summarizer: ") for line in done.stderr.splitlines()]


def reasons(out):
    """Give what was left out of a run, with the reason."""
    return {problem["id"]: problem["reason"] for problem in summary(out)["problems"]}


# --- nothing to do ---


def test_an_empty_folder_is_one_line_and_no_failure(tmp_path, out, server):
    (tmp_path / "empty").mkdir()
    for more in ((), ("--dry-run",)):
        done = batch(tmp_path / "empty", out, server, *more)
        assert done.exit_code == 0
        assert said(done) == [
            f"no article in {tmp_path / 'empty'}; text, Markdown, HTML, JSONL and CSV files are looked for"
        ]
    assert summary(out)["articles"] == 0


def test_globs_that_let_nothing_through_are_named(folder, out, server):
    done = batch(folder, out, server, "--include", "*.html")
    assert done.exit_code == 0
    assert "no article in" in done.stderr
    assert "that --include and --exclude let through" in done.stderr
    assert server.stats.calls == 0


@pytest.mark.parametrize("more", [(), ("--dry-run",)])
def test_a_folder_that_is_not_there_is_one_line_and_makes_nothing(tmp_path, out, server, more):
    done = batch(tmp_path / "nowhere", out, server, *more)
    assert done.exit_code == 2
    assert said(done) == [f"there is no folder or file {tmp_path / 'nowhere'}; check the path"]
    assert not out.exists()


@pytest.mark.parametrize("words", [("", "-o", "out"), (".", "-o", ""), ("", "--dry-run")])
def test_a_path_that_is_empty_is_not_taken_for_this_folder(tmp_path, monkeypatch, words):
    monkeypatch.chdir(tmp_path)
    done = cli("batch", *words)
    assert (done.exit_code, said(done)) == (2, ["a path is empty; name a folder, or . for this one"])
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("--limit", "0"), "--limit must be more than 0"),
        (("--max-cost", "much"), "--max-cost: give US dollars, such as 2.50"),
        (("--max-tokens", "-1"), "--max-tokens must be more than 0"),
        (("--max-cost", "1"), "what m costs there is not known, so --max-cost cannot hold: give --price IN/OUT"),
        (("--price", "much"), "price much: give dollars for a million tokens in and out, such as 0.15/0.60"),
        (("--concurrency", "0"), "concurrency must be more than 0"),
        (("--rpm", "0"), "rpm must be more than 0"),
        (("--max-wait", "-1"), "max-wait must be 0 or more"),
    ],
)
def test_a_number_that_cannot_hold_is_one_line_and_makes_nothing(folder, out, server, words, expected):
    done = batch(folder, out, server, *words)
    assert (done.exit_code, said(done)) == (2, [expected])
    assert not out.exists()


# --- sources that are none ---


def test_a_source_that_may_not_be_read_harms_no_other(folder, out, server):
    (folder / "closed").mkdir()
    (folder / "closed" / "x.txt").write_text(story(8), encoding="utf-8")
    (folder / "mine.txt").write_text(story(9), encoding="utf-8")
    (folder / "mine.txt").chmod(0)
    (folder / "closed").chmod(0)
    done = without_privileges(*command(folder, out, server))
    assert done.returncode == 0, done.stderr
    assert reasons(out) == {
        "closed": "the folder cannot be read: permission denied",
        "mine.txt": "may not be read; check its permissions",
    }
    assert "mine.txt: may not be read; check its permissions" in said(done)
    assert (summary(out)["briefs"], server.stats.calls) == (3, 3)
    (folder / "closed").chmod(0o700)
    (folder / "mine.txt").chmod(0o600)
    assert batch(folder, out, server).exit_code == 0
    assert (summary(out)["briefs"], reasons(out), server.stats.calls) == (5, {}, 5)


def test_links_that_loop_pipes_and_sockets_are_told_and_harm_nothing_else(folder, out, server):
    (folder / "loop").symlink_to(".")
    (folder / "000" / "up").symlink_to("..")
    (folder / "self.txt").symlink_to("self.txt")
    (folder / "gone.txt").symlink_to("nowhere.txt")
    (folder / "outside.txt").symlink_to(sys.executable)
    os.mkfifo(folder / "pipe.txt")
    done = batch(folder, out, server)
    assert done.exit_code == 0
    assert reasons(out) == {
        "000/up": "a link to a folder; links to folders are not followed",
        "loop": "a link to a folder; links to folders are not followed",
        "self.txt": "a link that leads nowhere",
        "gone.txt": "a link that leads nowhere",
        "outside.txt": "a link to a file outside of the folder",
        "pipe.txt": "not a regular file",
    }
    assert {f"{name}: {reason}" for name, reason in reasons(out).items()} <= set(said(done))
    assert "9 articles: 3 briefs, 6 skipped" in done.stderr
    require_whole(out, 3)
    require_accounts(out, server)


def test_names_that_differ_in_case_are_long_or_odd_have_a_brief_each(tmp_path, out, server):
    folder = tmp_path / "in"
    folder.mkdir()
    names = ("Story.txt", "STORY.txt", "n" * 251 + ".txt", "two\nlines.txt", "\x1b[31mred.txt", "\U0001f600 é.txt")
    for number, name in enumerate(names):
        (folder / name).write_text(story(number), encoding="utf-8")
    records = [json.dumps({"id": "r" * 300, "text": story(20)}), json.dumps({"id": "../../up", "text": story(21)})]
    (folder / "records.jsonl").write_text("\n".join(records), encoding="utf-8")
    done = batch(folder, out, server)
    assert done.exit_code == 0
    assert "8 articles: 8 briefs" in done.stderr
    outputs = [line["output"] for line in index(out)]
    assert len({output.casefold() for output in outputs}) == 8
    assert all((out / output).is_file() and len(output.encode()) <= 255 for output in outputs)
    assert {str(path) for path in tmp_path.iterdir()} == {str(folder), str(out)}
    before = tree(out)
    assert batch(folder, out, server).exit_code == 0
    assert tree(out) == before
    assert server.stats.calls == 8


def test_what_failed_is_told_before_what_was_only_left_out(folder, out, server):
    for number in range(12):
        (folder / f"{number}.png").write_bytes(b"\x89PNG")
    (folder / "short.txt").write_text("Too short.", encoding="utf-8")
    done = batch(folder, out, server)
    assert done.exit_code == 1
    lines = said(done)
    assert lines[0] == "short.txt has 2 words in sentences; a brief needs at least 40"
    assert f"and 3 more, listed in {out / 'run.json'}" in lines
    assert "16 articles: 3 briefs, 1 failed, 12 skipped" in lines[-2]
    quiet = said(batch(folder, out, server, "--quiet"))
    assert [line for line in quiet if ".png" in line] == []


def test_records_that_are_broken_cost_only_themselves(tmp_path, out, server):
    rows = [json.dumps({"id": "good", "text": story(1)}), '{"broken', "[]", '{"text": 5}', '{"id": "x"}']
    (tmp_path / "news.jsonl").write_text("\n".join(rows), encoding="utf-8")
    done = batch(tmp_path / "news.jsonl", out, server)
    assert done.exit_code == 0
    assert list(reasons(out)) == [f"news.jsonl#{number}" for number in range(2, 6)]
    assert "5 articles: 1 brief, 4 skipped" in done.stderr


@pytest.mark.parametrize(
    ("silent", "spent"), [(1, "what 1 call took"), (2, "what 2 calls took"), (3, "what 3 calls took")]
)
def test_a_bill_with_calls_that_told_no_tokens_is_no_whole_one(folder, out, silent, spent):
    replies = iter([Reply(usage=ABSENT)] * silent + [Reply()] * 3)
    with FaultServer(lambda _: next(replies), answer=GOOD) as server:
        last = said(batch(folder, out, server, "--price", "1/4"))[-2]
    assert last.startswith("3 articles: 3 briefs; ")
    assert last.endswith(f"{spent} is not known")
    assert ("; at least " in last) == (silent < 3)
    assert summary(out)["cost"] is None


def test_a_file_that_was_named_and_gives_no_article_is_a_failure(tmp_path, out, server):
    (tmp_path / "news.csv").write_text(f'nr,story\n1,"{story(1)}"\n', encoding="utf-8")
    done = batch(tmp_path / "news.csv", out, server)
    assert done.exit_code == 1
    assert "name the one with the text with --text-field" in said(done)[0]
    assert "name the one with the text with --text-field" in said(batch(tmp_path / "news.csv", out, server, "-q"))[0]
    assert batch(tmp_path / "news.csv", out, server, "--text-field", "story", "--id-field", "nr").exit_code == 0
    assert [line["id"] for line in index(out)] == ["news.csv#1"]


def test_a_column_that_is_named_and_not_there_is_told_before_anything_is_sent(tmp_path, out, server):
    (tmp_path / "news.csv").write_text(f'Nr,Story\n1,"{story(1)}"\n', encoding="utf-8")
    done = batch(tmp_path / "news.csv", out, server, "--text-field", "story", "--title-field", "nope")
    assert done.exit_code == 1
    assert 'no column "nope", named with --title-field; there is "Nr" or "Story"' in said(done)[0]
    assert server.stats.calls == 0


@pytest.mark.parametrize("words", ["", "id,text\n"])
def test_a_file_of_records_without_a_record_is_a_failure(tmp_path, out, server, words):
    (tmp_path / "news.csv").write_text(words, encoding="utf-8")
    done = batch(tmp_path / "news.csv", out, server)
    assert done.exit_code == 1
    assert said(done)


# --- an OUT that cannot be one ---


@pytest.mark.parametrize("more", [(), ("--dry-run",)])
@pytest.mark.parametrize("name", ["in", "link", "in/000/.."])
def test_an_out_that_is_the_folder_itself_is_refused_before_anything_is_written(tmp_path, folder, server, name, more):
    (tmp_path / "link").symlink_to(folder)
    before = tree(folder)
    done = batch(folder, f"{tmp_path}/{name}", server, *more)
    assert done.exit_code == 2
    assert len(said(done)) == 1
    assert said(done)[0].endswith("holds the articles; write the briefs to another folder")
    assert tree(folder) == before
    assert server.stats.calls == 0


def test_an_out_inside_the_folder_is_never_taken_for_articles(folder, server):
    for out in (folder / "briefs", folder / "000" / "more"):
        for _ in range(2):
            done = batch(folder, out, server, "--exclude", "briefs")
            assert done.exit_code == 0
            assert "3 articles: 3 briefs" in done.stderr
            assert "skipped" not in done.stderr
    assert server.stats.calls == 6


@pytest.mark.parametrize("more", [(), ("--dry-run",)])
def test_an_out_that_may_not_be_written_is_one_line(folder, out, server, more):
    out.mkdir(mode=0o500)
    done = without_privileges(*command(folder, out, server, *more))
    if more:
        assert done.returncode == 0
    else:
        assert (done.returncode, said(done)) == (2, [f"-o {out} cannot be written to; choose another folder"])
        done = without_privileges(*command(folder, out / "inner", server))
        assert (done.returncode, said(done)) == (2, [f"-o {out / 'inner'} cannot be made a folder: Permission denied"])
    assert list(out.iterdir()) == []
    assert server.stats.calls == 0


def test_an_out_that_became_read_only_is_told_and_goes_on_later(folder, out, server):
    assert batch(folder, out, server).exit_code == 0
    fill(folder, 1, first=3)
    out.chmod(0o500)
    for more in ((), ("--dry-run",)):
        done = without_privileges(*command(folder, out, server, *more))
        assert done.returncode in {2, 74}
        assert len(said(done)) == 1
        assert "damaged" not in done.stderr
    out.chmod(0o700)
    assert batch(folder, out, server).exit_code == 0
    assert server.stats.calls == 4


# --- a ledger that is none ---


def _other_program(path):
    with contextlib.closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE theirs (a)")


def _other_version(path):
    Ledger.open(path.parent).close()
    with contextlib.closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA user_version=99")
    path.with_name("ledger.sha256").unlink(missing_ok=True)


NO_LEDGERS = {
    "another program's": (_other_program, "is no ledger of summarizer; choose another folder"),
    "another version's": (_other_version, "is a ledger of version 99"),
    "a text": (lambda path: path.write_text("mine\n" * 99), "is damaged (file is not a database)"),
    "a folder": (lambda path: path.mkdir(), "is no ledger of summarizer"),
    "a pipe": (os.mkfifo, "is no ledger of summarizer"),
    "a link to nothing": (lambda path: path.symlink_to("nowhere"), "is no ledger of summarizer"),
}


@pytest.mark.parametrize("more", [(), ("--dry-run",)], ids=["run", "dry run"])
@pytest.mark.parametrize("kind", NO_LEDGERS)
def test_a_ledger_of_another_kind_is_one_line_and_stays_as_it_is(folder, out, server, kind, more):
    make, expected = NO_LEDGERS[kind]
    out.mkdir()
    make(out / NAME)
    before = tree(out)
    done = batch(folder, out, server, *more)
    assert done.exit_code == 2
    assert len(said(done)) == 1
    assert expected in said(done)[0]
    assert str(out / NAME) in said(done)[0]
    assert {name: data for name, data in tree(out).items() if name != "ledger.lock"} == before
    assert server.stats.calls == 0


def test_a_ledger_that_may_not_be_read_is_not_called_damaged(folder, out, server):
    assert batch(folder, out, server).exit_code == 0
    for mode in (0, 0o400):
        (out / NAME).chmod(mode)
        for more in ((), ("--dry-run",)):
            done = without_privileges(*command(folder, out, server, *more))
            assert done.returncode == 74
            assert said(done) == [f"{out / NAME} may not be read and written; check its permissions"]
    assert server.stats.calls == 3


# --- a disk that is full ---

_BRIEFS = re.compile(r"40 articles: (\d+) briefs?, ")
_ON_A_SMALL_DISK = """
mount -t tmpfs -o size=1800k none "$1" || exit 99
shift
"$@"; echo "first: $?" >&2
mount -o remount,size=50m "$OUT/.." || exit 98
"$@"; echo "second: $?" >&2
cp -r "$OUT" "$KEPT"
"""


def test_a_disk_that_fills_up_stops_the_run_which_goes_on_when_there_is_space(tmp_path, server):
    folder, disk, kept = fill(tmp_path / "in", 40), tmp_path / "disk", tmp_path / "kept"
    disk.mkdir()
    unshare = shutil.which("unshare")
    words = [unshare or "", *(() if os.geteuid() == 0 else ("--map-root-user",)), "--mount", "sh", "-c"]
    if unshare is None or subprocess.run([*words, f"mount -t tmpfs none {disk}"], check=False).returncode:
        pytest.skip("no disk of its own can be mounted here")
    out = disk / "out"
    run = command(folder, out, server, "--concurrency", "4")
    process = spawn(*words, _ON_A_SMALL_DISK, "sh", str(disk), *PROGRAM, *run, OUT=str(out), KEPT=str(kept))
    _, told = process.communicate(timeout=120)
    assert process.returncode == 0, told
    first, _, second = told.partition("first: 74\n")
    assert "free some space and resume" in first
    assert 0 < int(_BRIEFS.search(first)[1]) < 40
    assert "Traceback" not in told
    assert second.endswith("second: 0\n")
    assert "40 articles: 40 briefs" in second
    require_whole(kept, 40)
    assert server.stats.calls <= 40 + 4


# --- the bill, before anything is sent ---


def test_a_forecast_over_a_limit_says_so(folder, out, server):
    words = ("--dry-run", "--price", "1/2", "--max-cost", "0.001", "--max-tokens", "5")
    done = batch(folder, out, server, *words)
    assert done.exit_code == 0
    assert [line.partition("; ")[0].split(" is over ")[1] for line in said(done)] == [
        "--max-cost 0.001",
        "--max-tokens 5",
    ]
    assert said(batch(folder, out, server, "--dry-run", "--price", "1/2", "--max-cost", "9")) == []


def test_a_forecast_counts_what_earlier_runs_took(folder, out, server):
    assert batch(folder, out, server, "--price", "1/2").exit_code == 0
    fill(folder, 1, first=3)
    spent = server.stats.prompt_tokens + server.stats.completion_tokens
    done = batch(folder, out, server, "--price", "1/2", "--dry-run", "--max-tokens", str(spent + 1))
    assert f"taken before       {spent:,} tokens, $" in done.stdout
    assert "is over --max-tokens" in done.stderr


def test_a_forecast_says_which_engine_it_is_for(folder):
    done = cli("batch", folder, "--dry-run")
    assert done.exit_code == 0
    assert said(done)[0].startswith("engine: extractive (no model is configured: give --model")


# --- what the run says at its end ---


def test_a_log_for_machines_holds_json_alone(folder, out, server):
    (folder / "short.txt").write_text("Too short.", encoding="utf-8")
    done = batch(folder, out, server, "--log-json")
    assert done.exit_code == 1
    events = [json.loads(line) for line in done.stderr.splitlines()]
    assert [event["event"] for event in events] == ["article"] * 4 + ["end"]
    assert {event["state"] for event in events[:-1]} == {"done", "failed"}


def test_a_sample_says_how_much_is_left_and_where_the_briefs_are(folder, out, server):
    done = batch(folder, out, server, "--limit", "1")
    assert done.exit_code == 0
    assert said(done)[0].startswith("3 articles: 1 brief, 2 left to do; ")
    assert said(done)[1] == f"written to {out}"
