"""What decides a brief, as one hash: change any of it and the article is briefed anew, change nothing and it is not."""

from __future__ import annotations

import hashlib
import json
from dataclasses import fields
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

from summarizer.settings import Settings
from summarizer.version import VERSION

if TYPE_CHECKING:
    from summarizer.engines import Engine
    from summarizer.kinds import Kind

#: Raised where the same answer of a model would become another brief.
PIPELINE = 1

#: Settings that change how an answer is got, not what it is. All others count: a new one is safe by default.
NOT_DECIDING = frozenset(
    {
        "api_key",
        "concurrency",
        "max_sends",
        "max_wait",
        "patient",
        "price",
        "proxy",
        "record",
        "replay",
        "resend_unknown",
        "rpm",
        "timeout",
        "total_timeout",
        "tpm",
    }
)


@runtime_checkable
class Templated(Protocol):
    """An engine that can give what it sends beside the article."""

    def request_around(self, kind: Kind[Any]) -> bytes:
        """Give the body of a first request without the article."""
        ...


def plan_of(engine: Engine, settings: Settings, kind: Kind[Any]) -> str:
    """Hash everything but the article that decides a brief: the body as it is sent, the schema, the settings."""
    deciding = {
        field.name: str(getattr(settings, field.name))
        for field in fields(Settings)
        if field.name not in NOT_DECIDING and not field.name.startswith("_")
    }
    around = engine.request_around(kind).decode() if isinstance(engine, Templated) else None
    if engine.built_in_kind_only:  # what is set for a model decides nothing here
        deciding = {}
    parts = {
        "engine": engine.name,
        "settings": deciding,
        "request": around,
        "kind": kind.name,
        "prompt": kind.prompt.sha256,
        "schema": kind.schema_hash,
        "pipeline": PIPELINE,
        "version": VERSION,
    }
    return _hash(json.dumps(parts, sort_keys=True).encode())


def key_of(plan: str, content: str) -> str:
    """Hash a plan and the hash of an article's content into the key of the brief."""
    return _hash(f"{plan}\n{content}".encode())


def _hash(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
