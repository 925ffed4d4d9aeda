-- Indexes that begin with what selects. Every one of these began with the agency, of which there is one: PostgreSQL, while a
-- table is young and has no statistics, takes any index that begins like the query, and then reads the whole agency through it.
DROP INDEX memberships_by_seq;
CREATE INDEX memberships_by_seq ON memberships (officer, agency, seq);
DROP INDEX feed_items_by_seq;
CREATE INDEX feed_items_by_seq ON feed_items (audience, agency, seq);
-- What stands, for a phone that has nothing yet: an audience's past may be a hundred times as long.
DROP INDEX feed_items_standing;
CREATE INDEX feed_items_standing ON feed_items (audience, agency, seq) WHERE gone = 0;
DROP INDEX devices_by_officer;
CREATE INDEX devices_by_officer ON devices (officer);
DROP INDEX writers_by_device;
CREATE INDEX writers_by_device ON writers (device);
DROP INDEX documents_by_owner;
CREATE INDEX documents_by_owner ON documents (owner, kind);
DROP INDEX document_writers_by_writer;
CREATE INDEX document_writers_by_writer ON document_writers (writer);
DROP INDEX facts_by_chain;
CREATE INDEX facts_by_chain ON facts (device, counter);
DROP INDEX commands_by_officer;
CREATE INDEX commands_by_officer ON commands (officer, decided_at);
DROP INDEX assignments_by_detail;
CREATE INDEX assignments_by_detail ON assignments (detail, assignment);
DROP INDEX assignments_by_officer;
CREATE INDEX assignments_by_officer ON assignments (officer, ends);
DROP INDEX assignments_one_a_position;
CREATE UNIQUE INDEX assignments_one_a_position ON assignments (detail, position, agency) WHERE active = 1;
DROP INDEX blobs_by_officer;
CREATE INDEX blobs_by_officer ON blobs (officer);
DROP INDEX uploads_by_officer;
CREATE INDEX uploads_by_officer ON uploads (officer);
