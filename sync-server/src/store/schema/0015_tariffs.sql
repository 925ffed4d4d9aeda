-- Versions of an agency's tariffs; append-only. Days are counted from 1970-01-01. body: the TOML text as it was set.
CREATE TABLE tariffs (
  agency BYTEA NOT NULL,
  name TEXT NOT NULL,
  version BIGINT NOT NULL,
  effective_from BIGINT NOT NULL,
  effective_until BIGINT,
  set_at BIGINT NOT NULL,
  set_by TEXT NOT NULL,
  body TEXT NOT NULL,
  PRIMARY KEY (agency, name, version)
);
