# SPDX-License-Identifier: Apache-2.0
"""The reference: a page for each public header, and one for the Python package, as MyST Markdown."""
import ast
import re
import textwrap

import headers

_STATUSES = "ARGUMENT|MEMORY|IO|FORMAT|SHAPE|NUMERIC|ABI|CANCELED|CALLBACK|UNSUPPORTED|INTERNAL"
_LABELS = "Errors|Cost|Memory|Threads?|Ownership|Since|Source|Range|Returns"
_ROLES = {"function": "func", "callback": "type", "struct": "struct", "handle": "type", "enum": "enum", "type": "type",
          "macro": "macro", "enumerator": "enumerator"}


class Symbols:
    """Every public name, its kind and its page."""

    def __init__(self, pages):
        self.kinds, self.prefixes = {}, set()
        for header in pages:
            for declaration in header.declarations():
                if declaration.name:
                    self.kinds[declaration.name] = declaration.kind
                if declaration.kind == "enum":
                    self.kinds |= {re.match(r"\w+", entry.text)[0]: "enumerator" for entry in declaration.entries}

    def link(self, name, shown=None):
        """A cross-reference in MyST; a literal where the name is not one of ours."""
        kind = self.kinds.get(name)
        if kind is None:
            return f"`{shown or name}`"
        shown = f"{shown} <{name}>" if shown else name
        return f"{{c:{_ROLES[kind]}}}`{shown}`"


def escape(text):
    return re.sub(r"([\\`*_{}\[\]<>#|~$!&])", r"\\\1", text)


def inline(text, symbols, statuses=False):
    """One paragraph of a comment as Markdown: names become links, everything else is plain text."""
    pattern = r"`([^`]+)`|\b((?:llmrec|LLMREC)_\w+)(\*?)(\.\w+)?"
    if statuses:
        pattern += rf"|(?<![\w_])({_STATUSES})(?![\w_])"
    result, at = "", 0
    for found in re.finditer(pattern, text):
        result += escape(text[at:found.start()])
        at = found.end()
        if found[1]:
            result += symbols.link(found[1]) if found[1] in symbols.kinds else f"`{found[1]}`"
        elif found[2]:
            name = found[2] + found[3] + (found[4] or "")
            result += symbols.link(found[2], name if name != found[2] else None)
        else:
            result += symbols.link(f"LLMREC_ERR_{found[5]}", found[5])
    return (result + escape(text[at:])).lstrip("+ ")


def paragraphs(comment, symbols):
    """A comment as Markdown: its paragraphs and lists; errors, cost and their like begin paragraphs of their own."""
    done = []
    for block in re.split(r"\n\s*\n", comment):
        for part in re.split(r"\n(?=- )", block):
            part = " ".join(part.split())
            bullet = "- " if part.startswith("- ") else ""
            part = part.removeprefix("- ")
            for piece in re.split(rf"(?<=[.;:)]) (?=(?:{_LABELS}): )", part):
                label = re.match(rf"({_LABELS}): ", piece)
                text = inline(piece[label.end():] if label else piece, symbols, "ARGUMENT" in piece or bool(label))
                if label and not bullet:
                    text = f"**{label[1]}:** {text}"
                elif re.match(r"\d+[.)] ", text):
                    text = re.sub(r"^(\d+)([.)])", r"\1\\\2", text)
                done.append(bullet + text)
    return "\n\n".join(filter(None, done))


def _directive(name, signature, body, fence=4):
    marks = ":" * fence
    flag = "\n:no-contents-entry:" if fence == 3 else ""
    return f"{marks}{{{name}}} {signature}{flag}\n\n{body}\n{marks}\n"


def _declaration(declaration, comment, symbols):
    """One declaration as a directive."""
    body = paragraphs(comment, symbols)
    if declaration.kind == "struct":
        for entry in declaration.entries:
            body += "\n\n" + _directive("c:member", entry.text, paragraphs(entry.comment, symbols), 3)
        return _directive("c:struct", declaration.name, body)
    if declaration.kind == "enum":
        values = "\n\n".join(_directive("c:enumerator", entry.text, paragraphs(entry.comment, symbols), 3)
                             for entry in declaration.entries)
        if not declaration.name:
            return f"{body}\n\n{values}"
        return _directive("c:enum", declaration.name, f"{body}\n\n{values}")
    if declaration.kind == "handle":
        return _directive("c:type", declaration.name, body or "An opaque handle.")
    if declaration.kind in ("callback", "type"):
        return _directive("c:type", declaration.text, body)
    if declaration.kind == "macro":
        return _directive("c:macro", declaration.name, body or f"{declaration.text}")
    return _directive("c:function", declaration.text, body)


def _group(group, symbols):
    """Declarations with their common comment: functions stand together above it."""
    last = len(group.declarations) - 1
    texts = []
    for at, each in enumerate(group.declarations):
        shared = group.comment if at == (last if each.kind == "function" else 0) else ""
        texts.append(_declaration(each, f"{shared}\n\n{each.comment}".strip(), symbols))
    return "\n".join(texts)


