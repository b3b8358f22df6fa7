-- One row. id: also in the folder of the artifacts that these tables point at. turn: counts those who opened the store to
-- write; a change by anybody but the latest is refused.
CREATE TABLE store (
  one INTEGER NOT NULL PRIMARY KEY CHECK (one = 1),
  id VARCHAR(32) NOT NULL,
  turn INTEGER NOT NULL
);
INSERT INTO store (one, id, turn) VALUES (1, lower(hex(randomblob(16))), 0);
