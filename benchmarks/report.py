"""Runs the benchmarks and writes what they print into the docs, so that no figure there is typed by hand.

Run: python -m benchmarks.report [NAME ...]     (all that the pages have a place for, or those named)
"""

from __future__ import annotations

import datetime as dt
import os
import platform
import re
import subprocess
import sys
from pathlib import Path

DOCS = Path(__file__).parents[1] / "docs"
PAGES = (DOCS / "figures.md", DOCS / "verification.md")
_PLACE = re.compile(r"<!-- benchmark: (?P<name>\w+) -->\n.*?<!-- end -->", re.DOTALL)


def measured(name: str) -> str:
    """Run a benchmark of this folder and give what it prints; what is no Markdown table, as it stands."""
    done = subprocess.run([sys.executable, "-m", f"benchmarks.{name}"], check=True, capture_output=True, text=True)
    printed = done.stdout.strip()
    return printed if "|---" in printed else f"```text\n{printed}\n```"


def machine() -> str:
    """Say when and on what the figures were measured."""
    cores = os.cpu_count()
    return f"Measured on {dt.datetime.now(dt.UTC).date()}, Python {platform.python_version()}, {cores} cores."


def main() -> None:
    names = sys.argv[1:]

    def place(match: re.Match[str]) -> str:
        name = match["name"]
        if names and name not in names:
            return match.group()
        print(f"running benchmarks.{name}", file=sys.stderr)
        return f"<!-- benchmark: {name} -->\n{machine()}\n\n{measured(name)}\n<!-- end -->"

    for page in PAGES:
        old = page.read_text(encoding="utf-8")
        new = _PLACE.sub(place, old)
        if new != old:
            page.write_text(new, encoding="utf-8")


if __name__ == "__main__":
    main()
