#!/usr/bin/env python3
"""Makes the bundled web-log.csv.gz and web-payloads.csv.gz: web-log.py LOG.csv[.gz] PAYLOADS.csv[.gz] TARGET_DIR

LOG is a web server's log as columns (time, client, method, path, query, protocol, status, bytes, referrer, user_agent), PAYLOADS has payload and
attack_type. Needs pandas.
"""

import gzip
import pathlib
import random
import re
import sys
import urllib.parse

import pandas

PROBED = re.compile(r"wp-login|wp-admin|admin\.php|/administrator|xmlrpc|phpmyadmin|/cgi-bin|\.env$", re.IGNORECASE)
DRAWN = {"sqli": 60, "xss": 60, "path-traversal": 40, "cmdi": 40, "norm": 200}
LAST_DAY = "2015-05-20"


def read(file):
    return pandas.read_csv(file, dtype=str, keep_default_na=False)


def write(table, file):
    text = table.to_csv(index=False, lineterminator="\n").encode()
    # Without a name or a time, so that the same table has the same bytes.
    with open(file, "wb") as out, gzip.GzipFile(fileobj=out, mode="wb", mtime=0, filename="") as packed:
        packed.write(text)


if len(sys.argv) != 4:
    sys.exit(__doc__)
target = pathlib.Path(sys.argv[3])
log = read(sys.argv[1]).sort_values("time", kind="stable").reset_index(drop=True)
log["kind"] = ["probe" if PROBED.search(path) else "ordinary" for path in log.path]
payloads = read(sys.argv[2])
draw = random.Random(1)
drawn = []
for kind, count in DRAWN.items():
    # Some rows of the set are broken: they hold other rows.
    whole = [p for p in payloads[payloads.attack_type == kind].payload if 3 < len(p) < 300 and "$&&" not in p]
    drawn += [(kind, payload) for payload in draw.sample(whole, count)]
hosts = log[(log.time.str[:10] == LAST_DAY) & (log.kind == "ordinary") & (log.status == "200") & (log.method == "GET")]
requests = hosts.sample(len(drawn), random_state=1).copy()
requests["query"] = ["page=" + urllib.parse.quote_plus(payload) for _, payload in drawn]
requests["kind"] = ["harmless" if kind == "norm" else kind for kind, _ in drawn]
write(log, target / "web-log.csv.gz")
write(requests.sort_values("time", kind="stable"), target / "web-payloads.csv.gz")
