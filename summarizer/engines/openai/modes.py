"""How an answer in a given shape is asked for: three ways, and which of them a server takes.

instructor knows how each way is asked and re-asked. It is asked once a kind, and again only when an answer
has to be mended, so that its cost (11 ms and 47 kB a call) is not paid an article.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Literal

from summarizer.schemas import dumps

if TYPE_CHECKING:
    from summarizer.errors import RequestError
    from summarizer.kinds import Kind
    from summarizer.settings import Settings

ModeName = Literal["json_schema", "tools", "json"]
#: From the strictest to the one that every server takes.
ORDER: tuple[ModeName, ...] = ("json_schema", "tools", "json")

_SHAPE_WORDS = re.compile(
    r"response_format|json_schema|structured|strict|schema|tool|function|guided|grammar|unrecognized|unsupported|extra",
    re.IGNORECASE,
)
_SHAPE_STATUSES = frozenset({400, 422})
#: What a prompt that is too long is refused with may name the schema and the tools as parts of it.
_LENGTH_WORDS = re.compile(r"context.length|context.window|too long|maximum context", re.IGNORECASE)

#: Which mode each server and model took; kept as long as the process runs.
_taken: dict[tuple[str, str], ModeName] = {}


def forget_all() -> None:
    """Forget what servers took, as a new process would."""
    _taken.clear()


class ModeChoice:
    """The mode that an engine asks in: forced, remembered, or found out with its first article."""

    def __init__(self, settings: Settings) -> None:
        self._server = (settings.base_url, settings.model or "")
        # A cassette holds what its run found out; what this process knows of the server would change that.
        self._remembers = settings.replay is None
        known = _taken.get(self._server) if self._remembers else None
        forced = None if settings.mode == "auto" else settings.mode
        self.is_settled = (forced or known) is not None
        self.mode: ModeName = forced or known or ORDER[0]

    @property
    def known(self) -> ModeName | None:
        """The mode, where it is not still to be found out."""
        return self.mode if self.is_settled else None

    def took(self, mode: ModeName) -> None:
        """Note that the server took a mode."""
        self.mode, self.is_settled = mode, True
        if self._remembers:
            _taken[self._server] = mode

    def after(self, mode: ModeName, error: RequestError) -> ModeName | None:
        """Give the mode to try after a refusal, or None where the refusal is not about the mode."""
        if self.is_settled:  # by another article meanwhile, where it is not the mode that was refused
            return None if mode == self.mode else self.mode
        if mode == ORDER[-1] or not _is_about_shape(error):
            return None
        return ORDER[ORDER.index(mode) + 1]


def _is_about_shape(error: RequestError) -> bool:
    words = str(error)
    is_about_length = error.status not in _SHAPE_STATUSES or _LENGTH_WORDS.search(words)
    return not is_about_length and bool(_SHAPE_WORDS.search(words))


def asking(kind: Kind[Any], mode: ModeName) -> dict[str, Any]:
    """Give the members of a request body that ask for the kind's shape."""
    if mode == "json":
        return {}
    from instructor.processing.response import handle_response_model  # noqa: PLC0415 - a second to import

    strict: dict[str, Any] = {"strict": True} if mode == "tools" else {}
    _, asked = handle_response_model(_shape(kind), _instructor_mode(mode), messages=[], **strict)
    asked.pop("messages", None)
    if mode == "json_schema":  # instructor leaves out what has the server enforce the schema
        asked["response_format"]["json_schema"]["strict"] = True
    return asked


def schema_as_text(kind: Kind[Any]) -> str:
    """Give what the system message says about the shape where the request itself cannot."""
    asked = "Answer with one JSON document, nothing around it, valid for this JSON Schema:"
    return f"{asked}\n\n{dumps(kind.schema)}"


def reask(
    messages: list[dict[str, Any]], mode: ModeName, message: dict[str, Any], problems: str
) -> list[dict[str, Any]]:
    """Give the messages that show the model its last answer and what is wrong with it."""
    from instructor.processing.response import handle_reask_kwargs  # noqa: PLC0415
    from openai.types.chat import ChatCompletion  # noqa: PLC0415

    choice = {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", **message}}
    reply = ChatCompletion.model_validate(
        {"id": "", "object": "chat.completion", "created": 0, "model": "", "choices": [choice]}
    )
    asked = handle_reask_kwargs({"messages": list(messages)}, _instructor_mode(mode), reply, ValueError(problems))
    return json.loads(json.dumps(asked["messages"], default=str))  # type: ignore[no-any-return]


def _instructor_mode(mode: ModeName) -> Any:  # noqa: ANN401 - instructor.Mode, imported late
    from instructor import Mode  # noqa: PLC0415

    return {"json_schema": Mode.JSON_SCHEMA, "tools": Mode.TOOLS, "json": Mode.MD_JSON}[mode]


def _shape(kind: Kind[Any]) -> Any:  # noqa: ANN401 - a class made for instructor
    """Make a class whose JSON Schema is the kind's, already strict: instructor asks pydantic for its own."""
    from pydantic import BaseModel  # noqa: PLC0415

    def model_json_schema(_: Any, /, **__: object) -> dict[str, Any]:  # noqa: ANN401 - the class itself
        return {"title": kind.slug, "description": "The answer.", **kind.schema}

    return type(kind.slug, (BaseModel,), {"model_json_schema": classmethod(model_json_schema)})
