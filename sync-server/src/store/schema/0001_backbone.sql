-- The backbone. One text for both engines; the dialect files say how each spells a type.
-- Times are milliseconds since 1970 UTC, flags 0 or 1, ids 16 bytes. The agency is the first column of every key.

-- The server's own signing key: what invitations pin and answers are signed with.
CREATE TABLE server_identity (
  id BIGINT PRIMARY KEY,
  secret BYTEA NOT NULL,
  created_at BIGINT NOT NULL
);

-- One row an agency. Writers lock it first: number order is commit order.
CREATE TABLE agencies (
  agency BYTEA PRIMARY KEY,
  epoch BIGINT NOT NULL,
  seq BIGINT NOT NULL,
  audit_number BIGINT NOT NULL,
  audit_hash BYTEA NOT NULL,
  created_at BIGINT NOT NULL
);

-- Everything the agency writes, as it now is; body is the encoded record.
CREATE TABLE records (
  agency BYTEA NOT NULL,
  kind BIGINT NOT NULL,
  id BYTEA NOT NULL,
  version BIGINT NOT NULL,
  seq BIGINT NOT NULL,
  changed_at BIGINT NOT NULL,
  body BYTEA NOT NULL,
  PRIMARY KEY (agency, kind, id)
);
CREATE INDEX records_by_change ON records (agency, kind, seq);

-- Every version there ever was: any past day can be looked at again.
CREATE TABLE record_versions (
  agency BYTEA NOT NULL,
  kind BIGINT NOT NULL,
  id BYTEA NOT NULL,
  version BIGINT NOT NULL,
  changed_at BIGINT NOT NULL,
  body BYTEA NOT NULL,
  PRIMARY KEY (agency, kind, id, version)
);

-- Who belongs to which audience: 'agency', 'officer:<hex>', 'detail:<hex>', 'group:<name>'.
CREATE TABLE memberships (
  agency BYTEA NOT NULL,
  officer BYTEA NOT NULL,
  audience TEXT NOT NULL,
  seq BIGINT NOT NULL,
  active BIGINT NOT NULL,
  PRIMARY KEY (agency, officer, audience)
);
CREATE INDEX memberships_by_seq ON memberships (agency, officer, seq);

-- What each audience can see, and when that last moved. One row an item and audience, however often the item changes.
-- item is a record kind's number, or 1000000 + a document kind's. since: when the item last entered the audience;
-- first: when any audience first showed it, so that a phone which had not come that far cannot hold it.
CREATE TABLE feed_items (
  agency BYTEA NOT NULL,
  audience TEXT NOT NULL,
  item BIGINT NOT NULL,
  id BYTEA NOT NULL,
  seq BIGINT NOT NULL,
  since BIGINT NOT NULL,
  first BIGINT NOT NULL,
  gone BIGINT NOT NULL,
  PRIMARY KEY (agency, audience, item, id)
);
CREATE INDEX feed_items_by_seq ON feed_items (agency, audience, seq);
-- What stands, for a phone that has nothing yet: an audience's past may be a hundred times as long.
CREATE INDEX feed_items_standing ON feed_items (agency, audience, seq) WHERE gone = 0;
-- With the audience, so that a list in its order is not read from an index that begins with it.
CREATE INDEX feed_items_by_item ON feed_items (agency, item, id, audience);

CREATE TABLE devices (
  agency BYTEA NOT NULL,
  device BYTEA NOT NULL,
  officer BYTEA NOT NULL,
  public_key BYTEA NOT NULL,
  label TEXT NOT NULL,
  counter BIGINT NOT NULL,
  session_key BYTEA NOT NULL,
  session_until BIGINT NOT NULL,
  app BIGINT NOT NULL,
  enrolled_at BIGINT NOT NULL,
  seen_at BIGINT NOT NULL,
  revoked_at BIGINT,
  last_push_at BIGINT,
  PRIMARY KEY (agency, device)
);
-- A credential names the device alone.
CREATE UNIQUE INDEX devices_by_id ON devices (device);
CREATE INDEX devices_by_officer ON devices (agency, officer);

