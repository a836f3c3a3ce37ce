# SPDX-License-Identifier: Apache-2.0
"""Encoders: created, trained, interrupted, resumed, saved, and used as recommenders."""
import csv
import io
import os
import pathlib
import signal
import subprocess
import sys
import threading

import llmrec
import numpy as np
import pytest

ITEMS = 30
NETWORK = {"dim": 16, "layers": 1, "max_length": 8}
TRAINING = {"batch": 16, "learning_rate": 5e-3}
HERE = pathlib.Path(__file__).parent


def rounds(items=ITEMS, sessions=120):
    """Session ids and item ids: sessions that walk in circles, with occasional errors."""
    draw = np.random.default_rng(5)
    for session in range(sessions):
        item = session % items
        for _ in range(draw.integers(3, 9)):
            yield session, item
            item = draw.integers(items) if draw.random() < 0.1 else (item + 1) % items


def make_data(context=None, items=ITEMS):
    sessions, ids = zip(*rounds(items))
    return llmrec.Dataset.create(np.array(sessions), np.array(ids), context=context)


def parts(data):
    return [data.split(part, method="leave_one_out") for part in ("train", "validation")]


@pytest.fixture
def data():
    return make_data()


@pytest.fixture
def encoder(data):
    return llmrec.Encoder.create(data, **NETWORK)


def vectors(data, dim):
    """A table aligned to a dataset."""
    ids = [data.item_id(item) for item in range(data.items)]
    values = np.random.default_rng(int(dim)).standard_normal((data.items, dim)).astype(np.float32)
    return llmrec.Embedding.create(values, ids, context=data.context).align(data)


def same(a, b):
    return list(a.weights) == list(b.weights) and all(np.array_equal(a.weights[name], b.weights[name]) for name in a.weights)


def test_options_and_presets(data):
    encoder = llmrec.Encoder.create(data, preset="harte2023", layers=1, activation="relu")
    assert (encoder.items, encoder.dim) == (ITEMS, 208) and encoder.item_id(3) == str(data.item_id(3))
    assert encoder.options["init"] == "glorot" and encoder.options["layers"] == 1
    assert encoder.options["activation"] == "relu" and encoder.options["ffn_dim"] == 4 * 208
    assert encoder.train_options["optimizer"] == "adamw" and "checkpoint" not in encoder.train_options
    assert same(encoder, llmrec.Encoder.create(data, **encoder.options))
    with pytest.raises(llmrec.ArgumentError, match="harte2032.*sun2019"):
        llmrec.Encoder.create(data, preset="harte2032")
    with pytest.raises(llmrec.ArgumentError, match="dim is 0"):
        llmrec.Encoder.create(data, dim=0)
    with pytest.raises(llmrec.ArgumentError, match="loss is 'hinge'; wanted one of softmax, sampled_softmax, gbce"):
        encoder.train(data, loss="hinge")
    with pytest.raises(TypeError, match="unknown option 'depth'"):
        llmrec.Encoder.create(data, depth=2)


def test_weights_are_arrays_by_name(encoder):
    shapes = {name: encoder.weights[name].shape for name in encoder.weights}
    assert shapes["item.weight"] == (ITEMS + 1, 16) and shapes["block.0.qkv.weight"] == (16, 48)
    assert shapes["output.bias"] == (ITEMS,) and shapes["embedding_norm.weight"] == (16,)
    assert len(encoder.weights) == len(shapes) and sum(map(np.prod, shapes.values())) == encoder.parameters
    assert np.array_equal(encoder.copy_weights("item.weight", 4, 2), encoder.weights["item.weight"][4:6])
    with pytest.raises(KeyError, match="no weights 'item'; there are position.weight"):
        encoder.weights["item"]
    with pytest.raises(llmrec.ArgumentError, match='no weights named "item"'):
        encoder.copy_weights("item")
    with pytest.raises(llmrec.ArgumentError, match="count is 99"):
        encoder.copy_weights("item.weight", 0, 99)


