# SPDX-License-Identifier: Apache-2.0
"""Code blocks of the README and the pages: code.py LIBRARY EXAMPLES.

The blocks of one language on one page form one program, in the page's order, run in a folder with the files of
world.py. A C block goes into main; one with the word "file" goes before it. A `text output` block is the output of
the Python blocks since the last such block. Programs and flags in shell blocks must exist. `no-run` blocks are
counted.
"""
import os
import pathlib
import re
import shlex
import subprocess
import sys
import tempfile

import markdown
import tap
import world

LIBRARY, EXAMPLES = (pathlib.Path(word).resolve() for word in sys.argv[1:])
PAGES = [markdown.PROJECT[0], *sorted(markdown.DOCS.rglob("*.md"))]
ADDRESS = world.serve()
VENV = markdown.ROOT / "build" / "venv" / "bin" / "python"
NOT_RUN = 1  # raise it only for a block that no test can run, for example one that needs a server for fine-tuning


def _blocks(page, language):
    return [block for block in markdown.blocks(page) if block.language == language and "no-run" not in block.words]


def _here(text):
    return text.replace("http://127.0.0.1:8080", ADDRESS)


def _run(words, folder, **environment):
    done = subprocess.run([str(word) for word in words], cwd=folder, capture_output=True, text=True, timeout=240,
                          env={**os.environ, "LLMREC_LIBRARY": str(LIBRARY), **environment})
    return done.returncode, done.stdout, done.stderr.strip()[-800:]


def _c_program(blocks):
    """The page's C blocks as one program, which fails if a call left an error."""
    top, body = ["#include <llmrec/llmrec.h>", "#include <stdio.h>"], []
    for block in blocks:
        mark = f'#line {block.line} "{block.page.name}"'
        includes = re.findall(r"^#include .*$", block.text, re.M)
        rest = re.sub(r"^#include .*$", "", block.text, flags=re.M)
        top += includes
        (top if "file" in block.words else body).extend([mark, rest])
    return "\n".join([*top, "int main(void)", "{", *body, "puts(llmrec_last_error());",
                      "return *llmrec_last_error() != 0;", "}", ""])


def c_blocks_compile_and_run():
    for page in PAGES:
        blocks = _blocks(page, "c")
        if not blocks:
            continue
        name = page.relative_to(markdown.ROOT)
        with tempfile.TemporaryDirectory(prefix="llmrec_docs_") as folder:
            world.write(folder)
            (pathlib.Path(folder) / "page.c").write_text(_here(_c_program(blocks)))
            code, _, error = _run(["cc", "-std=c11", "-Wall", "-Wextra", "-Werror", "-Wno-unused-variable", "-Wno-unused-but-set-variable",
                                   f"-I{markdown.ROOT / 'include'}", "page.c", "-o", "page", LIBRARY,
                                   f"-Wl,-rpath,{LIBRARY.parent}"], folder)
            if code:
                yield f"{name}: not compiled: {error}"
                continue
            code, out, error = _run(["./page"], folder)
            if code:
                yield f"{name}: C program ended with {code}: {out[-300:]} {error}"


def _python_program(page):
    """The page's Python blocks; after each, a check of its output."""
    parts, pending = ["import contextlib as _contextlib, io as _io", "_said = _io.StringIO()"], False
    for block in markdown.blocks(page):
        if block.language == "python" and "no-run" not in block.words:
            parts += ["with _contextlib.redirect_stdout(_said):", f"    exec(compile({block.text!r}, {str(block)!r}, 'exec'), globals())"]
            pending = True
        elif "output" in block.words and pending:
            parts += [f"assert _said.getvalue() == {block.text!r}, ({str(block)!r}, _said.getvalue())", "_said.seek(0); _said.truncate()"]
    return "\n".join(parts) + "\n"


def python_blocks_run():
    python = VENV if VENV.exists() else pathlib.Path(sys.executable)
    if _run([python, "-c", "import numpy"], markdown.ROOT)[0]:
        raise tap.Skip("no numpy here")
    for page in PAGES:
        if not _blocks(page, "python"):
            continue
        with tempfile.TemporaryDirectory(prefix="llmrec_docs_") as folder:
            world.write(folder)
            (pathlib.Path(folder) / "page.py").write_text(_here(_python_program(page)))
            code, _, error = _run([python, "page.py"], folder, PYTHONPATH=str(markdown.ROOT / "bindings" / "python"))
            if code:
                yield f"{page.relative_to(markdown.ROOT)}: {error}"


def _commands(text):
    for line in re.sub(r"\\\n\s*", " ", text).split("\n"):
        words = shlex.split(line, comments=True)
        while words and re.fullmatch(r"[A-Z_]+=.*", words[0]):
            words = words[1:]
        if words:
            yield words


def _help(program):
    for flag in ("--help", "-h"):
        code, out, error = _run([program, flag], markdown.ROOT)
        if "sage" in out + error:
            return out + error
    return ""


def _wrong_flag(compare, words):
    """The error of the comparison for a wrong flag, row or value. It needs no files: flags are checked first."""
    with tempfile.TemporaryDirectory(prefix="llmrec_docs_") as folder:
        code, _, error = _run([compare, *words], folder)
    return error if code == 2 else ""


def shell_blocks_name_programs_and_flags_that_exist():
    """Our programs must exist and their usage must list each flag. The comparison checks its flags itself."""
    for page in PAGES:
        for block in _blocks(page, "sh"):
            for program, *words in _commands(block.text):
                if program.startswith("build/examples/"):
                    path = EXAMPLES / pathlib.PurePath(program).name
                    if not path.exists():
                        yield f"{block}: no program {program}"
                        continue
                    if path.name == "compare":
                        if error := _wrong_flag(path, words):
                            yield f"{block}: {error}"
                        continue
                    said = _help(path)
                    for flag in (word for word in words if re.match(r"--?[a-z]", word)):
                        if not re.search(rf"{flag}(?![\w-])", said):
                            yield f"{block}: {pathlib.PurePath(program).name} has no flag {flag}"
                elif "/" in program and not (markdown.ROOT / program).exists():
                    yield f"{block}: no program {program}"


def few_blocks_are_not_run():
    marked = [block for page in PAGES for block in markdown.blocks(page) if "no-run" in block.words]
    if len(marked) > NOT_RUN:
        yield f"{len(marked)} blocks are marked no-run; wanted at most {NOT_RUN}: {', '.join(map(str, marked))}"


tap.run(c_blocks_compile_and_run, python_blocks_run, shell_blocks_name_programs_and_flags_that_exist, few_blocks_are_not_run)
