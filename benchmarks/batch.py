"""What a batch reaches beside bare clients, and what it reaches without a model, in one run.

The folder holds articles of some 700 words, no two alike; the server answers all with the same brief. A rate is that of
the calls, from the first sent to the last answered, as for the bare clients; the whole command stands beside it, with
the reading of the folder, the search for one story on many sites, the files and their syncs. CPU is that of the whole
command, its processes included. `checks off` is a batch whose answers are validated against the schema and not against
the article (no grounding, no names or quotations looked up), in one process.

Run: python -m benchmarks.batch [--documents 1000] [--runs 3]
"""

from __future__ import annotations

import argparse
import functools
import gc
import itertools
import json
import os
import random
import resource
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import closing
from pathlib import Path

from benchmarks.client_cost import IN_FLIGHT, one, server

FACTS = (
    "Norvania said on Monday that it would impose a 25% tariff on cars from Kelmaria.",
    "Kelmaria's trade ministry rejected the threat and called for talks.",
    "Negotiators of both sides are to meet next Thursday in Saint Orvell.",
)
CONSONANTS, VOWELS = "bcdfghjklmnprstvwz", "aeiou"
#: As in a newspaper, a few words are most of the text, and all articles share them.
VOCABULARY = 6_000
SENTENCES = 50
PEERS = ("bare aiohttp + pydantic", "bare httpx2 + pydantic", "AsyncOpenAI on aiohttp + pydantic")
PEERS += ("AsyncOpenAI + pydantic", "AsyncInstructor JSON_SCHEMA")


@functools.cache
def vocabulary() -> tuple[list[str], list[float]]:
    """Make words and how often each is used: the n-th 1/n as often as the first, after Zipf."""
    draw = random.Random(0)
    words = {
        "".join(draw.choice(CONSONANTS) + draw.choice(VOWELS) for _ in range(draw.randint(1, 4))): None
        for _ in range(3 * VOCABULARY)
    }
    chosen = list(words)[:VOCABULARY]
    return chosen, list(itertools.accumulate(1 / rank for rank in range(1, len(chosen) + 1)))


def article(number: int) -> str:
    """Make an article: the facts that the answer cites, then sentences of its own."""
    draw = random.Random(number)
    words, weights = vocabulary()
    told = []
    for _ in range(SENTENCES):
        sentence = draw.choices(words, cum_weights=weights, k=draw.randint(9, 16))
        told.append(" ".join([sentence[0].title(), *sentence[1:]]) + ".")
    paragraphs = [told[at : at + 3] for at in range(0, SENTENCES, 3)]
    return "\n\n".join(["Car tariff", " ".join(FACTS), *map(" ".join, paragraphs)]) + "\n"


def fill(folder: Path, count: int) -> Path:
    """Write so many articles."""
    for number in range(count):
        path = folder / f"{number // 1000:03d}" / f"{number:06d}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(article(number), encoding="utf-8")
    return folder


def run_batch(options: argparse.Namespace) -> None:
    """Brief a folder in this process and print what it took, as JSON."""
    if options.cores:
        os.sched_setaffinity(0, range(options.cores))
    from summarizer import Summarizer, kinds
    from summarizer._cli import COLLECT_EVERY
    from summarizer.batch import run, writing
    from summarizer.engines.openai import exchange

    gc.set_threshold(COLLECT_EVERY, 20, 20)  # as the program does
    settings: dict = {"engine": "extractive"}
    if options.base_url:
        settings = {"model": "m", "base_url": options.base_url, "concurrency": IN_FLIGHT}
    if options.no_checks:  # nothing is left to do in other processes, and all that was not checked would be mended
        writing.ground = kinds.cover = lambda *_: None
        exchange.reference_problems = lambda _: []
        run.LARGE = sys.maxsize
        settings["max_mends"] = 0
    samples: list[tuple[int, int]] = []
    began = time.perf_counter(), time.process_time()
    with Summarizer(**settings) as summarizer:
        batch = summarizer.batch(options.folder, options.out)
        ended = threading.Event()
        watcher = threading.Thread(target=_watch, args=(batch, samples, ended))
        watcher.start()
        done = sum(1 for outcome in batch if outcome.state == "done")
        ended.set()
        watcher.join()
    children = resource.getrusage(resource.RUSAGE_CHILDREN)  # ended with the run
    wall = time.perf_counter() - began[0]
    cpu = time.process_time() - began[1] + children.ru_utime + children.ru_stime
    with closing(sqlite3.connect(Path(options.out) / "ledger.sqlite")) as ledger:
        first, last = ledger.execute("SELECT min(started), max(ended) FROM call").fetchone()
    found = {"done": done, "wall": wall, "cpu": cpu, "calls": (last or 0) - (first or 0), "memory": samples}
    print(json.dumps({**found, "peak": _status("VmHWM"), "child": children.ru_maxrss}))


