# SPDX-License-Identifier: Apache-2.0
"""Options: writes keyword arguments to C structs. The tables of the loaded library check and describe them."""
from __future__ import annotations

import ctypes
import difflib
import functools
import itertools
import math
import operator
import os
from typing import Any, Callable, Iterator, Mapping, NamedTuple, TypeVar, Union

import numpy as np

from . import _api
from ._arrays import Texts, array
from ._errors import ArgumentError
from ._handle import owner_of
from ._library import call, failure, library

Function = TypeVar("Function", bound=Callable[..., Any])

_TYPES = {value: name for name, value in _api.ENUMS["option_type"].items()}
_ARRAYS = {"texts": str, "indices": np.int32, "integers": np.int64}
_SET_BY_THE_PACKAGE = ("count", "pointer")  # lengths of arrays, and addresses
_INT64 = np.iinfo(np.int64)


class Option(NamedTuple):
    """One option: its name, type ("integer", "number", "flag", "choice", "text", "secret", "texts", "indices" or "integers"),
    default (None: not set), range as text, the values of its choices by name, one line of help, and its first version."""

    name: str
    type: str
    default: Any
    range: str
    choices: dict[str, int]
    help: str
    since: str

    @property
    def wanted(self) -> str:
        """The choices or the range, as tables show them."""
        return {"flag": "True or False", "secret": "a text", "texts": "texts", "indices": "item indices",
                "integers": "integers"}.get(self.type, self.range)


class Preset(NamedTuple):
    """A named set of option values: its name, its changes to the defaults ("measure=dot"), and one line of help."""

    name: str
    settings: tuple[str, ...]
    help: str


def _ask(name, *arguments):
    """Calls a function without callbacks. It skips the Ctrl-C handling, which would double the time of an import."""
    status = getattr(library, name)(*arguments)
    if status != 0:
        raise failure(status)


class OptionTable(Mapping):
    """The options of one C struct by name, in the order of its fields; printed as a table. `name` is the name of the
    struct, `help` one line, `presets` its presets."""

    def __init__(self, name: str):
        self.name, self.help = name, library.llmrec_options_help(name.encode()).decode()
        self.lengths: dict[str, str] = {}  # for arrays: the field with the length, if it exists
        defaults, self._text = getattr(_api, name)(), ctypes.create_string_buffer(1024)
        _ask("llmrec_options_fill", name.encode(), None, ctypes.byref(defaults), ctypes.sizeof(defaults))
        count = library.llmrec_option_count(name.encode())
        found = (self._option(index, defaults) for index in range(count))
        self._options = {option.name: option for option in found if option is not None}

    def _option(self, index, defaults):
        info = _api.llmrec_option_info(size=ctypes.sizeof(_api.llmrec_option_info))
        _ask("llmrec_option_describe", self.name.encode(), index, ctypes.byref(info))
        kind, name = _TYPES.get(info.type, "pointer"), info.name.decode()
        if kind in _SET_BY_THE_PACKAGE or not hasattr(defaults, name):
            return None
        if kind in _ARRAYS:
            self.lengths[name] = info.count.decode()
        choices = dict(self._choice(info.name, each) for each in range(info.choices))
        default = _default(kind, name, choices, defaults, self.lengths.get(name))
        return Option(name, kind, default, self._range(info.name), choices, info.help.decode(), info.since.decode())

    def _choice(self, option, index):
        name, value = ctypes.c_char_p(), ctypes.c_int64()
        _ask("llmrec_option_choice", self.name.encode(), option, index, ctypes.byref(name), ctypes.byref(value))
        return name.value.decode(), value.value

    def _range(self, option):
        _ask("llmrec_option_range", self.name.encode(), option, self._text, len(self._text), None)
        return self._text.value.decode()

    @property
    def presets(self) -> list[Preset]:
        key = self.name.encode()
        return [Preset(library.llmrec_preset_name(key, index).decode(), tuple(self._settings(key, index)),
                       library.llmrec_preset_help(key, index).decode())
                for index in range(library.llmrec_preset_count(key))]

    @staticmethod
    def _settings(key, preset):
        place = itertools.count()
        return (setting.decode() for setting in iter(lambda: library.llmrec_preset_setting(key, preset, next(place)), None))

    def __getitem__(self, name: str) -> Option:
        return self._options[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._options)

    def __len__(self) -> int:
        return len(self._options)

    def __repr__(self) -> str:
        rows = [("option", "default", "values", ""), *((each.name, shown(each.default), each.wanted, each.help)
                                                       for each in self.values())]
        rows += [("preset", "", "changes", ""), *((each.name, "", " ".join(each.settings), each.help)
                                                  for each in self.presets)][: None if self.presets else 0]
        widths = [min(40, max(len(row[column]) for row in rows)) for column in range(3)]
        lines = ["  ".join(text.ljust(width) for text, width in zip(row, (*widths, 0))).rstrip() for row in rows]
        return "\n".join([f"{self.name}: {self.help}", *lines])

    def check_name(self, name: str) -> None:
        if name in self._options:
            return
        close = difflib.get_close_matches(name, self._options, 1)
        hint = f"; did you mean {close[0]!r}?" if close else ""
        raise TypeError(f"unknown option {name!r}; there are {', '.join(self._options)}{hint}")


