"""Whatever goes wrong is one line on stderr and an exit code: never a traceback, never half of an output."""

from __future__ import annotations

import os
import signal
import subprocess
import time
import traceback

import pytest

from tests.answers import record_waits
from tests.faultserver import (
    ContentFilter,
    FaultServer,
    HalfBody,
    Hang,
    HugeLength,
    Length,
    RawBody,
    Redirect,
    Refusal,
    Reply,
    ResetAfter,
    Status,
    insufficient_quota,
    refused_base_url,
    retry_after,
)
from tests.test_cassettes import ANSWER
from tests.test_cli_brief import PROGRAM, cli, program, refused

KEY = "sk-canary-5d1f0c77aa4e9b21"
COOKIES = (
    "We and our 212 partners use cookies to measure how our pages are used and to show advertising. You can change "
    "your choice at any time. Accept all cookies to go on, or reject all cookies. Manage your cookie settings here."
)
SOURCES = {
    "folder": (lambda path: path.mkdir(), 2, "is a folder"),
    "article.pdf": (lambda path: path.write_bytes(b"%PDF-1.7\n%"), 2, "is a PDF"),
    "article.png": (lambda path: path.write_bytes(b"\x89PNG\r\n\x1a\n"), 2, "is a PNG image"),
    "empty.txt": (lambda path: path.touch(), 1, "has 0 words"),
    "short.txt": (lambda path: path.write_text("One two three four five six seven eight nine ten."), 1, "10 words"),
    "wall.txt": (lambda path: path.write_text(COOKIES), 1, "cookie"),
    "missing.txt": (lambda path: None, 2, "there is no file"),
    "large.txt": (lambda path: path.write_bytes(b"a " * 5_500_000), 1, "larger than 10 MB"),
    "bytes.txt": (lambda path: path.write_bytes(b"caf\x81\x8d\x8f\x90\x9d hello world"), 1, "not valid UTF-8"),
    "fifo": (os.mkfifo, 2, "not a regular file"),
    "esc\x1b[31m\u202e.txt": (lambda path: None, 2, r"\x1b[31m\u202e"),
    "n" * 5_000: (lambda path: None, 2, "cannot be read"),
}


@pytest.fixture
def article(example):
    return example("trade-dispute.txt")


@pytest.mark.parametrize("name", SOURCES, ids=lambda name: ascii(name)[1:20])
def test_a_source_that_is_no_article_is_one_line(tmp_path, name):
    make, code, words = SOURCES[name]
    make(tmp_path / name)
    assert words in refused(cli("brief", tmp_path / name, "-o", tmp_path / "out.json"), code)
    assert not (tmp_path / "out.json").exists()


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("articles", "summarizer batch articles -o OUT"),
        ("my articles", "summarizer batch 'my articles' -o OUT"),
        ("a\x1b[31m", r"summarizer batch 'a\x1b[31m' -o OUT"),
    ],
)
def test_a_folder_is_told_the_command_that_briefs_it(tmp_path, monkeypatch, name, told):
    (tmp_path / name).mkdir()
    monkeypatch.chdir(tmp_path)
    for more in ((), ("-o", "briefs"), ("-o", "out.json"), ("--model", "m")):
        assert told in refused(cli("brief", name, *more), 2)


def test_standard_input_is_read_where_a_folder_has_its_name(article, tmp_path, monkeypatch):
    (tmp_path / "-").mkdir()
    monkeypatch.chdir(tmp_path)
    assert cli("brief", "-", stdin=article.read_text(encoding="utf-8")).exit_code == 0


@pytest.mark.parametrize("option", ["--article", "--summary"])
def test_a_folder_in_place_of_a_text_is_told_without_the_name_of_another_command(article, tmp_path, option):
    texts = {"--article": article, "--summary": article, option: tmp_path}
    told = refused(cli("check", *(word for pair in texts.items() for word in pair)), 2)
    assert told == f"summarizer: {tmp_path} is a folder; name a file in it"


@pytest.mark.parametrize("url", ["https://example.org/a", "HTTP://example.org/a\x1b[31m"])
def test_an_address_is_told_how_to_become_a_file(url):
    assert "save the page first" in refused(cli("brief", url), 2)


