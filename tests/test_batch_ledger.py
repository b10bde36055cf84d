"""What the ledger keeps, in which order, and what it refuses to open."""

from __future__ import annotations

import asyncio
import hashlib
import os
import random
import sqlite3
import stat
from contextlib import closing

import pytest

from summarizer.batch.budget import Budget
from summarizer.batch.journal import CallJournal, Gate, body_hash
from summarizer.batch.ledger import LARGEST_GROUP, Ledger
from summarizer.batch.ledger_file import NAME, SUM
from summarizer.errors import DiskError, LedgerError

PUT = "INSERT INTO meta (name, value) VALUES (?, ?)"


@pytest.fixture
def folder(tmp_path):
    return tmp_path


def filled(folder, rows: int = 50) -> None:
    ledger = Ledger.open(folder)
    for number in range(rows):
        ledger.put((PUT, (f"name-{number}", "value" * 40)))
    ledger.write_now()
    ledger.close()


def test_what_was_awaited_is_there_after_the_file_is_opened_again(folder):
    async def write() -> None:
        await asyncio.gather(*(ledger.write((PUT, (f"n{i}", i))) for i in range(100)))

    ledger = Ledger.open(folder)
    asyncio.run(write())
    ledger.close()
    again = Ledger.open(folder)
    assert again.one("SELECT count(*), sum(value) FROM meta") == (100, sum(range(100)))
    again.close()


def test_many_writers_share_a_commit(folder, monkeypatch):
    ledger = Ledger.open(folder)
    groups = []
    commit = ledger._commit
    monkeypatch.setattr(ledger, "_commit", lambda group: (groups.append(len(group)), commit(group)))

    async def write() -> None:
        await asyncio.gather(*(ledger.write((PUT, (f"n{i}", i))) for i in range(3 * LARGEST_GROUP)))

    asyncio.run(write())
    ledger.close()
    assert sum(groups) == 3 * LARGEST_GROUP
    assert max(groups) <= LARGEST_GROUP
    assert len(groups) < 100


def test_statements_reach_the_disk_in_the_order_in_which_they_were_put(folder):
    ledger = Ledger.open(folder)
    for value in range(500):
        ledger.put(("INSERT INTO meta VALUES ('x', ?) ON CONFLICT (name) DO UPDATE SET value = ?", (value, value)))
    ledger.write_now()
    assert ledger.one("SELECT value FROM meta WHERE name = 'x'") == (499,)
    ledger.close()


def test_only_its_owner_may_read_the_ledger(folder):
    before = os.umask(0)
    try:
        filled(folder)
    finally:
        os.umask(before)
    assert {name: stat.S_IMODE((folder / name).stat().st_mode) for name in (NAME, SUM)} == {NAME: 0o600, SUM: 0o600}


def test_a_ledger_that_is_opened_and_closed_is_not_changed_by_a_byte(folder):
    filled(folder)
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    ledger = Ledger.open(folder)
    assert ledger.one("SELECT count(*) FROM meta") == (50,)
    ledger.close()
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_a_full_disk_fails_every_writer_with_one_error_and_nothing_is_written_after(folder):
    ledger = Ledger.open(folder)
    ledger._connection.execute("PRAGMA max_page_count=20")

    async def write() -> list[BaseException | None]:
        big = [ledger.write((PUT, (f"n{i}", "x" * 5000))) for i in range(40)]
        return await asyncio.gather(*big, return_exceptions=True)

    failures = asyncio.run(write())
    assert any(isinstance(failure, DiskError) for failure in failures)
    with pytest.raises(DiskError, match="free some space"):
        ledger.write_now((PUT, ("late", 1)))
    ledger.close()


@pytest.mark.parametrize("damage", range(60))
def test_damage_after_a_clean_end_is_told_and_never_read(folder, damage):
    filled(folder)
    path = folder / NAME
    data = bytearray(path.read_bytes())
    draw = random.Random(damage)
    if damage % 3 == 0:
        del data[-draw.randrange(1, 4096) :]
    else:
        for _ in range(draw.randrange(1, 20)):
            data[draw.randrange(len(data))] ^= draw.randrange(1, 256)
    path.write_bytes(data)
    with pytest.raises(LedgerError) as found:
        Ledger.open(folder)
    assert "\n" not in str(found.value)
    assert bytes(data) == path.read_bytes()


@pytest.mark.parametrize("damage", range(60))
def test_damage_after_a_kill_is_told_or_harmless_and_never_a_traceback(folder, damage):
    filled(folder)
    (folder / SUM).unlink()  # as a killed run leaves it
    path = folder / NAME
    data = bytearray(path.read_bytes())
    draw = random.Random(damage)
    if damage % 3 == 0:
        del data[-draw.randrange(1, 9000) :]
    else:
        for _ in range(draw.randrange(1, 200)):
            data[draw.randrange(len(data))] ^= draw.randrange(1, 256)
    path.write_bytes(data)
    try:
        ledger = Ledger.open(folder)
    except LedgerError as error:
        assert "\n" not in str(error)  # noqa: PT017 - or it goes well
        return
    try:
        assert ledger.one("SELECT count(*) FROM meta")
    finally:
        ledger.close()


def test_a_database_of_another_program_is_refused_and_left_alone(folder):
    path = folder / NAME
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE bookmarks (url TEXT)")
    connection.close()
    before = path.read_bytes()
    with pytest.raises(LedgerError, match="no ledger of summarizer"):
        Ledger.open(folder)
    assert path.read_bytes() == before


def test_a_ledger_of_another_version_is_refused_with_both_versions(folder):
    filled(folder)
    (folder / SUM).unlink()
    with sqlite3.connect(folder / NAME) as connection:
        connection.execute("PRAGMA user_version=99")
    connection.close()
    with pytest.raises(LedgerError, match="version 99, this program writes version 2"):
        Ledger.open(folder)


def test_a_ledger_of_version_1_is_brought_up_to_date_with_what_it_holds(folder):
    filled(folder)
    with sqlite3.connect(folder / NAME) as connection:
        connection.executescript("DROP TABLE batched; DROP TABLE submission; PRAGMA user_version=1")
        before = connection.execute("SELECT * FROM meta ORDER BY name").fetchall()
    connection.close()
    (folder / SUM).write_text(hashlib.sha256((folder / NAME).read_bytes()).hexdigest(), encoding="ascii")
    for _ in range(2):  # opened and closed again, it is taken for no damaged one
        with closing(Ledger.open(folder)) as ledger:
            assert ledger.one("PRAGMA user_version") == (2,)
            assert ledger.one("SELECT count(*) FROM submission") == (0,)
            assert ledger.all("SELECT * FROM meta ORDER BY name") == before


def test_a_text_file_under_the_name_of_the_ledger_is_refused(folder):
    (folder / NAME).write_text("a shopping list\n" * 400, encoding="utf-8")
    with pytest.raises(LedgerError, match="damaged"):
        Ledger.open(folder)


def test_a_recorded_reply_whose_bytes_were_changed_is_told_and_never_read(folder):
    body = b"a request"
    ledger = Ledger.open(folder)
    try:
        replies = [(body_hash(body), b"no packed reply")]
        journal = CallJournal(ledger, Budget(lambda _: None), Gate(), run=1, article=1, key="k", replies=replies)
        with pytest.raises(LedgerError, match="is damaged"):
            journal.recorded(body)
    finally:
        ledger.close()
