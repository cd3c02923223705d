-- A chat that was deleted for good leaves a blank row, so that its id is never taken for a new one.
ALTER TABLE chat ADD COLUMN purged_at INTEGER;

CREATE TABLE believed_clock (                -- how late it was at the last look at the trash, by a clock that is followed
  id INTEGER PRIMARY KEY CHECK (id = 1),     -- by a day at each: one that is ten years ahead for an hour empties nothing
  at INTEGER NOT NULL
) STRICT;
