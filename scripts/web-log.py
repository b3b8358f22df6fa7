#!/usr/bin/env python3
"""Makes the bundled web-log.csv.gz and web-payloads.csv.gz: web-log.py APACHE_LOGS PAYLOADS TARGET_DIR

APACHE_LOGS is "Common Data Formats/apache_logs/apache_logs" of https://github.com/elastic/examples, PAYLOADS is payload_full.csv of
https://github.com/Morzeux/HttpParamsDataset. Needs pandas.
"""

import datetime
import gzip
import pathlib
import random
import re
import sys
import urllib.parse

import pandas

# A line that is cut off says nothing of its user agent.
LINE = re.compile(r'(\S+) \S+ \S+ \[([^]]+)\] "(\S+) (\S+) (\S+)" (\d+) (\S+) "((?:[^"\\]|\\.)*)" "(?:(.*)"|.*)$')
# What a visitor had looked for before, in the referrer of one request.
ADDRESS = re.compile(r"(?<==)\d{1,3}(?:\.\d{1,3}){3}(?=&|$)")
PROBED = re.compile(r"wp-login|wp-admin|admin\.php|/administrator|xmlrpc|phpmyadmin|/cgi-bin|\.env$", re.IGNORECASE)
DRAWN = {"sqli": 60, "xss": 60, "path-traversal": 40, "cmdi": 40, "norm": 200}
LAST_DAY = "2015-05-20"


def read_log(file):
    """The log as columns, with a number for each address of a visitor, in the order in which they came."""
    clients = {}
    rows = []
    for number, line in enumerate(pathlib.Path(file).read_text(encoding="utf-8").splitlines(), start=1):
        match = LINE.match(line)
        if not match:
            sys.exit(f"{file}:{number}: no line of a web server's log: {line[:80]}")
        address, at, method, target, protocol, status, size, referrer, agent = match.groups()
        client = clients.setdefault(address, f"c{len(clients) + 1:04}")
        path, _, query = target.partition("?")
        time = datetime.datetime.strptime(at, "%d/%b/%Y:%H:%M:%S +0000").strftime("%Y-%m-%dT%H:%M:%SZ")
        blank = ["" if cell in ("-", None) else cell for cell in (size, referrer, agent)]
        rows.append([time, client, method, path, query, protocol, status, blank[0], ADDRESS.sub("", blank[1]), blank[2]])
    names = ["time", "client", "method", "path", "query", "protocol", "status", "bytes", "referrer", "user_agent"]
    return pandas.DataFrame(rows, columns=names)


def write(table, file):
    text = table.to_csv(index=False, lineterminator="\n").encode()
    # Without a name or a time, so that the same table has the same bytes.
    with open(file, "wb") as out, gzip.GzipFile(fileobj=out, mode="wb", mtime=0, filename="") as packed:
        packed.write(text)


if len(sys.argv) != 4:
    sys.exit(__doc__)
target = pathlib.Path(sys.argv[3])
log = read_log(sys.argv[1]).sort_values("time", kind="stable").reset_index(drop=True)
log["kind"] = ["probe" if PROBED.search(path) else "ordinary" for path in log.path]
payloads = pandas.read_csv(sys.argv[2], dtype=str, keep_default_na=False)
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
