# SPDX-License-Identifier: Apache-2.0
"""The comparison trains: seeds, comparisons, checkpoints, resuming after a kill, options per row, the plot."""
import math
import random
import re
import shutil
import signal
import statistics
import subprocess
import time
import xml.etree.ElementTree as xml

from world import EXAMPLES, HERE, INTERACTIONS, ITEM_FILE, ITEMS, SESSIONS, VECTORS, latest, load_json, run
from tap import run as run_checks

DATA = ["--interactions", INTERACTIONS, "--items", ITEM_FILE, "--embedding", VECTORS, "--quiet", "--split-method", "leave-one-out"]
SMALL = ["--encoder-dim", "6", "--train-batch", "16", "--learning-rate", "0.005", "--show", "0"]


def compare(*flags, base=DATA):
    """The JSON of a comparison that must succeed, and its output."""
    code, output, errors = run("compare", *latest(*base, *SMALL, "--json", HERE / "training.json", *flags))
    if code != 0:
        raise AssertionError(f"{code}: {errors}")
    return load_json("training.json"), output


def row(found, name):
    return next(one for one in found["strategies"] if one["name"] == name)


def figures(found):
    """Everything that must be equal in both runs: no times."""
    return [(one["metrics"], [(run["seed"], run["best_epoch"], run["metrics"],
                               [(e["epoch"], e["loss"], e["ndcg"], e["hr"]) for e in run["curve"]])
                              for run in one.get("training", {"seeds": []})["seeds"]]) for one in found["strategies"]]


def every_strategy_is_trained_and_told_about():
    names = ["bert4rec", "llm-bert4rec", "sasrec", "llm-sasrec"]
    found, output = compare("--strategies", ",".join(["popularity", *names]), "--epochs", "30", "--patience", "5")
    for name in names:
        one = row(found, name)
        training = one["training"]
        seed, = training["seeds"]
        curve = seed["curve"]
        if len(curve) != seed["epochs"] or [e["epoch"] for e in curve] != list(range(1, len(curve) + 1)):
            yield f"{name}: a curve of {len(curve)}, {seed['epochs']} epochs"
        best = max(curve, key=lambda e: e["ndcg"])
        if (best["epoch"], best["ndcg"], best["loss"]) != (seed["best_epoch"], seed["validation_ndcg"], seed["loss"]):
            yield f"{name}: best {best}, told {seed['best_epoch']}"
        if seed["epochs"] < 30 and seed["epochs"] - seed["best_epoch"] != 5:
            yield f"{name}: stopped at {seed['epochs']}, the best was {seed['best_epoch']}"
        if abs(one["seconds"]["train"] - seed["seconds"]) > 1e-9 or seed["sequences_per_second"] <= 0:
            yield f"{name}: {one['seconds']} {seed['seconds']}"
        if seed["tokens_per_second"] <= seed["sequences_per_second"] or training["parameters"] < 6 * ITEMS:
            yield f"{name}: {seed['tokens_per_second']} tokens/s, {training['parameters']} parameters"
        if seed["metrics"] != one["metrics"] or any(value is not None for value in training["sd"].values()):
            yield f"{name}: one seed has other figures than the row, or a deviation"
        options = training["options"]
        if (options["encoder"]["dim"], options["train"]["batch"], options["train"]["epochs"]) != (6, 16, 30):
            yield f"{name}: {options}"
        if any((options[key] is None) == name.startswith("llm-") for key in ("init_items", "reducer")):
            yield f"{name}: {options}"
    if row(found, "llm-sasrec")["metrics"]["ndcg@10"] < 1.5 * row(found, "popularity")["metrics"]["ndcg@10"]:
        yield "it has learned nothing"
    if found["protocol"]["validation"] != {"sessions": SESSIONS, "fraction": None}:
        yield f"{found['protocol']['validation']}"
    if f"validation   {SESSIONS} sessions for early stopping" not in output:
        yield output


