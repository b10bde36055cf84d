"""The command line: one file a command; each parses, calls one library function and renders."""

from __future__ import annotations

import gc
import sys

INTERRUPTED = 130
#: Classes and word lists are made by the ten thousand at the start and stay: looking for garbage among them, as
#: often as Python would by default, is a tenth of the time that a short program takes.
COLLECT_EVERY = 50_000


def run() -> None:
    """Run the program; an interrupt ends it without a traceback from its first moment on."""
    gc.set_threshold(COLLECT_EVERY, 20, 20)
    try:
        from summarizer._cli.main import main  # noqa: PLC0415 - typer takes a tenth of a second to import

        main()
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
