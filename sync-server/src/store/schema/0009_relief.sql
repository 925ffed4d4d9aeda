-- Call-offs, who comes instead, trades, and who has come.

-- What the agency has settled about all this. JSON; each in force until the next.
CREATE TABLE staffing_rules (
  agency BYTEA NOT NULL,
  from_at BIGINT NOT NULL,
  body TEXT NOT NULL,
  PRIMARY KEY (agency, from_at)
);

-- Searches for who comes instead of an officer, one an assignment, the latest. state: 0 searching, 1 somebody was found, 2 over.
-- kept: the officer has the assignment until then. body: an encoded Relief.
CREATE TABLE reliefs (
  agency BYTEA NOT NULL,
  assignment BYTEA NOT NULL,
  detail BYTEA NOT NULL,
  position BYTEA NOT NULL,
  officer BYTEA NOT NULL,
  state BIGINT NOT NULL,
  kept BIGINT NOT NULL,
  body BYTEA NOT NULL,
  PRIMARY KEY (agency, assignment)
);
CREATE INDEX reliefs_searching ON reliefs (agency, detail, assignment) WHERE state = 0;

-- The wishes and offers that wait for somebody; what they are stands in their records. kind: the record's. subject: the
-- assignment.
CREATE TABLE waiting_wishes (
  agency BYTEA NOT NULL,
  kind BIGINT NOT NULL,
  id BYTEA NOT NULL,
  subject BYTEA NOT NULL,
  PRIMARY KEY (agency, kind, id)
);
CREATE INDEX waiting_wishes_by_subject ON waiting_wishes (agency, subject, kind, id);

-- Who was told that an officer has not come, and what a person said to it. told: a bit each, see scheduling/watch.rs. no_show:
-- 0 none, 1 it looks like one, 2 confirmed, 3 denied, 4 taken back. entry: of the ledger.
CREATE TABLE watches (
  agency BYTEA NOT NULL,
  assignment BYTEA NOT NULL,
  officer BYTEA NOT NULL,
  told BIGINT NOT NULL,
  no_show BIGINT NOT NULL,
  entry BYTEA,
  PRIMARY KEY (agency, assignment)
);
-- No-shows that were taken back, which no penalty may follow from.
CREATE INDEX watches_taken_back ON watches (agency, officer) WHERE no_show = 4;

-- Who works in a stretch of time.
CREATE INDEX assignments_by_start ON assignments (agency, starts, assignment);