def seeds_give_means_and_deviations():
    flags = ["--strategies", "popularity,llm-bert4rec", "--epochs", "6", "--seed", "5"]
    found, output = compare(*flags, "--seeds", "3")
    one = row(found, "llm-bert4rec")
    runs = one["training"]["seeds"]
    if [run["seed"] for run in runs] != [5, 6, 7]:
        yield f"seeds {[run['seed'] for run in runs]}"
    for name, value in one["metrics"].items():
        values = [run["metrics"][name] for run in runs]
        if abs(statistics.fmean(values) - value) > 1e-12:
            yield f"{name}: mean {value} of {values}"
        if abs(statistics.stdev(values) - one["training"]["sd"][name]) > 1e-12:
            yield f"{name}: deviation {one['training']['sd'][name]} of {values}"
    alone, _ = compare(*flags[:-1], "6")
    if row(alone, "llm-bert4rec")["metrics"] != runs[1]["metrics"]:
        yield "seed 6 alone comes to other figures"
    mean, deviation = one["metrics"]["ndcg@10"], one["training"]["sd"]["ndcg@10"]
    for fragment in ("Trained from 3 seeds each, 5 to 7", f"{mean:.4f} ±{deviation:.4f}"):
        if fragment not in output:
            yield f"no {fragment!r} in {output}"


def tails(t, freedom):
    """Probability of |T| >= t by Simpson's rule over the density of Student's distribution."""
    scale = math.exp(math.lgamma((freedom + 1) / 2) - math.lgamma(freedom / 2)) / math.sqrt(freedom * math.pi)
    parts, total = 2000, 0.0
    for i in range(parts + 1):
        weight = 1 if i in (0, parts) else 4 if i % 2 else 2
        total += weight * (1 + (t * i / parts) ** 2 / freedom) ** (-(freedom + 1) / 2)
    return 1 - 2 * scale * total * t / parts / 3


def rows_are_tested_against_their_baselines():
    strategies = "popularity,similarity,llm-sasrec,llm-bert4rec,bert4rec"
    found, output = compare("--strategies", strategies, "--epochs", "8", "--seeds", "2", "--k", "5,10")
    pairs = {(one["strategy"], one["baseline"]) for one in found["comparisons"]}
    if pairs != {("similarity", "popularity"), ("llm-sasrec", "popularity"), ("llm-bert4rec", "bert4rec"),
                 ("bert4rec", "popularity")}:
        yield f"{pairs}"
    if len(found["comparisons"]) != 4 * 4:
        yield f"{len(found['comparisons'])} comparisons"
    for one in found["comparisons"]:
        metric = one["metric"]
        value, baseline = (row(found, one[which])["metrics"][metric] for which in ("strategy", "baseline"))
        if abs(one["difference"] - (value - baseline)) > 1e-12 or abs(one["relative"] - (value / baseline - 1)) > 1e-9:
            yield f"{one}: {value} over {baseline}"
        if abs(one["p"] - tails(abs(one["difference"]) / one["stderr"], one["sessions"] - 1)) > 1e-7:
            yield f"{one}: another p"
        if not one["low"] < one["difference"] < one["high"] or one["sessions"] != SESSIONS:
            yield f"{one}"
    told = next(one for one in found["comparisons"] if one["strategy"] == "llm-bert4rec" and one["metric"] == "ndcg@5")
    line = next(line for line in output.splitlines() if line.startswith("llm-bert4rec over bert4rec"))
    if f"{100 * told['relative']:+.1f} %" not in line or f"p = {told['p']:.2g}" not in line:
        yield f"{line}: {told}"


def rows_have_options_of_their_own():
    names = ["bert4rec:dim=4:mask-probability=0.7", "bert4rec:harte2023:dim=8",
             "llm-bert4rec:init-items-mode=adapter:dim=10:scale-std=0.02", "llm-bert4rec:mode=frozen-columns:dim=10",
             "llm-bert4rec:harte2023:dim=6", "similarity:reduce=none", "sasrec:loss=gbce:negatives=7:window-stride=-1",
             "llm-sasrec:mode=frozen:method=whiten:reducer-power=0.5"]
    found, _ = compare("--strategies", ",".join(names), "--epochs", "2", "--mask-probability", "0.2", "--encoder-preset",
                       "sun2019")
    options = [one.get("training", {}).get("options") for one in found["strategies"]]
    told = [(o["encoder"]["dim"], o["train"]["mask_probability"], o["train"]["learning_rate"]) for o in options if o]
    if told[:2] != [(4, 0.7, 0.005), (8, 0.5, 1e-4)] or told[3][:2] != (10, 0.2):
        yield f"{told}"
    vectors = [(o["init_items"], o["reducer"]) for o in options if o]
    wanted = [None, None, ("adapter", "none", 1, 0.02), ("frozen_columns", "pca", 1, 0), ("start", "pca", 1, 0), None,
              ("frozen", "whiten", 0.5, 0)]
    told = [items and (items["mode"], reducer["method"], reducer["power"], items["scale_std"]) for items, reducer in vectors]
    if told != wanted or vectors[3][1]["dim"] != 5:
        yield f"{vectors}"
    if (options[0]["train"]["copies"], options[6]["train"]["copies"], options[6]["train"]["negatives"],
            options[6]["train"]["loss"]) != (10, 0, 7, "gbce"):
        yield f"{options[0]} {options[6]}"
    if [options[i]["train"]["window_stride"] for i in (0, 6)] != [5, -1]:
        yield f"strides {options[0]} {options[6]}"
    if any(o and o["train"]["epochs"] != 2 for o in options):
        yield "a row ran other epochs"
    if found["strategies"][5]["options"]["options"]["reduce"] not in ("none", 0):
        yield f"{found['strategies'][5]['options']}"


