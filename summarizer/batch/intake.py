"""Reads a folder into the ledger: what is new, what has changed, what tells a story that another article tells."""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import sqlite3
import threading
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from summarizer.batch.kept import kept_article
from summarizer.batch.keys import key_of
from summarizer.batch.listing import Layout, RecordFields, Skipped, Source
from summarizer.batch.names import folded, output_path
from summarizer.batch.planning import Planned
from summarizer.batch.shingles import story_text
from summarizer.batch.sources import find_sources, fingerprint
from summarizer.batch.stories import Stories
from summarizer.errors import SummarizerError
from summarizer.version import VERSION

if TYPE_CHECKING:
    from collections.abc import Iterator

    from summarizer.batch.ledger import Ledger, Parameters
    from summarizer.batch.options import RunOptions
    from summarizer.batch.state import RunState
    from summarizer.batch.work import Failed
    from summarizer.batch.workers import Workers

#: Puts the articles that an earlier run briefed before all others: a story is never paid a second time because
#: a longer text of it turned up.
_BRIEFED_FIRST = 1 << 40

_INSERT = (
    "INSERT INTO article (number, id, output, folded, source, fingerprint, stamp, plan, key, state, kind, reason, "
    "is_transient, content, signature, sha256, title, outlet, published, words, sentences, characters, prompt_tokens) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) "
    "ON CONFLICT (id) DO UPDATE SET source = excluded.source, fingerprint = excluded.fingerprint, "
    "stamp = excluded.stamp, plan = excluded.plan, key = excluded.key, state = excluded.state, leader = NULL, "
    "kind = excluded.kind, reason = excluded.reason, is_transient = excluded.is_transient, content = excluded.content, "
    "signature = excluded.signature, sha256 = excluded.sha256, title = excluded.title, outlet = excluded.outlet, "
    "published = excluded.published, words = excluded.words, sentences = excluded.sentences, "
    "characters = excluded.characters, prompt_tokens = excluded.prompt_tokens"
)
_TEXT = "INSERT INTO text (number, packed) VALUES (?, ?) ON CONFLICT (number) DO UPDATE SET packed = excluded.packed"
#: Failures that the same bytes will meet again.
_OF_THE_TEXT = frozenset({"TooShortError", "TooLongError", "UndecodableError"})
_KNOWN = "SELECT number, state, fingerprint, plan, content, is_transient, output, key, stamp FROM article WHERE id = ?"
_SETTLED = (
    "UPDATE article SET state = ?, plan = ?, key = ?, stamp = ?, leader = iif(? = 'same', leader, NULL) "
    "WHERE number = ?"
)
_DEDUPED = "SELECT value FROM meta WHERE name = 'dedupe'"
_NOTE_DEDUPED = "INSERT INTO meta VALUES ('dedupe', ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value"


class _Known(NamedTuple):
    """What the ledger holds of an article that was seen before."""

    number: int
    state: str
    fingerprint: str | None
    plan: str | None
    content: str | None
    is_transient: int
    output: str
    key: str | None
    stamp: str | None


