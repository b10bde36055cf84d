"""Shows how far a run has come: live on a terminal, by a line once in a while elsewhere, in JSON for machines."""

from __future__ import annotations

import json
import sys
import threading
import time
from contextlib import contextmanager, nullcontext
from typing import TYPE_CHECKING, Protocol

from summarizer._cli.talk import many, say
from summarizer.render.safe import visible

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

    from rich.console import RenderableType

    from summarizer.batch.state import Outcome, RunState

#: Seconds between two lines where stderr is no terminal.
EVERY = 10.0
#: What takes the time at the end of a run over a large folder.
_WRITTEN = "briefs.jsonl, the table of all briefs"
_MINUTE = 60
_HOUR = 3600


class Report(Protocol):
    """Takes note of what became of an article."""

    def __call__(self, outcome: Outcome) -> None:
        """Take note of one."""


@contextmanager
def reporter(state: RunState, *, quiet: bool, log_json: bool) -> Iterator[Report]:
    """Show a run's progress on stderr while the context lasts; give what wants to know of each outcome."""
    with progress(state, quiet=quiet, log_json=log_json):
        yield _log_outcome if log_json else _nothing
    if log_json:
        _log("end", **numbers(state))


def progress(state: RunState, *, quiet: bool, log_json: bool) -> AbstractContextManager[None]:
    """Show on stderr, while the context lasts, how far a run or a forecast has come."""
    if log_json:
        return _every(EVERY, lambda: _log("progress", **numbers(state)))
    if quiet or sys.stderr is None:
        return nullcontext()
    if sys.stderr.isatty():
        return _live(state)
    return _every(EVERY, lambda: say(line(state)))


def numbers(state: RunState) -> dict[str, object]:
    """Give the counts of a run under the names that `--log-json` writes."""
    gate = state.gate
    return {
        "phase": state.phase,
        "articles": state.total,
        "briefs": state.done,
        "kept": state.kept,
        "same_story": state.same,
        "failed": state.failed,
        "skipped": state.skipped,
        "waiting": state.waiting,
        "at_work": state.at_work,
        "in_flight": gate.in_flight,
        "a_second": round(state.rate(), 2),
        "tokens_in": gate.tokens.input,
        "tokens_out": gate.tokens.output,
        "cost": str(gate.cost),
        "seconds_left": None if (left := state.seconds_left()) is None else round(left),
    }


def line(state: RunState) -> str:
    """Say in one line how far a run has come."""
    if state.phase == "reading":
        return f"reading: {state.total:,} articles so far"
    if state.phase == "finishing":
        parts = [f"finishing: writing {_WRITTEN}; {state.done:,} briefs", f"{state.failed:,} failed", money_line(state)]
        return ", ".join(filter(None, parts))
    parts = [
        f"{state.phase}: {state.done:,} of {state.done + state.waiting + state.at_work:,} briefs",
        f"{state.failed:,} failed",
        f"{state.gate.in_flight:,} in flight",
        f"{state.rate() * _MINUTE:,.0f} a minute",
    ]
    limit = limit_line(state)
    parts += [text for text in (limit and f"limit {limit}", money_line(state)) if text]
    left = state.seconds_left()
    parts += [f"{span(left)} left"] if left else []
    return ", ".join(parts)


def limit_line(state: RunState) -> str:
    """Say what the server allows and whether it holds the run; empty where nothing is known of it."""
    found = state.limits() if state.limits is not None else None
    if found is None:
        return ""
    if found.hold:
        return f"the server asked to wait, {span(found.hold)} more"
    if found.is_open:
        return "the server does not answer; it is asked now and then"
    if found.rpm:
        return f"{found.rpm:,.0f} a minute ({found.rpm_source})"
    return ""


