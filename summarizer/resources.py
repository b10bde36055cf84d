"""Finds the shipped prompts and schemas: inside the package when installed, beside it in a checkout."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).parent


def resource(folder: str, name: str) -> Path:
    """Give the path of a shipped file; FileNotFoundError where neither place has it."""
    for root in (_PACKAGE, _PACKAGE.parent):
        path = root / folder / name
        if path.is_file():
            return path
    raise FileNotFoundError(f"{folder}/{name} is missing from this installation of summarizer")


def data(name: str) -> Path:
    """Give the path of a data file of the package, such as a word list."""
    return _PACKAGE / "data" / name
