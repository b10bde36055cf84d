"""The model engine: one client, one set of request templates, one exchange an article."""

from __future__ import annotations

import asyncio
import copy
from typing import TYPE_CHECKING, Any, Self

from summarizer.brief import Tokens
from summarizer.engines import Draft
from summarizer.engines.batches import FirstRequest
from summarizer.engines.journal import UNRECORDED
from summarizer.engines.openai.breaker import Breaker
from summarizer.engines.openai.client import ChatClient, bare
from summarizer.engines.openai.exchange import Exchange
from summarizer.engines.openai.limits import limiter_for
from summarizer.engines.openai.limits.tickets import Deadline
from summarizer.engines.openai.modes import ORDER, ModeChoice
from summarizer.engines.openai.places import Places
from summarizer.engines.openai.request import Template
from summarizer.engines.tokens import cost, estimate, estimate_of_body
from summarizer.errors import DeadlineError, RunError, StoppedError, SummarizerError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

    import httpx2
    from pydantic import BaseModel

    from summarizer.article import Article
    from summarizer.engines.batches import BatchEndpoint
    from summarizer.engines.journal import Journal
    from summarizer.engines.openai.limits import LimiterState
    from summarizer.engines.openai.modes import ModeName
    from summarizer.kinds import Kind
    from summarizer.settings import Settings


class OpenAIEngine:
    """Asks a model over any OpenAI-compatible chat endpoint.

    `http_client` replaces the connection pool, as in the SDK, and stays yours to close; retries and limits
    stay those of `settings`. Of many calls at once, `settings.concurrency` are at the server and the others wait.
    """

    name = "openai"
    built_in_kind_only = False

    def __init__(self, settings: Settings, http_client: httpx2.AsyncClient | None = None) -> None:
        self._settings = settings
        self._http_client = http_client
        self._client = ChatClient(settings, http_client)
        self._breaker = Breaker()
        self._choice = ModeChoice(settings)
        self._limiter = limiter_for(settings)
        self._templates: dict[tuple[str, str, ModeName], Template] = {}
        self._places = Places(settings.concurrency)
        self._journal: Journal = UNRECORDED

    async def write(self, article: Article, kind: Kind[Any]) -> Draft:
        """Ask for the kind's content; RunError, with the `tries` made and their `tokens`, without it."""
        return await self._answered(article, kind, lambda: kind.prompt.render(article))

    async def ask(self, article: Article, kind: Kind[Any], user: str) -> Draft:
        """Ask for the kind's content with a user message of one's own."""
        return await self._answered(article, kind, lambda: user)

    async def _answered(self, article: Article, kind: Kind[Any], words: Callable[[], str]) -> Draft:
        scope, place = asyncio.timeout(self._settings.total_timeout), self._places.place()
        parts = (self._settings, self._client, self._breaker, self._choice)
        exchange = Exchange(*parts, limiter=self._limiter, place=place, deadline=Deadline(scope), journal=self._journal)
        try:
            with place:
                async with scope:
                    content = await exchange.run(article, kind, words, lambda mode: self._template(kind, mode))
        except TimeoutError:
            message = f"no brief within {self._settings.total_timeout:g} seconds and {exchange.tries} calls"
            failure: SummarizerError = DeadlineError(message)
        except SummarizerError as error:
            failure = error
        else:
            return self._draft(exchange, content)
        if isinstance(failure, RunError):
            if exchange.content is not None and not isinstance(
                failure, StoppedError
            ):  # an answer that fits, but for what a re-ask was to mend
                exchange.flags["reask_failed"] = None
                return self._draft(exchange, exchange.content)
            failure.tries, failure.tokens = exchange.tries, exchange.tokens
        raise bare(failure)

    def _draft(self, exchange: Exchange, content: BaseModel) -> Draft:
        model = self._settings.model or ""
        price = cost(exchange.tokens, self._settings)
        flags = (*exchange.flags, *exchange.content_flags)
        return Draft(content, model, exchange.tokens, price, exchange.tries, flags)

    def journaled(self, journal: Journal) -> Self:
        """Give the same engine, with its connections and its limits, that tells this journal of its calls."""
        same = copy.copy(self)
        same._journal = journal  # noqa: SLF001 - its own class
        return same

    def request_around(self, kind: Kind[Any]) -> bytes:
        """Give the body of a first request without the article, in the mode that is tried first."""
        wanted = self._settings.mode
        template = self._template(kind, ORDER[0] if wanted == "auto" else wanted)
        return template.body("")

    def first_request(self, article: Article, kind: Kind[Any]) -> FirstRequest | None:
        """Give the first request about an article, as `write` would send it next; None for one that is too long."""
        user = kind.prompt.render(article)
        template = self._template(kind, self.mode)
        if template.fixed_tokens + estimate(user) > self._settings.max_input_tokens:
            return None
        body = template.body(user)
        return FirstRequest(body, Tokens(input=estimate_of_body(body), output=self._settings.max_output_tokens))

    def batch_endpoint(self) -> BatchEndpoint:
        """Give the server's batch endpoint, on connections of its own; UsageError where a cassette stands in for it."""
        from summarizer.engines.openai.batch_api import BatchClient  # noqa: PLC0415 - only where it is asked for

        if self._settings.record or self._settings.replay:
            raise UsageError("a batch at the server is neither recorded nor replayed; leave out the cassette")
        return BatchClient(self._settings, self._http_client)

    @property
    def mode(self) -> ModeName:
        """The mode that the next request asks in."""
        return self._choice.mode

    def limits(self) -> LimiterState:
        """Give what is known of the server's limits and how far they are used."""
        return self._limiter.state()

    async def models(self) -> list[str]:
        """List the server's models."""
        return await self._client.models()

    async def aclose(self) -> None:
        """Close the connections, and forget what made further calls pointless: a later call finds out anew."""
        self._breaker = Breaker()
        await self._client.aclose()

    def _template(self, kind: Kind[Any], mode: ModeName) -> Template:
        key = (kind.prompt.sha256, kind.schema_hash, mode)
        if key not in self._templates:
            self._templates[key] = Template.of(kind, self._settings, mode)
        return self._templates[key]
