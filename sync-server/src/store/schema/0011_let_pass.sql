-- The finding that an override let pass, encoded: it lets pass nothing worse. Absent in rows that are older than this.
ALTER TABLE overrides ADD COLUMN finding BYTEA;
-- What the rules last said of an officer on a detail at a stage.
CREATE INDEX evaluations_by_case ON evaluations (officer, detail, stage, agency, number);
-- The evaluation that was kept with a ruling.
CREATE TABLE ruling_evaluations (
  agency BYTEA NOT NULL,
  ruling BYTEA NOT NULL,
  evaluation BIGINT NOT NULL,
  PRIMARY KEY (agency, ruling)
);
