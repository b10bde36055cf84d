"""`summarizer view` and `summarizer export`: what they write and say, and that a server ends when it is told to."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import urllib.request

import pytest

from tests import briefs
from tests.batches import fill
from tests.folders import line, write_batch
from tests.test_cli_brief import cli, refused


@pytest.fixture
def out(tmp_path):
    return write_batch(tmp_path / "out", line("a.txt", briefs.brief()), line("b.txt", briefs.brief()))


def test_view_writes_the_site_and_says_which_page_to_open(out):
    done = cli("view", out)
    assert (done.exit_code, done.stdout, done.stderr) == (0, f"{out / 'site' / 'index.html'}\n", "")
    assert (out / "site" / "index.html").is_file()


def test_view_writes_elsewhere(out, tmp_path):
    done = cli("view", out, "-o", tmp_path / "pages")
    assert done.exit_code == 0
    assert (tmp_path / "pages" / "threats.html").is_file()
    assert not (out / "site").exists()


def test_a_site_is_written_anew_after_the_next_batch(tmp_path):
    fill(tmp_path / "in", 2)
    batch = ("batch", tmp_path / "in", "-o", tmp_path / "out", "--engine", "extractive", "--quiet")
    for _ in range(2):
        assert cli(*batch).exit_code == 0
        done = cli("view", tmp_path / "out")
        assert (done.exit_code, done.stderr) == (0, "")


def test_export_writes_the_tables_and_counts_their_rows(out, tmp_path):
    done = cli("export", out, "--to", "sqlite", "-o", tmp_path / "x.sqlite")
    assert done.exit_code == 0
    assert done.stderr == f"summarizer: written to {tmp_path / 'x.sqlite'}\n"
    counted = dict(line.replace(",", "").split(":") for line in done.stdout.splitlines())
    database = sqlite3.connect(tmp_path / "x.sqlite")
    for name, rows in counted.items():
        assert database.execute(f"SELECT count(*) FROM {name}").fetchone()[0] == int(rows)
    assert int(counted["briefs"]) == 2
    database.close()


@pytest.mark.parametrize("command", [("view",), ("export", "--to", "csv")])
def test_what_cannot_be_read_is_told_and_the_rest_is_done(tmp_path, command):
    out = write_batch(tmp_path / "out", *["\x1b[31m{"] * 30, line("a.txt", briefs.brief()))
    done = cli(command[0], out, *command[1:])
    assert done.exit_code == 0
    told = [each for each in done.stderr.splitlines() if "left out" in each]
    assert told[0].startswith("summarizer: left out: briefs.jsonl, line 1 is not a brief of this version")
    assert told[-1] == "summarizer: left out: 10 more"
    assert "\x1b" not in done.stderr


@pytest.mark.parametrize("command", [("view",), ("export", "--to", "csv")])
def test_a_folder_that_is_none_is_misuse(tmp_path, command):
    (tmp_path / "empty").mkdir()
    for name in ("nothing", "empty"):
        assert "that `summarizer batch -o` wrote" in refused(cli(command[0], tmp_path / name, *command[1:]), 2)


def test_a_port_without_a_server_is_misuse(out):
    done = cli("view", out, "--port", "8000")
    assert (done.exit_code, done.stderr) == (2, "summarizer: --port says where to serve; add --serve\n")


def test_the_commands_load_neither_a_client_nor_arrow(out):
    script = (
        "import sys; from summarizer._cli.main import app\n"
        f"try: app(['view', {str(out)!r}])\nexcept SystemExit: pass\n"
        f"try: app(['export', {str(out)!r}, '--to', 'csv'])\nexcept SystemExit: pass\n"
        "print(*sys.modules, file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    loaded = set(done.stderr.split())
    assert {"summarizer.site.pages", "summarizer.export.csv"} <= loaded
    assert not loaded & {"openai", "instructor", "pyarrow", "aiohttp", "http.server", "trafilatura"}


def test_a_served_folder_can_be_read_until_ctrl_c(out):
    start = [sys.executable, "-c", "from summarizer._cli import run; run()", "view", str(out), "--serve"]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(start, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment) as process:
        address = process.stdout.readline().strip()
        with urllib.request.urlopen(address, timeout=10) as answer:
            assert b"Northwater" in answer.read()
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=10)
    assert process.returncode == 130
    assert err.splitlines() == ["summarizer: serving to this machine only; Ctrl-C ends it", "summarizer: interrupted"]