def test_training_learns_and_has_a_history(encoder, data, tmp_path):
    train, validation = parts(data)
    history = encoder.train(train, validation, epochs=12, **TRAINING)
    assert len(history) == encoder.epochs <= 12 and history.epoch.tolist() == list(range(1, len(history) + 1))
    assert history.loss[-1] < history.loss[0] and (history.sequences_per_second > 0).all()
    assert encoder.best_epoch == np.argmax(history.ndcg) and history.best[encoder.best_epoch] == 1
    assert encoder.train_options["epochs"] == 12 and encoder.train_options["loss"] == "softmax"
    encoder.save_history(tmp_path / "history.csv")
    with open(tmp_path / "history.csv", newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == list(history.dtype.names)
    assert [float(row["loss"]) for row in rows] == history.loss.tolist()


def test_an_untrained_encoder_has_no_history(encoder):
    assert len(encoder.history) == 0 and encoder.epochs == 0 and encoder.best_epoch is None
    assert encoder.history.dtype.names[0] == "epoch"


@pytest.mark.parametrize("preset", ["bert4rec", "sasrec"])
def test_a_trained_encoder_recommends(data, preset):
    encoder = llmrec.Encoder.create(data, preset=preset, **NETWORK)
    untrained = llmrec.Recommender.encoder(encoder)
    encoder.train(data, epochs=200, **TRAINING)
    recommender = llmrec.Recommender.encoder(encoder)
    encoder.close()
    assert recommender.name == preset and recommender.description["parts"]["encoder"]["options"]["dim"] == 16
    starts = np.arange(0, ITEMS, 3)
    sessions = [[start, (start + 1) % ITEMS, (start + 2) % ITEMS] for start in starts]
    next_items = (starts + 3) % ITEMS
    found = [int(row[0]) for row in recommender.ids(recommender.recommend(sessions, k=1).items)]
    assert np.mean(found == next_items) > 0.6
    first = [int(row[0]) for row in untrained.ids(untrained.recommend(sessions, k=1).items)]
    assert np.mean(first == next_items) < 0.4


def test_a_session_of_an_encoder_goes_on(data):
    encoder = llmrec.Encoder.create(data, causal=True, left_aligned=True, init_deviation=0.5, **NETWORK)
    recommender = llmrec.Recommender.encoder(encoder)
    session = recommender.session()
    for length, item in enumerate([3, 1, 4, 1, 5, 9, 2, 6, 5, 3], 1):
        session.append(item)
        wanted = recommender.recommend([[3, 1, 4, 1, 5, 9, 2, 6, 5, 3][:length]], k=5)
        met = session.recommend(k=5)
        assert np.array_equal(met.items, wanted.items[0]) and np.array_equal(met.scores, wanted.scores[0])


def test_saved_and_opened_training_goes_on_to_the_same_weights(data, tmp_path):
    train, validation = parts(data)
    whole, part = llmrec.Encoder.create(data, **NETWORK), llmrec.Encoder.create(data, **NETWORK)
    whole.train(train, validation, epochs=6, **TRAINING)
    part.train(train, validation, epochs=2, **TRAINING)
    part.save(tmp_path / "encoder.h5")
    opened = llmrec.Encoder.open(tmp_path / "encoder.h5")
    assert opened.epochs == 2 and opened.options == part.options and opened.train_options == part.train_options
    assert opened.item_id(7) == part.item_id(7) and same(opened, part)
    opened.train(train, validation, **{**opened.train_options, "epochs": 6})
    assert same(opened, whole) and np.array_equal(opened.history.ndcg, whole.history.ndcg)


def test_a_checkpoint_is_written_while_training(data, tmp_path):
    path = tmp_path / "checkpoint.h5"
    encoder = llmrec.Encoder.create(data, **NETWORK)
    encoder.train(data, epochs=3, checkpoint=path, **TRAINING)
    opened = llmrec.Encoder.open(path)
    assert opened.epochs == 3 and same(opened, encoder)
    with pytest.raises(llmrec.FileError, match="nowhere"):
        encoder.train(data, epochs=4, checkpoint=tmp_path / "nowhere" / "x.h5", **TRAINING)
    with pytest.raises(llmrec.FormatError, match="rows.csv"):
        (tmp_path / "rows.csv").write_text("session,item\n")
        llmrec.Encoder.open(tmp_path / "rows.csv")


def test_weights_go_out_and_in(encoder, data, tmp_path):
    encoder.train(data, epochs=1, **TRAINING)
    encoder.export_weights(tmp_path / "weights.safetensors")
    other = llmrec.Encoder.create(data, seed=9, **NETWORK)
    assert not same(other, encoder)
    other.import_weights(tmp_path / "weights.safetensors")
    assert same(other, encoder) and other.epochs == 0
    with pytest.raises(llmrec.ShapeError, match="weights.safetensors.*position.weight"):
        llmrec.Encoder.create(data, dim=18).import_weights(tmp_path / "weights.safetensors")


@pytest.mark.parametrize("mode, dim", [("start", 16), ("frozen", 16), ("frozen_columns", 10), ("adapter", 40)])
def test_item_rows_come_from_vectors(encoder, data, mode, dim):
    table = vectors(data, dim)
    encoder.init_items(table, mode, scale_std=0.05)
    rows = encoder.weights["item.weight"][:ITEMS]
    made = rows if mode == "adapter" else rows[:, :dim]
    assert np.sqrt(np.mean(made**2)) == pytest.approx(0.05, rel=1e-4)
    if mode == "adapter":
        assert np.allclose(rows, table.data @ encoder.weights["adapter.weight"] + encoder.weights["adapter.bias"], atol=1e-6)
    else:
        assert np.allclose(made / 0.05, table.data / np.sqrt(np.mean(table.data**2)), atol=1e-4)
    encoder.train(data, epochs=1, **TRAINING)
    unmoved = (encoder.weights["item.weight"][:ITEMS] == rows).all(axis=0)
    assert unmoved.tolist() == [mode.startswith("frozen") and column < dim for column in range(16)]


def test_vectors_that_do_not_fit_are_refused(encoder, data):
    with pytest.raises(llmrec.ShapeError, match="17"):
        encoder.init_items(vectors(data, 17))
    with pytest.raises(llmrec.ArgumentError, match="mode is 'warm'; wanted one of start, frozen, frozen_columns, adapter"):
        encoder.init_items(vectors(data, 16), "warm")
    with pytest.raises(llmrec.ShapeError, match="the catalog of train has"):
        encoder.train(make_data(items=ITEMS + 1))


def test_an_encoder_grows_with_the_catalog(encoder, data):
    encoder.train(data, epochs=2, **TRAINING)
    larger = make_data(items=ITEMS + 5)
    grown = encoder.grow(larger)
    assert grown.items == ITEMS + 5 and encoder.items == ITEMS and grown.epochs == 0
    for item in (0, 13):
        known = larger.find_item(data.item_id(item))
        assert np.array_equal(grown.weights["item.weight"][known], encoder.weights["item.weight"][item])
    encoder.init_items(vectors(data, 24), "adapter")
    with_vectors = encoder.grow(larger, vectors(larger, 24), seed=3)
    assert with_vectors.weights["item.weight"].shape == (ITEMS + 6, 16)
    with pytest.raises(llmrec.LlmrecError):
        encoder.grow(larger)


def test_progress_tells_of_training(encoder, data):
    met = []
    encoder.train(*parts(data), epochs=200, patience=0, progress=met.append, **TRAINING)
    reports = [event for event in met if event.epoch > 0]
    assert reports and all(event.stage == "train" and event.epochs == 200 and event.total > 0 for event in reports)
    assert all(np.isfinite([event.loss, event.seconds_left, event.tokens_per_second]).all() for event in reports)
    assert [event.step for event in reports] == sorted(event.step for event in reports)
    assert 0 <= reports[-1].ndcg <= 1 and reports[-1].learning_rate == pytest.approx(5e-3)


def test_progress_can_end_training(encoder, data):
    wanted = llmrec.Encoder.create(data, **NETWORK)
    with pytest.raises(llmrec.CancelledError):
        encoder.train(data, epochs=100000, progress=lambda event: event.epoch < 3, **TRAINING)
    assert encoder.epochs >= 2
    wanted.train(data, epochs=encoder.epochs, **TRAINING)
    assert same(encoder, wanted)
    with pytest.raises(KeyError, match="mine"):
        encoder.train(data, epochs=100000, progress=lambda event: {}["mine"], **TRAINING)


def test_a_line_of_progress_can_be_had(data, capsys):
    encoder = llmrec.Encoder.create(data, **NETWORK)
    encoder.train(data, epochs=3, progress=True, **TRAINING)
    line = capsys.readouterr().err.rsplit("\r", 1)[-1]
    assert "train: [" in line and "epoch 3/3" in line and "loss " in line and line.endswith("\n")
    bar = llmrec.ProgressBar(io.StringIO(), width=4)
    event = llmrec.Progress("train", "sequences", 50, 100, 9.0, 3, 6, 1234, 4.5, 1e-3, 1500.0, 9000.0, 75.2, 0.04321, 0.1)
    assert bar.line(event) == ("train: [##  ]  50%  epoch 3/6  loss 4.5000  ndcg 0.0432  1:15 left  step 1,234  rate 0.001  "
                               "1,500 sequences/s  9,000 tokens/s")
    assert "ndcg" not in bar.line(event._replace(ndcg=float("nan")))


INTERRUPTED = """
import signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)  # also where the tests were started with it ignored
sys.path[:0] = [{here!r}]
from test_encoder import *

data = make_data()
encoder = llmrec.Encoder.create(data, **NETWORK)
def on_progress(event):
    if event.epoch >= 3:
        print("now", flush=True)
try:
    encoder.train(data, epochs=1000000, progress={progress}, **TRAINING)
except KeyboardInterrupt:
    done = encoder.epochs
    wanted = llmrec.Encoder.create(data, **NETWORK)
    wanted.train(data, epochs=done, **TRAINING)
    assert same(encoder, wanted)
    assert llmrec.Recommender.encoder(encoder).recommend([[1, 2]]).counts[0] == 10
    encoder.train(data, epochs=done + 1, **TRAINING)
    wanted.train(data, epochs=done + 1, **TRAINING)
    assert same(encoder, wanted)
    print("in order after", done)
"""


@pytest.mark.parametrize("progress", ["on_progress", "None"])
def test_ctrl_c_ends_training_after_the_last_whole_epoch(progress):
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "LLMREC_LIBRARY": llmrec.library_path()}
    code = INTERRUPTED.format(here=str(HERE), progress=progress)
    if progress == "None":
        code = code.replace("try:", "threading.Timer(0.5, lambda: print('now', flush=True)).start()\ntry:")
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                          env=environment) as program:
        try:
            assert program.stdout.readline() == "now\n"
            program.send_signal(signal.SIGINT)
            output, errors = program.communicate(timeout=60)
        finally:
            program.kill()
    assert output.splitlines()[-1].startswith("in order after ") and not errors and program.returncode == 0, errors


