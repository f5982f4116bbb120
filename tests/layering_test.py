#!/usr/bin/env python3
"""Checks the house rules that show in the text of the sources: who may include whom, that only tools/
knows Boost.ProgramOptions, and that libraries never print, exit or abort."""

import pathlib
import re
import unittest

ROOT = pathlib.Path(__file__).resolve().parent.parent

# What each room may include besides itself.
ALLOWED = {
    "common": [],
    "embed/text": ["common"],
    "embed/vectors": ["common", "embed/text"],
    "embed/train": ["common", "embed/text", "embed/vectors"],
    "embed/query": ["common", "embed/text", "embed/vectors"],
    "embed/bias": ["common", "embed/text", "embed/vectors", "embed/query"],
    "embed/map": ["common", "embed/text", "embed/vectors", "embed/query"],
    "classify": ["common", "embed/text", "embed/vectors"],
    "tools": ["common", "embed/text", "embed/vectors", "embed/train", "embed/query", "embed/bias",
              "embed/map", "classify"],
    "datasets": ["common"],
}
LIBRARIES = ["common", "embed/text", "embed/vectors", "embed/train", "embed/query", "embed/bias",
             "embed/map", "classify"]
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]', re.MULTILINE)
FORBIDDEN = re.compile(r"\b(std::exit|_exit|std::abort|abort|std::terminate|printf|fmt::print|std::cout|"
                       r"std::cerr|stdout|stderr|program_options)\b(?=[\s(;<,)])")


def sources(room):
    return sorted(path for path in (ROOT / room).rglob("*") if path.suffix in (".h", ".cpp"))


def code(path):
    """The text without comments and string literals."""
    text = path.read_text(encoding="utf-8")
    return re.sub(r'//[^\n]*|"(?:\\.|[^"\\\n])*"', lambda match: " " if match.group()[0] == "/" else '""', text)


class Layering(unittest.TestCase):
    def test_each_room_includes_only_what_lies_below_it(self):
        for room, allowed in ALLOWED.items():
            for path in sources(room):
                for kind, header in INCLUDE.findall(path.read_text(encoding="utf-8")):
                    if kind == "<":
                        continue
                    with self.subTest(file=str(path.relative_to(ROOT)), includes=header):
                        self.assertIn(str(pathlib.PurePosixPath(header).parent), [room, *allowed])

    def test_every_source_lies_in_a_room(self):
        for top in ("common", "embed", "classify", "tools", "datasets"):
            for path in sources(top):
                self.assertIn(str(path.parent.relative_to(ROOT)), ALLOWED)

    def test_libraries_never_print_exit_or_abort(self):
        for room in LIBRARIES:
            for path in sources(room):
                with self.subTest(file=str(path.relative_to(ROOT))):
                    self.assertEqual(FORBIDDEN.findall(code(path)), [])

    def test_every_header_and_source_is_built(self):
        for room in ("common", "embed", "classify", "tools", "datasets"):
            listed = (ROOT / room / "CMakeLists.txt").read_text(encoding="utf-8")
            for path in sorted((ROOT / room).rglob("*.cpp")):
                with self.subTest(file=str(path.relative_to(ROOT))):
                    self.assertIn(str(path.relative_to(ROOT / room)), listed)


if __name__ == "__main__":
    unittest.main()
