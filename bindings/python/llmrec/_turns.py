# SPDX-License-Identifier: Apache-2.0
"""Access control for a handle that can change: many reading calls at once, or one changing call."""
from __future__ import annotations

import contextlib
import threading
from typing import Iterator


class Turns:
    """A changing call waits until the reading calls end. A change may take hours, so any call that starts during a change is
    refused."""

    def __init__(self, what: str):
        self.what, self.readers, self.changing, self.condition = what, 0, False, threading.Condition()

    @contextlib.contextmanager
    def beside(self) -> Iterator[None]:
        """Runs a call that does not change the handle."""
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
        """Runs a call that changes the handle."""
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
