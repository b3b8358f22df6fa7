"""Scores a CSV file with an artifact, without any code of Latentry: numpy and onnxruntime alone.

    python score_with_onnxruntime.py MODEL.onnx DATA.csv > scores.csv

DATA.csv has a header and raw values; columns are found by name, others are ignored. Prints one line
per row, in order: its 0-based number and its score (nan: the row cannot be judged).

Of a model of series, each row is a point: it is judged by a window of the points before it, and the
score is that of the window, before any smoothing (the column unsmoothed_score of `latentry score`).
"""

import csv
import datetime
import itertools
import json
import math
import re
import sys

import numpy
import onnxruntime

# The usual cells that stand for a missing value.
MISSING = {"", "NA", "N/A", "NaN", "nan", "null", "NULL", "None", "?"}
# Among numbers, missing too where that is an anomaly; in any case.
NO_VALUE = {"na", "n/a", "#n/a", "nan", "null", "none", "nil", "missing", "?", "-", "--", "---"}
# What Unicode calls white space. Python's own strip() also takes control characters away.
SPACE = (
    "\t\n\v\f\r \u0085\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000"
)
TRUTHS = {"true": 1.0, "t": 1.0, "yes": 1.0, "y": 1.0, "1": 1.0, "1.0": 1.0}
TRUTHS |= {"false": 0.0, "f": 0.0, "no": 0.0, "n": 0.0, "0": 0.0, "0.0": 0.0}
SECONDS_PER_WEEK = 604_800
# 1970-01-01 was a Thursday.
FIRST_MONDAY = 4 * 86_400
SECONDS_FAR = 1_209_600
# Of the finite float32.
LARGEST = float(numpy.finfo(numpy.float32).max)


def moment(text):
    """A point in time, in UTC without a zone; a date with points has its day first."""
    day_first = re.match(r"(\d{1,2})\.(\d{1,2})\.(\d{4})(.*)", text)
    if day_first:
        day, month, year, rest = day_first.groups()
        text = f"{year}-{month:0>2}-{day:0>2}{rest}"
    read = datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))
    return read if read.tzinfo else read.replace(tzinfo=datetime.timezone.utc)


def number(text, column):
    """A cell as the model's numeric input takes it; nan where it is missing."""
    if not text:
        return math.nan
    if column["type"] == "boolean":
        return truth(text)
    if column["type"] == "timestamp":
        seconds = moment(text).timestamp()
        # A date years from all others is told as a moment beyond the week.
        far = SECONDS_FAR if is_far(seconds / 86_400, column.get("dates")) else 0
        return (seconds - FIRST_MONDAY) % SECONDS_PER_WEEK + far
    if column["missing"] == "anomaly" and text.lower() in NO_VALUE:
        return math.nan
    if column.get("role") == "identifier":
        return whole(text)
    # In double precision: the digits of such a column are more than a float32 keeps.
    return within_float32(of_digits(text) - column.get("offset", 0))


def of_digits(text):
    """What digits say is finite, however large."""
    value = float(text)
    return math.copysign(sys.float_info.max, value) if math.isinf(value) and text[-1].isdigit() else value


def within_float32(value):
    """What is beyond a float32 is the largest that it has."""
    return max(-LARGEST, min(LARGEST, value)) if math.isfinite(value) else value


def truth(text):
    """1 or 0; any other number is told as such, and a word that means neither as 0.5."""
    try:
        return TRUTHS[text.lower()] if text.lower() in TRUTHS else float(text)
    except ValueError:
        return 0.5


def whole(text):
    """A number that names its row; a text that is none is told as 0.5, which is not whole."""
    try:
        return within_float32(of_digits(text))
    except ValueError:
        return 0.5


def is_far(day, dates):
    if not dates:
        return False
    margin = max(3_652.5, 2 * (dates[1] - dates[0]))
    return day < dates[0] - margin or day > dates[1] + margin


BUCKETS = 4096
# Characters of a text that are looked at, and kinds of them in its shape.
MOST_CHARACTERS, LONGEST_SHAPE = 4096, 24


def is_digit(c):
    return "0" <= c <= "9"


def is_letter(c):
    return c > "\x7f" or "a" <= c <= "z" or "A" <= c <= "Z"


def kind(c):
    if c > "\x7f":
        return "u"
    return "0" if is_digit(c) else "a" if "a" <= c <= "z" else "A" if is_letter(c) else c


