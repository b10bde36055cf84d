"""What came back: the answer's text and how it ended, or a named reason why there is none."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from summarizer.engines.tokens import usage_of
from summarizer.errors import IncompatibleError, RefusedError, ServerError, SummarizerError
from summarizer.render.safe import visible

if TYPE_CHECKING:
    from summarizer.brief import Tokens

_SHOWN = 200
#: What no text can hold or no terminal should get: half of a character, and NUL, as such or as a JSON escape.
_UNFIT = re.compile(r"[\x00\ud800-\udfff]|\\u(?:0000|[dD][89a-fA-F])")
#: Every escape of a JSON string, halves that belong together as one.
_ESCAPE = re.compile(
    r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u[0-9a-fA-F]{4}|\\.|[\x00\ud800-\udfff]",
    re.DOTALL,
)
_HALF_ESCAPE = re.compile(r"\\u[dD][89a-fA-F]..\Z", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Reply:
    """One assistant message.

    `text` is the answer itself, whether it came as content or as a tool's arguments; `message` is what a
    re-ask shows; `cleaned` counts what could not stand in any text.
    """

    text: str
    message: dict[str, Any]
    finish_reason: str
    usage: Tokens
    cleaned: int

    @property
    def is_cut_off(self) -> bool:
        """Whether the server stopped at the output limit."""
        return self.finish_reason == "length"

    @property
    def is_stump(self) -> bool:
        """Whether it was cut off, and not by chance at the end of a JSON document."""
        if not self.is_cut_off:
            return False
        try:
            json.loads(self.text)
        except (ValueError, RecursionError):
            return True
        return False


def parse_reply(body: bytes) -> tuple[Tokens, Reply | SummarizerError]:
    """Read a reply's body: what it used, and the answer or the reason why there is none.

    The usage is given apart because a refused answer is paid for too. IncompatibleError is raised for what is
    no chat completion at all.
    """
    reply = _json_object(body)
    if isinstance(reply.get("error"), (dict, str)) and not reply.get("choices"):
        return usage_of(reply), ServerError("the reply says that all went well and holds an error", status=200)
    if "choices" not in reply:
        raise IncompatibleError(f"the reply is no chat completion: {_safe_start(body)}")
    return usage_of(reply), _answer(reply)


def _answer(reply: dict[str, Any]) -> Reply | SummarizerError:
    choices = reply["choices"]
    choice = choices[0] if isinstance(choices, list) and choices else None
    message = choice.get("message") if isinstance(choice, dict) else None
    if not isinstance(choice, dict) or not isinstance(message, dict):
        return ServerError("the reply holds no answer", status=200)
    reason = str(choice.get("finish_reason") or "stop")
    refusal = message.get("refusal")
    if refusal or reason == "content_filter":
        words = refusal[:1_000] if isinstance(refusal, str) else "the content filter stopped the answer"
        return RefusedError(f"the model refuses to write this brief: {visible(words[:200])}", reason=visible(words))
    text, shown = _text(message)
    if text is None and reason == "length":  # all of the limit went into thinking
        text, shown = "", {"content": ""}
    if text is None:
        return ServerError("the reply holds no answer", status=200)
    clean, count = _cleaned(text)
    return Reply(clean, shown if count == 0 else _with_text(shown, clean), reason, usage_of(reply), count)


def _text(message: dict[str, Any]) -> tuple[str | None, dict[str, Any]]:
    """Find the answer: the arguments of the first tool call, or the content."""
    calls = message.get("tool_calls")
    call = calls[0] if isinstance(calls, list) and calls and isinstance(calls[0], dict) else {}
    function = call.get("function")
    if isinstance(function, dict) and isinstance(function.get("arguments"), str):
        arguments = function["arguments"]
        named = {"name": str(function.get("name", "")), "arguments": arguments}
        shown = {"id": str(call.get("id", "")), "type": "function", "function": named}
        return arguments, {"tool_calls": [shown]}
    content = message.get("content")
    if isinstance(content, list):  # some servers answer in parts
        texts = [part.get("text") for part in content if isinstance(part, dict)]
        content = "".join(text for text in texts if isinstance(text, str))
    return (content, {"content": content}) if isinstance(content, str) else (None, {})


def _with_text(message: dict[str, Any], text: str) -> dict[str, Any]:
    if "content" in message:
        return {"content": text}
    call = message["tool_calls"][0]
    return {"tool_calls": [{**call, "function": {**call["function"], "arguments": text}}]}


def _cleaned(text: str) -> tuple[str, int]:
    """Take out NULs and put the replacement character for halves of characters; count both."""
    if text.isascii() and "\\u" not in text and "\x00" not in text:  # most answers, at a tenth of the search's price
        return text, 0
    if not _UNFIT.search(text):
        return text, 0
    count = 0

    def fit(match: re.Match[str]) -> str:
        nonlocal count
        escape = match.group()
        if escape in {"\x00", "\\u0000"}:
            count += 1
            return ""
        if len(escape) == 1 or _HALF_ESCAPE.match(escape):
            count += 1
            return "\ufffd"
        return escape

    return _ESCAPE.sub(fit, text), count


def _json_object(body: bytes) -> dict[str, Any]:
    try:
        reply = json.loads(body)
    except (ValueError, RecursionError):
        raise IncompatibleError(f"the reply is not JSON: {_safe_start(body)}") from None
    if not isinstance(reply, dict):
        raise IncompatibleError(f"the reply is no chat completion: {_safe_start(body)}")
    return reply


def _safe_start(body: bytes) -> str:
    text = visible(body[: _SHOWN * 4].decode("utf-8", "replace"))[:_SHOWN].strip()
    return text or "it is empty"
