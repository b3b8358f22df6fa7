-- Retrainings, from their start to what became of the challenger. started, ended, pid_started: milliseconds since 1970.
CREATE TABLE retraining (
  id VARCHAR(32) NOT NULL PRIMARY KEY,
  model VARCHAR(100) NOT NULL,
  cause VARCHAR(20) NOT NULL,
  by_whom TEXT NOT NULL,
  champion INTEGER NOT NULL,
  state VARCHAR(20) NOT NULL,
  started BIGINT NOT NULL,
  ended BIGINT,
  challenger INTEGER,
  pid BIGINT,
  pid_started BIGINT,
  words TEXT NOT NULL,
  trial_rows BIGINT NOT NULL,
  alarms BIGINT NOT NULL,
  challenger_alarms BIGINT NOT NULL,
  both_alarms BIGINT NOT NULL,
  unscorable BIGINT NOT NULL,
  challenger_unscorable BIGINT NOT NULL
);
CREATE INDEX retraining_by_model ON retraining (model, started);
CREATE TABLE retraining_pause (
  model VARCHAR(100) NOT NULL PRIMARY KEY
);
