# SPDX-License-Identifier: Apache-2.0
"""Fine-tuning: examples written from sessions, and jobs on a server that speaks OpenAI's HTTP API."""
from __future__ import annotations

import ctypes
from typing import TYPE_CHECKING, Any, NamedTuple

from . import _api
from ._handle import Handle, owner_of
from ._library import call
from ._options import Options, choice_name, takes
from .context import Context, ProgressCallback, default_context, telling
from .dataset import Dataset
from .embedding import Embedding
from .llm import endpoint_options
from .recommender import Parts, Recommender

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from . import _keywords


class FineTuningState(NamedTuple):
    """How a job stands: `phase` is "running", "succeeded", "failed" or "canceled"; `status` the server's own word."""

    phase: str
    id: str
    status: str
    model: str
    error: str
    trained_tokens: int


class FineTuningData(NamedTuple):
    """What was written: rows, estimated tokens of an epoch and bytes of both files, the longest row in tokens; and how many
    sessions made no row: too short, with an item without a name, with a last item that was there before, beyond the token
    limit, or with an answer that could not be read back."""

    training_rows: int
    validation_rows: int
    training_tokens: int
    validation_tokens: int
    training_bytes: int
    validation_bytes: int
    longest_row: int
    too_short: int
    unnamed: int
    repeated: int
    too_long: int
    unreadable: int


class FineTuning(Handle):
    """Examples to tune a model with (`write`), and a fine-tuning job, used by one thread at a time.

        llmrec.FineTuning.write(train, "train.jsonl", "validation.jsonl", form="genitem", style="lines", noun="movie")
        job = llmrec.FineTuning.start("https://host/v1", "base-model", "train.jsonl", "job.json", key=key)
        done = job.follow(progress=True)
        llm = llmrec.Llm.endpoint("https://host/v1", done.model, key=key)
    """

    _free = "llmrec_fine_tuning_free"

    @staticmethod
    @takes("llmrec_prompt_options")
    def write(dataset: Dataset, training: Any, validation: Any = None, *, format: str = "chat",
              validation_share: float | None = None, validation_rows: int | None = None, rows: int | None = None,
              min_history: int | None = None, token_limit: int | None = None, byte_limit: int | None = None,
              seed: int | None = None, first_stage: Recommender | None = None, embedding: Embedding | None = None,
              preset: str | None = None, progress: ProgressCallback | bool | None = None,
              **options: Unpack[_keywords.WritePrompt]) -> FineTuningData:
        """Writes examples as JSON lines (docs/guides/fine_tuning.md): for each session of `dataset`, usually a train part, the
        question that Recommender.prompt asks with the same first stage, table, preset and options, and its last item as the
        answer.

        format: "chat", "completion" or "input_output". validation: path of a second file, which gets validation_share (0.2)
        of the rows, or validation_rows. rows: at most so many in both. min_history (2; 1 in style "numbered"): items before
        the last one. token_limit (4096; none for form "classify"): longer rows are left out. byte_limit (512 MiB) of a file.
        seed: of order and parts, and as the prompt's. preset and the other options are the prompt's."""
        data = Options(_api.llmrec_fine_tuning_data_options, {
            "format": format, "training": training, "validation": validation, "validation_share": validation_share,
            "validation_rows": validation_rows, "rows": rows, "min_history": min_history, "token_limit": token_limit,
            "byte_limit": byte_limit, "seed": seed})
        prompt = Options(_api.llmrec_prompt_options, {"seed": seed, **options}, preset)
        parts = Parts(dataset=dataset, first_stage=first_stage, embedding=embedding)
        info = _api.llmrec_fine_tuning_data_info(size=ctypes.sizeof(_api.llmrec_fine_tuning_data_info))
        with telling(progress):
            call("llmrec_fine_tuning_write", parts, prompt, data, ctypes.byref(info))
        return FineTuningData(*(getattr(info, name) for name in FineTuningData._fields))

    @classmethod
    @takes("llmrec_endpoint_options")
    def start(cls, url: str, model: str, training: Any, state: Any, *, validation: Any = None, key: str | None = None,
              suffix: str | None = None, epochs: int | None = None, seed: int | None = None,
              upload_limit: int | None = None, context: Context | None = None,
              **options: Unpack[_keywords.StartEndpoint]) -> FineTuning:
        """Uploads the examples (paths of JSON lines) and creates a job, or finds what the file `state` says was done before.

        epochs, seed, suffix: as the server has them; upload_limit (512 MiB). The other options are those of Llm.endpoint.
        """
        context = context or default_context()
        filled = Options(_api.llmrec_fine_tuning_options, {
            "training": training, "validation": validation, "state": state, "suffix": suffix, "epochs": epochs,
            "seed": seed, "upload_limit": upload_limit})
        endpoint = endpoint_options(url, model, key, options)
        return cls._make(context, "llmrec_fine_tuning_start", owner_of(context, "context"), endpoint, filled)

    def _facts(self):
        found = self.description
        return f"{found['id']} at {found['endpoint']['url']}"

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


PHASES = "fine_tuning_phase"
