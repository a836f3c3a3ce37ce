# SPDX-License-Identifier: Apache-2.0
"""Training, serving and resuming: trained, interrupted, killed and resumed as a user does it."""
import os
import random
import signal
import subprocess

from world import EXAMPLES, HERE, run, write, write_npy
from tap import Skip
from tap import run as run_checks

ITEMS = 70


def rounds():
    """Sessions that walk in circles: item i is mostly followed by item i + 1."""
    rng = random.Random(3)
    for session in range(300):
        item = session % ITEMS
        for place in range(rng.randint(4, 10)):
            yield f"u{session},i{item},{place}\n"
            item = rng.randrange(ITEMS) if rng.random() < 0.1 else (item + 1) % ITEMS


ROUNDS = write("rounds.csv", "session,item,time\n" + "".join(rounds()))
TITLES = write("titles.csv", "id,title\n" + "".join(f"i{i},Title {i}\n" for i in range(ITEMS)))
WIDE = write_npy("wide.npy", [[random.Random(i * 100 + j).gauss(0, 1) for j in range(80)] for i in range(ITEMS)])
SESSIONS = "".join(f"i{i} i{(i + 1) % ITEMS} i{(i + 2) % ITEMS}\n" for i in range(0, ITEMS, 5))


def serve(encoder):
    """Recommendations for the sessions, with scores."""
    code, output, errors = run("serve", f"{encoder}.recommender", text=SESSIONS)
    return output if code == 0 else f"{code}: {errors}"


def untitled(lists):
    """Scores and ids alone: `resume` has no titles."""
    return "\n".join("  ".join(line.split("  ")[:2]) for line in lists.split("\n"))


def begin(program, *words):
    """A program that has reached its second epoch."""
    started = subprocess.Popen([str(EXAMPLES / program), *map(str, words)], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                               text=True)
    for line in started.stderr:
        if line.startswith("epoch ") and not line.startswith("epoch 1/"):
            break
    return started


def what_was_trained_is_served():
    code, output, errors = run("train", "-e", 40, "-p", "sasrec", ROUNDS, HERE / "sasrec.h5")
    if code != 0 or "sasrec.h5: " not in output or "the best is number " not in output or "NDCG" not in output:
        yield f"{code}: {output!r} {errors!r}"
        return
    if "epoch 1/40: loss " not in errors or " s left" not in errors:
        yield errors
    lists = [text.split("\n") for text in serve(HERE / "sasrec.h5").strip().split("\n\n")]
    hits = sum(lines[0].split()[1] == f"i{(5 * i + 3) % ITEMS}" for i, lines in enumerate(lists))
    if len(lists) != ITEMS // 5 or any(len(lines) != 5 for lines in lists) or hits < 9:
        yield f"{hits} hits in {lists}"
    code, output, errors = run("serve", HERE / "sasrec.h5.recommender", "i0", "nobody", "i1", "i2")
    if code != 0 or output.splitlines() != lists[0] + [""] or '"nobody"' not in errors:
        yield f"{code}: {output!r} {errors!r}"


def a_killed_training_is_resumed_to_the_same_bits():
    flags = "-e", 12, "-i", TITLES, "-v", WIDE
    whole, killed = HERE / "whole.h5", HERE / "killed.h5"
    code, wanted, errors = run("train", *flags, ROUNDS, whole)
    if code != 0:
        yield errors
        return
    for program, words in (("train", [*flags, ROUNDS, killed]), ("resume", [ROUNDS, killed])):
        started = begin(program, *words)
        started.kill()
        started.communicate()
    code, output, errors = run("resume", ROUNDS, killed)
    if code != 0 or output.replace("killed", "whole") != wanted:
        yield f"{code}: {output!r}, wanted {wanted!r}; {errors!r}"
    if serve(killed) != untitled(serve(whole)):
        yield f"{serve(killed)!r}, wanted {serve(whole)!r} without titles"
    code, output, errors = run("serve", f"{whole}.recommender", "i0", "i1")
    if code != 0 or not all(line.split()[2:] == ["Title", line.split()[1][1:]] for line in output.splitlines() if line):
        yield f"{code}: {output!r} {errors!r}"
    code, output, errors = run("resume", ROUNDS, killed, 14)
    if code != 0 or "killed.h5: 14 epochs, " not in output:
        yield f"{code}: {output!r} {errors!r}"


def an_interrupt_saves_the_last_whole_epoch():
    path = HERE / "interrupted.h5"
    started = begin("train", "-e", 100000, "-p", "sun2019", ROUNDS, path)
    started.send_signal(signal.SIGINT)
    output, errors = started.communicate(timeout=60)
    if started.returncode != 130 or "interrupted.h5: " not in output or " epochs, " not in output:
        yield f"{started.returncode}: {output!r} {errors!r}"
    if len(serve(path).splitlines()) != ITEMS // 5 * 6:
        yield serve(path)


def a_sentence_model_gives_the_start():
    model = os.environ.get("LLMREC_TEST_MODEL")
    if not model:
        raise Skip("LLMREC_TEST_MODEL names no model")
    many = write("many.csv", "session,item,time\n" + "".join(f"u{i // 4},i{i % 97},{i}\n" for i in range(2000)))
    titles = write("many-titles.csv", "id,title\n" + "".join(
        f"i{i},{('Red', 'Green', 'Blue')[i % 3]} {('tea', 'ink', 'rope')[i // 3 % 3]} for {i} people\n" for i in range(97)))
    code, output, errors = run("train", "-e", 2, "-i", titles, "-t", model, many, HERE / "titles.h5")
    if code != 0 or "titles.h5: 2 epochs" not in output:
        yield f"{code}: {output!r} {errors!r}"


def wrong_words_and_files_are_told():
    cases = [
        (["train"], 2, "wanted INTERACTIONS and ENCODER"),
        (["train", "-x", "a", "b"], 2, "unknown flag"),
        (["train", "-v", WIDE, "a", "b"], 2, "need the item file"),
        (["train", "-e", "ten", ROUNDS, "b"], 2, 'train: -e is "ten"; wanted a whole number above 0'),
        (["train", "-p", "gpt", ROUNDS, "b"], 1, 'train: preset is "gpt"; wanted bert4rec'),
        (["train", "nowhere.csv", "b"], 1, "nowhere.csv"),
        (["train", "-e", 1, ROUNDS, HERE / "nowhere" / "x.h5"], 1, "nowhere/x.h5"),
        (["resume", ROUNDS], 2, "usage: resume INTERACTIONS ENCODER [EPOCHS]"),
        (["resume", ROUNDS, "nowhere.h5"], 1, "nowhere.h5"),
        (["resume", ROUNDS, ROUNDS], 1, "rounds.csv"),
        (["serve"], 2, "usage: serve RECOMMENDER ID..."),
        (["serve", TITLES, "i1"], 1, "titles.csv"),
    ]
    for words, wanted, fragment in cases:
        code, _, errors = run(*words)
        if code != wanted or fragment not in errors:
            yield f"{words}: {code}: {errors!r}"
    code, output, _ = run("train", "-h")
    if code != 0 or not output.startswith("usage: train"):
        yield output


run_checks(what_was_trained_is_served, a_killed_training_is_resumed_to_the_same_bits,
           an_interrupt_saves_the_last_whole_epoch, a_sentence_model_gives_the_start, wrong_words_and_files_are_told)
