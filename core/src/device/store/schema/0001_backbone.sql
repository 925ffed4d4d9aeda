-- The phone's store. Times are milliseconds since 1970 UTC, flags 0 or 1, ids 16 bytes, hashes 32.

-- Who this phone is, where it stands in the chain, in the feed and in time. One row.
CREATE TABLE phone (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  server TEXT,
  server_key BLOB,
  agency BLOB,
  officer BLOB,
  device BLOB,
  session_key BLOB,
  request_counter INTEGER NOT NULL DEFAULT 0,
  chain_counter INTEGER NOT NULL DEFAULT 0,
  chain_previous BLOB,
  writer BLOB,
  cursor BLOB,
  -- The server said that there is more.
  more INTEGER NOT NULL DEFAULT 0,
  -- Which pull from the beginning the rows below were last seen in.
  pull INTEGER NOT NULL DEFAULT 0,
  -- A pull from the beginning is under way: what it does not bring is no longer ours to read.
  pulling INTEGER NOT NULL DEFAULT 0,
  anchor_server INTEGER,
  anchor_monotonic INTEGER,
  anchor_boot INTEGER,
  anchor_round_trip INTEGER,
  compare_due INTEGER NOT NULL DEFAULT 0,
  compared_at INTEGER,
  -- When the server last said that it has no more for us.
  settled_at INTEGER,
  failures INTEGER NOT NULL DEFAULT 0,
  retry_at INTEGER,
  minimum_app INTEGER,
  revoked_at INTEGER
);
INSERT INTO phone (id) VALUES (1);

-- What the agency wrote, as it came. The columns after body are read out of it for the views.
CREATE TABLE records (
  number INTEGER PRIMARY KEY,
  kind INTEGER NOT NULL,
  id BLOB NOT NULL,
  version INTEGER NOT NULL,
  pull INTEGER NOT NULL,
  body BLOB NOT NULL,
  -- What it belongs to: an assignment's or application's detail, a ruling's assignment.
  parent BLOB,
  -- The document of an assignment.
  log BLOB,
  starts INTEGER,
  ends INTEGER,
  -- An open detail, an assignment in force, the ruling that holds.
  live INTEGER NOT NULL DEFAULT 1
);
CREATE UNIQUE INDEX records_by_id ON records (kind, id);
CREATE INDEX records_by_end ON records (kind, ends);
CREATE INDEX records_live_by_end ON records (kind, ends) WHERE live = 1;
CREATE INDEX records_by_parent ON records (kind, parent);
CREATE INDEX records_by_log ON records (log) WHERE log IS NOT NULL;

