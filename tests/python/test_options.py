# SPDX-License-Identifier: Apache-2.0
"""Options as keywords: names, values, tables for people, and what is generated from the tables."""
import enum
import pathlib
import subprocess
import sys

import numpy as np
import pytest

import llmrec
from llmrec import _api
from llmrec._options import Options, options_of, takes

ROOT = pathlib.Path(__file__).resolve().parents[2]


def filled(struct, preset=None, **options):
    return Options(getattr(_api, struct), options, preset)


def similarity(**options):
    return filled("llmrec_similarity_options", **options).c


def test_unknown_keywords_are_named_with_a_suggestion():
    with pytest.raises(TypeError, match="unknown option 'weigting'; there are weighting, decay, .*; did you mean 'weighting'?"):
        similarity(weigting="last")
    with pytest.raises(TypeError, match="unknown option 'k_count'; there are k, "):
        filled("llmrec_evaluation_options", k_count=3)
    with pytest.raises(TypeError, match="unknown option 'allocate'"):
        filled("llmrec_context_options", allocate=1)


class Decay(enum.IntEnum):
    HARMONIC = 6


@pytest.mark.parametrize("value", ["constant_linear", "constant-linear", "Constant Linear", "CONSTANT_LINEAR", 1, np.int8(1)])
def test_choices_are_names_or_values(value):
    assert similarity(decay=value).decay == 1


@pytest.mark.parametrize("value", ["linear", "", 9, -1, 1.0, b"log", ["log"]])
def test_other_choices_are_refused(value):
    with pytest.raises(llmrec.ArgumentError, match="decay is .*; wanted one of none, constant_linear, .*exponential"):
        similarity(decay=value)


def test_choices_of_yes_and_no_take_truth():
    assert similarity(decay=Decay.HARMONIC).decay == 6
    assert filled("llmrec_split_options", drop_untrained=True).c.drop_untrained == 1
    assert filled("llmrec_split_options", drop_untrained=np.bool_(False)).c.drop_untrained == 0
    with pytest.raises(llmrec.ArgumentError, match="decay is True; wanted one of none"):
        similarity(decay=True)


@pytest.mark.parametrize("value, wanted", [("3", "a number"), (2.0, "an integer, 0 to 2147483646"), (True, "an integer"),
                                           (None, None), ([3], "a number"), (np.float64(2), "an integer")])
def test_integers_are_integers(value, wanted):
    if wanted is None:
        assert similarity(reduce_dim=None).reduce_dim == 0
        return
    with pytest.raises(llmrec.ArgumentError, match=f"reduce_dim is .*; wanted {wanted}"):
        similarity(reduce_dim=value)


def test_integers_that_do_not_fit_are_no_others():
    assert similarity(seed=2**63 - 1).seed == 2**63 - 1 and similarity(seed=np.uint8(3)).seed == 3
    for value in (2**63, -2**63 - 1, np.uint64(2**64 - 1)):
        with pytest.raises(OverflowError, match=f"seed is {value}; wanted an integer"):
            similarity(seed=value)


@pytest.mark.parametrize("value", ["0.5", True, [0.5], 1j])
def test_numbers_are_numbers(value):
    with pytest.raises(llmrec.ArgumentError, match="decay_rate is .*; wanted a number, 0 or more"):
        similarity(decay_rate=value)
    assert similarity(decay_rate=np.float32(0.5)).decay_rate == 0.5 and similarity(decay_rate=2).decay_rate == 2


@pytest.mark.parametrize("value", [2, "yes", 1.0, []])
def test_flags_are_flags(value):
    with pytest.raises(llmrec.ArgumentError, match="keep_seen is .*; wanted True or False"):
        filled("llmrec_recommend_options", keep_seen=value)
    assert filled("llmrec_recommend_options", keep_seen=np.True_).c.keep_seen == 1


def test_texts_are_texts():
    assert filled("llmrec_train_options", checkpoint=pathlib.Path("a/b")).c.checkpoint == b"a/b"
    with pytest.raises(llmrec.ArgumentError, match="checkpoint is 5; wanted a text"):
        filled("llmrec_train_options", checkpoint=5)
    with pytest.raises(llmrec.ArgumentError, match="wanted a text without NUL"):
        filled("llmrec_train_options", checkpoint="a\0b")


def test_arrays_set_their_length():
    given = filled("llmrec_evaluation_options", k=[1, 5, 10])
    assert given.c.k_count == 3 and options_of(given.c)["k"] == [1, 5, 10]
    assert filled("llmrec_evaluation_options", k=7).c.k_count == 1
    assert filled("llmrec_encode_items_options", columns="title").c.column_count == 1
    with pytest.raises(llmrec.ArgumentError, match="allow holds float64; wanted integers"):
        filled("llmrec_recommend_options", allow=[0.5])