def test_a_file_that_may_not_be_read_is_told_without_its_escapes(tmp_path, monkeypatch):
    path = tmp_path / "a\x1b[31m.txt"
    path.touch()
    monkeypatch.setattr(os, "access", lambda *_: False)  # the tests may run as a user who may read everything
    done = cli("brief", path)
    assert (done.exit_code, done.stdout) == (2, "")
    assert "is not readable" in done.stderr
    assert "\x1b" not in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--date", "tomorrow"), "give the day as 2026-03-12"),
        (("--date", "\x1b[31m"), "give the day as 2026-03-12"),
        (("--language", "english"), "give two letters, such as en"),
        (("--language", "\x1b["), "give two letters, such as en"),
        (("--format", "pdf"), "there are html, json, markdown, terminal"),
        (("--format", "\x1b[31m"), "there are html, json, markdown, terminal"),
        (("--mode", "yaml"), "there are auto, json_schema, tools, json"),
        (("--engine", "nonsense"), "there are auto, extractive, openai"),
        (("--engine", "\x1b[31m"), "there are auto, extractive, openai"),
        (("--engine", "openai"), "needs a model"),
        (("--schema", "x"), "give a file that ends in .json, or package.module:Class"),
        (("--schema", "missing.json"), "cannot be read"),
        (("--schema", "no.such.module:Class"), "No module named"),
        (("--schema", "summarizer.brief:Content", "--engine", "extractive"), "writes the built-in kind only"),
        (("--prompt", "missing"), "cannot be read"),
        (("--prompt", "."), "cannot be read"),
        (("--base-url", "http://example.com/v1"), "plain http would send the key"),
        (("--base-url", "https://user:word@example.com/v1"), "must hold no user"),
        (("--api-key", "two words"), "holds a space"),
        (("--api-key", ""), "is empty"),
        (("--model", ""), "empty or holds control characters"),
        (("--model", "m\x1b[31m"), "empty or holds control characters"),
        (("--timeout", "0"), "timeout must be more than 0"),
        (("--timeout", "nan"), "timeout must be more than 0"),
        (("--max-input-tokens", "-1"), "must be more than 0"),
        (("--proxy", "nonsense"), "must look like http://host:port"),
        (("--record", "a", "--replay", "b"), "not both"),
        (("--replay", "missing"), "cannot be read"),
    ],
)
def test_a_wrong_option_is_one_line_and_leaves_no_file(article, tmp_path, options, words):
    assert words in refused(cli("brief", article, "-o", tmp_path / "out.json", *options), 2)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "arguments",
    [("brief",), ("brief", "--\x1b[31m"), ("\x1b[31m",), ("brief", "a", "b\x1b"), ("brief", "a", "--timeout", "\x1b")],
)
def test_what_typer_refuses_is_short_and_holds_no_escape(arguments):
    done = cli(*arguments)
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr.count("\n") <= 6
    assert "\x1b" not in done.stderr
    assert "Traceback" not in done.stderr


def test_a_wrong_config_file_is_one_line(article):
    from summarizer.settings import config_path

    config_path().parent.mkdir(parents=True)
    config_path().write_text('modle = "x"')
    assert "there is no setting modle" in refused(cli("brief", article), 2)
    assert "there is no setting modle" in refused(cli("doctor"), 2)


HOSTILE_ERROR = {"error": {"message": f"no\x1b[31m such key {KEY}\r\nTraceback \u202e", "type": "invalid"}}

FAILURES = {
    "401": (Status(401, HOSTILE_ERROR), "refuses this key"),
    "403": (Status(403), "refuses this key"),
    "404": (Status(404), "refuses this key, model or address"),
    "quota": (insufficient_quota(), "quota is used up"),
    "400": (Status(400, HOSTILE_ERROR), "refuses the request"),
    "500": (Status(500, HOSTILE_ERROR), "the server failed (HTTP 500)"),
    "503 with a page": (Status(503, b"<html><script>alert(1)</script></html>"), "the server failed (HTTP 503)"),
    "429": (retry_after("0"), "rate limit"),
    "a long wait": (retry_after("9999"), "rate limit"),
    "a redirect": (Redirect(302, "https://evil.example/\x1b"), "redirects elsewhere"),
    "a lost reply": (ResetAfter(), "broke before the reply came whole"),
    "half a reply": (HalfBody(), "broke before the reply came whole"),
    "an announced giant": (HugeLength(), "more than 4,000,000 bytes"),
    "an empty body": (RawBody(b""), ""),
    "binary": (RawBody(b"\x00\xff\x1b[31m" * 40), ""),
    "a page": (RawBody(b"<html>Sign in</html>", "text/html"), ""),
    "another API": (RawBody(b'{"output": [{"text": "hi"}]}'), ""),
    "deep JSON": (RawBody(b"[" * 100_000), ""),
    "chatter": (Reply(answer="Sure! \x1b[31mHere is the brief you wanted."), "no valid answer in 3 tries"),
    "another shape": (Reply(answer='{"summary": "\x1b[31m"}'), "no valid answer in 3 tries"),
    "an empty answer": (Reply(answer=""), ""),
    "a stump": (Length(content='{"headline": {"te'), "cut off"),
    "a refusal": (Refusal("I cannot \x1b[31m help with that"), "the model refuses"),
    "a filter": (ContentFilter(), ""),
}


