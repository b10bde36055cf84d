"""One line of a batch's result file: which request it is about, and what became of that."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import Any

from summarizer.engines.batches import BatchResult
from summarizer.engines.openai.reply import parse_reply
from summarizer.engines.tokens import usage_of
from summarizer.errors import IncompatibleError
from summarizer.render.safe import visible

#: Refusals of a moment: the request may be asked again as it is.
_OF_THE_MOMENT = frozenset({HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.CONFLICT, HTTPStatus.TOO_MANY_REQUESTS})
_MAX_ID = 200
_WORDS = 160


def read_result(line: bytes) -> BatchResult | None:
    """Read a line; None where it is no JSON object with a request's id and what became of it."""
    try:
        found = json.loads(line)
    except (ValueError, RecursionError):
        return None
    name = found.get("custom_id") if isinstance(found, dict) else None
    if not isinstance(name, str) or len(name) > _MAX_ID:
        return None
    response, error = found.get("response"), found.get("error")
    if isinstance(response, dict):
        return _of_response(name, response, error)
    return BatchResult(name, "not_run", error=_words(error)) if error else None


def _of_response(name: str, response: dict[str, Any], error: object) -> BatchResult:
    status, body = response.get("status_code"), response.get("body")
    if status == HTTPStatus.OK:
        return _of_body(name, body, error)
    if isinstance(body, dict) and not usage_of(body).unknown:  # it counted tokens: then it may bill them
        return BatchResult(name, "lost", error=f"HTTP {_shown(status)} with a usage")
    words = f"HTTP {_shown(status)}: {_words(body.get('error') if isinstance(body, dict) else error)}"
    return BatchResult(name, "refused" if _is_refusal(status) else "not_run", error=words)


def _of_body(name: str, body: object, error: object) -> BatchResult:
    """Read a reply that is said to be good; what is none may have been paid all the same."""
    if error or not isinstance(body, dict):
        return BatchResult(name, "lost", error=f"a reply without an answer: {_words(error)}")
    reply = json.dumps(body, separators=(",", ":")).encode("ascii")
    try:
        usage, _ = parse_reply(reply)
    except IncompatibleError:
        return BatchResult(name, "lost", error="the reply is no chat completion")
    return BatchResult(name, "answered", reply, usage)


def _is_refusal(status: object) -> bool:
    if not isinstance(status, int):
        return False
    return HTTPStatus.BAD_REQUEST <= status < HTTPStatus.INTERNAL_SERVER_ERROR and status not in _OF_THE_MOMENT


def _shown(status: object) -> str:
    return str(status) if isinstance(status, int) else "?"


def _words(error: object) -> str:
    """Give what an error says, in OpenAI's shape or as plain text, in a few words that are safe to print."""
    if isinstance(error, dict):
        error = error.get("message") or error.get("code")
    return visible(error[:_WORDS]) if isinstance(error, str) else "nothing more is said"
