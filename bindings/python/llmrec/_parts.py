# SPDX-License-Identifier: Apache-2.0
"""The parts that recommenders are made from, and the descriptions of recommenders."""
from __future__ import annotations

import ctypes
import json

from . import _api
from ._handle import Handle
from ._library import library, written
from ._options import Options


class Parts:
    """The parts of a recommender as an argument of a call. Keeps the handles alive."""

    def __init__(self, **handles: Handle | None):
        self._owners = {name: handle._c() for name, handle in handles.items() if handle is not None}
        self._struct = _api.llmrec_recommender_parts(size=ctypes.sizeof(_api.llmrec_recommender_parts), **{
            name: owner._as_parameter_.value for name, owner in self._owners.items()})
        self._as_parameter_ = ctypes.byref(self._struct)


def described_with(description, preset, options):
    """Returns a description that includes the options. Checks them like the strategy's own method."""
    described = dict(description) if isinstance(description, dict) else {"strategy": description}
    name = library.llmrec_strategy_options(str(described.get("strategy")).encode())
    if options and name is None:
        raise TypeError(f"the strategy {described.get('strategy')!r} has no options")
    if preset is not None:
        described["preset"] = preset
    if options:
        filled = Options(getattr(_api, name.decode()), options)
        values = json.loads(written("llmrec_options_json", name, filled))
        described["options"] = {**described.get("options", {}), **{option: values[option] for option in options}}
    return described
