"""The body of a request: everything but the article is serialised once a kind, and posted as it stands."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from summarizer.engines.openai.modes import ModeName, asking, reask, schema_as_text
from summarizer.engines.tokens import estimate
from summarizer.schemas import dumps

if TYPE_CHECKING:
    from summarizer.kinds import Kind
    from summarizer.settings import Settings

#: A re-ask may be this much larger than the first request, whatever the model answered.
REASK_FACTOR = 1.3
#: What a re-ask may be larger where the first request is small, in bytes.
REASK_LEAST = 2_000
#: What goes into the words around the answer and its problems, about, in bytes.
_REASK_WORDS = 800
_ELIDED = "… [the rest of this answer is left out]"
_HOLE = "\x00article\x00"


@dataclass(frozen=True, slots=True)
class Template:
    """A request with a hole where the article goes."""

    mode: ModeName
    members: dict[str, Any]
    system: str
    #: Tokens of everything but the article, about.
    fixed_tokens: int
    head: bytes
    tail: bytes

    @classmethod
    def of(cls, kind: Kind[Any], settings: Settings, mode: ModeName) -> Template:
        """Make the template of a kind for one server."""
        members: dict[str, Any] = {"model": settings.model, **asking(kind, mode)}
        members[_limit_name(settings)] = settings.max_output_tokens
        if settings.temperature is not None:
            members["temperature"] = settings.temperature
        text = kind.prompt.system
        system = f"{text}\n\n{schema_as_text(kind)}" if mode == "json" else text
        fixed = estimate(system) + (0 if mode == "json" else estimate(dumps(kind.schema)))
        return cls(mode, members, system, fixed, *_around_hole(members, system))

    def body(self, user: str) -> bytes:
        """Give the bytes of the first request for an article."""
        return self.head + _dump(user) + self.tail

    def with_output_limit(self, limit: int) -> Template:
        """Give the same request with another limit of output tokens."""
        name = "max_completion_tokens" if "max_completion_tokens" in self.members else "max_tokens"
        members = {**self.members, name: limit}
        head, tail = _around_hole(members, self.system)
        return replace(self, members=members, head=head, tail=tail)

    def reask_body(self, user: str, message: dict[str, Any], problems: str) -> bytes:
        """Give the bytes of a request that shows the last answer and its problems, and no earlier ones.

        It is at most REASK_FACTOR times the first request, or REASK_LEAST bytes larger: a long answer is cut.
        """
        more = max(int(len(self.body(user)) * (REASK_FACTOR - 1)), REASK_LEAST)
        problems = _cut(problems, (more - _REASK_WORDS) // 3)
        shown = _cut_message(message, more - _REASK_WORDS - len(_dump(problems)))
        messages = reask(_messages(self.system, user), self.mode, shown, problems)
        return _dump({**self.members, "messages": messages})


def _around_hole(members: dict[str, Any], system: str) -> tuple[bytes, bytes]:
    head, tail = _dump({**members, "messages": _messages(system, _HOLE)}).split(_dump(_HOLE))
    return head, tail


def _messages(system: str, user: str) -> list[dict[str, Any]]:
    return [{"role": "system", "content": system}, {"role": "user", "content": user}]


def _limit_name(settings: Settings) -> str:
    """OpenAI's newer models refuse `max_tokens`; most other servers know nothing else."""
    return "max_completion_tokens" if ".openai.com" in settings.base_url else "max_tokens"


def _dump(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def _cut(text: str, size: int) -> str:
    """Cut a text so that its JSON takes at most about `size` bytes."""
    if len(_dump(text)) <= size:
        return text
    kept = text[:size]
    while kept and len(_dump(kept)) > size:
        kept = kept[: len(kept) * 3 // 4]
    return kept + _ELIDED


def _cut_message(message: dict[str, Any], size: int) -> dict[str, Any]:
    calls = message.get("tool_calls")
    if not calls:
        return {"content": _cut(message.get("content") or "", size)}
    call = calls[0]
    function = {**call["function"], "arguments": _cut(call["function"]["arguments"], size)}
    return {"content": None, "tool_calls": [{**call, "function": function}]}
