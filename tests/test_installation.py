"""What an installation brings: the same with the pip that a Python came with and with a new one."""

from __future__ import annotations

import re
from importlib import metadata
from typing import TYPE_CHECKING

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

if TYPE_CHECKING:
    from collections.abc import Callable

EXTRA = re.compile(r"""extra == ["'](?P<name>[^"']+)["']""")


def installed(spelling: Callable[[str], str]) -> set[str]:
    """Walk from our distribution through what each requires; an extra is known by its name in this spelling."""
    found: set[str] = set()
    waiting = [("summarizer", frozenset[str]())]
    seen = set(waiting)
    while waiting:
        name, extras = waiting.pop()
        found.add(name)
        for line in metadata.requires(name) or ():
            wanted = Requirement(line)
            behind = EXTRA.search(line)
            if behind and spelling(behind["name"]) not in map(spelling, extras):
                continue
            if wanted.marker and not wanted.marker.evaluate({"extra": behind["name"] if behind else ""}):
                continue
            following = canonicalize_name(wanted.name), frozenset(wanted.extras)
            if following not in seen:
                seen.add(following)
                waiting.append(following)
    return found


def test_an_old_pip_that_compares_the_names_of_extras_letter_by_letter_installs_all_that_a_new_one_does():
    everything = installed(canonicalize_name)
    assert "lxml-html-clean" in everything  # what jusText needs, and asks for by another spelling than lxml's
    assert installed(str) == everything
