-- Suggestions: what the planner found for rounds under way, and what a person decided.

-- said: the suggestion, asked: what was asked when it was found, both as JSON and without any address. basis: a hash
-- over what it stands on and does, so that the same is not said twice. A round or draft need not be there any more.
CREATE TABLE suggestion (
    co_op      BLOB    NOT NULL REFERENCES co_op,
    suggestion BLOB    NOT NULL UNIQUE CHECK (length(suggestion) = 16),
    found_ms   INTEGER NOT NULL,
    asked_by   BLOB    NOT NULL,
    basis      BLOB    NOT NULL CHECK (length(basis) = 32),
    said       TEXT    NOT NULL,
    asked      TEXT    NOT NULL,
    became     TEXT    NOT NULL CHECK (became IN ('open', 'over', 'accepted', 'refused')),
    decided_by BLOB,
    decided_ms INTEGER,
    CHECK ((became IN ('accepted', 'refused')) = (decided_by IS NOT NULL AND decided_ms IS NOT NULL)),
    PRIMARY KEY (co_op, suggestion),
    FOREIGN KEY (co_op, asked_by) REFERENCES member
) STRICT, WITHOUT ROWID;

CREATE INDEX suggestion_by_time ON suggestion (co_op, found_ms);
