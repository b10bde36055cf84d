"""What reading costs before anything is sent: articles a second, and CPU an article here and in the workers."""

from __future__ import annotations

import asyncio
import html
import json
import resource
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks import sets
from summarizer.batch.planning import Planned
from summarizer.batch.sources import find_sources, fingerprint
from summarizer.batch.workers import Workers

if TYPE_CHECKING:
    from collections.abc import Callable

COUNTS = {"text": 1_500, "HTML": 500}
_NAVIGATION = "<nav><ul>" + "".join(f'<li><a href="/{n}">Section {n}</a></li>' for n in range(60)) + "</ul></nav>"


def page(title: str, text: str) -> str:
    """Lay out a text as a page of about 20 kB."""
    body = "".join(f"<p>{html.escape(part)}</p>" for part in text.split("\n\n") if part.strip())
    style = "<style>" + "p { margin: 0 }\n" * 600 + "</style>"
    head = f'<head><title>{html.escape(title)}</title><meta name="date" content="2026-03-12">{style}</head>'
    return (
        f'<!DOCTYPE html><html lang="en">{head}<body>{_NAVIGATION}<article>{body}</article>{_NAVIGATION}</body></html>'
    )


def plant(folder: Path, kind: str, count: int) -> None:
    """Write articles of Wikinews, each with a line that makes it another text."""
    articles = sets.wikinews()
    for number in range(count):
        article = articles[number % len(articles)]
        text = f"{article.text}\n\nThis is text {number} of the run."
        if kind == "HTML":
            (folder / f"{number:05}.html").write_text(page(article.title or "", text))
        else:
            (folder / f"{number:05}.txt").write_text(text)


def _cpu() -> tuple[float, float]:
    used = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    here, there = (each.ru_utime + each.ru_stime for each in used)
    return here, there


async def _read(folder: Path, workers: int) -> tuple[int, int]:
    number = size = 0
    async with Workers(workers) as readers:
        async for planned in readers.plan(find_sources(folder)):
            number += 1
            size += len(planned.packed) if isinstance(planned, Planned) else 0
    return number, size


def _row(folder: Path, kind: str, workers: int) -> None:
    start, (here, there) = time.perf_counter(), _cpu()
    number, size = asyncio.run(_read(folder, workers))
    seconds, (here_after, there_after) = time.perf_counter() - start, _cpu()
    here, there = (1_000 * spent / number for spent in (here_after - here, there_after - there))
    name = str(workers) if workers else "none: a thread"
    print(f"| {kind} | {name} | {number / seconds:.0f} | {here:.2f} | {there:.2f} | {size / number:.0f} |")


def _spent(work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start


def _listing(folder: Path) -> None:
    """Print what finding and fingerprinting cost, for files and for records."""
    (folder / "all.jsonl").write_text("".join(json.dumps({"text": "word " * 300}) + "\n" for _ in range(10_000)))
    print("\n| sources | finding, CPU ms a source | fingerprint, CPU ms a source |\n|---|---|---|")
    for name, options in (("files", {"exclude": ["*.jsonl"]}), ("records of a JSONL file", {"include": ["*.jsonl"]})):
        sources = list(find_sources(folder, **options))
        finding = min(_spent(lambda o=options: list(find_sources(folder, **o))) for _ in range(3))
        marking = min(_spent(lambda s=sources: [fingerprint(each) for each in s]) for _ in range(3))
        print(f"| {name} | {1_000 * finding / len(sources):.3f} | {1_000 * marking / len(sources):.3f} |")


def main() -> None:
    print(
        "| articles | workers | articles/s | CPU ms here | CPU ms in workers | packed bytes |\n|---|---|---|---|---|---|"
    )
    with tempfile.TemporaryDirectory() as name:
        for kind, count in COUNTS.items():
            folder = Path(name) / kind
            folder.mkdir()
            plant(folder, kind, count)
            for workers in (0, 1, 2):
                _row(folder, kind, workers)
        _listing(Path(name) / "text")


if __name__ == "__main__":
    main()