def _default(kind, name, choices, struct, length):
    value = getattr(struct, name)
    if kind == "flag":
        return bool(value)
    if kind == "choice":
        return next(choice for choice, number in choices.items() if number == value)
    if kind == "number":
        return None if math.isnan(value) else value
    if kind == "integers" and value:
        return list((ctypes.c_int64 * getattr(struct, length)).from_address(value))
    if kind in _ARRAYS or value is None:
        return None
    return value.decode() if isinstance(value, bytes) else value


def shown(value: Any) -> str:
    """Returns a default as tables show it."""
    return f"{value:g}" if isinstance(value, float) else repr(value)


@functools.lru_cache(maxsize=None)
def table(struct: str) -> OptionTable:
    """Returns the table of a C struct. It is read from the loaded library once."""
    return OptionTable(struct)


def options(name: str | None = None) -> Union[OptionTable, list[str]]:
    """Returns the options of one kind as a printable table: options("train") is the table of llmrec_train_options. Each
    entry has name, type, default, range, choices and help. Without a name, returns the list of existing names."""
    structs = [library.llmrec_options_name(index).decode() for index in range(library.llmrec_options_count())]
    short = {struct.removeprefix("llmrec_").removesuffix("_options"): struct for struct in structs}
    if name is None:
        return list(short)
    struct = short.get(name, name)
    if struct not in structs:
        raise ArgumentError(f"name is {name!r}; wanted one of {', '.join(short)}")
    return table(struct)


def takes(*structs: str) -> Callable[[Function], Function]:
    """Decorates a function whose keywords are the options of these structs. Adds to its docstring the options that are not
    among its own parameters."""
    def decorate(function: Function) -> Function:
        own = function.__code__.co_varnames[: function.__code__.co_argcount + function.__code__.co_kwonlyargcount]
        lines = [f"    {option.name}={shown(option.default)}: {option.help}" + _listed(option)
                 for struct in structs for option in table(struct).values() if option.name not in own]
        presets = [f"    {preset.name!r}: {preset.help}" for struct in structs for preset in table(struct).presets
                   if "preset" in own]
        text = (function.__doc__ or "").rstrip()
        text += "\n\n        Options, None for the default:\n" + "\n".join("        " + line for line in lines)
        if presets:
            text += "\n\n        Presets:\n" + "\n".join("        " + line for line in presets)
        function.__doc__ = text + "\n        "
        return function
    return decorate


def _listed(option):
    return f" ({', '.join(option.choices)})" if option.choices else ""


# --- constants that are not options


def choice(group: str, value: Any, option: str | None = None) -> int:
    """Returns a constant by its name, for example "ndcg", or by its number. `option` is its name in errors."""
    return _constant(_api.ENUMS[group], value, option or group)


def choice_name(group: str, value: int) -> str:
    return next(name for name, known in _api.ENUMS[group].items() if known == value)


def _constant(names, value, option):
    found = None
    if isinstance(value, (bool, np.bool_)):
        found = names.get("yes" if value else "no")
    elif isinstance(value, (int, np.integer)) and int(value) in names.values():
        found = int(value)
    elif isinstance(value, str):
        found = names.get(value.lower().replace("-", "_").replace(" ", "_"))
    if found is None:
        raise ArgumentError(f"{option} is {value!r}; wanted one of {', '.join(names)}")
    return found


