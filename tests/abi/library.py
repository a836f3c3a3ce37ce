# SPDX-License-Identifier: Apache-2.0
"""The built library: library.py LIBRARY SONAME. Its exports, its imports, and its ABI against the stored dump."""
import pathlib
import re
import shutil
import subprocess
import sys

from tap import ROOT, Skip, run

import public_api

LIBRARY, SONAME = sys.argv[1:3]
DUMP = pathlib.Path(__file__).with_name(f"llmrec-{SONAME.split('.so.')[1]}.abi")
FORBIDDEN = re.compile(
    r"(abort|_?exit|_Exit|quick_exit|atexit|on_exit|__assert_fail|assert|signal|sigaction"  # ends or redirects the process
    r"|printf|vprintf|puts|putchar|perror|__printf_chk|__vprintf_chk|stdout|stderr|stdin"  # prints
    r"|s?rand|s?random|[dejlmn]rand48|rand_r"  # hidden state
    r"|(secure_)?getenv|setenv|putenv|unsetenv|setlocale|system|popen|chdir|umask"  # the host's environment
    r"|gets|strtok|strerror|gmtime|localtime|asctime|ctime"  # not thread-safe
    r"|(openblas|goto|mkl)_set_num_threads)"
)


def tool(*command):
    if shutil.which(command[0]) is None:
        raise Skip(f"no {command[0]} here")
    return subprocess.run(command, capture_output=True, text=True)


def symbols(*options):
    listed = tool("nm", "-D", *options, LIBRARY).stdout.splitlines()
    return [line.split()[-1].split("@")[0] for line in listed]


def exports_are_the_headers():
    exported = {name for name in symbols("--defined-only") if not name.startswith("LLMREC_")}
    declared = {function.name for function in public_api.Api().functions}
    yield from (f"{name} is exported but not declared" for name in sorted(exported - declared))
    yield from (f"{name} is declared but not exported: is there an open node in lib/llmrec.map?"
                for name in sorted(declared - exported))


def nothing_forbidden_is_called():
    return (f"calls {name}" for name in symbols("-u") if FORBIDDEN.fullmatch(name))


def the_soname_is_the_version():
    found = re.search(r"SONAME.*\[(.*)\]", tool("readelf", "-d", LIBRARY).stdout)
    if not found or found[1] != SONAME:
        yield f"{found and found[1]}; wanted {SONAME}"


def public_only(command):
    return [command, "--drop-private-types", "--headers-dir2" if command == "abidiff" else "--headers-dir",
            str(ROOT / "include")]


def the_abi_is_the_stored_one():
    if not DUMP.exists():
        raise Skip("no dump is stored")
    done = tool(*public_only("abidiff"), str(DUMP), LIBRARY)
    if done.returncode != 0:
        yield f"if the change is intended, run tests/abi/update.sh\n{done.stdout}{done.stderr}"


if sys.argv[3:] == ["--update"]:
    # Only types, as a program sees them: no source locations, no folders of this machine.
    done = tool(*public_only("abidw"), "--no-show-locs", "--no-corpus-path", "--no-comp-dir-path", LIBRARY)
    DUMP.write_text(done.stdout)
    sys.exit(done.returncode)

run(exports_are_the_headers, nothing_forbidden_is_called, the_soname_is_the_version, the_abi_is_the_stored_one)
