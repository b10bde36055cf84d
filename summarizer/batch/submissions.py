"""The ledger's record of the files of requests that were given to a server as batches."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, NamedTuple

from summarizer.batch.journal import FAILED

if TYPE_CHECKING:
    from summarizer.batch.ledger import Ledger, Parameters
    from summarizer.engines.batches import Fate

#: Files whose batch was not run to its end so often leave their articles to single calls.
MOST_ROUNDS = 3

ADD = "INSERT INTO submission (number, token, base_url, created, state) VALUES (?, ?, ?, ?, 'claimed')"
ADD_CALL = "INSERT INTO batched (call, submission, key, custom_id) VALUES (?, ?, ?, ?)"
UPLOADED = "UPDATE submission SET state = 'uploaded', file = ? WHERE number = ?"
CREATED = "UPDATE submission SET state = 'created', batch = ? WHERE number = ?"
SETTLED = "UPDATE submission SET state = ?, error = ?, duplicates = ?, unknown_ids = ?, unreadable = ? WHERE number = ?"
FATE = "UPDATE batched SET fate = ? WHERE call = ?"

_OPEN = (
    "SELECT number, token, base_url, created, state, file, batch FROM submission "
    "WHERE state IN ('claimed', 'uploaded', 'created') ORDER BY number"
)
#: Articles that wait for their first answer, and whose earlier requests, if any, the server never ran.
_TO_SUBMIT = (
    "SELECT number, id, key FROM article a WHERE state = 'todo' AND number > ? "
    "AND NOT EXISTS (SELECT 1 FROM call WHERE call.key = a.key AND is_replayable) "
    "AND NOT EXISTS (SELECT 1 FROM batched b WHERE b.key = a.key AND ifnull(fate, '') NOT IN ('not_run', 'unsent')) "
    "AND (SELECT count(*) FROM batched b WHERE b.key = a.key AND fate = 'not_run') < ? "
    "ORDER BY number LIMIT 256"
)
_SUMS = (
    "SELECT count(*), total(duplicates), total(unknown_ids), total(unreadable), "
    "(SELECT count(*) FROM batched), (SELECT count(*) FROM batched WHERE fate = 'answered'), "
    "(SELECT count(*) FROM batched WHERE fate IS NULL) FROM submission"
)


class Submission(NamedTuple):
    """A file of requests and its batch, `created` in seconds of the epoch; `file` and `batch` are the server's ids."""

    number: int
    token: str
    base_url: str
    created: float
    state: str
    file: str | None = None
    batch: str | None = None


class Waiting(NamedTuple):
    """An article that is to be asked about."""

    number: int
    id: str
    key: str


def open_submissions(ledger: Ledger) -> list[Submission]:
    """Give those whose results are not all in the ledger, the oldest first."""
    return [Submission(*row) for row in ledger.all(_OPEN)]


def to_submit(ledger: Ledger, after: int) -> list[Waiting]:
    """Give some of the articles that may go into a batch, by their number from `after` on; none at the end."""
    return [Waiting(*row) for row in ledger.all(_TO_SUBMIT, (after, MOST_ROUNDS))]


def open_calls(ledger: Ledger) -> int:
    """Count the requests that are at the server."""
    found: int = ledger.one("SELECT count(*) FROM batched WHERE fate IS NULL")[0]
    return found


def ended(call: int, fate: Fate | str, reason: str) -> tuple[tuple[str, Parameters], tuple[str, Parameters]]:
    """Give the statements that note a request without an answer: free, but where its answer was lost."""
    lost = fate == "lost"
    return (
        (FAILED, (time.time(), "unknown" if lost else "unpaid", int(lost), reason, call)),
        (FATE, (fate, call)),
    )


def sums(ledger: Ledger) -> dict[str, Any] | None:
    """Sum up what was given to the server and what came back; None where nothing ever was."""
    files, duplicates, unknown_ids, unreadable, requests, answered, waiting = ledger.one(_SUMS)
    if not files:
        return None
    return {
        "files": files,
        "requests": requests,
        "answered": answered,
        "waiting": waiting,
        "duplicate_results": int(duplicates),
        "results_of_unknown_ids": int(unknown_ids),
        "unreadable_results": int(unreadable),
    }
