-- Full-text search. Core splits the text itself, into tokens joined by spaces; the tokenizer leaves them alone.
CREATE VIRTUAL TABLE search USING fts5(text, code, content = '', columnsize = 0, tokenize = 'ascii');
CREATE VIRTUAL TABLE search_title USING fts5(text, code, content = '', columnsize = 0, tokenize = 'ascii');
-- What is deleted for good is taken out of the index at once, not left for the next merge.
INSERT INTO search (search, rank) VALUES ('secure-delete', 1);
INSERT INTO search_title (search_title, rank) VALUES ('secure-delete', 1);

-- The rowids of `search`: the order of the messages, without the gaps of their times, which would make the index half as
-- large again.
CREATE TABLE search_place (
  place   INTEGER PRIMARY KEY,               -- grows with message.seq, from 1
  message INTEGER NOT NULL UNIQUE,           -- message.seq
  indexed INTEGER NOT NULL                   -- 0: it has not settled
) STRICT;

CREATE TABLE search_model (                  -- every model that answered: an answer is indexed with the number of its own
  number INTEGER PRIMARY KEY,
  name   TEXT NOT NULL UNIQUE
) STRICT;

CREATE TABLE search_progress (               -- how far what was there before the index has come into it, newest first
  id       INTEGER PRIMARY KEY CHECK (id = 1),
  version  INTEGER NOT NULL,                 -- of the splitting; another one than today's: all is to be indexed anew
  messages INTEGER NOT NULL,                 -- those with a smaller message.seq are still to come
  placed   INTEGER NOT NULL,                 -- of these, those up to this message.seq have their places
  chats    INTEGER NOT NULL,                 -- titles of those with a smaller chat.seq are still to come
  total    INTEGER NOT NULL,                 -- how many messages there were to come: their places are up to this
  done     INTEGER NOT NULL
) STRICT;
