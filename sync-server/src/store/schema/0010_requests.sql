-- Places that are an officer's by standing assignment, and what customers owe who cancelled.

CREATE TABLE standing_places (
  agency BYTEA NOT NULL,
  detail BYTEA NOT NULL,
  position BYTEA NOT NULL,
  officer BYTEA NOT NULL,
  PRIMARY KEY (agency, detail, position)
);

-- Append-only, one a detail. body is JSON: the quote that was accepted and by whom.
CREATE TABLE cancellations (
  agency BYTEA NOT NULL,
  detail BYTEA NOT NULL,
  at BIGINT NOT NULL,
  body TEXT NOT NULL,
  PRIMARY KEY (agency, detail)
);
