-- Timesheets: one row an assignment, so that the queue of what is to be ruled on reads rows and folds no facts. The columns up to
-- active follow the assignment; the rest says how its facts looked when they were last looked at.
-- state: 0 open, 1 asked back, 2 ruled, 3 the facts changed after the ruling. look_at: when the facts are to be looked at (again).
-- flags: the kinds of the flags, each with a blank before and after it. worked, accepted: minutes. basis: the digest of the facts
-- that a ruling rests on; ruled_basis: as it was when the ruling in force was made.
CREATE TABLE timesheets (
  agency BYTEA NOT NULL,
  assignment BYTEA NOT NULL,
  detail BYTEA NOT NULL,
  officer BYTEA NOT NULL,
  site BYTEA,
  starts BIGINT NOT NULL,
  ends BIGINT NOT NULL,
  active BIGINT NOT NULL,
  state BIGINT NOT NULL,
  facts BIGINT NOT NULL,
  reviews BIGINT NOT NULL,
  notices BIGINT NOT NULL,
  flags TEXT NOT NULL,
  worked BIGINT NOT NULL,
  accepted BIGINT,
  submitted_at BIGINT,
  answered_at BIGINT,
  basis BYTEA,
  ruled_basis BYTEA,
  look_at BIGINT,
  PRIMARY KEY (agency, assignment)
);
CREATE INDEX timesheets_to_look_at ON timesheets (agency, look_at) WHERE look_at IS NOT NULL;
-- The queue: by where they stand, the weightiest and then the oldest first.
CREATE INDEX timesheets_by_state ON timesheets (agency, state, reviews, starts);

-- What officers were asked about their timesheets. message: the message that asks.
CREATE TABLE timesheet_questions (
  agency BYTEA NOT NULL,
  assignment BYTEA NOT NULL,
  message BYTEA NOT NULL,
  officer BYTEA NOT NULL,
  asked_by TEXT NOT NULL,
  asked_at BIGINT NOT NULL,
  text TEXT NOT NULL,
  answered_at BIGINT,
  PRIMARY KEY (agency, assignment, message)
);
CREATE INDEX timesheet_questions_open ON timesheet_questions (agency, officer) WHERE answered_at IS NULL;

-- Those there are already: looked at by a job after the server has started.
INSERT INTO timesheets (agency, assignment, detail, officer, starts, ends, active, state, facts, reviews, notices, flags, worked,
  look_at)
  SELECT a.agency, a.assignment, a.detail, a.officer, a.starts, a.ends, a.active,
    CASE WHEN r.ruling IS NULL THEN 0 ELSE 2 END, 0, 0, 0, '', 0, 0
  FROM assignments a LEFT JOIN rulings r ON r.agency = a.agency AND r.assignment = a.assignment;
