# SPDX-License-Identifier: Apache-2.0
"""Contexts: threads, log and progress for everything made with them."""
from __future__ import annotations

import logging
import sys
import threading
import weakref
from typing import Any, Callable, NamedTuple

from . import _api
from ._handle import Handle
from ._library import keep_exception
from ._options import Options

CANCEL = _api.ENUMS["base.err"]["cancelled"]
LEVELS = (logging.ERROR, logging.WARNING, logging.INFO, logging.DEBUG)


class Progress(NamedTuple):
    """How far a long call has come: `done` of `total` (0 while unknown), in `unit`, after `seconds` of this stage."""

    stage: str
    unit: str
    done: int
    total: int
    seconds: float


def log_to_logging(level: int, room: str, message: str) -> None:
    """The default log: Python's own, logger "llmrec.<room>"."""
    logging.getLogger(f"llmrec.{room}").log(LEVELS[level], "%s", message)


class Context(Handle):
    """Threads, log and progress. Where none is given, handles are made with one that all share.

    threads: how many one call may use; 0 (default): as many as the process may run on.
    log: called as log(level, room, message), level 0 (error) to 3 (debug); default: Python's logging.
    log_level: "error", "warning", "info" (default) or "debug".
    progress: called as progress(Progress(...)) during long calls; returning False cancels them, as raising does.

    An exception that a callback raises, KeyboardInterrupt too, stops the call and comes out of it.
    """

    _free = "llmrec_context_free"

    def __init__(
        self,
        *,
        threads: int | None = None,
        log: Callable[[int, str, str], Any] | None = None,
        log_level: str | None = None,
        progress: Callable[[Progress], Any] | None = None,
    ):
        self.log, self.progress = log or log_to_logging, progress
        key = next(_keys)
        options = Options(_api.llmrec_context_options, {"threads": threads, "log_level": log_level})
        options.c.log, options.c.log_user = _log, key
        options.c.progress, options.c.progress_user = _progress, key
        _contexts[key] = self
        self._owner = self._make(None, "llmrec_context_create", options)._owner

    @property
    def threads(self) -> int:
        return self._get("llmrec_context_threads")


# The C callbacks live as long as the module; their `user` is a key to the context, which may be gone before they are.
_contexts: weakref.WeakValueDictionary[int, Context] = weakref.WeakValueDictionary()
_keys = iter(range(1, sys.maxsize))


@_api.llmrec_log_fn
def _log(event, key):
    try:
        context = _contexts.get(key)
        if context is not None:
            told = event.contents
            context.log(told.level, told.room.decode(), told.message.decode("utf-8", "replace"))
    except BaseException as error:  # raised again after the call
        keep_exception(error)
    return 0


@_api.llmrec_progress_fn
def _progress(event, key):
    try:
        context = _contexts.get(key)
        if context is not None and context.progress is not None:
            told = event.contents
            progress = Progress(told.stage.decode(), told.unit.decode(), told.done, told.total, told.seconds)
            return CANCEL if context.progress(progress) is False else 0
    except BaseException as error:  # raised again after the call
        keep_exception(error)
        return CANCEL
    return 0


_default: Context | None = None
_default_lock = threading.Lock()


def default_context() -> Context:
    """The context of handles that are made without one."""
    global _default
    with _default_lock:
        if _default is None or _default.closed:
            _default = Context()
        return _default


class ProgressBar:
    """A progress callback that draws one line a stage: Context(progress=ProgressBar())."""

    def __init__(self, stream: Any = None, width: int = 30):
        self.stream, self.width, self.stage = stream or sys.stderr, width, None

    def __call__(self, progress: Progress) -> None:
        if self.stage not in (None, progress.stage):
            self.stream.write("\n")
        self.stage = progress.stage
        self.stream.write(f"\r{self.line(progress)}\x1b[K")
        if progress.total and progress.done >= progress.total:
            self.stream.write("\n")
            self.stage = None
        self.stream.flush()

    def line(self, progress: Progress) -> str:
        rate = f"{progress.done / progress.seconds:,.0f} {progress.unit}/s" if progress.seconds > 0 else ""
        if progress.total <= 0:
            return f"{progress.stage}: {progress.done:,} {progress.unit}  {rate}"
        share = min(1.0, progress.done / progress.total)
        bar = "#" * int(share * self.width)
        return f"{progress.stage}: [{bar:<{self.width}}] {share:4.0%}  {progress.done:,} of {progress.total:,} {rate}"
