"""The brief in a terminal: whole outputs at 80 columns without colour, and that no data acts in a terminal.

The expected outputs lie under `golden/`; after a wanted change write them anew with

    UPDATE_GOLDEN=1 pytest -k golden

and read the difference before it is committed.
"""

from __future__ import annotations

import io
import itertools
import random
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console

from summarizer.brief import Brief
from summarizer.render.terminal import FILE_WIDTH, console_for, render_terminal
from tests import briefs
from tests.answers import size
from tests.corpora import CORPORA, hands
from tests.golden_files import compare
from tests.hostile import ATTACKS, texts

UNSAFE = re.compile(
    r"[\x00-\x09\x0b-\x1f\x7f-\x9f\xad\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\uf8ff\U000e0000-\U000e0fff]"
)
COLOUR = re.compile(r"\x1b\[[0-9;]*m")


class Stream(io.TextIOWrapper):
    """A stream with an encoding, a terminal or not."""

    def __init__(self, encoding="utf-8", *, terminal=False):
        super().__init__(io.BytesIO(), encoding=encoding, newline="\n")
        self.terminal = terminal

    def isatty(self):
        return self.terminal

    def written(self):
        self.flush()
        return self.buffer.getvalue().decode(self.encoding)


def rendered(brief, width=80, *, evidence=False, encoding="utf-8"):
    stream = Stream(encoding)
    render_terminal(brief, Console(file=stream, width=width, color_system=None), evidence=evidence)
    return stream.written()


def in_words(words):
    cycle = itertools.cycle(words)
    return briefs.with_words(briefs.brief(), lambda _: next(cycle))


@pytest.mark.parametrize("evidence", [False, True], ids=["short", "evidence"])
def test_the_whole_output_is_the_golden_one(evidence):
    name = "brief_evidence_80.txt" if evidence else "brief_80.txt"
    compare(name, rendered(briefs.brief(), evidence=evidence))


@pytest.mark.parametrize("width", [40, 120])
def test_the_whole_output_of_other_widths_is_the_golden_one(width):
    compare(f"brief_{width}.txt", rendered(briefs.brief(), width))


def test_the_whole_output_in_hostile_words_is_the_golden_one():
    compare("hostile_80.txt", rendered(in_words(ATTACKS), evidence=True))


def test_the_whole_output_of_a_kind_of_ones_own_is_the_golden_one():
    ruling = {
        "court": "High Court",
        "final": False,
        "held": briefs.statement("The fee is lawful.", 2),
        "orders": [briefs.statement("Pay the costs.", 4, verdict=briefs.weak("nobody says so"))],
        "amounts": {"fee": 4.2, "costs": None},
        "steps": [{"court": "Port Court", "years": [2024, 2025]}, {"court": "High Court"}],
    }
    compare("custom_80.txt", rendered(briefs.custom(ruling), evidence=True))


@pytest.mark.parametrize("corpus", CORPORA)
def test_no_family_of_attacks_acts_in_a_terminal_in_any_field(corpus):
    for hand in hands(corpus):
        text = rendered(in_words(hand), evidence=True)
        assert not UNSAFE.search(text), hand
        assert max(cell_len(line) for line in text.splitlines()) <= 80


#: What moves a cursor, names a window, turns the line round or hides in it, and words between.
FUZZ = [
    *map(chr, range(0xA0)),
    "\x1b[31m",
    "\x1b]0;",
    "\x1b]52;c;",
    "\x1bP",
    "\x9b2J",
    "[red]",
    "[/]",
    ":bell:",
    "word ",
]
FUZZ += [
    chr(sign) for low, high in ((0x200B, 0x2070), (0xE0000, 0xE0080), (0xFE00, 0xFE10)) for sign in range(low, high)
]


def test_none_of_many_random_strings_acts_in_a_terminal():
    draw, told = random.Random(0), 0

    def word(_: object) -> str:
        nonlocal told
        told += 1
        return "x" + "".join(draw.choices(FUZZ, k=draw.randint(1, 12)))

    while told < size(500, 100_000):
        text = rendered(briefs.with_words(briefs.brief(), word), evidence=True)
        assert not UNSAFE.search(text)


