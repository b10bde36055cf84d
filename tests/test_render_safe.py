"""What `visible` promises, checked against a table of its own, not against the expression it uses."""

from __future__ import annotations

import subprocess
import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from summarizer.render import safe
from summarizer.render.safe import visible
from tests.hostile import ATTACKS, texts

HIDDEN = (
    *range(0x20),
    *range(0x7F, 0xA0),
    *(0xAD, 0x34F, 0x61C, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x200E, 0x200F, 0x3164, 0xFEFF, 0xFFA0),
    *range(0x2028, 0x202F),
    *range(0x2060, 0x2070),
    *range(0xFDD0, 0xFDF0),
    *range(0xFE00, 0xFE0E),
    *range(0xFFF0, 0xFFFC),
    *range(0x1BCA0, 0x1BCA4),
    *range(0x1D173, 0x1D17B),
    *range(0xE0000, 0xE1000),
    *(plane + low for plane in range(0, 0x110000, 0x10000) for low in (0xFFFE, 0xFFFF)),
    *(0xD800, 0xDBFF, 0xDC00, 0xDFFF, 0xE000, 0xF8FF, 0xF0000, 0x10FFFD),
)
NEVER = frozenset(map(chr, HIDDEN))
SOMETIMES = frozenset("\u200b\u200c\u200d\ufe0e\ufe0f\u180b\u180c\u180d\u180e\u180f")


def test_every_hidden_character_is_shown_by_its_number():
    shown = {code: visible(f"a{chr(code)}b") for code in HIDDEN}
    assert shown == {code: f"a\u2039U+{code:04X}\u203ab" for code in HIDDEN}


@given(texts(surrogates=True), st.booleans())
def test_no_hidden_character_is_left(text, multiline):
    left = set(visible(text, multiline=multiline)) & NEVER
    assert left <= ({"\n", "\t"} if multiline else set())


def test_the_short_way_for_clean_text_lets_none_of_the_characters_pass():
    every = "".join(map(chr, range(sys.maxunicode + 1)))
    shown = {character for pattern in (safe._ONE_LINE, safe._MULTILINE) for character in pattern.findall(every)}
    passing = {character for character in shown if character.isprintable() and not safe._SUSPECT.match(character)}
    assert len(shown) > 100_000
    assert passing == set()


@given(texts(surrogates=True), st.booleans())
def test_making_visible_twice_changes_nothing(text, multiline):
    once = visible(text, multiline=multiline)
    assert visible(once, multiline=multiline) is once


@given(st.text(st.characters(exclude_categories=["Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp", "Mn", "Lo"])))
def test_a_clean_text_comes_back_as_the_same_object(text):
    assert visible(text) is text


@given(texts(surrogates=True))
def test_the_words_around_what_is_shown_stay_as_they_are(text):
    kept = [char for char in text if char not in NEVER | SOMETIMES and unicodedata.category(char) not in "CoCnCs"]
    rest = iter(visible(text))
    assert all(char in rest for char in kept)


def test_line_feeds_and_tabs_stand_only_in_a_text_of_many_lines():
    assert visible("a\tb\nc", multiline=True) == "a\tb\nc"
    assert visible("a\tb\nc") == "a\u2039U+0009\u203ab\u2039U+000A\u203ac"


@pytest.mark.parametrize(
    "needed",
    [
        pytest.param("\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645", id="Persian, between letters"),
        pytest.param("\u0647\u200d. \u0634", id="Persian, at the end of a word"),
        pytest.param("\u0915\u094d\u200d\u0937", id="Hindi"),
        pytest.param("\u0d28\u0d4d\u200d ", id="Malayalam, at the end of a word"),
        pytest.param("\u1780\u200b\u1781", id="Khmer, between words"),
        pytest.param("\u1820\u180b", id="Mongolian"),
        pytest.param("\U0001f469\U0001f3fd\u200d\u2695\ufe0f", id="emoji with a skin tone"),
        pytest.param("\u2764\ufe0f\u200d\U0001f525", id="emoji after a selector"),
        pytest.param("1\ufe0f\u20e3", id="keycap"),
        pytest.param("\u2122\ufe0e", id="text selector"),
    ],
)
def test_what_writing_needs_is_left_alone(needed):
    assert visible(needed) is needed


@pytest.mark.parametrize(
    "smuggled",
    [
        "a\u200db",
        "a\u200cb",
        "a\u200bb",
        "a\ufe0f",
        "1\ufe0f",
        "\u200d",
        "\u2764\ufe0f\ufe0f",
        "\u0645\u200c\u200c",
        "a\u180b",
    ],
)
def test_joiners_and_selectors_are_shown_where_no_writing_needs_them(smuggled):
    assert "\u2039U+" in visible(smuggled)


def test_a_message_in_tag_characters_is_shown():
    assert visible("ok\U000e0049") == "ok\u2039U+E0049\u203a"


def test_every_known_attack_on_a_terminal_is_defused():
    assert not any(NEVER & set(visible(attack)) for attack in ATTACKS)


def test_it_can_be_imported_without_anything_heavy():
    heavy = "{'pydantic', 'rich', 'markdown_it', 'openai', 'instructor'}"
    program = f"import summarizer.render.safe, sys; sys.exit(bool({heavy} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
