"""`summarizer brief` as its users meet it: data on stdout, talk on stderr, files whole, terminals unharmed."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import re
import struct
import subprocess
import sys
import termios
import threading
from pathlib import Path

import pytest
from typer.testing import CliRunner

from summarizer.brief import Brief
from tests.faultserver import FaultServer, Reply, Status
from tests.test_cassettes import ANSWER

EXAMPLES = ("trade-dispute.txt", "earnings-report.txt", "port-strike.md", "cyber-incident.html")
FORMATS = ("terminal", "json", "markdown", "html")
PROGRAM = (sys.executable, "-c", "from summarizer._cli.main import main; main()")
TALK = "summarizer: engine: extractive ("
CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
COLOUR = re.compile(r"\x1b\[[0-9;]*m")

HOSTILE = (
    "\x1b]0;owned\x07The council of Ostermouth said on Monday that it would close the north pier, the mayor"
    "\x1b[2J said.\n\n“We will not \u202epay\u202c for it,” the port’s operator told reporters.\r\x9b31m The two sides "
    "will meet next Thursday. About 300 jobs depend on the pier, according to the union. "
    "Ferries will go on from the south pier until June.\n"
)


def cli(*arguments, stdin=None):
    """Run the program in this process."""
    from summarizer._cli.main import app

    return CliRunner().invoke(app, [str(argument) for argument in arguments], input=stdin)


def program(*arguments, **options):
    """Run the program in a process of its own."""
    return subprocess.run([*PROGRAM, *map(str, arguments)], capture_output=True, check=False, timeout=30, **options)


def refused(done, code):
    """Require that the program ended with one line on stderr and nothing else; give the line."""
    lines = done.stderr.splitlines()
    assert done.exit_code == code, done.stderr
    assert done.stdout == ""
    assert len(lines) == 1, done.stderr
    assert lines[0].startswith("summarizer: ")
    assert not CONTROL.search(lines[0])
    return lines[0]


def brief_of(done):
    """Load the brief that stdout holds, and nothing besides it."""
    assert done.exit_code == 0, done.stderr
    return Brief.model_validate_json(done.stdout)


@pytest.fixture(scope="module", params=EXAMPLES)
def article(request):
    return Path(__file__).parents[1] / "examples" / request.param


@pytest.mark.parametrize("output_format", FORMATS)
def test_every_example_is_briefed_in_every_format_with_talk_on_stderr_only(article, output_format):
    done = cli("brief", article, "--format", output_format)
    assert done.exit_code == 0
    assert TALK not in done.stdout
    assert done.stderr.startswith(TALK)
    assert done.stderr.count("\n") == 1
    assert not CONTROL.search(done.stdout)
    if output_format == "json":
        assert brief_of(done).provenance.engine == "extractive"
    else:
        assert brief_of(cli("brief", article, "-f", "json")).headline.text[:30] in done.stdout


def test_the_line_about_the_engine_says_what_to_do(example):
    said = cli("brief", example("trade-dispute.txt")).stderr
    assert "no model is configured: give --model, or set SUMMARIZER_MODEL" in said
    assert "asked for by name" in cli("brief", example("trade-dispute.txt"), "--engine", "extractive").stderr


@pytest.mark.parametrize(
    ("name", "more", "begins"),
    [
        ("a.json", (), "{"),
        ("a.md", (), "# "),
        ("a.html", (), "<!DOCTYPE html>"),
        ("a.htm", (), "<!DOCTYPE html>"),
        ("A.MARKDOWN", (), "# "),
        ("a.txt", (), "Norvania"),
        ("a", (), "Norvania"),
        ("a.json", ("--format", "markdown"), "# "),
        ("a.md", ("-f", "json"), "{"),
    ],
)
def test_a_file_is_written_by_its_ending_unless_a_format_is_given(example, tmp_path, name, more, begins):
    done = cli("brief", example("trade-dispute.txt"), "-o", tmp_path / name, *more)
    assert (done.exit_code, done.stdout) == (0, "")
    assert done.stderr.splitlines()[-1] == f"summarizer: written to {tmp_path / name}"
    assert (tmp_path / name).read_text(encoding="utf-8").startswith(begins)
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_a_hyphen_is_stdout_and_no_file_of_that_name(example, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    done = cli("brief", example("port-strike.md"), "-o", "-", "-f", "markdown")
    assert (done.exit_code, done.stdout[:2]) == (0, "# ")
    assert "written to" not in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_file_holds_what_stdout_would(example, tmp_path):
    article = example("port-strike.md")
    cli("brief", article, "-o", tmp_path / "a.md")
    texts = ((tmp_path / "a.md").read_text(encoding="utf-8"), cli("brief", article, "-f", "markdown").stdout)
    # The last line tells when it was written and how long that took.
    written, shown = (text.splitlines()[:-1] for text in texts)
    assert written == shown


@pytest.mark.parametrize(
    "output", ["missing/a.json", "folder", "file/a.json", "/dev/null", "/dev/stdout", "x" * 300, "article.txt"]
)
def test_a_place_that_cannot_be_written_is_told_before_a_model_is_paid(tmp_path, monkeypatch, example, output):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").touch()
    text = example("trade-dispute.txt").read_text(encoding="utf-8")
    (tmp_path / "article.txt").write_text(text, encoding="utf-8")
    before = sorted(path.name for path in tmp_path.iterdir())
    with FaultServer(answer=ANSWER) as server:
        refused(cli("brief", "article.txt", "-m", "m", "--base-url", server.base_url, "-o", output), 2)
        assert server.stats.calls == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == before
    assert (tmp_path / "article.txt").read_text(encoding="utf-8") == text
    assert not Path("/dev/null").is_file()


def test_a_folder_without_permission_is_told(tmp_path, monkeypatch, example):
    # The tests may run as a user who may write everywhere.
    monkeypatch.setattr(os, "access", lambda _, mode: mode != os.W_OK | os.X_OK)
    assert "Permission denied" in refused(cli("brief", example("trade-dispute.txt"), "-o", tmp_path / "a.json"), 2)


def test_a_disk_that_fills_up_leaves_one_line_and_no_file(tmp_path, monkeypatch, example):
    def full(_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    done = cli("brief", example("trade-dispute.txt"), "-o", tmp_path / "a.json")
    assert "a.json cannot be written: No space left on device" in refused(done, 1)
    assert not list(tmp_path.iterdir())


def test_a_dash_is_standard_input(example):
    text = example("trade-dispute.txt").read_bytes()
    written = brief_of(cli("brief", "-", "-f", "json", stdin=text))
    assert written.article.source == "-"
    assert written.headline == brief_of(cli("brief", example("trade-dispute.txt"), "-f", "json")).headline


@pytest.mark.parametrize("output_format", ["terminal", "markdown"])
def test_evidence_shows_the_words_behind_each_statement(article, output_format):
    words = brief_of(cli("brief", article, "-f", "json")).bottom_line.evidence[0].quote.split()
    short, long = (cli("brief", article, "-f", output_format, *more).stdout for more in ((), ("--evidence",)))
    opening = " ".join(words[:5])
    assert " ".join(long.split()).count(opening) > " ".join(short.split()).count(opening)


def test_what_the_user_knows_better_ends_up_in_the_brief(article):
    given = (
        "--title",
        "A title of my own",
        "--date",
        "2031-02-03",
        "--language",
        "EN",
        "--source-url",
        "https://a.example/b",
    )
    found = brief_of(cli("brief", article, "-f", "json", *given)).article
    assert (found.title, str(found.published)) == ("A title of my own", "2031-02-03")
    assert (found.language, found.url) == ("en", "https://a.example/b")


def test_a_date_is_read_by_a_person_in_the_terminal_too(example):
    assert "2031-02-03" in cli("brief", example("trade-dispute.txt"), "--date", "2031-02-03").stdout


def test_a_language_that_is_given_beats_the_one_that_is_found(example):
    done = cli("brief", example("trade-dispute.txt"), "-f", "json", "--language", "de")
    assert brief_of(done).article.language == "de"


def test_a_model_writes_without_a_word_about_the_extractive_engine(example):
    with FaultServer(answer=ANSWER) as server:
        done = cli("brief", example("trade-dispute.txt"), "-f", "json", "-m", "m", "--base-url", server.base_url)
    assert done.stderr == ""
    assert (brief_of(done).provenance.engine, brief_of(done).provenance.model) == ("openai", "m")


def test_settings_of_the_environment_reach_the_model(example, monkeypatch):
    with FaultServer(answer=ANSWER) as server:
        monkeypatch.setenv("OPENAI_BASE_URL", server.base_url)
        monkeypatch.setenv("SUMMARIZER_MODEL", "of-the-environment")
        monkeypatch.setenv("OPENAI_API_KEY", "sk-canary-0123456789")
        more = ("--temperature", "0.5", "--max-output-tokens", "999")
        done = cli("brief", example("trade-dispute.txt"), "-f", "json", *more)
        (call,) = server.calls
    assert brief_of(done).provenance.model == call.json["model"] == "of-the-environment"
    assert call.headers["authorization"] == "Bearer sk-canary-0123456789"
    assert (call.json["temperature"], 999 in call.json.values()) == (0.5, True)
    assert "canary" not in done.stdout + done.stderr


def test_a_flag_of_the_brief_is_told_in_words(example):
    with FaultServer(Reply(answer=ANSWER, finish_reason="length")) as server:
        done = cli("brief", example("trade-dispute.txt"), "-f", "json", "-m", "m", "--base-url", server.base_url)
    note = "the answer ended at the output limit: something may be missing at its end"
    assert brief_of(done).provenance.flags == ["possibly_truncated"]
    assert done.stderr == f"summarizer: note: {note}\n"


def test_an_answer_that_could_not_be_mended_is_told_in_words(example):
    faulty = ANSWER.replace('"evidence": [1]', '"evidence": [1, 97]', 1)
    with FaultServer([Reply(answer=faulty), Status(400)]) as server:
        done = cli("brief", example("trade-dispute.txt"), "-f", "json", "-m", "m", "--base-url", server.base_url)
    assert brief_of(done).provenance.flags == ["reask_failed"]
    assert "could not be mended" in done.stderr


def test_a_reader_that_goes_away_early_sees_no_traceback(example):
    read, write = os.pipe()
    os.close(read)
    command = [*PROGRAM, "brief", str(example("trade-dispute.txt"))]
    done = subprocess.run(command, stdout=write, stderr=subprocess.PIPE, check=False, timeout=30)
    os.close(write)
    assert (done.returncode, done.stderr) == (1, b"")


def test_a_full_disk_behind_stdout_is_one_clear_line(example):
    with Path("/dev/full").open("wb") as full:
        command = [*PROGRAM, "brief", str(example("trade-dispute.txt"))]
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, check=False, timeout=30)
    assert done.returncode == 1
    assert done.stderr == b"summarizer: standard output cannot be written: No space left on device\n"


def test_a_closed_stderr_puts_no_talk_into_the_data(example):
    command = [*PROGRAM, "brief", str(example("trade-dispute.txt")), "-f", "json"]
    done = subprocess.run(command, stdout=subprocess.PIPE, check=False, timeout=30, preexec_fn=lambda: os.close(2))
    assert Brief.model_validate_json(done.stdout).provenance.engine == "extractive"


def test_a_closed_stdout_is_one_clear_line(example):
    command = [*PROGRAM, "schema"]
    done = subprocess.run(command, stderr=subprocess.PIPE, check=False, timeout=30, preexec_fn=lambda: os.close(1))
    assert (done.returncode, done.stderr.splitlines()[1:]) == (2, [])
    assert done.stderr.startswith(b"summarizer: standard output is closed")


def _read_all(descriptor, into):
    with contextlib.suppress(OSError):  # the end of a terminal is an input/output error
        while block := os.read(descriptor, 65_536):
            into.append(block)


def in_terminal(*arguments, **environment):
    """Run the program with a terminal of 80 columns as stdout and one as stderr; give both texts and the code."""
    pairs = [pty.openpty() for _ in range(2)]
    for _, inner in pairs:
        fcntl.ioctl(inner, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    inherited = {name: value for name, value in os.environ.items() if name not in {"COLUMNS", "LINES", "NO_COLOR"}}
    variables = {**inherited, "TERM": "xterm-256color", **environment}
    command = [*PROGRAM, *map(str, arguments)]
    running = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=pairs[0][1], stderr=pairs[1][1], env=variables)
    texts = [[], []]
    outers = [outer for outer, _ in pairs]
    readers = [threading.Thread(target=_read_all, args=each) for each in zip(outers, texts, strict=True)]
    for (_, inner), reader in zip(pairs, readers, strict=True):
        os.close(inner)
        reader.start()
    code = running.wait(timeout=30)
    for (outer, _), reader in zip(pairs, readers, strict=True):
        reader.join()
        os.close(outer)
    out, err = (b"".join(text).decode().replace("\r\n", "\n") for text in texts)
    return out, err, code


def screen(text):
    """Give what is left on a screen after a text that moves the cursor up, to a line's start, and erases lines."""
    lines, row = [""], 0
    for piece in re.findall(r"\x1b\[[0-9;?]*[A-Za-z]|\r|\n|[^\x1b\r\n]+", text):
        if piece == "\n":
            row += 1
            lines += [""] * (row == len(lines))
        elif piece.endswith("A") and piece[0] == "\x1b":
            row -= int(piece[2:-1] or 1)
        elif piece == "\x1b[2K":
            lines[row] = ""
        elif piece[0] not in "\x1b\r":
            lines[row] = piece
    return "\n".join(lines).strip()


