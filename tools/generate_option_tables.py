#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Fills the option tables of docs/, between `<!-- options: STRUCT -->` and `<!-- end -->`, from the tables of the built
library. docs/options.md has a table of every struct. With --check only says whether the pages are up to date."""
import re
import sys

from public_api import ROOT

sys.path.insert(0, str(ROOT / "bindings" / "python"))
import llmrec  # noqa: E402

MARKS = re.compile(r"(<!-- options: (\w+) -->\n).*?(<!-- end -->)", re.S)


def cell(text):
    return text.replace("|", "\\|")


def default(option):
    if option.default is None:
        return "not set"
    if option.type == "flag":
        return "yes" if option.default else "no"
    if isinstance(option.default, list):
        return ", ".join(map(str, option.default))
    return f"`{option.default}`" if option.type in ("choice", "text") else llmrec._options.shown(option.default)


def values(option):
    if option.choices:
        return ", ".join(f"`{name}`" for name in option.choices)
    return {"flag": "yes, no", "integers": "integers"}.get(option.type, option.wanted)


def options_table(struct):
    table = llmrec.options(struct)
    lines = ["| option | values | default | meaning |", "|---|---|---|---|"]
    lines += [f"| `{each.name}` | {cell(values(each))} | {cell(default(each))} | {cell(each.help)} |" for each in table.values()]
    if table.presets:
        lines += ["", "| preset | changes | meaning |", "|---|---|---|"]
        lines += [f"| `{each.name}` | {' '.join(f'`{word}`' for word in each.settings) or 'none'} | {cell(each.help)} |"
                  for each in table.presets]
    return "\n".join(lines)


def with_every_struct(page):
    """The text of docs/options.md, with an empty table at its end for each struct that it lacks."""
    text = page.read_text()
    for struct in (llmrec.options(name).name for name in llmrec.options()):
        if f"<!-- options: {struct} -->" not in text:
            title = struct.removeprefix("llmrec_").replace("_", " ").capitalize()
            text += f"\n## {title}\n\n<!-- options: {struct} -->\n<!-- end -->\n"
    return text


def filled(page):
    text = with_every_struct(page) if page.name == "options.md" else page.read_text()
    return MARKS.sub(lambda found: f"{found[1]}\n{options_table(found[2])}\n\n{found[3]}", text)


def main():
    for page in sorted((ROOT / "docs").rglob("*.md")):
        text = filled(page)
        if sys.argv[1:] != ["--check"]:
            page.write_text(text)
        elif page.read_text() != text:
            sys.exit(f"{page.relative_to(ROOT)} is not what the tables say: run tools/generate.sh")


if __name__ == "__main__":
    main()
