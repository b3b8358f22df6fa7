-- What people said of single alarms of an incident, by when they came and their score. seen_at: milliseconds since 1970.
CREATE TABLE alarm_feedback (
  incident VARCHAR(32) NOT NULL,
  seen_at BIGINT NOT NULL,
  score DOUBLE PRECISION NOT NULL,
  feedback VARCHAR(20) NOT NULL,
  feedback_by TEXT NOT NULL,
  note TEXT NOT NULL,
  PRIMARY KEY (incident, seen_at, score)
);
