"""The table of formats, and how each is written to a stream."""

from __future__ import annotations

import io
import os
import subprocess
import sys

import pytest

from summarizer.errors import SettingsError
from summarizer.render import FORMATS, render
from summarizer.render.html.page import render_html
from summarizer.render.json import render_json
from summarizer.render.markdown import render_markdown
from tests import briefs


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_can_be_written(name):
    stream = io.StringIO()
    render(briefs.brief(), name, stream, evidence=True)
    assert "dredging the northern channel" in stream.getvalue().replace("\n", " ")


def test_a_format_that_does_not_exist_is_named_with_those_that_do():
    with pytest.raises(
        SettingsError, match=r"no format '\u2039U\+001B\u203apdf'; choose one of html, json, markdown, terminal"
    ):
        render(briefs.brief(), "\x1bpdf", io.StringIO())


@pytest.mark.parametrize(
    ("name", "expected"), [("html", render_html), ("json", render_json), ("markdown", render_markdown)]
)
def test_what_programs_read_is_utf8_with_line_feeds_whatever_the_stream_says(name, expected):
    stream = io.TextIOWrapper(io.BytesIO(), encoding="ascii", newline="\r\n")
    stream.write("before ")
    render(briefs.brief(), name, stream)
    assert stream.buffer.getvalue() == b"before " + expected(briefs.brief()).encode()


def test_markdown_shows_the_words_of_the_evidence_only_when_asked():
    short, full = io.StringIO(), io.StringIO()
    render(briefs.brief(), "markdown", short)
    render(briefs.brief(), "markdown", full, evidence=True)
    assert briefs.SENTENCES[1] not in short.getvalue()
    assert briefs.SENTENCES[1] in full.getvalue()


WRITE = "import io; from tests import briefs; from summarizer.render import render; "


@pytest.mark.parametrize(
    ("program", "unwanted"),
    [
        ("import summarizer.render", {"rich", "pydantic"}),
        (WRITE + "render(briefs.brief(), 'json', io.StringIO())", {"rich", "jinja2"}),
        (WRITE + "render(briefs.brief(), 'html', io.StringIO())", {"rich"}),
        (WRITE + "render(briefs.brief(), 'markdown', io.StringIO())", {"rich", "jinja2"}),
    ],
    ids=["names", "json", "html", "markdown"],
)
def test_rich_is_imported_only_for_a_terminal_and_jinja_only_for_a_page(program, unwanted, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(path for path in sys.path if path))
    check = f"{program}; import sys; sys.exit(bool({unwanted} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", check], check=False).returncode == 0
