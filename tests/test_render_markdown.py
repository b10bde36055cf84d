"""The brief as CommonMark: whole outputs, and that data never becomes structure.

The expected outputs lie under `golden/`; after a wanted change write them anew with

    UPDATE_GOLDEN=1 pytest -k golden

and read the difference before it is committed.
"""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from summarizer.render.items import one_line
from summarizer.render.markdown import code, escape, render_markdown
from summarizer.render.safe import visible
from tests import briefs
from tests.corpora import CORPORA, hands, words
from tests.golden_files import compare
from tests.hostile import ATTACKS, texts

COMMONMARK = MarkdownIt("commonmark")
GITHUB = MarkdownIt("commonmark").enable(["table", "strikethrough"])
FORBIDDEN = {
    "html_block",
    "html_inline",
    "link_open",
    "image",
    "fence",
    "code_block",
    "hr",
    "blockquote_open",
}


def structure(parser, text):
    """Give the sequence of block tokens, each with the types of its inline tokens that are not text."""
    return [
        (token.type, token.tag, token.level, [c.type for c in token.children or () if c.type != "text"])
        for token in parser.parse(text)
    ]


def content(parser, text):
    """Give the text that a reader sees, one line a block."""
    tokens = (token for token in parser.parse(text) if token.type == "inline")
    return ["".join(child.content for child in token.children) for token in tokens]


def kinds(parser, text):
    tokens = parser.parse(text)
    return {token.type for token in tokens} | {c.type for token in tokens for c in token.children or ()}


def both(words):
    return briefs.hostile_and_harmless(briefs.brief(), words)


@pytest.mark.parametrize("evidence", [False, True], ids=["short", "evidence"])
def test_the_whole_output_is_the_golden_one(evidence):
    name = "brief_evidence.md" if evidence else "brief.md"
    compare(name, render_markdown(briefs.brief(), evidence=evidence))


def test_the_whole_output_in_hostile_words_is_the_golden_one():
    compare("hostile.md", render_markdown(both(ATTACKS)[0], evidence=True))


@pytest.mark.parametrize("parser", [COMMONMARK, GITHUB], ids=["commonmark", "github"])
@settings(max_examples=60, deadline=None)
@given(words=st.lists(texts(), min_size=1, max_size=9))
def test_hostile_words_leave_the_structure_as_it_is(parser, words):
    hostile, harmless = both(words)
    written = render_markdown(hostile, evidence=True)
    assert structure(parser, written) == structure(parser, render_markdown(harmless, evidence=True))
    assert not kinds(parser, written) & FORBIDDEN


@pytest.mark.parametrize("corpus", CORPORA)
def test_every_family_of_attacks_in_every_field_leaves_the_structure_as_it_is(corpus):
    for hand in hands(corpus):
        written, harmless = (render_markdown(brief, evidence=True) for brief in both(hand))
        assert structure(GITHUB, written) == structure(GITHUB, harmless), hand
        assert not kinds(GITHUB, written) & FORBIDDEN


@pytest.mark.parametrize("corpus", CORPORA)
def test_every_attack_is_read_back_as_it_was(corpus):
    lines = [one_line(word) for word in words(corpus)]
    written = "".join(f"- {escape(line)}\n" for line in lines)
    assert content(GITHUB, written) == [visible(line) for line in lines]


@pytest.mark.parametrize("attack", ATTACKS)
def test_a_known_attack_is_read_back_as_it_was(attack):
    shown = visible(one_line(attack))
    assert content(GITHUB, f"# {escape(one_line(attack))}") == [shown]
    assert content(GITHUB, f"- {escape(one_line(attack))}") == [shown]
    assert not kinds(GITHUB, f"- {escape(one_line(attack))}") & FORBIDDEN


@given(texts(surrogates=True))
def test_a_text_is_read_back_as_it_was_wherever_it_stands(text):
    shown = visible(one_line(text))
    for before in ("", "# ", "- ", "- ✓ ", "- [1] "):
        assert content(GITHUB, before + escape(one_line(text))) == [
            before.removeprefix("# ").removeprefix("- ") + shown
        ]


@given(texts(surrogates=True))
def test_a_code_span_is_read_back_as_it_was(text):
    (inline,) = (token for token in COMMONMARK.parse("a " + code(one_line(text))) if token.type == "inline")
    assert [(c.type, c.content) for c in inline.children] == [
        ("text", "a "),
        ("code_inline", visible(one_line(text))),
    ]


@given(texts())
def test_a_bold_text_stays_bold(text):
    (inline,) = (t for t in COMMONMARK.parse(f"- ✓ **{escape(one_line(text))}**: x") if t.type == "inline")
    assert [c.type for c in inline.children if c.type != "text"] == ["strong_open", "strong_close"]


@pytest.mark.parametrize("word", ["4.2 dollars", "AT&T", "snake_case", "3-2", "a: b", "#", "(see)", "-5", "$5"])
def test_what_is_harmless_within_a_line_is_written_plainly(word):
    assert escape(f"a {word} b") == f"a {word} b"


@pytest.mark.parametrize("address", ["https://evil.example", "www.evil.example"])
def test_bare_addresses_are_broken_for_readers_that_link_them(address):
    assert address not in escape(address)


@settings(max_examples=40, deadline=None)
@given(
    st.recursive(
        texts(surrogates=True) | st.integers() | st.none() | st.booleans(),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts(surrogates=True), inner, max_size=3),
        max_leaves=12,
    )
)
def test_any_content_of_a_kind_of_ones_own_can_be_written(value):
    written = render_markdown(briefs.custom(value), evidence=True)
    assert not kinds(GITHUB, written) & FORBIDDEN