def test_training_in_another_thread_leaves_the_rest_alone(encoder, data):
    begun, over = threading.Event(), threading.Event()

    def on_progress(_):
        begun.set()
        return over.wait(60) and None

    thread = threading.Thread(target=encoder.train, args=[data], kwargs={"epochs": 200, "progress": on_progress, **TRAINING})
    thread.start()
    assert begun.wait(60)
    for use in (lambda: encoder.history, lambda: encoder.items, lambda: encoder.train(data), lambda: encoder.grow(data),
                lambda: encoder.save("x.h5"), lambda: llmrec.Recommender.encoder(encoder)):
        with pytest.raises(RuntimeError, match="this Encoder is being changed by another call"):
            use()
    assert llmrec.Recommender.popularity(data).recommend([[1]]).counts[0] == 10
    over.set()
    thread.join()
    wanted = llmrec.Encoder.create(data, **NETWORK)
    wanted.train(data, epochs=200, **TRAINING)
    assert encoder.epochs == 200 and same(encoder, wanted)


def test_divergence_keeps_the_last_good_weights(encoder, data):
    with pytest.raises(llmrec.NumericError, match="diverged.*learning_rate"):
        encoder.train(data, epochs=50, learning_rate=1e6, clip="none", batch=16)
    assert all(np.isfinite(encoder.weights[name]).all() for name in encoder.weights)


