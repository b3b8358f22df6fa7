-- Windows of maintenance. definition: JSON. removed_at: from when on it counts no more. Moments: milliseconds since 1970.
CREATE TABLE maintenance_window (
  id VARCHAR(32) NOT NULL PRIMARY KEY,
  definition TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  created_by TEXT NOT NULL,
  removed_at BIGINT
);

-- As recorded_hour, of rows that were judged while a window was open: no baseline is made of them.
CREATE TABLE set_aside_hour (
  model VARCHAR(100) NOT NULL,
  version INTEGER NOT NULL,
  hour BIGINT NOT NULL,
  source VARCHAR(32) NOT NULL,
  judged BIGINT NOT NULL,
  alarms BIGINT NOT NULL,
  unscorable BIGINT NOT NULL,
  promised DOUBLE PRECISION NOT NULL,
  at_most DOUBLE PRECISION NOT NULL,
  profile BLOB NOT NULL,
  PRIMARY KEY (model, version, hour, source)
);
CREATE INDEX set_aside_hour_by_hour ON set_aside_hour (hour);

-- The window that was open when it began.
ALTER TABLE incident ADD COLUMN maintenance TEXT;
