# SPDX-License-Identifier: Apache-2.0
"""The tables of options against the headers: fields, types, choices, ranges and defaults: options.py LIBRARY.

Nothing here lists an option: both sides are read.
"""
import ctypes
import re
import sys

from tap import ROOT, run

import public_api

API = public_api.Api()
LIBRARY = ctypes.CDLL(sys.argv[1])
(INTEGER, NUMBER, FLAG, CHOICE, TEXT, SECRET, TEXTS, INDICES, INTEGERS, COUNT, POINTER) = range(11)
C_TYPES = {INTEGER: {"int64_t"}, NUMBER: {"double"}, FLAG: {"int64_t"}, CHOICE: {"int64_t"}, COUNT: {"int64_t"},
           TEXT: {"const char*"}, SECRET: {"const char*"}, TEXTS: {"const char*const*"}, INDICES: {"const int32_t*"},
           INTEGERS: {"const int64_t*"}}

# Structs that are not options: what a caller gives as data, what the library fills, and elements of arrays.
OTHERS = {
    "inputs": {"llmrec_interactions", "llmrec_items", "llmrec_message", "llmrec_recommender_parts",
               "llmrec_custom_strategy"},
    "outputs": {"llmrec_option_info", "llmrec_log_event", "llmrec_progress_event", "llmrec_dataset_statistics", "llmrec_alignment",
                "llmrec_epoch", "llmrec_reason", "llmrec_completion", "llmrec_usage", "llmrec_fine_tuning_info",
                "llmrec_fine_tuning_data_info", "llmrec_comparison", "llmrec_blend_fit_report", "llmrec_rank_request",
                "llmrec_score_request"},
}

for name in ("llmrec_options_name", "llmrec_options_help"):
    getattr(LIBRARY, name).restype = ctypes.c_char_p
LIBRARY.llmrec_options_count.restype = LIBRARY.llmrec_option_count.restype = ctypes.c_int64


class Info(ctypes.Structure):
    _fields_ = [("size", ctypes.c_size_t), ("name", ctypes.c_char_p), ("type", ctypes.c_int64), ("low", ctypes.c_double),
                ("high", ctypes.c_double), ("low_open", ctypes.c_int64), ("high_open", ctypes.c_int64), ("unset", ctypes.c_int64),
                ("choices", ctypes.c_int64), ("count", ctypes.c_char_p), ("help", ctypes.c_char_p), ("since", ctypes.c_char_p)]


def tables():
    return [LIBRARY.llmrec_options_name(ctypes.c_int64(index)).decode() for index in range(LIBRARY.llmrec_options_count())]


def options(struct):
    for index in range(LIBRARY.llmrec_option_count(struct.encode())):
        info = Info(size=ctypes.sizeof(Info))
        assert LIBRARY.llmrec_option_describe(struct.encode(), ctypes.c_int64(index), ctypes.byref(info)) == 0
        yield info


def choices(struct, option):
    found = {}
    for index in range(option.choices):
        name, value = ctypes.c_char_p(), ctypes.c_int64()
        LIBRARY.llmrec_option_choice(struct.encode(), option.name, ctypes.c_int64(index), ctypes.byref(name), ctypes.byref(value))
        found[name.value.decode()] = value.value
    return found


def default(struct, option):
    text = ctypes.create_string_buffer(4096)
    status = LIBRARY.llmrec_option_get(struct.encode(), None, option.name, text, ctypes.c_size_t(4096), None)
    return text.value.decode() if status == 0 else None


def comments():
    """{struct: {field: comment}}: the comment beside a field, or above it."""
    found = {}
    for path in public_api.HEADERS.glob("*.h"):
        for name, body in re.findall(r"typedef struct (\w+) \{(.*?)\} \1;", path.read_text(), re.S):
            fields = found.setdefault(name, {})
            for above, field, beside in re.findall(
                    r"(?:^[ ]*/\*((?:(?!\*/).)*)\*/\n)?^[ ]+[\w ]+?[ *]+([\w, ]+);(?:[ ]*/\*((?:(?!\*/).)*)\*/)?", body, re.S | re.M):
                for each in field.split(","):
                    fields[each.strip()] = re.sub(r"\s*\n\s*\*\s*|\s+", " ", beside or above).strip()
    return found


COMMENTS = comments()


def every_options_struct_has_a_table():
    structs = {struct.name for struct in API.structs}
    named = {name for name in structs if name.endswith("_options")}
    for name in sorted(named - set(tables())):
        yield f"{name} has no table"
    for name in sorted(structs - set(tables()) - set().union(*OTHERS.values())):
        yield f"{name} has no table, and is not listed as an input or output"
    for name in sorted(set().union(*OTHERS.values()) - structs):
        yield f"{name} is listed as an input or output, and is no struct"
    for name in sorted(set(tables()) - structs):
        yield f"the table {name} has no struct"


