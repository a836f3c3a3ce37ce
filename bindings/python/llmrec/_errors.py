# SPDX-License-Identifier: Apache-2.0
"""Exceptions: one class per status. Each class also derives from the matching built-in exception."""
from __future__ import annotations


class LlmrecError(Exception):
    """A call failed. The text states the value found and the value expected. `status` is the C status."""

    status = -11


class ArgumentError(LlmrecError, ValueError):
    """An argument or option is outside its documented range."""

    status = -1


class OutOfMemoryError(LlmrecError, MemoryError):
    """No memory is left, or a size would overflow."""

    status = -2


class FileError(LlmrecError, OSError):
    """The system refused to open, read, write or rename a file."""

    status = -3


class FormatError(LlmrecError, ValueError):
    """A file's content does not match its format."""

    status = -4


class ShapeError(LlmrecError, ValueError):
    """Two inputs do not match: rows, dims, ids."""

    status = -5


class NumericError(LlmrecError, ArithmeticError):
    """A number is not finite, or a factorization did not converge."""

    status = -6


class AbiError(LlmrecError, ImportError):
    """The loaded library and this package do not match, or no library was found."""

    status = -7


class CancelledError(LlmrecError):
    """The progress callback asked to stop."""

    status = -8


class CallbackError(LlmrecError, RuntimeError):
    """Another callback failed."""

    status = -9


class UnsupportedError(LlmrecError, NotImplementedError):
    """The request is valid, but this library does not support it."""

    status = -10


class InternalError(LlmrecError, RuntimeError):
    """The library has a defect. Please report it."""

    status = -11


BY_STATUS = {kind.status: kind for kind in LlmrecError.__subclasses__()}


def error_for(status: int, text: str) -> LlmrecError:
    """Returns the exception for a status. An unknown status becomes an LlmrecError."""
    error = BY_STATUS.get(status, LlmrecError)(text)
    error.status = status
    return error
