-- The identity provider by which an agency's people sign in. client_secret: encrypted under the server's key, which is not in the
-- database; null where none is kept. second_step: the values of amr and acr that stand for a second step, one a line. others: 1 where
-- people who are no administrators sign in by password and passkey too.
CREATE TABLE identity_providers (
  agency BYTEA NOT NULL,
  name TEXT NOT NULL,
  issuer TEXT NOT NULL,
  client TEXT NOT NULL,
  client_secret BYTEA,
  second_step TEXT NOT NULL,
  is_on BIGINT NOT NULL,
  others BIGINT NOT NULL,
  version BIGINT NOT NULL,
  changed_at BIGINT NOT NULL,
  PRIMARY KEY (agency)
);
-- Whose account at a provider is whose here. subject: what the provider calls them, which is theirs for ever.
CREATE TABLE provider_accounts (
  agency BYTEA NOT NULL,
  issuer TEXT NOT NULL,
  subject TEXT NOT NULL,
  person BYTEA NOT NULL,
  bound_at BIGINT NOT NULL,
  used_at BIGINT,
  PRIMARY KEY (agency, issuer, subject)
);
CREATE UNIQUE INDEX provider_accounts_by_person ON provider_accounts (agency, issuer, person);
-- Sign-ins that browsers were sent away for and have not come back from, for minutes. flow: the hash of the secret that the browser
-- holds. version: of the provider's settings, so that an answer is only taken under those it was asked under. link: the hash of the
-- one-time link by which they came, if they did.
CREATE TABLE provider_sign_ins (
  agency BYTEA NOT NULL,
  flow BYTEA NOT NULL,
  began_at BIGINT NOT NULL,
  version BIGINT NOT NULL,
  next TEXT NOT NULL,
  link BYTEA,
  PRIMARY KEY (agency, flow)
);
CREATE INDEX provider_sign_ins_by_time ON provider_sign_ins (began_at);
