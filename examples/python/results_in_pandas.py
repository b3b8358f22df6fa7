"""Reads what `latentry score` wrote into pandas: results_in_pandas.py SCORED.csv|.parquet [LABEL NORMAL]

Tells how many rows have which verdict, the strangest with their reasons, and the columns that made most alarms. With a
column that was carried over (--keep) and its normal value also what was found. Needs `pandas`, and `pyarrow` for Parquet.
"""

import sys

import pandas


def read(file):
    # What a text says stays text: "NA" in a reason or a kept column is not a missing value.
    return pandas.read_parquet(file) if file.endswith(".parquet") else pandas.read_csv(file, keep_default_na=False, na_values=[""])


def main(file, label=None, normal=None):
    rows = read(file)
    print(rows.verdict.value_counts().to_string(), end="\n\n")
    anomalies = rows[rows.verdict == "anomaly"].sort_values("score", ascending=False)
    reasons = [column for column in rows.columns if column.startswith(("feature_", "actual_", "expected_"))]
    print(anomalies.head(5)[["row", "score", "p_value", *reasons[:3]]].to_string(index=False), end="\n\n")
    if "feature_1" in rows:
        print(anomalies.feature_1.value_counts().head(5).to_string(), end="\n\n")
    if label:
        known = rows[label].astype(str) != normal
        print(pandas.crosstab(known.map({True: f"not {normal}", False: normal}), rows.verdict).to_string())


if __name__ == "__main__":
    if len(sys.argv) not in (2, 4):
        sys.exit(__doc__)
    main(*sys.argv[1:])
