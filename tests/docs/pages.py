# SPDX-License-Identifier: Apache-2.0
"""Pages: their links, their entry in the table of contents, and the form of their code blocks."""
import re

import markdown
import tap

LANGUAGES = {"c", "python", "sh", "text"}
WORDS = {"c": {"file", "no-run"}, "python": {"no-run"}, "sh": {"no-run"}, "text": {"output"}}


def every_link_leads_somewhere():
    for page in markdown.pages():
        for line, target in markdown.links(page):
            if re.match(r"[a-z]+:", target):
                continue
            path, _, anchor = target.partition("#")
            file = (page.parent / path).resolve() if path else page
            where = f"{page.relative_to(markdown.ROOT)}:{line}"
            if not file.exists():
                yield f"{where}: no such file: {target}"
            elif anchor and anchor not in set(markdown.anchors(file)):
                yield f"{where}: no such heading: {target}"


def every_page_is_in_the_table_of_contents():
    index = markdown.DOCS / "index.md"
    listed = {(index.parent / target.partition("#")[0]).resolve() for _, target in markdown.links(index)}
    for page in markdown.pages():
        if page != index and page not in listed:
            yield f"{page.relative_to(markdown.ROOT)} has no link in docs/index.md"


def every_code_block_has_a_known_language():
    for page in markdown.pages():
        for block in markdown.blocks(page):
            if page in markdown.PROJECT[1:]:
                continue
            if block.language not in LANGUAGES:
                yield f"{block}: language \"{block.language}\"; wanted one of {sorted(LANGUAGES)}"
            for word in set(block.words) - WORDS.get(block.language, set()):
                yield f"{block}: \"{word}\" means nothing here"


def code_stands_in_fences():
    """No indented code blocks, since no test would run them."""
    for page in markdown.pages():
        if page in markdown.PROJECT[1:]:
            continue
        for number, line in enumerate(markdown.prose(page).split("\n"), 1):
            if re.match(r"    \S", line) and not re.match(r"\s+([-*|]|\d+\.)\s", line):
                yield f"{page.relative_to(markdown.ROOT)}:{number}: indented by four"


def option_tables_have_both_markers():
    for page in markdown.pages():
        marks = re.findall(r"<!-- (options: (\w+)|end(?: tabs)?|tabs) -->", markdown.prose(page))
        open_mark = None
        for mark, struct in marks:
            closing = mark.startswith("end")
            wanted = "end tabs" if open_mark == "tabs" else "end"
            if closing != (open_mark is not None) or (closing and mark != wanted):
                yield f"{page.relative_to(markdown.ROOT)}: marker \"{mark}\" is out of place"
            open_mark = None if closing else mark
        if open_mark:
            yield f"{page.relative_to(markdown.ROOT)}: marker \"{open_mark}\" has no end"


tap.run(every_link_leads_somewhere, every_page_is_in_the_table_of_contents, every_code_block_has_a_known_language,
        code_stands_in_fences, option_tables_have_both_markers)