class Intake:
    """Brings the ledger up to date with a folder; nothing is sent."""

    def __init__(
        self, ledger: Ledger, workers: Workers, options: RunOptions, state: RunState, *, plan: str, out: Path
    ) -> None:
        self._ledger = ledger
        self._workers = workers
        self._options = options
        self._state = state
        self._plan = plan
        self._out = out
        self._numbers = itertools.count(1 + (ledger.one("SELECT max(number) FROM article")[0] or 0))
        self._seen = _Seen()
        #: Whether the folder is not what the ledger knew.
        self.has_changed = False

    async def run(self, folder: Path) -> None:
        """Read what is new or changed, and group what tells one story. SourceError where there is no such folder."""
        with contextlib.closing(self._seen):
            async for found in self._workers.plan(self._to_read(folder)):
                if isinstance(found, Planned):
                    self._ledger.put(*self._read(found))
                elif self._is_known_to_fail(found):
                    continue
                else:
                    self._ledger.put(self._unread(found))
                self.has_changed = True
            await self._note_gone()
            await self._ledger.write()
            if self.has_changed or self._ledger.one(_DEDUPED) != (int(self._options.dedupe),):
                self.has_changed = True
                await self._regroup()

    # -- one article --

    def _to_read(self, folder: Path) -> Iterator[Source]:
        """Give the sources that must be read; those that are as the ledger knows them are settled on the way."""
        found = find_sources(
            folder,
            include=self._options.include,
            exclude=self._options.exclude,
            out=self._out,
            fields=self._options.fields,
        )
        for source in found:
            self._state.total += 1
            if not self._seen.add(source.id):
                continue
            if isinstance(source, Skipped):
                self._skip(source)
                continue
            known = self._known(source.id)
            if known is None or known.state == "skipped" or known.fingerprint != _fingerprint(source):
                yield source
            else:
                self._settle(source, known)

    def _known(self, name: str) -> _Known | None:
        row = self._ledger.one(_KNOWN, (name,))
        return _Known(*row) if row else None

    def _settle(self, source: Source, known: _Known) -> None:
        """Decide what an unchanged article needs, without reading it."""
        state = self._state_of(known)
        key = key_of(self._plan, known.content) if known.content else None
        stamp = stamp_of(source.path)
        if (state, self._plan, stamp) == (known.state, known.plan, known.stamp):
            return
        if known.state in {"gone", "same"} or known.plan != self._plan:
            self.has_changed = True
        self._ledger.put((_SETTLED, (state, self._plan, key, stamp, state, known.number)))
        if known.state == "failed" and not known.is_transient and state == "todo":
            self._ledger.put(("UPDATE call SET is_replayable = 0 WHERE key = ?", (known.key,)))

    def _state_of(self, known: _Known) -> str:
        if known.content is None:  # it could not be read, and its bytes are the same
            return "failed"
        if known.plan != self._plan or known.state == "gone":
            return self._fresh_state(known.content)
        if known.state == "failed":
            return "todo" if known.is_transient or self._options.retry_failed else "failed"
        if known.state == "done" and not (self._out / known.output).is_file():
            return "briefed"
        return known.state

    def _fresh_state(self, content: str) -> str:
        """Give the state of an article that this plan has not met: its brief may be there under another name."""
        return (
            "briefed"
            if self._ledger.one("SELECT 1 FROM brief WHERE key = ?", (key_of(self._plan, content),))
            else "todo"
        )

    def _read(self, found: Planned) -> tuple[tuple[str, Parameters], ...]:
        number, source = self._number(found.source.id), found.source
        row = (
            number, source.id, *self._place(source.id), dump_source(source), f"{VERSION}:{found.fingerprint}",
            stamp_of(source.path), self._plan, key_of(self._plan, found.content), self._fresh_state(found.content),
            None, None, 0, found.content, found.signature, found.sha256, found.title, found.outlet,
            found.published.isoformat() if found.published else None, found.words, found.sentences, found.length,
            found.prompt_tokens,
        )  # fmt: skip
        return (_INSERT, row), (_TEXT, (number, found.packed))

    def _unread(self, found: Failed) -> tuple[str, Parameters]:
        source = found.source
        # What cannot be read for a reason outside of itself is tried in every run; what does not serve, once.
        fingerprint = _fingerprint(source) if found.kind in _OF_THE_TEXT else None
        return _INSERT, (
            self._number(source.id), source.id, *self._place(source.id), dump_source(source), fingerprint,
            stamp_of(source.path), self._plan, None, "failed", found.kind, found.message, 0,
            None, None, None, None, None, None, 0, 0, 0, 0,
        )  # fmt: skip

    def _is_known_to_fail(self, found: Failed) -> bool:
        known = self._ledger.one("SELECT state, reason FROM article WHERE id = ?", (found.source.id,))
        return known == ("failed", found.message)

    def _skip(self, found: Skipped) -> None:
        known = self._ledger.one("SELECT state, reason FROM article WHERE id = ?", (found.id,))
        if known == ("skipped", found.reason):
            return
        row = (
            self._number(found.id), found.id, *self._place(found.id), None, None, None, self._plan, None, "skipped",
            "Skipped", found.reason, 0, None, None, None, None, None, None, 0, 0, 0, 0,
        )  # fmt: skip
        self._ledger.put((_INSERT, row))

    def _number(self, name: str) -> int:
        row = self._ledger.one("SELECT number FROM article WHERE id = ?", (name,))
        return int(row[0]) if row else next(self._numbers)

    def _place(self, name: str) -> tuple[str, str]:
        """Give the path of an article's brief, the same as ever, and its folded form; no other article has either."""

        def taken(key: str) -> bool:
            known = self._ledger.one("SELECT id FROM article WHERE folded = ?", (key,))
            return (known or (self._seen.at(key),))[0] not in {None, name}

        path = output_path(name, taken)
        key = folded(path)
        self._seen.place(key, name)
        return str(path), key

    # -- all of them --

    async def _note_gone(self) -> None:
        """Mark what the folder no longer holds; its brief stays, and counts no more."""
        rows = self._ledger.rows("SELECT number, id FROM article WHERE state != 'gone'")
        gone = [number for number, name in rows if name not in self._seen]
        for some in _in_batches(gone, 500):
            marks = ", ".join("?" * len(some))
            await self._ledger.write((f"UPDATE article SET state = 'gone' WHERE number IN ({marks})", tuple(some)))  # noqa: S608 - question marks
            self.has_changed = True

    async def _regroup(self) -> None:
        """Find again which articles tell one story; the longest is briefed, or the one that was briefed already."""
        if self._options.dedupe:
            with contextlib.closing(sqlite3.connect("")) as apart:  # a private file that SQLite takes away at the end
                followers = dict(self._grouped(Stories(apart)))
        else:
            followers = {}
        for number, leader, state, key in self._ledger.rows(
            "SELECT number, leader, state, content FROM article WHERE state IN ('todo', 'briefed', 'done', 'same')"
        ):
            wanted = followers.get(number)
            if wanted is not None and (state != "same" or leader != wanted):
                self._ledger.put(("UPDATE article SET state = 'same', leader = ? WHERE number = ?", (wanted, number)))
            elif wanted is None and state == "same":
                self._ledger.put(
                    (
                        "UPDATE article SET state = ?, leader = NULL, key = ? WHERE number = ?",
                        (self._fresh_state(key), key_of(self._plan, key), number),
                    )
                )
        await self._ledger.write((_NOTE_DEDUPED, (int(self._options.dedupe),)))

    def _grouped(self, stories: Stories) -> Iterator[tuple[int, int]]:
        for number, characters, sha256, signature, state in self._ledger.rows(
            "SELECT number, characters, sha256, signature, state FROM article "
            "WHERE state IN ('todo', 'briefed', 'done', 'same') ORDER BY state IN ('briefed', 'done') DESC, number"
        ):
            first = _BRIEFED_FIRST if state in {"briefed", "done"} else 0
            stories.add(number, characters + first, sha256, signature)
        yield from stories.group(self._text)

    def _text(self, number: int) -> str:
        return story_text(kept_article(self._ledger, number, ""))


