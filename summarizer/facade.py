"""The library's face: settings, an engine and a kind together, called from sync or async code."""

from __future__ import annotations

import asyncio
import weakref
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, Self, cast

from pydantic import BaseModel
from typing_extensions import TypeVar

from summarizer import engines
from summarizer.article import Article
from summarizer.brief import Brief
from summarizer.briefing import brief_article
from summarizer.errors import UsageError
from summarizer.kinds import Kind, brief_kind
from summarizer.loop import LoopThread
from summarizer.settings import Secret, Settings, resolve

if TYPE_CHECKING:
    from collections.abc import Sequence
    from decimal import Decimal
    from types import TracebackType

    from summarizer.batch.face import Batch
    from summarizer.batch.listing import RecordFields
    from summarizer.batch.state import RunState
    from summarizer.engines import Engine
    from summarizer.prices import Price
    from summarizer.settings import Mode

#: What a call gives: a `Brief`, unless a kind of another shape was given.
B = TypeVar("B", bound=BaseModel, default=Brief)

#: The engine that briefs single articles: not patient, and it sends.
_FOR_ONE = (False, True)


class Summarizer(Generic[B]):
    """Writes briefs, one article a call.

    Without arguments it takes the model that the environment or the config file names, and where there is none,
    the extractive engine. Nothing is read, opened or imported before the first brief. All calls, from whatever
    thread or event loop, share one pool of connections; `close` it, or use it in a `with` block.
    """

    def __init__(
        self,
        *,
        kind: Kind[B] | None = None,
        model: str | None = None,
        engine: str | Engine | None = None,
        base_url: str | None = None,
        api_key: str | None = None,
        mode: Mode | None = None,
        temperature: float | None = None,
        max_input_tokens: int | None = None,
        max_output_tokens: int | None = None,
        timeout: float | None = None,
        total_timeout: float | None = None,
        max_wait: float | None = None,
        rpm: float | None = None,
        tpm: float | None = None,
        patient: bool | None = None,
        max_sends: int | None = None,
        max_reasks: int | None = None,
        max_mends: int | None = None,
        resend_unknown: bool | None = None,
        concurrency: int | None = None,
        price: Price | str | None = None,
        proxy: str | None = None,
        record: Path | None = None,
        replay: Path | None = None,
    ) -> None:
        """Note the settings; what is not given comes from the environment, then the config file.

        `engine` is a name or an engine of your own. Times are in seconds. `record` writes the HTTP exchanges
        to a cassette, `replay` runs from one with the network refused. SettingsError comes with the first brief.
        """
        self._given: dict[str, Any] = {
            "model": model,
            "base_url": base_url,
            "api_key": Secret(api_key) if isinstance(api_key, str) else api_key,
            "mode": mode,
            "temperature": temperature,
            "max_input_tokens": max_input_tokens,
            "max_output_tokens": max_output_tokens,
            "timeout": timeout,
            "total_timeout": total_timeout,
            "max_wait": max_wait,
            "rpm": rpm,
            "tpm": tpm,
            "patient": patient,
            "max_sends": max_sends,
            "max_reasks": max_reasks,
            "max_mends": max_mends,
            "resend_unknown": resend_unknown,
            "concurrency": concurrency,
            "price": price,
            "proxy": proxy,
            "record": record,
            "replay": replay,
        }
        if isinstance(engine, str):
            self._given["engine"] = engine
        if kind is not None and not isinstance(kind, Kind):
            raise UsageError("kind is made of a class: kind=Kind.of(YourClass)")
        self._kind: Kind[Any] | None = kind
        self._own_engine: Engine | None = None if isinstance(engine, str) else engine
        self._engines: dict[tuple[bool, bool], Engine] = {}
        self._loop = LoopThread()
        self._finalizer = weakref.finalize(self, self._loop.close)

    def brief(self, source: Path | str | Article) -> B:
        """Write the brief of one article.

        `source` is a path, or an `Article` (`Article.from_text` makes one of a string). Works inside a running
        event loop too, which it blocks; use `abrief` there. Raises SummarizerError.
        """
        return self._loop.run(self._brief(_read(source)))

    async def abrief(self, source: Path | str | Article) -> B:
        """Write the brief of one article without blocking the caller's event loop."""
        article = source if isinstance(source, Article) else await asyncio.to_thread(_read, source)
        return await self._loop.wait(self._brief(article))

    def batch(
        self,
        source: Path | str,
        out: Path | str | None = None,
        *,
        include: str | Sequence[str] = (),
        exclude: str | Sequence[str] = (),
        fields: RecordFields | None = None,
        dedupe: bool = True,
        retry_failed: bool = False,
        limit: int | None = None,
        seed: int = 0,
        max_tokens: int | None = None,
        max_cost: Decimal | float | str | None = None,
        batch_api: bool = False,
    ) -> Batch:
        """Write the briefs of a folder of articles, or of a JSONL or CSV file of them, into the folder `out`.

        Iterate over what this gives, with `for` or `async for`: an `Outcome` an article. The ledger in `out` makes the
        run one that can be stopped and called again; without `out`, briefs are there while the iteration goes on.
        `include` and `exclude` are globs relative to the folder, `fields` names those of a record, `dedupe` briefs a
        story that many outlets tell once, `retry_failed` takes what failed for good once more, `limit` and `seed` draw
        a sample. `max_tokens` and `max_cost` (US dollars) hold for all runs on one ledger together. `batch_api` has the
        server answer the first requests as batches, within a day. Raises what iterating over a `Batch` raises.
        """
        from summarizer.batch.face import Batch  # noqa: PLC0415 - not needed for one article
        from summarizer.batch.listing import RecordFields  # noqa: PLC0415
        from summarizer.batch.options import RunOptions, dollars  # noqa: PLC0415
        from summarizer.batch.run import Run  # noqa: PLC0415

        options = RunOptions(
            include=_globs(include),
            exclude=_globs(exclude),
            fields=fields or RecordFields(),
            dedupe=dedupe,
            retry_failed=retry_failed,
            limit=limit,
            seed=seed,
            max_tokens=max_tokens,
            max_cost=dollars(max_cost),
            batch_api=batch_api,
        )

        def make(state: RunState, *, sends: bool) -> Run:
            settings = resolve(**{**self._given, "patient": True})
            kind = self._kind or brief_kind()
            return Run(
                Path(source),
                None if out is None else Path(out),
                kind=kind,
                engine=self._engine_of(settings, sends=sends),
                settings=settings,
                options=options,
                state=state,
            )

        return Batch(self._loop, make)

    def close(self) -> None:
        """Close all connections and end the thread that served them; a later call opens new ones."""
        if self._loop.is_running:
            self._loop.run(self._aclose())
            self._loop.close()

    def __enter__(self) -> Self:
        """Give itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close it."""
        self.close()

    async def __aenter__(self) -> Self:
        """Give itself."""
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close it."""
        await asyncio.to_thread(self.close)

    async def _brief(self, article: Article) -> B:
        engine = self._engines.get(_FOR_ONE) or self._engine_of(resolve(**self._given))
        rounds = self._given["max_mends"]
        mends = Settings.max_mends if rounds is None else rounds
        return cast("B", await brief_article(article, self._kind or brief_kind(), engine, max_mends=mends))

    async def _aclose(self) -> None:
        for engine in self._engines.values():
            await engine.aclose()

    def _engine_of(self, settings: Settings, *, sends: bool = True) -> Engine:
        """Give the engine for one article, or the patient one for a batch; they share the server's limits.

        The one for a forecast sends nothing, needs no key, and is never used for a run.
        """
        use = settings.patient, sends
        if use not in self._engines:
            self._engines[use] = self._own_engine or engines.create(settings, sends=sends)
        return self._engines[use]


def _read(source: Path | str | Article) -> Article:
    """Read in the caller's thread, which an interrupt reaches even where it waits for standard input."""
    if isinstance(source, Article):
        return source
    from summarizer.reading import read  # noqa: PLC0415 - not needed where articles are given

    if isinstance(source, str) and "\n" in source:
        raise UsageError("brief takes a path or an Article; make an article of a text with Article.from_text(text)")
    return read(Path(source))


def _globs(given: str | Sequence[str]) -> tuple[str, ...]:
    """Take one glob as well as several: of a string alone, each letter would be one."""
    return (given,) if isinstance(given, str) else tuple(given)
