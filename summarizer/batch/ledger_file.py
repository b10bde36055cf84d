"""The ledger's file: told from other files, looked through for damage, opened and copied."""

from __future__ import annotations

import contextlib
import hashlib
import os
import sqlite3
from typing import TYPE_CHECKING

from summarizer.batch.ledger_schema import APPLICATION_ID, BATCH_TABLES, TABLES, UPGRADES, VERSION
from summarizer.errors import DiskError, LedgerError
from summarizer.render.safe import visible

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NAME = "ledger.sqlite"
LOCK = "ledger.lock"
#: Holds the ledger's hash after a clean end, so that damage done since is seen.
SUM = "ledger.sha256"

_MODE = 0o600
_READ = 1 << 20

#: What SQLite's module raises on a file whose bytes were changed: its own errors, and text that is no UTF-8.
_SIGNS_OF_DAMAGE = (sqlite3.Error, ValueError)
#: What it raises where the file is whole and the system refuses.
_REFUSALS = ("SQLITE_READONLY", "SQLITE_CANTOPEN", "SQLITE_PERM")


def open_ledger(folder: Path) -> sqlite3.Connection:
    """Open a folder's ledger, or make one; LedgerError for what is none of ours, of another version, or damaged.

    DiskError where the system refuses. The caller holds the run's lock.
    """
    path = folder / NAME
    with readable(path):
        if not _is_there(folder):
            path.touch(mode=_MODE)
        connection = connect(path)
        try:
            if not _is_empty(connection):
                _upgrade(connection, _required_version(connection, path), folder)
            else:
                _make(connection)
        except BaseException:
            connection.close()
            raise
        return connection


def copy_ledger(folder: Path, copy: Path) -> None:
    """Copy a folder's ledger into another folder, where there is one, and leave it as it is.

    Raises what `open_ledger` raises. The caller holds the run's lock.
    """
    path = folder / NAME
    with readable(path):
        if not _is_there(folder):
            return
        with contextlib.closing(connect(path)) as source, contextlib.closing(connect(copy / NAME)) as target:
            _required_version(source, path)
            source.backup(target)


@contextlib.contextmanager
def readable(path: Path) -> Iterator[None]:
    """Turn what SQLite and the system raise in this block into one line about the ledger."""
    try:
        yield
    except _SIGNS_OF_DAMAGE as error:
        if is_refusal(error):
            reason = visible(str(error))
            raise DiskError(f"{visible(str(path))} cannot be opened: {reason}; check its permissions") from None
        raise damaged(path, str(error)) from None
    except OSError as error:
        raise DiskError(f"{visible(str(path))} cannot be opened: {error.strerror}") from None


def is_refusal(error: Exception) -> bool:
    """Tell whether the system refused what SQLite wanted, which says nothing of the file's bytes."""
    return isinstance(error, PermissionError) or getattr(error, "sqlite_errorname", "").startswith(_REFUSALS)


def connect(path: Path) -> sqlite3.Connection:
    """Connect with the settings that make a commit durable; a statement outside BEGIN commits by itself."""
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=30)
    try:
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("PRAGMA temp_store=FILE")
    except BaseException:
        connection.close()
        raise
    return connection


def _is_there(folder: Path) -> bool:
    """Tell whether there is a ledger with anything in it; LedgerError where what is there cannot be one."""
    path = folder / NAME
    if not os.path.lexists(path):
        return False
    if not path.is_file():
        raise _not_ours(path)
    if not os.access(path, os.R_OK | os.W_OK):
        raise DiskError(f"{visible(str(path))} may not be read and written; check its permissions")
    if not path.stat().st_size:
        return False
    _require_undamaged(path, folder / SUM)
    return True


def _is_empty(connection: sqlite3.Connection) -> bool:
    version: int = connection.execute("PRAGMA user_version").fetchone()[0]
    tables: int = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    return not version and not tables


def _make(connection: sqlite3.Connection) -> None:
    connection.execute("PRAGMA journal_mode=WAL")
    marks = f"PRAGMA application_id={APPLICATION_ID};PRAGMA user_version={VERSION};"
    connection.executescript(f"BEGIN IMMEDIATE;{TABLES}{BATCH_TABLES}{marks}COMMIT;")


def _required_version(connection: sqlite3.Connection, path: Path) -> int:
    """Give a ledger's version; LedgerError for another program's database, and for a version that is not known."""
    found = connection.execute("PRAGMA application_id").fetchone()[0]
    version: int = connection.execute("PRAGMA user_version").fetchone()[0]
    if found != APPLICATION_ID:
        raise _not_ours(path)
    if version != VERSION and version not in UPGRADES:
        raise LedgerError(
            f"{visible(str(path))} is a ledger of version {version}, this program writes version {VERSION}; "
            "choose another folder for -o, or use the version that wrote it"
        )
    return version


def _upgrade(connection: sqlite3.Connection, version: int, folder: Path) -> None:
    if version != VERSION:
        (folder / SUM).unlink(missing_ok=True)
        connection.executescript(f"BEGIN IMMEDIATE;{UPGRADES[version]}PRAGMA user_version={VERSION};COMMIT;")


def _not_ours(path: Path) -> LedgerError:
    return LedgerError(f"{visible(str(path))} is no ledger of summarizer; choose another folder for -o")


def _require_undamaged(path: Path, sum_path: Path) -> None:
    """Compare with the hash of the last clean end; without one, have SQLite look through the file."""
    try:
        noted = sum_path.read_text(encoding="ascii", errors="replace").strip()
    except FileNotFoundError:
        noted = None
    if noted is not None:
        if noted != _hash(path):
            raise damaged(path, "it is not what the last run left")
        return
    with contextlib.closing(connect(path)) as connection:
        if connection.execute("PRAGMA application_id").fetchone()[0] != APPLICATION_ID:
            return
        found = connection.execute("PRAGMA integrity_check(1)").fetchone()[0]
    if found != "ok":
        raise damaged(path, found)


def damaged(path: Path, why: str) -> LedgerError:
    """Give the error for a ledger whose content is not what was written."""
    return LedgerError(
        f"{visible(str(path))} is damaged ({visible(why)[:120]}); the briefs beside it are whole: "
        "move the ledger away to start anew, or put a copy of it back"
    )


def _hash(path: Path) -> str:
    found = hashlib.sha256()
    with path.open("rb") as stream:
        while block := stream.read(_READ):
            found.update(block)
    return found.hexdigest()


def write_sum(path: Path, sum_path: Path) -> None:
    """Note the ledger's hash, after a clean end."""
    handle = os.open(sum_path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, _MODE)
    with os.fdopen(handle, "w", encoding="ascii") as stream:
        stream.write(_hash(path) + "\n")
