"""Which files of a folder are taken as articles, in which order, under which names; the rest is named with a reason."""

from __future__ import annotations

import os
import pickle
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from summarizer.batch import sources
from summarizer.batch.globs import Globs
from summarizer.batch.listing import file_id
from summarizer.batch.sources import Skipped, Source, find_sources, fingerprint, read_source, source_bytes
from summarizer.errors import SourceError, TooLongError, TooShortError
from summarizer.reading import MAX_BYTES

STORY = "The council met on Monday to discuss the harbour, and nobody left before midnight. " * 4


def plant(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(STORY)


def taken(folder: Path, **options) -> list[str]:
    return [found.id for found in find_sources(folder, **options) if isinstance(found, Source)]


def left_out(folder: Path, **options) -> dict[str, str]:
    return {found.id: found.reason for found in find_sources(folder, **options) if isinstance(found, Skipped)}


def test_articles_come_in_the_order_of_their_names_folder_by_folder(tmp_path):
    plant(tmp_path, "b.txt", "a/z.md", "a/b/c.html", "c.htm", "B.markdown", "a.xhtml")
    assert taken(tmp_path) == ["B.markdown", "a/b/c.html", "a/z.md", "a.xhtml", "b.txt", "c.htm"]


def test_an_empty_folder_gives_nothing(tmp_path):
    assert list(find_sources(tmp_path)) == []


def test_a_missing_folder_is_told_at_once_and_not_at_the_first_article(tmp_path):
    with pytest.raises(SourceError, match="there is no folder or file"):
        find_sources(tmp_path / "none")


def test_a_single_file_is_taken_whatever_its_ending(tmp_path):
    plant(tmp_path, "story.article")
    assert taken(tmp_path / "story.article") == ["story.article"]


def test_a_fifo_as_the_folder_is_refused_and_never_opened(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(SourceError, match="neither a folder nor a regular file"):
        find_sources(tmp_path / "pipe")


def test_other_types_are_skipped_aloud_and_hidden_files_quietly(tmp_path):
    plant(tmp_path, "a.txt", "b.pdf", "README", ".hidden.txt", ".git/x.txt", "Thumbs.db", "sub/desktop.ini")
    assert taken(tmp_path) == ["a.txt"]
    reasons = left_out(tmp_path)
    assert set(reasons) == {"b.pdf", "README"}
    assert reasons["b.pdf"].startswith("a .pdf file; articles are text")
    assert reasons["README"].startswith("a file without an ending")


def test_include_and_exclude_choose_and_include_opens_other_endings(tmp_path):
    plant(tmp_path, "a.txt", "x/b.html", "x/y/c.html", "x/y/d.story", "drafts/e.html", "f.bin")
    assert taken(tmp_path, include=["*.html"]) == ["drafts/e.html", "x/b.html", "x/y/c.html"]
    assert taken(tmp_path, include=["x/**/*.html"], exclude=["b.*"]) == ["x/y/c.html"]
    assert taken(tmp_path, include=["*.story", "a.txt"]) == ["a.txt", "x/y/d.story"]
    assert taken(tmp_path, exclude=["drafts/", "x/y"]) == ["a.txt", "x/b.html"]
    assert left_out(tmp_path, include=["x/**"]).keys() == {"x/y/d.story"}


def test_an_excluded_folder_is_not_walked(tmp_path, monkeypatch):
    plant(tmp_path, "a.txt", "deep/b.txt")
    looked: list[Path] = []
    scandir = os.scandir
    monkeypatch.setattr(os, "scandir", lambda path: looked.append(Path(path)) or scandir(path))
    assert taken(tmp_path, exclude=["deep"]) == ["a.txt"]
    assert looked == [tmp_path]


@pytest.mark.parametrize(
    ("pattern", "path", "does"),
    [
        ("*.txt", "a/b.txt", True),
        ("/*.txt", "a/b.txt", False),
        ("/*.txt", "b.txt", True),
        ("a/*.txt", "a/b/c.txt", False),
        ("a/**/*.txt", "a/c.txt", True),
        ("a/**/*.txt", "a/b/b/c.txt", True),
        ("**/b", "b", True),
        ("a/**", "a/b/c", True),
        ("a/**", "ab/c", False),
        ("?.txt", "ab.txt", False),
        ("[ab].txt", "a.txt", True),
        ("[!ab].txt", "a.txt", False),
        ("[!a/]", "/", False),
        ("a[.txt", "a[.txt", True),
        ("a+(b).txt", "a+(b).txt", True),
        ("*.TXT", "a.txt", False),
    ],
)
def test_patterns_read_as_in_gitignore(pattern, path, does):
    assert Globs([pattern]).match(path) is does


@given(st.text("ab*?[]!-/.\\^", max_size=12), st.text("ab/.", max_size=12))
def test_any_pattern_compiles_and_a_literal_one_matches_itself(pattern, path):
    Globs([pattern]).match(path)
    if path.strip("/") and "//" not in path:
        assert Globs(["/" + path]).match(path.strip("/").removeprefix("./"))


def test_links_are_followed_to_files_inside_only(tmp_path):
    inside, outside = tmp_path / "in", tmp_path / "out"
    plant(tmp_path, "in/a.txt", "out/secret.txt", "in/real/c.txt")
    (inside / "b.txt").symlink_to("a.txt")
    (inside / "evil.txt").symlink_to(outside / "secret.txt")
    (inside / "gone.txt").symlink_to("nowhere")
    (inside / "loop.txt").symlink_to("loop.txt")
    (inside / "folder").symlink_to("real")
    (inside / "real" / "up").symlink_to(inside)
    assert taken(inside) == ["a.txt", "b.txt", "real/c.txt"]
    assert left_out(inside) == {
        "evil.txt": "a link to a file outside of the folder",
        "gone.txt": "a link that leads nowhere",
        "loop.txt": "a link that leads nowhere",
        "folder": "a link to a folder; links to folders are not followed",
        "real/up": "a link to a folder; links to folders are not followed",
    }


def test_a_folder_whose_name_begins_like_the_root_is_still_outside(tmp_path):
    plant(tmp_path, "in/a.txt", "inner/b.txt")
    (tmp_path / "in" / "b.txt").symlink_to(tmp_path / "inner" / "b.txt")
    assert left_out(tmp_path / "in") == {"b.txt": "a link to a file outside of the folder"}


def test_a_fifo_a_device_and_a_file_that_is_too_large_are_never_opened(tmp_path, monkeypatch):
    os.mkfifo(tmp_path / "pipe.txt")
    (tmp_path / "zero.txt").symlink_to("/dev/zero")
    with (tmp_path / "huge.txt").open("wb") as file:
        file.truncate(1_000_000_000)
    (tmp_path / "largest.txt").write_bytes(b"a" * MAX_BYTES)
    opened: list[object] = []
    monkeypatch.setattr(os, "open", lambda *args, **_: opened.append(args))
    monkeypatch.setattr("builtins.open", lambda *args, **_: opened.append(args))
    assert taken(tmp_path) == ["largest.txt"]
    assert left_out(tmp_path) == {
        "huge.txt": "larger than 10 MB, the most that one article may have",
        "pipe.txt": "not a regular file",
        "zero.txt": "a link to a file outside of the folder",
    }
    assert opened == []


def test_what_became_a_fifo_since_it_was_listed_is_refused_at_reading(tmp_path):
    plant(tmp_path, "a.txt")
    (source,) = find_sources(tmp_path)
    (tmp_path / "a.txt").unlink()
    os.mkfifo(tmp_path / "a.txt")
    with pytest.raises(SourceError, match="not a regular file"):
        read_source(source)


def test_a_folder_and_a_file_that_may_not_be_read_cost_only_themselves(tmp_path, monkeypatch):
    plant(tmp_path, "a.txt", "locked/b.txt", "secret.txt")
    scandir, access = os.scandir, os.access

    def refusing(path):
        if Path(path).name == "locked":
            raise PermissionError(13, "Permission denied")
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refusing)
    monkeypatch.setattr(os, "access", lambda path, mode: Path(path).name != "secret.txt" and access(path, mode))
    assert taken(tmp_path) == ["a.txt"]
    assert left_out(tmp_path) == {
        "locked": "the folder cannot be read: permission denied",
        "secret.txt": "may not be read; check its permissions",
    }


def test_a_file_that_goes_away_during_the_walk_costs_only_itself(tmp_path):
    plant(tmp_path, "a.txt", "b.txt", "c.txt")
    walk = find_sources(tmp_path)
    assert next(walk).id == "a.txt"
    (tmp_path / "b.txt").unlink()
    assert [found.id for found in walk] == ["b.txt", "c.txt"]
    assert left_out(tmp_path) == {}


def test_out_inside_the_folder_is_left_out_even_before_it_exists(tmp_path):
    plant(tmp_path, "a.txt")
    walk = find_sources(tmp_path, out=tmp_path / "sub" / ".." / "out")
    plant(tmp_path, "out/a.txt.brief.json", "out/b.txt")
    assert [found.id for found in walk] == ["a.txt"]


def test_out_must_not_be_the_folder_itself(tmp_path):
    (tmp_path / "link").symlink_to(tmp_path)
    with pytest.raises(SourceError, match="write the briefs to another folder"):
        find_sources(tmp_path, out=tmp_path / "link")


def test_the_briefs_of_another_run_are_not_taken_for_articles(tmp_path):
    plant(tmp_path, "a.txt", "old/ledger.sqlite", "old/briefs.jsonl", "old/a.txt.brief.json")
    assert taken(tmp_path) == ["a.txt"]
    assert left_out(tmp_path) == {"old": "holds the briefs of a run, not articles"}


def test_a_large_folder_is_gone_through_in_windows_and_stays_in_order(tmp_path, monkeypatch):
    monkeypatch.setattr(sources, "WINDOW", 4)
    for count in (0, 3, 4, 5, 8, 9, 23):
        folder = tmp_path / str(count)
        folder.mkdir()
        plant(folder, *(f"{number:03}.txt" for number in range(count)))
        assert taken(folder) == [f"{number:03}.txt" for number in range(count)]


def test_a_very_deep_folder_is_walked_without_recursion(tmp_path, monkeypatch):
    depth = 1_200
    monkeypatch.chdir(tmp_path)
    for _ in range(depth):
        Path("d").mkdir()
        os.chdir("d")
    Path("a.txt").write_text(STORY)
    try:
        assert taken(tmp_path) == ["d/" * depth + "a.txt"]
    finally:  # by hand: what cleans up after tests is recursive
        Path("a.txt").unlink()
        for _ in range(depth):
            os.chdir("..")
            Path("d").rmdir()


def test_a_name_that_is_no_utf_8_is_read_under_a_name_that_is(tmp_path):
    name = os.fsdecode(b"caf\xe9.txt")
    plant(tmp_path, name, "caf\\udce9.txt")
    names = taken(tmp_path)
    assert names == ["caf\\x5cudce9.txt", "caf\\udce9.txt"]
    assert [read_source(source).source for source in find_sources(tmp_path)] == names


@given(st.lists(st.text("\\x5cude9.jsonl#%23\udce9", max_size=20), unique=True, max_size=8))
def test_two_paths_never_share_a_name_in_the_run(paths):
    names = [file_id(path) for path in paths]
    assert len(set(names)) == len(names)
    for name in names:
        name.encode()
        assert not name.casefold().startswith("x.jsonl#")


def test_a_reason_is_one_safe_line(tmp_path):
    plant(tmp_path, "a.\x1b[31m\nred")
    (found,) = find_sources(tmp_path)
    assert isinstance(found, Skipped)
    assert found.reason.isprintable()


def test_a_source_is_read_under_its_id_and_knows_when_it_changed(tmp_path):
    plant(tmp_path, "sub/a.txt", "sub/b.txt")
    one, other = find_sources(tmp_path)
    assert read_source(one).source == "sub/a.txt"
    assert source_bytes(one) == STORY.encode()
    before = fingerprint(one)
    assert before == fingerprint(one, STORY.encode()) == fingerprint(other)
    (tmp_path / "sub" / "a.txt").write_text(STORY.replace("Monday", "Friday"))
    assert fingerprint(one) != before


def test_a_source_is_small_and_goes_to_another_process(tmp_path):
    plant(tmp_path, "a.txt")
    (source,) = find_sources(tmp_path)
    assert pickle.loads(pickle.dumps(source)) == source
    assert len(pickle.dumps(source)) < 500


@pytest.mark.parametrize(
    ("content", "error"), [(b"too short", TooShortError), (b"%PDF-1.7 " * 9, SourceError), (b"", TooShortError)]
)
def test_what_is_no_article_raises_what_reading_raises(tmp_path, content, error):
    (tmp_path / "a.txt").write_bytes(content)
    (source,) = find_sources(tmp_path)
    with pytest.raises(error):
        read_source(source)


def test_a_file_that_grew_too_large_since_it_was_listed_is_not_read(tmp_path):
    plant(tmp_path, "a.txt")
    (source,) = find_sources(tmp_path)
    with (tmp_path / "a.txt").open("wb") as file:
        file.truncate(MAX_BYTES + 1)
    with pytest.raises(TooLongError):
        fingerprint(source)


@pytest.mark.parametrize("name", ["-", "http:"])
def test_a_strange_name_is_a_file_all_the_same(tmp_path, monkeypatch, name):
    plant(tmp_path, f"{name}/a.txt", f"{name}/-")
    monkeypatch.chdir(tmp_path)
    assert [read_source(source).text for source in find_sources(Path(), include=["-", "*.txt"])] == [STORY, STORY]
