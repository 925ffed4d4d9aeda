-- When the rules were last asked and said the same as an evaluation: NULL where they were asked once.
ALTER TABLE evaluations ADD COLUMN asked_at BIGINT;
