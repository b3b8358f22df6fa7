-- Requests against what was agreed of their latency, so that a restart forgets none. latest: number of the last tenth of a window
-- since 1970. requests, slow: counts of the tenths, by their number modulo how many there are, commas between.
CREATE TABLE sla_count (
  model VARCHAR(100) NOT NULL,
  door VARCHAR(20) NOT NULL,
  sla VARCHAR(100) NOT NULL,
  latest BIGINT NOT NULL,
  breached INTEGER NOT NULL,
  requests TEXT NOT NULL,
  slow TEXT NOT NULL,
  PRIMARY KEY (model, door, sla)
);
