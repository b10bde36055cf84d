"""What a run is asked to do, besides the settings of the engine."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation

from summarizer.batch.listing import RecordFields
from summarizer.errors import UsageError


@dataclass(frozen=True, kw_only=True)
class RunOptions:
    """Which articles are taken, what they may cost, and what is done with those that failed.

    `include` and `exclude` are globs relative to the folder. `limit` takes a sample, the same for the same `seed`.
    `max_cost` is in US dollars; it and `max_tokens` hold for all runs on one ledger together. `batch_api` has the
    server answer the first requests as batches, later and at a lower price.
    """

    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    fields: RecordFields = field(default_factory=RecordFields)
    dedupe: bool = True
    retry_failed: bool = False
    limit: int | None = None
    seed: int = 0
    max_tokens: int | None = None
    max_cost: Decimal | None = None
    batch_api: bool = False

    def __post_init__(self) -> None:
        for name in ("limit", "max_tokens", "max_cost"):
            value = getattr(self, name)
            if value is not None and not value > 0:
                raise UsageError(f"--{name.replace('_', '-')} must be more than 0")


def dollars(value: Decimal | float | str | None) -> Decimal | None:
    """Read an amount of US dollars; UsageError for what is none."""
    if value is None:
        return None
    try:
        found = Decimal(str(value).removeprefix("$"))
    except InvalidOperation:
        found = Decimal("NaN")
    if not found.is_finite():
        raise UsageError("--max-cost: give US dollars, such as 2.50")
    return found
