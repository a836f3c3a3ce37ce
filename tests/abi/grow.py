# SPDX-License-Identifier: Apache-2.0
"""Structs may grow: grow.py BUILD_DIRECTORY LIBRARY.

Every size-first struct of the public headers gets one more field. Today's client runs on a library built with these
headers, and a client built with these headers runs on today's library. Both must see the values that today's client
sees on today's library. The client is grown_client.c; this script generates its descriptions of the structs. The
client of each release is stored with its headers (update.sh --release) and also runs on today's library.

    grow.py --release FOLDER    stores the client's source there
"""
import concurrent.futures
import json
import os
import pathlib
import re
import shlex
import shutil
import struct
import subprocess
import sys
import tempfile

from tap import ROOT, Skip, run

import public_api

API = public_api.Api()
HERE = pathlib.Path(__file__).parent
RELEASES = HERE / "releases"
BUILD, LIBRARY = (pathlib.Path(argument).resolve() for argument in sys.argv[1:3])
PRESETS = {"llmrec_encoder_options": "bert4rec", "llmrec_train_options": "bert4rec"}  # all others use "default"
SERVER = HERE.parent / "llm" / "server.py"


# --- descriptions of the structs for the client --------------------------------------------------------------------------


def sized(structures):
    return [structure for structure in structures if structure.fields[0].name == "size"]


def named(parameter):
    """The size-first struct that a parameter points to, or None."""
    found = re.search(r"\bllmrec_\w+", parameter.type)
    structure = found and API.struct(found[0])
    return structure and structure.fields[0].name == "size" and structure.name


EVENTS = {named(parameter) for callback in API.callbacks for parameter in callback.parameters}


def is_initializer(function):
    first, *others = function.parameters
    return bool(named(first)) and bool(others) and others[0].type == "size_t" and others[0].name == "size"


def kind(field):
    return {"int64_t": "i", "size_t": "z", "double": "d", "const char*": "s"}.get(field.type, "p")


def structure_text(structure):
    rows, offset = [], 0
    for field in structure.fields:
        changes = int("second" in field.name)  # times and rates differ between runs
        rows.append(f'    {{"{field.name}", {offset}, {field.count}, \'{kind(field)}\', {changes}}},')
        offset += 8 * field.count
    return offset, f"static const field fields_of_{structure.name}[] = {{\n" + "\n".join(rows) + "\n};"


def array(type_name, name, rows):
    return (f"static const {type_name} {name}s[] = {{\n" + "".join(f"    {{{row}}},\n" for row in rows) + "};\n"
            f"static const size_t {name}_count = sizeof {name}s / sizeof *{name}s;\n")


def client_header():
    parts, structures, initializers, pairs = [], [], [], []
    for structure in sized(API.structs):
        size, text = structure_text(structure)
        parts.append(text)
        structures.append(f'"{structure.name}", sizeof({structure.name}), {size}, fields_of_{structure.name}, '
                          f"{len(structure.fields)}")
    for function in filter(lambda function: function.parameters, API.functions):
        if is_initializer(function):
            name = named(function.parameters[0])
            preset = f', "{PRESETS.get(name, "default")}"' if len(function.parameters) == 3 else ""
            parts.append(f"static llmrec_status call_{function.name}(void *options, size_t size)\n"
                         f"{{\n    return {function.name}(options, size{preset});\n}}")
            initializers.append(f'"{name}", "{function.name}", call_{function.name}')
            continue
        for parameter in function.parameters:
            if named(parameter) and named(parameter) not in EVENTS:
                output = int(not parameter.type.startswith("const"))
                pairs.append(f'"{named(parameter)}", "{function.name}", {output}')
    return "\n\n".join(parts + [array("structure", "structure", structures),
                                array("initializer", "initializer", initializers), array("pair", "pair", pairs)])


# --- the headers, the library and the clients ----------------------------------------------------------------------------


def grow_headers(folder):
    (folder / "llmrec").mkdir(parents=True)
    for path in public_api.HEADERS.glob("*.h"):
        text = path.read_text()
        for structure in sized(API.structs):
            text = re.sub(rf"^\}} {structure.name};", f"    int64_t grown;\n}} {structure.name};", text, flags=re.M)
        (folder / "llmrec" / path.name).write_text(text)


