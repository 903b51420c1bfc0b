-- Everything the sandbox gateway remembers; times are Unix seconds.
CREATE TABLE IF NOT EXISTS instances (
  name           TEXT PRIMARY KEY,
  id             TEXT NOT NULL,
  token          TEXT NOT NULL,
  state          TEXT NOT NULL CHECK (state IN ('open', 'connecting', 'close')),
  ever_connected INTEGER NOT NULL,
  opens_at       REAL,
  webhook        TEXT,
  server_url     TEXT NOT NULL DEFAULT '',
  created_at     REAL NOT NULL
);
CREATE TABLE IF NOT EXISTS messages (
  id                 INTEGER PRIMARY KEY AUTOINCREMENT,
  instance           TEXT NOT NULL,
  number             TEXT NOT NULL,
  text               TEXT NOT NULL,
  accepted_at        REAL NOT NULL,
  gateway_message_id TEXT NOT NULL,
  remote_jid         TEXT NOT NULL,
  remote_jid_alt     TEXT,
  kept               INTEGER NOT NULL,
  preview            INTEGER
);
CREATE INDEX IF NOT EXISTS messages_of_an_instance ON messages (instance, id);
CREATE INDEX IF NOT EXISTS messages_of_a_number ON messages (number);
CREATE INDEX IF NOT EXISTS messages_by_their_id ON messages (gateway_message_id);
-- planned when the message is accepted; one whose time has not come is not there yet
CREATE TABLE IF NOT EXISTS receipts (
  id         INTEGER PRIMARY KEY AUTOINCREMENT,
  message_id INTEGER NOT NULL,
  status     TEXT NOT NULL,
  at         REAL NOT NULL
);
CREATE INDEX IF NOT EXISTS receipts_of_a_message ON receipts (message_id, at);
CREATE INDEX IF NOT EXISTS receipts_in_time ON receipts (at);
CREATE TABLE IF NOT EXISTS replies (
  id                 INTEGER PRIMARY KEY AUTOINCREMENT,
  instance           TEXT NOT NULL,
  number             TEXT NOT NULL,
  kind               TEXT NOT NULL,
  text               TEXT NOT NULL,
  target             TEXT,
  from_me            INTEGER NOT NULL,
  at                 REAL NOT NULL,
  gateway_message_id TEXT NOT NULL,
  record             TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS replies_of_an_instance ON replies (instance, id);
-- names, as the inbox shows them
CREATE TABLE IF NOT EXISTS people (
  instance TEXT NOT NULL,
  number   TEXT NOT NULL,
  name     TEXT NOT NULL,
  role     TEXT NOT NULL CHECK (role IN ('owner', 'client')),
  about    TEXT NOT NULL,
  PRIMARY KEY (instance, number)
);
CREATE TABLE IF NOT EXISTS attempts (
  id         INTEGER PRIMARY KEY AUTOINCREMENT,
  instance   TEXT NOT NULL,
  number     TEXT NOT NULL,
  outcome    TEXT NOT NULL,
  at         REAL NOT NULL,
  message_id INTEGER
);