@pytest.mark.parametrize("name", FAILURES)
def test_a_server_that_fails_is_one_line_and_leaves_no_file(article, tmp_path, monkeypatch, name):
    record_waits(monkeypatch)
    plan, words = FAILURES[name]
    with FaultServer(plan) as server:
        options = ("-m", "m", "--base-url", server.base_url, "--api-key", KEY, "-o", tmp_path / "out.json")
        line = refused(cli("brief", article, *options), 1)
        assert server.stats.calls
    assert words in line
    assert KEY not in line
    assert len(line) < 600
    assert not list(tmp_path.iterdir())


def test_a_server_that_is_not_there_is_one_line(article, monkeypatch):
    record_waits(monkeypatch)
    assert "cannot be reached" in refused(cli("brief", article, "-m", "m", "--base-url", refused_base_url()), 1)


def test_a_deadline_is_one_line(article, monkeypatch):
    record_waits(monkeypatch)
    with FaultServer(Hang()) as server:
        done = cli("brief", article, "-m", "m", "--base-url", server.base_url, "--timeout", "0.1")
    assert "no whole reply within 0.1 seconds" in refused(done, 1)


def test_an_article_over_the_limit_is_told_before_anything_is_sent(article):
    with FaultServer(answer=ANSWER) as server:
        options = ("-m", "m", "--base-url", server.base_url, "--max-input-tokens", "10")
        assert "the limit is 10 (--max-input-tokens)" in refused(cli("brief", article, *options), 1)
        assert server.stats.calls == 0


def _broken(*_):
    raise RuntimeError(f"\x1b[31m{KEY}")


def test_an_internal_error_is_one_line_that_says_how_to_see_more(article, monkeypatch):
    monkeypatch.setattr("summarizer.reading.read", _broken)
    line = refused(cli("brief", article), 1)
    assert line.startswith("summarizer: internal error (RuntimeError); `summarizer --debug ...` shows where")
    assert KEY not in line


def test_debug_shows_the_traceback_of_an_internal_error_and_only_of_that(article, monkeypatch):
    assert "is a folder" in refused(cli("--debug", "brief", article.parent), 2)
    monkeypatch.setattr("summarizer.reading.read", _broken)
    done = cli("--debug", "brief", article)
    assert isinstance(done.exception, RuntimeError)
    assert "_broken" in [frame.name for frame in traceback.extract_tb(done.exc_info[2])]


def test_an_interrupt_in_a_command_is_one_line_and_130(article, monkeypatch):
    def interrupt(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("summarizer.reading.read", interrupt)
    assert refused(cli("brief", article), 130) == "summarizer: interrupted"


def _until(condition):
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def _interrupted(command, ready, **options):
    """Send SIGINT once ready; give the code, both outputs and the seconds until the end."""
    running = subprocess.Popen(
        [*PROGRAM, *map(str, command)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **options
    )
    _until(lambda: running.poll() is not None or ready(running))
    started = time.monotonic()
    running.send_signal(signal.SIGINT)
    try:
        running.wait(timeout=10)
        taken = time.monotonic() - started
        out, err = running.stdout.read(), running.stderr.read()
    finally:
        running.kill()
        running.wait()
        for stream in (running.stdin, running.stdout, running.stderr):
            if stream:
                stream.close()
    return running.returncode, out, err, taken


def test_ctrl_c_while_a_model_writes_ends_it_within_two_seconds(article, tmp_path):
    with FaultServer(Hang()) as server:
        command = ("brief", article, "-m", "m", "--base-url", server.base_url, "-o", tmp_path / "out.json")
        code, out, err, taken = _interrupted(command, lambda _: server.calls, stdin=subprocess.DEVNULL)
    assert (code, out, err) == (130, "", "summarizer: interrupted\n")
    assert taken < 2
    assert not list(tmp_path.iterdir())


def _reads_stdin(running):
    os.write(running.stdin.fileno(), b"word " * 40_000)  # more than a pipe holds: it is taken only by who reads
    time.sleep(0.3)  # and now it waits for more, as it does when somebody gives up and presses the keys
    return True


def test_ctrl_c_while_standard_input_is_read_ends_it_at_once():
    code, out, err, taken = _interrupted(("brief", "-"), _reads_stdin, stdin=subprocess.PIPE)
    assert (code, out, err) == (130, "", "summarizer: interrupted\n")
    assert taken < 2


def test_the_program_itself_ends_with_the_code_and_the_line(tmp_path):
    done = program("brief", tmp_path)
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr.startswith(b"summarizer: ")
    assert done.stderr.count(b"\n") == 1


def test_without_a_command_the_help_is_shown():
    done = cli()
    assert done.exit_code == 2
    for command in ("brief", "check", "schema", "doctor"):
        assert command in done.output
