CREATE TABLE last_check (                    -- what the last check of the database found
  id     INTEGER PRIMARY KEY CHECK (id = 1),
  at     INTEGER NOT NULL,
  report TEXT NOT NULL                       -- {thorough, kept, chats: [{id, missing, altered, unreadable}]}: no text, no title
) STRICT;
