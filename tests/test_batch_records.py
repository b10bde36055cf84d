"""Files of many articles: each record is found, named, read again alone, and a broken one costs only itself."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from summarizer.batch import csv_rows, lines, records
from summarizer.batch.sources import RecordFields, Skipped, Source, find_sources, fingerprint, read_source
from summarizer.errors import SourceError

if TYPE_CHECKING:
    from pathlib import Path

STORY = "The council met on Monday to discuss the harbour, and nobody left before midnight. " * 4


def found_in(path: Path, data: bytes | str, **options) -> list[Source | Skipped]:
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return list(find_sources(path, **options))


def jsonl(*rows: object) -> str:
    return "".join(json.dumps(row) + "\n" for row in rows)


def table(*rows: list[str], delimiter: str = ",") -> str:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows(rows)
    return text.getvalue()


def test_a_json_line_is_an_article_with_what_its_fields_say(tmp_path):
    row = {
        "id": 7, "body": STORY, "headline": "Harbour", "date": "2026-03-12T08:00:00Z",
        "source": "Gazette", "url": "https://gazette.example/7", "language": "en-GB",
    }  # fmt: skip
    (source,) = found_in(tmp_path / "a.jsonl", jsonl(row))
    article = read_source(source)
    assert (article.source, article.text) == ("a.jsonl#7", STORY)
    assert (article.title, article.outlet, article.published) == ("Harbour", "Gazette", dt.date(2026, 3, 12))
    assert (article.url, article.language) == ("https://gazette.example/7", "en")


def test_records_of_a_file_in_a_folder_are_named_after_its_path(tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.ndjson").write_text(jsonl({"id": "x", "text": STORY}, {"text": STORY}))
    assert [found.id for found in find_sources(tmp_path)] == ["in/a.ndjson#x", "in/a.ndjson#2"]


def test_broken_lines_are_skipped_by_their_number_and_the_rest_is_read(tmp_path):
    good = jsonl({"text": STORY}).encode()
    bad = [b"{broken\n", b"\n", b"[1]\n", b'{"text": 5}\n', b'{"text": "\xff"}\n', b"[" * 50_000 + b"\n", b"NaN\n"]
    bad.append(b'{"text": ' + b"9" * 5_000 + b"}\n")
    found = found_in(tmp_path / "a.jsonl", good + b"".join(bad) + good)
    assert {each.id: each.reason for each in found if isinstance(each, Skipped)} == {
        "a.jsonl#2": "not valid JSON",
        "a.jsonl#4": "not a JSON object",
        "a.jsonl#5": 'no text in "text" or "body" or "content"; --text-field names another field',
        "a.jsonl#6": "not UTF-8",
        "a.jsonl#7": "not valid JSON",
        "a.jsonl#8": "not a JSON object",
        "a.jsonl#9": "not valid JSON",
    }
    assert [each.id for each in found if isinstance(each, Source)] == ["a.jsonl#1", "a.jsonl#10"]


def test_records_with_the_same_id_keep_names_of_their_own(tmp_path):
    rows = [{"id": key, "text": STORY} for key in ("a", "a", "a~2", 4, None, 5, True)]
    names = [found.id for found in found_in(tmp_path / "a.jsonl", jsonl(*rows))]
    assert names == [f"a.jsonl#{key}" for key in ("a", "a~2", "a~2~3", "4", "5", "5~6", "7")]


def test_no_file_can_take_the_name_of_a_record(tmp_path):
    (tmp_path / "a.jsonl").write_text(jsonl({"id": "x.txt", "text": STORY}))
    (tmp_path / "a.jsonl#x.txt").write_text(STORY)
    (tmp_path / "a.jsonl%23x.txt").write_text(STORY)
    names = [found.id for found in find_sources(tmp_path)]
    assert names == ["a.jsonl#x.txt", "a.jsonl%23x.txt", "a.jsonl%2523x.txt"]


def test_a_hostile_id_is_a_name_that_can_be_written(tmp_path):
    keys = ["../../etc/passwd", "a\nb", "\ud800", "\x1b[31m", "x" * 500, "  ", {"a": 1}, 1.5]
    found = found_in(tmp_path / "a.jsonl", jsonl(*({"id": key, "text": STORY} for key in keys)))
    names = [each.id.encode().decode() for each in found]
    assert names[:4] == ["a.jsonl#../../etc/passwd", "a.jsonl#a b", "a.jsonl#\\ud800", "a.jsonl#\x1b[31m"]
    assert names[4:] == [f"a.jsonl#{number}" for number in (5, 6, 7, 8)]


def test_a_line_longer_than_an_article_may_be_is_passed_over_and_not_held(tmp_path, monkeypatch):
    monkeypatch.setattr(lines, "MAX_BYTES", 500)
    monkeypatch.setattr(lines, "_PIECE", 64)
    for extra in (0, 1, 63, 64, 65, 1_000):
        long = json.dumps({"text": STORY + "x" * (500 + extra)})
        found = found_in(tmp_path / "a.jsonl", long + "\n" + jsonl({"text": STORY}) + long)
        assert [each.id for each in found] == ["a.jsonl#1", "a.jsonl#2", "a.jsonl#3"]
        assert [type(each) for each in found] == [Skipped, Source, Skipped]
        assert found[0].reason.startswith("larger than")
        assert read_source(found[1]).text == STORY


@given(st.lists(st.binary(max_size=30).map(lambda b: b.replace(b"\n", b"")), max_size=8), st.booleans())
def test_lines_lie_end_to_end_and_cover_the_file(parts, ends):
    data = b"\n".join(parts) + (b"\n" if ends else b"")
    found = list(lines.lines(io.BytesIO(data)))
    assert b"".join(data[each.offset : each.offset + each.length] for each in found) == data
    assert [each.data for each in found] == [data[each.offset : each.offset + each.length] for each in found]


def test_a_table_is_read_by_the_names_of_its_columns(tmp_path):
    rows = [
        ["ID", " Headline ", "Body", "Date"],
        ["a", "One, two", STORY, "2026-03-12"],
        ["b", 'A "b"', f"{STORY}\n\n{STORY}"],
    ]
    first, second = found_in(tmp_path / "a.csv", table(*rows))
    assert (first.id, second.id) == ("a.csv#a", "a.csv#b")
    assert (read_source(first).title, read_source(first).published) == ("One, two", dt.date(2026, 3, 12))
    assert (read_source(second).title, read_source(second).text) == ('A "b"', f"{STORY}\n\n{STORY}")


@pytest.mark.parametrize(("name", "delimiter"), [("a.csv", ";"), ("a.csv", ","), ("a.tsv", "\t"), ("a.csv", "\t")])
def test_the_delimiter_is_found_and_a_byte_order_mark_is_no_part_of_a_name(tmp_path, name, delimiter):
    text = table(["text", "id"], [STORY, "x"], [STORY, ""], delimiter=delimiter)
    found = found_in(tmp_path / name, b"\xef\xbb\xbf" + text.encode())
    assert [each.id for each in found] == [f"{name}#x", f"{name}#2"]
    assert read_source(found[1]).text == STORY


def test_broken_rows_are_skipped_by_their_number_and_the_rest_is_read(tmp_path):
    data = f'id,text\na,"{STORY}"\nb,{STORY.replace("harbour", "harbour, port")}\n\nc,\nd,"x" y\n'.encode()
    data += b"e," + b"caf\xe9 " * 50 + b"\n" + f'f,"{STORY}"\n'.encode()
    found = found_in(tmp_path / "a.csv", data)
    reasons = {each.id: each.reason for each in found if isinstance(each, Skipped)}
    assert list(reasons) == ["a.csv#2", "a.csv#3", "a.csv#4", "a.csv#5"]
    assert "is a text without its quotes?" in reasons["a.csv#2"]
    assert "no text" in reasons["a.csv#3"]
    assert "not valid CSV" in reasons["a.csv#4"]
    assert reasons["a.csv#5"] == "not UTF-8"
    assert [each.id for each in found if isinstance(each, Source)] == ["a.csv#a", "a.csv#f"]


def test_a_quotation_mark_that_is_never_closed_is_told_and_swallows_nothing_silently(tmp_path):
    found = found_in(tmp_path / "a.csv", f'id,text\na,"{STORY}"\nb,"{STORY}\nc,"{STORY}"\nd,{STORY}\n')
    assert [each.id for each in found if isinstance(each, Source)] == ["a.csv#a"]
    assert any("CSV" in each.reason or "never closed" in each.reason for each in found if isinstance(each, Skipped))


def test_a_row_that_goes_on_past_the_limit_ends_the_table_with_a_word(tmp_path, monkeypatch):
    monkeypatch.setattr(csv_rows, "MAX_BYTES", 2_000)
    rows = f'id,text\na,"{STORY}"\nb,"' + "x\n" * 2_000 + f'"\nc,"{STORY}"\n'
    found = found_in(tmp_path / "a.csv", rows)
    assert [each.id for each in found] == ["a.csv#a", "a.csv#2"]
    assert found[1].reason.startswith("larger than")


def test_a_long_row_of_one_line_costs_only_itself(tmp_path, monkeypatch):
    monkeypatch.setattr(csv_rows, "MAX_BYTES", 2_000)
    found = found_in(tmp_path / "a.csv", f'id,text\na,{"x" * 3_000}\nc,"{STORY}"\n')
    assert [(type(each), each.id) for each in found] == [(Skipped, "a.csv#1"), (Source, "a.csv#c")]


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("a.csv", b"id,story\n1,x\n", 'no column "text" or "body" or "content"'),
        ("a.csv", "id,text\n".encode("utf-16"), "UTF-16; save it as UTF-8"),
        ("a.jsonl", "{}".encode("utf-16"), "UTF-16; save it as UTF-8"),
        ("a.csv", b'"id,text\n', "the first row cannot be read"),
    ],
)
def test_a_file_without_any_article_is_skipped_whole(tmp_path, name, data, reason):
    (found,) = found_in(tmp_path / name, data)
    assert isinstance(found, Skipped)
    assert found.id == name
    assert reason in found.reason


def test_an_empty_file_of_records_gives_nothing(tmp_path):
    assert found_in(tmp_path / "a.csv", b"") == found_in(tmp_path / "a.jsonl", b"\n\n") == []


def test_named_fields_are_the_only_ones_tried(tmp_path):
    fields = RecordFields(text=("Story",), id=("key",))
    (source,) = found_in(tmp_path / "a.jsonl", jsonl({"story": STORY, "text": "x", "KEY": "k"}), fields=fields)
    assert source.id == "a.jsonl#k"
    assert read_source(source).text == STORY
    (none,) = found_in(tmp_path / "a.jsonl", jsonl({"text": STORY}), fields=fields)
    assert none.reason == 'no text in "Story"; --text-field names another field'


def test_a_fingerprint_covers_the_record_and_how_it_is_read_and_nothing_else(tmp_path):
    path = tmp_path / "a.jsonl"
    rows = jsonl({"text": STORY}), jsonl({"text": STORY + "And more."})
    one, other = found_in(path, "".join(rows))
    before = fingerprint(one), fingerprint(other)
    assert before[0] != before[1]
    path.write_text(rows[0] + rows[1].replace("more", "less"))
    assert fingerprint(one) == before[0]
    assert fingerprint(other) != before[1]
    (named,) = found_in(path, rows[0], fields=RecordFields(title=("none",)))
    assert fingerprint(named) != before[0]


def test_a_file_that_shrank_or_moved_since_it_was_listed_is_told(tmp_path):
    path = tmp_path / "a.jsonl"
    _, source = found_in(path, jsonl({"text": STORY}, {"text": STORY}))
    path.write_text(jsonl({"text": STORY}))
    with pytest.raises(SourceError, match="shorter since it was listed"):
        read_source(source)
    path.write_text("  " + jsonl({"text": STORY}, {"text": STORY}))
    with pytest.raises(SourceError, match="cannot be read: not valid JSON"):
        read_source(source)


def test_a_value_may_be_a_whole_page(tmp_path):
    page = f"<!DOCTYPE html><html><body><article><p>{STORY}</p></article></body></html>"
    (source,) = found_in(tmp_path / "a.jsonl", jsonl({"text": page}))
    assert "<p>" not in read_source(source).text


_CELL = st.text(st.characters(exclude_categories=("Cs",)), max_size=20)


@given(st.lists(st.lists(_CELL, min_size=2, max_size=2), max_size=6), st.sampled_from([",", ";", "\t"]))
def test_a_row_read_alone_is_the_row_that_was_found(rows, delimiter):
    data = table(["id", "text"], *rows, delimiter=delimiter).encode()
    for row in csv_rows.rows(io.BytesIO(data), delimiter):
        assert csv_rows.cells_of(data[row.offset : row.offset + row.length], delimiter) == row.cells
    read = [row.cells for row in csv_rows.rows(io.BytesIO(data), delimiter)]
    assert read == [["id", "text"], *rows]


@given(st.binary(max_size=200))
def test_no_bytes_break_the_readers(data):
    for delimiter in (",", "\t"):
        assert [row.length >= 0 for row in csv_rows.rows(io.BytesIO(data), delimiter)].count(False) == 0
    layout = records.Layout(RecordFields())
    assert isinstance(records.record_of(data, layout), records.Record | str)
