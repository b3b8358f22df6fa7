"""Makes a labelled table of a web server's log, for bench quality: access-log-table.py LOG.csv[.gz] > DIR/access_log.csv

A request is an anomaly if its path is one that probes ask for (wp-login, admin.php, ...). Of the others, half train by each of three splits.
"""

import csv
import gzip
import random
import re
import sys

PROBED = re.compile(r"wp-login|wp-admin|admin\.php|/administrator|xmlrpc|phpmyadmin|/cgi-bin|\.env$", re.IGNORECASE)

source = sys.argv[1]
with (gzip.open if source.endswith(".gz") else open)(source, "rt", newline="", encoding="utf-8") as log:
    rows = list(csv.DictReader(log))
out = csv.DictWriter(sys.stdout, [*rows[0], "label", "split0", "split1", "split2"], lineterminator="\n")
out.writeheader()
draws = [random.Random(split) for split in range(3)]
for row in rows:
    probe = bool(PROBED.search(row["path"]))
    splits = {f"split{k}": "train" if draw.random() < 0.5 and not probe else "test" for k, draw in enumerate(draws)}
    out.writerow(row | {"label": int(probe)} | splits)