def tables_have_the_headers_fields_in_their_order():
    for name in tables():
        fields = API.struct(name).fields
        wanted = [field.name for field in fields[1:]]
        found = [option.name.decode() for option in options(name)]
        if found != wanted:
            yield f"{name}: the table has {found}; the header has {wanted}"
        kinds = {field.name: field.type for field in fields}
        for option in options(name):
            allowed = C_TYPES.get(option.type)
            kind = kinds.get(option.name.decode())
            if allowed is not None and kind not in allowed:
                yield f"{name}.{option.name.decode()} is {kind}; its table says type {option.type}"
            if option.type == POINTER and kind in ("int64_t", "double", "size_t"):
                yield f"{name}.{option.name.decode()} is {kind}; its table says pointer"


def choices_are_the_enums():
    enums = {enum.name: {key.lower(): value for key, value in enum.values.items()} for enum in API.enums}
    for name in tables():
        for option in options(name):
            comment = COMMENTS[name].get(option.name.decode(), "")
            said = re.search(r"[Oo]ne of llmrec_(\w+)(?: without ([A-Z_ and]+))?", comment)
            if said and option.type != CHOICE:
                yield f"{name}.{option.name.decode()} is one of llmrec_{said[1]}; its table says type {option.type}"
            elif said:
                left_out = {word.lower() for word in (said[2] or "").split() if word != "and"}
                wanted = {key: value for key, value in enums[said[1]].items() if key not in left_out}
                if choices(name, option) != wanted:
                    yield f"{name}.{option.name.decode()}: the table has {choices(name, option)}; the header has {wanted}"


def number(text):
    text = text.replace(" MiB", " * 2**20")
    return float(eval(text.replace("^", "**"), {"__builtins__": {}})) if re.fullmatch(r"[-+\d.e*^ ]+", text) else None


def ranges_are_the_headers():
    """Where a comment states a range or a bound in numbers, the table has it."""
    for name in tables():
        for option in options(name):
            comment = COMMENTS[name].get(option.name.decode(), "")
            where = f"{name}.{option.name.decode()}"
            if option.type not in (INTEGER, NUMBER, COUNT):
                continue
            interval = re.search(r"in ([(\[])([-\d.e]+),([-\d.e]+)([)\]])", comment)
            span = re.search(r"(?<![\w.^-])(-?[\d.]+?)\.\.([\d.^-]*[\d])(?=[;, ]|$)", comment)
            least = re.search(r"(?:^|; |each |, )(>=?) ([-\d.e]+)(?=[;,]|$)", comment)
            if interval:
                wanted = (float(interval[2]), float(interval[3]), interval[1] == "(", interval[4] == ")")
                found = (option.low, option.high, bool(option.low_open), bool(option.high_open))
                if found != wanted:
                    yield f"{where}: the table has {found}; the header says {interval[0]}"
            elif span and number(span[1]) is not None and number(span[2]) is not None:
                standard = default(name, option)  # it may lie outside, and then stands for something else
                low = min(number(span[1]), number(span[1]) if standard in (None, "nan") else float(standard))
                if (option.low, option.high) != (low, number(span[2])) and option.type != COUNT:
                    yield f"{where}: the table has {option.low} to {option.high}; the header says {span[0]}"
            elif least and option.type == NUMBER:
                if option.low != float(least[2]) or bool(option.low_open) != (least[1] == ">"):
                    yield f"{where}: the table has {option.low}; the header says {least[0]}"


def defaults_are_the_headers():
    for name in tables():
        for option in options(name):
            comment = COMMENTS[name].get(option.name.decode(), "")
            found, where = default(name, option), f"{name}.{option.name.decode()}"
            said = re.search(r"(-?[\d.]+(?:e-?\d+)?)(?: \(default\)|(?= \(default\)))", comment)
            said = said or re.search(r"default ([-\w.\"^]+(?: MiB)?)", comment)
            if not said or found is None:
                continue
            wanted = said[1].rstrip(".,")
            if option.type == CHOICE and re.fullmatch(r"[A-Z_0-9]+", wanted) and not wanted.isdigit():
                wanted = wanted.lower()
                if found != wanted and not wanted.endswith("_" + found):
                    yield f"{where}: the table has {found}; the header says {wanted}"
            elif option.type in (INTEGER, NUMBER) and number(wanted) is not None and found != "nan":
                if float(found) != number(wanted):
                    yield f"{where}: the table has {found}; the header says {wanted}"
            elif option.type == FLAG and wanted in ("0", "1") and found != ("no", "yes")[int(wanted)]:
                yield f"{where}: the table has {found}; the header says {wanted}"
            elif option.type == NUMBER and (wanted == "NaN") != (found == "nan"):
                yield f"{where}: the table has {found}; the header says {wanted}"


run(every_options_struct_has_a_table, tables_have_the_headers_fields_in_their_order, choices_are_the_enums,
    ranges_are_the_headers, defaults_are_the_headers)
