-- The roles in which a token's holder signs approvals, parted by line feeds; * stands for every role.
ALTER TABLE tokens ADD COLUMN roles TEXT NOT NULL DEFAULT '';
-- The list of an agency's notices walked those of all agencies. The outbox's other indexes begin with what selects, as 0003 says.
DROP INDEX outbox_by_time;
CREATE INDEX outbox_by_time ON outbox (agency, created_at, delivery);
-- What the customer of a request agreed to of its details besides their places: by this a cancellation is quoted.
CREATE TABLE detail_terms (
  agency BYTEA NOT NULL,
  detail BYTEA NOT NULL,
  counts_as TEXT NOT NULL,
  vehicles BIGINT NOT NULL,
  PRIMARY KEY (agency, detail)
);
-- How often staff have written what is no record and is written whole, such as an officer's service. what: its name; subject: whose.
CREATE TABLE edit_versions (
  agency BYTEA NOT NULL,
  what TEXT NOT NULL,
  subject BYTEA NOT NULL,
  version BIGINT NOT NULL,
  PRIMARY KEY (agency, what, subject)
);
