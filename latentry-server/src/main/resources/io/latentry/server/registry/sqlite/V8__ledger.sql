-- Which version of a model answered from when on, and why: an entry for each change of what answers, with all that holds after
-- it. Entries are added and never changed. at: milliseconds since 1970. threshold: in force, null where that is not known.
-- canary: a version that answers canary_percent of the requests. evidence: SHA-256 of the decision of a retraining.
CREATE TABLE ledger (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  at BIGINT NOT NULL,
  model VARCHAR(100) NOT NULL,
  version INTEGER NOT NULL,
  digest VARCHAR(64) NOT NULL,
  served INTEGER NOT NULL CHECK (served IN (0, 1)),
  threshold DOUBLE PRECISION,
  canary INTEGER,
  canary_percent INTEGER NOT NULL,
  action VARCHAR(40) NOT NULL,
  by_whom TEXT NOT NULL,
  why TEXT NOT NULL,
  evidence VARCHAR(64)
);
CREATE INDEX ledger_by_model ON ledger (model, at, id);

-- What the audit tells of the time before.
INSERT INTO ledger (at, model, version, digest, served, threshold, canary, canary_percent, action, by_whom, why, evidence)
  SELECT CAST(ROUND((julianday(a.at) - 2440587.5) * 86400000.0) AS INTEGER), a.model, a.version, v.digest,
    CASE a.action WHEN 'unload' THEN 0 ELSE 1 END, NULL, NULL, 0, a.action, a.by_whom, a.detail, NULL
  FROM audit a JOIN version v ON v.model = a.model AND v.number = a.version
  WHERE a.action IN ('promote', 'roll_back', 'fall_back', 'load', 'unload')
  ORDER BY a.id;

CREATE TRIGGER ledger_stays BEFORE UPDATE ON ledger
  BEGIN SELECT RAISE(ABORT, 'ledger: entries are never changed'); END;
CREATE TRIGGER ledger_is_kept BEFORE DELETE ON ledger
  BEGIN SELECT RAISE(ABORT, 'ledger: entries are never deleted'); END;

-- SHA-256 of its decision, and the percentage of the requests that its challenger answers.
ALTER TABLE retraining ADD COLUMN decision VARCHAR(64);
ALTER TABLE retraining ADD COLUMN canary_percent INTEGER NOT NULL DEFAULT 0;
