-- People who sign in to the console. login: their e-mail address in lower case; password: argon2id in the form that names its
-- parameters, null for who has none; totp_step: the last step whose code was used, so that no code is used twice.
CREATE TABLE users (
  agency BYTEA NOT NULL,
  person BYTEA NOT NULL,
  login TEXT NOT NULL,
  name TEXT NOT NULL,
  role TEXT NOT NULL,
  password TEXT,
  must_change BIGINT NOT NULL,
  totp_secret BYTEA,
  totp_step BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  signed_in_at BIGINT,
  disabled_at BIGINT,
  PRIMARY KEY (agency, person)
);
CREATE UNIQUE INDEX users_by_login ON users (agency, login);
-- Failures in a row. subject: the person's id, or one of few places that all names share which are nobody's, so that a failure
-- costs and tells the same for both and strangers fill no table.
CREATE TABLE tallies (
  agency BYTEA NOT NULL,
  subject BYTEA NOT NULL,
  failures BIGINT NOT NULL,
  locked_until BIGINT,
  PRIMARY KEY (agency, subject)
);
CREATE TABLE recovery_codes (
  agency BYTEA NOT NULL,
  person BYTEA NOT NULL,
  code BYTEA NOT NULL,
  PRIMARY KEY (agency, person, code)
);
-- session: the hash of the secret that the browser holds. stage: how far the sign-in has come. pending: a second factor's secret
-- that is shown but not yet confirmed.
CREATE TABLE staff_sessions (
  agency BYTEA NOT NULL,
  session BYTEA NOT NULL,
  person BYTEA NOT NULL,
  stage TEXT NOT NULL,
  began_at BIGINT NOT NULL,
  seen_at BIGINT NOT NULL,
  browser TEXT NOT NULL,
  pending BYTEA,
  PRIMARY KEY (agency, session)
);
CREATE INDEX staff_sessions_by_person ON staff_sessions (agency, person);
-- Forms that were sent: each is taken once. Gone with the session.
CREATE TABLE forms_sent (
  agency BYTEA NOT NULL,
  session BYTEA NOT NULL,
  form BYTEA NOT NULL,
  PRIMARY KEY (agency, session, form)
);
-- Links by which somebody sets their first or a new password, once. link: the hash of the secret in it.
CREATE TABLE one_time_links (
  agency BYTEA NOT NULL,
  link BYTEA NOT NULL,
  person BYTEA NOT NULL,
  expires_at BIGINT NOT NULL,
  PRIMARY KEY (agency, link)
);
CREATE INDEX one_time_links_by_person ON one_time_links (agency, person);
-- What a role may do where the agency has set it; a role that is not here may do what is usual.
CREATE TABLE role_permissions (
  agency BYTEA NOT NULL,
  role TEXT NOT NULL,
  scopes TEXT NOT NULL,
  second_step BIGINT NOT NULL,
  changed_at BIGINT NOT NULL,
  PRIMARY KEY (agency, role)
);
-- The log by who and by what. By time it is found by its numbers, which were given in that order.
CREATE INDEX audit_by_actor ON audit (agency, actor, number);
CREATE INDEX audit_by_subject ON audit (agency, subject, number);
