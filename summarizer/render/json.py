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
    return _dumped(brief, indent=2) + "\n"


def compact_json(brief: AnyBrief) -> bytes:
    """Write the brief as JSON in one line, in UTF-8; otherwise as `render_json` does."""
    return _dumped(brief, indent=None).encode()


def _dumped(brief: AnyBrief, *, indent: int | None) -> str:
    try:
        return brief.model_dump_json(indent=indent)
    except PydanticSerializationError:
        return to_json(_encodable(brief.model_dump()), indent=indent, inf_nan_mode="null").decode()


def _encodable(value: Any) -> Any:  # noqa: ANN401 - whatever a dump can hold
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, dict):
        return {_encodable(key): _encodable(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_encodable(item) for item in value]
    return value
