-- The index is made anew: every token begins with the shard that its message is in, and every place knows its chat.
DROP TABLE search_place;
CREATE TABLE search_place (
  place   INTEGER PRIMARY KEY,               -- grows with message.seq, from 1
  message INTEGER NOT NULL UNIQUE,           -- message.seq
  chat    INTEGER NOT NULL,                  -- chat.seq
  indexed INTEGER NOT NULL                   -- 0: it has not settled
) STRICT;
CREATE INDEX search_place_by_chat ON search_place (chat);
CREATE TABLE search_month (                  -- which months the messages of a shard are of, or were
  shard INTEGER NOT NULL,
  month INTEGER NOT NULL,                    -- 12 * year + month, from 0
  PRIMARY KEY (shard, month)
) STRICT, WITHOUT ROWID;
-- Which chats a tag has is read without a look at the rows.
DROP INDEX chat_by_tag;
CREATE INDEX chat_by_tag ON chat_tag (tag_id, chat_id);

DROP TABLE search;
DROP TABLE search_title;
CREATE VIRTUAL TABLE search USING fts5(tokens, content = '', columnsize = 0, detail = none, tokenize = 'ascii');
CREATE VIRTUAL TABLE search_title USING fts5(tokens, content = '', columnsize = 0, detail = none, tokenize = 'ascii');
INSERT INTO search (search, rank) VALUES ('secure-delete', 1);
INSERT INTO search_title (search_title, rank) VALUES ('secure-delete', 1);
DELETE FROM search_model;
DELETE FROM search_progress;
