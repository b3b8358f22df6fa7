#!/usr/bin/env python3
"""Rivals of `scripts/bench growth`, each run a process of its own: what it reads and writes is part of what it costs.

    pip install pyod torch pandas pyarrow
    growth-rivals.py versions
    growth-rivals.py start knn|iforest|vae                     imports alone
    growth-rivals.py fit knn|iforest|vae ROWS.parquet MODEL
    growth-rivals.py score MODEL ROWS.parquet SCORES.npy

PyOD's defaults on standardised columns, on all cores where a detector takes a number of them, the VAE on one. Nothing of Latentry needs this.
"""
import sys
from importlib.metadata import version

import joblib
import numpy as np
import pandas as pd


def detector(name):
    if name == "knn":
        from pyod.models.knn import KNN

        return KNN(n_jobs=-1)
    if name == "iforest":
        from pyod.models.iforest import IForest

        return IForest(n_jobs=-1, random_state=1)
    import torch
    from pyod.models.vae import VAE

    # Two threads wait for each other at every small step: five times as long where others want the cores too.
    torch.set_num_threads(1)
    return VAE(verbose=0)


def rows(path):
    return pd.read_parquet(path).to_numpy("float32")


command, *words = sys.argv[1:]
if command == "versions":
    detector("vae")
    print(", ".join(f"{name} {version(name)}" for name in ("pyod", "scikit-learn", "torch")))
elif command == "start":
    detector(words[0])
elif command == "fit":
    name, data, target = words
    x = rows(data)
    mean, deviation = x.mean(0), x.std(0)
    deviation[deviation == 0] = 1
    model = detector(name)
    model.fit((x - mean) / deviation)
    joblib.dump((model, mean, deviation), target)
elif command == "score":
    source, data, target = words
    model, mean, deviation = joblib.load(source)
    if "torch" in sys.modules:
        sys.modules["torch"].set_num_threads(1)
    np.save(target, model.decision_function((rows(data) - mean) / deviation))
else:
    sys.exit(__doc__)
