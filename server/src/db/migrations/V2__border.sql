-- The border: what is kept outside the documents, who was shut out, and what several rounds share.

-- A key is looked for when another device is enrolled: none is taken twice.
CREATE INDEX device_by_key ON device (public_key);

-- When two phones with one key, or a folder put back, were noticed.
ALTER TABLE device ADD COLUMN cloned_ms INTEGER;

-- The last requests of each device by their counters: tells a request that came twice or late from a second phone.
CREATE TABLE heard_request (
    co_op   BLOB    NOT NULL,
    device  BLOB    NOT NULL,
    counter INTEGER NOT NULL,
    hash    BLOB    NOT NULL CHECK (length(hash) = 32),
    PRIMARY KEY (co_op, device, counter),
    FOREIGN KEY (co_op, device) REFERENCES device
) STRICT, WITHOUT ROWID;

-- 1: the member is only known from a delegation that a phone showed after an older backup was put back.
ALTER TABLE member ADD COLUMN stand_in INTEGER NOT NULL DEFAULT 0 CHECK (stand_in IN (0, 1));

-- How much is in a round's changes: what bounds the work of folding it. Only append changes them.
ALTER TABLE document ADD COLUMN records INTEGER NOT NULL DEFAULT 0 CHECK (records >= 0);
ALTER TABLE document ADD COLUMN change_bytes INTEGER NOT NULL DEFAULT 0 CHECK (change_bytes >= 0);
UPDATE document SET
    records = (SELECT count(*) FROM record WHERE record.co_op = document.co_op AND record.document = document.document),
    change_bytes = (SELECT coalesce(sum(length(bytes)), 0) FROM change
                    WHERE change.co_op = document.co_op AND change.document = document.document);

-- How far in the co-op's log reactions were derived.
ALTER TABLE co_op ADD COLUMN reacted INTEGER NOT NULL DEFAULT 0 CHECK (reacted >= 0);

-- Devices that were shut out. By id alone, because a database put back may not know the device.
CREATE TABLE revocation (
    co_op      BLOB    NOT NULL REFERENCES co_op,
    device     BLOB    NOT NULL CHECK (length(device) = 8),
    revoked_by BLOB,
    revoked_ms INTEGER NOT NULL,
    PRIMARY KEY (co_op, device)
) STRICT, WITHOUT ROWID;

-- Changes outside the documents, byte for byte: refused by the guard (code: the refusal's, until_ms: end of the
-- term) or pushed by a revoked device (code: held, no term). device is who sent it, whose room it takes; who signed
-- it stands in the envelope. The document may not exist. records: ids that the refusal named. guard: the guard's
-- version that judged, so that a mended guard judges again. number is what people call it by, never used twice.
CREATE TABLE aside (
    number      INTEGER PRIMARY KEY AUTOINCREMENT,
    co_op       BLOB    NOT NULL REFERENCES co_op,
    device      BLOB    NOT NULL CHECK (length(device) = 8),
    document    BLOB    NOT NULL CHECK (length(document) = 16),
    holder      BLOB    NOT NULL CHECK (length(holder) = 16),
    schema      INTEGER NOT NULL CHECK (schema >= 0),
    hash        BLOB    NOT NULL CHECK (length(hash) = 32),
    code        TEXT    NOT NULL,
    records     BLOB    NOT NULL,
    guard       INTEGER NOT NULL CHECK (guard >= 0),
    envelope    BLOB    NOT NULL,
    received_ms INTEGER NOT NULL,
    until_ms    INTEGER,
    UNIQUE (co_op, device, document, hash)
) STRICT;

CREATE INDEX aside_by_term ON aside (until_ms);

-- What a coordinator decided about single records of a change aside: 1 released into the document, 0 rejected.
CREATE TABLE aside_record (
    number     INTEGER NOT NULL REFERENCES aside ON DELETE CASCADE,
    record     BLOB    NOT NULL CHECK (length(record) = 24),
    released   INTEGER NOT NULL CHECK (released IN (0, 1)),
    decided_by BLOB    NOT NULL,
    decided_ms INTEGER NOT NULL,
    PRIMARY KEY (number, record)
) STRICT, WITHOUT ROWID;

