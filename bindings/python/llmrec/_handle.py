# SPDX-License-Identifier: Apache-2.0
"""Wraps the library's handles as Python objects, and frees them after their last use."""
from __future__ import annotations

import ctypes
import json
import weakref
from typing import Any, TypeVar

from ._library import ask, failure, invoke, library, raise_kept, written

Self = TypeVar("Self", bound="Handle")


class Owner:
    """Owns one C handle and frees it after its last user is gone: an object, a view of its data, or a running call."""

    __slots__ = ("_as_parameter_", "__weakref__")

    def __init__(self, pointer: int, free: str):
        self._as_parameter_ = ctypes.c_void_p(pointer)
        weakref.finalize(self, getattr(library, free), pointer).atexit = False  # daemon threads may still use the handle


class Handle:
    """Base class of all handles. `close`, the end of a `with` block, or the end of the last use closes a handle."""

    _free: str

    def __init__(self) -> None:
        raise TypeError(f"{type(self).__name__} is made by its class methods")

    @classmethod
    def _make(cls: type[Self], context: Any, name: str, *arguments: Any) -> Self:
        """Calls a function whose last parameter receives a new handle."""
        pointer = ctypes.c_void_p()
        status = invoke(name, *arguments, ctypes.byref(pointer))
        made = object.__new__(cls)
        made._owner = Owner(pointer.value, cls._free) if pointer.value else None
        made.context = context
        raise_kept()
        if status != 0:
            raise failure(status)
        return made

    @property
    def closed(self) -> bool:
        return self._owner is None

    def close(self) -> None:
        """Releases the handle. Views of its data and calls in other threads keep its memory until they end."""
        self._owner = None

    @property
    def description(self) -> dict[str, Any]:
        """What this is: its kind, its options by name and choice, and facts such as sizes. Keys and passwords are left out.
        docs/descriptions.md lists the members of each class."""
        return json.loads(self._written(self._free.removesuffix("free") + "description"))

    def __repr__(self) -> str:
        return f"<llmrec.{type(self).__name__}: {'closed' if self.closed else self._facts()}>"

    def _facts(self) -> str:
        """Returns the facts that `repr` shows."""
        return "open"

    def _c(self) -> Owner:
        """Returns the handle as an argument. The call keeps a reference while it runs."""
        owner = self._owner
        if owner is None:
            raise ValueError(f"this {type(self).__name__} is closed")
        return owner

    def _get(self, name: str, *arguments: Any) -> Any:
        """Calls a getter, which cannot fail."""
        return ask(name, self._c(), *arguments)

    def _text(self, name: str, *arguments: Any) -> str:
        """Calls a function whose last parameters receive a text and its length."""
        pointer, length = ctypes.c_void_p(), ctypes.c_size_t()
        owner = self._c()
        status = ask(name, owner, *arguments, ctypes.byref(pointer), ctypes.byref(length))
        if status != 0:
            raise failure(status)
        return ctypes.string_at(pointer, length.value).decode("utf-8", "surrogateescape")

    def _written(self, name: str, *arguments: Any) -> str:
        """Calls a function whose last parameters are a buffer for a text, its capacity, and the text's length."""
        return written(name, self._c(), *arguments)

    def __enter__(self: Self) -> Self:
        return self

    def __exit__(self, *exception: Any) -> None:
        self.close()


def owner_of(handle: Any, kind: str, name: str | None = None) -> Owner:
    """Returns a handle of another object as an argument, or raises TypeError if it is of another kind: the library
    cannot tell.
    `name` is the argument's name if that is not the kind."""
    if getattr(handle, "_free", None) != f"llmrec_{kind}_free":
        wanted = "LLM" if kind == "llm" else kind.title().replace("_", "")
        raise TypeError(f"{name or kind} is {_a(type(handle).__name__)}; wanted {_a(wanted)}")
    return handle._c()


def _a(noun):
    return f"{'an' if noun[0] in 'AEIOUaeiou' or noun == 'LLM' else 'a'} {noun}"
