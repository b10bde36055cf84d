"""What starting the program costs, beside a bare typer program and beside importing its parts, in one run.

Whole processes, the median of several; every row in turn, so that a slow minute hits all of them alike.

Run: python -m benchmarks.startup [--runs 9]
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

BARE = """
import typer
app = typer.Typer()

@app.command()
def hello(name: str) -> None:
    print(name)

@app.command()
def goodbye(name: str) -> None:
    print(name)

app()
"""
_RUN = "from summarizer._cli import run; run()"
_EXAMPLE = str(Path(__file__).parents[1] / "examples" / "trade-dispute.txt")


def commands(bare: Path) -> dict[str, list[str]]:
    """Give the command lines by the name of their row."""
    python = sys.executable
    return {
        "python -c pass": [python, "-c", "pass"],
        "bare typer program, --help": [python, str(bare), "--help"],
        "summarizer --help": [python, "-c", _RUN, "--help"],
        "summarizer brief (extractive, text)": [python, "-c", _RUN, "brief", "--engine", "extractive", _EXAMPLE],
        "import pydantic": [python, "-c", "import pydantic; pydantic.BaseModel"],
        "import openai": [python, "-c", "import openai; openai.AsyncOpenAI"],
    }


def seconds(command: list[str]) -> float:
    """Run a command once and give its wall time."""
    start = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True, env={**os.environ, "PYTHONDONTWRITEBYTECODE": ""})
    return time.perf_counter() - start


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=9)
    runs = parser.parse_args().runs
    with tempfile.TemporaryDirectory() as folder:
        bare = Path(folder) / "bare.py"
        bare.write_text(BARE)
        rows = commands(bare)
        measured = [{name: seconds(command) for name, command in rows.items()} for _ in range(runs + 1)][1:]
    medians = {name: statistics.median(run[name] for run in measured) for name in rows}
    beside = medians["bare typer program, --help"]
    print("| process | seconds | beside the bare typer program |\n|---|---|---|")
    for name, median in medians.items():
        print(f"| {name} | {median:.3f} | {median / beside:.2f} |")


if __name__ == "__main__":
    main()
