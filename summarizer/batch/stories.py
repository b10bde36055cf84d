"""Finds which articles are one story on many sites, in memory that does not grow with their number.

Articles are visited from the longest to the shortest. Each joins the longest one that leads a story and is like it
(a Jaccard similarity of 0.8 or more, no other figures in the same words), or leads one itself: stars, never chains,
in which the last would have little in common with the first.
"""

from __future__ import annotations

from functools import lru_cache
from hashlib import blake2b
from typing import TYPE_CHECKING

from summarizer.batch.shingles import jaccard, resemblance, same_figures, shingles, words_of

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterator

#: What two articles must share at least to be one story.
LIKE = 0.8

# A pair that just is alike shares one band of 21 at least with a chance of 99.8 %, one of 0.5 with 28 %.
_BANDS, _ROWS, _SLOT_BYTES, _HEAD = 21, 6, 4, 1
#: Three standard errors below LIKE: a pair that looks less alike by its signatures is not looked at further.
_LOOKS_ALIKE = LIKE - 0.11
#: A band of more leaders than this is the phrases of a form; more are not kept, so that no search grows with the run.
_MOST_LEADERS = 50
_MOST_READ = 20
_PAGE = 500
_KEPT = 32

# In temporary tables: they are worked out anew in each run, and belong into no ledger.
_TABLES = """
CREATE TEMP TABLE story (sha TEXT PRIMARY KEY, number INTEGER UNIQUE, length INTEGER, sketch BLOB) WITHOUT ROWID;
CREATE TEMP TABLE copy (number INTEGER PRIMARY KEY, sha TEXT);
CREATE TEMP TABLE band (key INTEGER, number INTEGER);
CREATE TEMP TABLE led (key INTEGER, number INTEGER, PRIMARY KEY (key, number)) WITHOUT ROWID;
CREATE TEMP TABLE member (number INTEGER PRIMARY KEY, leader INTEGER);
CREATE TEMP TABLE visit (place INTEGER PRIMARY KEY, number INTEGER, sketch BLOB);
"""
_VISITS = """
INSERT INTO visit (number, sketch)
SELECT number, sketch FROM story WHERE number IN
  (SELECT number FROM band WHERE key IN (SELECT key FROM band GROUP BY key HAVING count(*) > 1))
ORDER BY length DESC, number
"""
_COPIES = """
SELECT copy.number, coalesce(member.leader, story.number)
FROM copy JOIN story USING (sha) LEFT JOIN member ON member.number = story.number ORDER BY copy.number
"""


class Stories:
    """The articles of one run by what they say. All of it lies in temporary tables of the given connection.

    Memory is flat where SQLite keeps temporary tables in files, which is its default.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        """Make the tables; one object for one connection."""
        self._connection = connection
        connection.executescript(_TABLES)

    def add(self, number: int, length: int, text_sha: str, signature: bytes) -> None:
        """Note an article: its number in the run, its length, the hash of its text, and `shingles.signature` of it.

        An empty signature stands for a text that is too short: it is like identical ones only.
        """
        new = self._connection.execute(
            "INSERT OR IGNORE INTO story VALUES (?, ?, ?, ?)", (text_sha, number, length, signature)
        )
        if not new.rowcount:
            self._connection.execute("INSERT INTO copy VALUES (?, ?)", (number, text_sha))
        elif signature:
            self._connection.executemany("INSERT INTO band VALUES (?, ?)", [(key, number) for key in _keys(signature)])

    def group(self, text_of: Callable[[int], str]) -> Iterator[tuple[int, int]]:
        """Give each article that is told by another, as its number and that of its leader; call it once, at the end.

        `text_of` gives the text by which the signature was made; it is asked for few. Time grows with the number of
        articles, not with its square.
        """
        self._connection.execute("CREATE INDEX temp.band_of_key ON band (key, number)")
        self._connection.execute(_VISITS)
        read = lru_cache(maxsize=_KEPT)(lambda number: _Read(text_of(number)))
        for number, sketch in self._visits():
            leader = self._leader_of(number, sketch, read)
            if leader is None:
                self._lead(number, sketch)
            else:
                self._connection.execute("INSERT INTO member VALUES (?, ?)", (number, leader))
                yield number, leader
        yield from self._connection.execute(_COPIES).fetchall()

    def _visits(self) -> Iterator[tuple[int, bytes]]:
        place = 0
        while rows := self._connection.execute(
            "SELECT place, number, sketch FROM visit WHERE place > ? ORDER BY place LIMIT ?", (place, _PAGE)
        ).fetchall():
            yield from ((number, sketch) for _, number, sketch in rows)
            place = rows[-1][0]

    def _leader_of(self, number: int, sketch: bytes, read: Callable[[int], _Read]) -> int | None:
        """Find the longest leader that the article is like; of many that look so, the likeliest are read."""
        keys = _keys(sketch)
        found = self._connection.execute(
            "SELECT DISTINCT story.length, story.number, story.sketch FROM led JOIN story USING (number) "  # noqa: S608
            f"WHERE led.key IN ({', '.join('?' * len(keys))})",
            keys,
        )
        looks = [(resemblance(sketch, other), length, candidate) for length, candidate, other in found]
        likeliest = sorted((look for look in looks if look[0] >= _LOOKS_ALIKE), reverse=True)[:_MOST_READ]
        by_length = sorted(likeliest, key=lambda look: (-look[1], look[2]))
        return next((other for _, _, other in by_length if read(number).is_like(read(other))), None)

    def _lead(self, number: int, sketch: bytes) -> None:
        self._connection.executemany(
            "INSERT INTO led SELECT :key, :number WHERE (SELECT count(*) FROM led WHERE key = :key) < :most",
            [{"key": key, "number": number, "most": _MOST_LEADERS} for key in set(_keys(sketch))],
        )


class _Read:
    """A text that was looked at word by word."""

    def __init__(self, text: str) -> None:
        self._words = words_of(text)
        self._shingles = shingles(self._words)

    def is_like(self, other: _Read) -> bool:
        return jaccard(self._shingles, other._shingles) >= LIKE and same_figures(self._words, other._words)


def _keys(sketch: bytes) -> list[int]:
    """Give a number for each band of a signature, the version of the method and the place of the band in it."""
    width = _ROWS * _SLOT_BYTES
    parts = (sketch[_HEAD + band * width : _HEAD + (band + 1) * width] for band in range(_BANDS))
    digests = (blake2b(part, digest_size=8, salt=bytes([band]), key=sketch[:_HEAD]) for band, part in enumerate(parts))
    return [int.from_bytes(digest.digest(), "little", signed=True) for digest in digests]
