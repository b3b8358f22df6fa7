-- A model's champion is one of its versions: the schema holds a model without one, or with two, to be impossible.
-- Moments are ISO-8601 in UTC.
CREATE TABLE version (
  model VARCHAR(100) NOT NULL
    REFERENCES model (name) DEFERRABLE INITIALLY DEFERRED,
  number INTEGER NOT NULL CHECK (number >= 1),
  digest VARCHAR(64) NOT NULL CHECK (length(digest) = 64),
  bytes INTEGER NOT NULL CHECK (bytes > 0),
  added_at VARCHAR(40) NOT NULL,
  added_by TEXT NOT NULL,
  was_champion INTEGER NOT NULL CHECK (was_champion IN (0, 1)),
  PRIMARY KEY (model, number),
  UNIQUE (model, digest)
);

-- served: whether it is to answer. file_digest: of NAME.onnx when it was last taken in; file_present: whether it was there.
CREATE TABLE model (
  name VARCHAR(100) NOT NULL PRIMARY KEY,
  champion INTEGER NOT NULL,
  served INTEGER NOT NULL CHECK (served IN (0, 1)),
  file_digest VARCHAR(64),
  file_present INTEGER NOT NULL CHECK (file_present IN (0, 1)),
  FOREIGN KEY (name, champion) REFERENCES version (model, number) DEFERRABLE INITIALLY DEFERRED
);

-- Champions before the present one, a stack: a roll back takes the topmost.
CREATE TABLE former_champion (
  model VARCHAR(100) NOT NULL,
  place INTEGER NOT NULL,
  version INTEGER NOT NULL,
  PRIMARY KEY (model, place),
  FOREIGN KEY (model, version) REFERENCES version (model, number)
);

-- The thresholds of a version as JSON, a stack: the topmost is in force.
CREATE TABLE threshold (
  model VARCHAR(100) NOT NULL,
  version INTEGER NOT NULL,
  place INTEGER NOT NULL,
  threshold TEXT NOT NULL,
  PRIMARY KEY (model, version, place),
  FOREIGN KEY (model, version) REFERENCES version (model, number)
);

-- Of models that never came to a version, too.
CREATE TABLE audit (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  at VARCHAR(40) NOT NULL,
  model VARCHAR(100) NOT NULL,
  version INTEGER NOT NULL,
  action VARCHAR(40) NOT NULL,
  by_whom TEXT NOT NULL,
  detail TEXT NOT NULL
);
CREATE INDEX audit_by_model ON audit (model, id);