-- Documents that this phone holds. heads and max_op cover every change in this store, sent or not.
CREATE TABLE documents (
  document BLOB PRIMARY KEY,
  kind INTEGER NOT NULL,
  heads BLOB NOT NULL,
  max_op INTEGER NOT NULL,
  -- The stream that the next own change continues; absent: the phone's current writer from the start.
  writer BLOB,
  writer_seq INTEGER NOT NULL DEFAULT 0,
  -- The detail that an unassigned shift log is said to belong to.
  detail BLOB,
  last_punch INTEGER,
  last_punch_at INTEGER,
  running INTEGER NOT NULL DEFAULT 0,
  -- 0 in step; 1 refused, waits for the server's copy; 2 refused, sends one fact a change until it is in step.
  stage INTEGER NOT NULL DEFAULT 0,
  -- The server holds it back until then (quarantine, limits).
  held_until INTEGER,
  held_reason INTEGER,
  -- Exchanges in a row in which the server waited for a change that we cannot supply.
  waits INTEGER NOT NULL DEFAULT 0,
  pull INTEGER NOT NULL DEFAULT 0,
  -- The server had something of it.
  known INTEGER NOT NULL DEFAULT 0,
  -- 0 ours to read; 1 no longer ours to read; 2 and what others wrote is taken out: their changes' bodies are empty.
  forget INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;
CREATE INDEX documents_running ON documents (last_punch_at) WHERE running = 1;
CREATE INDEX documents_stage ON documents (stage) WHERE stage <> 0;
CREATE INDEX documents_forget ON documents (forget) WHERE forget <> 0;

-- Raw changes, in causal order by number. accepted_at: when the server is known to have it.
CREATE TABLE changes (
  number INTEGER PRIMARY KEY,
  document BLOB NOT NULL,
  hash BLOB NOT NULL,
  own INTEGER NOT NULL,
  writer BLOB NOT NULL,
  writer_seq INTEGER NOT NULL,
  deps BLOB NOT NULL,
  max_op INTEGER NOT NULL,
  made_at INTEGER NOT NULL,
  accepted_at INTEGER,
  body BLOB NOT NULL
);
CREATE UNIQUE INDEX changes_by_hash ON changes (document, hash);
CREATE INDEX changes_waiting ON changes (number) WHERE accepted_at IS NULL;
-- Which documents have some that wait: the first screen asks, and must not walk through all history for it.
CREATE INDEX changes_waiting_documents ON changes (document) WHERE accepted_at IS NULL;

-- Facts, own and others', as the views and the chain need them. Own ones are here before any change holds them.
-- todo: 1 to be put into a change, 2 to be signed, 4 signature to be put into a change; 0 in the end.
CREATE TABLE facts (
  document BLOB NOT NULL,
  fact BLOB NOT NULL,
  own INTEGER NOT NULL,
  kind INTEGER NOT NULL,
  at INTEGER NOT NULL,
  counter INTEGER NOT NULL,
  hash BLOB,
  bytes BLOB NOT NULL,
  signature BLOB,
  todo INTEGER NOT NULL,
  change BLOB,
  signature_change BLOB,
  accepted_at INTEGER,
  refused INTEGER,
  PRIMARY KEY (document, fact)
) WITHOUT ROWID;
CREATE INDEX facts_todo ON facts (todo) WHERE todo <> 0;
CREATE INDEX facts_refused ON facts (refused) WHERE refused IS NOT NULL;

-- The streams this phone has written under. bound: the server has tied it to this device.
CREATE TABLE writers (
  writer BLOB PRIMARY KEY,
  bound INTEGER NOT NULL
) WITHOUT ROWID;

-- Wishes. waiting: to be sent (again).
CREATE TABLE commands (
  number INTEGER PRIMARY KEY,
  id BLOB NOT NULL UNIQUE,
  kind INTEGER NOT NULL,
  about BLOB,
  wish BLOB NOT NULL,
  made_at INTEGER NOT NULL,
  waiting INTEGER NOT NULL,
  decision INTEGER,
  reason TEXT,
  decided_at INTEGER
);
CREATE INDEX commands_waiting ON commands (number) WHERE waiting = 1;
CREATE INDEX commands_about ON commands (about, kind);

-- Originals of photos and videos, in the blob folder under their hash.
CREATE TABLE attachments (
  number INTEGER PRIMARY KEY,
  hash BLOB NOT NULL UNIQUE,
  size INTEGER NOT NULL,
  media_type TEXT NOT NULL,
  added_at INTEGER NOT NULL,
  -- How much the server last said it has; absent: ask first.
  received INTEGER,
  -- How often it did not arrive as it was sent since the server last had more of it than ever before, and how much that was.
  attempts INTEGER NOT NULL DEFAULT 0,
  furthest INTEGER NOT NULL DEFAULT 0,
  completed_at INTEGER,
  failed TEXT,
  removed_at INTEGER
);
CREATE INDEX attachments_waiting ON attachments (number) WHERE completed_at IS NULL AND failed IS NULL;
CREATE INDEX attachments_failed ON attachments (number) WHERE failed IS NOT NULL;

-- Every own fact that names an original: the same photo may belong to two.
CREATE TABLE attachment_facts (
  hash BLOB NOT NULL,
  document BLOB NOT NULL,
  fact BLOB NOT NULL,
  PRIMARY KEY (hash, document, fact)
) WITHOUT ROWID;
CREATE INDEX attachment_facts_by_document ON attachment_facts (document);

-- What went wrong that a person may want to see: a store set aside, an entry that could not be taken, words that no longer apply.
CREATE TABLE reports (
  number INTEGER PRIMARY KEY,
  at INTEGER NOT NULL,
  what TEXT NOT NULL,
  subject TEXT NOT NULL,
  reason TEXT NOT NULL,
  bytes BLOB
);
