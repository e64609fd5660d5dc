-- The phone's store. One courier, one device; every table is written whole or not at all with what it belongs to.
-- Version 1. A new version is a new file and a step in store/open.rs; this one never changes.

-- Who this phone is; at most one row.
CREATE TABLE identity (
    one        INTEGER NOT NULL PRIMARY KEY CHECK (one = 1),
    server     TEXT    NOT NULL,
    co_op      BLOB    NOT NULL,
    co_op_name TEXT    NOT NULL,
    co_op_key  BLOB    NOT NULL,
    time_zone  TEXT    NOT NULL,
    member     BLOB    NOT NULL,
    name       TEXT    NOT NULL,
    device     BLOB    NOT NULL,
    seed       BLOB    NOT NULL,
    delegation BLOB    NOT NULL
) STRICT;

-- Counters and switches that outlive an identity; exactly one row.
CREATE TABLE phone (
    one             INTEGER NOT NULL PRIMARY KEY CHECK (one = 1),
    taps            INTEGER NOT NULL DEFAULT 0,
    requests        INTEGER NOT NULL DEFAULT 0,
    link_up         INTEGER NOT NULL DEFAULT 1,
    server_time_ms  INTEGER NOT NULL DEFAULT 0,
    failing         INTEGER NOT NULL DEFAULT 0,
    unknown_device  INTEGER NOT NULL DEFAULT 0,
    -- Whether the last answer said that more rows wait: until they are here, nothing is given back.
    more            INTEGER NOT NULL DEFAULT 0,
    revoked         INTEGER NOT NULL DEFAULT 0,
    cloned          INTEGER NOT NULL DEFAULT 0
) STRICT;
INSERT INTO phone (one) VALUES (1);

-- A key made for a code before it is sent: asking again after a lost answer sends the same key.
CREATE TABLE enrolment_attempt (
    code_hash BLOB NOT NULL PRIMARY KEY,
    seed      BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- The documents, with cursor and full lineage.
CREATE TABLE round (
    round    BLOB    NOT NULL PRIMARY KEY,
    holder   BLOB    NOT NULL,
    schema   INTEGER NOT NULL,
    position INTEGER NOT NULL,
    lineage  BLOB    NOT NULL,
    seen     TEXT    NOT NULL DEFAULT ''
) STRICT, WITHOUT ROWID;

CREATE TABLE head (
    round  BLOB    NOT NULL REFERENCES round,
    hash   BLOB    NOT NULL,
    max_op INTEGER NOT NULL,
    PRIMARY KEY (round, hash)
) STRICT, WITHOUT ROWID;

-- The confirmed log. kind: 0 change, 1 card, 2 tombstone. envelope: CBOR, for changes.
CREATE TABLE log (
    round       BLOB    NOT NULL REFERENCES round,
    position    INTEGER NOT NULL,
    kind        INTEGER NOT NULL,
    hash        BLOB    NOT NULL,
    envelope    BLOB    NOT NULL DEFAULT x'',
    received_ms INTEGER NOT NULL DEFAULT 0,
    readable    INTEGER NOT NULL DEFAULT 1,
    PRIMARY KEY (round, position)
) STRICT, WITHOUT ROWID;

-- Signed changes that a log with another lineage did not bring back: still shown, and given back. place: their
-- sequence, dependencies first. declined: the code with which the server did not take one, or empty; it is kept.
-- waits_at: the log's position when one stood on what is not there; offered again once the log has gone on.
CREATE TABLE spare (
    round       BLOB    NOT NULL REFERENCES round,
    hash        BLOB    NOT NULL,
    place       INTEGER NOT NULL,
    envelope    BLOB    NOT NULL,
    received_ms INTEGER NOT NULL,
    declined    TEXT    NOT NULL DEFAULT '',
    waits_at    INTEGER NOT NULL DEFAULT -1,
    PRIMARY KEY (round, hash)
) STRICT, WITHOUT ROWID;

-- The same for cards, whose bytes stand in card. offered_at: the log's position when the server had it and did not
-- take it, because no change that names it was there.
CREATE TABLE spare_card (
    round      BLOB    NOT NULL REFERENCES round,
    hash       BLOB    NOT NULL,
    place      INTEGER NOT NULL,
    offered_at INTEGER NOT NULL DEFAULT -1,
    PRIMARY KEY (round, hash)
) STRICT, WITHOUT ROWID;

-- Cards that a tombstone erased here: a server that was put back to before the erasure does not bring one again.
CREATE TABLE erased_card (
    hash BLOB NOT NULL PRIMARY KEY
) STRICT, WITHOUT ROWID;

CREATE TABLE card (
    hash  BLOB NOT NULL PRIMARY KEY,
    bytes BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- Keys of devices that the co-op vouched for, and its word for each: to show to a server that lost it. This phone's
-- earlier devices are among them.
CREATE TABLE device_key (
    device     BLOB NOT NULL PRIMARY KEY,
    key        BLOB NOT NULL,
    delegation BLOB NOT NULL DEFAULT x''
) STRICT, WITHOUT ROWID;

-- Acts that the confirmed log does not hold yet. change: the pending change that carries it.
-- set_aside: the refusal's code, or empty. spare: the change of a lost log that holds it; while that is given back,
-- the act needs no change of its own.
CREATE TABLE queue (
    place     INTEGER NOT NULL PRIMARY KEY,
    round     BLOB    NOT NULL REFERENCES round,
    record    BLOB    NOT NULL,
    bytes     BLOB    NOT NULL,
    change    BLOB    NOT NULL DEFAULT x'',
    set_aside TEXT    NOT NULL DEFAULT '',
    spare     BLOB    NOT NULL DEFAULT x'',
    UNIQUE (round, record, bytes)
) STRICT;

-- Changes minted and sent unchanged until a verdict comes.
CREATE TABLE pending (
    place    INTEGER NOT NULL PRIMARY KEY,
    round    BLOB    NOT NULL REFERENCES round,
    hash     BLOB    NOT NULL,
    envelope BLOB    NOT NULL,
    UNIQUE (round, hash)
) STRICT;

-- What a shop said at its counter and the server did not acknowledge yet. place: as said. refused: the code of the
-- server's no, or empty; what was refused is kept and offered again.
CREATE TABLE shop_word (
    place   INTEGER NOT NULL PRIMARY KEY,
    record  BLOB    NOT NULL UNIQUE,
    bytes   BLOB    NOT NULL,
    refused TEXT    NOT NULL DEFAULT ''
) STRICT;
