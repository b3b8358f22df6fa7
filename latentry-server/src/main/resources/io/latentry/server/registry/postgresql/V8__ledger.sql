-- Which version of a model answered from when on, and why: an entry for each change of what answers, with all that holds after
-- it. Entries are added and never changed. at: milliseconds since 1970. threshold: in force, null where that is not known.
-- canary: a version that answers canary_percent of the requests. evidence: SHA-256 of the decision of a retraining.
CREATE TABLE ledger (
  id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at BIGINT NOT NULL,
  model VARCHAR(100) NOT NULL,
  version INTEGER NOT NULL,
  digest VARCHAR(64) NOT NULL,
  served BOOLEAN NOT NULL,
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
  SELECT CAST(EXTRACT(EPOCH FROM CAST(a.at AS TIMESTAMPTZ)) * 1000 AS BIGINT), a.model, a.version, v.digest,
    a.action <> 'unload', NULL, NULL, 0, a.action, a.by_whom, a.detail, NULL
  FROM audit a JOIN version v ON v.model = a.model AND v.number = a.version
  WHERE a.action IN ('promote', 'roll_back', 'fall_back', 'load', 'unload')
  ORDER BY a.id;

CREATE FUNCTION ledger_refuses() RETURNS trigger AS
  'BEGIN RAISE EXCEPTION ''ledger: entries are never changed''; END' LANGUAGE plpgsql;
CREATE TRIGGER ledger_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger
  FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuses();

-- SHA-256 of its decision, and the percentage of the requests that its challenger answers.
ALTER TABLE retraining ADD COLUMN decision VARCHAR(64);
ALTER TABLE retraining ADD COLUMN canary_percent INTEGER NOT NULL DEFAULT 0;
