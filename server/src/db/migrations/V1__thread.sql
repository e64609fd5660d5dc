-- The first schema: one co-op's members and devices, its rounds' logs, and what is looked up beside them.
--
-- Every key begins with the co-op, so that no query can forget whose row it reads. What a caller names
-- before anybody knows their co-op (a token, a code, a device, a round) is unique by itself as well.
-- Times are UTC milliseconds, ids and hashes raw bytes, lineages 32 bytes.

CREATE TABLE co_op (
    co_op         BLOB    NOT NULL CHECK (length(co_op) = 16),
    name          TEXT    NOT NULL,
    time_zone     TEXT    NOT NULL,
    public_key    BLOB    NOT NULL CHECK (length(public_key) = 32),
    server_device BLOB    NOT NULL CHECK (length(server_device) = 8),
    position      INTEGER NOT NULL CHECK (position >= 0),
    lineage       BLOB    NOT NULL CHECK (length(lineage) = 32),
    made_ms       INTEGER NOT NULL,
    PRIMARY KEY (co_op)
) STRICT, WITHOUT ROWID;

CREATE TABLE member (
    co_op   BLOB    NOT NULL REFERENCES co_op,
    member  BLOB    NOT NULL CHECK (length(member) = 16),
    name    TEXT    NOT NULL,
    role    TEXT    NOT NULL,
    made_ms INTEGER NOT NULL,
    PRIMARY KEY (co_op, member),
    UNIQUE (co_op, name)
) STRICT, WITHOUT ROWID;

-- A token or code is kept as a hash only: who reads this file cannot sign in with it.
CREATE TABLE token (
    co_op    BLOB    NOT NULL,
    hash     BLOB    NOT NULL UNIQUE CHECK (length(hash) = 32),
    member   BLOB    NOT NULL,
    role     TEXT    NOT NULL,
    until_ms INTEGER NOT NULL,
    PRIMARY KEY (co_op, hash),
    FOREIGN KEY (co_op, member) REFERENCES member
) STRICT, WITHOUT ROWID;

-- member is null for the server's own device. An id is never used twice, in any co-op.
CREATE TABLE device (
    co_op         BLOB    NOT NULL REFERENCES co_op,
    device        BLOB    NOT NULL UNIQUE CHECK (length(device) = 8),
    member        BLOB,
    public_key    BLOB    NOT NULL CHECK (length(public_key) = 32),
    enrolled_ms   INTEGER NOT NULL,
    last_counter  INTEGER NOT NULL DEFAULT 0,
    last_heard_ms INTEGER,
    PRIMARY KEY (co_op, device),
    FOREIGN KEY (co_op, member) REFERENCES member
) STRICT, WITHOUT ROWID;

CREATE INDEX device_by_member ON device (co_op, member, enrolled_ms);

-- device is null until the code is used, then the device that it made.
CREATE TABLE enrolment_code (
    co_op    BLOB    NOT NULL,
    hash     BLOB    NOT NULL UNIQUE CHECK (length(hash) = 32),
    member   BLOB    NOT NULL,
    until_ms INTEGER NOT NULL,
    used_ms  INTEGER,
    device   BLOB,
    PRIMARY KEY (co_op, hash),
    FOREIGN KEY (co_op, member) REFERENCES member,
    FOREIGN KEY (co_op, device) REFERENCES device,
    CHECK ((used_ms IS NULL) = (device IS NULL))
) STRICT, WITHOUT ROWID;

-- position and lineage are those of the last row of its log. made_by_holder: 1 if a device of the holder
-- made it by asking for it, 0 if a coordinator did.
CREATE TABLE document (
    co_op          BLOB    NOT NULL,
    document       BLOB    NOT NULL UNIQUE CHECK (length(document) = 16),
    holder         BLOB    NOT NULL,
    schema         INTEGER NOT NULL CHECK (schema > 0),
    position       INTEGER NOT NULL CHECK (position >= 0),
    lineage        BLOB    NOT NULL CHECK (length(lineage) = 32),
    made_ms        INTEGER NOT NULL,
    made_by_holder INTEGER NOT NULL CHECK (made_by_holder IN (0, 1)),
    PRIMARY KEY (co_op, document),
    FOREIGN KEY (co_op, holder) REFERENCES member
) STRICT, WITHOUT ROWID;

