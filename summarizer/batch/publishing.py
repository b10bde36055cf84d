"""Puts briefs where people look for them: one file an article, one table of all, one summary of the run."""

from __future__ import annotations

import asyncio
import json
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any, NamedTuple

from pydantic_core import from_json, to_json

from summarizer.batch.crashpoints import crashpoint
from summarizer.batch.kept import kept_article, kept_brief, unpacked
from summarizer.batch.outputs import Outputs
from summarizer.brief import SCHEMA_VERSION, ArticleInfo
from summarizer.errors import DiskError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from summarizer.batch.ledger import Ledger

INDEX = "briefs.jsonl"
SUMMARY = "run.json"

_SOURCE = b'"source":'
_DONE = "UPDATE article SET state = 'done' WHERE number IN (SELECT value FROM json_each(?))"


class Written(NamedTuple):
    """A brief that stands in the ledger and not yet in its file."""

    number: int
    id: str
    output: str
    #: The brief as compact JSON.
    json: bytes


def pretty(compact: bytes) -> bytes:
    """Lay out a brief's JSON for reading, as `summarizer brief --format json` does."""
    return to_json(from_json(compact), indent=2, inf_nan_mode="null") + b"\n"


def renamed(compact: bytes, name: str) -> bytes:
    """Give a brief that was written for another name of the same article its name of now."""
    at = compact.find(_SOURCE)  # the first is the article's own: no text can hold it, for its quotes would be escaped
    if at >= 0 and compact.startswith(to_json(name) + b",", at + len(_SOURCE)):
        return compact
    brief = from_json(compact)
    brief["article"]["source"] = name
    return to_json(brief)


class Publisher:
    """Writes files whole or not at all, a group at a time, and notes in the ledger what is done."""

    def __init__(self, ledger: Ledger, out: Path) -> None:
        self._ledger = ledger
        self._out = out

    async def publish(self, group: list[Written]) -> None:
        """Write the briefs of a group; DiskError where the disk refuses."""
        await asyncio.to_thread(self._write, ((w.output, pretty(w.json)) for w in group))
        crashpoint("before_done")
        await self._ledger.write((_DONE, (json.dumps([written.number for written in group]),)))
        crashpoint("after_done")

    def _write(self, files: Iterable[tuple[str, bytes]]) -> None:
        try:
            with Outputs(self._out) as outputs:
                for output, data in files:
                    crashpoint("before_replace")
                    outputs.write(PurePosixPath(output), data)
                    crashpoint("after_replace")
                outputs.sync()
        except OSError as error:
            raise DiskError(f"a brief cannot be written: {error.strerror}; free some space and resume") from None

    # -- what tells the story of another article --

    async def publish_same(self) -> int:
        """Write the files of articles whose story is briefed under another one; give how many were written."""
        rows = self._ledger.all(
            "SELECT a.number, a.id, a.output, a.sha256, b.id, b.output, b.sha256, b.key, a.key FROM article a "
            "JOIN article b ON b.number = a.leader WHERE a.state = 'same' AND b.state = 'done'"
        )
        count = 0
        for number, name, output, sha256, leader, leader_output, leader_sha256, key, published_key in rows:
            if published_key == key and (self._out / output).is_file():
                continue
            info = self._info(number, name)
            if sha256 == leader_sha256:
                brief = {**from_json(kept_brief(self._ledger, key)), "article": info}
                brief["provenance"] = _free(brief["provenance"])
            else:
                brief = {
                    "schema_version": SCHEMA_VERSION,
                    "same_story_as": leader,
                    "output": leader_output,
                    "article": info,
                }
            await asyncio.to_thread(self._write, [(output, to_json(brief, indent=2) + b"\n")])
            await self._ledger.write(("UPDATE article SET key = ? WHERE number = ?", (key, number)))
            count += 1
        return count

    def _info(self, number: int, name: str) -> dict[str, Any]:
        return ArticleInfo.of(kept_article(self._ledger, number, name)).model_dump(mode="json")

    # -- all of them --

    def write_index(self) -> None:
        """Write a line of JSON an article, in the order of the ids: its file, whose story it tells, and its brief."""
        crashpoint("before_index")
        self._write_lines(INDEX, self._lines())
        crashpoint("after_index")

    def _lines(self) -> Iterator[bytes]:
        rows = self._ledger.rows(
            "SELECT a.number, a.id, a.output, a.state, b.id, brief.json FROM article a "
            "LEFT JOIN article b ON b.number = a.leader LEFT JOIN brief ON brief.key = a.key "
            "WHERE a.state IN ('done', 'same') ORDER BY a.id"
        )
        for number, name, output, state, leader, packed in rows:
            head = json.dumps({"id": name, "output": output, "same_as": leader}, ensure_ascii=False).encode()
            if state == "same":
                yield head[:-1] + b', "article": ' + to_json(self._info(number, name)) + b', "brief": null}\n'
            elif packed is not None:
                yield head[:-1] + b', "brief": ' + renamed(unpacked(self._ledger, packed), name) + b"}\n"

    def _write_lines(self, name: str, lines: Iterator[bytes]) -> None:
        try:
            with Outputs(self._out) as outputs:
                outputs.write(PurePosixPath(name), lines)
                outputs.sync()
        except OSError as error:
            raise DiskError(f"{name} cannot be written: {error.strerror}; free some space and resume") from None

    def write_summary(self, summary: dict[str, Any]) -> None:
        """Write what the run came to."""
        self._write_lines(SUMMARY, iter([json.dumps(summary, indent=2, ensure_ascii=False).encode() + b"\n"]))


def _free(provenance: dict[str, Any]) -> dict[str, Any]:
    """Say that a copy took no call of its own, so that sums over the files hold."""
    nothing = dict.fromkeys(provenance["tokens"], 0)
    return {**provenance, "tokens": nothing, "cost": "0", "tries": 0, "seconds": 0.0}
