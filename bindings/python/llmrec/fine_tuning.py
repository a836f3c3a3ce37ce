# SPDX-License-Identifier: Apache-2.0
"""Fine-tuning jobs on a server that speaks OpenAI's HTTP API."""
from __future__ import annotations

import ctypes
from typing import Any, NamedTuple

from . import _api
from ._handle import Handle
from ._library import call
from ._options import Options, choice_name
from .context import Context, ProgressCallback, default_context, telling
from .llm import endpoint_options


class FineTuningState(NamedTuple):
    """How a job stands: `phase` is "running", "succeeded", "failed" or "cancelled"; `status` the server's own word."""

    phase: str
    id: str
    status: str
    model: str
    error: str
    trained_tokens: int


class FineTuning(Handle):
    """A fine-tuning job; used by one thread at a time.

        job = llmrec.FineTuning.start("https://host/v1", "base-model", "train.jsonl", "job.json", key=key)
        done = job.follow(progress=True)
        llm = llmrec.Llm.endpoint("https://host/v1", done.model, key=key)
    """

    _free = "llmrec_fine_tuning_free"

    @classmethod
    def start(cls, url: str, model: str, training: Any, state: Any, *, validation: Any = None, key: str | None = None,
              suffix: str | None = None, epochs: int | None = None, seed: int | None = None,
              upload_limit: int | None = None, context: Context | None = None, **options: Any) -> FineTuning:
        """Uploads the examples (paths of JSON lines) and creates a job, or finds what the file `state` says was done before.

        epochs, seed, suffix: as the server has them; upload_limit (512 MiB). The other options are those of Llm.endpoint
        (llmrec_fine_tuning_options, llmrec_endpoint_options).
        """
        context = context or default_context()
        filled = Options(_api.llmrec_fine_tuning_options, {
            "training": training, "validation": validation, "state": state, "suffix": suffix, "epochs": epochs,
            "seed": seed, "upload_limit": upload_limit})
        endpoint = endpoint_options(url, model, key, options)
        return cls._make(context, "llmrec_fine_tuning_start", context._c(), endpoint, filled)

    def look(self) -> FineTuningState:
        """Asks the server how the job stands."""
        return self._ask("llmrec_fine_tuning_look")

    def follow(self, interval: float = 10.0, *, progress: ProgressCallback | bool | None = None) -> FineTuningState:
        """Asks every `interval` seconds until the job has ended. Ctrl-C ends the following, not the job."""
        with telling(progress):
            return self._ask("llmrec_fine_tuning_follow", ctypes.c_double(interval))

    def cancel(self) -> FineTuningState:
        """Asks the server to cancel the job."""
        return self._ask("llmrec_fine_tuning_cancel")

    def _ask(self, name: str, *arguments: Any) -> FineTuningState:
        info = _api.llmrec_fine_tuning_info(size=ctypes.sizeof(_api.llmrec_fine_tuning_info))
        call(name, self._c(), *arguments, ctypes.byref(info))
        texts = {name: getattr(info, name).decode("utf-8", "replace") for name in ("id", "status", "model", "error")}
        return FineTuningState(phase=choice_name(PHASES, info.phase), trained_tokens=info.trained_tokens, **texts)


PHASES = "fine_tuning.fine_tuning"
