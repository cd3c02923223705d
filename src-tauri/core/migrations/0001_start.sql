-- Settled rows are immutable: an edit or a regenerate is a sibling, Continue is a further part, a delete sets deleted_by.
-- Keys are explicit integers, since VACUUM may renumber implicit ones. Times are unix milliseconds.

CREATE TABLE connection (
  seq        INTEGER PRIMARY KEY,
  id         TEXT NOT NULL UNIQUE,           -- also the account in the keychain
  base_url   TEXT,                           -- NULL: that of the environment, else OpenAI's
  streaming  INTEGER NOT NULL DEFAULT 1,
  key_origin TEXT,                           -- the origin that a key is saved for; the key itself is in the keychain
  key_needed INTEGER NOT NULL DEFAULT 1,     -- 0: the person said that this server wants none
  checked_at INTEGER,
  check_error TEXT                           -- {kind, detail}, NULL where the check went well
) STRICT;

CREATE TABLE chat (
  seq             INTEGER PRIMARY KEY,
  id              TEXT NOT NULL UNIQUE,
  connection_id   TEXT REFERENCES connection (id),
  head_id         TEXT,                      -- last message of the path that is shown
  title           TEXT NOT NULL DEFAULT '',
  title_by_person INTEGER NOT NULL DEFAULT 0,
  options         TEXT NOT NULL DEFAULT '{}',
  message_count   INTEGER NOT NULL DEFAULT 0, -- rows that have a hash
  digest          BLOB NOT NULL DEFAULT x'0000000000000000000000000000000000000000000000000000000000000000',
  input_tokens    INTEGER NOT NULL DEFAULT 0,
  output_tokens   INTEGER NOT NULL DEFAULT 0,
  created_at      INTEGER NOT NULL,
  updated_at      INTEGER NOT NULL,
  deleted_by      TEXT                       -- the operation
) STRICT;
CREATE INDEX chat_by_time ON chat (updated_at) WHERE deleted_by IS NULL;

CREATE TABLE message (
  seq           INTEGER PRIMARY KEY,         -- creation time or the next free number, so that imports sort
  id            TEXT NOT NULL UNIQUE,
  chat_id       TEXT NOT NULL REFERENCES chat (id),
  parent_id     TEXT,
  role          TEXT NOT NULL,
  state         TEXT NOT NULL,
  error         TEXT,                        -- {kind, detail}
  wait          TEXT,                        -- {until, error, attempt}
  model         TEXT,
  finish_reason TEXT,
  input_tokens  INTEGER,
  output_tokens INTEGER,
  created_at    INTEGER NOT NULL,
  started_at    INTEGER,
  settled_at    INTEGER,
  hash          BLOB,                        -- NULL while a reply runs
  deleted_by    TEXT
) STRICT;
CREATE INDEX message_by_chat ON message (chat_id, parent_id);
CREATE INDEX message_running ON message (state) WHERE state IN ('queued', 'waiting', 'streaming');

CREATE TABLE part (
  seq        INTEGER PRIMARY KEY,
  message_id TEXT NOT NULL REFERENCES message (id),
  n          INTEGER NOT NULL,
  kind       TEXT NOT NULL,                  -- text, reasoning, refusal, image, file, toolCall, toolResult
  text       TEXT NOT NULL DEFAULT '',
  blob_hash  BLOB,
  request_id TEXT,
  UNIQUE (message_id, n)
) STRICT;

CREATE TABLE journal (                       -- text of running replies, until it becomes a part
  message_id TEXT NOT NULL,
  n          INTEGER NOT NULL,
  kind       TEXT NOT NULL,
  text       TEXT NOT NULL,
  PRIMARY KEY (message_id, n)
) STRICT, WITHOUT ROWID;

CREATE TABLE request (                       -- the ledger: one row for each request that went out
  seq           INTEGER PRIMARY KEY,
  id            TEXT NOT NULL UNIQUE,
  message_id    TEXT,
  connection_id TEXT,
  purpose       TEXT NOT NULL,               -- reply, continue
  parameters    TEXT NOT NULL,               -- everything of the body but the messages, and its format's version
  part_ids      TEXT NOT NULL,               -- the parts that the messages were made of, in order
  body_hash     BLOB NOT NULL,               -- SHA-256 of the exact body
  input_tokens  INTEGER,
  output_tokens INTEGER,
  cost          REAL,
  sent_at       INTEGER NOT NULL,
  first_at      INTEGER,                     -- first text
  ended_at      INTEGER,
  attempts      INTEGER NOT NULL DEFAULT 1,
  result        TEXT                         -- state of the reply, or {kind, detail}
) STRICT;
CREATE INDEX request_by_message ON request (message_id);

CREATE TABLE operation (
  seq       INTEGER PRIMARY KEY,
  id        TEXT NOT NULL UNIQUE,
  at        INTEGER NOT NULL,
  device    TEXT NOT NULL DEFAULT '',
  kind      TEXT NOT NULL,
  inverse   TEXT NOT NULL,
  undone_by TEXT
) STRICT;

CREATE TABLE draft (
  chat_id TEXT PRIMARY KEY,
  text    TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE blob (
  seq   INTEGER PRIMARY KEY,
  hash  BLOB NOT NULL UNIQUE,
  bytes BLOB NOT NULL
) STRICT;
