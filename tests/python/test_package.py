# SPDX-License-Identifier: Apache-2.0
"""The package itself: loading, errors, the generated function table."""
import pathlib
import subprocess
import sys

import llmrec
import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]


def test_versions_agree():
    assert llmrec.__version__ == llmrec.library_version()
    assert "BLAS" in llmrec.build_info()
    assert llmrec.supports("hdf5") and not llmrec.supports("time travel")


def test_the_function_table_is_what_the_headers_say():
    subprocess.run([sys.executable, ROOT / "tools" / "generate_python_api.py", "--check"], check=True)


def test_a_context_has_threads():
    with llmrec.Context(threads=3) as context:
        assert context.threads == 3
    with pytest.raises(ValueError, match="closed"):
        context.threads


def test_options_are_checked():
    with pytest.raises(llmrec.ArgumentError, match="threads is 5000; wanted 0 to 1024") as caught:
        llmrec.Context(threads=5000)
    assert caught.value.status == -1 and isinstance(caught.value, ValueError)
    with pytest.raises(llmrec.ArgumentError, match="log_level is 'loud'; wanted one of error, warning, info, debug"):
        llmrec.Context(log_level="loud")
