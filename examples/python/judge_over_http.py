"""Judges the rows of a CSV file over HTTP and names the anomalies: judge_over_http.py URL MODEL DATA.csv

Needs `requests`. Where the service asks for an API key, put it in LATENTRY_KEY.
"""

import csv
import os
import sys
import time

import requests

BATCH_ROWS = 500


def judged(session, url, rows):
    """The verdicts on some rows; waits when the service is busy."""
    while True:
        answer = session.post(url, json={"rows": rows, "explain": 1}, timeout=30)
        if answer.status_code != 429:
            break
        time.sleep(int(answer.headers.get("Retry-After", "1")))
    if not answer.ok:
        sys.exit(answer.json()["error"]["message"])
    return answer.json()["judgements"]


def main(service, model, data):
    session = requests.Session()
    if key := os.environ.get("LATENTRY_KEY"):
        session.headers["Authorization"] = f"Bearer {key}"
    with open(data, newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    for first in range(0, len(rows), BATCH_ROWS):
        batch = rows[first : first + BATCH_ROWS]
        for judgement in judged(session, f"{service}/v1/models/{model}/score", batch):
            row = first + judgement["row"]
            if judgement["verdict"] == "anomaly":
                why = judgement["features"][0]
                print(f"row {row}: anomaly, score {judgement['score']}: "
                      f"{why['name']} is {why['actual']} (expected: {why['expected']})")
            elif judgement["verdict"] == "unscorable":
                print(f"row {row}: unscorable, {judgement['reason']}")


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    main(*sys.argv[1:])