def header_page(header, symbols):
    """A public header as a page."""
    parts = [f"# {header.name}", f"*Declared in* `include/llmrec/{header.name}`. *Include* `<llmrec/llmrec.h>`.",
             paragraphs(header.comment, symbols)]
    for title, groups in header.sections:
        if title:
            parts.append(f"## {title[:1].upper()}{title[1:]}")
        parts += [_group(group, symbols) for group in groups]
    return "\n\n".join(parts) + "\n"


def index_page(pages, symbols):
    """The list of all functions and types, by header."""
    parts = ["# All symbols", "Each header, with its types and functions."]
    for header in pages:
        names = [each.name for each in header.declarations() if each.name]
        parts.append(f"## [{header.name}]({header.name[:-2]}.md)")
        parts.append("\n".join(f"- {symbols.link(name)}" for name in names))
    return "\n\n".join(parts) + "\n"


# --- Python -------------------------------------------------------------------------------------------------------

_PACKAGE = headers.ROOT / "bindings" / "python" / "llmrec"


def _docstring(node, symbols):
    """A docstring as Markdown: paragraphs, and indented blocks as code."""
    parts = []
    text = ast.get_docstring(node, clean=False) or ""
    text = text.replace("\n" + " " * node.body[0].col_offset, "\n").strip()
    for block in re.split(r"\n\s*\n", text):
        lines = block.split("\n")
        if block.strip() and all(line.startswith("    ") for line in lines):
            parts.append("```python\n" + textwrap.dedent(block) + "\n```")
            continue
        code = next((at for at, line in enumerate(lines) if line.startswith("    ")), len(lines))
        parts.append(inline(" ".join(" ".join(lines[:code]).split()), symbols))
        if code < len(lines):
            parts.append("```text\n" + textwrap.dedent("\n".join(lines[code:])) + "\n```")
    return "\n\n".join(filter(None, parts))


def _signature(function, drop_first):
    arguments = function.args
    if drop_first:
        arguments = ast.arguments(posonlyargs=[], args=arguments.args[1:], vararg=arguments.vararg,
                                  kwonlyargs=arguments.kwonlyargs, kw_defaults=arguments.kw_defaults,
                                  kwarg=arguments.kwarg, defaults=arguments.defaults)
    result = f" -> {ast.unparse(function.returns)}" if function.returns else ""
    return f"{function.name}({ast.unparse(arguments)}){result}"


def _member(node, symbols):
    decorators = {ast.unparse(each) for each in node.decorator_list}
    if "property" in decorators:
        kind = f"\n:type: {ast.unparse(node.returns)}" if node.returns else ""
        return f":::{{py:property}} {node.name}{kind}\n\n{_docstring(node, symbols)}\n:::\n"
    static = "staticmethod" in decorators
    flag = "\n:classmethod:" if "classmethod" in decorators else "\n:staticmethod:" if static else ""
    return f":::{{py:method}} {_signature(node, not static)}{flag}\n\n{_docstring(node, symbols)}\n:::\n"


def _class(node, symbols):
    name = node.name
    initial = next((each for each in node.body if isinstance(each, ast.FunctionDef) and each.name == "__init__"), None)
    if initial:
        name = _signature(initial, True).replace("__init__", node.name, 1)
    members = [_member(each, symbols) for each in node.body
               if isinstance(each, ast.FunctionDef) and not each.name.startswith("_") and ast.get_docstring(each)]
    for each in node.body:
        if isinstance(each, ast.AnnAssign) and not each.target.id.startswith("_"):
            members.append(f":::{{py:attribute}} {each.target.id}\n:type: {ast.unparse(each.annotation)}\n:::\n")
    return f"::::{{py:class}} {name}\n\n{_docstring(node, symbols)}\n\n" + "\n".join(members) + "::::\n"


def python_page(symbols):
    """The Python package's public classes and functions."""
    package = ast.parse((_PACKAGE / "__init__.py").read_text())
    public = next(ast.literal_eval(each.value) for each in package.body
                  if isinstance(each, ast.Assign) and each.targets[0].id == "__all__")
    nodes = {}
    for path in sorted(_PACKAGE.glob("*.py")):
        for node in ast.parse(path.read_text()).body:
            if isinstance(node, (ast.ClassDef, ast.FunctionDef)) and node.name in public:
                nodes[node.name] = node
    parts = ["# The Python package", _docstring(package, symbols), "```{py:currentmodule} llmrec\n```"]
    errors = [name for name in nodes if name.endswith("Error")]
    for title, names in (("Classes", [name for name in public if name in nodes and name not in errors]), ("Errors", sorted(errors))):
        parts.append(f"## {title}")
        for name in names:
            node = nodes[name]
            if isinstance(node, ast.ClassDef):
                parts.append(_class(node, symbols))
            else:
                parts.append(f":::{{py:function}} {_signature(node, False)}\n\n{_docstring(node, symbols)}\n:::\n")
    return "\n\n".join(parts) + "\n"


def write(folder):
    """Writes all pages of the reference; gives the symbols and the pages' names in order."""
    pages = headers.all_headers()
    symbols = Symbols(pages)
    folder.mkdir(parents=True, exist_ok=True)
    for header in pages:
        (folder / f"{header.name[:-2]}.md").write_text(header_page(header, symbols))
    (folder / "symbols.md").write_text(index_page(pages, symbols))
    (folder / "python.md").write_text(python_page(symbols))
    return symbols, [header.name[:-2] for header in pages]
