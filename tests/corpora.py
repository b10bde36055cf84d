"""The two large corpora of hostile words, and how they are dealt to the fields of briefs.

The vectors are our own. SUMMARIZER_NAUGHTY names the file blns.json of the Big List of Naughty Strings, which is no
part of this project; without it the tests that need it skip, and fail where a browser is required, as `.ci/run` does.
"""

from __future__ import annotations

import itertools
import json
import os
from pathlib import Path

from tests import briefs
from tests.attacks import VECTORS
from tests.browser import missing

CORPORA = ("vectors", "naughty")
# Read here: a fixture takes the project's variables away from every test.
NAUGHTY = Path(os.environ.get("SUMMARIZER_NAUGHTY", "blns.json"))
#: The list stands in the order of its subjects, which the file does not name: a few neighbours are a family.
NEIGHBOURS = 24
#: What the shortest of a brief's fields holds.
LONGEST = 200


def words(corpus):
    """Give every distinct text of a corpus that is not only spaces."""
    return tuple(itertools.chain.from_iterable(families(corpus)))


def families(corpus):
    """Give the texts of a corpus by what they attack."""
    if corpus == "vectors":
        by_text = {vector.text: vector.family for vector in VECTORS}
        names = dict.fromkeys(by_text.values())
        return [[text for text, family in by_text.items() if family == name] for name in names]
    texts = list(dict.fromkeys(filter(str.strip, _naughty())))
    return [texts[first : first + NEIGHBOURS] for first in range(0, len(texts), NEIGHBOURS)]


def _naughty():
    if not NAUGHTY.is_file():
        missing("blns.json of blns (SUMMARIZER_NAUGHTY)", "the Big List of Naughty Strings is not tried")
    return json.loads(NAUGHTY.read_text(encoding="utf-8"))


def fields(brief):
    """Give how many words a brief takes."""
    drawn = []
    briefs.with_words(brief, lambda word: drawn.append(word) or word)
    return len(drawn)


def hands(corpus):
    """Give words for as many briefs as it takes for every field to meet every family and every word to be in a field."""
    decks = families(corpus)
    turns = [itertools.cycle(deck) for deck in decks]
    size = fields(briefs.brief())
    return [[next(turns[(field + hand) % len(decks)])[:LONGEST] for field in range(size)] for hand in range(len(decks))]
