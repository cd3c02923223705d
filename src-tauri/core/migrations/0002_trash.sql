-- A chat that was deleted for good leaves a blank row, so that its id is never taken for a new one.
ALTER TABLE chat ADD COLUMN purged_at INTEGER;

CREATE TABLE believed_clock (                -- how late it is at least, and at most a day later at each look: a clock
  id INTEGER PRIMARY KEY CHECK (id = 1),     -- that is ten years ahead for an hour must not empty the trash
  at INTEGER NOT NULL
) STRICT;
