-- Version 2: a tap writes one page. The number of a tap is its place in the queue, so that no counter is written beside
-- it; and the queue has no index, because nobody's queue is longer than a day's taps.
-- A new version is a new file and a step in store/open.rs; this one never changes.

CREATE TABLE queue_2 (
    -- The number of the tap; of an act that came back, the next number.
    place     INTEGER NOT NULL PRIMARY KEY,
    round     BLOB    NOT NULL REFERENCES round,
    record    BLOB    NOT NULL,
    bytes     BLOB    NOT NULL,
    change    BLOB    NOT NULL DEFAULT x'',
    set_aside TEXT    NOT NULL DEFAULT '',
    spare     BLOB    NOT NULL DEFAULT x''
) STRICT;
INSERT INTO queue_2 (place, round, record, bytes, change, set_aside, spare)
    SELECT place, round, record, bytes, change, set_aside, spare FROM queue ORDER BY place;
DROP TABLE queue;
ALTER TABLE queue_2 RENAME TO queue;

-- No number is used twice, whatever leaves the queue.
CREATE TRIGGER queue_numbers BEFORE DELETE ON queue BEGIN
    UPDATE phone SET taps = max(taps, OLD.place);
END;
