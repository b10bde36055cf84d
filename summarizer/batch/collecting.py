"""Puts a batch's results into the ledger: each under the request whose id it names, and no other."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from summarizer.batch.crashpoints import crashpoint
from summarizer.batch.journal import ANSWERED, dollars_text
from summarizer.batch.kept import Packing
from summarizer.batch.submissions import FATE, SETTLED, Submission, ended
from summarizer.errors import RunError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from decimal import Decimal

    from summarizer.batch.journal import Gate
    from summarizer.batch.ledger import Ledger, Parameters
    from summarizer.brief import Tokens
    from summarizer.engines.batches import BatchEndpoint, BatchResult, ServerBatch

#: Replies that are committed together.
GROUP = 64
#: A batch of so many requests of which all are refused has something wrong that all of them share.
_MANY = 5
_FAIL_ARTICLE = (
    "UPDATE article SET state = 'failed', kind = 'LostReplyError', reason = ?, is_transient = 0 "
    "WHERE number = (SELECT article FROM call WHERE number = ?)"
)
_NOTHING_SAID = "the batch ended without a word about this request"


@dataclass(slots=True)
class _Tally:
    """What a batch's files held; `waiting` are the calls without an answer by their ids, `before` ids done earlier."""

    waiting: dict[str, int]
    before: frozenset[str]
    seen: set[str] = field(default_factory=set)
    failures: dict[str, BatchResult] = field(default_factory=dict)
    answered: int = 0
    duplicates: int = 0
    unknown_ids: int = 0
    unreadable: int = 0

    def call_of(self, result: BatchResult | None) -> int | None:
        """Give the call that a result answers for the first time; all else is counted."""
        if result is None:
            self.unreadable += 1
            return None
        name = result.custom_id
        if name in self.before:  # a run that was killed had this one already
            return None
        if name not in self.waiting and name not in self.seen:
            self.unknown_ids += 1
            return None
        if name in self.seen or (result.fate != "answered" and name in self.failures):
            self.duplicates += 1
            return None
        if result.fate != "answered":
            self.failures[name] = result
            return None
        self.seen.add(name)
        self.failures.pop(name, None)
        return self.waiting.pop(name)


class Collector:
    """Takes the results of batches that have ended."""

    def __init__(
        self,
        ledger: Ledger,
        endpoint: BatchEndpoint,
        gate: Gate,
        cost: Callable[[Tokens], Decimal | None],
        *,
        resends_unknown: bool,
    ) -> None:
        """Take the run's parts; without `resends_unknown`, an article whose answer was lost fails for good."""
        self._resends_unknown = resends_unknown
        self._ledger = ledger
        self._endpoint = endpoint
        self._gate = gate
        self._cost = cost

    async def merge(self, submission: Submission, batch: ServerBatch) -> RunError | None:
        """Record every answer once, and note what became of the other requests, in a way that a kill undoes nothing.

        Give what is wrong with the whole batch, if anything is.
        """
        tally = self._tally(submission)
        for file in filter(None, (batch.output_file, batch.error_file)):
            async with self._endpoint.results(file) as results:
                crashpoint("batch_fetched")
                await self._record(results, tally)
        problem = _problem(batch, tally)
        await self._settle(submission, tally, batch, problem)
        crashpoint("batch_merged")
        return problem

    async def lose(self, submission: Submission) -> None:
        """Note that a batch is gone with its answers: what of it was run is not known."""
        await self._settle(submission, self._tally(submission), None, RunError("the server knows the batch no more"))

    def _tally(self, submission: Submission) -> _Tally:
        rows = self._ledger.all("SELECT custom_id, call, fate FROM batched WHERE submission = ?", (submission.number,))
        waiting = {custom_id: call for custom_id, call, fate in rows if fate is None}
        before = frozenset(custom_id for custom_id, _, fate in rows if fate is not None)
        return _Tally(waiting, before, answered=len(before))

    async def _record(self, results: Iterator[BatchResult | None], tally: _Tally) -> None:
        statements: list[tuple[str, Parameters]] = []
        for result in results:
            call = tally.call_of(result)
            if call is None or result is None:
                continue
            tally.answered += 1
            statements += self._answered(call, result)
            if len(statements) >= 2 * GROUP:
                await self._ledger.write(*statements)
                statements.clear()
                crashpoint("batch_merging")
        await self._ledger.write(*statements)

    def _answered(self, call: int, result: BatchResult) -> tuple[tuple[str, Parameters], tuple[str, Parameters]]:
        usage = result.usage
        cost = self._cost(usage)
        self._gate.tokens += usage
        self._gate.cost += cost or 0
        counts = (usage.input, usage.cached, usage.output, usage.unknown)
        row = (time.time(), *counts, dollars_text(cost), Packing(result.reply), call)
        return (ANSWERED, row), (FATE, ("answered", call))

    async def _settle(
        self, submission: Submission, tally: _Tally, batch: ServerBatch | None, problem: RunError | None
    ) -> None:
        fate = _fate_of_missing(batch, tally)
        statements: list[tuple[str, Parameters]] = []
        for custom_id, call in tally.waiting.items():
            found = tally.failures.get(custom_id)
            became, reason = (fate, _NOTHING_SAID) if found is None else (found.fate, found.error)
            statements += ended(call, became, reason)
            if became == "lost" and not self._resends_unknown:
                statements.append((_FAIL_ARTICLE, (reason, call)))
        state = "merged" if batch is not None and batch.status != "failed" else "failed"
        counts = (tally.duplicates, tally.unknown_ids, tally.unreadable)
        settled = (SETTLED, (state, problem and str(problem), *counts, submission.number))
        await self._ledger.write(*statements, settled)


def _fate_of_missing(batch: ServerBatch | None, tally: _Tally) -> str:
    """Tell what became of requests of which no file speaks: run, where the server counts more than it answered."""
    if batch is None:
        return "lost"
    if (batch.ran or 0) > tally.answered:
        return "lost"
    return "unsent" if batch.status == "failed" else "not_run"


def _problem(batch: ServerBatch, tally: _Tally) -> RunError | None:
    if batch.status == "failed" and not tally.answered:
        return RunError(f"the server refuses the batch: {batch.problem or 'it does not say why'}")
    refused = [result for result in tally.failures.values() if result.fate == "refused"]
    if tally.answered or len(refused) < _MANY or len(refused) < len(tally.waiting):
        return None
    first = refused[0].error
    return RunError(
        f"the server refuses all {len(refused):,} requests of the batch: {first}; "
        "change what it refuses, or run again to have them asked one by one"
    )
