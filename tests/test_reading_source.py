"""What is refused before a byte is decoded, and with which words."""

import io
import os
import sys
from pathlib import Path

import pytest

from summarizer.errors import SourceError, SummarizerError, TooLongError, TooShortError
from summarizer.reading import MAX_BYTES, Overrides, read, read_bytes
from summarizer.reading.source import load, shown

STORY = "The council met on Monday to discuss the harbour, and nobody left before midnight. " * 4


def stdin(monkeypatch, data: bytes) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))


def refusal(source: Path) -> str:
    with pytest.raises(SourceError) as caught:
        read(source)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_a_file_is_read_and_its_path_noted(tmp_path):
    path = tmp_path / "story.txt"
    path.write_text(STORY)
    article = read(path, Overrides(title="Given"))
    assert (article.source, article.title, article.text) == (str(path), "Given", STORY)


def test_a_dash_is_standard_input(monkeypatch):
    stdin(monkeypatch, STORY.encode())
    assert read(Path("-")).source == "-"


def test_standard_input_may_be_html(monkeypatch):
    stdin(monkeypatch, f"<!DOCTYPE html><html><body><article><p>{STORY}</p></article></body></html>".encode())
    assert "<p>" not in read(Path("-")).text


def test_standard_input_is_not_read_past_the_limit(monkeypatch):
    endless = io.BytesIO(b"a " * MAX_BYTES)
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(endless))
    with pytest.raises(TooLongError, match="standard input is larger than 10 MB"):
        read(Path("-"))
    assert endless.tell() <= MAX_BYTES + 1


def test_closed_standard_input_is_named(monkeypatch):
    monkeypatch.setattr(sys, "stdin", None)
    assert "standard input is closed" in refusal(Path("-"))


@pytest.mark.parametrize("url", ["http://example.org/a", "https://example.org/a.html", "FTP://example.org/a"])
def test_an_address_is_told_from_a_file(url):
    assert "save the page first, and pass its URL with --source-url" in refusal(Path(url))


def test_a_folder_is_refused(tmp_path):
    assert "is a folder; name a file in it" in refusal(tmp_path)


def test_a_missing_file_is_named(tmp_path):
    assert "there is no file" in refusal(tmp_path / "none.txt")


def test_a_file_below_a_file_is_no_traceback(tmp_path):
    (tmp_path / "a").write_text(STORY)
    assert "cannot be read" in refusal(tmp_path / "a" / "b")


@pytest.mark.parametrize("name", ["a" * 5000, "a\0b"])
def test_an_impossible_name_is_no_traceback(name):
    assert "cannot be read" in refusal(Path(name))


def test_a_loop_of_links_is_no_traceback(tmp_path):
    (tmp_path / "a").symlink_to(tmp_path / "b")
    (tmp_path / "b").symlink_to(tmp_path / "a")
    assert "cannot be read" in refusal(tmp_path / "a")


def test_permissions_are_named(tmp_path, monkeypatch):
    path = tmp_path / "story.txt"
    path.write_text(STORY)

    def refuse(*_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "open", refuse)  # the tests may run as a user who may read everything
    assert "may not be read; check its permissions" in refusal(path)


def test_a_fifo_is_never_waited_for(tmp_path):
    path = tmp_path / "fifo"
    os.mkfifo(path)
    assert "not a regular file" in refusal(path)


@pytest.mark.parametrize("device", ["/dev/zero", "/dev/null"])
def test_a_device_is_refused(device):
    assert "not a regular file" in refusal(Path(device))


def test_a_large_file_is_refused_by_its_size_alone(tmp_path):
    path = tmp_path / "large.txt"
    with path.open("wb") as stream:
        stream.truncate(10**12)  # takes no room on the disk, and would take long to read
    with pytest.raises(TooLongError, match="larger than 10 MB") as caught:
        read(path)
    assert (caught.value.size, caught.value.limit) == (10**12, MAX_BYTES)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"%PDF-1.7\n%", "PDF; convert it to text first, for instance with pdftotext"),
        (b"\x89PNG\r\n\x1a\n", "PNG"),
        (b"PK\x03\x04" + b"x" * 50, "DOCX"),
        (b"\x1f\x8b\x08", "gzip"),
        (b"{\\rtf1 Hello}", "RTF"),
        (b"abc\0\0\0def", "binary"),
        ("Hello there".encode("utf-16-le"), "UTF-16 without a byte order mark"),
    ],
)
def test_a_binary_file_is_named_for_what_it_is(tmp_path, data, words):
    path = tmp_path / "article.txt"
    path.write_bytes(data)
    assert words in refusal(path)
    with pytest.raises(SourceError):
        read_bytes(data)


def test_a_stray_nul_is_taken_out_and_counted():
    article = read_bytes(STORY.replace("Monday", "Mon\0day", 1).encode())
    assert article.text == STORY
    assert article.cleaning == (("NUL", 1),)


def test_an_empty_file_is_too_short(tmp_path):
    path = tmp_path / "empty.txt"
    path.touch()
    with pytest.raises(TooShortError, match=r"empty\.txt has 0 words"):
        read(path)


def test_a_hostile_file_name_is_shown_escaped(tmp_path):
    message = refusal(tmp_path / "a\x1b[31m\u202e\n\x9b\U000e0041b.txt")
    assert r"a\x1b[31m\u202e\x0a\x9b\U000e0041b.txt" in message
    assert shown("café 日本.txt") == "café 日本.txt"
    assert len(shown("a" * 10_000)) < 300


def test_a_file_name_that_is_not_utf_8_can_be_written(tmp_path):
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff.txt"))
    path.write_text(STORY)
    assert str(read(path).source).encode().endswith(b"/\\udcff.txt")


def test_read_bytes_has_the_limit_of_a_file():
    with pytest.raises(TooLongError):
        read_bytes(b"a " * (MAX_BYTES // 2 + 1))


def test_load_gives_the_bytes_themselves(tmp_path):
    path = tmp_path / "a.txt"
    path.write_bytes(b"caf\xe9\r\n")
    assert load(path) == b"caf\xe9\r\n"


def test_every_refusal_is_an_error_of_the_library():
    assert issubclass(SourceError, SummarizerError)
    assert issubclass(TooLongError, SummarizerError)
