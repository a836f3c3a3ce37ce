# SPDX-License-Identifier: Apache-2.0
"""Makes the folder that Sphinx reads, from pages that are plain Markdown: `prepare.py FOLDER`.

docs/index.md is the table of contents: each heading is a part of the site, and its links are the part's pages. Other pages
are copied, with these changes:
- links to files of the source tree lead to pages of the site that show them;
- names of the API in `backticks` link to the reference;
- code blocks between `<!-- tabs -->` and `<!-- end tabs -->` become tabs;
- option tables get a class, so that their rows become blocks on narrow screens;
- SVG pictures are put into the page, so that they follow the theme.
"""
import pathlib
import posixpath
import re
import shutil
import sys

import reference

ROOT = pathlib.Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
PROJECT = {"README.md": "project/readme.md", "CHANGELOG.md": "project/changelog.md",
           "CONTRIBUTING.md": "project/contributing.md", "lib/README.md": "project/lib.md"}
LANGUAGES = {".c": "c", ".h": "c", ".py": "python", ".sh": "bash", ".build": "meson"}
TABS = {"c": "C", "python": "Python", "sh": "Shell"}
FENCE = re.compile(r"(^```.*?^```$)", re.S | re.M)


class Site:
    def __init__(self, folder):
        self.folder, self.sources = folder, {}
        self.symbols, self.api = reference.write(folder / "api")

    def place(self, path):
        """Where a file of the source tree is on the site."""
        if path in PROJECT:
            return PROJECT[path]
        if path.startswith("docs/"):
            return path.removeprefix("docs/")
        if path.startswith("include/llmrec/") and path.endswith(".h"):
            return f"api/{pathlib.PurePath(path).stem}.md" if not path.endswith("/llmrec.h") else "api/symbols.md"
        if path.startswith("bindings/python/llmrec"):
            return "api/python.md"
        if (ROOT / path).is_file():
            self.sources[path] = f"source/{path.replace('/', '.')}.md"
            return self.sources[path]
        return None

    def page(self, path):
        """A Markdown page of the source tree, written to its place on the site."""
        place = self.place(path)
        parts = FENCE.split((ROOT / path).read_text())
        text = "".join(part if at % 2 else self._prose(part, path, place) for at, part in enumerate(parts))
        self.write(place, self._tabs(text))

    def _prose(self, text, path, place):
        text = re.sub(r"!\[([^\]]*)\]\(([^)\s]+\.svg)\)", lambda found: self._picture(found, path), text)
        text = re.sub(r"(!?)\[((?:[^\[\]]|\[[^\]]*\])*)\]\(([^)\s]+)\)", lambda found: self._link(found, path, place), text)
        return re.sub(r"(?<![`\w}])`((?:llmrec|LLMREC)_\w+)(\(\))?`(?!`)", lambda found: self.symbols.link(found[1]), text)

    def _link(self, found, path, place):
        image, shown, target = found.groups()
        if re.match(r"[a-z]+:", target) or target.startswith("#"):
            return found[0]
        target, mark, anchor = target.partition("#")
        file = posixpath.normpath(posixpath.join(posixpath.dirname(path), target))
        there = self.place(file)
        if there is None:
            return shown
        target = posixpath.relpath(there, posixpath.dirname(place) or ".")
        shown = re.sub(r"^`([^`]+)`$", r"\1", shown)
        return f"{image}[{shown}]({target}{mark}{anchor})"

    def _picture(self, found, path):
        file = ROOT / posixpath.normpath(posixpath.join(posixpath.dirname(path), found[2]))
        svg = file.read_text()
        if "lr-picture" not in svg:
            svg = svg.replace("<svg ", '<svg class="lr-paper" ', 1)
        svg = re.sub(r"\n\s*\n", "\n", svg).strip()
        unique = file.stem.replace("-", "")
        svg = re.sub(r'(id="|url\(#)a\b', rf"\1{unique}", svg)
        return f'\n```{{raw}} html\n<div class="lr-figure" role="img" aria-label="{found[1]}">\n{svg}\n</div>\n```\n'

    def _tabs(self, text):
        def tabs(found):
            blocks = re.findall(r"^```(\w+).*?\n(.*?)^```$", found[1], re.S | re.M)
            items = "".join(f":::{{tab-item}} {TABS[language]}\n:sync: {language}\n\n```{language}\n{code}```\n:::\n"
                            for language, code in blocks)
            return f"::::{{tab-set}}\n:sync-group: language\n\n{items}::::\n"
        text = re.sub(r"<!-- options: (\w+) -->\n(.*?)<!-- end -->", r":::{div} lr-options\n\2:::", text, flags=re.S)
        text = re.sub(r"<!-- tabs -->\n(.*?)<!-- end tabs -->\n?", tabs, text, flags=re.S)
        return re.sub(r"^```(\w+) [^\n{]*$", r"```\1", text, flags=re.M)

    def index(self):
        """The first page, and the order of all others from its headings and links."""
        self.page("docs/index.md")
        text = (self.folder / "index.md").read_text()
        for title, body in re.findall(r"^## (.+?)\n(.*?)(?=^## |\Z)", text, re.S | re.M):
            pages = re.findall(r"\]\(([^)#\s]+)\.md\)", body)
            pages = list(dict.fromkeys(page for page in pages if not page.startswith("source/")))
            if "api/symbols" in pages:
                pages[pages.index("api/symbols"):] = ["api/symbols", *(f"api/{name}" for name in self.api), "api/python"]
            if pages:
                text += f"\n```{{toctree}}\n:hidden:\n:caption: {title}\n\n" + "\n".join(pages) + "\n```\n"
        self.write("index.md", text)

    def show_sources(self):
        """Pages for the files of the source tree that pages link to."""
        for path, place in self.sources.items():
            kind = LANGUAGES.get(pathlib.PurePath(path).suffix, "text")
            self.write(place, f"---\norphan: true\n---\n# {path}\n\n````{kind}\n{(ROOT / path).read_text()}````\n")

    def write(self, place, text):
        target = self.folder / place
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text)


def main(folder):
    shutil.rmtree(folder, ignore_errors=True)
    site = Site(folder)
    for path in [*PROJECT, *(str(page.relative_to(ROOT)) for page in sorted(DOCS.rglob("*.md")) if page.name != "index.md")]:
        site.page(path)
    site.index()
    site.show_sources()


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))
