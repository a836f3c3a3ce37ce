# SPDX-License-Identifier: Apache-2.0
"""Selects the best options of LLM-seq-sim on validation parts only (results: docs/studies/similarity.md).

    similarity_study.py [--data NAME INTERACTIONS ITEMS VECTORS]... [--quick]

Without --data: MovieLens 100K from build/parts, embedded by the model there. VECTORS: one row per row of the item
file, in order. Every setting of the grid is evaluated on each data set under both splits. Settings that are
significantly worse than the best of any part (paired t test, 1 %) are dropped. Of the rest, the setting with the
fewest numbers to choose wins; in a tie, the one with the highest geometric mean of NDCG@10 over the data sets. Its
results on the test parts are printed last, next to those of the presets.
"""
import argparse
import math
import pathlib
import sys

import llmrec

ROOT = pathlib.Path(__file__).resolve().parents[2]
SPLITS = ("leave_one_out", "temporal")
RATES = (.2, .3, .4, .5, .7)
SIGNIFICANT = .01

WEIGHTINGS = {"last": {"weighting": "last"}}
WEIGHTINGS |= {decay.replace("_", "-"): {"weighting": "mean", "decay": decay} for decay in (
    "none", "constant_linear", "scaling_linear", "scaling_quadratic", "scaling_cubic", "log", "harmonic",
    "harmonic_squared")}
WEIGHTINGS |= {f"exponential {rate}": {"weighting": "mean", "decay": "exponential", "decay_rate": rate} for rate in RATES}

REDUCERS = {"none": {"reduce": "none"}, "pca": {"reduce": "pca"}, "random 256": {"reduce": "random", "reduce_dim": 256}}
REDUCERS |= {f"whiten {power}": {"reduce": "whiten", "reduce_power": power} for power in (.25, .5, .75, .9, 1)}
REDUCERS |= {f"whiten 1, {dim} wide": {"reduce": "whiten", "reduce_dim": dim} for dim in (64, 128, 256, 320)}
REDUCERS |= {f"whiten 1, ridge {ridge}": {"reduce": "whiten", "reduce_ridge": ridge} for ridge in (.01, .03)}

QUICK = ("last", "none", "harmonic", "exponential 0.4"), ("none", "pca", "whiten 0.5", "whiten 1")
PRESETS = ("default", "harte2023", "boz2024")


class Data:
    """A data set with its vectors, and its parts under each split."""

    def __init__(self, name, interactions, items, vectors):
        self.name, self.whole = name, llmrec.Dataset.load(interactions, items)
        if vectors is None:
            model = llmrec.TextEncoder.load(ROOT / "build/parts/all-MiniLM-L6-v2")
            self.table = model.encode_items(self.whole)
        else:
            self.table = llmrec.Embedding.load(vectors, ids_path=items).align(self.whole)
        self.parts = {(split, part): self.part(split, part) for split in SPLITS for part in ("train", "validation", "test")}

    def part(self, split, part):
        return self.whole.split(part, method=split, validation_fraction=.2 if split == "temporal" else 0)

    def evaluate(self, recommender, split, part):
        return llmrec.Report.evaluate(recommender, self.parts[split, "train"], self.parts[split, part], k=[10])


def measure(sets, weightings, reducers):
    """NDCG@10 reports by setting and part."""
    found = {}
    for number, reducer in enumerate(reducers):
        print(f"\r{number} of {len(reducers)} reducers", end="", file=sys.stderr, flush=True)
        for data in sets:
            for weighting in weightings:
                made = llmrec.Recommender.similarity(data.table, measure="cosine", **WEIGHTINGS[weighting], **REDUCERS[reducer])
                for split in SPLITS:
                    found.setdefault((weighting, reducer), {})[data.name, split] = data.evaluate(made, split, "validation")
    print("\r\033[K", end="", file=sys.stderr)
    return found


def ndcg(report):
    return report.metric("ndcg", 10)