# --- structs


def options_of(struct: Any) -> dict[str, Any]:
    """Returns the options in a struct as keywords that fill an equal struct. Options without a value are left out."""
    known = table(type(struct).__name__)
    values = {option.name: _default(option.type, option.name, option.choices, struct, known.lengths.get(option.name))
              for option in known.values() if option.type != "secret"}
    return {name: value for name, value in values.items() if value is not None}


class Options:
    """An options struct filled from keywords. None leaves an option at its default. Pass `c` to a call."""

    def __init__(self, struct: type, keywords: Mapping[str, Any], preset: str | None = None):
        self.name = struct.__name__
        self.c = struct()
        self._kept: list = []  # objects that the struct points to
        self._fill(preset)
        self._table = table(self.name)
        for name in keywords:
            self._table.check_name(name)
        for name, value in keywords.items():
            if value is not None:
                self._set(self._table[name], value)

    @property
    def _as_parameter_(self):
        return ctypes.byref(self.c)

    def __repr__(self) -> str:
        """Leaves out secrets."""
        return f"{self.name}({', '.join(f'{name}={value!r}' for name, value in options_of(self.c).items())})"

    def point(self, name: str, given: Any, kind: str) -> Options:
        """Sets an option that is a handle of this kind, for example "dataset"."""
        if given is not None:
            self._kept.append(owner_of(given, kind, name))
            setattr(self.c, name, self._kept[-1]._as_parameter_)
        return self

    def _fill(self, preset):
        if preset is not None and not isinstance(preset, str):
            raise TypeError(f"preset is {preset!r}; wanted a name")
        name = None if preset is None else preset.encode()
        call("llmrec_options_fill", self.name.encode(), name, ctypes.byref(self.c), ctypes.sizeof(self.c))

    def _set(self, option, value):
        if option.type in _ARRAYS:
            self._set_array(option, value)
        elif option.type == "choice":
            setattr(self.c, option.name, _constant(option.choices, value, option.name))
        else:
            setattr(self.c, option.name, _CHECKS[option.type](option, value))

    def _set_array(self, option, value):
        name, kind, length = option.name, _ARRAYS[option.type], self._table.lengths[option.name]
        given = _texts(option, value) if kind is str else array(np.atleast_1d(value), kind, 1, name)
        address = ctypes.cast(given.pointers, ctypes.c_void_p) if kind is str else given.ctypes.data
        self._kept.append(given)
        setattr(self.c, name, address)
        if length:
            setattr(self.c, length, len(given))


def _texts(option, value):
    texts = [value] if isinstance(value, (str, bytes)) else list(value)
    return Texts([_text(option, text) for text in texts])


def _text(option, value):
    shown_value = "hidden" if option.type == "secret" else repr(value)
    if not isinstance(value, (str, bytes, os.PathLike)):
        raise ArgumentError(f"{option.name} is {shown_value}; wanted a text")
    text = os.fsencode(value)
    if b"\0" in text:
        raise ArgumentError(f"{option.name} is {shown_value}; wanted a text without NUL")
    return text


def _integer(option, value):
    try:
        number = None if isinstance(value, (bool, np.bool_)) else operator.index(value)
    except TypeError:
        number = None
    if number is None:
        kind = "an integer" if isinstance(value, (float, np.floating, bool, np.bool_)) else "a number"
        raise ArgumentError(f"{option.name} is {value!r}; wanted {kind}, {option.range}")
    if not _INT64.min <= number <= _INT64.max:
        raise OverflowError(f"{option.name} is {number}; wanted {option.range}")
    return number


def _number(option, value):
    if not isinstance(value, (int, float, np.integer, np.floating)) or isinstance(value, bool):
        raise ArgumentError(f"{option.name} is {value!r}; wanted a number, {option.range}")
    try:
        return float(value)
    except OverflowError:
        raise OverflowError(f"{option.name} is too large; wanted a number, {option.range}") from None


def _flag(option, value):
    if isinstance(value, (bool, np.bool_)) or isinstance(value, (int, np.integer)) and value in (0, 1):
        return int(value)
    raise ArgumentError(f"{option.name} is {value!r}; wanted True or False")


_CHECKS = {"integer": _integer, "number": _number, "flag": _flag, "text": _text, "secret": _text}
