# SPDX-License-Identifier: Apache-2.0
"""One exception class a status, each also the built-in exception that it is a kind of."""
from __future__ import annotations


class LlmrecError(Exception):
    """A call failed; the text says what was met and what was wanted. `status` is the C status."""

    status = -11


class ArgumentError(LlmrecError, ValueError):
    """An argument or option is outside its documented range."""

    status = -1


class OutOfMemoryError(LlmrecError, MemoryError):
    """There is no memory left, or a size would overflow."""

    status = -2


class FileError(LlmrecError, OSError):
    """The system refused to open, read, write or rename a file."""

    status = -3


class FormatError(LlmrecError, ValueError):
    """A file's content is not what its format asks for."""

    status = -4


class ShapeError(LlmrecError, ValueError):
    """Two things do not fit each other: rows, dims, ids."""

    status = -5


class NumericError(LlmrecError, ArithmeticError):
    """A number is not finite, or a factorization did not converge."""

    status = -6


class AbiError(LlmrecError, ImportError):
    """The loaded library and this package do not fit each other, or there is no library."""

    status = -7


class CancelledError(LlmrecError):
    """The progress callback asked to stop."""

    status = -8


class CallbackError(LlmrecError, RuntimeError):
    """Another callback failed."""

    status = -9


class UnsupportedError(LlmrecError, NotImplementedError):
    """Valid, but not something that this library can do."""

    status = -10


class InternalError(LlmrecError, RuntimeError):
    """A defect of the library: please report it."""

    status = -11


BY_STATUS = {kind.status: kind for kind in LlmrecError.__subclasses__()}


def error_for(status: int, text: str) -> LlmrecError:
    """The exception for a status; one that this package does not know becomes an LlmrecError."""
    error = BY_STATUS.get(status, LlmrecError)(text)
    error.status = status
    return error
