-- The read table of details: when each is, and how many of its places are empty. state is a DetailState's number.
CREATE TABLE detail_times (
  agency BYTEA NOT NULL,
  detail BYTEA NOT NULL,
  site BYTEA NOT NULL,
  starts BIGINT NOT NULL,
  ends BIGINT NOT NULL,
  state BIGINT NOT NULL,
  places BIGINT NOT NULL,
  empty BIGINT NOT NULL,
  PRIMARY KEY (agency, detail)
);
CREATE INDEX detail_times_by_start ON detail_times (agency, starts, detail);

-- Forms that are kept under a name, to be filled in from. body is JSON: what stood in the fields.
CREATE TABLE detail_templates (
  agency BYTEA NOT NULL,
  name TEXT NOT NULL,
  changed_at BIGINT NOT NULL,
  changed_by TEXT NOT NULL,
  body TEXT NOT NULL,
  PRIMARY KEY (agency, name)
);
