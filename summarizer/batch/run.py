"""One run over a folder: its ledger is brought up to date, what is to be done is briefed, and the sums are written."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import json
import os
import shutil
import tempfile
import time
import weakref
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from summarizer.batch.batch_api import BatchStage, require_none_open
from summarizer.batch.budget import Budget
from summarizer.batch.crashpoints import crashpoint
from summarizer.batch.intake import Intake
from summarizer.batch.keys import Templated, plan_of
from summarizer.batch.ledger import Ledger
from summarizer.batch.ledger_file import NAME, copy_ledger
from summarizer.batch.lock import locked
from summarizer.batch.outputs import sweep
from summarizer.batch.publishing import INDEX, SUMMARY, Publisher
from summarizer.batch.running import Runner
from summarizer.batch.sampling import sample, to_brief
from summarizer.batch.sources import find_sources
from summarizer.batch.state import Failure, Limited, Outcome
from summarizer.batch.submissions import sums
from summarizer.batch.workers import Workers
from summarizer.batch.writing import EngineWriter, ProcessWriter
from summarizer.brief import Tokens
from summarizer.engines.batches import Batches
from summarizer.engines.tokens import cost, estimate, has_price
from summarizer.errors import DiskError, SettingsError, SummarizerError, UsageError
from summarizer.render.safe import visible
from summarizer.version import VERSION

if TYPE_CHECKING:
    from collections.abc import Iterator

    from summarizer.batch.options import RunOptions
    from summarizer.batch.state import RunState, Tell
    from summarizer.batch.writing import Writer
    from summarizer.engines import Engine
    from summarizer.kinds import Kind
    from summarizer.settings import Settings

#: What a model writes about an article, about, where no earlier call tells: the median of the first answers of the
#: recorded cassettes of the built-in kind.
TYPICAL_OUTPUT = 1_800

#: Calls that were sent, and are in no batch that a server still works on: nobody waits for them any more.
_HAS_ORPHANS = "SELECT 1 FROM call WHERE state = 'sent' AND number NOT IN (SELECT call FROM batched WHERE fate IS NULL)"
_END_ORPHANS = (
    "UPDATE call SET state = 'unknown', unknown = 1, error = 'interrupted' "
    "WHERE state = 'sent' AND number NOT IN (SELECT call FROM batched WHERE fate IS NULL)"
)

#: Articles at work beyond those that a call is made for, at least: while one is checked, another takes its place.
AHEAD = 32
#: Articles without a brief that a forecast names.
_PROBLEMS = 100
#: From so many briefs on they are checked in processes of their own, which take a second to start.
LARGE = 50


@dataclass(frozen=True, slots=True)
class Forecast:
    """What a run would do, known before anything is sent.

    `briefs` are still to be written; `input_tokens` and `output_tokens` are about what that takes, `most_tokens`
    what it takes where every answer is as long as it may be. Costs are in US dollars, None where no price is known.
    `spent_tokens` and `spent_cost` are what earlier runs on the same ledger took. `problems` tells of the first
    articles that no brief can be written of, those that cannot be read before those that are left out.
    """

    articles: int
    briefs: int
    kept: int
    same: int
    unreadable: int
    skipped: int
    words: int
    sentences: int
    input_tokens: int
    output_tokens: int
    most_tokens: int
    cost: Decimal | None
    most_cost: Decimal | None
    spent_tokens: int
    spent_cost: Decimal
    problems: tuple[Outcome, ...]


class Run:
    """A run over a folder: `forecast` tells what it would do, `execute` does it.

    Used once, from one event loop. `state` may be looked at from any thread.
    """

    def __init__(
        self,
        folder: Path,
        out: Path | None,
        *,
        kind: Kind[Any],
        engine: Engine,
        settings: Settings,
        options: RunOptions,
        state: RunState,
    ) -> None:
        """Note what is to be done; without `out`, nothing is kept. SettingsError: a limit of money without a price."""
        self._folder = folder
        self._out = out or _thrown_away(self)
        self._kind = kind
        self._engine = engine
        self._settings = settings
        self._options = options
        self._gate = state.gate
        self._runner: Runner | None = None
        self._stage: asyncio.Task[None] | None = None
        self.state = state
        self.state.limits = engine.limits if isinstance(engine, Limited) else None
        if options.max_cost is not None and not engine.built_in_kind_only and not has_price(settings):
            model = visible(settings.model or "")
            raise SettingsError(
                f"what {model} costs there is not known, so --max-cost cannot hold: give --price IN/OUT"
            )
        if options.batch_api and not isinstance(engine, Batches):
            raise UsageError(
                f"--batch-api needs a model behind an OpenAI-compatible server, not the engine {engine.name}"
            )

    async def forecast(self) -> Forecast:
        """Read the folder and count, in a ledger that is thrown away: nothing is sent, nothing of OUT changes."""
        with tempfile.TemporaryDirectory(prefix="summarizer-") as scratch:
            find_sources(self._folder, out=self._out)
            _copy_kept(self._out, Path(scratch))
            with contextlib.closing(Ledger.open(Path(scratch))) as ledger:
                async with Workers() as workers:
                    await self._plan(ledger, workers, self._out)
                return self._forecast(ledger)

    async def execute(self, tell: Tell) -> None:
        """Do the whole run; `tell` gets what became of the articles as it becomes known.

        Raises what stopped the run before its end (BudgetError, AccountError, DiskError ...), or was wrong with it
        (UsageError). Whatever happens, what was paid for is in the ledger.
        """
        out = self._out
        find_sources(self._folder, out=out)  # is refused before OUT is touched
        with _opened(out) as ledger:
            if not self._options.batch_api:
                require_none_open(ledger)
            if ledger.one(_HAS_ORPHANS):
                await ledger.write((_END_ORPHANS, ()))
            publisher = Publisher(ledger, out)
            async with Workers() as workers:
                has_changed = await self._plan(ledger, workers, out)
                crashpoint("after_plan")
                if self._options.batch_api:
                    await asyncio.to_thread(workers.rest)  # the server may take a day
                stopped_by = await self._ask_in_batches(ledger)
                self.state.phase = "briefing"
                self.state.started = time.monotonic()
                error = await self._brief(self._writer(ledger, workers), ledger, publisher, tell) or stopped_by
            if not isinstance(error, DiskError):
                self.state.phase = "finishing"
                await self._finish(ledger, publisher, out, tell, has_changed=has_changed)
        self.state.phase = "ended"  # not before the ledger is closed, which takes a while where it is large
        if error is not None:
            raise error

    def stop(self) -> None:
        """Send nothing more and come to an end; called on the run's event loop."""
        self._gate.is_closed = True
        if self._stage is not None:
            self._stage.cancel()
        if self._runner is not None:
            self._runner.stop()

    # -- the steps --

    async def _plan(self, ledger: Ledger, workers: Workers, out: Path) -> bool:
        plan = plan_of(self._engine, self._settings, self._kind)
        intake = Intake(ledger, workers, self._options, self.state, plan=plan, out=out)
        await intake.run(self._folder)
        return intake.has_changed

    async def _ask_in_batches(self, ledger: Ledger) -> SummarizerError | None:
        """Have the server answer first requests in batches; give what ended that, and the run with it."""
        if not (self._options.batch_api and isinstance(self._engine, Batches)) or self._gate.is_closed:
            return None
        stage = BatchStage(
            ledger,
            self._engine,
            self._kind,
            settings=self._settings,
            options=self._options,
            state=self.state,
            budget=partial(self._budget, ledger),
            run=_next_run(ledger),
        )
        self._stage = asyncio.create_task(stage.run())
        try:
            await self._stage
        except asyncio.CancelledError:
            if not self._gate.is_closed:
                raise
        except SummarizerError as error:
            self.stop()
            return error
        return None

    async def _brief(
        self,
        writer: Writer,
        ledger: Ledger,
        publisher: Publisher,
        tell: Tell,
    ) -> SummarizerError | None:
        asks = isinstance(writer, EngineWriter)
        self._runner = runner = Runner(
            ledger,
            writer,
            publisher,
            gate=self._gate,
            state=self.state,
            options=self._options,
            out=self._out,
            concurrency=self._settings.concurrency if asks else 2 * _cores(),
            ahead=max(AHEAD, self._settings.concurrency) if asks else 0,
            resends_unknown=self._settings.resend_unknown,
        )
        if self._gate.is_closed:
            runner.stop()
        await runner.run(tell)
        return runner.error

    def _writer(self, ledger: Ledger, workers: Workers) -> Writer:
        if self._engine.name == "extractive":
            return ProcessWriter(ledger, workers)
        left = ledger.one("SELECT count(*) FROM article WHERE state = 'todo'")[0]
        is_large = min(left, self._options.limit or left) >= LARGE
        if is_large:  # what was imported and planned is gone through now, and not while calls are on their way
            gc.collect(1)
        return EngineWriter(
            ledger,
            self._budget(ledger),
            self._gate,
            self._engine,
            self._kind,
            run=_next_run(ledger),
            max_mends=self._settings.max_mends,
            workers=workers if is_large else None,
        )

    def _budget(self, ledger: Ledger) -> Budget:
        """Give the run's limits, with what the ledger's calls took of them already."""
        has_price(self._settings)  # looked up now, and not while calls wait for it
        tokens, spent = _spent(ledger)
        return Budget(
            partial(cost, settings=self._settings),
            max_tokens=self._options.max_tokens,
            max_cost=self._options.max_cost,
            tokens=tokens,
            spent=spent,
        )

    async def _finish(
        self,
        ledger: Ledger,
        publisher: Publisher,
        out: Path,
        tell: Tell,
        *,
        has_changed: bool,
    ) -> None:
        """Write what points elsewhere, the table of all briefs, and the sums; nothing where nothing changed."""
        published = await publisher.publish_same()
        rows = ledger.rows(
            "SELECT a.id, a.output, b.id FROM article a JOIN article b ON b.number = a.leader WHERE a.state = 'same'"
        )
        for name, output, leader in rows:
            self.state.same += 1
            await tell([Outcome(name, "same", out / output, same_as=leader)])
        wrote = self._runner is not None and self._runner.has_written
        if has_changed or published or wrote or not (out / INDEX).exists():
            publisher.write_index()
        summary = self._summary(ledger)
        if summary != _saved(out / SUMMARY):
            publisher.write_summary(summary)

    # -- the sums --

    def _forecast(self, ledger: Ledger) -> Forecast:
        counts: dict[str, int] = dict(ledger.all("SELECT state, count(*) FROM article GROUP BY state"))
        left = list(to_brief(ledger, sample(ledger, self._options)))
        words, sentences, read = (sum(column) for column in zip(*left, strict=True)) if left else (0, 0, 0)
        briefs = len(left)
        asks = not self._engine.built_in_kind_only
        around = self._engine.request_around(self._kind) if isinstance(self._engine, Templated) else b""
        most = self._settings.max_output_tokens
        taken = Tokens(
            input=read + briefs * estimate(around.decode()) if asks else 0,
            output=briefs * min(_usual_output(ledger), most) if asks else 0,
        )
        longest = Tokens(input=taken.input, output=briefs * most if asks else 0)
        spent_tokens, spent_cost = _spent(ledger)
        return Forecast(
            articles=self.state.total,
            briefs=briefs,
            kept=counts.get("done", 0) + counts.get("briefed", 0),
            same=counts.get("same", 0),
            unreadable=counts.get("failed", 0),
            skipped=counts.get("skipped", 0),
            words=words,
            sentences=sentences,
            input_tokens=taken.input,
            output_tokens=taken.output,
            most_tokens=longest.input + longest.output,
            cost=cost(taken, self._settings) if asks else Decimal(0),
            most_cost=cost(longest, self._settings) if asks else Decimal(0),
            spent_tokens=spent_tokens,
            spent_cost=spent_cost,
            problems=tuple(_problems(ledger)),
        )

    def _summary(self, ledger: Ledger) -> dict[str, Any]:
        """Sum up the whole ledger: the same however many runs it took."""
        counts: dict[str, int] = dict(
            ledger.all("SELECT state, count(*) FROM article WHERE state != 'gone' GROUP BY state")
        )
        calls, read, cached, written, unknown = ledger.one(
            "SELECT count(*), total(input), total(cached), total(output), total(unknown) FROM call"
        )
        failed = ledger.all(
            "SELECT id, kind, reason, is_transient FROM article WHERE state IN ('failed', 'skipped') "
            "ORDER BY id LIMIT 1000"
        )
        self.state.calls_unknown = int(unknown)
        return {
            "version": VERSION,
            "engine": self._engine.name,
            "model": None if self._engine.built_in_kind_only else self._settings.model,
            "kind": self._kind.name,
            "articles": sum(counts.values()),
            "briefs": counts.get("done", 0),
            "same_story": counts.get("same", 0),
            "failed": counts.get("failed", 0),
            "skipped": counts.get("skipped", 0),
            "left_to_do": counts.get("todo", 0) + counts.get("briefed", 0),
            "calls": calls,
            "tokens": {"input": int(read), "cached": int(cached), "output": int(written)},
            "calls_of_unknown_outcome": int(unknown),
            "cost": _cost(ledger),
            **({} if (batches := sums(ledger)) is None else {"batch_api": batches}),
            "problems": [
                {"id": name, "kind": kind, "reason": reason, "tried_again_by_itself": bool(transient)}
                for name, kind, reason, transient in failed
            ],
        }


