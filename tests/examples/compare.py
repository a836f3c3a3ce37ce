# SPDX-License-Identifier: Apache-2.0
"""The comparison: its metrics equal those of a ranking computed here, its JSON has its layout, wrong flags are
reported."""
import datetime
import json
import math
import os
import re
import signal
import subprocess
import time
import zipfile

from world import (EXAMPLES, HERE, INTERACTIONS, ITEM_FILE, ITEMS, ROWS, SESSIONS, VECTORS, item_id, load_json, run, sessions,
                   title, vector, write)
from tap import Skip
from tap import run as run_checks

ON_FILES = ["--interactions", INTERACTIONS, "--items", ITEM_FILE, "--embedding", VECTORS, "--quiet"]


def compare(*flags, base=ON_FILES):
    """The JSON of a comparison that must succeed."""
    code, output, errors = run("compare", *base, "--json", HERE / "out.json", *flags)
    if code != 0:
        raise AssertionError(f"{code}: {errors}")
    return load_json("out.json"), output, errors


def figures(rank_of, k):
    """NDCG and HR of each session's last item, after the items before it."""
    ranks = [rank_of([item for item, _ in session]) for session in sessions()]
    hits = [rank for rank in ranks if rank <= k]
    return sum(1 / math.log2(rank + 1) for rank in hits) / SESSIONS, len(hits) / SESSIONS


def rank_by(score, prompt, target):
    """Rank of the target among items outside the prompt."""
    others = [item for item in range(ITEMS) if item not in prompt]
    return sorted(others, key=lambda item: -score(item)).index(target) + 1


def cosine_to_last(session):
    def cosine(a, b):
        return sum(x * y for x, y in zip(a, b)) / math.hypot(*a) / math.hypot(*b)
    last = vector(session[-2])
    return rank_by(lambda item: cosine(vector(item), last), session[:-1], session[-1])


def dot_to_harmonic_mean(session):
    weights = [1 / age for age in range(len(session) - 1, 0, -1)]
    mean = [sum(w * x for w, x in zip(weights, axis)) / sum(weights)
            for axis in zip(*(vector(item) for item in session[:-1]))]
    return rank_by(lambda item: sum(x * y for x, y in zip(vector(item), mean)), session[:-1], session[-1])


def check_figures(found, rank_of):
    for k in (3, 10):
        for name, wanted in zip((f"ndcg@{k}", f"hr@{k}"), figures(rank_of, k)):
            if abs(found["metrics"][name] - wanted) > 1e-6:
                yield f"{name} is {found['metrics'][name]}, wanted {wanted}"


def the_figures_are_those_of_the_formulas():
    flags = ["--split-method", "leave-one-out", "--strategies", "similarity", "--reduce", "none", "--k", "10,3"]
    last, _, _ = compare(*flags, "--similarity-weighting", "last", "--measure=cosine")
    yield from check_figures(last["strategies"][0], cosine_to_last)
    mean, _, _ = compare(*flags, "--similarity-weighting", "mean", "--decay", "harmonic", "--similarity-measure", "dot")
    yield from check_figures(mean["strategies"][0], dot_to_harmonic_mean)


def the_json_has_its_layout():
    found, _, _ = compare("--split-method", "leave-one-out", "--strategies", "popularity,similarity,similarity:harte2023")
    if list(found) != ["protocol", "strategies", "comparisons"]:
        yield f"keys {list(found)}"
    if [row["name"] for row in found["strategies"]] != ["popularity", "similarity", "similarity:harte2023"]:
        yield "other names"
    for row in found["strategies"]:
        if list(row) != ["name", "options", "metrics", "stderr", "seconds"]:
            yield f"{row['name']}: keys {list(row)}"
        if list(row["seconds"]) != ["prepare", "train", "evaluate"]:
            yield f"{row['name']}: seconds {row['seconds']}"
        if "coverage@20" not in row["metrics"] or "coverage@20" in row["stderr"] or "map@10" not in row["stderr"]:
            yield f"{row['name']}: {row['metrics']} {row['stderr']}"
    protocol = found["protocol"]
    if (protocol["split"], protocol["part"], protocol["evaluated_sessions"]) != ("leave_one_out", "test", SESSIONS):
        yield f"{protocol}"
    if protocol["data"]["catalog"] != ITEMS or protocol["vectors"]["dim"] != 6 or not protocol["seen_filter"]:
        yield f"{protocol}"


