"""A kind from a JSON Schema file: the same evidence and verdicts for people who do not write Python."""

from __future__ import annotations

from typing import Any

import jsonschema
from jsonschema.validators import validator_for
from pydantic import ConfigDict, GetJsonSchemaHandler, RootModel, ValidationInfo, model_validator
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError

from summarizer.brief import Evidenced, article_of, lets_pass
from summarizer.errors import KindError
from summarizer.render.safe import visible


class Item(Evidenced):
    """Any object of a JSON answer that has an `evidence` list; its other members are kept as they are."""

    model_config = ConfigDict(extra="allow")

    def claim(self) -> str:
        """Give `text`, or else all strings of the object that stand beside its evidence."""
        extra = self.model_extra or {}
        text = extra.get("text")
        return text if isinstance(text, str) else ". ".join(v for v in extra.values() if isinstance(v, str))


class JsonContent(RootModel[dict[str, Any]]):
    """An answer in the shape of a JSON Schema; `asked` is that schema."""

    @model_validator(mode="before")
    @classmethod
    def _fits_schema(cls, value: Any, info: ValidationInfo) -> Any:  # noqa: ANN401
        if article_of(info) is not None:
            _require_fit(value, cls.asked())
        return _with_items(value, {"article": article_of(info), "last_try": lets_pass(info)})

    @classmethod
    def asked(cls) -> dict[str, Any]:
        """Give the JSON Schema of the answer."""
        raise NotImplementedError

    @classmethod
    def __get_pydantic_json_schema__(cls, core: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return cls.asked() if handler.mode == "validation" else handler(core)


def content_from_schema(schema: dict[str, Any], *, name: str) -> type[JsonContent]:
    """Make the content class of a JSON Schema; KindError where the schema itself is wrong."""
    try:
        validator_for(schema).check_schema(schema)
    except jsonschema.SchemaError as error:
        raise KindError(f"the schema {visible(name)} is no JSON Schema: {visible(error.message)[:200]}") from None

    def asked(_: type[JsonContent]) -> dict[str, Any]:
        return schema

    return type(name, (JsonContent,), {"asked": classmethod(asked), "__module__": __name__})


def _require_fit(value: Any, schema: dict[str, Any]) -> None:  # noqa: ANN401
    errors = validator_for(schema)(schema).iter_errors(value)
    first = next(iter(errors), None)
    if first is not None:
        where = ".".join(str(part) for part in first.absolute_path) or "the document"
        raise PydanticCustomError("schema", "{where}: {message}", {"where": where, "message": first.message[:200]})


def _with_items(value: Any, context: dict[str, Any]) -> Any:  # noqa: ANN401
    if isinstance(value, list):
        return [_with_items(item, context) for item in value]
    if not isinstance(value, dict):
        return value
    inner = {key: item if key in {"evidence", "verdict"} else _with_items(item, context) for key, item in value.items()}
    has_evidence = isinstance(value.get("evidence"), list)
    return Item.model_validate(inner, context=context) if has_evidence else inner
