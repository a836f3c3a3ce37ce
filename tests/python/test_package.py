# SPDX-License-Identifier: Apache-2.0
"""The package itself: loading, versions, errors, options, the generated function table."""
import os
import pathlib
import subprocess
import sys

import llmrec
import pytest
from llmrec import _api, _library

ROOT = pathlib.Path(__file__).resolve().parents[2]


def run_python(code, **environment):
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env={**os.environ, **environment})


def test_versions_agree():
    assert llmrec.__version__ == llmrec.library_version()
    assert "BLAS" in llmrec.build_info()
    assert llmrec.supports("hdf5") and not llmrec.supports("time travel")


def test_the_function_table_is_what_the_headers_say():
    subprocess.run([sys.executable, ROOT / "tools" / "generate_python_api.py", "--check"], check=True)


def test_every_function_of_the_table_is_in_the_library():
    for name in _api.FUNCTIONS:
        types = zip(getattr(_library.library, name).argtypes, _api.FUNCTIONS[name][1], strict=True)
        assert all(issubclass(found, wanted) for found, wanted in types)
    with pytest.raises(AttributeError):
        _library.library.llmrec_no_such_function


def test_every_status_has_an_exception_of_the_right_kind():
    kinds = {kind.status: kind for kind in llmrec.LlmrecError.__subclasses__()}
    assert sorted(kinds) == sorted(value for value in _api.ENUMS["status"].values() if value != 0)
    assert issubclass(llmrec.FileError, OSError) and issubclass(llmrec.OutOfMemoryError, MemoryError)
    assert issubclass(llmrec.ArgumentError, ValueError) and issubclass(llmrec.FormatError, ValueError)


def test_a_missing_library_is_said_with_the_places_tried():
    done = run_python("import llmrec", LLMREC_LIBRARY="/nowhere/libllmrec.so")
    assert done.returncode != 0 and "/nowhere/libllmrec.so: no such file" in done.stderr


def test_another_abi_is_refused():
    code = "from llmrec import _api; _api.ABI += 1; import llmrec._library"
    package = "import sys, types, importlib.util as u; p = types.ModuleType('llmrec'); " \
              f"p.__path__ = [{str(ROOT / 'bindings/python/llmrec')!r}]; sys.modules['llmrec'] = p; "
    done = run_python(package + code, LLMREC_LIBRARY=llmrec.library_path())
    assert done.returncode != 0 and "has ABI 1; this package wants 2" in done.stderr


def test_the_package_installs(tmp_path):
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-build-isolation", "--target", tmp_path]
    source = tmp_path / "source"
    subprocess.run(["cp", "-r", ROOT / "bindings" / "python", source], check=True)
    subprocess.run([*command, source], check=True)
    code = f"import sys; sys.path.insert(0, {str(tmp_path)!r}); import llmrec; print(llmrec.__file__)"
    done = run_python(code, LLMREC_LIBRARY=llmrec.library_path(), PYTHONPATH="")
    assert done.stdout.startswith(str(tmp_path)), done.stderr
    assert (tmp_path / "llmrec" / "py.typed").exists()


def test_a_context_has_threads():
    with llmrec.Context(threads=3) as context:
        assert context.threads == 3
    with pytest.raises(ValueError, match="closed"):
        context.threads
    context.close()


def test_option_values_are_checked():
    with pytest.raises(llmrec.ArgumentError, match="threads is 5000; wanted 0 to 1024") as caught:
        llmrec.Context(threads=5000)
    assert caught.value.status == -1 and isinstance(caught.value, ValueError)
    with pytest.raises(llmrec.ArgumentError, match="log_level is 'loud'; wanted one of error, warning, info, debug"):
        llmrec.Context(log_level="loud")
    with pytest.raises(llmrec.ArgumentError, match="threads is 'many'; wanted a number"):
        llmrec.Context(threads="many")


def test_handles_are_made_by_class_methods_only():
    with pytest.raises(TypeError, match="class methods"):
        llmrec.Dataset()