def bucket(piece):
    """FNV-1a over code points."""
    h = 0x811C9DC5
    for c in piece:
        h = (h ^ ord(c)) * 0x01000193 & 0xFFFFFFFF
    return (h ^ h >> 15) % BUCKETS


def pieces(text, grain):
    """What a text is cut into, so that its pieces can be looked up."""
    if grain == "shape":
        return ["".join(k for k, _ in itertools.groupby(map(kind, text)))[:LONGEST_SHAPE]]
    if grain == "words":
        return re.findall("(?:[a-zA-Z\x80-\U0010ffff]|0+)+", re.sub("[0-9]", "0", text)) or [""]
    plain = re.sub("[0-9]", "0", text)
    width = {"characters": 1, "pairs": 2, "triples": 3}[grain]
    padded = plain if width == 1 else "\x02" + plain + "\x03"
    return [padded[i : i + width] for i in range(len(padded) - width + 1)]


def features(whole, column):
    """The numbers that a text enters by; nan where it is missing."""
    if not whole:
        return [math.nan] * len(column["features"])
    text = whole[:MOST_CHARACTERS]
    counts = {of["grain"]: of["rows"] for of in column["counts"]}

    def rarities(grain):
        cut = pieces(text, grain)
        if grain == "words":
            cut = [re.sub("0+", "0", word) for word in cut]
        return [math.log((1 + column["rows"]) / (1 + counts[grain][bucket(piece)])) for piece in cut]

    def mean(values):
        return sum(values) / len(values)

    numbers = {
        "length": lambda: len(whole),
        "digits": lambda: mean([is_digit(c) for c in text]),
        "signs": lambda: mean([not is_digit(c) and not is_letter(c) and c != " " for c in text]),
        "rarest_character": lambda: max(rarities("characters")),
        "rarest_pair": lambda: max(rarities("pairs")),
        "triples": lambda: mean(rarities("triples")),
        "words": lambda: mean(rarities("words")),
        "rarest_word": lambda: max(rarities("words")),
        "shape": lambda: rarities("shape")[0],
    }
    return [float(numbers[feature]()) for feature in column["features"]]


def may_lack(columns, texts):
    """The columns without which nothing is missed, such as the names of rows."""
    names = {c["name"] for c in columns if c.get("role", "input") != "input" and c["missing"] == "impute"}
    first = {t["name"]: f"{t['name']} ({t['features'][0].replace('_', ' ')})" for t in texts}
    roles = {c["name"]: c.get("role") for c in columns}
    of_texts = {t for t, f in first.items() if f in names and roles[f] == "identifier"}
    return names | of_texts


def inputs(numeric, categorical):
    """Only the inputs that the model has: one of width 0 does not exist."""
    given = {}
    if numeric and numeric[0]:
        given["numeric"] = numpy.array(numeric, dtype=numpy.float32)
    if categorical and categorical[0]:
        given["categorical"] = numpy.array(categorical, dtype=object)
    return given


# Milliseconds of one unit of a series' clock. The other clock, "steps", tells an order alone.
CLOCKS = {"instant": 1, "seconds": 1e3, "milliseconds": 1, "microseconds": 1e-3, "nanoseconds": 1e-6}
MOST_FILLED = 64


def time_of(text, clock):
    """A point's time, as the series' clock counts; nan where it cannot be read."""
    if not text:
        return math.nan
    try:
        time = float(text)
        return math.nan if clock == "instant" or not math.isfinite(time) else time
    except ValueError:
        pass
    try:
        read = moment(text)
    except ValueError:
        return math.nan
    return read.timestamp() * 1000 / CLOCKS[clock] if clock in CLOCKS else math.nan


def code(text, column):
    """A category by its place among those of training; one more is any other, nan is none."""
    known = column["categories"]
    return math.nan if not text else known.index(text) if text in known else len(known)


