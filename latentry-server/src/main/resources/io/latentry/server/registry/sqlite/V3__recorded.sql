-- What was seen of a version in an hour, counted since 1970, by one process (source): what several saw adds up, and one that
-- starts anew begins another row. Each time a row is written it is whole. promised, at_most: the largest of that hour.
CREATE TABLE recorded_hour (
  model VARCHAR(100) NOT NULL,
  version INTEGER NOT NULL,
  hour INTEGER NOT NULL,
  source VARCHAR(32) NOT NULL,
  judged INTEGER NOT NULL,
  alarms INTEGER NOT NULL,
  unscorable INTEGER NOT NULL,
  promised DOUBLE PRECISION NOT NULL,
  at_most DOUBLE PRECISION NOT NULL,
  profile BLOB NOT NULL,
  PRIMARY KEY (model, version, hour, source)
);
CREATE INDEX recorded_hour_by_hour ON recorded_hour (hour);