def test_secrets_are_never_shown():
    given = filled("llmrec_endpoint_options", key="hunter2", proxy="http://u:hunter2@h", body="hunter2", url="http://h/v1")
    assert given.c.key == b"hunter2"
    assert "hunter2" not in repr(given) and "http://h/v1" in repr(given)
    with pytest.raises(llmrec.ArgumentError) as caught:
        filled("llmrec_endpoint_options", key="hunter2\0")
    assert "hunter2" not in str(caught.value) and "key is hidden" in str(caught.value)


@pytest.mark.parametrize("name", llmrec.options())
def test_a_struct_is_filled_from_what_is_read_of_it(name):
    table = llmrec.options(name)
    for preset in [None, *(each.name for each in table.presets)]:
        given = filled(table.name, preset)
        again = filled(table.name, **options_of(given.c))
        assert options_of(again.c) == options_of(given.c)


def test_tables_show_themselves():
    table = llmrec.options("train")
    assert table.name == "llmrec_train_options" and llmrec.options("llmrec_train_options") is table
    epochs, loss = table["epochs"], table["loss"]
    assert (epochs.type, epochs.default, epochs.range) == ("integer", 100, "1 to 16777216")
    assert loss.default == "softmax" and loss.choices == {"softmax": 0, "sampled_softmax": 1, "gbce": 2}
    assert table["checkpoint"].default is None and table["decay_all"].default is False
    lines = repr(table).splitlines()
    assert lines[0] == "llmrec_train_options: how an encoder is trained" and len(lines) == 3 + len(table) + len(table.presets)
    assert any(line.startswith("epochs") and line.endswith(epochs.help) for line in lines)
    assert [preset.name for preset in table.presets] == ["bert4rec", "sasrec", "sasrec-direct", "harte2023", "sun2019"]
    with pytest.raises(llmrec.ArgumentError, match="name is 'trian'; wanted one of context, .*train"):
        llmrec.options("trian")


def test_docstrings_list_options_that_are_not_parameters():
    told = llmrec.Encoder.train.__doc__
    for option in llmrec.options("train").values():
        assert f"    {option.name}=" in told and option.help in told
    assert "'sun2019': BERT4Rec" in told
    assert " url=" not in llmrec.Llm.endpoint.__doc__ and " attempts=6: " in llmrec.Llm.endpoint.__doc__

    @takes("llmrec_split_options")
    def function(cutoff=None, **options):
        """Does."""
    assert function.__doc__.startswith("Does.\n") and " cutoff=" not in function.__doc__


@pytest.mark.parametrize("generator", ["python_options", "option_tables"])
def test_what_is_generated_is_up_to_date(generator):
    done = subprocess.run([sys.executable, ROOT / "tools" / f"generate_{generator}.py", "--check"], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


CLIENT = '''
import llmrec

data = llmrec.Dataset.load("ratings.csv", format="csv", min_item_rows=5)
encoder = llmrec.Encoder.create(data, preset="sasrec", dim=32, activation="relu")
encoder.init_items(llmrec.Embedding.load("a.npy"), "frozen", seed=1)
encoder.train(data, loss="gbce", learning_rate=1e-4, decay_all=True, checkpoint=None)
recommender = llmrec.Recommender.similarity(llmrec.Embedding.load("a.npy"), decay="log")
recommender.recommend([["1"]], k=3, keep_seen=True, allow=[1, 2])
'''
WRONG = {
    'llmrec.Dataset.load("a", format="cvs")': '"format"',
    'encoder.train(data, los="gbce")': '"los"',
    'encoder.train(data, epochs="5")': '"epochs"',
    'encoder.train(data, decay_all=2)': '"decay_all"',
    'encoder.init_items(llmrec.Embedding.load("a.npy"), "frosen")': "frosen",
}


def test_types_are_checked_by_mypy(tmp_path):
    pytest.importorskip("mypy")
    client = tmp_path / "client.py"
    first = CLIENT.count("\n") + 1
    client.write_text(CLIENT + "\n".join(WRONG) + "\n")
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--follow-imports=silent", "--cache-dir", tmp_path / "cache", client],
        capture_output=True, text=True, env={"MYPYPATH": str(ROOT / "bindings" / "python"), "PATH": "/usr/bin:/bin"})
    errors = [line for line in done.stdout.splitlines() if ": error: " in line]
    lines = [int(line.split(":")[1]) for line in errors]
    assert lines == [first + index for index in range(len(WRONG))], done.stdout + done.stderr
    for line, fragment in zip(errors, WRONG.values()):
        assert fragment in line
