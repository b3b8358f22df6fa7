"""Judges the rows of a CSV file over the Open Inference Protocol and names the anomalies, with NVIDIA's client:

    judge_with_tritonclient.py http|grpc HOST:PORT MODEL DATA.csv

Needs `tritonclient[http,grpc]`. Where the service asks for an API key, put it in LATENTRY_KEY.
"""

import csv
import datetime
import json
import math
import os
import re
import sys
import time
import urllib.request

import numpy
from tritonclient.utils import InferenceServerException

BATCH_ROWS = 500
OUTPUTS = ["score", "verdict", "reason", "contribution"]
MISSING = {"", "NA", "N/A", "NaN", "nan", "null", "NULL", "None", "?"}
# What Unicode calls white space. Python's own strip() also takes control characters away.
SPACE = (
    "\t\n\v\f\r \u0085\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000"
)
TRUTHS = {"true": 1.0, "t": 1.0, "yes": 1.0, "y": 1.0, "1": 1.0}
TRUTHS |= {"false": 0.0, "f": 0.0, "no": 0.0, "n": 0.0, "0": 0.0}
# 1970-01-01 was a Thursday.
FIRST_MONDAY = 4 * 86_400


def columns(address, model, headers):
    """The columns that a row is given, and for each of the model's inputs the one that it comes from.

    The protocol itself tells tensors only, so the service's own API is asked.
    """
    request = urllib.request.Request(f"http://{address}/v1/models/{model}", headers=headers)
    with urllib.request.urlopen(request, timeout=30) as answer:
        schema = json.load(answer)["schema"]
    texts = schema.get("texts", [])
    sources = {column: text["name"] for text in texts for column in text["columns"]}
    given = [column for column in schema["columns"] if column["name"] not in sources]
    given += [{"name": text["name"], "type": "text", "expected": "a text"} for text in texts]
    return given, [sources.get(column["name"], column["name"]) for column in schema["columns"]]


def value(text, kind):
    """A cell as the protocol takes it: truth values are 1 and 0, times are seconds since Monday 00:00 UTC."""
    if kind in ("categorical", "text"):
        # The service knows white space and missing values.
        return text
    text = text.strip(SPACE)
    if text in MISSING:
        return math.nan
    if kind == "boolean":
        return TRUTHS[text.lower()]
    if kind == "timestamp":
        day_first = re.match(r"(\d{1,2})\.(\d{1,2})\.(\d{4})(.*)", text)
        if day_first:
            day, month, year, rest = day_first.groups()
            text = f"{year}-{month:0>2}-{day:0>2}{rest}"
        moment = datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=datetime.timezone.utc)
        return (moment.timestamp() - FIRST_MONDAY) % (7 * 86_400)
    return float(text)


def readable(rows, schema):
    """The values of every row, by its number. The others are told: a row that cannot be judged is not normal."""
    values = {}
    for number, row in rows:
        try:
            for column in schema:
                text = row[column["name"]] or ""
                values.setdefault(number, []).append(value(text, column["type"]))
        except (KeyError, ValueError):
            values.pop(number, None)
            print(f"row {number}: unscorable, '{text}' (expected: {column['expected']}): column '{column['name']}'")
    return values


def inputs(triton, rows, schema):
    """One tensor for each column, by its name."""
    tensors = []
    for j, column in enumerate(schema):
        text = column["type"] in ("categorical", "text")
        # In double precision: some columns have more digits than a tensor of float32 keeps.
        values = numpy.array([row[j] for row in rows], dtype=numpy.object_ if text else numpy.float64)
        tensors.append(triton.InferInput(column["name"], [len(rows)], "BYTES" if text else "FP64"))
        tensors[-1].set_data_from_numpy(values)
    return tensors


def judged(triton, client, model, tensors, headers):
    """The verdicts on some rows; waits when the service is busy."""
    wanted = [triton.InferRequestedOutput(name) for name in OUTPUTS]
    while True:
        try:
            return client.infer(model, tensors, outputs=wanted, headers=headers)
        except InferenceServerException as refusal:
            if not any(busy in str(refusal.status()) for busy in ("429", "RESOURCE_EXHAUSTED")):
                sys.exit(refusal.message())
        time.sleep(1)


def main(protocol, address, model, data):
    if protocol == "grpc":
        import tritonclient.grpc as triton
    else:
        import tritonclient.http as triton
    key = os.environ.get("LATENTRY_KEY")
    headers = {"authorization": f"Bearer {key}"} if key else {}
    schema, sources = columns(address, model, headers)
    client = triton.InferenceServerClient(address)
    with open(data, newline="", encoding="utf-8") as file:
        rows = list(enumerate(csv.DictReader(file)))
    for first in range(0, len(rows), BATCH_ROWS):
        batch = readable(rows[first : first + BATCH_ROWS], schema)
        if not batch:
            continue
        answer = judged(triton, client, model, inputs(triton, list(batch.values()), schema), headers)
        for number, score, verdict, reason, strangeness in zip(batch, *(answer.as_numpy(name) for name in OUTPUTS)):
            if verdict == b"anomaly":
                name = sources[int(numpy.argmax(strangeness))]
                print(f"row {number}: anomaly, score {score!s}: strangest is {name}, {rows[number][1][name]}")
            elif verdict == b"unscorable":
                print(f"row {number}: unscorable, {reason.decode()}")
    client.close()


if __name__ == "__main__":
    if len(sys.argv) != 5 or sys.argv[1] not in ("http", "grpc"):
        sys.exit(__doc__)
    main(*sys.argv[1:])
