#!/usr/bin/env python3
"""Runs the commands that README.md shows, in order, in a new folder: the lines after "$ " in ```console
blocks. The output shown there is an example and is not compared. ./dev commands build and test the
project itself, so they are left to continuous integration.

usage: readme_test.py FOLDER_OF_WORDKIN FOLDER_OF_WORDKIN_SAMPLE"""

import os
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

README = pathlib.Path(__file__).resolve().parent.parent / "README.md"


def commands():
    blocks = re.findall(r"^```console\n(.*?)^```", README.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
    lines = [line for block in blocks for line in block.replace("\\\n", " ").splitlines()]
    return [line[2:] for line in lines if line.startswith("$ ")]


class Readme(unittest.TestCase):
    def test_its_first_commands_are_those_of_a_new_user(self):
        first = [command.split("#")[0].strip() for command in commands()[:2]]
        self.assertEqual(first, ["./dev demo", "./dev test"])

    def test_its_commands_work(self):
        path = os.pathsep.join([*FOLDERS, os.environ["PATH"]])
        shown = [command for command in commands() if not command.startswith("./dev")]
        self.assertGreater(len(shown), 5)
        with tempfile.TemporaryDirectory() as folder:
            for command in shown:
                with self.subTest(command=command):
                    result = subprocess.run(command, shell=True, cwd=folder, env={**os.environ, "PATH": path},
                                            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                            stderr=subprocess.PIPE, text=True, timeout=300)
                    self.assertEqual(result.returncode, 0, result.stderr)


if __name__ == "__main__":
    FOLDERS = [os.path.abspath(folder) for folder in sys.argv[1:3]]
    unittest.main(argv=sys.argv[:1] + sys.argv[3:])
