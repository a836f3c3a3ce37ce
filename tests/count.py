#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Adds up test results: count.py RESULTS..., each a build folder or a JUnit file. Lists failed and skipped tests,
and prints `N passed, N failed` as the last line. The exit status is 1 if a test failed or a result is missing."""
import json
import pathlib
import sys
import xml.etree.ElementTree as ElementTree


def program_of(name):
    """The program's bare name: "llmrec.core", "llmrec:unit / core" and "core" are the same."""
    return name.split(" / ")[-1].split(".")[-1]


class Count:
    def __init__(self):
        self.passed, self.failed, self.skipped = 0, [], []

    def junit(self, path, where):
        """Counts single cases. Returns the names of the suites with a failure."""
        broken = set()
        for suite in ElementTree.parse(path).iter("testsuite"):
            for case in suite.iter("testcase"):
                name = f"{where}: {program_of(case.get('classname'))}: {case.get('name')}"
                kinds = {child.tag for child in case}
                if kinds & {"failure", "error"}:
                    self.failed.append(name)
                    broken.add(program_of(suite.get("name")))
                elif "skipped" in kinds:
                    self.skipped.append(name)
                else:
                    self.passed += 1
        return broken

    def folder(self, folder):
        """Counts a build folder: its cases, and programs that failed without a failing case, for example by
        crashing."""
        broken = self.junit(folder / "meson-logs" / "testlog.junit.xml", folder.name)
        for line in (folder / "meson-logs" / "testlog.json").read_text().splitlines():
            program = json.loads(line)
            name = program_of(program["name"])
            if program["result"] not in ("OK", "EXPECTEDFAIL", "SKIP") and name not in broken:
                self.failed.append(f"{folder.name}: {name}: {program['result'].lower()}")

    def result(self, path):
        try:
            self.folder(path) if path.is_dir() else self.junit(path, path.name.split(".")[0])
        except (OSError, ElementTree.ParseError) as error:
            self.failed.append(f"{path}: no results: {error}")


def main():
    count = Count()
    for path in sys.argv[1:]:
        count.result(pathlib.Path(path))
    for name in count.skipped:
        print(f"skipped: {name}")
    for name in count.failed:
        print(f"FAILED: {name}")
    print(f"{count.passed} passed, {len(count.failed)} failed")
    sys.exit(1 if count.failed or count.passed == 0 else 0)


if __name__ == "__main__":
    main()
