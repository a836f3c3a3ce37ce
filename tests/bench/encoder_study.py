# SPDX-License-Identifier: Apache-2.0
"""Measures trained encoders with and without language-model vectors (results: docs/studies/encoder.md).

    encoder_study.py [QUESTION...] [--data NAME INTERACTIONS ITEMS VECTORS]... [--seeds N] [--epochs N] [--preset NAME]...

Without --data: MovieLens 100K from build/parts, embedded by the model there. VECTORS: one row per row of the item file, in order.
Leave-one-out; early stopping on the validation part, results on the test part, means over seeds. Questions (default: all):

    start   item rows start from random numbers, from the vectors, or from the vectors of other items (control)
    modes   the vectors as a start, frozen, frozen in half of the columns, or through a trained adapter
    cold    a tenth of the items is left out of training: NDCG and HR on sessions where they come next
    loss    seconds of training until each validation NDCG, by loss
"""
import argparse
import pathlib

import numpy as np

import llmrec

ROOT = pathlib.Path(__file__).resolve().parents[2]
K = 10


class Data:
    """A data set with its vectors and its parts."""

    def __init__(self, name, interactions, items, vectors):
        self.name = name
        options = {"format": "sequences"} if str(interactions).endswith(".txt") else {}
        self.whole = llmrec.Dataset.load(interactions, items, **options)
        if vectors is None:
            model = llmrec.TextEncoder.load(ROOT / "build/parts/all-MiniLM-L6-v2")
            self.table = model.encode_items(self.whole)
        else:
            self.table = llmrec.Embedding.load(vectors, ids_path=items).align(self.whole)
        self.train, self.validation, self.test = (
            self.whole.split(part, method="leave_one_out") for part in ("train", "validation", "test"))

    def reduced(self, dim, table=None):
        """Principal components, without normalization of lengths."""
        table = self.table if table is None else table
        return llmrec.Reducer.fit(table, method="pca", dim=dim, normalize=0).apply(table)

    def dealt_out(self, table, seed):
        """The same vectors, assigned to other items."""
        values = np.random.default_rng(seed).permutation(table.copy_rows())
        ids = [self.whole.item_id(item) for item in range(self.whole.items)]
        return llmrec.Embedding.create(values, ids).align(self.whole)


def trained(data, given, preset, seed, start=None, **options):
    encoder = llmrec.Encoder.create(data.whole, preset=preset, seed=seed)
    if start is not None:
        table, mode = start
        encoder.init_items(table, mode, seed=seed)
    encoder.train(data.train, data.validation, preset=preset, progress=True, epochs=given.epochs, seed=seed, **options)
    return encoder


def reports_of(data, encoders):
    return [llmrec.Report.evaluate(llmrec.Recommender.encoder(encoder), data.train, data.test, k=[K]) for encoder in encoders]


def print_rows(title, rows):
    """Prints a line per row: mean and deviation over seeds, and the comparison with the first row, session by
    session."""
    print(f"\n{title}: NDCG@{K} ± deviation over seeds, HR@{K}, best epochs\n")
    first = None
    for name, (encoders, reports) in rows.items():
        ndcg = [report.metric("ndcg", K) for report in reports]
        hr = np.mean([report.metric("hr", K) for report in reports])
        mean = llmrec.Report.mean(reports)
        first = first or mean
        versus = mean.compare(first, "ndcg", K) if mean is not first else None
        told = "" if versus is None else f"  {100 * versus.difference / first.metric('ndcg', K):+.1f} %, p = {versus.p_value:.2g}"
        epochs = ", ".join(str(encoder.best_epoch + 1) for encoder in encoders)
        print(f"  {name:28} {np.mean(ndcg):.4f} ± {np.std(ndcg, ddof=1) if len(ndcg) > 1 else np.nan:.4f}  {hr:.4f}  "
              f"[{epochs}]{told}", flush=True)


def compare_starts(data, given, preset, title, starts):
    rows = {}
    for name, start in starts.items():
        encoders = [trained(data, given, preset, seed, start and start(seed)) for seed in range(given.seeds)]
        rows[name] = encoders, reports_of(data, encoders)
    print_rows(f"{data.name}, {preset}: {title}", rows)


def ask_start(data, given, preset):
    table = data.reduced(dim_of(data, preset))
    compare_starts(data, given, preset, "start of the item rows", {
        "random": None, "vectors": lambda seed: (table, "start"),
        "vectors of other items": lambda seed: (data.dealt_out(table, seed), "start")})


