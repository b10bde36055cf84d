"""The brief as JSON, for programs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic_core import PydanticSerializationError, to_json

if TYPE_CHECKING:
    from summarizer.brief import AnyBrief


def render_json(brief: AnyBrief) -> str:
    """Write the brief as indented JSON with a line feed at its end.

    The result can always be encoded in UTF-8: a lone surrogate, which only content without a model of its
    own can hold, becomes U+FFFD.
    """
    try:
        text = brief.model_dump_json(indent=2)
    except PydanticSerializationError:
        text = to_json(_encodable(brief.model_dump()), indent=2, inf_nan_mode="null").decode()
    return text + "\n"


def _encodable(value: Any) -> Any:  # noqa: ANN401 - whatever a dump can hold
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, dict):
        return {_encodable(key): _encodable(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_encodable(item) for item in value]
    return value
