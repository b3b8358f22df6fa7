-- Alarms of a version that have a cause in common. first_seen, last_seen: milliseconds since 1970. detail: JSON, alarms by bin
-- of the score and some rows with what was strange in them. What people say of it stands beside what the service writes.
CREATE TABLE incident (
  id VARCHAR(32) NOT NULL PRIMARY KEY,
  model VARCHAR(100) NOT NULL,
  version INTEGER NOT NULL,
  signature TEXT NOT NULL,
  state VARCHAR(20) NOT NULL,
  first_seen BIGINT NOT NULL,
  last_seen BIGINT NOT NULL,
  alarms BIGINT NOT NULL,
  peak DOUBLE PRECISION NOT NULL,
  reopened INTEGER NOT NULL,
  detail TEXT NOT NULL,
  acknowledged_by TEXT,
  feedback VARCHAR(20),
  feedback_by TEXT,
  note TEXT
);
CREATE INDEX incident_by_model ON incident (model, last_seen);
