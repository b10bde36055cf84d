"""Kinds: a prompt template and a pydantic model together, which say what to ask and what shape to get."""

from __future__ import annotations

import hashlib
import importlib
import json
import re
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, TypeGuard, TypeVar, cast

from pydantic import BaseModel

from summarizer.brief import ArticleInfo, Brief, Content, CustomBrief, Provenance, Verification
from summarizer.errors import KindError
from summarizer.grounding.coverage import cover
from summarizer.prompts import Prompt
from summarizer.render.safe import visible
from summarizer.schemas import asked_schema, dumps

if TYPE_CHECKING:
    from summarizer.article import Article

B = TypeVar("B", bound=BaseModel)
C = TypeVar("C", bound=BaseModel)

BRIEF_PROMPT = "brief.v1"
CUSTOM_PROMPT = "custom.v1"
MAX_SCHEMA_BYTES = 500_000


@dataclass(frozen=True)
class Kind(Generic[B]):
    """What to ask a model for, and what becomes of its answer.

    `content` is the model of the answer, `brief` that of the result around it.
    """

    name: str
    prompt: Prompt
    content: type[BaseModel]
    brief: type[B]

    @classmethod
    def of(cls, content: type[C], prompt: Prompt | Path | None = None) -> Kind[CustomBrief[C]]:
        """Make a kind of your own pydantic class; without a prompt, a general one is used.

        Fields of type `Statement` get evidence, exact offsets and verdicts.
        """
        if not _is_model(content):
            raise KindError("a kind needs a class derived from pydantic.BaseModel")
        loaded = prompt if isinstance(prompt, Prompt) else _prompt(prompt, CUSTOM_PROMPT)
        return Kind(content.__name__, loaded, content, CustomBrief[content])  # type: ignore[valid-type]

    @cached_property
    def schema(self) -> dict[str, Any]:
        """The JSON Schema that a model is asked for, made once."""
        return asked_schema(self.content)

    @cached_property
    def schema_hash(self) -> str:
        """sha256 of `schema` as `summarizer.schemas.dumps` writes it."""
        return hashlib.sha256(dumps(self.schema).encode()).hexdigest()

    @cached_property
    def slug(self) -> str:
        """The name in the characters that APIs take for a schema or a tool."""
        return re.sub(r"[^A-Za-z0-9_-]", "_", self.name)[:64]

    def validate(self, answer: str | bytes, article: Article, *, last_try: bool = False) -> BaseModel:
        """Turn an answer's JSON into content, sentence numbers into spans; pydantic.ValidationError if it cannot be.

        On the `last_try`, sentence numbers that do not exist are dropped and noted instead.
        """
        return self.content.model_validate_json(answer, context={"article": article, "last_try": last_try})

    def wrap(self, content: BaseModel, article: Article, provenance: Provenance) -> B:
        """Put the frame around grounded content."""
        parts = (
            {name: getattr(content, name) for name in Content.model_fields}
            if self.brief is Brief
            else {"content": content}
        )
        frame = {
            "article": ArticleInfo.of(article),
            "verification": Verification.of(content, cover(content, article)),
            "provenance": provenance,
            "schema_version": "1",
        }
        # Built from validated parts: validating them again would cost as much as the answer did.
        return self.brief.model_construct(_fields_set=None, **_in_field_order(self.brief, {**parts, **frame}))

    def load(self, data: str | bytes) -> B:
        """Load a saved brief of this kind; pydantic.ValidationError where it is none."""
        return self.brief.model_validate_json(data)


def _in_field_order(model: type[BaseModel], values: dict[str, Any]) -> dict[str, Any]:
    return {name: values[name] for name in model.model_fields}


@lru_cache(maxsize=1)
def brief_kind() -> Kind[Brief]:
    """Give the built-in kind."""
    return Kind("brief", Prompt.shipped(BRIEF_PROMPT), Content, Brief)


def kind_from_options(prompt: Path | None, schema: str | None) -> Kind[Any]:
    """Make the kind that `--prompt` and `--schema` name; the built-in one where neither is given.

    `schema` is a file of JSON Schema, or `package.module:Class`.
    """
    if schema is None:
        return brief_kind() if prompt is None else Kind("brief", Prompt.load(prompt), Content, Brief)
    return Kind.of(_content_class(schema), prompt)


def _content_class(schema: str) -> type[BaseModel]:
    if schema.endswith(".json"):
        from summarizer.json_kind import content_from_schema  # noqa: PLC0415 - jsonschema takes 60 ms to import

        return content_from_schema(_schema_file(Path(schema)), name=Path(schema).stem)
    module, colon, name = schema.partition(":")
    if not colon:
        raise KindError(f"--schema {visible(schema)}: give a file that ends in .json, or package.module:Class")
    return _imported(module, name)


def _is_model(found: object) -> TypeGuard[type[BaseModel]]:
    return isinstance(found, type) and issubclass(found, BaseModel)


def _imported(module: str, name: str) -> type[BaseModel]:
    try:
        found = getattr(importlib.import_module(module), name)
    except (ImportError, AttributeError, SyntaxError, TypeError, ValueError) as error:
        raise KindError(f"--schema {visible(f'{module}:{name}')}: {visible(str(error))}") from None
    if not _is_model(found):
        raise KindError(f"--schema {visible(f'{module}:{name}')} is not a class derived from pydantic.BaseModel")
    return found


def _schema_file(path: Path) -> dict[str, Any]:
    try:
        data = path.read_bytes()
        if len(data) > MAX_SCHEMA_BYTES:
            raise KindError(f"the schema {visible(str(path))} is over {MAX_SCHEMA_BYTES:,} bytes")
        schema = json.loads(data)
    except OSError as error:
        raise KindError(f"the schema {visible(str(path))} cannot be read: {error.strerror}") from None
    except (ValueError, RecursionError):
        raise KindError(f"the schema {visible(str(path))} is not JSON") from None
    if not isinstance(schema, dict) or schema.get("type") != "object":
        raise KindError(f'the schema {visible(str(path))} must be a JSON Schema with "type": "object"')
    return cast("dict[str, Any]", schema)


def _prompt(path: Path | None, otherwise: str) -> Prompt:
    return Prompt.shipped(otherwise) if path is None else Prompt.load(path)
