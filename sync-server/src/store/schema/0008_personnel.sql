-- What the agency knows, dated both ways: from when until when it is so (valid), and from when until when the agency believed it
-- (known). Nothing is overwritten: what turns out otherwise is closed, and the new knowledge is the next revision of its key.
-- kind and feed: the codes of personnel/kind.rs. subject: the officer, customer or detail it is about. valid_until and
-- valid_from at the ends of BIGINT mean without end. body: encoded.
CREATE TABLE known_facts (
  agency BYTEA NOT NULL,
  kind BIGINT NOT NULL,
  feed BIGINT NOT NULL,
  source_key TEXT NOT NULL,
  revision BIGINT NOT NULL,
  subject BYTEA NOT NULL,
  valid_from BIGINT NOT NULL,
  valid_until BIGINT NOT NULL,
  known_since BIGINT NOT NULL,
  known_until BIGINT,
  body BYTEA NOT NULL,
  PRIMARY KEY (agency, kind, feed, source_key, revision)
);
CREATE INDEX known_facts_of_subject ON known_facts (agency, subject, kind, valid_until);
-- Of each key, at most one is believed now.
CREATE UNIQUE INDEX known_facts_now ON known_facts (agency, kind, feed, source_key) WHERE known_until IS NULL;
-- What ends soon, and what a file that covers some time does not name any more.
CREATE INDEX known_facts_by_end ON known_facts (agency, kind, valid_until) WHERE known_until IS NULL;

-- When each feed was read from where it comes from, and of which time it then spoke.
CREATE TABLE feed_reads (
  agency BYTEA NOT NULL,
  kind BIGINT NOT NULL,
  feed BIGINT NOT NULL,
  number BIGINT NOT NULL,
  read_at BIGINT NOT NULL,
  known_since BIGINT NOT NULL,
  covers_from BIGINT,
  covers_until BIGINT,
  PRIMARY KEY (agency, kind, feed, number)
);

-- Every version of every rule set there ever was. Days are counted from 1970-01-01.
CREATE TABLE rule_sets (
  agency BYTEA NOT NULL,
  name TEXT NOT NULL,
  version BIGINT NOT NULL,
  effective_from BIGINT NOT NULL,
  effective_until BIGINT,
  set_at BIGINT NOT NULL,
  set_by TEXT NOT NULL,
  body BYTEA NOT NULL,
  PRIMARY KEY (agency, name, version)
);

-- What the rules said when something was decided, with all that they were asked about: inputs is compressed.
CREATE TABLE evaluations (
  agency BYTEA NOT NULL,
  number BIGINT NOT NULL,
  at BIGINT NOT NULL,
  actor TEXT NOT NULL,
  stage BIGINT NOT NULL,
  officer BYTEA NOT NULL,
  detail BYTEA NOT NULL,
  set_name TEXT NOT NULL,
  set_version BIGINT NOT NULL,
  outcome BIGINT NOT NULL,
  findings BYTEA NOT NULL,
  inputs BYTEA NOT NULL,
  inputs_hash BYTEA NOT NULL,
  PRIMARY KEY (agency, number)
);
CREATE INDEX evaluations_by_detail ON evaluations (agency, detail, number);
CREATE INDEX evaluations_by_officer ON evaluations (agency, officer, number);

-- Who let which rule's answer pass, for whom, on what and why.
CREATE TABLE overrides (
  agency BYTEA NOT NULL,
  number BIGINT NOT NULL,
  at BIGINT NOT NULL,
  actor TEXT NOT NULL,
  stage BIGINT NOT NULL,
  officer BYTEA NOT NULL,
  detail BYTEA NOT NULL,
  rule TEXT NOT NULL,
  set_name TEXT NOT NULL,
  set_version BIGINT NOT NULL,
  reason TEXT NOT NULL,
  sentence TEXT NOT NULL,
  hours_before BIGINT,
  hours_after BIGINT,
  PRIMARY KEY (agency, number)
);
CREATE INDEX overrides_by_detail ON overrides (agency, detail, officer, stage);
