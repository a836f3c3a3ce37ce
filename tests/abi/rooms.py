# SPDX-License-Identifier: Apache-2.0
"""Rules of lib/: rooms include only rooms to their left, each external library has one caller, files and functions
stay small, file base names are unique in the project, and each function is static unless another file uses it."""
import collections
import re

from tap import ROOT, run

LIB = ROOT / "lib"
ROOMS = [["core"], ["math"], ["data"], ["embed"], ["nn", "llm", "linear"], ["rank"], ["prompt"], ["eval"], ["registry"]]  # left to right
PLACES = {room: place for place, rooms in enumerate(ROOMS) for room in rooms}
FILES = sorted(LIB.rglob("*.[ch]"))
CALLERS = {  # files that may include a library's header
    r"cblas|lapacke?|openblas": r"math/.*",
    r"hdf5": r"core/store\w*\.[ch]",
    r"curl/": r"llm/http\.c",
}
CONTROL = re.compile(r"^( +)(?:\} else|(?:if|for|while|switch|do)\b)")


def name_of(path):
    return path.relative_to(LIB).as_posix()


def includes(path):
    for number, line in enumerate(path.read_text().splitlines(), 1):
        found = re.match(r'#\s*include\s*[<"]([^>"]+)[>"]', line)
        if found:
            yield number, found[1]


def functions(path):
    """For each function: number of its first line, name, parameters, and lines from the brace on."""
    lines = path.read_text().splitlines()
    for at, line in enumerate(lines):
        if line != "{":
            continue
        first = at
        while first > 0 and lines[first - 1] and lines[first - 1][-1] not in ";}/":
            first -= 1
        signature = " ".join(lines[first:at])
        found = re.search(r"(\w+)\(((?:[^()]|\([^()]*\))*)\)[^()]*$", re.sub(r"__attribute__\(\(.*?\)\)", "", signature))
        if found:
            end = lines.index("}", at)
            yield first + 1, found[1], found[2].split(","), lines[first:end + 1]


def rooms_include_to_their_left():
    for path in FILES:
        room = name_of(path).split("/")[0]
        if room not in PLACES:
            yield f"{name_of(path)} is in no room of ROOMS"
            continue
        for number, included in includes(path):
            target = included.split("/")[0]
            if target in PLACES and target != room and PLACES[target] >= PLACES[room]:
                yield f"{name_of(path)}:{number} includes {included}, which is not to the left"


def a_base_name_stands_once():
    """All sources of the project, and headers except the public ones; a public header may share its
    implementation's name."""
    known = collections.defaultdict(list)
    for folder in sorted(ROOT.iterdir()):
        for path in sorted(folder.rglob("*.[ch]")) if re.match(r"[a-z]", folder.name) and not folder.name.startswith("build") else ():
            if (path.suffix == ".c" or folder.name != "include") and "releases" not in path.parts:
                known[path.name].append(path.relative_to(ROOT).as_posix())
    return (f"{' and '.join(paths)} share a base name" for paths in known.values() if len(paths) > 1)


def files_stand_in_their_rooms_table():
    """lib/README.md has a section per room, with a table whose first column names the room's files."""
    for section in (LIB / "README.md").read_text().split("\n## ")[1:]:
        room = section.split(":")[0]
        named = {name for row in re.findall(r"^\|([^|]*)\|", section, flags=re.M) for name in re.findall(r"`(\w+)`", row)}
        there = {path.stem for path in FILES if path.parent.name == room}
        yield from (f"{room}/{name} is not in lib/README.md" for name in sorted(there - named))
        yield from (f"lib/README.md names {room}/{name}, which is not there" for name in sorted(named - there))


def libraries_have_one_caller():
    for path in FILES:
        for number, included in includes(path):
            for library, callers in CALLERS.items():
                if re.match(library, included) and not re.fullmatch(callers, name_of(path)):
                    yield f"{name_of(path)}:{number} includes {included}, which only {callers} may"


def files_are_short():
    for path in FILES:
        length = len(path.read_text().splitlines())
        if length > 500:
            yield f"{name_of(path)} has {length} lines; wanted at most 500"


def functions_are_short():
    for path in FILES:
        for first, name, _, lines in functions(path):
            if len(lines) > 60:
                yield f"{name_of(path)}:{first} {name} has {len(lines)} lines; wanted at most 60"


def functions_take_six_parameters():
    for path in FILES:
        for first, name, parameters, _ in functions(path):
            if len(parameters) > 6 and not name.startswith("llmrec_"):
                yield f"{name_of(path)}:{first} {name} has {len(parameters)} parameters; wanted at most 6"


def functions_nest_three_levels():
    for path in FILES:
        for first, name, _, lines in functions(path):
            levels = [len(found[1]) // 4 for found in map(CONTROL.match, lines) if found]
            if max(levels, default=0) > 3:
                yield f"{name_of(path)}:{first} {name} nests {max(levels)} levels; wanted at most 3"


def words_of(path):
    """How often each word is in a file, comments left out."""
    return collections.Counter(re.findall(r"\w+", re.sub(r"/\*.*?\*/", "", path.read_text(), flags=re.S)))


def functions_are_static_or_used_elsewhere():
    """A function that only its own file uses is static, unless a unit test calls it. A function that no file of lib/
    uses is dead, whatever tests do with it. A header uses what it names more often than it declares it."""
    words = {path: words_of(path) for path in FILES}
    public = set().union(*(words_of(path) for path in (ROOT / "include").rglob("*.h")))
    tested = set().union(*(words_of(path) for path in (ROOT / "tests").rglob("*.[ch]")))
    for path in FILES:
        for first, name, _, lines in functions(path):
            static = re.search(r"\b(static|LR_INLINE)\b", " ".join(lines[:lines.index("{")]))
            if static or name in public:
                continue
            uses = [other for other in FILES if other != path and words[other][name] > (other.suffix == ".h")]
            if not uses and (words[path][name] == 1 or name not in tested):
                yield f"{name_of(path)}:{first} no other file uses {name}; wanted it static, or gone"


def files_name_their_license():
    for path in FILES:
        if not path.read_text().startswith("/* SPDX-License-Identifier: Apache-2.0 */\n"):
            yield f"{name_of(path)} does not begin with the SPDX line"


def nothing_is_left_undone():
    for path in FILES:
        for number, line in enumerate(path.read_text().splitlines(), 1):
            if re.search(r"\b(TODO|FIXME|XXX|HACK)\b", line):
                yield f"{name_of(path)}:{number} {line.strip()}"


run(
    rooms_include_to_their_left,
    a_base_name_stands_once,
    files_stand_in_their_rooms_table,
    libraries_have_one_caller,
    files_are_short,
    functions_are_short,
    functions_take_six_parameters,
    functions_nest_three_levels,
    functions_are_static_or_used_elsewhere,
    files_name_their_license,
    nothing_is_left_undone,
)
