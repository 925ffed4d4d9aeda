-- Work that waits, one row a job. job: the first 16 bytes of SHA-256 of the agency, the kind and the key, so that the same work
-- is one row however often it is asked for. state: 0 waiting, 1 done, 2 parked after too many failures. claim: grows whenever
-- somebody takes the job or changes it, so that who was too slow can tell.
CREATE TABLE jobs (
  agency BYTEA NOT NULL,
  job BYTEA NOT NULL,
  kind TEXT NOT NULL,
  key TEXT NOT NULL,
  due BIGINT NOT NULL,
  payload BYTEA NOT NULL,
  state BIGINT NOT NULL,
  attempts BIGINT NOT NULL,
  claim BIGINT NOT NULL,
  last_error TEXT,
  created_at BIGINT NOT NULL,
  done_at BIGINT,
  PRIMARY KEY (agency, job)
);
-- What is due, over all agencies: the runner asks once a second for each kind.
CREATE INDEX jobs_waiting ON jobs (kind, due) WHERE state = 0;
-- What staff look at.
CREATE INDEX jobs_by_state ON jobs (state, agency, due, job);
-- What may be forgotten.
CREATE INDEX jobs_done ON jobs (done_at) WHERE state = 1;
