-- Postings that take applications are found without going through all there ever were.
CREATE INDEX postings_by_stage ON postings (stage, agency, detail);