def _watch(batch, samples: list[tuple[int, int]], ended: threading.Event) -> None:
    while not ended.wait(0.2):
        samples.append((batch.state.done, _status("VmRSS")))


def _status(field: str) -> int:
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(field):
            return int(line.split()[1])
    return 0


def batch_of(folder: Path, base_url: str | None, *more: str) -> dict:
    """Brief a folder in a fresh process."""
    with tempfile.TemporaryDirectory() as out:
        command = [sys.executable, "-m", "benchmarks.batch", "--folder", str(folder), "--out", out, *more]
        command += ["--base-url", base_url] if base_url else []
        return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def throughput(folder: Path, documents: int, runs: int, latency: float) -> None:
    """Print a table of rates at one latency of the server."""
    limit = IN_FLIGHT / latency
    print(
        f"\n{documents} articles, {IN_FLIGHT} in flight, a server of {latency * 1000:.0f} ms: {limit:.0f} a second at most;"
    )
    print(f"median of {runs} runs\n")
    print("| client | calls/s | of the limit | CPU ms an article | whole command, articles/s |\n|---|---|---|---|---|")
    kinds = {"summarizer batch, everything on": (), "summarizer batch, checks off": ("--no-checks",)}
    with server(latency) as base_url:
        rounds = [
            (
                {name: one(name, base_url, documents, 0) for name in PEERS},
                {name: batch_of(folder, base_url, *more) for name, more in kinds.items()},
            )
            for _ in range(runs)
        ]
    for name in kinds:
        found = [batches[name] for _, batches in rounds]
        rate, cpu, whole = (
            statistics.median(values)
            for values in zip(
                *((documents / f["calls"], f["cpu"] / documents * 1000, documents / f["wall"]) for f in found),
                strict=True,
            )
        )
        print(f"| {name} | {rate:.0f} | {rate / limit:.1%} | {cpu:.2f} | {whole:.0f} |")
    for name in PEERS:
        rate, cpu = (statistics.median(peers[name][key] for peers, _ in rounds) for key in ("rate", "cpu"))
        print(f"| {name} | {rate:.0f} | {rate / limit:.1%} | {cpu:.2f} | |")


def extractive(folder: Path, documents: int) -> None:
    """Print what the engine without a model reaches."""
    print(f"\n{documents} articles, extractive\n\n| cores | articles/s |\n|---|---|")
    for cores in range(1, len(os.sched_getaffinity(0)) + 1):
        found = batch_of(folder, None, "--cores", str(cores))
        print(f"| {cores} | {documents / found['wall']:.0f} |")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=int, default=1000)
    parser.add_argument("--runs", type=int, default=3)
    for name in ("--folder", "--out", "--base-url"):
        parser.add_argument(name, help=argparse.SUPPRESS)
    parser.add_argument("--cores", type=int, default=0, help=argparse.SUPPRESS)
    parser.add_argument("--no-checks", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.folder:
        return run_batch(options)
    with tempfile.TemporaryDirectory() as scratch:
        folder = fill(Path(scratch), options.documents)
        for latency in (0.5, 0.05):
            throughput(folder, options.documents, options.runs, latency)
        extractive(folder, options.documents)
    return None


if __name__ == "__main__":
    main()
