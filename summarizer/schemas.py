"""From the pydantic models to JSON Schema: what is published, and what a model is asked for."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pydantic import BaseModel

#: Keywords that some servers refuse under `strict: true`. The caps still hold: validation applies them.
_NOT_STRICT = frozenset(
    {
        "title",
        "default",
        "minLength",
        "maxLength",
        "minItems",
        "maxItems",
        "minimum",
        "maximum",
        "pattern",
        "format",
    }
)


def published_schema(model: type[BaseModel]) -> dict[str, Any]:
    """Give the JSON Schema of a saved brief: spans with offsets and words, verdicts included."""
    schema = model.model_json_schema(mode="serialization")
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **_without(schema, {"x-by-code"})}


def asked_schema(model: type[BaseModel]) -> dict[str, Any]:
    """Give the JSON Schema that a model is asked for, in the subset that `strict: true` takes.

    Spans are sentence numbers, what code fills is left out, every property is required and none may be added.
    """
    return strict_schema(model.model_json_schema(mode="validation"))


def strict_schema(schema: dict[str, Any]) -> dict[str, Any]:
    """Bring any JSON Schema of objects, lists and scalars into the subset that `strict: true` takes."""
    strict: dict[str, Any] = _strict(schema)
    used = _references(strict)
    strict["$defs"] = {name: d for name, d in strict.get("$defs", {}).items() if name in used}
    if not strict["$defs"]:
        del strict["$defs"]
    return strict


def dumps(schema: dict[str, Any]) -> str:
    """Write a schema the one way that files and hashes rely on."""
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def _strict(node: Any) -> Any:  # noqa: ANN401 - any JSON
    if isinstance(node, list):
        return [_strict(item) for item in node]
    if not isinstance(node, dict):
        return node
    if "$ref" in node:  # strict servers allow nothing beside a reference
        return {"$ref": node["$ref"]}
    out = {key: _strict_member(key, value) for key, value in node.items() if key not in _NOT_STRICT}
    if "properties" in out:
        out["required"] = list(out["properties"])
        out["additionalProperties"] = False
    return out


def _strict_member(key: str, value: Any) -> Any:  # noqa: ANN401
    if key in {"properties", "$defs"}:  # here the keys are names, not keywords
        return {n: _strict(v) for n, v in value.items() if not (isinstance(v, dict) and v.get("x-by-code"))}
    return value if key in {"enum", "const", "required"} else _strict(value)


def _without(node: Any, keys: set[str]) -> Any:  # noqa: ANN401
    if isinstance(node, list):
        return [_without(item, keys) for item in node]
    if isinstance(node, dict):
        return {key: _without(value, keys) for key, value in node.items() if key not in keys}
    return node


def _references(schema: dict[str, Any]) -> set[str]:
    """Give the names of all definitions that the schema's body reaches."""
    reached: set[str] = set()
    waiting = [{key: value for key, value in schema.items() if key != "$defs"}]
    while waiting:
        for name in _direct_references(waiting.pop()) - reached:
            reached.add(name)
            waiting.append(schema["$defs"][name])
    return reached


def _direct_references(node: Any) -> set[str]:  # noqa: ANN401
    if isinstance(node, list):
        return set().union(*(_direct_references(item) for item in node))
    if not isinstance(node, dict):
        return set()
    here = {node["$ref"].removeprefix("#/$defs/")} if isinstance(node.get("$ref"), str) else set()
    return here.union(*(_direct_references(value) for value in node.values()))


def shipped() -> dict[str, str]:
    """Give the files of `schemas/` by name, as the models make them now."""
    from summarizer.brief import SCHEMA_VERSION, Brief, Content  # noqa: PLC0415 - the models build on nothing here

    return {
        f"brief.v{SCHEMA_VERSION}.json": dumps(published_schema(Brief)),
        f"brief.asked.v{SCHEMA_VERSION}.json": dumps(asked_schema(Content)),
    }


if __name__ == "__main__":  # `make schemas`
    from pathlib import Path

    from summarizer.files import write_whole

    for file_name, file_text in shipped().items():
        write_whole(Path("schemas") / file_name, file_text)