CREATE INDEX document_by_holder ON document (co_op, holder, made_ms);
CREATE INDEX document_by_age ON document (co_op, made_ms);

CREATE TABLE head (
    co_op    BLOB    NOT NULL,
    document BLOB    NOT NULL,
    hash     BLOB    NOT NULL CHECK (length(hash) = 32),
    max_op   INTEGER NOT NULL CHECK (max_op > 0),
    PRIMARY KEY (co_op, document, hash),
    FOREIGN KEY (co_op, document) REFERENCES document
) STRICT, WITHOUT ROWID;

-- The log of a document: 0 change, 1 card, 2 tombstone. It holds what is never erased; the content named by
-- hash stands in change or card.
CREATE TABLE log (
    co_op          BLOB    NOT NULL,
    document       BLOB    NOT NULL,
    position       INTEGER NOT NULL CHECK (position > 0),
    kind           INTEGER NOT NULL CHECK (kind IN (0, 1, 2)),
    hash           BLOB    NOT NULL CHECK (length(hash) = 32),
    lineage        BLOB    NOT NULL CHECK (length(lineage) = 32),
    co_op_position INTEGER NOT NULL CHECK (co_op_position > 0),
    received_ms    INTEGER NOT NULL,
    PRIMARY KEY (co_op, document, position),
    UNIQUE (co_op, document, kind, hash),
    FOREIGN KEY (co_op, document) REFERENCES document
) STRICT, WITHOUT ROWID;

-- Not WITHOUT ROWID: a change has up to 64 KiB, which would leave one row per page of the key's tree.
CREATE TABLE change (
    co_op      BLOB    NOT NULL,
    document   BLOB    NOT NULL,
    hash       BLOB    NOT NULL CHECK (length(hash) = 32),
    max_op     INTEGER NOT NULL CHECK (max_op > 0),
    device     BLOB    NOT NULL,
    signature  BLOB    NOT NULL CHECK (length(signature) = 64),
    delegation BLOB,
    bytes      BLOB    NOT NULL,
    PRIMARY KEY (co_op, document, hash),
    FOREIGN KEY (co_op, document) REFERENCES document,
    FOREIGN KEY (co_op, device) REFERENCES device
) STRICT;

-- bytes are null once the card is erased.
CREATE TABLE card (
    co_op    BLOB NOT NULL,
    document BLOB NOT NULL,
    hash     BLOB NOT NULL CHECK (length(hash) = 32),
    bytes    BLOB,
    PRIMARY KEY (co_op, document, hash),
    FOREIGN KEY (co_op, document) REFERENCES document
) STRICT;

-- Every log row of the co-op in one sequence, and 3 = a round was made, so that a board sees an empty one.
CREATE TABLE co_op_log (
    co_op             BLOB    NOT NULL REFERENCES co_op,
    position          INTEGER NOT NULL CHECK (position > 0),
    kind              INTEGER NOT NULL CHECK (kind IN (0, 1, 2, 3)),
    document          BLOB    NOT NULL,
    document_position INTEGER NOT NULL CHECK (document_position >= 0),
    lineage           BLOB    NOT NULL CHECK (length(lineage) = 32),
    PRIMARY KEY (co_op, position),
    FOREIGN KEY (co_op, document) REFERENCES document
) STRICT, WITHOUT ROWID;

-- The keys that are taken in a document and the position of the change that took each.
CREATE TABLE record (
    co_op    BLOB    NOT NULL,
    document BLOB    NOT NULL,
    record   BLOB    NOT NULL CHECK (length(record) = 24),
    hash     BLOB    NOT NULL CHECK (length(hash) = 32),
    position INTEGER NOT NULL CHECK (position > 0),
    PRIMARY KEY (co_op, document, record),
    FOREIGN KEY (co_op, document) REFERENCES document
) STRICT, WITHOUT ROWID;

-- command: the hash of what the act asked for. It covers a card's text, so it goes when that card is erased.
CREATE TABLE act (
    co_op    BLOB NOT NULL,
    act      BLOB NOT NULL CHECK (length(act) = 16),
    member   BLOB NOT NULL,
    command  BLOB NOT NULL CHECK (length(command) = 32),
    document BLOB NOT NULL,
    PRIMARY KEY (co_op, act),
    FOREIGN KEY (co_op, member) REFERENCES member,
    FOREIGN KEY (co_op, document) REFERENCES document
) STRICT, WITHOUT ROWID;
