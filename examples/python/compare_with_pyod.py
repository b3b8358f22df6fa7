"""Puts detectors of PyOD beside a model of ours, on the same rows: compare_with_pyod.py TRAIN.csv TEST.csv SCORED.csv LABEL NORMAL

TRAIN.csv is what the model was fitted on, TEST.csv other rows, SCORED.csv what `latentry score` wrote of those. PyOD learns from half of the
normal rows of TRAIN, and its threshold is where 1 in 20 of the other half is above it. Columns of numbers without gaps alone: PyOD
takes no others. Needs `pyod`, `pandas` and `scikit-learn`.
"""

import sys

import numpy
import pandas
from pyod.models.ecod import ECOD
from pyod.models.iforest import IForest
from pyod.models.knn import KNN
from pyod.models.pca import PCA
from sklearn.metrics import average_precision_score, roc_auc_score
from sklearn.preprocessing import StandardScaler


def line(name, scores, alarms, anomaly):
    print(f"{name:20} {roc_auc_score(anomaly, scores):6.3f} {average_precision_score(anomaly, scores):6.3f} "
          f"{alarms[anomaly].mean():7.0%} {alarms[~anomaly].mean():13.1%}")


def main(train_file, test_file, scored_file, label, normal):
    train = pandas.read_csv(train_file)
    test = pandas.read_csv(test_file)
    scored = pandas.read_csv(scored_file)
    columns = train.select_dtypes("number").dropna(axis="columns").columns.difference([label])
    scaler = StandardScaler().fit(train.loc[train[label].astype(str) == normal, columns])
    learned = scaler.transform(train.loc[train[label].astype(str) == normal, columns])
    order = numpy.random.default_rng(0).permutation(len(learned))
    fitted, held_out = learned[order[::2]], learned[order[1::2]]

    judged = scored[scored.verdict != "unscorable"]
    rows = test.loc[judged.row]
    anomaly = (rows[label].astype(str) != normal).to_numpy()
    rows = scaler.transform(rows[columns])
    print(f"{len(judged)} rows, {anomaly.sum()} of them not {normal}; {len(columns)} columns\n")
    print(f"{'':20} {'AUROC':>6} {'AUPRC':>6} {'recall':>7} {'false alarms':>13}")
    line("latentry", judged.score.to_numpy(), (judged.verdict == "anomaly").to_numpy(), anomaly)
    for detector in (ECOD(), IForest(random_state=0), KNN(), PCA(random_state=0)):
        detector.fit(fitted)
        threshold = numpy.quantile(detector.decision_function(held_out), 0.95)
        scores = detector.decision_function(rows)
        line("PyOD " + type(detector).__name__, scores, scores > threshold, anomaly)


if __name__ == "__main__":
    if len(sys.argv) != 6:
        sys.exit(__doc__)
    main(*sys.argv[1:])
