# SPDX-License-Identifier: Apache-2.0
"""Keyword arguments laid onto the C options structs."""
from __future__ import annotations

import ctypes
import os
from typing import Any, Mapping

import numpy as np

from . import _api
from ._arrays import Texts, array
from ._errors import ArgumentError
from ._library import call

# Options whose values are constants: the group of constants in _api.ENUMS.
CHOICES = {
    "llmrec_context_options": {"log_level": "log_level"},
    "llmrec_dataset_options": {
        "format": "format",
        "items_format": "format",
        "duplicates": "duplicates",
        "catalog": "catalog_items",
    },
    "llmrec_split_options": {"method": "split_method"},
    "llmrec_embedding_options": {"dtype": "dtype", "ids_format": "format"},
    "llmrec_reducer_options": {"method": "reduce_method"},
    "llmrec_encoder_options": {"activation": "activation", "init": "weight_init"},
    "llmrec_init_items_options": {"mode": "init_items_mode"},
    "llmrec_train_options": {
        "loss": "loss",
        "optimizer": "optimizer",
        "schedule": "schedule",
        "clip": "clip",
    },
    "llmrec_similarity_options": {
        "weighting": "weighting",
        "decay": "decay",
        "measure": "measure",
        "reduce": "reduce_method",
    },
    "llmrec_endpoint_options": {"kind": "endpoint_kind"},
    "llmrec_prompt_options": {
        "form": "prompt_form",
        "variant": "prompt_variant",
        "scoring": "prompt_scoring",
        "answer": "prompt_answer",
        "structure": "prompt_structure",
        "aggregation": "prompt_aggregation",
        "style": "prompt_style",
        "on_failure": "on_failure",
    },
    "llmrec_fine_tuning_data_options": {"format": "row_format"},
    "llmrec_evaluation_options": {"no_list": "no_list", "mrr": "mrr"},
}

# Options that are sequences: the field that holds their length, and what they are made of.
SEQUENCES = {
    "llmrec_encode_items_options": {"columns": ("column_count", str)},
    "llmrec_endpoint_options": {"headers": ("header_count", str)},
    "llmrec_chat_request": {"stop": ("stop_count", str)},
    "llmrec_recommend_options": {"allow": ("allow_count", np.int32), "deny": ("deny_count", np.int32)},
    "llmrec_evaluation_options": {"k": ("k_count", np.int64), "item_counts": (None, np.int64)},
}


def choice(group: str, value: Any, option: str | None = None) -> int:
    """A constant by its name, "harmonic" for instance, or as the number that it is; `option` names it in errors."""
    if isinstance(value, (int, np.integer)) and not isinstance(value, bool):
        return int(value)
    names = _api.ENUMS[group]
    found = names.get(str(value).lower().replace("-", "_"))
    if found is None:
        raise ArgumentError(f"{option or group} is {value!r}; wanted one of {', '.join(names)}")
    return found


def choice_name(group: str, value: int) -> str:
    return next(name for name, known in _api.ENUMS[group].items() if known == value)


def options_of(struct: Any) -> dict[str, Any]:
    """The options in a struct as keywords that would fill it the same way; those without a value are left out."""
    choices = CHOICES.get(type(struct).__name__, {})
    values = {name: getattr(struct, name) for name, _ in struct._fields_ if name != "size"}
    return {name: choice_name(choices[name], value) if name in choices else value
            for name, value in values.items() if value is not None}


class Options:
    """An options struct filled from keywords; None leaves an option at its default. `c` is what a call takes."""

    def __init__(self, struct: type, keywords: Mapping[str, Any], preset: str | None = None):
        self.name = struct.__name__
        self.c = struct()
        self._kept: list = []  # what the struct points to
        self._fill(preset)
        self._check_names(keywords)
        for name, value in keywords.items():
            if value is not None:
                self._set(name, value)

    @property
    def _as_parameter_(self):
        return ctypes.byref(self.c)

    def _fill(self, preset):
        size = ctypes.sizeof(self.c)
        if preset is None:
            call(f"{self.name}_init", ctypes.byref(self.c), size)
        else:
            call(f"{self.name}_preset", ctypes.byref(self.c), size, preset.encode())

    def _check_names(self, keywords):
        lengths = {length for length, _ in SEQUENCES.get(self.name, {}).values()}
        names = [name for name, _ in self.c._fields_ if name != "size" and name not in lengths]
        for name in keywords:
            if name not in names:
                raise TypeError(f"unknown option {name!r}; there are {', '.join(names)}")

    def _set(self, name, value):
        if name in SEQUENCES.get(self.name, {}):
            self._set_sequence(name, value)
        elif name in CHOICES.get(self.name, {}):
            setattr(self.c, name, choice(CHOICES[self.name][name], value, name))
        elif dict(self.c._fields_)[name] is ctypes.c_char_p:
            setattr(self.c, name, os.fsencode(value))
        else:
            self._set_number(name, value)

    def _set_number(self, name, value):
        try:
            setattr(self.c, name, value.item() if isinstance(value, np.generic) else value)
        except TypeError:
            raise ArgumentError(f"{name} is {value!r}; wanted a number") from None

    def _set_sequence(self, name, value):
        length, kind = SEQUENCES[self.name][name]
        if kind is str:
            sequence = Texts(value)
            address, count = sequence.pointers, len(value)
        else:
            sequence = array(np.atleast_1d(value), kind, 1, name)
            address, count = sequence.ctypes.data, len(sequence)
        self._kept.append(sequence)
        setattr(self.c, name, ctypes.cast(address, ctypes.c_void_p) if kind is str else address)
        if length:
            setattr(self.c, length, count)
