"""The leave to make one call, and the report of what came of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import TracebackType

    from summarizer.brief import Tokens
    from summarizer.engines.openai.limits.limiter import Limiter
    from summarizer.engines.openai.limits.rates import Taken
    from summarizer.engines.openai.limits.tickets import Need, Patience
    from summarizer.errors import SummarizerError


class Turn:
    """The leave to make one call; tell it what came of the call, in a `with` block that ends it in any case."""

    __slots__ = ("_limiter", "_over", "need", "number", "patience", "taken")

    def __init__(self, limiter: Limiter, taken: Taken, need: Need, patience: Patience, number: int) -> None:
        """Note what the call took when it left, for what and whom, and which send of the limiter it was."""
        self._limiter = limiter
        self._over = False
        self.taken = taken
        self.need = need
        self.patience = patience
        self.number = number

    def replied(self, headers: Mapping[str, str], usage: Tokens) -> None:
        """Say that an answer came."""
        self._over = True
        self._limiter.replied(self, headers, usage)

    def failed(self, error: SummarizerError) -> None:
        """Say that none came."""
        self._over = True
        self._limiter.failed(self, error)

    def __enter__(self) -> Self:
        """Give itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End the turn of a call whose outcome nobody told: it was left."""
        if not self._over:
            self._over = True
            self._limiter.left()