def window_ends(points, keys, times, series):
    """
    For each point the window that judges it, oldest point first, or None: too few points came yet,
    or the point is no later than the one before it of its key. The window ends with the point, or
    so many points later as verdicts wait for.
    """
    size, longest = series["window"], series["longest"] * series["interval"]
    missing = [math.nan] * len(points[0]) if points else []
    held, last = {}, {}
    windows = [None] * len(points)
    for i in in_order(times):
        key, time = keys[i], times[i]
        window = held.setdefault(key, [])
        step = time - last.get(key, math.nan)
        if step <= 0:
            # In order of time, only a repeated point comes so.
            continue
        if step > longest:
            lacking = round(step / series["interval"]) - 1
            if series["gaps"] == "fill" and lacking <= min(MOST_FILLED, size - 1):
                window.extend([(None, missing)] * lacking)
            elif series["gaps"] != "hold":
                window.clear()
        window.append((i, points[i]))
        del window[:-size]
        last[key] = time
        judged = window[size - 1 - series["delay"]][0] if len(window) == size else None
        if judged is not None:
            windows[judged] = [point for _, point in window]
    return windows


def in_order(times):
    """The rows that have a time, in order of it; those of one time as they stand."""
    timed = [i for i in range(len(times)) if not math.isnan(times[i])]
    return sorted(timed, key=lambda i: times[i])


def windows_of_cells(points, averaged, keys, times, series):
    """
    The same of a resampled series: a window's points are cells of time, and its last one is the
    cell of the row that is judged, as it is known with that row. Of a number a cell has the mean of
    its values so far, of all else the last one; what is missing is left out.
    """
    size = series["window"]
    missing = [math.nan] * len(averaged)
    held, last, sums = {}, {}, {}
    windows = [None] * len(points)
    for i in in_order(times):
        key, cell = keys[i], math.floor(times[i] / series["interval"])
        window = held.setdefault(key, [])
        step = cell - last.get(key, cell - 1)
        if step > 0:
            wanted = series["gaps"] == "fill" or (
                series["gaps"] == "restart" and step <= series["longest"]
            )
            if step > 1 and wanted and step - 1 <= min(MOST_FILLED, size - 1):
                window.extend([missing] * (step - 1))
            elif step > 1 and series["gaps"] != "hold":
                window.clear()
            window.append(missing)
            del window[:-size]
            last[key], sums[key] = cell, [(0.0, 0)] * len(averaged)
        newest, so_far = list(window[-1]), list(sums[key])
        for j, value in enumerate(points[i]):
            total, count = so_far[j]
            if averaged[j] and math.isfinite(value):
                so_far[j] = total + float(numpy.float32(value)), count + 1
                newest[j] = so_far[j][0] / so_far[j][1]
            elif not averaged[j] and not math.isnan(value):
                newest[j] = value
        window[-1], sums[key] = newest, so_far
        if len(window) == size:
            # No cell comes to infinity; a row that holds it cannot be judged all the same.
            own = [v if math.isinf(v) else known for v, known in zip(points[i], newest)]
            windows[i] = window[:-1] + [own]
    return windows


def scaled(point, key, scales):
    """A point with its numbers made comparable with those of other keys."""
    # A key of several columns is written with U+001F between them.
    own = scales["keys"].get("\x1f".join(key)) if scales else None
    if own is None:
        return point
    numbers = len(own["level"])
    return [
        within_float32((float(numpy.float32(value)) - level) * factor + centre)
        for value, level, factor, centre in zip(
            point, own["level"], own["factor"], scales["centre"]
        )
    ] + point[numbers:]


def score_windows(session, windows):
    scores = [math.nan] * len(windows)
    full = [i for i, window in enumerate(windows) if window is not None]
    for start in range(0, len(full), 1024):
        some = full[start : start + 1024]
        given = numpy.array([windows[i] for i in some], dtype=numpy.float32)
        for i, score in zip(some, session.run(["score"], {"window": given})[0]):
            scores[i] = score
    return scores


def check_probes(session, probes, series, width):
    """Every host replays the probes, and refuses the file on a mismatch."""
    rows = probes["rows"]
    numbers = [[float(value) for value in row["numeric"]] for row in rows]
    if series:
        # A window is written as one list, point after point.
        flat = numpy.array(numbers, dtype=numpy.float32)
        given = {"window": flat.reshape(len(rows), series["window"], width)}
    else:
        given = inputs(numbers, [row["categorical"] for row in rows])
    require_close(session, given, [row["score"] for row in rows])