def a_temporal_split_holds_sessions_out_for_early_stopping():
    base = [flag for flag in DATA if flag not in ("--split-method", "leave-one-out")]
    found, output = compare("--strategies", "bert4rec", "--epochs", "3", base=base)
    if abs(found["protocol"]["validation"]["fraction"] - 0.1) > 1e-12 or "the 10 % that end last" not in output:
        yield f"{found['protocol']['validation']} {output}"
    plain, _ = compare("--strategies", "popularity", base=base)
    if plain["protocol"]["validation"] is not None or plain["protocol"]["train_rows"] <= found["protocol"]["train_rows"]:
        yield "sessions are held out for nothing"
    found, output = compare("--strategies", "bert4rec", "--epochs", "3", "--validation-fraction", "0", base=base)
    seed, = row(found, "bert4rec")["training"]["seeds"]
    if found["protocol"]["validation"] is not None or "all epochs are run" not in output:
        yield output
    if (seed["best_epoch"], seed["validation_ndcg"]) != (3, None):
        yield f"{seed}"


def start(*flags):
    return subprocess.Popen([str(EXAMPLES / "compare"), *latest(*DATA, *SMALL, *flags)], stdout=subprocess.DEVNULL,
                            stderr=subprocess.PIPE, text=True)


def a_kill_costs_no_more_than_an_epoch():
    folder = HERE / "killed"
    flags = ["--strategies", "bert4rec,llm-sasrec", "--epochs", "40", "--patience", "0", "--seeds", "2", "--encoder-dim", "6",
             "--layers", "8"]
    wanted, _ = compare(*flags)
    rng, landed = random.Random(3), 0
    for _ in range(8):
        before = len(list(folder.glob("*.h5"))) if folder.exists() else 0
        program = start(*flags, "--checkpoint", folder)
        deadline = time.time() + 60
        while time.time() < deadline and program.poll() is None:
            if folder.exists() and len(list(folder.glob("*.h5"))) > min(before, 3):
                break
            time.sleep(0.001)
        time.sleep(rng.uniform(0, 0.1))
        program.kill()
        program.communicate()
        landed += program.returncode == -signal.SIGKILL
    found, _ = compare(*flags, "--checkpoint", folder)
    if landed == 0:
        yield "the program ended before the kill"
    if figures(found) != figures(wanted):
        yield "other figures than without a kill"
    if row(found, "llm-sasrec")["training"]["seeds"][1]["checkpoint"] != str(folder / "llm-sasrec-1.h5"):
        yield f"{row(found, 'llm-sasrec')['training']['seeds'][1]['checkpoint']}"
    times = {path: path.stat().st_mtime_ns for path in folder.glob("*.h5")}
    again, _ = compare(*flags, "--checkpoint", folder)
    if figures(again) != figures(wanted) or times != {path: path.stat().st_mtime_ns for path in folder.glob("*.h5")}:
        yield "finished rows are trained again"
    if sorted(path.name for path in times) != ["bert4rec-0.h5", "bert4rec-1.h5", "llm-sasrec-0.h5", "llm-sasrec-1.h5"]:
        yield f"{sorted(times)}"


