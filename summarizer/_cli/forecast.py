"""What a dry run says: the counts and the bill to stdout, and to stderr what the run itself would stop at."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from summarizer._cli.ending import Problems
from summarizer._cli.talk import put, say

if TYPE_CHECKING:
    from summarizer.batch.run import Forecast
    from summarizer.settings import Settings


def tell_forecast(found: Forecast) -> None:
    """Write the forecast to stdout: it is what was asked for."""
    put(f"articles           {found.articles:,}")
    for name, count in (
        ("  to brief", found.briefs),
        ("  briefed before", found.kept),
        ("  same story", found.same),
        ("  unreadable", found.unreadable),
        ("  skipped", found.skipped),
    ):
        put(f"{name:<19}{count:,}")
    put(f"sentences          {found.sentences:,}")
    put(f"words              {found.words:,}")
    put(f"tokens in, about   {found.input_tokens:,}")
    put(f"tokens out, about  {found.output_tokens:,}")
    put(f"tokens, at most    {found.most_tokens:,} (one call an article)")
    put(f"cost, about        {_money(found.cost)}")
    put(f"cost, at most      {_money(found.most_cost)}")
    if found.spent_tokens:
        put(f"taken before       {found.spent_tokens:,} tokens, ${found.spent_cost:.4f}")


def tell_problems(found: Forecast) -> None:
    """Say of what no brief can be written, and why; of many, of the first."""
    problems = Problems()
    for outcome in found.problems:
        problems.add(outcome)
    problems.tell(found.unreadable + found.skipped)


def warn_of_limits(found: Forecast, max_cost: str | None, max_tokens: int | None) -> None:
    """Say that a run would stop at its limit, which counts all runs on one ledger together."""
    from summarizer.batch.options import dollars  # noqa: PLC0415 - only where there is a forecast

    most, ending = dollars(max_cost), "; the run would stop there, to be gone on with under a larger one"
    if most is not None and found.cost is not None and found.spent_cost + found.cost > most:
        say(f"about ${found.spent_cost + found.cost:.4f} is over --max-cost {most}{ending}")
    tokens = found.spent_tokens + found.input_tokens + found.output_tokens
    if max_tokens is not None and tokens > max_tokens:
        say(f"about {tokens:,} tokens is over --max-tokens {max_tokens}{ending}")


def warn_of_key(settings: Settings) -> None:
    """Say what the run itself lacks; a forecast is made without it."""
    if missing := settings.missing_for_model():
        say(f"nothing is sent now; for the run itself, {missing}")


def _money(dollars: Any) -> str:  # noqa: ANN401 - a Decimal, not imported for --help
    return "not known: give --price IN/OUT" if dollars is None else f"${dollars:.4f}"