def _thrown_away(run: Run) -> Path:
    """Make a folder for briefs that nobody wants to keep: it goes with the run."""
    folder = tempfile.mkdtemp(prefix="summarizer-")
    weakref.finalize(run, shutil.rmtree, folder, ignore_errors=True)
    return Path(folder)


@contextlib.contextmanager
def _opened(out: Path) -> Iterator[Ledger]:
    """Open OUT and its ledger under the run's lock."""
    _require_writable(out)
    with locked(out):
        try:
            sweep(out)
        except OSError as error:
            raise DiskError(f"{visible(str(out))} cannot be looked through: {error.strerror}") from None
        with contextlib.closing(Ledger.open(out)) as ledger:
            yield ledger


def _require_writable(out: Path) -> None:
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"-o {visible(str(out))} cannot be made a folder: {error.strerror}") from None
    if not os.access(out, os.W_OK | os.X_OK):
        raise UsageError(f"-o {visible(str(out))} cannot be written to; choose another folder")


def _copy_kept(out: Path, scratch: Path) -> None:
    if os.path.lexists(out / NAME):
        with locked(out):
            copy_ledger(out, scratch)


def _spent(ledger: Ledger) -> tuple[int, Decimal]:
    """Give what the ledger's calls took: of those of unknown outcome, or at the server, what was reserved for them."""
    tokens = ledger.one(
        "SELECT total(iif(state = 'sent' OR unknown AND state != 'unpaid', reserved_tokens, input + output)) FROM call"
    )[0]
    costs = ledger.rows("SELECT coalesce(cost, iif(state = 'unpaid', '0', reserved_cost), '0') FROM call")
    return int(tokens), sum((Decimal(row[0]) for row in costs), start=Decimal(0))