def check_categories(session, probes, columns):
    """The same of every category: the first probe with a finite outcome, with other categories."""
    if "categories" not in probes:
        return
    outcomes = "score", "reconstruction_term", "latent_term"
    base = next(
        row for row in probes["rows"] if all(math.isfinite(float(row[name])) for name in outcomes)
    )
    lists = [column["categories"] for column in columns if column["type"] == "categorical"]
    expected = probes["categories"]["score"]
    for start in range(0, len(expected), 1024):
        some = range(start, min(len(expected), start + 1024))
        categorical = [
            [names[k] if k < len(names) else own for names, own in zip(lists, base["categorical"])]
            for k in some
        ]
        numeric = [[float(value) for value in base["numeric"]]] * len(some)
        require_close(session, inputs(numeric, categorical), expected[start : some.stop])


def require_close(session, given, expected):
    expected = numpy.array([float(score) for score in expected])
    got = session.run(["score"], given)[0]
    if not numpy.allclose(
        got, expected, rtol=0, atol=1e-4 * numpy.maximum(1, abs(expected)), equal_nan=True
    ):
        sys.exit("the file does not give the scores that it promises")


def main(model_path, data_path):
    options = onnxruntime.SessionOptions()
    # Weights that only a warm start needs are in the file too; the runtime would warn of each.
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(
        model_path, options, providers=["CPUExecutionProvider"]
    )
    metadata = session.get_modelmeta().custom_metadata_map
    manifest = json.loads(metadata["latentry.manifest"])
    columns = manifest["schema"]["columns"]
    reading = manifest["provenance"]["config"].get("data", {})
    tokens = reading.get("missing_tokens")
    missing = MISSING if tokens is None else {str(token).strip(SPACE) for token in tokens}
    if reading.get("usual_missing_tokens"):
        missing = missing | MISSING
    series = manifest.get("series")
    probes = json.loads(metadata["latentry.probes"])
    check_probes(session, probes, series, len(columns))
    check_categories(session, probes, columns)

    # Of a text the model takes what it is like: one number for each feature, in a column of its own.
    texts = manifest["schema"].get("texts", [])
    of_texts = {f"{t['name']} ({f.replace('_', ' ')})" for t in texts for f in t["features"]}
    given = [c for c in columns if c["name"] not in of_texts] + texts
    numeric_columns = [c for c in columns if c["type"] != "categorical"]
    categorical_columns = [c for c in columns if c["type"] == "categorical"]
    numeric, categorical = [], []
    keys, times = [], []
    with open(data_path, encoding="utf-8-sig", newline="") as data:
        reader = csv.DictReader(data)
        needed = [c["name"] for c in given] + ([series["time"], *series["keys"]] if series else [])
        optional = may_lack(columns, texts)
        there = {*(reader.fieldnames or []), *optional}
        lacking = [name for name in needed if name not in there]
        if lacking:
            sys.exit(f"{data_path}: no column {', '.join(lacking)} (expected: every column of the model)")
        for row in reader:
            row = {name: text.strip(SPACE) for name, text in row.items() if isinstance(text, str)}
            row = {name: "" if text in missing else text for name, text in row.items()}
            row = {**dict.fromkeys(optional, ""), **row}
            like = {
                f"{t['name']} ({f.replace('_', ' ')})": value
                for t in texts
                for f, value in zip(t["features"], features(row[t["name"]], t))
            }
            numeric.append(
                [
                    like[c["name"]]
                    if c["name"] in like
                    else number(row[c["name"]], c)
                    for c in numeric_columns
                ]
            )
            categorical.append([row[c["name"]] for c in categorical_columns])
            if series:
                keys.append(tuple(row[key] for key in series["keys"]))
                times.append(time_of(row[series["time"]], series["clock"]))

    if series:
        points = [
            numbers + [code(text, column) for text, column in zip(words, categorical_columns)]
            for numbers, words in zip(numeric, categorical)
        ]
        scales = series.get("scales")
        if series.get("resampled"):
            averaged = [c["type"] == "numeric" for c in columns]
            windows = [
                window and [scaled(point, key, scales) for point in window]
                for window, key in zip(
                    windows_of_cells(points, averaged, keys, times, series), keys
                )
            ]
        else:
            points = [scaled(point, key, scales) for point, key in zip(points, keys)]
            windows = window_ends(points, keys, times, series)
        scores = score_windows(session, windows)
    else:
        scores = session.run(["score"], inputs(numeric, categorical))[0] if numeric else []
    print("row,score")
    for row, score in enumerate(scores):
        print(f"{row},{float(score):.9g}")


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(sys.argv[1], sys.argv[2])
