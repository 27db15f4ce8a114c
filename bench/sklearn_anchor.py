"""The original's training and detection path on scikit-learn: a long-lived process that times itself.

One command a line: `load FILE` (float64 values), `train COUNT`, `detect COUNT`. One JSON answer a line.
"""

import json
import sys
import time

import numpy
import pandas
import sklearn
from sklearn.ensemble import IsolationForest
from sklearn.preprocessing import StandardScaler

CONTAMINATION = 0.01
THRESHOLD = 3.0


def features(values):
    series = pandas.Series(values)
    columns = [series]
    for window in (5, 10, 30):
        rolling = series.rolling(window, min_periods=1)
        columns += [rolling.mean(), rolling.std().fillna(0)]
    return numpy.column_stack(columns)


def train(values):
    rows = features(values)
    scaler = StandardScaler()
    scaled = scaler.fit_transform(rows)
    # With a contamination, fit scores every row and takes the threshold from the quantile.
    forest = IsolationForest(
        n_estimators=100, max_samples=256, contamination=CONTAMINATION, random_state=42
    ).fit(scaled)
    mean, deviation = values.mean(), values.std()
    flagged = numpy.abs(values - mean) > THRESHOLD * deviation
    return {"scaler": scaler, "forest": forest, "mean": mean, "deviation": deviation}, flagged


def detect(model, values):
    rows = model["scaler"].transform(features(values))
    by_forest = model["forest"].decision_function(rows) < 0
    by_zscore = numpy.abs(values - model["mean"]) > THRESHOLD * model["deviation"]
    return by_forest, by_zscore


def main():
    series = model = None
    for line in sys.stdin:
        command, argument = line.split()
        if command == "load":
            series = numpy.fromfile(argument)
            print(json.dumps({"sklearn": sklearn.__version__}), flush=True)
            continue
        count = int(argument)
        started = time.perf_counter()
        if command == "train":
            model, _ = train(series[:count])
        else:
            detect(model, series[:count])
        print(json.dumps({"ms": (time.perf_counter() - started) * 1000}), flush=True)


main()
