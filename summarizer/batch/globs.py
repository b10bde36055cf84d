"""Patterns that choose files by their path: `*.html`, `2026/**/*.txt`, `drafts/`."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_TOKEN = re.compile(r"\*\*/|\*\*|\*|\?|\[!?+\]?[^\]/]+\]|[^*?\[]+|\[")
_RANGE = re.compile(r"(?<=\w)\\-(?=\w)")


class Globs:
    """Several patterns; a path matches where one of them does.

    As in .gitignore: a pattern without a slash is matched with the name alone, at any depth; one with a slash with
    the path relative to the folder; `**` spans folders; a pattern that matches a folder matches what is in it.
    """

    def __init__(self, patterns: Iterable[str]) -> None:
        """Compile the patterns."""
        self.patterns = tuple(patterns)
        self._paths = [re.compile(_regex(p)) for p in self.patterns if "/" in p.rstrip("/")]
        self._names = [re.compile(_regex(p)) for p in self.patterns if "/" not in p.rstrip("/")]

    def match(self, relative: str) -> bool:
        """Tell whether a path, or a folder that it lies in, matches."""
        if not self.patterns:
            return False
        parts = relative.split("/")
        return any(self._match_whole("/".join(parts[:n]), parts[n - 1]) for n in range(1, len(parts) + 1))

    def names_type(self, name: str) -> bool:
        """Tell whether a pattern names the ending of a file, or all of its name, and so asks for its type."""
        ending = PurePosixPath(name).suffix
        return any(p == name or (ending and PurePosixPath(p).suffix == ending) for p in map(_last, self.patterns))

    def _match_whole(self, relative: str, name: str) -> bool:
        return any(p.fullmatch(relative) for p in self._paths) or any(p.fullmatch(name) for p in self._names)


def _last(pattern: str) -> str:
    return pattern.rpartition("/")[2]


def _regex(pattern: str) -> str:
    return "(?s:" + "".join(map(_translated, _TOKEN.findall(pattern.strip("/").removeprefix("./")))) + ")"


def _translated(token: str) -> str:
    known = {"**/": "(?:[^/]+/)*", "**": ".*", "*": "[^/]*", "?": "[^/]"}.get(token)
    if known:
        return known
    return (_class(token) if len(token) > 2 and token[0] == "[" else None) or re.escape(token)  # noqa: PLR2004 - [x]


def _class(token: str) -> str | None:
    """Translate a class such as `[a-z]` or `[!ab]`; None where its ranges run backwards."""
    negated = token[1] == "!"
    inside = _RANGE.sub("-", re.escape(token[1 + negated : -1]))
    pattern = f"(?!/)[{'^' if negated else ''}{inside}]"
    try:
        re.compile(pattern)
    except re.error:
        return None
    return pattern
