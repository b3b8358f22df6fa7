#!/usr/bin/env python3
"""Makes the bundled data sets from the unpacked wheels of scikit-learn and palmerpenguins.

usage: make-sample-data.py SCIKIT_LEARN_DIR PALMERPENGUINS_DIR TARGET_DIR
"""

import csv
import pathlib
import sys

FEATURES = ["radius", "texture", "perimeter", "area", "smoothness", "compactness", "concavity",
            "concave_points", "symmetry", "fractal_dimension"]


def breast_cancer(wheel, target):
    source = wheel / "sklearn" / "datasets" / "data" / "breast_cancer.csv"
    names = ([f"mean_{f}" for f in FEATURES] + [f"{f}_error" for f in FEATURES]
             + [f"worst_{f}" for f in FEATURES] + ["diagnosis"])
    with open(source, newline="") as read, open(target / "breast-cancer.csv", "w", newline="") as write:
        rows = csv.reader(read)
        diagnoses = next(rows)[2:]
        out = csv.writer(write, lineterminator="\n")
        out.writerow(names)
        for row in rows:
            out.writerow(row[:-1] + [diagnoses[int(row[-1])]])


def penguins(wheel, target):
    source = wheel / "palmerpenguins" / "data" / "penguins.csv"
    with open(source, newline="") as read, open(target / "penguins.csv", "w", newline="") as write:
        out = csv.writer(write, lineterminator="\n")
        for row in csv.reader(read):
            out.writerow(["" if cell == "NA" else cell for cell in row])


if len(sys.argv) != 4:
    sys.exit(__doc__)
breast_cancer(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[3]))
penguins(pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3]))
