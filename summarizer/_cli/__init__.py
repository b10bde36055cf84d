"""The command line: one file a command; each parses, calls one library function and renders."""

from __future__ import annotations

import sys

INTERRUPTED = 130


def run() -> None:
    """Run the program; an interrupt ends it without a traceback from its first moment on."""
    try:
        from summarizer._cli.main import main  # noqa: PLC0415 - typer takes a tenth of a second to import

        main()
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
