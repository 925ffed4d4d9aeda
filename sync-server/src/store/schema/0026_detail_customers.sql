-- Who hires for a detail, whoever has its site by now.
ALTER TABLE detail_times ADD COLUMN customer BYTEA;
