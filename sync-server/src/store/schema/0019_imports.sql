-- Files that were sent in and wait until somebody has seen what they would do. They are thrown away when they are taken or left, and a
-- day later in any case. what: the name of what stands in them; covers: the time of which they name everything there is.
CREATE TABLE import_files (
  agency BYTEA NOT NULL,
  file BYTEA NOT NULL,
  what TEXT NOT NULL,
  name TEXT NOT NULL,
  sent_by TEXT NOT NULL,
  sent_at BIGINT NOT NULL,
  covers_from BIGINT,
  covers_until BIGINT,
  body BYTEA NOT NULL,
  PRIMARY KEY (agency, file)
);