def significantly_worse(report, best):
    """True if a report is significantly worse than the best setting's, by the normal limit of the paired t test."""
    difference = best.values("ndcg", 10) - report.values("ndcg", 10)
    error = difference.std(ddof=1) / math.sqrt(len(difference))
    return error > 0 and math.erfc(difference.mean() / error / math.sqrt(2)) < SIGNIFICANT


def mean_of_sets(reports):
    """Geometric mean over data sets; within a data set each session of its splits counts once."""
    by_set = {}
    for (name, _), report in reports.items():
        total, sessions = by_set.get(name, (0, 0))
        by_set[name] = total + ndcg(report) * report.sessions, sessions + report.sessions
    return math.prod(total / sessions for total, sessions in by_set.values()) ** (1 / len(by_set))


def print_tables(found, weightings, reducers):
    parts = list(next(iter(found.values())))
    for part in parts:
        report = found[weightings[0], reducers[0]][part]
        print(f"\n{part[0]}, {part[1].replace('_', '-')}: NDCG@10 of {report.sessions} validation sessions, standard errors "
              f"about {report.standard_error('ndcg', 10):.4f}\n")
        print("| vectors |", " | ".join(weightings), "|")
        print("|---|" + "---|" * len(weightings))
        for reducer in reducers:
            row = [ndcg(found[weighting, reducer][part]) for weighting in weightings]
            print(f"| {reducer} |", " | ".join(f"{value:.4f}" for value in row), "|")


def numbers_to_set(setting):
    """Number of values that a setting needs; full whitening needs none."""
    options = WEIGHTINGS[setting[0]] | REDUCERS[setting[1]]
    return sum(isinstance(value, (int, float)) and (name, value) != ("reduce_power", 1) for name, value in options.items())


def choose(found):
    """The best of the remaining settings."""
    kept = dict(found)
    for part in next(iter(found.values())):
        best = max((reports[part] for reports in found.values()), key=ndcg)
        kept = {setting: reports for setting, reports in kept.items() if not significantly_worse(reports[part], best)}
    ranked = sorted(kept, key=lambda setting: (numbers_to_set(setting), -mean_of_sets(kept[setting])))
    print(f"\n{len(kept)} of {len(found)} settings are on no part significantly worse than its best:\n")
    for weighting, reducer in ranked[:12]:
        print(f"  {mean_of_sets(kept[weighting, reducer]):.4f}  {weighting}, {reducer}")
    return ranked[0] if ranked else max(found, key=lambda setting: mean_of_sets(found[setting]))


def print_test(sets, chosen):
    weighting, reducer = chosen
    print(f"\nChosen: {weighting}, {reducer}. Test parts, NDCG@10 / HR@10:\n")
    for data in sets:
        made = {"chosen": llmrec.Recommender.similarity(data.table, **WEIGHTINGS[weighting], **REDUCERS[reducer])}
        made |= {preset: llmrec.Recommender.similarity(data.table, preset=preset) for preset in PRESETS}
        for split in SPLITS:
            made["popularity"] = llmrec.Recommender.popularity(data.parts[split, "train"])
            for name, recommender in made.items():
                report = data.evaluate(recommender, split, "test")
                print(f"  {data.name:10} {split:14} {name:10} {ndcg(report):.4f} / {report.metric('hr', 10):.4f}"
                      f"  ({report.sessions} sessions)")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", nargs=4, action="append", metavar=("NAME", "INTERACTIONS", "ITEMS", "VECTORS"))
    parser.add_argument("--quick", action="store_true", help="a few settings only")
    given = parser.parse_args()
    parts = ROOT / "build/parts/ml-100k"
    sets = [Data(*each) for each in given.data or [("ml-100k", parts / "ml-100k.inter", parts / "ml-100k.item", None)]]
    weightings, reducers = QUICK if given.quick else (tuple(WEIGHTINGS), tuple(REDUCERS))
    found = measure(sets, weightings, reducers)
    print_tables(found, weightings, reducers)
    print_test(sets, choose(found))


main()
