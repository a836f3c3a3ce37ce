# SPDX-License-Identifier: Apache-2.0
"""Finds and loads the shared library, checks its ABI, and calls its functions.

It searches in this order: the file that the environment variable LLMREC_LIBRARY names, the directory of this package,
build/lib if the package is used from the source tree, and the system's library paths.
"""
from __future__ import annotations

import ctypes
import ctypes.util
import operator
import os
import pathlib
import threading
from _signal import SIGINT, default_int_handler, getsignal, signal  # the functions of `signal` convert to enums, and take 30 us
from typing import Any

from . import _api
from ._errors import AbiError, error_for

NAME = f"libllmrec.so.0.{_api.ABI % 1000}"


def _candidates():
    named = os.environ.get("LLMREC_LIBRARY")
    if named:
        yield named
        return
    package = pathlib.Path(__file__).resolve().parent
    yield str(package / NAME)
    yield str(package.parents[2] / "build" / "lib" / NAME)
    yield NAME
    found = ctypes.util.find_library("llmrec")
    if found:
        yield found


def _load():
    tried = []
    for path in _candidates():
        if os.path.dirname(path) and not os.path.exists(path):
            tried.append(f"{path}: no such file")
            continue
        try:
            return path, ctypes.CDLL(path)
        except OSError as error:
            tried.append(f"{path}: {error}")
    raise AbiError("libllmrec was not found (LLMREC_LIBRARY may name it). Tried:\n  " + "\n  ".join(tried))


class _Integer(ctypes.c_int64):
    """An int64 argument. ctypes drops the upper bits of larger integers; here they are an error."""

    @classmethod
    def from_param(cls, value: Any) -> ctypes.c_int64:
        if not hasattr(value, "__index__"):
            raise TypeError(f"an argument is {value!r}; wanted an integer")
        whole = operator.index(value)
        if not -(2**63) <= whole < 2**63:
            raise OverflowError(f"an argument is {whole}; wanted an integer of 64 bits")
        return ctypes.c_int64(whole)


def plain_error(error: ctypes.ArgumentError) -> Exception:
    """The exception that an argument's type raised: ctypes gives its name and its text."""
    name, _, text = str(error).partition(": ")[2].partition(": ")
    return (OverflowError if name == "OverflowError" else TypeError)(text)


class Library:
    """The loaded library. Each function of the table is an attribute. Its types are set at the first access."""

    def __init__(self):
        self.path, self._dll = _load()
        self._check_abi()

    def __getattr__(self, name: str):
        if name not in _api.FUNCTIONS:
            raise AttributeError(f"{name} is not in the API")
        try:
            function = getattr(self._dll, name)
        except AttributeError:
            raise AbiError(f"{self.path} has no {name}; it is older than this package") from None
        function.restype, types = _api.FUNCTIONS[name]
        function.argtypes = [_Integer if each is ctypes.c_int64 else each for each in types]
        setattr(self, name, function)
        return function

    def _check_abi(self):
        found = self.llmrec_abi_version()
        if found // 1000 != _api.ABI // 1000 or found < _api.ABI:
            raise AbiError(f"{self.path} has ABI {found}; this package wants {_api.ABI} or later of the same thousand")


library = Library()

# Exceptions raised in callbacks, by thread. Callbacks run on the thread that made the call.
_raised = threading.local()


def keep_exception(error: BaseException) -> None:
    """Keeps an exception that a callback raised. It is raised again after the call that ran the callback."""
    if getattr(_raised, "error", None) is None:
        _raised.error = error


def kept_exception() -> BaseException | None:
    return getattr(_raised, "error", None)


def raise_kept() -> None:
    error = kept_exception()
    if error is not None:
        _raised.error = None
        raise error


def failure(status: int) -> Exception:
    text = library.llmrec_last_error().decode("utf-8", "replace")
    return error_for(status, text)


def ask(name: str, *arguments: Any) -> Any:
    """Calls a function. An argument of a wrong type is an error of Python's own kinds."""
    try:
        return getattr(library, name)(*arguments)
    except ctypes.ArgumentError as error:
        raise plain_error(error) from None


def _interrupt(*_):
    keep_exception(KeyboardInterrupt())


def invoke(name: str, *arguments: Any) -> int:
    """Calls a function that may take long. Ctrl-C stops it at its next progress report. Python would raise KeyboardInterrupt
    at the start of the callback, where no code can catch it. So it is kept like an exception that a callback raised."""
    if getsignal(SIGINT) is not default_int_handler or threading.current_thread() is not threading.main_thread():
        return ask(name, *arguments)
    signal(SIGINT, _interrupt)
    try:
        return ask(name, *arguments)
    finally:
        signal(SIGINT, default_int_handler)


def call(name: str, *arguments: Any) -> None:
    """Calls a function that returns a status. Raises the exception of a callback, or the exception of the status."""
    status = invoke(name, *arguments)
    raise_kept()
    if status != 0:
        raise failure(status)


def written(name: str, *arguments: Any) -> str:
    """Calls a function whose last parameters are a buffer for a text, its capacity, and the text's length."""
    length = ctypes.c_size_t()
    call(name, *arguments, None, 0, ctypes.byref(length))
    text = ctypes.create_string_buffer(length.value + 1)
    call(name, *arguments, text, len(text), ctypes.byref(length))
    return text.value.decode()
