# SPDX-License-Identifier: Apache-2.0
"""The short examples: each does one thing and prints it."""
import os

from world import INTERACTIONS, ITEM_FILE, ITEMS, KINDS, ROWS, SESSIONS, VECTORS, item_id, run, title
from tap import Skip
from tap import run as run_checks


def lacking(output, *fragments):
    for fragment in fragments:
        if fragment not in output:
            yield f"no {fragment!r} in {output!r}"


def inspect_shows_what_is_in_a_data_set():
    code, output, errors = run("inspect", INTERACTIONS, ITEM_FILE)
    if code != 0:
        yield errors
    ties = sum(a[0] == b[0] and a[2] == b[2] for a, b in zip(ROWS, ROWS[1:]))
    yield from lacking(output, f"sessions         {SESSIONS}\n", f"items            {ITEMS} ({ITEMS} with rows)\n",
                       f"rows             {len(ROWS)} (", f"time ties        {ties}\n", "minimum 4, quartiles ",
                       "text columns     title (the title) genre\n", "\nsession s0\n",
                       f"  {item_id(ROWS[0][1])}  {title(ROWS[0][1])}", " as comma-separated with header: columns ")


def inspect_names_what_is_wrong_with_a_file():
    code, _, errors = run("inspect", "nowhere.csv")
    if code != 1 or "nowhere.csv" not in errors or errors.count("\n") != 1:
        yield f"{code}: {errors!r}"
    code, _, errors = run("inspect", INTERACTIONS, "delimiter=tab")
    if code != 1 or "no column for the session ids" not in errors:
        yield f"{code}: {errors!r}"
    if run("inspect", INTERACTIONS, "where=1 = 2")[0] != 1:
        yield "no exit code 1 without rows"


def every_program_helps():
    for name in ("fine_tune", "host_model", "inspect", "neighbors", "recommend", "rerank", "resume", "serve", "train"):
        for flag in ("--help", "-h"):
            code, output, errors = run(name, flag)
            if code != 0 or errors or f"usage: {name} " not in output:
                yield f"{name} {flag}: {code} {output!r} {errors!r}"
        for words in ([], ["--wrong"], ["--wrong", "b", "c", "d", "e"]):
            code, output, errors = run(name, *words)
            if code != 2 or output or name not in errors:
                yield f"{name} {words}: {code} {output!r} {errors!r}"
    for words in (["neighbors", "a", "b", "c"], ["resume", "a", "b", "3", "d"], ["train", "a", "b", "c"]):
        if run(*words)[0] != 2:
            yield f"{words}: no exit code 2"


def recommend_finds_more_of_the_same_kind():
    code, output, errors = run("recommend", INTERACTIONS, ITEM_FILE, VECTORS, "100", "nobody", "104", "108")
    lines = output.splitlines()
    if code != 0 or len(lines) != 6:
        yield f"{code}: {output!r} {errors!r}"
        return
    if lines[0] != "1 of 4 ids are unknown":
        yield lines[0]
    for line in lines[1:]:
        score, found, *words = line.split()
        if words[0] != KINDS[0] or found in ("100", "104", "108") or not -1 <= float(score) <= 1:
            yield line


def neighbors_of_a_title_are_titles_like_it():
    model = os.environ.get("LLMREC_TEST_MODEL")
    if not model:
        raise Skip("LLMREC_TEST_MODEL names no model")
    titles = "Toy Story\nGoldenEye\nA Grand Day Out\nThe Silence of the Lambs\nToy Story 2\nHeat\nJumanji\n"
    code, output, errors = run("neighbors", model, "Toy Story 3", text=titles)
    lines = output.splitlines()
    if code != 0 or len(lines) != 5:
        yield f"{code}: {output!r} {errors!r}"
        return
    if {line.split("  ")[1] for line in lines[:2]} != {"Toy Story", "Toy Story 2"}:
        yield output
    scores = [float(line.split()[0]) for line in lines]
    if scores != sorted(scores, reverse=True):
        yield f"scores do not fall: {scores}"


run_checks(inspect_shows_what_is_in_a_data_set, inspect_names_what_is_wrong_with_a_file, every_program_helps,
           recommend_finds_more_of_the_same_kind, neighbors_of_a_title_are_titles_like_it)
