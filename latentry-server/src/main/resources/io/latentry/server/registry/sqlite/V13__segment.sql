-- Which segment of the rows the counts are of, such as site=A; empty: of all rows, whatever their segment. SQLite cannot change a
-- primary key, so that each table is made anew.
ALTER TABLE recorded_hour RENAME TO recorded_hour_before;
DROP INDEX recorded_hour_by_hour;
CREATE TABLE recorded_hour (
  model VARCHAR(100) NOT NULL,
  version INTEGER NOT NULL,
  segment TEXT NOT NULL DEFAULT '',
  hour INTEGER NOT NULL,
  source VARCHAR(32) NOT NULL,
  judged INTEGER NOT NULL,
  alarms INTEGER NOT NULL,
  unscorable INTEGER NOT NULL,
  promised DOUBLE PRECISION NOT NULL,
  at_most DOUBLE PRECISION NOT NULL,
  profile BLOB NOT NULL,
  PRIMARY KEY (model, version, segment, hour, source)
);
INSERT INTO recorded_hour (model, version, hour, source, judged, alarms, unscorable, promised, at_most, profile)
  SELECT model, version, hour, source, judged, alarms, unscorable, promised, at_most, profile FROM recorded_hour_before;
DROP TABLE recorded_hour_before;
CREATE INDEX recorded_hour_by_hour ON recorded_hour (hour);

ALTER TABLE set_aside_hour RENAME TO set_aside_hour_before;
DROP INDEX set_aside_hour_by_hour;
CREATE TABLE set_aside_hour (
  model VARCHAR(100) NOT NULL,
  version INTEGER NOT NULL,
  segment TEXT NOT NULL DEFAULT '',
  hour BIGINT NOT NULL,
  source VARCHAR(32) NOT NULL,
  judged BIGINT NOT NULL,
  alarms BIGINT NOT NULL,
  unscorable BIGINT NOT NULL,
  promised DOUBLE PRECISION NOT NULL,
  at_most DOUBLE PRECISION NOT NULL,
  profile BLOB NOT NULL,
  PRIMARY KEY (model, version, segment, hour, source)
);
INSERT INTO set_aside_hour (model, version, hour, source, judged, alarms, unscorable, promised, at_most, profile)
  SELECT model, version, hour, source, judged, alarms, unscorable, promised, at_most, profile FROM set_aside_hour_before;
DROP TABLE set_aside_hour_before;
CREATE INDEX set_aside_hour_by_hour ON set_aside_hour (hour);
