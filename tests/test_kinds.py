"""Kinds of one's own: any pydantic class, any JSON Schema, with evidence and verdicts by using `Statement`."""

from __future__ import annotations

import json

import pytest
from pydantic import BaseModel, ValidationError

from summarizer import Kind, Statement
from summarizer.brief import CustomBrief, evidenced
from summarizer.errors import KindError
from summarizer.grounding import ground
from summarizer.kinds import brief_kind, kind_from_options
from tests.articles import article_of


class Guidance(BaseModel):
    """What a company expects."""

    revenue: Statement
    risks: list[Statement]


ARTICLE = article_of(
    "Tarn Foods expects revenue of 40 million crowns in 2026.", "It named higher sugar prices as a risk."
)

SCHEMA = {
    "type": "object",
    "properties": {
        "company": {"type": "string"},
        "risks": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "text": {"type": "string"},
                    "evidence": {"type": "array", "items": {"type": "integer"}},
                },
                "required": ["text", "evidence"],
            },
        },
    },
    "required": ["company", "risks"],
}


def _statement(text: str, *evidence: int) -> dict:
    return {"evidence": list(evidence), "attribution": None, "text": text}


def test_a_class_with_statements_gets_spans_and_verdicts():
    kind = Kind.of(Guidance)
    answer = {
        "revenue": _statement("Tarn Foods expects revenue of 50 million crowns", 1),
        "risks": [_statement("Higher sugar prices", 2)],
    }
    content = kind.validate(json.dumps(answer), ARTICLE)
    ground(content, ARTICLE)
    assert content.revenue.verdict.value == "unsupported"
    assert content.risks[0].verdict.value == "supported"
    span = content.risks[0].evidence[0]
    assert ARTICLE.text[span.start : span.end] == span.quote == "It named higher sugar prices as a risk."


def _schema_file(tmp_path, schema=SCHEMA):
    path = tmp_path / "risks.json"
    path.write_text(json.dumps(schema))
    return str(path)


def test_a_json_schema_gets_spans_and_verdicts_where_objects_hold_evidence(tmp_path):
    kind = kind_from_options(None, _schema_file(tmp_path))
    answer = {"company": "Tarn Foods", "risks": [{"text": "Higher sugar prices", "evidence": [2]}]}
    content = kind.validate(json.dumps(answer), ARTICLE)
    ground(content, ARTICLE)
    ((path, item),) = evidenced(content)
    assert (path, item.verdict.value, item.evidence[0].sentence) == ("root.risks[0]", "supported", 2)
    assert kind.schema["properties"]["company"] == {"type": "string"}
    assert kind.schema["additionalProperties"] is False


def test_an_answer_that_does_not_fit_the_json_schema_is_refused(tmp_path):
    kind = kind_from_options(None, _schema_file(tmp_path))
    with pytest.raises(ValidationError, match="'company' is a required property"):
        kind.validate('{"risks": []}', ARTICLE)


def test_a_saved_brief_of_ones_own_kind_loads_into_an_equal_object(tmp_path):
    from tests.briefs import article_info, provenance

    for kind, answer in (
        (Kind.of(Guidance), {"revenue": _statement("Revenue of 40 million crowns", 1), "risks": []}),
        (
            kind_from_options(None, _schema_file(tmp_path)),
            {"company": "T", "risks": [{"text": "Sugar", "evidence": [2]}]},
        ),
    ):
        content = kind.validate(json.dumps(answer), ARTICLE)
        ground(content, ARTICLE)
        brief = kind.wrap(content, ARTICLE, provenance())
        assert isinstance(brief, CustomBrief)
        assert kind.load(brief.model_dump_json()) == brief
    assert article_info().sentences


def test_a_prompt_alone_keeps_the_shape_of_the_brief(tmp_path):
    path = tmp_path / "terse.md"
    path.write_text("# System\n\nBe terse.\n\n# User\n\n{{ article }}\n")
    kind = kind_from_options(path, None)
    assert kind.brief is brief_kind().brief
    assert kind.prompt.name == "terse"


@pytest.mark.parametrize(
    ("spec", "words"),
    [
        ("nonsense", "give a file that ends in .json, or package.module:Class"),
        ("no.such.module:Class", "No module named"),
        ("summarizer.brief:Nothing", "has no attribute"),
        ("summarizer.brief:SCHEMA_VERSION", "not a class derived from pydantic.BaseModel"),
        ("missing.json", "cannot be read"),
        (":x", "Empty module name"),
    ],
)
def test_a_schema_that_cannot_be_used_is_one_line(spec, words):
    with pytest.raises(KindError) as refused:
        kind_from_options(None, spec)
    assert words in str(refused.value)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    "text",
    ["{", "[]", '{"type": "string"}', '{"type": "object", "properties": 3}', "[" * 100_000, " " * 500_001],
)
def test_a_schema_file_that_is_no_schema_is_one_line(tmp_path, text):
    path = tmp_path / "bad.json"
    path.write_text(text)
    with pytest.raises(KindError):
        kind_from_options(None, str(path))


def test_a_model_cannot_give_offsets_or_words_of_its_own():
    span = {"sentence": 1, "start": 0, "end": 3, "quote": "It promised the moon."}
    answer = json.dumps({"revenue": {"evidence": [span], "attribution": None, "text": "x"}, "risks": []})
    with pytest.raises(ValidationError, match="sentence numbers"):
        Kind.of(Guidance).validate(answer, ARTICLE)


def test_a_verdict_that_a_model_gives_itself_counts_for_nothing():
    forged = {**_statement("It promised the moon and the stars.", 1), "verdict": {"value": "supported"}}
    content = Kind.of(Guidance).validate(json.dumps({"revenue": forged, "risks": []}), ARTICLE)
    ground(content, ARTICLE)
    assert content.revenue.verdict.value == "unsupported"
