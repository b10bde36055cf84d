"""What a batch leaves behind, for the tests of whatever reads it."""

from __future__ import annotations

import json


def line(identifier, brief, **more):
    """Give the line of a brief in the table of a batch."""
    words = {"id": identifier, "output": f"{identifier}.brief.json", "same_as": None}
    return json.dumps({**words, "brief": json.loads(brief.model_dump_json()), **more})


def copy(identifier, same_as, **about):
    """Give the line of an article that says what another one says."""
    return json.dumps({"id": identifier, "output": None, "same_as": same_as, "article": about})


def write_batch(out, *lines):
    """Write the table of a batch."""
    out.mkdir(parents=True, exist_ok=True)
    (out / "briefs.jsonl").write_text("".join(f"{each}\n" for each in lines), encoding="utf-8")
    return out
