-- Alerts that hold and were told. notice: JSON, what was told last. starts_at: milliseconds since 1970.
CREATE TABLE alert (
  alert_key VARCHAR(300) NOT NULL PRIMARY KEY,
  model VARCHAR(100) NOT NULL,
  starts_at BIGINT NOT NULL,
  notice TEXT NOT NULL
);

-- What is to be told, and to whom. An id comes once for a destination as long as its row is kept, sent or not. Messages of one
-- alert go out in the order of seq. state: waiting, sent or dropped. Moments: milliseconds since 1970.
CREATE TABLE outbox (
  seq BIGINT NOT NULL PRIMARY KEY,
  id VARCHAR(32) NOT NULL,
  destination VARCHAR(100) NOT NULL,
  alert_key VARCHAR(300) NOT NULL,
  created_at BIGINT NOT NULL,
  notice TEXT NOT NULL,
  state VARCHAR(10) NOT NULL,
  attempts INTEGER NOT NULL,
  next_at BIGINT NOT NULL,
  leased_by VARCHAR(32),
  leased_until BIGINT NOT NULL,
  reason TEXT,
  UNIQUE (id, destination)
);
CREATE INDEX outbox_by_state ON outbox (destination, state, next_at);
CREATE INDEX outbox_by_alert ON outbox (alert_key, destination, seq);
