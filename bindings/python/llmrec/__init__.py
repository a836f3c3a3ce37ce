# SPDX-License-Identifier: Apache-2.0
"""Python package of libllmrec: next-item recommendation for sessions with large language models.

    import llmrec
    data = llmrec.Dataset.load("ratings.csv", "movies.csv")
    train, test = data.split("train"), data.split("test")
    table = llmrec.TextEncoder.load("all-MiniLM-L6-v2").encode_items(train)
    recommender = llmrec.Recommender.similarity(table)
    best = recommender.recommend([["260", "1196"]], k=5)
    print([data.item_text(item) for item in best.items[0]])
    print(llmrec.Report.evaluate(recommender, train, test))
"""
from ._arrays import Sessions
from ._errors import (
    AbiError,
    ArgumentError,
    CallbackError,
    CancelledError,
    FileError,
    FormatError,
    InternalError,
    LlmrecError,
    NumericError,
    OutOfMemoryError,
    ShapeError,
    UnsupportedError,
)
from ._library import library as _loaded
from ._options import Option, OptionTable, Preset, options
from ._version import VERSION as __version__
from .context import Context, Progress, ProgressBar
from .dataset import Dataset
from .embedding import Alignment, Embedding, Reducer
from .encoder import Encoder, Weights
from .explanation import Explanation, Reason
from .fine_tuning import FineTuning, FineTuningData, FineTuningState
from .llm import ChatRequest, Llm, Reply, Token, Usage
from .recommender import BlendFit, Recommendations, Recommender
from .report import Comparison, Report
from .session import Recommendation, Session
from .text_encoder import TextEncoder

__all__ = [
    "AbiError",
    "Alignment",
    "ArgumentError",
    "BlendFit",
    "CallbackError",
    "CancelledError",
    "ChatRequest",
    "Comparison",
    "Context",
    "Dataset",
    "Embedding",
    "Encoder",
    "Explanation",
    "FileError",
    "FineTuning",
    "FineTuningData",
    "FineTuningState",
    "FormatError",
    "InternalError",
    "Llm",
    "LlmrecError",
    "NumericError",
    "Option",
    "OptionTable",
    "OutOfMemoryError",
    "Preset",
    "Progress",
    "ProgressBar",
    "Reason",
    "Recommendation",
    "Recommendations",
    "Recommender",
    "Reducer",
    "Reply",
    "Report",
    "Session",
    "Sessions",
    "ShapeError",
    "TextEncoder",
    "Token",
    "UnsupportedError",
    "Usage",
    "Weights",
    "build_info",
    "library_path",
    "library_version",
    "options",
    "supports",
]


def library_version() -> str:
    """Returns the loaded library's version."""
    return _loaded.llmrec_version().decode()


def library_path() -> str:
    """Returns the path of the loaded library file."""
    return _loaded.path


def build_info() -> str:
    """Returns how the loaded library was built: compiler, BLAS, HDF5."""
    return _loaded.llmrec_build_info().decode()


def supports(feature: str) -> bool:
    """Returns whether the loaded library has a feature: "avx2", "gzip", ..."""
    return bool(_loaded.llmrec_supports(feature.encode()))
