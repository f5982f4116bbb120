"""Completion as shells see it."""
import shutil
import subprocess
import unittest

import support

BASH = shutil.which("bash")
# Completes the last of the words that follow, as bash's readline does.
COMPLETE = """
source "$1"
shift
COMP_WORDS=("$@")
COMP_CWORD=$(($# - 1))
compopt() { printf 'compopt %s\\n' "$*"; }
_wordkin && printf '%s\\n' "${COMPREPLY[@]}"
"""


class BashTest(support.CommandTest):
    def complete(self, *words):
        script = self.write("wordkin.bash", self.succeed("completion", "bash").stdout)
        done = subprocess.run([BASH, "-euc", COMPLETE, "bash", script, "wordkin", *words], check=True,
                              stdout=subprocess.PIPE, text=True, timeout=60, cwd=self.folder)
        return done.stdout.split("\n")[:-1]

    def setUp(self):
        super().setUp()
        if BASH is None:
            self.skipTest("skipped: needs bash")

    def test_commands(self):
        self.assertEqual(self.complete("si"), ["similar", "similarity"])
        self.assertEqual(self.complete("--v"), ["--version"])
        self.assertEqual(self.complete("sentiment", ""), ["train", "evaluate", "predict", "explain"])
        self.assertEqual(self.complete("help", "sentiment", "ev"), ["evaluate"])
        self.assertIn("train", self.complete("manual", ""))

    def test_options(self):
        self.assertEqual(self.complete("train", "text.txt", "--sh"), ["--sharing", "--shared-negatives"])
        self.assertEqual(self.complete("sentiment", "train", "--cl"), ["--clip-norm", "--clip-value"])

    def test_values(self):
        self.assertEqual(self.complete("train", "--model", ""), ["skipgram", "cbow", "glove"])
        self.assertEqual(self.complete("train", "--model", "=", "g"), ["glove"])
        self.assertEqual(self.complete("train", "--model", "="), ["skipgram", "cbow", "glove"])
        self.assertEqual(self.complete("sentiment", "train", "--cell", "l"), ["lstm"])
        self.assertEqual(self.complete("completion", ""), ["bash", "zsh", "fish"])

    def test_paths_are_left_to_bash(self):
        for words in ["train", ""], ["train", "-o", ""], ["train", "--vocab", "x"], ["similar", "x"]:
            self.assertEqual(self.complete(*words), [""], words)

    def test_numbers_are_no_paths(self):
        self.assertEqual(self.complete("train", "--dim", ""), ["compopt +o default", ""])

    def test_it_is_registered(self):
        script = self.write("wordkin.bash", self.succeed("completion", "bash").stdout)
        registered = subprocess.run([BASH, "-c", f"source {script} && complete -p wordkin"], check=True,
                                    stdout=subprocess.PIPE, text=True, timeout=60).stdout
        self.assertEqual(registered, "complete -o bashdefault -o default -F _wordkin wordkin\n")

    def test_shellcheck_is_content(self):
        if shutil.which("shellcheck") is None:
            self.skipTest("skipped: needs shellcheck")
        script = self.write("wordkin.bash", self.succeed("completion", "bash").stdout)
        subprocess.run(["shellcheck", script], check=True, timeout=60)


class ZshTest(support.CommandTest):
    def test_zsh_parses_it(self):
        if shutil.which("zsh") is None:
            self.skipTest("skipped: needs zsh")
        script = self.write("_wordkin", self.succeed("completion", "zsh").stdout)
        subprocess.run(["zsh", "-n", script], check=True, timeout=60)


class FishTest(support.CommandTest):
    def complete(self, line):
        """The completions of a command line, without what is said of them."""
        script = self.write("wordkin.fish", self.succeed("completion", "fish").stdout)
        done = subprocess.run(["fish", "--no-config", "-c", f"source {script}; complete -C '{line}'"], check=True,
                              stdout=subprocess.PIPE, text=True, timeout=60, cwd=self.folder)
        return [choice.split("\t")[0] for choice in done.stdout.splitlines()]

    def test_fish_completes_by_it(self):
        if shutil.which("fish") is None:
            self.skipTest("skipped: needs fish")
        self.assertEqual(self.complete("wordkin simi"), ["similar", "similarity"])
        self.assertEqual(sorted(self.complete("wordkin sentiment ")), ["evaluate", "explain", "predict", "train"])
        self.assertEqual(self.complete("wordkin train --model g"), ["glove"])
        self.assertEqual(self.complete("wordkin sentiment train --clip-n"), ["--clip-norm"])
        self.assertIn("wordkin.fish", self.complete("wordkin similar word"))
        self.assertEqual(self.complete("wordkin train --dim "), [])


class CommandItselfTest(support.CommandTest):
    def test_a_script_can_be_a_file(self):
        for shell in "bash", "zsh", "fish":
            script = self.succeed("completion", shell).stdout
            result = self.succeed("completion", shell, "-o", "script", "--json").json
            self.assertEqual(result, {"output": "script", "bytes": len(script)})
            self.assertEqual((self.folder / "script").read_bytes(), script)

    def test_other_shells_are_named_as_unknown(self):
        self.fail_with(2, "SHELL: expected bash or zsh or fish, found 'csh'", "completion", "csh")


if __name__ == "__main__":
    unittest.main()
