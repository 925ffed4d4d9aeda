-- Documents that are held for a look are found without going through all there are.
CREATE INDEX documents_held ON documents (agency, document) WHERE quarantined = 1;
