# SPDX-License-Identifier: Apache-2.0
"""Contexts: threads, log and progress for all handles made with them."""
from __future__ import annotations

import contextlib
import logging
import math
import shutil
import sys
import threading
import time
import weakref
from typing import Any, Callable, Iterator, NamedTuple

from . import _api
from ._handle import Handle
from ._library import keep_exception, kept_exception
from ._options import Options

CANCEL = _api.ENUMS["status"]["canceled"]
LEVELS = (logging.ERROR, logging.WARNING, logging.INFO, logging.DEBUG)


class Progress(NamedTuple):
    """The progress of a long call: `done` of `total` (0 while unknown), in `unit`, after `seconds` of this stage.

    Only training fills the other fields: the current epoch (1, 2, ...) of at most `epochs`, optimizer steps since the start
    of training, the epoch's mean loss so far, the latest learning rate, the epoch's rates so far, the seconds left if all
    epochs are run, and the latest validation metrics, NaN before the first validation.
    """

    stage: str
    unit: str
    done: int
    total: int
    seconds: float
    epoch: int = 0
    epochs: int = 0
    step: int = 0
    loss: float = 0.0
    learning_rate: float = 0.0
    sequences_per_second: float = 0.0
    tokens_per_second: float = 0.0
    seconds_left: float = 0.0
    ndcg: float = 0.0
    hit_rate: float = 0.0


ProgressCallback = Callable[[Progress], Any]


def log_to_logging(level: int, room: str, message: str) -> None:
    """The default log: writes to Python's logger "llmrec.<room>"."""
    logging.getLogger(f"llmrec.{room}").log(LEVELS[level], "%s", message)


class Context(Handle):
    """Threads, log and progress. Handles made without a context share one default context.

    threads: number that one call may use; 0 (default): all processors that the process may run on.
    log: called as log(level, room, message), level 0 (error) to 3 (debug); default: Python's logging.
    log_level: "error", "warning", "info" (default) or "debug".
    progress: called as progress(Progress(...)) during long calls; it cancels the call if it returns False or raises.

    An exception that a callback raises stops the call, and the call raises it again. Ctrl-C does the same, with or without
    a callback.
    """

    _free = "llmrec_context_free"

    def __init__(
        self,
        *,
        threads: int | None = None,
        log: Callable[[int, str, str], Any] | None = None,
        log_level: str | None = None,
        progress: ProgressCallback | None = None,
    ):
        self.log, self.progress = log or log_to_logging, progress
        key = next(_keys)
        options = Options(_api.llmrec_context_options, {"threads": threads, "log_level": log_level})
        options.c.log, options.c.log_user = _log, key
        options.c.progress, options.c.progress_user = _progress, key
        _contexts[key] = self
        self._owner = self._make(None, "llmrec_context_create", options)._owner

    def _facts(self):
        return f"{self.threads} threads"

    @property
    def threads(self) -> int:
        return self._get("llmrec_context_threads")


# The C callbacks live as long as the module. Their `user` is a key of the context, because the context may be freed first.
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


# The progress callback of the current call of a thread, if the call has its own callback.
_own = threading.local()


@contextlib.contextmanager
def telling(progress: ProgressCallback | bool | None) -> Iterator[None]:
    """Calls of this thread inside the block report their progress to `progress`. True draws a ProgressBar, None changes
    nothing."""
    bar = ProgressBar() if progress is True else None
    before, _own.progress = getattr(_own, "progress", None), bar or progress or None
    try:
        yield
    finally:
        _own.progress = before
        if bar is not None:
            bar.close()


@_api.llmrec_progress_fn
def _progress(event, key):
    try:
        if kept_exception() is not None:
            return CANCEL
        context = _contexts.get(key)
        tell = getattr(_own, "progress", None) or (context and context.progress)
        if tell:
            return CANCEL if tell(_progress_of(event.contents)) is False else 0
    except BaseException as error:  # raised again after the call
        keep_exception(error)
        return CANCEL
    return 0


def _progress_of(event):
    numbers = [getattr(event, name) for name in Progress._fields[2:]]
    return Progress(event.stage.decode(), event.unit.decode(), *numbers)


_default: Context | None = None
_default_lock = threading.Lock()


def default_context() -> Context:
    """Returns the context of handles that are made without one."""
    global _default
    with _default_lock:
        if _default is None or _default.closed:
            _default = Context()
        return _default


class ProgressBar:
    """A progress callback that draws one line per stage: Context(progress=ProgressBar()). If the stream is not a terminal (a
    file or a notebook), it adds a line every ten seconds and at the end of a stage."""

    def __init__(self, stream: Any = None, width: int = 30):
        self.stream, self.width, self.stage, self.told = stream or sys.stderr, width, None, -math.inf

    def __call__(self, progress: Progress) -> None:
        finished = progress.total > 0 and progress.done >= progress.total
        if self.stage != progress.stage:
            self.close()
            self.told = -math.inf if self.stream.isatty() else time.monotonic()
        self.stage = progress.stage
        if not finished and time.monotonic() < self.told + (0.1 if self.stream.isatty() else 10):
            return
        self.told = time.monotonic()
        self._write(self.line(progress))
        if finished:
            self.close()
        self.stream.flush()

    def _write(self, line):
        if self.stream.isatty():
            self.stream.write(f"\r{line[:shutil.get_terminal_size().columns - 1]}\x1b[K")
        else:
            self.stream.write(line + "\n")

    def close(self) -> None:
        """Ends the current line."""
        if self.stage is not None and self.stream.isatty():
            self.stream.write("\n")
        self.stage = None

    def line(self, progress: Progress) -> str:
        if progress.epoch > 0:
            return self._training_line(progress)
        pace = progress.done / progress.seconds if progress.seconds > 0 else 0
        rate = f"{pace:,.{0 if pace >= 10 else 2}f} {progress.unit}/s"
        if progress.total <= 0:
            return f"{progress.stage}: {progress.done:,} {progress.unit}  {rate}"
        return f"{progress.stage}: {self._bar(progress)}  {progress.done:,} of {progress.total:,} {rate}"

    def _training_line(self, progress):
        figure = "" if math.isnan(progress.ndcg) else f"  ndcg {progress.ndcg:.4f}"
        left = int(progress.seconds_left) if math.isfinite(progress.seconds_left) else 0
        return (f"{progress.stage}: {self._bar(progress)}  epoch {progress.epoch}/{progress.epochs}"
                f"  loss {progress.loss:.4f}{figure}  {left // 60}:{left % 60:02} left"
                f"  step {progress.step:,}  rate {progress.learning_rate:.3g}"
                f"  {progress.sequences_per_second:,.0f} {progress.unit}/s  {progress.tokens_per_second:,.0f} tokens/s")

    def _bar(self, progress):
        share = min(1.0, progress.done / progress.total)
        return f"[{'#' * int(share * self.width):<{self.width}}] {share:4.0%}"