-- Automerge actors, each bound to one device, for ever once it has written.
CREATE TABLE writers (
  agency BYTEA NOT NULL,
  writer BYTEA NOT NULL,
  device BYTEA NOT NULL,
  bound_at BIGINT NOT NULL,
  PRIMARY KEY (agency, writer)
);
CREATE INDEX writers_by_device ON writers (agency, device);

-- The server as a writer of an agency, one a life of the database: notes of staff. counter and previous: its next fact's.
CREATE TABLE server_writers (
  agency BYTEA NOT NULL,
  epoch BIGINT NOT NULL,
  device BYTEA NOT NULL,
  writer BYTEA NOT NULL,
  counter BIGINT NOT NULL,
  previous BYTEA NOT NULL,
  PRIMARY KEY (agency, epoch)
);

CREATE TABLE enrolment_codes (
  agency BYTEA NOT NULL,
  code_hash BYTEA NOT NULL,
  officer BYTEA NOT NULL,
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  used_at BIGINT,
  device BYTEA,
  PRIMARY KEY (agency, code_hash)
);
CREATE UNIQUE INDEX enrolment_codes_by_hash ON enrolment_codes (code_hash);

-- The small index that admission works from, without loading a document.
CREATE TABLE documents (
  agency BYTEA NOT NULL,
  document BYTEA NOT NULL,
  kind BIGINT NOT NULL,
  owner BYTEA NOT NULL,
  heads BYTEA NOT NULL,
  max_op BIGINT NOT NULL,
  changes BIGINT NOT NULL,
  bytes BIGINT NOT NULL,
  quarantined BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (agency, document)
);
CREATE INDEX documents_by_owner ON documents (agency, owner, kind);

CREATE TABLE document_writers (
  agency BYTEA NOT NULL,
  document BYTEA NOT NULL,
  writer BYTEA NOT NULL,
  last_seq BIGINT NOT NULL,
  PRIMARY KEY (agency, document, writer)
);
CREATE INDEX document_writers_by_writer ON document_writers (agency, writer);

-- Raw changes are the record: any document can be rebuilt from them.
CREATE TABLE changes (
  agency BYTEA NOT NULL,
  document BYTEA NOT NULL,
  seq BIGINT NOT NULL,
  writer BYTEA NOT NULL,
  writer_seq BIGINT NOT NULL,
  hash BYTEA NOT NULL,
  max_op BIGINT NOT NULL,
  device BYTEA NOT NULL,
  received_at BIGINT NOT NULL,
  body BYTEA NOT NULL,
  PRIMARY KEY (agency, document, seq)
);
CREATE UNIQUE INDEX changes_by_writer ON changes (agency, document, writer, writer_seq);
CREATE UNIQUE INDEX changes_by_hash ON changes (agency, document, hash);

-- Facts, read out of the changes as they were admitted. signed: 0 unsigned, 1 the signature fits, 2 it does not.
CREATE TABLE facts (
  agency BYTEA NOT NULL,
  document BYTEA NOT NULL,
  fact BYTEA NOT NULL,
  seq BIGINT NOT NULL,
  officer BYTEA NOT NULL,
  device BYTEA NOT NULL,
  kind BIGINT NOT NULL,
  counter BIGINT NOT NULL,
  previous BYTEA NOT NULL,
  hash BYTEA NOT NULL,
  received_at BIGINT NOT NULL,
  body BYTEA NOT NULL,
  signature BYTEA,
  signed BIGINT NOT NULL,
  PRIMARY KEY (agency, document, fact)
);
CREATE INDEX facts_by_chain ON facts (agency, device, counter);

CREATE TABLE commands (
  agency BYTEA NOT NULL,
  command BYTEA NOT NULL,
  officer BYTEA NOT NULL,
  device BYTEA NOT NULL,
  wish BYTEA NOT NULL,
  made_at BIGINT NOT NULL,
  decision BIGINT NOT NULL,
  reason TEXT NOT NULL,
  decided_at BIGINT NOT NULL,
  PRIMARY KEY (agency, command)
);