def the_protocol_and_titles_are_printed():
    _, output, _ = compare("--split-method", "leave-one-out", "--show", "2")
    target = list(sessions())[SESSIONS // 4][-1][0]
    for fragment in ("leave_one_out, test part", f"full catalog of {ITEMS} items", "own items are left out",
                     "time ties as they stand in the input", f"{SESSIONS} sessions evaluated", "at 10  ",
                     f"session s{SESSIONS // 4}\n", f"came next               {title(target)}\n"):
        if fragment not in output:
            yield f"no {fragment!r} in {output}"
    if output.count("\nsession s") != 2:
        yield "not two samples"


def parts_and_splits_differ():
    test, _, _ = compare("--strategies", "popularity")
    if test["protocol"]["split"] != "temporal" or test["protocol"]["evaluated_sessions"] > SESSIONS / 5:
        yield f"{test['protocol']}"
    validation, _, _ = compare("--strategies", "popularity", "--part", "validation", "--split-method", "leave-one-out")
    if validation["protocol"]["part"] != "validation":
        yield f"{validation['protocol']}"
    if validation["strategies"][0]["metrics"] == test["strategies"][0]["metrics"]:
        yield "validation figures are the test part's"


def sequences_do_without_times():
    lines = "".join(" ".join(item_id(item) for item, _ in session) + "\n" for session in sessions())
    base = ["--interactions", write("plain.txt", lines), "--items", ITEM_FILE, "--embedding", VECTORS, "--quiet",
            "--format", "sequences"]
    found, _, _ = compare(base=base)
    if found["protocol"]["split"] != "leave_one_out":
        yield f"{found['protocol']['split']}"
    again, _, _ = compare("--split-method", "leave-one-out")
    for a, b in zip(found["strategies"], again["strategies"]):
        if a["metrics"] != b["metrics"]:
            yield f"{a['name']}: other figures from other files of the same data"


def one_flag_names_the_item_column_of_both_files():
    renamed = write("renamed.csv", INTERACTIONS.read_text().replace("session,item,", "session,sku,", 1))
    items = write("renamed.tsv", ITEM_FILE.read_text().replace("id\t", "sku\t", 1))
    base = ["--interactions", renamed, "--items", items, "--embedding", VECTORS, "--quiet", "--items-id-column", "sku"]
    found, _, _ = compare(base=base)
    wanted, _, _ = compare()
    if [row["metrics"] for row in found["strategies"]] != [row["metrics"] for row in wanted["strategies"]]:
        yield "other figures"


def lacking(text, *fragments):
    for fragment in fragments:
        if fragment not in text:
            yield f"no {fragment!r} in {text!r}"


def an_archive_has_interactions_and_items():
    ratings = "".join(f"{user[1:]}::{item_id(item)}::5::{978300760 + time}\n" for user, item, time in ROWS)
    movies = "".join(f"{item_id(item)}::Café {title(item)} (1995)::Drama|War\n" for item in range(ITEMS))
    with zipfile.ZipFile(HERE / "ml-1m.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("ml-1m/", "")
        archive.writestr("ml-1m/movies.dat", movies.encode("latin-1"))
        archive.writestr("ml-1m/ratings.dat", ratings)
        archive.writestr("ml-1m/README", "SUMMARY\n")
        archive.writestr("ml-1m/users.dat", "1::F::1::10::48067\n")
    code, output, errors = run("compare", HERE / "ml-1m.zip")
    if code != 0:
        yield f"{code}: {errors!r}"
    yield from lacking(output, f"{SESSIONS} sessions, {ITEMS} items, {len(ROWS)} rows", "\npopularity ", "  Café ")
    yield from lacking(errors, 'read "ml-1m.zip", file "ml-1m/ratings.dat", as ::-separated without header: '
                       "columns 1 user, 2 item, 4 time (seconds)\n",
                       'read "ml-1m.zip", file "ml-1m/movies.dat", as ::-separated without header: '
                       "columns 1 item, 2 title; encoding Windows-1252, since line 1 is not UTF-8\n",
                       "no item vectors, so popularity alone")


def files_are_all_that_is_wanted():
    def date(time):
        return datetime.datetime.fromtimestamp(1709287200 + time, datetime.timezone.utc).strftime("%Y-%m-%d %H:%M:%S")
    rows = "".join(f"Käufer {user};{item_id(item)};{date(time)};1,5\r\n" for user, item, time in ROWS)
    items = "".join(f"{item_id(item)};{title(item)} für {item} €\r\n" for item in range(ITEMS))
    (HERE / "sales.csv").write_bytes(("user;item;date;price\r\n" + rows).encode("windows-1252"))
    (HERE / "goods.csv").write_bytes(("item;title\r\n" + items).encode("windows-1252"))
    code, output, errors = run("compare", HERE / "sales.csv", HERE / "goods.csv")
    if code != 0:
        yield f"{code}: {errors!r}"
    yield from lacking(output, f"{SESSIONS} sessions, {ITEMS} items, {len(ROWS)} rows", "\nsession Käufer s", " €\n")
    yield from lacking(errors, 'read "sales.csv" as semicolon-separated with header: columns 1 user "user", 2 item "item", '
                       '3 time "date" (dates); encoding Windows-1252, since line 2 is not UTF-8\n',
                       'read "goods.csv" as semicolon-separated with header: columns 1 item "item", 2 title "title"; '
                       "encoding Windows-1252, since line 2 is not UTF-8\n")


def wrong_flags_are_told_in_one_line():
    given = ["--interactions", INTERACTIONS]
    cases = {
        "--nonsense": ["--nonsense"],
        "--k": [*given, "--k", "10,x"],
        "--split-method: method is \"middle\"; wanted one of leave_one_out, temporal": [*given, "--split-method", "middle"],
        "--threads: threads is \"-1\"; wanted 0 to 1024": [*given, "--threads", "-1"],
        "--reduce-power: reduce_power is \"1.5\"; wanted [0, 1]": [*given, "--reduce-power", "1.5"],
        "--p-core: its value is missing": [*given, "--p-core"],
        "a file of interactions is missing": [],
        "no flag \"third.csv\"": [INTERACTIONS, ITEM_FILE, "third.csv"],
        "--text-model DIR or --embedding FILE": [*given, "--strategies", "similarity"],
        "popularity or similarity": [*given, "--strategies", "popular"],
        "harte2023": [*given, "--embedding", VECTORS, "--strategies", "similarity:x"],
        "--text-model and --embedding": [*given, "--embedding", VECTORS, "--text-model", "x"],
        "--quiet": [*given, "--quiet=yes"],
        "--test-fraction: test_fraction is \"1\"; wanted (0, 1)": [*given, "--test-fraction", "1"],
        "--k is \"\"; wanted 1 to 16 list lengths from 1 to 2147483647": [*given, "--k", ""],
        "--strategies is \"\"; wanted 1 to 32 names": [*given, "--strategies", "popularity,"],
        "--plot is \"x.png\"; wanted a file name that ends in .svg": [*given, "--plot", "x.png"],
        "--k is given twice; wanted one value": [*given, "--k", "5", "--k=5"],
        "--quiet is given twice": [*given, "--quiet", "--quiet"],
        "--similarity-measure: measure is given twice; wanted one value": [*given, "--measure", "dot", "--similarity-measure=dot"],
        "--p-core: min_item_rows is given twice": [*given, "--p-core", "3", "--min-item-rows", "2"],
        "similarity:decay=none:decay=none: decay is given twice":
            [*given, "--embedding", VECTORS, "--strategies", "similarity:decay=none:decay=none"],
        "--strategies: the row \"popularity\" is given twice; wanted each row once":
            [*given, "--strategies", "popularity,popularity"],
        "no flag \"--epoch\"; did you mean --epochs?; compare --help all": [*given, "--epoch", "3"],
        "no flag \"--stratgies\"; did you mean --strategies?": [*given, "--stratgies", "popularity"],
        "or llm-rerank; did you mean popularity?": [*given, "--strategies", "popularty"],
        "no option \"mesure=dot\" of similarity; did you mean measure?": [*given, "--strategies", "similarity:mesure=dot"],
        f"compare: no flag \"--{'a' * 58}…\"; compare --help all lists the flags\n": ["--" + "a" * 3000],
        f"compare: --k is \"{'?' * 60}…\"; wanted ": [*given, "--k", "\n" * 3000],
        f"compare: --strategies: \"{'b' * 60}…\"; wanted popularity": [*given, "--strategies", "b" * 3000],
        f"compare: {'popularity:' + 'c' * 49}…: preset is \"{'c' * 40}...\"; wanted default\n": [*given, "--strategies", "popularity:" + "c" * 3000],
    }
    for fragment, flags in cases.items():
        code, output, errors = run("compare", *flags)
        if code != 2 or errors.count("\n") != 1 or fragment not in errors or output:
            yield f"{flags}: {code} {errors!r} {output!r}"


def failures_are_told_in_one_line():
    cases = {
        "nowhere.csv": ["--interactions", "nowhere.csv", "--strategies", "popularity"],
        "--text-model: wanted --items with texts": [INTERACTIONS, "--text-model", "nowhere", "--quiet"],
        "no column": ["--interactions", INTERACTIONS, "--strategies", "popularity", "--session-column", "visit"],
    }
    for fragment, flags in cases.items():
        code, _, errors = run("compare", *flags)
        if code != 1 or errors.count("\n") != 1 or (fragment not in errors and fragment != "no column"):
            yield f"{flags}: {code} {errors!r}"


def outputs_are_tried_before_the_work():
    for flag, name in (("--json", "out.json"), ("--plot", "out.svg")):
        for path, reason in ((f"/nowhere/{name}", "No such file or directory"), (HERE / name, "Is a directory")):
            if path == HERE / name:
                path.unlink(missing_ok=True)
                path.mkdir()
            code, output, errors = run("compare", "--interactions", "nowhere.csv", "--strategies", "popularity", flag, path)
            if (code, output, errors) != (1, "", f"compare: {flag}: cannot write {path}: {reason}\n"):
                yield f"{flag} {path}: {code} {output!r} {errors!r}"
        path.rmdir()
        code, _, errors = run("compare", "--interactions", "nowhere.csv", "--strategies", "popularity", flag, path)
        if code != 1 or "nowhere.csv" not in errors or path.exists():
            yield f"{flag}: {code} {errors!r}, the file is {'there' if path.exists() else 'not there'}"
        path.write_text("kept")
        run("compare", "--interactions", "nowhere.csv", "--strategies", "popularity", flag, path)
        if path.read_text() != "kept":
            yield f"{flag}: a run that fails changes the file of an earlier one"
        path.unlink()


def help_lists_every_flag_of_the_manual():
    code, output, _ = run("compare", "--help", "all")
    manual = ("--interactions --format --items --item-column --text-columns --text-model --embedding --strategies "
              "--split-method --p-core --k --seed --threads --json --cache-directory --decay --weighting --measure --reduce "
              "--reduce-dim --epochs --train-batch --encoder-dim --rounds --temperature --prompt-preset --llm-url --llm-key-file --test-fraction")
    for flag in manual.split():
        if f"  {flag} " not in output:
            yield f"no {flag}"
    if code != 0 or any(len(line) > 100 for line in output.splitlines()):
        yield f"{code}, or a line over 100 columns"


def help_has_topics_from_the_library():
    code, own, _ = run("compare", "--help")
    topics = re.findall(r"^  ([a-z-]+)  ", own.split("Options of the library")[1], re.M)
    rows = re.findall(r"^  ([a-z0-9-]+)  ", own.split("Rows\n")[1].split("Options of the library")[0], re.M)
    if code or "similarity" not in topics or "text-encoder" not in topics or "popularity" not in rows or "llm-sasrec" not in rows:
        yield f"topics {topics}, rows {rows}"
    for topic in topics + rows:
        code, output, errors = run("compare", "--help", topic)
        if code != 0 or errors or (topic in topics and not re.match(rf"{topic}: .*\(llmrec_\w+_options\)\n", output)):
            yield f"{topic}: {code} {output[:80]!r} {errors!r}"
        if re.search(r"^  --([a-z-]+-)?(seed|checkpoint|form) ", output, re.M):
            yield f"{topic}: {output} offers what compare sets"
    _, output, _ = run("compare", "--help", "similarity")
    words = " ".join(output.split())
    for fragment in ("--decay-rate X exponential: decay rate; 0 or more; default 0.5",
                     "--measure NAME similarity measure between session and item vectors; cosine, dot, euclidean; default cosine",
                     "--similarity-preset NAME", "harte2023 Harte et al. 2023 for Amazon Beauty: weighting=last measure=dot"):
        if fragment not in words:
            yield f"no {fragment!r} in {output}"
    for row in ("similarity:harte2023", "similarity:reduce=none"):
        if run("compare", "--help", row) != (0, output, ""):
            yield f"--help {row}: other help than of its strategy"
    code, output, errors = run("compare", "--help", "nothing")
    if code != 2 or output or errors != 'compare: --help: no topic "nothing"; compare --help lists the topics\n':
        yield f"{code} {output!r} {errors!r}"


def names_may_be_bare_or_prefixed():
    flags = ["--split-method", "leave-one-out", "--strategies", "similarity"]
    found = [compare(*flags, *more)[0]["strategies"][0] for more in (
        ["--measure", "dot", "--reduce", "none"], ["--similarity-measure", "dot", "--similarity-reduce=none"],
        ["--similarity_measure", "dot", "--reduce", "none"])]
    own = compare("--split-method", "leave-one-out", "--strategies", "similarity:measure=dot:similarity-reduce=none")[0]
    for one in found + own["strategies"]:
        if one["metrics"] != found[0]["metrics"] or one["options"]["options"]["measure"] != "dot":
            yield f"{one['name']}: {one['options']}"
    kept, _, _ = compare("--split-method", "leave-one-out", "--keep-seen", "--p-core", "2")
    options = kept["protocol"]["options"]
    if not options["evaluation"]["keep_seen"] or kept["protocol"]["seen_filter"] or options["dataset"]["min_item_rows"] != 2:
        yield f"{options}"


def options_in_the_json_make_the_same_figures():
    first, _, _ = compare("--strategies", "similarity:boz2024", "--max-session-length", "5")
    options = first["strategies"][0]["options"]["options"]
    told = [f"{name}={value}" for name, value in options.items() if name != "seed"]
    dataset = first["protocol"]["options"]["dataset"]
    again, _, _ = compare("--strategies", "similarity:" + ":".join(told),
                          "--max-session-length", str(dataset["max_session_length"]))
    if again["strategies"][0]["metrics"] != first["strategies"][0]["metrics"]:
        yield f"{options} makes other figures"


def names_with_several_meanings_are_told():
    cases = {
        ("--batch", "3"): "--batch has several meanings; wanted --embeddings-batch or --train-batch or --evaluation-batch",
        ("--method", "pca"): "--reducer-method or --split-method",
        ("--preset", "harte2023"): "no flag \"--preset\"",
        ("--train-seed", "1"): "no flag \"--train-seed\"",
        ("--llm-key", "secret"): "no flag \"--llm-key\"",
        ("--train-batch", "0"): "--train-batch: batch is \"0\"; wanted 1 to 1048576",
        ("--similarity-preset", "best"): "--similarity-preset: preset is \"best\"; wanted default, harte2023, boz2024",
        ("--keep-seen", "perhaps"): "--keep-seen: keep_seen is \"perhaps\"; wanted yes or no",
    }
    for flags, fragment in cases.items():
        code, output, errors = run("compare", *ON_FILES, *flags)
        if code != 2 or errors.count("\n") != 1 or fragment not in errors or output:
            yield f"{flags}: {code} {errors!r} {output!r}"


def titles_are_embedded_and_kept():
    model = os.environ.get("LLMREC_TEST_MODEL")
    if not model:
        raise Skip("LLMREC_TEST_MODEL names no model")
    base = ["--interactions", INTERACTIONS, "--items", ITEM_FILE, "--text-model", model, "--cache-directory", HERE / "cache",
            "--text-columns", "title,genre", "--quiet"]
    first, _, _ = compare(base=base)
    kept = sorted(os.listdir(HERE / "cache"))
    second, _, _ = compare(base=base)
    if len(kept) != 1 or sorted(os.listdir(HERE / "cache")) != kept:
        yield f"cache holds {kept}"
    if [row["metrics"] for row in first["strategies"]] != [row["metrics"] for row in second["strategies"]]:
        yield "other figures from the cache"


def an_interrupt_ends_in_good_order():
    rows = "".join(f"u{i},{i % 977},{i % 89},{i}\n" for i in range(2000000))
    big = write("big.csv", "session,item,x,time\n" + rows)
    program = subprocess.Popen([str(EXAMPLES / "compare"), "--interactions", str(big), "--strategies", "popularity"],
                               stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    time.sleep(0.15)
    program.send_signal(signal.SIGINT)
    _, errors = program.communicate(timeout=60)
    big.unlink()
    if program.returncode == 130 and "canceled" not in errors:
        yield errors
    if program.returncode not in (130, -signal.SIGINT):  # the signal may arrive before the program handles it
        yield f"{program.returncode}: {errors}"


run_checks(the_figures_are_those_of_the_formulas, the_json_has_its_layout, the_protocol_and_titles_are_printed,
           parts_and_splits_differ, sequences_do_without_times, one_flag_names_the_item_column_of_both_files,
           an_archive_has_interactions_and_items, files_are_all_that_is_wanted,
           wrong_flags_are_told_in_one_line, failures_are_told_in_one_line, outputs_are_tried_before_the_work,
           help_lists_every_flag_of_the_manual,
           help_has_topics_from_the_library, names_may_be_bare_or_prefixed, options_in_the_json_make_the_same_figures,
           names_with_several_meanings_are_told,
           titles_are_embedded_and_kept, an_interrupt_ends_in_good_order)
