-- The read table of the ledger: what each of its entries charges on which list, and which begin a list anew, for everybody where
-- the officer is all zeros. list is the SHA-256 of its name, which may be of any length and of any characters.
CREATE TABLE charges (
  agency BYTEA NOT NULL,
  list BYTEA NOT NULL,
  officer BYTEA NOT NULL,
  at BIGINT NOT NULL,
  entry BYTEA NOT NULL,
  minutes BIGINT NOT NULL,
  PRIMARY KEY (agency, list, officer, at, entry)
);

CREATE TABLE list_resets (
  agency BYTEA NOT NULL,
  list BYTEA NOT NULL,
  officer BYTEA NOT NULL,
  at BIGINT NOT NULL,
  entry BYTEA NOT NULL,
  PRIMARY KEY (agency, list, officer, at, entry)
);
