-- In one chat: which way was taken at a fork, and what a person calls a branch.
CREATE TABLE fork (
  chat_id   TEXT NOT NULL,
  parent_id TEXT NOT NULL,                   -- the chat's own id where the versions have no parent
  child_id  TEXT NOT NULL,                   -- the one that was shown last
  PRIMARY KEY (chat_id, parent_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE branch (                        -- known by the message that it begins with
  seq        INTEGER PRIMARY KEY,
  message_id TEXT NOT NULL UNIQUE,
  chat_id    TEXT NOT NULL,
  name       TEXT NOT NULL
) STRICT;
CREATE INDEX branch_by_chat ON branch (chat_id);

-- Among many: folders of one level, tags, pins, the archive.
CREATE TABLE folder (
  seq        INTEGER PRIMARY KEY,
  id         TEXT NOT NULL UNIQUE,
  name       TEXT NOT NULL,
  options    TEXT NOT NULL DEFAULT '{}',     -- defaults of the chats in it
  created_at INTEGER NOT NULL,
  deleted_by TEXT                            -- the operation
) STRICT;

CREATE TABLE tag (
  seq  INTEGER PRIMARY KEY,
  id   TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL
) STRICT;

CREATE TABLE chat_tag (
  seq     INTEGER PRIMARY KEY,
  chat_id TEXT NOT NULL,
  tag_id  TEXT NOT NULL,
  UNIQUE (chat_id, tag_id)
) STRICT;
CREATE INDEX chat_by_tag ON chat_tag (tag_id);

ALTER TABLE chat ADD COLUMN folder_id TEXT;
ALTER TABLE chat ADD COLUMN pinned_at INTEGER;
ALTER TABLE chat ADD COLUMN archived_at INTEGER;
CREATE INDEX chat_by_folder ON chat (folder_id) WHERE folder_id IS NOT NULL;
-- The list is read in its order, some rows at a time, and counted, without a look at all chats.
DROP INDEX chat_by_time;
CREATE INDEX chat_by_time ON chat (updated_at, id) WHERE deleted_by IS NULL;
CREATE INDEX chat_pinned ON chat (updated_at, id) WHERE pinned_at IS NOT NULL AND deleted_by IS NULL;
CREATE INDEX chat_empty ON chat (id) WHERE head_id IS NULL AND deleted_by IS NULL;

-- The library: personas with all their versions, and prompts.
CREATE TABLE persona (
  seq        INTEGER PRIMARY KEY,
  id         TEXT NOT NULL UNIQUE,
  created_at INTEGER NOT NULL,
  deleted_by TEXT
) STRICT;

CREATE TABLE persona_version (               -- immutable; the newest is the persona
  seq        INTEGER PRIMARY KEY,
  persona_id TEXT NOT NULL REFERENCES persona (id),
  number     INTEGER NOT NULL,               -- from 1
  name       TEXT NOT NULL,
  options    TEXT NOT NULL,                  -- as those of a chat
  created_at INTEGER NOT NULL,
  UNIQUE (persona_id, number)
) STRICT;

CREATE TABLE prompt (
  seq        INTEGER PRIMARY KEY,
  id         TEXT NOT NULL UNIQUE,
  name       TEXT NOT NULL,
  text       TEXT NOT NULL,                  -- with variables: {{name}}
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  deleted_by TEXT
) STRICT;

-- {id, number}: whose options were taken over last
ALTER TABLE chat ADD COLUMN persona TEXT;

-- The index knows which words are in a text, not where: that two of them follow each other is a token of its own.
DROP TABLE search;
DROP TABLE search_title;
CREATE VIRTUAL TABLE search USING fts5(tokens, content = '', columnsize = 0, detail = none, tokenize = 'ascii');
CREATE VIRTUAL TABLE search_title USING fts5(tokens, content = '', columnsize = 0, detail = none, tokenize = 'ascii');
INSERT INTO search (search, rank) VALUES ('secure-delete', 1);
INSERT INTO search_title (search_title, rank) VALUES ('secure-delete', 1);
DELETE FROM search_place;
DELETE FROM search_model;
DELETE FROM search_progress;