def money_line(state: RunState) -> str:
    """Say what was taken, and what it will come to at this rate."""
    gate = state.gate
    unknown = max(gate.tokens.unknown, state.calls_unknown)
    more = f"what {many(unknown, 'call')} took is not known" if unknown else ""
    if not (gate.tokens.input or gate.tokens.output):
        return more
    taken = f"{gate.tokens.input + gate.tokens.output:,} tokens"
    if gate.cost:
        fresh = 0 if state.phase in {"finishing", "ended"} else state.done - state.kept
        left = state.waiting + state.at_work
        forecast = f", ${gate.cost / fresh * (fresh + left):.2f} expected" if fresh else ""
        taken = f"{taken}, ${gate.cost:.4f}{forecast}"
    return f"at least {taken}; {more}" if more else taken


def span(seconds: float) -> str:
    """Write a time as people say it."""
    if seconds < _MINUTE:
        return f"{seconds:.0f} s"
    if seconds < _HOUR:
        return f"{seconds / _MINUTE:.0f} min"
    return f"{seconds // _HOUR:.0f} h {seconds % _HOUR / _MINUTE:.0f} min"


def _nothing(outcome: Outcome) -> None:
    del outcome


def _log_outcome(outcome: Outcome) -> None:
    if outcome.kept:
        return
    failure = outcome.failure
    _log(
        "article",
        id=outcome.id,
        state=outcome.state,
        output=None if outcome.output is None else str(outcome.output),
        same_as=outcome.same_as,
        error=None if failure is None else {"kind": failure.kind, "reason": failure.reason},
    )


def _log(event: str, **values: object) -> None:
    if sys.stderr is not None:
        # ASCII alone: no name can put a line break or an escape sequence into a log.
        sys.stderr.write(json.dumps({"event": event, "time": round(time.time(), 3), **values}) + "\n")


@contextmanager
def _every(seconds: float, tell: Callable[[], None]) -> Iterator[None]:
    ended = threading.Event()

    def go_on() -> None:
        while not ended.wait(seconds):
            tell()

    thread = threading.Thread(target=go_on, name="progress", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


@contextmanager
def _live(state: RunState) -> Iterator[None]:
    from rich.console import Console  # noqa: PLC0415 - only on a terminal
    from rich.live import Live  # noqa: PLC0415

    console = Console(stderr=True)
    with Live(get_renderable=lambda: display(state), console=console, refresh_per_second=4, transient=True):
        yield


def display(state: RunState) -> RenderableType:
    """Lay out a run's progress for a terminal."""
    from rich.console import Group  # noqa: PLC0415 - only on a terminal
    from rich.progress_bar import ProgressBar  # noqa: PLC0415
    from rich.table import Table  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    total = state.done + state.failed + state.waiting + state.at_work
    head = Table.grid(padding=(0, 1), expand=True)
    head.add_column(no_wrap=True)
    head.add_column(ratio=1)
    head.add_column(no_wrap=True, justify="right")
    ended = state.done + state.failed
    share = f"{ended:,}/{total:,}" if state.phase != "reading" else f"{state.total:,}"
    bar = ProgressBar(total=total or 1, completed=ended, pulse=state.phase == "reading")
    head.add_row(Text(state.phase, style="bold"), bar, Text(share))
    body = Table.grid(padding=(0, 2))
    for name, text in _rows(state):
        if text:
            body.add_row(Text(name, style="dim"), Text(visible(text)))
    return Group(head, body)


def _rows(state: RunState) -> list[tuple[str, str]]:
    """Give what stands below the bar; an empty text is left out."""
    if state.phase == "reading":
        return []
    ended = [
        ("done", f"{state.done:,}" + (f" ({state.kept:,} from before)" if state.kept else "")),
        ("failed", f"{state.failed:,}"),
    ]
    if state.phase == "finishing":
        return [*ended, ("writing", _WRITTEN), ("spent", money_line(state))]
    left = state.seconds_left()
    rate = f"{state.rate() * _MINUTE:,.0f} a minute" + (f", {span(left)} left" if left else "")
    in_flight = state.gate.in_flight or state.at_work
    going = [("in flight", f"{in_flight:,}"), ("rate", rate), ("limit", limit_line(state))]
    return [*ended, *going, ("spent", money_line(state))]