-- Cards that were erased, so that no phone gives one back. By hash alone, because a log put back may not name it.
CREATE TABLE erased_card (
    co_op     BLOB    NOT NULL REFERENCES co_op,
    hash      BLOB    NOT NULL CHECK (length(hash) = 32),
    erased_ms INTEGER NOT NULL,
    PRIMARY KEY (co_op, hash)
) STRICT, WITHOUT ROWID;

-- Which rounds carry a parcel, by their plan or by what happened there; or a stop that was moved, under its first id.
CREATE TABLE parcel_round (
    co_op    BLOB NOT NULL,
    parcel   BLOB NOT NULL CHECK (length(parcel) = 16),
    document BLOB NOT NULL,
    PRIMARY KEY (co_op, parcel, document),
    FOREIGN KEY (co_op, document) REFERENCES document
) STRICT, WITHOUT ROWID;

CREATE INDEX parcel_round_by_round ON parcel_round (co_op, document);

-- The custody log: what shops said, in the sequence it came. A shop's fact needs no round.
CREATE TABLE shop_fact (
    co_op       BLOB    NOT NULL REFERENCES co_op,
    position    INTEGER NOT NULL CHECK (position > 0),
    record      BLOB    NOT NULL CHECK (length(record) = 24),
    member      BLOB    NOT NULL,
    bytes       BLOB    NOT NULL,
    received_ms INTEGER NOT NULL,
    PRIMARY KEY (co_op, position),
    UNIQUE (co_op, record),
    FOREIGN KEY (co_op, member) REFERENCES member
) STRICT, WITHOUT ROWID;

CREATE TABLE shop_fact_parcel (
    co_op    BLOB    NOT NULL,
    parcel   BLOB    NOT NULL CHECK (length(parcel) = 16),
    position INTEGER NOT NULL,
    PRIMARY KEY (co_op, parcel, position),
    FOREIGN KEY (co_op, position) REFERENCES shop_fact
) STRICT, WITHOUT ROWID;

-- Rounds that nobody holds yet. A draft becomes a document of the same id when somebody takes it. version counts
-- its changes, as a plan version does for a round.
CREATE TABLE draft (
    co_op    BLOB    NOT NULL REFERENCES co_op,
    draft    BLOB    NOT NULL UNIQUE CHECK (length(draft) = 16),
    made_ms  INTEGER NOT NULL,
    version  INTEGER NOT NULL CHECK (version >= 0),
    taken_by BLOB,
    PRIMARY KEY (co_op, draft)
) STRICT, WITHOUT ROWID;

-- The stops of a draft as they were given, with who and where; gone once it is taken.
CREATE TABLE draft_stop (
    co_op BLOB    NOT NULL,
    draft BLOB    NOT NULL,
    stop  BLOB    NOT NULL CHECK (length(stop) = 16),
    place INTEGER NOT NULL,
    terms TEXT    NOT NULL,
    PRIMARY KEY (co_op, draft, stop),
    FOREIGN KEY (co_op, draft) REFERENCES draft
) STRICT, WITHOUT ROWID;

-- What a check off the request found wrong with a round. Views go on from the rows.
CREATE TABLE alarm (
    co_op    BLOB    NOT NULL,
    document BLOB    NOT NULL,
    said     TEXT    NOT NULL,
    at_ms    INTEGER NOT NULL,
    PRIMARY KEY (co_op, document),
    FOREIGN KEY (co_op, document) REFERENCES document
) STRICT, WITHOUT ROWID;

-- An act may be about a draft, which is no document yet: the table again, without that tie. command is null once a
-- card was erased whose text it covers: such an act matches any repeat of its member for its round, because there is
-- nothing left to tell two commands apart by.
CREATE TABLE act_2 (
    co_op    BLOB NOT NULL,
    act      BLOB NOT NULL CHECK (length(act) = 16),
    member   BLOB NOT NULL,
    command  BLOB CHECK (length(command) = 32),
    document BLOB NOT NULL,
    PRIMARY KEY (co_op, act),
    FOREIGN KEY (co_op, member) REFERENCES member
) STRICT, WITHOUT ROWID;

INSERT INTO act_2 (co_op, act, member, command, document) SELECT co_op, act, member, command, document FROM act;
DROP TABLE act;
ALTER TABLE act_2 RENAME TO act;

-- Where a card went with its stop.
CREATE INDEX card_by_hash ON card (co_op, hash);