def library_sources():
    """How each source of the library is compiled: its output's name, and the arguments without output and
    optimization."""
    commands = BUILD / "compile_commands.json"
    if not commands.exists():
        raise Skip("no compile_commands.json")
    for entry in json.loads(commands.read_text()):
        if not entry["output"].startswith(f"lib/{LIBRARY.name}"):
            continue
        arguments = shlex.split(entry["command"])
        for option in ("-MQ", "-MF", "-o"):
            at = arguments.index(option)
            del arguments[at:at + 2]
        unwanted = ("-O", "-g", "-W", "-MD", "-flto")
        arguments = [word for word in arguments if not word.startswith(unwanted) and word != "ccache"]
        yield pathlib.Path(entry["output"]).name, arguments


def must(command, **options):
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True, **options)
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(map(str, command))}: {done.stderr[-2000:]}")
    return done.stdout


def build_library(headers, folder):
    """Builds the library with other headers; links the same libraries as the given one."""
    sources = list(library_sources())
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as threads:
        list(threads.map(lambda source: must([source[1][0], "-I", headers, *source[1][1:], "-O0", "-w", "-o",
                                              folder / source[0]], cwd=BUILD), sources))
    linked = re.findall(r"=> (/\S+)", must(["ldd", LIBRARY]))
    wanted = set(re.findall(r"NEEDED.*\[(.*)\]", must(["readelf", "-d", LIBRARY])))
    libraries = [path for path in linked if pathlib.Path(path).name in wanted]
    grown = folder / soname()
    link = [f"-Wl,-soname,{grown.name}", f"-Wl,--version-script={ROOT / 'lib' / 'llmrec.map'}"]
    must(["cc", "-shared", *sanitizers(), *link, "-o", grown, *folder.glob("*.o"), *libraries])
    return grown


def soname():
    return re.search(r"SONAME.*\[(.*)\]", must(["readelf", "-d", LIBRARY]))[1]


def sanitizers():
    return [word for word in next(library_sources())[1] if word.startswith("-fsanitize")]


def build_client(headers, source, program):
    """`source` is a folder that write_client filled."""
    must(["cc", "-std=c11", "-D_DEFAULT_SOURCE", "-Wall", "-Wextra", "-Werror", *sanitizers(), "-I", headers,
          "-o", program, source / "grown_client.c", LIBRARY, "-lm"])
    return program


def write_client(folder):
    for path in HERE.glob("grown_*"):
        shutil.copy(path, folder)
    (folder / "grow_structs.h").write_text(client_header())


def releases():
    """Folders of the releases that the library must replace: those with its soname."""
    number = soname().split(".so.")[1]
    return sorted(path for path in RELEASES.glob("*") if f"{path.name}.".startswith(f"{number}."))


def write_model(folder):
    """Writes the smallest sentence model: one layer, dim 4."""
    dim, words = 4, ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "a", "b", "c"]
    shapes = {f"embeddings.{name}.weight": (rows, dim) for name, rows in (
        ("position_embeddings", 8), ("token_type_embeddings", 2), ("word_embeddings", len(words)))}
    dense = ["attention.self.query", "attention.self.key", "attention.self.value", "attention.output.dense",
             "intermediate.dense", "output.dense"]
    for name in dense:
        shapes |= {f"encoder.layer.0.{name}.weight": (dim, dim), f"encoder.layer.0.{name}.bias": (dim,)}
    for name in ("embeddings", "encoder.layer.0.attention.output", "encoder.layer.0.output"):
        shapes |= {f"{name}.LayerNorm.weight": (dim,), f"{name}.LayerNorm.bias": (dim,)}
    header, data = {}, b""
    for name, shape in shapes.items():
        count = shape[0] * (shape[1] if len(shape) == 2 else 1)
        values = struct.pack(f"<{count}f", *(((7 * i + len(data)) % 11) / 11 for i in range(count)))
        header[name] = {"dtype": "F32", "shape": shape, "data_offsets": [len(data), len(data) + len(values)]}
        data += values
    head = json.dumps(header).encode()
    head += b" " * (-len(head) % 8)
    folder.mkdir()
    (folder / "model.safetensors").write_bytes(struct.pack("<Q", len(head)) + head + data)
    (folder / "vocab.txt").write_text("\n".join(words) + "\n")
    (folder / "config.json").write_text(json.dumps({
        "model_type": "bert", "hidden_act": "gelu", "vocab_size": len(words), "max_position_embeddings": 8,
        "type_vocab_size": 2, "hidden_size": dim, "num_attention_heads": 1, "num_hidden_layers": 1,
        "intermediate_size": dim}))