@settings(max_examples=80, deadline=None)
@given(
    st.lists(texts(), min_size=1, max_size=9),
    st.integers(min_value=1, max_value=160),
    st.booleans(),
    st.sampled_from(["utf-8", "ascii", "latin-1", "cp1252", "shift_jis"]),
)
def test_no_words_can_act_in_a_terminal(words, width, evidence, encoding):
    text = rendered(in_words(words), width, evidence=evidence, encoding=encoding)
    assert not UNSAFE.search(text)


@settings(max_examples=60, deadline=None)
@given(
    st.recursive(
        texts(surrogates=True) | st.integers() | st.none() | st.floats(),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts(surrogates=True), inner, max_size=3),
        max_leaves=12,
    )
)
def test_no_content_of_a_kind_of_ones_own_can_act_in_a_terminal(value):
    assert not UNSAFE.search(rendered(briefs.custom(value)))


@settings(max_examples=60, deadline=None)
@given(st.lists(texts(), min_size=1, max_size=9), st.integers(min_value=24, max_value=160))
def test_no_line_is_wider_than_the_terminal(words, width):
    lines = rendered(in_words(words), width, evidence=True).splitlines()
    assert max(cell_len(line) for line in lines) <= width


def test_no_line_ends_in_spaces():
    assert not re.search(r" $", rendered(briefs.brief(), evidence=True), re.MULTILINE)


def test_markup_in_data_is_printed_as_it_stands():
    text = rendered(in_words(["[red]x[/red] :smiley: [/]"]))
    assert "[red]x[/red] :smiley: [/]" in text


@pytest.mark.parametrize("word", ["supported", "weak", "unsupported"])
def test_a_verdict_is_a_sign_and_where_it_is_not_supported_a_word(word):
    signs = {"supported": "✓", "weak": "~", "unsupported": "✗"}
    brief = briefs.brief()
    brief.bottom_line.verdict = briefs.Verdict(value=word)
    text = rendered(brief)
    assert f"\n{signs[word]} Northwater Terminals says" in text
    assert (f"\n  {word}: no reason given" in text) == (word != "supported")


def test_an_encoding_without_the_signs_gets_the_nearest():
    text = rendered(briefs.brief(), encoding="ascii")
    assert text.isascii()
    assert "\n+ Northwater Terminals says" in text
    assert "x To raise 64 million" in text
    assert '"We cannot load at a loss' in text


def test_an_accent_that_an_encoding_has_is_kept_and_one_that_it_lacks_is_dropped():
    brief = in_words(["caf\u00e9 \u0161"])
    assert "caf\u00e9 s" in rendered(brief, encoding="latin-1")
    assert "cafe s" in rendered(brief, encoding="ascii")


def test_a_file_gets_no_colour_and_a_stable_width(monkeypatch):
    monkeypatch.setenv("COLUMNS", "53")
    monkeypatch.setenv("FORCE_COLOR", "1")
    stream = Stream()
    render_terminal(briefs.brief(), console_for(stream))
    assert "\x1b" not in stream.written()
    assert stream.written() == rendered(briefs.brief(), FILE_WIDTH)


def test_a_terminal_gets_colour_and_the_same_words(monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)
    stream = Stream(terminal=True)
    render_terminal(briefs.brief(), console_for(stream))
    text = stream.written()
    assert "\x1b[32m✓" in text
    assert COLOUR.sub("", text) == rendered(briefs.brief())


def test_colour_is_all_that_a_terminal_is_told(monkeypatch):
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)
    stream = Stream(terminal=True)
    render_terminal(in_words(ATTACKS), console_for(stream), evidence=True)
    assert not UNSAFE.search(COLOUR.sub("", stream.written()))


def test_a_brief_without_parties_has_no_table():
    brief = Brief.model_validate(briefs.brief().model_dump() | {"parties": []})
    assert "PARTIES" not in rendered(brief)
