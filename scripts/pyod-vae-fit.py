#!/usr/bin/env python3
"""How long PyOD's VAE takes to fit the sets that `./latentry bench quality` fits, and how well it ranks.

    pip install pyod torch tqdm pandas
    python scripts/pyod-vae-fit.py DIR NAME...

DIR and NAME as of `bench quality`: DIR/NAME.csv.gz with `label` and `split0`. PyOD's defaults on standardised columns, the first and
the second fit of the process in seconds; what it imports beforehand is not counted. A rival only: nothing of Latentry needs this.
"""
import sys
import time

import pandas as pd
import torch
from pyod.models.vae import VAE
from sklearn.metrics import roc_auc_score

folder, names = sys.argv[1], sys.argv[2:]
torch.ones(3) @ torch.ones(3)  # The engine is loaded and has its threads.
for name in names:
    table = pd.read_csv(f"{folder}/{name}.csv.gz")
    columns = [c for c in table if c != "label" and not c.startswith("split")]
    known = table.split0 == "train"
    x = table.loc[known, columns].to_numpy("float32")
    mean, deviation = x.mean(0), x.std(0)
    deviation[deviation == 0] = 1
    seconds = []
    for _ in range(2):
        model = VAE(verbose=0)
        start = time.perf_counter()
        model.fit((x - mean) / deviation)
        seconds.append(time.perf_counter() - start)
    unseen = table.split0 == "test"
    scores = model.decision_function((table.loc[unseen, columns].to_numpy("float32") - mean) / deviation)
    auroc = 100 * roc_auc_score(table.loc[unseen, "label"], scores)
    print(f"{name}: {x.shape[0]} x {x.shape[1]}, first {seconds[0]:.2f} s, second {seconds[1]:.2f} s, AUROC {auroc:.1f}", flush=True)