-- Read tables: what the server must find quickly in its own records. starts and ends: the detail's; log: the shift log.
CREATE TABLE assignments (
  agency BYTEA NOT NULL,
  assignment BYTEA NOT NULL,
  detail BYTEA NOT NULL,
  position BYTEA NOT NULL,
  officer BYTEA NOT NULL,
  active BIGINT NOT NULL,
  starts BIGINT NOT NULL,
  ends BIGINT NOT NULL,
  log BYTEA NOT NULL,
  PRIMARY KEY (agency, assignment)
);
-- With the id, so that a list in its order is not read from the primary key.
CREATE INDEX assignments_by_detail ON assignments (agency, detail, assignment);
CREATE INDEX assignments_by_officer ON assignments (agency, officer, ends);
CREATE UNIQUE INDEX assignments_by_log ON assignments (agency, log);
-- A position is never held twice.
CREATE UNIQUE INDEX assignments_one_a_position ON assignments (agency, detail, position) WHERE active = 1;

CREATE TABLE applications (
  agency BYTEA NOT NULL,
  detail BYTEA NOT NULL,
  officer BYTEA NOT NULL,
  application BYTEA NOT NULL,
  PRIMARY KEY (agency, detail, officer)
);

-- The ruling in force on an assignment.
CREATE TABLE rulings (
  agency BYTEA NOT NULL,
  assignment BYTEA NOT NULL,
  ruling BYTEA NOT NULL,
  PRIMARY KEY (agency, assignment)
);

-- Blobs and the facts that name them. A blob that nothing names is never taken.
CREATE TABLE blobs (
  agency BYTEA NOT NULL,
  hash BYTEA NOT NULL,
  officer BYTEA NOT NULL,
  size BIGINT NOT NULL,
  completed_at BIGINT NOT NULL,
  PRIMARY KEY (agency, hash)
);
CREATE INDEX blobs_by_officer ON blobs (agency, officer);
-- Unfinished ones, one an officer: nobody can spoil another's upload.
CREATE TABLE uploads (
  agency BYTEA NOT NULL,
  hash BYTEA NOT NULL,
  officer BYTEA NOT NULL,
  size BIGINT NOT NULL,
  received BIGINT NOT NULL,
  touched_at BIGINT NOT NULL,
  PRIMARY KEY (agency, hash, officer)
);
CREATE INDEX uploads_by_officer ON uploads (agency, officer);
CREATE TABLE blob_names (
  agency BYTEA NOT NULL,
  hash BYTEA NOT NULL,
  document BYTEA NOT NULL,
  fact BYTEA NOT NULL,
  officer BYTEA NOT NULL,
  media_type TEXT NOT NULL,
  size BIGINT NOT NULL,
  PRIMARY KEY (agency, hash, document, fact)
);

-- What a revoked device still pushed, and documents that failed their check: for a person to look at.
CREATE TABLE quarantine (
  agency BYTEA NOT NULL,
  id BYTEA NOT NULL,
  device BYTEA NOT NULL,
  received_at BIGINT NOT NULL,
  reason TEXT NOT NULL,
  body BYTEA NOT NULL,
  PRIMARY KEY (agency, id)
);

-- Append-only, hash-chained.
CREATE TABLE audit (
  agency BYTEA NOT NULL,
  number BIGINT NOT NULL,
  at BIGINT NOT NULL,
  actor TEXT NOT NULL,
  action TEXT NOT NULL,
  subject TEXT NOT NULL,
  detail TEXT NOT NULL,
  previous BYTEA NOT NULL,
  hash BYTEA NOT NULL,
  PRIMARY KEY (agency, number)
);

-- Staff callers. secret_hash is SHA-256 of a 256-bit random secret.
CREATE TABLE tokens (
  agency BYTEA NOT NULL,
  token BYTEA NOT NULL,
  secret_hash BYTEA NOT NULL,
  name TEXT NOT NULL,
  scopes TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  expires_at BIGINT,
  revoked_at BIGINT,
  PRIMARY KEY (agency, token)
);
CREATE UNIQUE INDEX tokens_by_secret ON tokens (secret_hash);
