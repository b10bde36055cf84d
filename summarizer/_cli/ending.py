"""What a batch says when it ends: what went wrong, the counts, and where the briefs are."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from summarizer._cli.talk import many, say

if TYPE_CHECKING:
    from pathlib import Path

    from summarizer.batch.state import Outcome, RunState

#: Problems that are told one by one; the others stand in run.json.
SHOWN = 10


@dataclass(slots=True)
class Problems:
    """The first articles without a brief: those that failed before those that were only left out."""

    failed: list[Outcome] = field(default_factory=list)
    skipped: list[Outcome] = field(default_factory=list)

    def add(self, outcome: Outcome) -> None:
        """Take note of what became of an article."""
        if outcome.failure is not None:
            kept = self.failed if outcome.state == "failed" else self.skipped
            if len(kept) < SHOWN:
                kept.append(outcome)

    def tell(self, count: int, *, is_short: bool = False, listed: str = "") -> None:
        """Say the reasons of the first of so many, `is_short` of those that failed alone; the rest are `listed`."""
        shown = self.failed if is_short else [*self.failed, *self.skipped][:SHOWN]
        for outcome in shown:
            say(_problem(outcome))
        if count > len(shown):
            say(f"and {count - len(shown):,} more{listed}")


def tell_end(state: RunState, problems: Problems, out: Path, *, quiet: bool) -> None:
    """Say what a run came to; nothing where it ended before it found an article."""
    from summarizer._cli.dashboard import money_line  # noqa: PLC0415 - only where a run is shown

    if not state.total:
        return
    is_short = quiet and state.skipped < state.total  # what was left out is told where that is all there was
    count = state.failed + (0 if is_short else state.skipped)
    problems.tell(count, is_short=is_short, listed=f", listed in {out / 'run.json'}")
    if not quiet or state.failed:
        say("; ".join(filter(None, (counts(state), money_line(state)))))
    if state.done and not quiet:
        say(f"written to {out}")


def counts(state: Any) -> str:  # noqa: ANN401 - a RunState, not imported for --help
    """Say in one line what became of a run's articles."""
    if state.phase == "reading":  # what earlier runs did is not counted yet
        return f"{many(state.total, 'article')} found so far"
    parts = [f"{many(state.total, 'article')}: {many(state.done, 'brief')}"]
    parts += [f"{state.kept:,} of them from before"] if state.kept else []
    left = state.total - state.done - state.same - state.failed - state.skipped
    named = {
        "tell a story briefed once": state.same,
        "failed": state.failed,
        "skipped": state.skipped,
        "left to do": left,
    }
    parts += [f"{count:,} {what}" for what, count in named.items() if count > 0]
    return ", ".join(parts)


def none_found(source: Path, *, is_chosen: bool) -> str:
    """Say that there is nothing to brief; `is_chosen` where globs left something out, or may have."""
    among = " that --include and --exclude let through" if is_chosen else ""
    return f"no article in {source}{among}; text, Markdown, HTML, JSONL and CSV files are looked for"


def _problem(outcome: Outcome) -> str:
    reason = "" if outcome.failure is None else outcome.failure.reason
    return reason if reason.startswith(outcome.id) else f"{outcome.id}: {reason}"
