"""What a model's tokens cost, where the user says so."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from summarizer.brief import Tokens

_MILLION = 1_000_000
#: Above this, in dollars for a million tokens, a price is a slip of the hand.
_DEAREST = 1_000_000


@dataclass(frozen=True, slots=True)
class Price:
    """US dollars for a million tokens read, read from the server's cache, and written."""

    input: Decimal
    cached: Decimal
    output: Decimal

    @classmethod
    def parse(cls, text: str) -> Price:
        """Read `INPUT/OUTPUT` or `INPUT/CACHED/OUTPUT`, such as `0.15/0.60`; ValueError for anything else."""
        try:
            numbers = [Decimal(part) for part in text.split("/")]
        except InvalidOperation:
            raise ValueError(text) from None
        if len(numbers) not in {2, 3} or not all(n.is_finite() and 0 <= n <= _DEAREST for n in numbers):
            raise ValueError(text)
        return cls(numbers[0], numbers[0] if len(numbers) == 2 else numbers[1], numbers[-1])  # noqa: PLR2004

    def of(self, tokens: Tokens) -> Decimal:
        """Give what these tokens cost."""
        read = (tokens.input - tokens.cached) * self.input + tokens.cached * self.cached
        return (read + tokens.output * self.output) / _MILLION