def _cost(ledger: Ledger) -> str | None:
    """Sum the costs of the calls; None where one of them is not known."""
    if ledger.one("SELECT 1 FROM call WHERE state = 'answered' AND cost IS NULL"):
        return None
    rows = ledger.rows("SELECT cost FROM call WHERE cost IS NOT NULL")
    return str(sum((Decimal(row[0]) for row in rows), start=Decimal(0)))


def _next_run(ledger: Ledger) -> int:
    return 1 + (ledger.one("SELECT max(run) FROM call")[0] or 0)


def _usual_output(ledger: Ledger) -> int:
    mean = ledger.one("SELECT avg(output) FROM call WHERE state = 'answered' AND output > 0")[0]
    return TYPICAL_OUTPUT if mean is None else round(mean)


def _problems(ledger: Ledger) -> Iterator[Outcome]:
    """Give the first articles that have no brief, and will have none."""
    rows = ledger.all(
        "SELECT id, state, kind, reason, is_transient FROM article WHERE state IN ('failed', 'skipped') "
        "ORDER BY state, number LIMIT ?",
        (_PROBLEMS,),
    )
    for name, state, kind, reason, is_transient in rows:
        yield Outcome(name, state, failure=Failure(kind, reason, is_transient=bool(is_transient)))


def _saved(path: Path) -> object:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