def an_interrupt_keeps_what_was_trained():
    folder = HERE / "interrupted"
    program = start("--strategies", "bert4rec", "--epochs", "100000", "--patience", "0", "--checkpoint", folder)
    deadline = time.time() + 60
    while not (folder / "bert4rec-0.h5").exists() and time.time() < deadline:
        time.sleep(0.01)
    program.send_signal(signal.SIGINT)
    _, errors = program.communicate(timeout=60)
    if program.returncode != 130 or "canceled" not in errors or "the same command continues" not in errors:
        yield f"{program.returncode}: {errors!r}"


def more_epochs_go_on_and_other_options_are_refused():
    folder = HERE / "kept"
    flags = ["--strategies", "llm-bert4rec:mask-probability=0.3", "--checkpoint", folder]
    compare(*flags, "--epochs", "3")
    notes, kept = folder / "llm-bert4rec_mask-probability=0.3-0.json", folder / "llm-bert4rec_mask-probability=0.3-0.h5"
    found, _ = compare(*flags, "--epochs", "5")
    wanted, _ = compare(*flags[:2], "--epochs", "5")
    if figures(found) != figures(wanted):
        yield "the resumed run has other results"
    told = notes.read_text()
    cases = {
        f"{notes}: epochs is 5 there and 4 here": ["--epochs", "4"],
        f"{notes}: patience is 10 there and 9 here": ["--epochs", "5", "--patience", "9"],
        f"{notes}: embedding_dropout is 0.2 there and 0.3 here": ["--epochs", "5", "--embedding-dropout", "0.3"],
        f"{notes}: train is \"": ["--epochs", "5", "--duplicates", "drop-repeats", "--split-method", "temporal"],
        f"{notes}: loss is \"softmax\" there and \"gbce\" here": ["--epochs", "5", "--loss", "gbce"],
        f"{notes}: scale_std is 0 there and 0.05 here": ["--epochs", "5", "--scale-std", "0.05"],
        f"cannot make {ITEM_FILE}/x": ["--epochs", "5", "--checkpoint", f"{ITEM_FILE}/x"],
    }
    for fragment, more in cases.items():
        code, output, errors = run("compare", *latest(*DATA, *SMALL, *flags, *more))
        if code != 1 or errors.count("\n") != 1 or fragment not in errors:
            yield f"{more}: {code} {errors!r}, wanted {fragment!r}"
    if notes.read_text() != told:
        yield "a refused run changes the kept files"
    kept.write_bytes(kept.read_bytes()[:-100])
    code, _, errors = run("compare", *DATA, *SMALL, *flags, "--epochs", "5")
    if code != 1 or errors.count("\n") != 1 or kept.name not in errors:
        yield f"damaged: {code} {errors!r}"
    notes.unlink()
    code, _, errors = run("compare", *DATA, *SMALL, *flags, "--epochs", "5")
    if code != 1 or errors.count("\n") != 1 or "cannot be read" not in errors:
        yield f"without notes: {code} {errors!r}"
    shutil.rmtree(folder)


def wrong_flags_are_told_in_one_line():
    cases = {
        "--epochs: epochs is \"0\"; wanted 1 to 16777216": ["--epochs", "0"],
        "--seeds is \"101\"; wanted 1 to 100": ["--seeds", "101"],
        "--hidden-dropout: hidden_dropout is \"1\"; wanted [0, 1)": ["--hidden-dropout", "1"],
        "--mask-probability: mask_probability is \"0\"; wanted (0, 1]": ["--mask-probability", "0"],
        "wanted one of softmax, sampled_softmax, gbce": ["--loss", "bce"],
        "wanted one of start, frozen, frozen_columns, adapter": ["--init-items-mode", "warm"],
        "wanted bert4rec, sasrec, sasrec-direct, harte2023, sun2019": ["--encoder-preset", "best"],
        "bert4rec: causal is yes; wanted no": ["--encoder-preset", "sasrec"],
        "bert4rec: heads is 9; wanted at most dim, 6": ["--heads", "9"],
        "no option \"warmth=1\" of bert4rec": ["--strategies", "bert4rec:warmth=1"],
        "no option \"seed=1\" of bert4rec": ["--strategies", "bert4rec:seed=1"],
        "bert4rec:layers=x: layers is \"x\"; wanted 0 to 64": ["--strategies", "bert4rec:layers=x"],
        "\"bert5rec\"; wanted popularity or similarity or bert4rec": ["--strategies", "bert5rec"],
        "popularity:x: preset is \"x\"; wanted default": ["--strategies", "popularity:x"],
    }
    for fragment, flags in cases.items():
        code, output, errors = run("compare", *latest(*DATA, *SMALL, "--strategies", "bert4rec", *flags))
        if code != 2 or errors.count("\n") != 1 or fragment not in errors or output:
            yield f"{flags}: {code} {errors!r} {output!r}"
    code, _, errors = run("compare", *DATA, *SMALL, "--strategies", "llm-bert4rec:dim=50")
    if code != 1 or errors.count("\n") != 1 or "llm-bert4rec:dim=50: dim is 50; wanted at most 6" not in errors:
        yield f"{code} {errors!r}"
    code, _, errors = run("compare", *DATA[:2], "--strategies", "llm-sasrec")
    if code != 2 or "wanted item vectors" not in errors:
        yield f"{code} {errors!r}"


