"""What a long batch holds in memory: its peak, and how it grows from the first thousand articles to the last.

The briefs are validated and not grounded, so that it takes minutes and not half an hour; what grounding keeps of an
article goes with the article.

Run: python -m benchmarks.batch_memory [--documents 100000]
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from benchmarks.batch import batch_of, fill
from benchmarks.client_cost import server

SETTLED = 1_000


def memory(documents: int) -> None:
    """Print what a long run holds."""
    with tempfile.TemporaryDirectory() as scratch, server(0.01) as base_url:
        folder = fill(Path(scratch), documents)
        found = batch_of(folder, base_url, "--no-checks")
    samples = [(done, held) for done, held in found["memory"] if done >= SETTLED]
    first, last = samples[0], samples[-1]
    slope = (last[1] - first[1]) / max(last[0] - first[0], 1)
    print(
        f"\n{documents} articles: {found['done']} briefs, at most {found['peak'] / 1024:.0f} MiB, ",
        end="",
    )
    print(
        f"{first[1] / 1024:.0f} MiB after {first[0]} and {last[1] / 1024:.0f} after {last[0]} ({slope:+.3f} kB an article)"
    )
    print(f"the largest of the processes that read: {found['child'] / 1024:.0f} MiB")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=int, default=100_000)
    memory(parser.parse_args().documents)


if __name__ == "__main__":
    main()
