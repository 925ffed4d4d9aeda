-- Passkeys of people who sign in to the console. key: the public key and what the server keeps with it, as JSON; made and read by
-- the library that checks answers.
CREATE TABLE passkeys (
  agency BYTEA NOT NULL,
  credential BYTEA NOT NULL,
  person BYTEA NOT NULL,
  name TEXT NOT NULL,
  key TEXT NOT NULL,
  made_at BIGINT NOT NULL,
  used_at BIGINT,
  PRIMARY KEY (agency, credential)
);
CREATE INDEX passkeys_by_person ON passkeys (agency, person);
-- What browsers were asked and have not answered yet, for minutes. holder: the hash of the secret that the browser holds, of its
-- session or of its forms before there is one, so that nobody answers for somebody else.
CREATE TABLE browser_questions (
  holder BYTEA NOT NULL,
  asked_at BIGINT NOT NULL,
  question TEXT NOT NULL,
  PRIMARY KEY (holder)
);
CREATE INDEX browser_questions_by_time ON browser_questions (asked_at);