class _Seen:
    """Remembers names on the disk, so that a million of them take no memory; the folder is listed in another thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._connection = sqlite3.connect("", isolation_level=None, check_same_thread=False)
        self._connection.execute("CREATE TABLE seen (id TEXT PRIMARY KEY) WITHOUT ROWID")
        self._connection.execute("CREATE TABLE place (key TEXT PRIMARY KEY, id TEXT NOT NULL) WITHOUT ROWID")
        self._connection.execute("BEGIN")

    def add(self, name: str) -> bool:
        """Note a name; tell whether it is new."""
        with self._lock:
            return self._connection.execute("INSERT OR IGNORE INTO seen VALUES (?)", (name,)).rowcount == 1

    def __contains__(self, name: str) -> bool:
        return self._one("SELECT 1 FROM seen WHERE id = ?", name) is not None

    def place(self, key: str, name: str) -> None:
        """Note where the brief of a name goes."""
        with self._lock:
            self._connection.execute("INSERT OR REPLACE INTO place VALUES (?, ?)", (key, name))

    def at(self, key: str) -> str | None:
        """Give the name whose brief goes there."""
        found: str | None = self._one("SELECT id FROM place WHERE key = ?", key)
        return found

    def close(self) -> None:
        """Forget them."""
        self._connection.close()

    def _one(self, sql: str, value: str) -> Any:  # noqa: ANN401 - a cell
        with self._lock:
            found = self._connection.execute(sql, (value,)).fetchone()
        return found[0] if found else None


def stamp_of(path: Path) -> str | None:
    """Give what changes when a file is written: cheap to look at before an article is sent."""
    try:
        found = path.stat()
    except OSError:
        return None
    return f"{found.st_mtime_ns}:{found.st_size}"


def dump_source(source: Source) -> str:
    """Write a source for the ledger; a path may hold any bytes."""
    return json.dumps({**asdict(source), "path": os.fsencode(source.path).hex()})


def load_source(text: str) -> Source:
    """Read what `dump_source` wrote."""
    values: dict[str, Any] = json.loads(text)
    layout = values.pop("layout")
    if layout is not None:
        fields = RecordFields(**{name: tuple(names) for name, names in layout.pop("fields").items()})
        columns = tuple(layout.pop("columns"))
        layout = Layout(fields=fields, columns=columns, **layout)
    path = Path(os.fsdecode(bytes.fromhex(values.pop("path"))))
    return Source(path=path, layout=layout, **values)


def _fingerprint(source: Source) -> str | None:
    """Give the fingerprint, or None where the source cannot be read just now.

    Another version of the program may read the same bytes otherwise, so they count as changed.
    """
    try:
        return f"{VERSION}:{fingerprint(source)}"
    except SummarizerError:
        return None


def _in_batches(numbers: list[int], size: int) -> Iterator[list[int]]:
    for start in range(0, len(numbers), size):
        yield numbers[start : start + size]
