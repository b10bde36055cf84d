"""The ledger's tables, and how an SQLite file is told to be one of ours."""

from __future__ import annotations

#: "SMLG" in ASCII, which SQLite keeps in the file's head and shows to whoever asks what the file is.
APPLICATION_ID = 0x534D4C47
#: Raised with every change of the tables; a ledger of another version is refused, never guessed at.
VERSION = 2

TABLES = """
CREATE TABLE meta (name TEXT PRIMARY KEY, value) WITHOUT ROWID;

-- One row an article of the folder. `plan` stands for everything but the article that decides a brief.
CREATE TABLE article (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    output TEXT NOT NULL UNIQUE,
    -- What two outputs share that are one file on a machine which ignores case.
    folded TEXT NOT NULL UNIQUE,
    source BLOB,
    fingerprint TEXT,
    stamp TEXT,
    plan TEXT,
    key TEXT,
    state TEXT NOT NULL CHECK (state IN ('todo', 'briefed', 'done', 'same', 'failed', 'skipped', 'gone')),
    leader INTEGER REFERENCES article(number),
    kind TEXT,
    reason TEXT,
    is_transient INTEGER NOT NULL DEFAULT 0,
    content TEXT,
    signature BLOB,
    sha256 TEXT,
    title TEXT,
    outlet TEXT,
    published TEXT,
    words INTEGER NOT NULL DEFAULT 0,
    sentences INTEGER NOT NULL DEFAULT 0,
    characters INTEGER NOT NULL DEFAULT 0,
    prompt_tokens INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX article_state ON article (state, number);
CREATE INDEX article_leader ON article (leader) WHERE leader IS NOT NULL;

-- The article as it was read, so that a brief and its page can be made again without the source.
CREATE TABLE text (number INTEGER PRIMARY KEY REFERENCES article(number), packed BLOB NOT NULL);

-- What was written, under the key of all that decides it.
CREATE TABLE brief (key TEXT PRIMARY KEY, json BLOB NOT NULL) WITHOUT ROWID;

-- One row an HTTP call, committed before it is sent. 'sent' without an end is a call of unknown outcome.
CREATE TABLE call (
    number INTEGER PRIMARY KEY,
    article INTEGER NOT NULL REFERENCES article(number),
    key TEXT NOT NULL,
    body BLOB NOT NULL,
    run INTEGER NOT NULL,
    started REAL NOT NULL,
    ended REAL,
    state TEXT NOT NULL CHECK (state IN ('sent', 'answered', 'unpaid', 'unknown')),
    is_replayable INTEGER NOT NULL DEFAULT 0,
    reserved_tokens INTEGER NOT NULL,
    reserved_cost TEXT,
    error TEXT,
    input INTEGER NOT NULL DEFAULT 0,
    cached INTEGER NOT NULL DEFAULT 0,
    output INTEGER NOT NULL DEFAULT 0,
    unknown INTEGER NOT NULL DEFAULT 0,
    cost TEXT,
    reply BLOB
);
CREATE INDEX call_key ON call (key) WHERE is_replayable;
"""

#: What version 2 added: the batches that were given to a server.
BATCH_TABLES = """
-- One row a file of requests. It is 'claimed' before it is sent, 'uploaded' before its batch is made, 'created' while
-- the server works on it, and 'merged' or 'failed' once its results are in the calls. `token` finds the batch again.
CREATE TABLE submission (
    number INTEGER PRIMARY KEY,
    token TEXT NOT NULL UNIQUE,
    base_url TEXT NOT NULL,
    created REAL NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('claimed', 'uploaded', 'created', 'merged', 'failed')),
    file TEXT,
    batch TEXT,
    error TEXT,
    duplicates INTEGER NOT NULL DEFAULT 0,
    unknown_ids INTEGER NOT NULL DEFAULT 0,
    unreadable INTEGER NOT NULL DEFAULT 0
);

-- Which calls went out in which of them; `fate` is what became of each. Nobody can guess a `custom_id`.
CREATE TABLE batched (
    call INTEGER PRIMARY KEY REFERENCES call(number),
    submission INTEGER NOT NULL REFERENCES submission(number),
    key TEXT NOT NULL,
    custom_id TEXT NOT NULL UNIQUE,
    fate TEXT CHECK (fate IN ('answered', 'refused', 'not_run', 'lost', 'unsent'))
);
CREATE INDEX batched_key ON batched (key);
CREATE INDEX batched_submission ON batched (submission);
"""

#: What brings a ledger of an earlier version up to this one.
UPGRADES = {1: BATCH_TABLES}
