-- The figures of what had a retraining started, as a sentence.
ALTER TABLE retraining ADD COLUMN reason TEXT NOT NULL DEFAULT '';
