-- The device key that the agency knows this phone by; absent where it enrolled before this was kept. And whether the phone now signs
-- with another.
ALTER TABLE phone ADD COLUMN public_key BLOB;
ALTER TABLE phone ADD COLUMN key_changed INTEGER NOT NULL DEFAULT 0;

-- running: 0 no; 1 at work; 2 no more than on the way, which nothing has to end.
UPDATE documents SET running = 2 WHERE running = 1 AND last_punch = 1
  AND NOT EXISTS (SELECT 1 FROM facts WHERE facts.document = documents.document AND facts.kind = 2);
DROP INDEX documents_running;
CREATE INDEX documents_under_way ON documents (running, last_punch_at) WHERE running <> 0;

-- Some assignment here is about it. Kept by the triggers below, so that a list of the others does not walk through all history.
ALTER TABLE documents ADD COLUMN assigned INTEGER NOT NULL DEFAULT 0;
UPDATE documents SET assigned = EXISTS (SELECT 1 FROM records WHERE log = documents.document);
CREATE INDEX documents_unassigned ON documents (last_punch_at, substr(document, 9))
  WHERE assigned = 0 AND last_punch_at IS NOT NULL;
CREATE TRIGGER assigned_document AFTER INSERT ON documents BEGIN
  UPDATE documents SET assigned = EXISTS (SELECT 1 FROM records WHERE log = NEW.document) WHERE document = NEW.document;
END;
CREATE TRIGGER assigned_record AFTER INSERT ON records WHEN NEW.log IS NOT NULL BEGIN
  UPDATE documents SET assigned = 1 WHERE document = NEW.log;
END;
CREATE TRIGGER assigned_otherwise AFTER UPDATE OF log ON records WHEN OLD.log IS NOT NEW.log BEGIN
  UPDATE documents SET assigned = EXISTS (SELECT 1 FROM records WHERE log = documents.document)
    WHERE document IN (OLD.log, NEW.log);
END;
CREATE TRIGGER assigned_no_more AFTER DELETE ON records WHEN OLD.log IS NOT NULL BEGIN
  UPDATE documents SET assigned = EXISTS (SELECT 1 FROM records WHERE log = OLD.log) WHERE document = OLD.log;
END;
