"""Reading what a batch wrote: each brief once, in flat memory, and what cannot be read is told and left out."""

from __future__ import annotations

import tracemalloc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from summarizer.brief import Brief, CustomBrief
from summarizer.errors import UsageError
from summarizer.site import folder as module
from summarizer.site.folder import BriefFolder
from tests import briefs
from tests.folders import copy, line, write_batch


def test_every_line_gives_its_brief_and_every_copy_is_set_aside(tmp_path):
    lines = (
        copy("x.txt", "b.txt", title="T", outlet="O", published="2026-03-10"),
        line("b.txt", briefs.brief()),
        "",
        line("a/c.txt", briefs.brief()),
    )
    found = BriefFolder(write_batch(tmp_path / "out", *lines))
    assert [entry.id for entry in found] == ["b.txt", "a/c.txt"]
    assert [(c.id, c.same_as, c.outlet, c.published.isoformat()) for c in found.copies] == [
        ("x.txt", "b.txt", "O", "2026-03-10")
    ]
    assert found.problems == []
    assert next(iter(found)).brief == briefs.brief()


def test_a_kind_of_one_s_own_is_read_as_such(tmp_path):
    brief = briefs.custom({"closed": "yes", "items": [{"text": "a"}]})
    (entry,) = BriefFolder(write_batch(tmp_path / "out", line("a.txt", brief)))
    assert isinstance(entry.brief, CustomBrief)
    assert entry.brief.content == {"closed": "yes", "items": [{"text": "a"}]}


def test_without_the_table_the_files_are_read_in_order(tmp_path):
    text = briefs.brief().model_dump_json()
    for name in ("b.txt", "a/z.txt", "a/y.txt"):
        path = tmp_path / f"{name}.brief.json"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    found = list(BriefFolder(tmp_path))
    assert [(entry.id, entry.output) for entry in found] == [
        (name, f"{name}.brief.json") for name in ("b.txt", "a/y.txt", "a/z.txt")
    ]
    assert all(isinstance(entry.brief, Brief) for entry in found)


@pytest.mark.parametrize(
    "broken",
    [
        '{"id": "x.txt", "output": null, "same_as": null, "brief": {"article"',
        '{"id": "x.txt", "output": null, "same_as": null, "brief": null}',
        '{"id": "x.txt", "brief": {"schema_version": "9"}}',
        "[]",
        "\x00\x1b[31m",
        '{"id": 7, "brief": null}',
        "[" * 100_000,
        line("a.txt", briefs.brief()),
    ],
)
def test_a_line_that_cannot_be_read_is_told_and_the_others_are_read(tmp_path, broken):
    lines = (line("a.txt", briefs.brief()), broken, line("b.txt", briefs.brief()))
    found = BriefFolder(write_batch(tmp_path / "out", *lines))
    assert [entry.id for entry in found] == ["a.txt", "b.txt"]
    assert found.unreadable == 1
    (problem,) = found.problems
    assert problem.startswith("briefs.jsonl, line 2 ")
    assert problem.isprintable()
    assert len(problem) < 400


def test_a_line_that_is_too_long_is_not_held_in_memory(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "MAX_BYTES", 100_000)
    out = write_batch(tmp_path / "out", line("a.txt", briefs.brief()), "x" * 3_000_000, line("b.txt", briefs.brief()))
    found = BriefFolder(out)
    tracemalloc.start()
    try:
        names = [entry.id for entry in found]
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert (names, found.unreadable) == (["a.txt", "b.txt"], 1)
    assert peak < 1_500_000


def test_only_the_first_problems_are_kept_and_all_are_counted(tmp_path):
    found = BriefFolder(write_batch(tmp_path / "out", *["{}"] * 50, line("a.txt", briefs.brief())))
    assert len(list(found)) == 1
    assert (found.unreadable, len(found.problems)) == (50, module.MAX_PROBLEMS)


def test_memory_does_not_grow_with_the_number_of_briefs(tmp_path):
    def peak(count):
        out = write_batch(tmp_path / f"{count}", *(line(f"{n}.txt", briefs.brief()) for n in range(count)))
        tracemalloc.start()
        try:
            assert sum(1 for _ in BriefFolder(out)) == count
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    peak(5)  # what is made once
    assert peak(200) < peak(20) + 100_000


@pytest.mark.parametrize("make", ["nothing", "a file", "an empty folder"])
def test_what_holds_no_briefs_is_misuse(tmp_path, make):
    path = tmp_path / "out"
    if make == "a file":
        path.write_text("x")
    elif make == "an empty folder":
        path.mkdir()
    with pytest.raises(UsageError, match=r"is no folder|holds neither briefs\.jsonl nor"):
        list(BriefFolder(path))


@settings(max_examples=150, deadline=None)
@given(st.lists(st.one_of(st.binary(max_size=200), st.just(line("a.txt", briefs.brief()).encode())), max_size=6))
def test_no_bytes_make_it_fail(tmp_path_factory, lines):
    out = tmp_path_factory.mktemp("out")
    (out / "briefs.jsonl").write_bytes(b"\n".join(lines))
    found = BriefFolder(out)
    names = [entry.id for entry in found]
    assert set(names) <= {"a.txt"}
    assert len(names) <= 1
