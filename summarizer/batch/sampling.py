"""Draws the articles of a cheap trial: the same ones in every run with the same seed."""

from __future__ import annotations

import hashlib
import heapq
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from summarizer.batch.ledger import Ledger
    from summarizer.batch.options import RunOptions

_DRAWN_FROM = "SELECT id FROM article WHERE state IN ('todo', 'briefed', 'done', 'failed')"


def sample(ledger: Ledger, options: RunOptions) -> frozenset[str] | None:
    """Give the ids of the sample, by a hash of the seed and the id; None where everything is taken."""
    if options.limit is None:
        return None
    ids = (row[0] for row in ledger.rows(_DRAWN_FROM))
    return frozenset(heapq.nsmallest(options.limit, ids, key=lambda name: _drawn(options.seed, name)))


def to_brief(ledger: Ledger, drawn: frozenset[str] | None) -> Iterator[tuple[int, int, int]]:
    """Give the words, sentences and prompt tokens of each article of the sample that is still to be briefed."""
    rows = ledger.rows("SELECT id, words, sentences, prompt_tokens FROM article WHERE state = 'todo'")
    for name, words, sentences, tokens in rows:
        if drawn is None or name in drawn:
            yield words, sentences, tokens


def _drawn(seed: int, name: str) -> bytes:
    return hashlib.sha256(f"{seed}\n{name}".encode()).digest()
