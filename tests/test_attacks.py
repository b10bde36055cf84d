"""The hostile corpora themselves: that they are as large as they say, reach every field, and are alive where nothing escapes them."""

from __future__ import annotations

import html
import re

import pytest

from tests import briefs
from tests.attacks import VECTORS
from tests.browser import opened
from tests.corpora import CORPORA, LONGEST, families, fields, hands, words

#: Every which vector is tried by itself: a frame takes the browser some 30 ms. Set it to 1 after a change of the tables.
ONE_IN = 12
_LISTEN = """
window.heard = new Set();
const frames = () => [...document.querySelectorAll("body > iframe")];
addEventListener("message", (event) => {
  let from = event.source;
  while (from !== window && from.parent !== window) from = from.parent;
  heard.add(frames().findIndex((frame) => frame.contentWindow === from));
});
function touch(inner) {
  for (const node of inner.querySelectorAll("*"))
    for (const name of node.getAttributeNames())
      if (/^on/i.test(name)) node.dispatchEvent(new Event(name.slice(2).toLowerCase()));
  for (const node of inner.querySelectorAll("a, area, button, [type=submit]"))
    node.dispatchEvent(new MouseEvent("click", {bubbles: true, cancelable: true}));
}
"""
_TOUCH_ALL = "frames().map((frame) => frame.contentDocument).forEach((inner) => inner && touch(inner))"


def test_there_are_as_many_vectors_as_known_lists_hold_and_each_calls_or_loads():
    assert len(words("vectors")) >= 500
    assert not [
        v
        for v in VECTORS
        if "owned" not in html.unescape(v.text) and "evil.example" not in v.text and "\\u006fwned" not in v.text
    ]


def test_the_list_of_naughty_strings_is_whole():
    assert len(words("naughty")) >= 450


@pytest.mark.parametrize("corpus", CORPORA)
def test_every_field_meets_every_family_and_every_word_is_dealt(corpus):
    dealt = hands(corpus)
    assert {word for hand in dealt for word in hand} == {word[:LONGEST] for word in words(corpus)}
    for field in range(fields(briefs.brief())):
        met = {hand[field] for hand in dealt}
        assert all(met & {word[:LONGEST] for word in family} for family in families(corpus))


def test_vectors_run_or_load_where_nothing_escapes_them(browser, tmp_path):
    tried = [vector for vector in VECTORS if vector.runs][::ONE_IN]
    marked = [v.unescaped().replace("evil.example", f"v{n}.evil.example") for n, v in enumerate(tried)]
    shown_in = "".join(f'<iframe srcdoc="{html.escape(text)}"></iframe>' for text in marked)
    page = tmp_path / "planted.html"
    page.write_text(f"<!doctype html><meta charset=utf-8><script>{_LISTEN}</script><body>{shown_in}", encoding="utf-8")
    with opened(browser, page) as shown:
        shown.page.evaluate(_TOUCH_ALL)
        for _ in range(100):
            loaded = {int(n) for n in re.findall(r"//v(\d+)\.evil", " ".join(shown.requests))}
            alive = loaded | set(shown.page.evaluate("[...heard]"))
            if len(alive) == len(tried):
                break
            shown.page.wait_for_timeout(100)
        assert [vector.text for n, vector in enumerate(tried) if n not in alive] == []
        assert shown.harm()[0] == "owned"
