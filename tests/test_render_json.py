"""The brief as JSON."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from summarizer.brief import Brief
from summarizer.render.json import render_json
from tests import briefs
from tests.hostile import texts


def test_a_brief_comes_back_from_its_json():
    brief = briefs.brief()
    assert Brief.model_validate_json(render_json(brief)) == brief


def test_it_is_indented_and_ends_with_one_line_feed():
    text = render_json(briefs.brief())
    assert text.startswith('{\n  "schema_version": "1"')
    assert text.endswith("}\n")
    assert not text.endswith("\n\n")


@given(texts(surrogates=True), texts(surrogates=True), st.floats())
def test_any_content_is_valid_json_in_valid_utf8(key, word, number):
    text = render_json(briefs.custom({key: [word, {"n": number}]}))
    loaded = json.loads(text.encode(), parse_constant=lambda name: f"not JSON: {name}")
    (values,) = loaded["content"].values()
    assert values[1]["n"] in (number, None)


def test_a_lone_surrogate_becomes_the_replacement_character():
    loaded = json.loads(render_json(briefs.custom({"word": "a\ud800b"})))
    assert loaded["content"]["word"] == "a\ufffdb"
    assert loaded["provenance"]["cost"] == "0.00312"