def ask_modes(data, given, preset):
    dim = dim_of(data, preset)
    whole, half = data.reduced(dim), data.reduced(dim // 2)
    compare_starts(data, given, preset, "ways of using the vectors", {
        "start": lambda seed: (whole, "start"), "frozen": lambda seed: (whole, "frozen"),
        "frozen columns, half": lambda seed: (half, "frozen_columns"), "adapter": lambda seed: (data.table, "adapter")})


def dim_of(data, preset):
    return llmrec.Encoder.create(data.whole, preset=preset).dim


# --- cold items -------------------------------------------------------------------------------------------------------

def without(data, cold):
    """The training part and catalog without the rows of cold items."""
    sessions = data.train.copy_sessions()
    rows = np.repeat(np.arange(data.train.sessions), np.diff(sessions.offsets))
    warm = ~cold[sessions.items]
    ids = np.array([str(data.whole.item_id(item)) for item in range(data.whole.items)])
    return llmrec.Dataset.create(rows[warm], list(ids[sessions.items[warm]]))


def ranks_of_targets(data, recommender, cold):
    """NDCG and HR at K of the test sessions with a cold target, and of the others."""
    sessions = data.test.copy_sessions()
    ends = sessions.offsets[1:] - 1
    prompts = [sessions.items[first:end] for first, end in zip(sessions.offsets, ends)]
    lists = recommender.recommend(np_csr(prompts), k=K).items
    targets = sessions.items[ends]
    hits = [np.flatnonzero(np.asarray(found) == target) for found, target in zip(lists, targets)]
    gains = np.array([1 / np.log2(hit[0] + 2) if len(hit) else 0 for hit in hits])
    is_cold = cold[targets]
    return gains[is_cold].mean(), (gains[is_cold] > 0).mean(), gains[~is_cold].mean(), int(is_cold.sum())


def np_csr(prompts):
    return np.concatenate([[0], np.cumsum([len(prompt) for prompt in prompts])]), np.concatenate(prompts)


def ask_cold(data, given, preset):
    random = np.random.default_rng(0)
    cold = np.zeros(data.whole.items, bool)
    cold[random.choice(data.whole.items, data.whole.items // 10, replace=False)] = True
    warm = without(data, cold)
    parts = [warm.split(part, method="leave_one_out") for part in ("train", "validation")]
    print(f"\n{data.name}, {preset}: {cold.sum()} of {len(cold)} items are never trained on; NDCG@{K} and HR@{K} of sessions "
          f"whose next item is one of them, NDCG@{K} of the others\n")
    made = {"similarity": llmrec.Recommender.similarity(data.table)}
    for mode in ("random", "adapter"):
        encoder = llmrec.Encoder.create(warm, preset=preset)
        if mode == "adapter":
            encoder.init_items(data.table.align(warm), "adapter")
        encoder.train(*parts, preset=preset, progress=True, epochs=given.epochs)
        made[f"{preset}, {mode}"] = llmrec.Recommender.encoder(
            encoder.grow(data.whole, data.table if mode == "adapter" else None))
    for name, recommender in made.items():
        ndcg, hr, others, sessions = ranks_of_targets(data, recommender, cold)
        print(f"  {name:28} {ndcg:.4f} {hr:.4f}  {others:.4f}  ({sessions} sessions)", flush=True)


# --- losses -------------------------------------------------------------------------------------------------------------

def ask_loss(data, given, preset):
    table = data.reduced(dim_of(data, preset))
    histories = {loss: trained(data, given, preset, 0, (table, "start"), loss=loss).history
                 for loss in ("softmax", "sampled_softmax", "gbce")}
    best = {loss: history.ndcg.max() for loss, history in histories.items()}
    goals = [share * max(best.values()) for share in (.5, .7, .8, .9)]
    print(f"\n{data.name}, {preset} from vectors: seconds of training until a validation NDCG@{K}, validation left out\n")
    print("  loss             " + "".join(f"{goal:>10.4f}" for goal in goals) + "   best   seconds an epoch")
    for loss, history in histories.items():
        spent = np.cumsum(history.seconds)
        reached = [spent[history.ndcg >= goal] for goal in goals]
        print(f"  {loss:17}" + "".join(f"{times[0]:>10.1f}" if len(times) else f"{'never':>10}" for times in reached)
              + f"   {best[loss]:.4f}   {np.median(history.seconds):.2f}", flush=True)


QUESTIONS = {"start": ask_start, "modes": ask_modes, "cold": ask_cold, "loss": ask_loss}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("questions", nargs="*", choices=[*QUESTIONS, []], metavar="QUESTION", help=", ".join(QUESTIONS))
    parser.add_argument("--data", nargs=4, action="append", metavar=("NAME", "INTERACTIONS", "ITEMS", "VECTORS"))
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--epochs", type=int, default=100, help="at most so many")
    parser.add_argument("--preset", action="append", help="default: bert4rec and sasrec")
    given = parser.parse_args()
    parts = ROOT / "build/parts/ml-100k"
    for each in given.data or [("ml-100k", parts / "ml-100k.inter", parts / "ml-100k.item", None)]:
        data = Data(*each)
        for question in given.questions or QUESTIONS:
            for preset in given.preset or ("bert4rec", "sasrec"):
                QUESTIONS[question](data, given, preset)


if __name__ == "__main__":
    main()