def help_tells_the_defaults_in_force():
    code, text, _ = run("compare", *DATA, "--strategies", "bert4rec,sasrec", "--json", HERE / "training.json")
    bert, causal = (one["training"]["options"] for one in load_json("training.json")["strategies"])
    for topic in ("encoder", "train"):
        _, output, _ = run("compare", "--help", topic)
        told = {flag.removeprefix(topic + "-"): " ".join(help.split()) for flag, help in
                re.findall(r"\n  --([a-z0-9-]+) (.*?)(?=\n  -|\n\n)", output, re.DOTALL)}
        for name, value in bert[topic].items():
            help = told.get(name.replace("_", "-"))
            if name in ("seed", "checkpoint"):
                continue
            value = {True: "yes", False: "no"}[value] if isinstance(value, bool) else value
            if not help or not (help.endswith(f"default {value}") or float(re.search(r"default (\S+)$", help)[1]) == value):
                yield f"{name}: {value} is not in {help!r}"
    _, output, _ = run("compare", "--help", "sasrec")
    preset = f"hidden_dropout={causal['encoder']['hidden_dropout']}"
    if code != 0 or not re.search(rf"\n    sasrec .*?{preset}", output, re.DOTALL):
        yield f"{text} {output}"


def progress_names_epoch_and_figures():
    noisy = [flag for flag in DATA if flag != "--quiet"]
    code, _, errors = run("compare", *noisy, *SMALL, "--strategies", "sasrec", "--epochs", "2", "--seeds", "2")
    lines = [line for line in errors.splitlines() if line.startswith("train sasrec seed ")]
    if code != 0 or len(lines) != 2 or "2 epochs; the best is " not in lines[0] or ", ndcg 0." not in lines[1]:
        yield errors


def curves_are_drawn():
    picture = HERE / "curves.svg"
    compare("--strategies", "popularity,bert4rec,sasrec:hidden-dropout=0.1", "--epochs", "4", "--seeds", "2", "--plot", picture)
    space = "{http://www.w3.org/2000/svg}"
    root = xml.parse(picture).getroot()
    lines = [path for path in root.iter(f"{space}path") if path.get("fill") == "none"]
    if len(lines) != 4 or any(path.get("d").count("L") != 3 for path in lines):
        yield f"{len(lines)} lines"
    if not {"bert4rec", "sasrec:hidden-dropout=0.1", "epoch"} <= {text.text for text in root.iter(f"{space}text")}:
        yield "no legend"
    code, _, errors = run("compare", *DATA, *SMALL, "--strategies", "bert4rec", "--epochs", "1", "--plot", "/nowhere/x.svg")
    if code != 1 or errors != "compare: --plot: cannot write /nowhere/x.svg: No such file or directory\n":
        yield f"{code} {errors!r}"


run_checks(every_strategy_is_trained_and_told_about, seeds_give_means_and_deviations,
           rows_are_tested_against_their_baselines, rows_have_options_of_their_own,
           a_temporal_split_holds_sessions_out_for_early_stopping, a_kill_costs_no_more_than_an_epoch,
           an_interrupt_keeps_what_was_trained, more_epochs_go_on_and_other_options_are_refused,
           wrong_flags_are_told_in_one_line, help_tells_the_defaults_in_force, progress_names_epoch_and_figures, curves_are_drawn)
