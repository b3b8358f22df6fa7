-- Which segment of the rows the counts are of, such as site=A; empty: of all rows, whatever their segment.
ALTER TABLE recorded_hour ADD COLUMN segment TEXT NOT NULL DEFAULT '';
ALTER TABLE recorded_hour DROP CONSTRAINT recorded_hour_pkey;
ALTER TABLE recorded_hour ADD PRIMARY KEY (model, version, segment, hour, source);

ALTER TABLE set_aside_hour ADD COLUMN segment TEXT NOT NULL DEFAULT '';
ALTER TABLE set_aside_hour DROP CONSTRAINT set_aside_hour_pkey;
ALTER TABLE set_aside_hour ADD PRIMARY KEY (model, version, segment, hour, source);
