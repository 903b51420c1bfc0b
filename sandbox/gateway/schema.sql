-- Everything the sandbox gateway remembers; times are Unix seconds.
CREATE TABLE IF NOT EXISTS instances (
  name           TEXT PRIMARY KEY,
  id             TEXT NOT NULL,
  token          TEXT NOT NULL,
  state          TEXT NOT NULL CHECK (state IN ('open', 'connecting', 'close')),
  ever_connected INTEGER NOT NULL,
  webhook        TEXT,
  created_at     REAL NOT NULL
);
CREATE TABLE IF NOT EXISTS messages (
  id                 INTEGER PRIMARY KEY AUTOINCREMENT,
  instance           TEXT NOT NULL,
  number             TEXT NOT NULL,
  text               TEXT NOT NULL,
  accepted_at        REAL NOT NULL,
  gateway_message_id TEXT NOT NULL UNIQUE,
  remote_jid         TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS messages_of_a_chat ON messages (instance, remote_jid, id);
CREATE TABLE IF NOT EXISTS attempts (
  id         INTEGER PRIMARY KEY AUTOINCREMENT,
  instance   TEXT NOT NULL,
  number     TEXT NOT NULL,
  outcome    TEXT NOT NULL,
  at         REAL NOT NULL,
  message_id INTEGER
);
