"""A line on stderr that tells how long a model has been at it."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.text import Text

from summarizer.render.safe import visible

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def waiting_for(model: str) -> Iterator[None]:
    """Show a spinner, the model's name and the seconds; it is gone when the answer is there."""
    columns = (SpinnerColumn(), TextColumn("{task.description}", markup=False), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        progress.add_task(Text(f"waiting for {visible(model)}").plain, total=None)
        yield
