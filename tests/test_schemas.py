"""The schemas are made from the models, and the files that others rely on are those."""

from __future__ import annotations

import json

import jsonschema
import pytest

from summarizer.brief import Brief, Content
from summarizer.resources import resource
from summarizer.schemas import asked_schema, published_schema, shipped, strict_schema
from tests.briefs import brief as realistic_brief


@pytest.mark.parametrize("name", sorted(shipped()))
def test_the_shipped_file_is_what_the_models_make_now(name):
    assert resource("schemas", name).read_text(encoding="utf-8") == shipped()[name]


def _objects(node):
    if isinstance(node, list):
        for item in node:
            yield from _objects(item)
    elif isinstance(node, dict):
        if "properties" in node:
            yield node
        for value in node.values():
            yield from _objects(value)


def test_a_model_is_asked_for_every_property_and_may_add_none():
    objects = list(_objects(asked_schema(Content)))
    assert len(objects) == 7
    for schema in objects:
        assert schema["required"] == list(schema["properties"])
        assert schema["additionalProperties"] is False


def test_a_model_is_never_asked_for_what_code_finds_out():
    text = json.dumps(asked_schema(Content))
    assert '"verdict"' not in text
    assert '"quote"' not in text
    assert "provenance" not in text


def test_the_days_of_a_time_are_published_and_never_asked_for():
    assert "When" not in asked_schema(Content)["$defs"] or asked_schema(Content)["$defs"]["When"]["type"] == "string"
    assert '"earliest"' not in json.dumps(asked_schema(Content))
    published = published_schema(Brief)["$defs"]["When"]["properties"]
    assert {"earliest", "latest", "precision", "reading", "unresolved"} < published.keys()


def test_a_span_is_a_number_to_the_model_and_offsets_with_words_to_the_reader():
    assert asked_schema(Content)["$defs"]["Span"]["type"] == "integer"
    published = published_schema(Brief)["$defs"]["Span"]
    assert list(published["properties"]) == ["sentence", "start", "end", "quote"]


def test_the_published_top_level_is_in_the_order_that_is_promised():
    assert list(published_schema(Brief)["properties"]) == [
        "schema_version", "article", "headline", "bottom_line", "parties", "stakes", "threats", "next_steps",
        "quotations", "gaps", "verification", "provenance",
    ]  # fmt: skip


def test_a_saved_brief_fits_the_published_schema_and_loads_into_an_equal_object():
    brief = realistic_brief()
    saved = brief.model_dump_json()
    jsonschema.Draft202012Validator(published_schema(Brief)).validate(json.loads(saved))
    assert Brief.model_validate_json(saved) == brief


def test_definitions_that_nothing_reaches_are_left_out():
    schema = {
        "type": "object",
        "properties": {"a": {"$ref": "#/$defs/A"}},
        "$defs": {"A": {"type": "string"}, "B": {}},
    }
    assert list(strict_schema(schema)["$defs"]) == ["A"]


def test_a_property_may_be_called_like_a_keyword():
    schema = {
        "type": "object",
        "properties": {"title": {"type": "string", "title": "T"}, "default": {"type": "null"}},
    }
    strict = strict_schema(schema)
    assert strict["properties"] == {"title": {"type": "string"}, "default": {"type": "null"}}
