"""The frame of every page: its policy, its data blocks, and that a title stays a title."""

from __future__ import annotations

import base64
import hashlib
import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import UndefinedError
from lxml import html
from markupsafe import Markup

from summarizer.render.html.frame import asset, embedded, environment, frame, policy
from tests.hostile import ATTACKS, texts

IN_SCRIPTS = ("</script>", "</SCRIPT >", "<!--", "<script", "-->", "]]>", "\u2028", "\u2029", "&lt;/script&gt;", "'\"")


def element(page, name):
    """Give the text of the one element of a name, as a browser would hash it."""
    return re.search(rf"<{name}>(.*?)</{name}>", page, re.DOTALL)[1]


@pytest.mark.parametrize("name", ["style", "script"])
def test_the_policy_allows_exactly_the_style_and_the_script_that_the_page_holds(name):
    page = frame(Markup("<main>x</main>"), title="t", style="main { color: red }", script="main();")
    digest = base64.b64encode(hashlib.sha256(element(page, name).encode()).digest()).decode()
    allowed = html.document_fromstring(page).xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
    assert f"{name}-src 'sha256-{digest}';" in allowed[0]
    assert page.count(f"<{name}>") == 1


def test_the_policy_allows_nothing_else():
    directives = dict(part.strip().split(" ", 1) for part in policy("a", "").split(";"))
    assert directives.pop("style-src").startswith("'sha256-")
    assert directives == dict.fromkeys(("default-src", "script-src", "base-uri", "form-action"), "'none'")


@pytest.mark.parametrize("name", ["style.css", "script.js"])
def test_what_the_pages_share_cannot_end_its_own_element_and_loads_nothing(name):
    text = asset(name)
    assert not re.search(r"</|<!--|url\(|@import|https?:|eval|innerHTML", text)


@given(texts(surrogates=True))
def test_any_title_is_the_text_of_the_title(title):
    (found,) = html.document_fromstring(frame(Markup(""), title=title).encode("utf-8", "strict")).xpath("//title")
    assert not len(found)
    assert "<" not in (re.search("<title>(.*?)</title>", frame(Markup(""), title=title), re.DOTALL)[1])


@given(
    st.recursive(
        texts()
        | st.sampled_from(IN_SCRIPTS)
        | st.integers()
        | st.none()
        | st.floats(allow_nan=False, allow_infinity=False),
        lambda inner: (
            st.lists(inner, max_size=4) | st.dictionaries(texts() | st.sampled_from(IN_SCRIPTS), inner, max_size=4)
        ),
    )
)
def test_any_data_comes_back_from_its_block_and_nothing_in_it_is_markup(value):
    block = str(embedded("data", value))
    inside = block.removeprefix('<script type="application/json" id="data">').removesuffix("</script>")
    assert json.loads(inside) == value
    assert not re.search("[<>&'\u2028\u2029]", inside)


@pytest.mark.parametrize("attack", [*ATTACKS, *IN_SCRIPTS])
def test_an_attack_in_a_block_is_one_element_for_a_parser(attack):
    page = frame(embedded("data", {attack: attack}), title="t")
    assert len(html.document_fromstring(page).xpath("//script")) == 2


def test_a_lone_surrogate_in_data_does_not_stop_the_page():
    assert json.loads(re.search(">(.*)<", embedded("data", ["a\ud800b"]))[1]) == ["a?b"]


def test_values_are_escaped_and_made_visible_and_a_missing_one_is_an_error():
    template = environment().from_string('<p title="{{ x }}">{{ x }}</p>')
    assert template.render(x="\"'<b>\u202e") == (
        '<p title="&#34;&#39;&lt;b&gt;\u2039U+202E\u203a">&#34;&#39;&lt;b&gt;\u2039U+202E\u203a</p>'
    )
    with pytest.raises(UndefinedError):
        template.render()
