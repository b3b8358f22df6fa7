-- Retrainings, from their start to what became of the challenger. started, ended, pid_started: milliseconds since 1970.
CREATE TABLE retraining (
  id VARCHAR(32) NOT NULL PRIMARY KEY,
  model VARCHAR(100) NOT NULL,
  cause VARCHAR(20) NOT NULL,
  by_whom TEXT NOT NULL,
  champion INTEGER NOT NULL,
  state VARCHAR(20) NOT NULL,
  started INTEGER NOT NULL,
  ended INTEGER,
  challenger INTEGER,
  pid INTEGER,
  pid_started INTEGER,
  words TEXT NOT NULL,
  trial_rows INTEGER NOT NULL,
  alarms INTEGER NOT NULL,
  challenger_alarms INTEGER NOT NULL,
  both_alarms INTEGER NOT NULL,
  unscorable INTEGER NOT NULL,
  challenger_unscorable INTEGER NOT NULL
);
CREATE INDEX retraining_by_model ON retraining (model, started);
CREATE TABLE retraining_pause (
  model VARCHAR(100) NOT NULL PRIMARY KEY
);