def test_nothing_is_left_of_encoders(counted, tmp_path):
    data = make_data(counted)
    encoder = llmrec.Encoder.create(data, **NETWORK)
    encoder.init_items(vectors(data, 20), "adapter")
    encoder.train(*parts(data), epochs=2, **TRAINING)
    encoder.save(tmp_path / "encoder.h5")
    opened = llmrec.Encoder.open(tmp_path / "encoder.h5", context=counted)
    recommender = llmrec.Recommender.encoder(opened)
    encoder.close()
    data.close()
    assert recommender.recommend([[1, 2, 3]], k=3).counts[0] == 3
    with pytest.raises(ValueError, match="this Encoder is closed"):
        encoder.history


def test_more_epochs_are_trained_when_asked_for(encoder, data):
    settings = {**TRAINING, "schedule": "constant"}
    encoder.train(data, epochs=2, **settings)
    assert len(encoder.train(data, epochs=2, **settings)) == 2
    assert len(encoder.train(data, epochs=1, additional=True, **settings)) == 3
    assert encoder.train_options["epochs"] == 3 and encoder.train_options["additional"] is False
    with pytest.raises(TypeError, match="embedding is a ndarray; wanted an Embedding"):
        encoder.grow(data, np.zeros((ITEMS, 16), np.float32))
