-- Whose rows the alarms of an incident are, such as site=A; empty where no segments are watched.
ALTER TABLE incident ADD COLUMN segment TEXT NOT NULL DEFAULT '';
