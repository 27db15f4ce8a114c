"""Writes the figures that the forest is held to: generated data sets, and the scores that scikit-learn gives them (means over
five seeds), with its AUC and how well two of its own seeds agree.

Usage: python3 bench/forest-fixtures.py [FOLDER]   (needs numpy and scikit-learn; any version)
"""

import json
import pathlib
import sys

import numpy
import sklearn
from sklearn.ensemble import IsolationForest
from sklearn.metrics import roc_auc_score

SEEDS = range(5)


def gaussian_with_outliers(rng):
    rows = rng.normal(size=(600, 3))
    labels = numpy.zeros(600, int)
    labels[:18] = 1
    rows[:18] += rng.choice([-1, 1], size=(18, 3)) * rng.uniform(2, 5, size=(18, 3))
    return rows, labels


def clusters(rng):
    centres = numpy.array([[0, 0], [6, 1], [2, 7]])
    rows = centres[rng.integers(0, 3, 600)] + rng.normal(size=(600, 2)) * [0.5, 0.8]
    labels = numpy.zeros(600, int)
    labels[:20] = 1
    rows[:20] = rng.uniform(-4, 11, size=(20, 2))
    return rows, labels


def heavy_tails(rng):
    rows = rng.standard_t(2, size=(600, 4))
    labels = (numpy.abs(rows).max(axis=1) > 12).astype(int)
    return rows, labels


def rolling(values, window):
    means = numpy.array([values[max(0, i - window + 1) : i + 1].mean() for i in range(len(values))])
    stds = numpy.array([values[max(0, i - window + 1) : i + 1].std() for i in range(len(values))])
    return means, stds


def rolling_features(rng):
    time = numpy.arange(900)
    values = numpy.sin(time * 2 * numpy.pi / 300) + 0.1 * rng.normal(size=900)
    labels = numpy.zeros(900, int)
    for start, length, height in ((130, 6, 1.5), (380, 12, -1.2), (550, 3, 2.5), (777, 9, 1.0)):
        values[start : start + length] += height
        labels[start : start + length] = 1
    columns = [values]
    for window in (5, 10, 30):
        columns.extend(rolling(values, window))
    return numpy.column_stack(columns), labels


def forest_scores(rows, seed):
    forest = IsolationForest(n_estimators=100, max_samples=256, random_state=seed).fit(rows)
    return -forest.score_samples(rows)


def spearman(left, right):
    ranks = [numpy.argsort(numpy.argsort(scores)) for scores in (left, right)]
    return float(numpy.corrcoef(*ranks)[0, 1])


def main():
    folder = pathlib.Path(
        sys.argv[1] if len(sys.argv) > 1 else "src/core/detectors/isolation-forest/fixtures"
    )
    folder.mkdir(parents=True, exist_ok=True)
    for number, generate in enumerate(
        (gaussian_with_outliers, clusters, heavy_tails, rolling_features)
    ):
        rows, labels = generate(numpy.random.default_rng(number + 1))
        rows = rows.round(3)
        scores = [forest_scores(rows, seed) for seed in SEEDS]
        between = [
            spearman(scores[i], scores[j]) for i in SEEDS for j in SEEDS if i < j
        ]
        fixture = {
            "sklearn": sklearn.__version__,
            "features": rows.shape[1],
            "rows": rows.ravel().tolist(),
            "labels": labels.tolist(),
            "scores": numpy.mean(scores, axis=0).round(4).tolist(),
            "auc": round(float(numpy.mean([roc_auc_score(labels, s) for s in scores])), 4),
            "spearmanBetweenSeeds": round(float(numpy.mean(between)), 4),
        }
        path = folder / f"{generate.__name__.replace('_', '-')}.json"
        path.write_text(json.dumps(fixture, separators=(",", ":")) + "\n")
        print(f"{path.name}: AUC {fixture['auc']}, Spearman between seeds {fixture['spearmanBetweenSeeds']}")


main()
