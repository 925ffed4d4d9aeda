-- How many commands of an officer were decided lately.
CREATE INDEX commands_by_officer ON commands (agency, officer, decided_at);
