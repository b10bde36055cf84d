"""Grounds and frames what an engine wrote, in a process where the calls in flight do not wait for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

from pydantic_core import PydanticSerializationError

from summarizer.batch.packing import unpack
from summarizer.brief import Brief, Content, Provenance, evidenced

if TYPE_CHECKING:
    from summarizer.briefing import Writing
    from summarizer.kinds import Kind


@dataclass(frozen=True, slots=True)
class Drafted:
    """A draft that crosses to another process: the article as `packing.pack` made it, the rest as JSON.

    `missing` has the sentence numbers that items cite and the article lacks, by their paths.
    """

    id: str
    packed: bytes
    content: bytes
    missing: dict[str, tuple[int, ...]]
    provenance: bytes
    may_mend: bool

    @classmethod
    def of(cls, writing: Writing[Any], packed: bytes, *, may_mend: bool) -> Self | None:
        """Take a draft apart; None for one that JSON cannot hold."""
        content = writing.draft.content
        try:
            written = content.model_dump_json().encode()
        except PydanticSerializationError:
            return None
        missing = {path: numbers for path, item in evidenced(content) if (numbers := item.take_missing())}
        provenance = writing.provenance().model_dump_json().encode()
        return cls(writing.article.source or "", packed, written, missing, provenance, may_mend)


@dataclass(frozen=True, slots=True)
class Finished:
    """The brief, as compact JSON."""

    json: bytes


@dataclass(frozen=True, slots=True)
class Unfinished:
    """Grounded content, as JSON, of which the engine is to mend something before it is framed."""

    json: bytes


@dataclass(frozen=True, slots=True)
class Nothing:
    """Nothing to finish: a process that gets it loads what finishing takes, before there is anything."""


def crosses(kind: Kind[Any]) -> bool:
    """Tell whether another process knows the models of a kind: those of one of your own are known here alone."""
    return kind.content is Content and kind.brief is Brief


def finish(item: Drafted | Nothing) -> Finished | Unfinished:
    """Ground a draft and frame it; raises what `unpack` raises."""
    from summarizer.extractive.lexicon import lexicon  # noqa: PLC0415 - none of it for a process that only reads
    from summarizer.grounding import ground  # noqa: PLC0415
    from summarizer.grounding.lexicon import english  # noqa: PLC0415
    from summarizer.grounding.support import fitted  # noqa: PLC0415
    from summarizer.kinds import brief_kind  # noqa: PLC0415
    from summarizer.mending import is_to_be_mended  # noqa: PLC0415
    from summarizer.render.json import compact_json  # noqa: PLC0415

    if isinstance(item, Nothing):
        english(), fitted(), lexicon()
        return Finished(b"")
    article = unpack(item.packed, source=item.id)
    content = Content.model_validate_json(item.content)
    for path, one in evidenced(content) if item.missing else ():
        one.note_missing(item.missing.get(path, ()))
    ground(content, article)
    if item.may_mend and is_to_be_mended(content):
        return Unfinished(content.model_dump_json().encode())
    provenance = Provenance.model_validate_json(item.provenance)
    return Finished(compact_json(brief_kind().wrap(content, article, provenance)))
