-- Postings, what is known of officers for awards, and the opportunity ledger.

-- One a detail, the latest. stage is a DetailStage. body is an encoded Posting, secret an encoded Secret.
-- shown_to: groups that see it, a line each; empty: nobody yet; NULL: every officer.
CREATE TABLE postings (
  agency BYTEA NOT NULL,
  detail BYTEA NOT NULL,
  stage BIGINT NOT NULL,
  body BYTEA NOT NULL,
  secret BYTEA NOT NULL,
  shown_to TEXT,
  PRIMARY KEY (agency, detail)
);

-- Awards that were decided, every one: what a later window of the same detail decides stands beside the earlier.
CREATE TABLE awards (
  agency BYTEA NOT NULL,
  detail BYTEA NOT NULL,
  decided_at BIGINT NOT NULL,
  body BYTEA NOT NULL,
  PRIMARY KEY (agency, detail, decided_at)
);

-- seniority: 1 is the most senior; equal numbers are one group.
CREATE TABLE officer_service (
  agency BYTEA NOT NULL,
  officer BYTEA NOT NULL,
  seniority BIGINT,
  in_service_since BIGINT,
  outside BIGINT NOT NULL,
  rotation_asked BIGINT,
  rotation_left BIGINT,
  PRIMARY KEY (agency, officer)
);

-- Each officer's turn in a posting with bidding rounds, fixed when it goes up.
CREATE TABLE posting_turns (
  agency BYTEA NOT NULL,
  detail BYTEA NOT NULL,
  officer BYTEA NOT NULL,
  turn BIGINT NOT NULL,
  PRIMARY KEY (agency, detail, officer)
);

-- Append-only. What is about everybody has the nil officer.
CREATE TABLE ledger (
  agency BYTEA NOT NULL,
  officer BYTEA NOT NULL,
  at BIGINT NOT NULL,
  entry BYTEA NOT NULL,
  body BYTEA NOT NULL,
  PRIMARY KEY (agency, officer, at, entry)
);

-- Labour contracts: what is charged for what. JSON; each in force until the next.
CREATE TABLE contracts (
  agency BYTEA NOT NULL,
  from_at BIGINT NOT NULL,
  body TEXT NOT NULL,
  PRIMARY KEY (agency, from_at)
);