@pytest.fixture(scope="module")
def hostile_in_terminal(tmp_path_factory):
    path = tmp_path_factory.mktemp("hostile") / "a\x1b[31mb.txt"
    path.write_text(HOSTILE, encoding="utf-8")
    return in_terminal("brief", path, "-e", "--title", "\x1b[5mtitle\x07", "--source-url", "\x9b31m")


def test_a_terminal_shows_the_bottom_line_first_within_its_columns(hostile_in_terminal):
    out, err, code = hostile_in_terminal
    lines = [line.rstrip() for line in COLOUR.sub("", out).splitlines()]
    headings = [line for line in lines if line.isupper() and not line.startswith(" ")]
    assert code == 0
    assert headings[0] == "BOTTOM LINE"
    assert lines.index("BOTTOM LINE") < 8
    assert 60 < max(map(len, lines)) <= 80
    assert err.startswith(TALK)


def test_a_terminal_gets_no_control_character_of_an_article_a_name_or_an_option(hostile_in_terminal):
    out, err, _ = hostile_in_terminal
    assert COLOUR.search(out)
    assert not CONTROL.search(COLOUR.sub("", out))
    assert not CONTROL.search(err)
    assert "\x1b[31m" not in out
    assert "\x1b[5m" not in out


def test_no_color_is_respected_and_the_waiting_line_is_gone_at_the_end(example):
    with FaultServer(answer=ANSWER, latency=0.3) as server:
        out, err, code = in_terminal(
            "brief", example("trade-dispute.txt"), "-m", "[red]m", "--base-url", server.base_url, NO_COLOR="1"
        )
    assert code == 0
    assert "Norvania would tax cars" in out
    assert not re.search(r"\x1b\[[0-9;]*[34][0-7]m", out + err)
    assert "waiting for [red]m" in err
    assert "waiting" not in out
    assert screen(err) == ""
