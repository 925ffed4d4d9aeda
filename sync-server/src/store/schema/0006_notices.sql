-- How people are reached. body is the encoded contact; it never goes to phones. party_kind: 1 officer, 2 customer, 3 staff.
CREATE TABLE contacts (
  agency BYTEA NOT NULL,
  party_kind BIGINT NOT NULL,
  party BYTEA NOT NULL,
  version BIGINT NOT NULL,
  changed_at BIGINT NOT NULL,
  body BYTEA NOT NULL,
  PRIMARY KEY (agency, party_kind, party)
);

-- What goes out: one row a recipient, notice and channel. delivery follows from the three, so nothing is written twice. Rows of
-- one batch go out as one message. state: 0 waiting, 1 begun, 2 sent, 3 not sent and not tried again.
CREATE TABLE outbox (
  agency BYTEA NOT NULL,
  delivery BYTEA NOT NULL,
  batch BYTEA NOT NULL,
  notice BYTEA NOT NULL,
  event BIGINT NOT NULL,
  party_kind BIGINT NOT NULL,
  party BYTEA NOT NULL,
  channel BIGINT NOT NULL,
  gathered BIGINT NOT NULL,
  due BIGINT NOT NULL,
  state BIGINT NOT NULL,
  title TEXT NOT NULL,
  text TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  sent_at BIGINT,
  acknowledged_at BIGINT,
  error TEXT,
  PRIMARY KEY (agency, delivery)
);
CREATE INDEX outbox_by_batch ON outbox (batch);
CREATE INDEX outbox_by_notice ON outbox (notice);
CREATE INDEX outbox_by_time ON outbox (created_at, delivery, agency);
-- What the next entry of its like joins.
CREATE INDEX outbox_gathering ON outbox (party, channel) WHERE state = 0;
