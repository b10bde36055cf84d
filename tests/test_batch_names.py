"""Where a brief stands under OUT: readable for honest names, inside and alone for any."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from summarizer.batch.names import folded, output_path
from tests.hostile import ATTACKS, texts

_DEVICES = {"con", "prn", "aux", "nul", *(f"{kind}{n}" for kind in ("com", "lpt") for n in "0123456789¹²³")}
HOSTILE = [
    *ATTACKS, "..", ".", "", "/", "//", "/etc/passwd", "../../x", "a/../b", "a//b", "a/./b", "C:\\x", "C:x", "\\\\host\\x",
    "a\0b", "a\nb", "x" * 300, "é" * 200, "\U0001f600" * 100, "d/" * 600 + "x", "\udcff", "a\u202eb", "a\u3164b",
    "con", "CON.txt", "con .txt", "Nul", "aux/x", "COM1.a.b", "lpt¹", "conin$", "a.", "a ", "a./x", "a /x", " a", ".a",
    ".summarizer-0", "ledger.sqlite", "ledger.sqlite/x", "ledger.sqlite-wal/x", "run.json/x", "RUN.JSON/x",
    "briefs.jsonl", "briefs.jsonl/x", "x.brief.json", "x.brief.json/y", "x.BRIEF.JSON/y", "a~0123456789abcdef",
    "a.jsonl#https://x.example/a?b=c", "a.jsonl#../../x", "a.csv#x/", "a.jsonl#", "a:b", "a*b", "a?b", "a|b", 'a"b',
]  # fmt: skip


def is_valid_on_windows(part: str) -> bool:
    stem = part.partition(".")[0].rstrip(" ").lower()
    ends = part[-1] in ". "
    return not ends and stem not in _DEVICES and not re.search(r'[\x00-\x1f<>:"/\\|?*]', part) and len(part) <= 255


def require_safe(path, name: str) -> None:
    parts = str(path).split("/")
    assert not path.is_absolute(), name
    assert path.name.endswith(".brief.json")
    assert len(str(path).encode()) <= 1_000
    for part in parts:
        assert part not in {"", ".", ".."}
        assert not part.startswith(".")
        assert part.isprintable()
        assert len(part.encode()) <= 255
        assert is_valid_on_windows(part), (name, part)
    for folder in parts[:-1]:
        assert not folder.casefold().endswith(".brief.json")
    assert parts[0].casefold() not in {"ledger.sqlite", "ledger.sqlite-wal", "run.json", "briefs.jsonl"}


@pytest.mark.parametrize(
    "name",
    [
        "a.txt",
        "a/b.txt",
        "2026/Straße/Café à gogo.html",
        "日本/記事.txt",
        "a.jsonl#7",
        "a/b.csv#x y",
        "Report.TXT",
        "a~b",
    ],
)
def test_an_honest_name_stays_as_it_is(name):
    assert str(output_path(name)) == f"{name}.brief.json"


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_becomes_a_harmless_one_inside(name):
    require_safe(output_path(name), name)
    assert output_path(name) == output_path(name)


def test_the_hostile_names_are_hostile():
    unsafe = [name for name in HOSTILE if str(output_path(name)) != f"{name}.brief.json"]
    assert len(unsafe) > 80


def test_what_is_left_of_a_hostile_name_can_still_be_read():
    assert re.fullmatch(r"a\.txt/etc-passwd~[0-9a-f]{16}\.brief\.json", str(output_path("a.txt/:etc:passwd")))
    assert re.fullmatch(r"d~[0-9a-f]{16}/b\.txt\.brief\.json", str(output_path("d:/b.txt")))


def test_an_address_as_id_of_a_record_makes_no_folders():
    path = output_path("in/a.jsonl#https://x.example/a/b")
    assert path.parent.as_posix() == "in"
    assert path.name.startswith("a-jsonl-https-x-example-a-b~")


def test_a_brief_never_stands_where_a_folder_must():
    assert output_path("a").as_posix() == "a.brief.json"
    assert output_path("a.brief.json/b").parts[0] != "a.brief.json"


def test_a_name_like_one_of_ours_does_not_take_ours():
    ours = output_path("a:b").name.removesuffix(".brief.json")
    assert output_path(ours) != output_path("a:b")
    assert output_path("ａ～".replace("ａ", "a") + ours.partition("~")[2]) != output_path("a:b")


def _all_paths(names: list[str]) -> list[str]:
    known: set[str] = set()
    paths = []
    for name in names:
        path = output_path(name, known.__contains__)
        known.add(folded(path))
        paths.append(str(path))
    return paths


def test_twins_by_case_and_composition_get_paths_of_their_own():
    twins = [
        "Café.txt",
        "café.txt",
        "CAFÉ.txt",
        unicodedata.normalize("NFD", "café.txt"),
        "ﬁx.txt",
        "fix.txt",
        "Ω",
        "Ω",
    ]
    twins += ["straße", "STRASSE", "ı", "I", "i", "İ"]
    paths = _all_paths(twins)
    assert len({folded(path) for path in paths}) == len(twins)
    assert paths[0] == "Café.txt.brief.json"
    assert paths[1].startswith("café-txt~")


def test_a_whole_corpus_of_hostile_names_never_collides():
    names = list(dict.fromkeys([*HOSTILE, *(name.upper() for name in HOSTILE), *(f"x/{name}" for name in HOSTILE)]))
    paths = _all_paths(names)
    assert len({folded(path) for path in paths}) == len(names)
    assert len(names) > 250


_NAMES = st.one_of(
    texts(surrogates=True),
    st.text(st.sampled_from("aAéÉ\u0301e./\\:~ 0f\0\u202e"), max_size=12),
    st.lists(st.sampled_from([*HOSTILE, "a", "A", "b.txt"]), max_size=4).map("/".join),
)


@given(st.lists(_NAMES, unique=True, max_size=10))
@example(["a:b", "a:B", "A:b"])
def test_any_names_get_harmless_paths_that_never_collide(names):
    paths = _all_paths(names)
    assert len({folded(path) for path in paths}) == len(names)
    for name in names:
        require_safe(output_path(name), name)


@given(st.lists(_NAMES, unique=True, min_size=2, max_size=10))
def test_two_ids_never_share_a_path_even_where_nothing_is_remembered(names):
    assert len({str(output_path(name)) for name in names}) == len(names)


@given(_NAMES)
def test_a_taken_name_gets_another_and_the_same_one_each_time(name):
    first = output_path(name)
    second = output_path(name, lambda key: key == folded(first))
    require_safe(second, name)
    assert folded(second) != folded(first)
    assert second == output_path(name, lambda key: key == folded(first))
    require_safe(output_path(name, lambda _: True), name)
