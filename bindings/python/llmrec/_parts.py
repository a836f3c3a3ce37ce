# SPDX-License-Identifier: Apache-2.0
"""The parts that recommenders are made from, and the descriptions of recommenders."""
from __future__ import annotations

import ctypes
import difflib
import json
from typing import Sequence

from . import _api
from ._handle import Handle, owner_of
from ._library import library, written
from ._options import Options, table


class Parts:
    """The parts of a recommender as an argument of a call. Keeps the handles alive."""

    def __init__(self, *, recommenders: Sequence[Handle] | None = None, **handles: Handle | None):
        kinds = {"first_stage": "recommender"}
        self._owners = {name: owner_of(handle, kinds.get(name, name), name)
                        for name, handle in handles.items() if handle is not None}
        self._struct = _api.llmrec_recommender_parts(size=ctypes.sizeof(_api.llmrec_recommender_parts), **{
            name: owner._as_parameter_.value for name, owner in self._owners.items()})
        if recommenders is not None:
            members = [owner_of(each, "recommender", f"recommenders[{index}]") for index, each in enumerate(recommenders)]
            self._list = (ctypes.c_void_p * len(members))(*(each._as_parameter_.value for each in members))
            self._owners["recommenders"] = members
            self._struct.recommenders = ctypes.cast(self._list, ctypes.c_void_p)
            self._struct.recommender_count = len(members)
        self._as_parameter_ = ctypes.byref(self._struct)


def described_with(description, preset, options, parts):
    """Returns a description that includes the options, as JSON. Checks them like the strategy's own method. `parts` are the
    names of the parts that a call can give."""
    if isinstance(description, str) and description.lstrip().startswith("{"):
        try:
            description = json.loads(description)
        except ValueError:
            return description  # the call refuses it and names the place
    return json.dumps(_described(description, preset, options, parts))


def _described(description, preset, options, parts):
    described = dict(description) if isinstance(description, dict) else {"strategy": description}
    strategy = str(described.get("strategy"))
    if library.llmrec_strategy_help(strategy.encode()) is None:
        return described  # the call refuses it and lists the strategies
    name = library.llmrec_strategy_options(strategy.encode())
    _check_keywords(strategy, {} if name is None else table(name.decode()), options, parts)
    if preset is not None:
        described["preset"] = preset
    if options:
        filled = Options(getattr(_api, name.decode()), options)
        values = json.loads(written("llmrec_options_json", name, filled))
        described["options"] = {**described.get("options", {}), **{option: values[option] for option in options}}
    return described


def _check_keywords(strategy, known, options, parts):
    for name in options:
        if name in known:
            continue
        there = f"there are {', '.join(known)}" if known else f"the strategy {strategy!r} has no options"
        close = difflib.get_close_matches(name, [*parts, *known], 1)
        hint = f"; did you mean {close[0]!r}?" if close else ""
        raise TypeError(f"unknown option {name!r}; {there}; the parts are {', '.join(parts)}{hint}")
