"""Manual pages: complete, and without complaints from what formats them."""
import re
import shutil
import subprocess
import unittest

import support


class ManualTest(support.CommandTest):
    def pages(self):
        """All pages by their file's name."""
        self.succeed("manual", "-o", "share/man1")  # makes the folders
        return {path.name: path for path in (self.folder / "share/man1").iterdir()}

    def commands(self):
        overview = self.succeed("--help").text.split("Commands:\n")[1].split("\n\n")[0]
        return [line[2:22].strip() for line in overview.splitlines()]

    def test_each_command_has_a_page(self):
        expected = {"wordkin.1": self.succeed("manual").stdout}
        for command in [*self.commands(), "sentiment"]:
            expected[f"wordkin-{command.replace(' ', '-')}.1"] = self.succeed("manual", *command.split()).stdout
        self.assertEqual({name: path.read_bytes() for name, path in self.pages().items()}, expected)

    def test_a_page_says_what_the_help_says(self):
        for command in self.commands():
            page = self.succeed("manual", *command.split()).text.replace("\\-", "-").replace("\\&", "")
            words = re.sub(r"\\f[BIR]|\\e", "", page).split()
            for option in re.findall(r"--[a-z0-9-]+", self.succeed(*command.split(), "--help").text):
                self.assertTrue(any(option in word for word in words), f"{command}: {option}")

    def test_what_formats_pages_does_not_complain(self):
        checks = {"groff": ["groff", "-man", "-ww", "-Tutf8", "-z"],
                  "mandoc": ["mandoc", "-T", "lint", "-W", "warning"]}
        found = [check for check in checks if shutil.which(check)]
        if not found:
            self.skipTest("skipped: needs groff or mandoc")
        for name, path in self.pages().items():
            for check in found:
                done = subprocess.run([*checks[check], path], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                      text=True, timeout=60)
                # There is no date: the same sources give the same bytes.
                complaints = [line for line in done.stdout.splitlines() if "missing date" not in line]
                self.assertEqual(complaints, [], name)

    def test_unknown_commands_and_folders(self):
        self.fail_with(2, "manual: unknown command 'no such'; see: wordkin --help", "manual", "no", "such")
        self.fail_with(2, "manual: give COMMAND or -o DIR, not both", "manual", "train", "-o", ".")
        self.fail_with(2, "--json: manual pages are text", "manual", "--json")
        self.fail_with(2, "unknown command 'sentimnt' (did you mean 'sentiment'?); see", "manual", "sentimnt")
        self.fail_with(1, "file/man1: cannot create the folder", "manual", "-o", self.write("file", "") / "man1")


if __name__ == "__main__":
    unittest.main()
