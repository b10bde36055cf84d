"""Where the commands write: data to stdout, one clear line at a time to stderr, each safe for a terminal."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, TextIO

from summarizer.errors import RunError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator


def many(count: int, what: str) -> str:
    """Write a count with what is counted: 1 brief, 2,000 briefs."""
    return f"{count:,} {what}{'' if count == 1 else 's'}"


def say(message: str) -> None:
    """Say a line on stderr; where stderr is closed nobody listens, and stdout must not get it instead."""
    from summarizer.render.safe import visible  # noqa: PLC0415 - only where something is said

    if sys.stderr is not None:
        sys.stderr.write(f"summarizer: {visible(message)}\n")


@contextmanager
def stdout() -> Iterator[TextIO]:
    """Give stdout and see that all of it gets out; UsageError where it is closed, RunError where it is full.

    A reader that went away is no error of ours: BrokenPipeError is left to typer, which ends without a word.
    """
    if sys.stdout is None:
        raise UsageError("standard output is closed; write to a file, or leave it open")
    try:
        yield sys.stdout
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        raise RunError(f"standard output cannot be written: {error.strerror}") from None


def put(line: str) -> None:
    """Write a line to stdout at once; what its encoding lacks is escaped."""
    from summarizer.render.safe import visible  # noqa: PLC0415

    with stdout() as stream:
        encoding = stream.encoding or "utf-8"
        stream.write(f"{visible(line)}\n".encode(encoding, "backslashreplace").decode(encoding))
