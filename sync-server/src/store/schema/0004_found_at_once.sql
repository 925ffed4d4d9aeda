-- What was looked for by reading all there is.
-- Uploads that stand still.
CREATE INDEX uploads_by_touch ON uploads (touched_at);
-- Read table: whose an employee number is. Filled from the officers' records as this version is applied.
CREATE TABLE employee_numbers (
  agency BYTEA NOT NULL,
  number TEXT NOT NULL,
  officer BYTEA NOT NULL,
  PRIMARY KEY (agency, number)
);
CREATE INDEX employee_numbers_by_officer ON employee_numbers (officer);
-- Read table: shift logs that no assignment has.
CREATE TABLE unassigned_logs (
  agency BYTEA NOT NULL,
  document BYTEA NOT NULL,
  PRIMARY KEY (agency, document)
);
INSERT INTO unassigned_logs (agency, document) SELECT d.agency, d.document FROM documents d
  WHERE d.kind = 1
    AND NOT EXISTS (SELECT 1 FROM assignments a WHERE a.agency = d.agency AND a.log = d.document)
    AND NOT EXISTS (SELECT 1 FROM assignments a WHERE a.agency = d.agency AND a.assignment = d.document);
