# SPDX-License-Identifier: Apache-2.0
"""Whose turn it is to use a handle that changes: many calls that read, or one that changes it."""
from __future__ import annotations

import contextlib
import threading
from typing import Iterator


class Turns:
    """A call that changes the handle waits for those that read it; a call that comes while it is being changed, which may
    take hours, is refused."""

    def __init__(self, what: str):
        self.what, self.readers, self.changing, self.condition = what, 0, False, threading.Condition()

    @contextlib.contextmanager
    def beside(self) -> Iterator[None]:
        """A call that leaves the handle as it is."""
        with self.condition:
            self._refuse_while_changing()
            self.readers += 1
        try:
            yield
        finally:
            with self.condition:
                self.readers -= 1
                self.condition.notify_all()

    @contextlib.contextmanager
    def alone(self) -> Iterator[None]:
        """A call that changes the handle."""
        with self.condition:
            self._refuse_while_changing()
            self.changing = True
        try:
            with self.condition:
                self.condition.wait_for(lambda: self.readers == 0)
            yield
        finally:
            self.changing = False

    def _refuse_while_changing(self):
        if self.changing:
            raise RuntimeError(f"this {self.what} is being changed by another call")
