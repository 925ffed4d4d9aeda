-- The roles in which a token's holder signs approvals, parted by line feeds; * stands for every role.
ALTER TABLE tokens ADD COLUMN roles TEXT NOT NULL DEFAULT '';
-- The list of an agency's notices walked those of all agencies. The outbox's other indexes begin with what selects, as 0003 says.
DROP INDEX outbox_by_time;
CREATE INDEX outbox_by_time ON outbox (agency, created_at, delivery);
