# SPDX-License-Identifier: Apache-2.0
"""The contract of the public headers: every function states its errors, ownership, threads, cost and version.

A statement is a labeled sentence: "Errors: ARGUMENT, IO." A function that returns a status states its errors in its
own comment. The header's introduction may state everything else, unless a function's comment says otherwise.
CONTRIBUTING.md describes the convention.
"""
import re
import sys

from tap import ROOT, run

sys.path.insert(0, str(ROOT / "docs" / "site"))
import headers

LABELS = ("Errors", "Ownership", "Threads", "Cost", "Since")
STATUSES = {name.removeprefix("LLMREC_ERR_") for name in re.findall(r"LLMREC_ERR_\w+", (headers.HEADERS / "base.h").read_text())}
PAGES = headers.all_headers()


def statements(comment):
    """The labeled sentences of a comment: the text from each label to the next label or the end of the paragraph."""
    found = {}
    for paragraph in re.split(r"\n\s*\n", comment):
        pieces = re.split(rf"(?:(?<=^)|(?<=\s))({'|'.join(LABELS)}):\s+", paragraph)
        for label, text in zip(pieces[1::2], pieces[2::2]):
            found[label] = " ".join(text.split())
    return found


def functions():
    """Every function with its header and its statements: those of the comment before its group and of the comment
    after it."""
    for page in PAGES:
        for _, groups in page.sections:
            for group in groups:
                for each in group.declarations:
                    if each.kind == "function":
                        yield page, each, f"{group.comment}\n\n{each.comment}".strip()


def returns_status(function):
    return function.text.startswith("llmrec_status ")


def every_function_has_a_comment():
    return (f"{page.name}: {function.name}" for page, function, comment in functions() if not comment)


def functions_that_return_a_status_name_their_errors():
    for page, function, comment in functions():
        if returns_status(function) and "Errors" not in statements(comment):
            yield f"{page.name}: {function.name} states no errors"


def errors_are_statuses():
    """A list of statuses, each with an optional reason in parentheses, ended by a full stop; or "none"; or a
    reference to another function."""
    for page, function, comment in functions():
        errors = statements(comment).get("Errors", "none.")
        bare = re.sub(r"\((?:[^()]|\([^()]*\))*\)", "", errors)
        for word in re.findall(r"\b[A-Z][A-Z_]{1,}\b", bare):
            if word not in STATUSES:
                yield f"{page.name}: {function.name}: {word} is not a status"
        if not re.match(r"none\b|as |what |[A-Z]+\b", bare) or not errors.endswith((".", ")")):
            yield f"{page.name}: {function.name}: not a list of statuses: {errors}"


def every_function_states_ownership_threads_cost_and_version():
    for page, function, comment in functions():
        stated = statements(page.comment) | statements(comment)
        for label in LABELS:
            if label not in stated and not (label == "Errors" and returns_status(function)):
                yield f"{page.name}: {function.name}: no {label}, nor in the header's introduction"


run(every_function_has_a_comment, functions_that_return_a_status_name_their_errors, errors_are_statuses,
    every_function_states_ownership_threads_cost_and_version)