# --- the checks ------------------------------------------------------------------------------------------------------------


class World:
    """Builds everything in a separate folder."""

    def __init__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="llmrec_grow_"))
        self.server = subprocess.Popen([sys.executable, "-B", SERVER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.url = f"http://127.0.0.1:{self.server.stdout.readline().split()[0]}"
        self.built = self.expected = None

    def build(self):
        if self.built:
            return self.built
        objects = self.folder / "objects"
        objects.mkdir()
        grow_headers(self.folder / "grown")
        write_client(self.folder)
        write_model(self.folder / "model")
        self.built = {
            "today": (0, LIBRARY), "later": ("any", LIBRARY),
            "grown": (8, build_library(self.folder / "grown", objects)),
            "old": build_client(ROOT / "include", self.folder, self.folder / "old"),
            "new": build_client(self.folder / "grown", self.folder, self.folder / "new")}
        for path in releases():
            self.built[path.name] = build_client(path, path, self.folder / path.name)
        return self.built

    def run(self, client, library):
        """Runs a client on a library; returns its faults and its values."""
        growth, path = self.build()[library]
        folder = self.folder / f"{client}_{library}"
        folder.mkdir()
        environment = {**os.environ, "LD_LIBRARY_PATH": str(path.parent)}
        done = subprocess.run([self.build()[client], str(growth), self.url, str(self.folder / "model")], cwd=folder,
                              env=environment, capture_output=True, text=True, timeout=60)
        lines = done.stdout.splitlines()
        faults = [line for line in lines if line.startswith("fault: ")]
        if done.returncode != 0 or "at: the end" not in lines:
            reached = [line for line in lines if line.startswith("at: ")]
            faults.append(f"ended with {done.returncode} {reached[-1] if reached else ''} {done.stderr[-1000:]}")
        values = [re.sub(r"\b\d+\.\d+\.json", "FRESH", line) for line in lines if line.startswith("value: ")]
        return faults, values

    def close(self):
        self.server.stdin.close()
        self.server.wait()
        shutil.rmtree(self.folder)


def compared(client, library):
    faults, values = WORLD.run(client, library)
    yield from faults
    if WORLD.expected is None:
        WORLD.expected = WORLD.run("old", "today")[1]
    yield from (f"missing: {line}" for line in WORLD.expected if line not in values)
    yield from (f"other: {line}" for line in values if line not in WORLD.expected)


def a_client_of_today_on_the_library_of_today():
    faults, WORLD.expected = WORLD.run("old", "today")
    yield from faults
    met = {line.split()[1] for line in WORLD.expected}
    yield from (f"no value of {event} was met" for event in sorted(EVENTS - {None} - met))


def a_client_of_today_on_a_library_that_grew():
    return compared("old", "grown")


def a_client_that_grew_on_the_library_of_today():
    return compared("new", "today")


def clients_of_releases_on_the_library_of_today():
    if not releases():
        raise Skip("no release is stored")
    for path in releases():
        yield from (f"{path.name}: {fault}" for fault in WORLD.run(path.name, "later")[0])


if sys.argv[1] == "--release":
    write_client(pathlib.Path(sys.argv[2]))
    sys.exit()

WORLD = World()
try:
    run(a_client_of_today_on_the_library_of_today, a_client_of_today_on_a_library_that_grew,
        a_client_that_grew_on_the_library_of_today, clients_of_releases_on_the_library_of_today)
finally:
    WORLD.close()
