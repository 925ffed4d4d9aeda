-- What was looked for by reading all there is.
-- Uploads that stand still.
CREATE INDEX uploads_by_touch ON uploads (touched_at);
