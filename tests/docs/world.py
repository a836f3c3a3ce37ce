# SPDX-License-Identifier: Apache-2.0
"""Files for code blocks, made in a folder: interactions, items, a sentence model, and a server that answers."""
import http.server
import json
import pathlib
import random
import struct
import threading

TITLES = {"50": "Star Wars", "172": "Empire Strikes Back, The", "260": "Star Wars", "318": "Shawshank Redemption, The",
          "1196": "Empire Strikes Back, The", **{str(item): f"Film {item}" for item in range(1, 81)}}
WORDS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "film", "star", "wars", "the", "empire", ",",
         *(str(number) for number in range(10)), *(f"##{number}" for number in range(10))]
WIDTH, INNER, POSITIONS = 64, 64, 16  # the default dim of a network


def rows():
    """Sixty sessions of four to eight items, in time order."""
    rng = random.Random(5)
    for session in range(60):
        for place, item in enumerate(rng.sample(sorted(TITLES), rng.randint(4, 8))):
            yield session, item, 1000 * session + place


def _tensors():
    yield "embeddings.word_embeddings.weight", (len(WORDS), WIDTH)
    yield "embeddings.position_embeddings.weight", (POSITIONS, WIDTH)
    yield "embeddings.token_type_embeddings.weight", (2, WIDTH)
    layer = "encoder.layer.0."
    for name, out, into in [("attention.self.query", WIDTH, WIDTH), ("attention.self.key", WIDTH, WIDTH),
                            ("attention.self.value", WIDTH, WIDTH), ("attention.output.dense", WIDTH, WIDTH),
                            ("intermediate.dense", INNER, WIDTH), ("output.dense", WIDTH, INNER)]:
        yield f"{layer}{name}.weight", (out, into)
        yield f"{layer}{name}.bias", (out,)
    for name in ("embeddings.LayerNorm", f"{layer}attention.output.LayerNorm", f"{layer}output.LayerNorm"):
        yield f"{name}.weight", (WIDTH,)
        yield f"{name}.bias", (WIDTH,)


def write_model(folder):
    """A BERT of one layer with random weights, as a sentence-transformers directory."""
    folder.mkdir(parents=True)
    rng, header, values = random.Random(1), {}, b""
    for name, shape in _tensors():
        count = shape[0] * (shape[1] if len(shape) > 1 else 1)
        part = struct.pack(f"<{count}f", *(rng.gauss(0, 1) for _ in range(count)))
        header[name] = {"dtype": "F32", "shape": shape, "data_offsets": [len(values), len(values) + len(part)]}
        values += part
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    (folder / "model.safetensors").write_bytes(len(text).to_bytes(8, "little") + text + values)
    (folder / "vocab.txt").write_text("\n".join(WORDS) + "\n")
    (folder / "config.json").write_text(json.dumps({
        "model_type": "bert", "hidden_act": "gelu", "vocab_size": len(WORDS), "max_position_embeddings": POSITIONS,
        "type_vocab_size": 2, "hidden_size": WIDTH, "num_attention_heads": 2, "num_hidden_layers": 1, "intermediate_size": INNER}))


def write(folder):
    """All files under the names that the pages use."""
    folder = pathlib.Path(folder)
    lines = [f"{session},{item},{time}" for session, item, time in rows()]
    (folder / "ratings.csv").write_text("\n".join(["session_id,item_id,timestamp", *lines]) + "\n")
    lines = [f'{item},"{title}"' for item, title in TITLES.items()]
    (folder / "movies.csv").write_text("\n".join(["id,title", *lines]) + "\n")
    (folder / "broken.csv").write_text("session_id,item_id,timestamp\nann,260,1\nann,1196,n/a\n")
    parts = folder / "build" / "parts"
    write_model(folder / "all-MiniLM-L6-v2")
    write_model(parts / "all-MiniLM-L6-v2")
    (parts / "ml-100k").mkdir()
    lines = [f"{session}\t{item}\t5\t{time}" for session, item, time in rows()]
    (parts / "ml-100k" / "ml-100k.inter").write_text(
        "\n".join(["user_id:token\titem_id:token\trating:float\ttimestamp:float", *lines]) + "\n")
    lines = [f"{item}\t{title}" for item, title in TITLES.items()]
    (parts / "ml-100k" / "ml-100k.item").write_text("\n".join(["item_id:token\tmovie_title:token_seq", *lines]) + "\n")


class _Answer(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        body = json.dumps({"choices": [{"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": "B, A, C"}}],
                           "usage": {"prompt_tokens": 10, "completion_tokens": 5}}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        """Logs nothing."""


def serve():
    """A chat server on a free port; returns its address."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Answer)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"http://127.0.0.1:{server.server_port}"
