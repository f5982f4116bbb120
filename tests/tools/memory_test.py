"""--memory is what the whole program takes up at most, or it refuses."""
import functools
import json
import os
import pathlib
import random
import re
import subprocess
import sys
import tempfile
import unittest

import support

MEGA = 1 << 20
# How much more than --memory is taken for keeping to it.
TOLERANCE = 1.1

_session = tempfile.TemporaryDirectory(prefix="wordkin-test-")


@functools.lru_cache(maxsize=None)
def long_text():
    """Four million words, 23 MB of text, which are 17 MB encoded."""
    subprocess.run([support.WORDKIN_SAMPLE, _session.name, "4000000"], check=True)
    return pathlib.Path(_session.name, "sample.txt")


@functools.lru_cache(maxsize=None)
def many_words():
    """A text whose words hardly ever recur."""
    path = pathlib.Path(_session.name, "many-words.txt")
    with open(path, "w", encoding="ascii") as file:  # little by little: the memory of this process counts
        file.writelines(f"word{i} other{i % 400000}\n" for i in range(800_000))
    return path


@functools.lru_cache(maxsize=None)
def varied_text():
    """A text of many words that all recur."""
    path = pathlib.Path(_session.name, "varied.txt")
    with open(path, "w", encoding="ascii") as file:
        file.writelines(f"word{i % 150_000} other{i % 1000}\n" for i in range(300_000))
    return path


@functools.lru_cache(maxsize=None)
def one_line():
    """A sentence of 20,000 words, which are 600 different ones."""
    path = pathlib.Path(_session.name, "line.txt")
    path.write_text(" ".join(f"word{i * i % 600}" for i in range(20_000)), encoding="ascii")
    return path


@unittest.skipIf(support.SANITIZER or support.COUNTED, "skipped: what watches the program takes up memory too")
class MemoryTest(support.CommandTest):
    def run_measured(self, *arguments):
        """Runs the command; its exit code, its highest resident memory in bytes, and its message."""
        process = subprocess.Popen([support.WORDKIN, *map(str, arguments), "--quiet"],
                                   cwd=self.folder, stderr=subprocess.PIPE)
        message = process.stderr.read().decode()
        process.stderr.close()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        return process.returncode, usage.ru_maxrss * 1024, message

    def peak_of(self, *arguments):
        """The highest resident memory of a run that must succeed, in bytes."""
        code, peak, message = self.run_measured(*arguments)
        self.assertEqual(code, 0, message)
        return peak

    def least_of(self, *arguments, refused="28M"):
        """What a refusal says is needed at least, in bytes."""
        message = self.fail_with(2, "--memory: ", *arguments, "--memory", refused).stderr
        return support.bytes_of(re.search(r"needs? ([\d.]+ \w+)", message)[1])

    def assert_within(self, memory, *arguments):
        peak = self.peak_of(*arguments, "--memory", memory, "--tmp", ".")
        self.assertLess(peak, TOLERANCE * memory, arguments)
        return peak

    def test_word2vec_keeps_to_it_or_refuses(self):
        for options in [], ["--loss", "hs"], ["--deterministic"]:
            train = ["train", long_text(), "-o", "x.bin", "--epochs", "1", "--dim", "1000", "--sample", "1e-5", *options]
            least = self.least_of(*train)
            self.assert_within(least, *train)
            self.fail_with(2, "--memory: training, with", *train, "--memory", int(0.9 * least))
            roomy = self.peak_of(*train, "--memory", 1000 * MEGA)
            self.assertGreater(roomy, least + 6 * MEGA)  # the text is in memory
            self.assert_within(int(1.02 * roomy), *train)

    def test_lockstep_pair_by_pair_keeps_to_it_or_refuses(self):
        for options in [], ["--loss", "hs"], ["--model", "cbow"]:
            train = ["train", support.sample("sample.txt"), "-o", "x.bin", "--epochs", "1", "--dim", "600",
                     "--deterministic", "--sharing", "none", "--threads", "1", *options]
            least = self.least_of(*train)
            self.assertGreater(self.assert_within(least, *train), 0.75 * least)

    def test_word2vec_learns_the_same_from_a_file(self):
        train = ["train", long_text(), "--epochs", "1", "--threads", "1", "--dim", "1000", "--sample", "1e-5"]
        least = self.least_of(*train, "-o", "x.bin")
        self.assert_within(least, *train, "-o", "few.bin")
        self.peak_of(*train, "-o", "many.bin")
        self.assertEqual((self.folder / "few.bin").read_bytes(), (self.folder / "many.bin").read_bytes())

    def test_glove_keeps_to_it_or_refuses(self):
        train = ["train", long_text(), "--model", "glove", "-o", "x.bin", "--epochs", "1"]
        least = self.least_of(*train)
        for memory in least, 2 * least, 1000 * MEGA:
            self.assert_within(memory, *train)
        train += ["--dim", "1000"]
        self.assert_within(self.least_of(*train, refused="70M"), *train)

    def test_whoever_keeps_to_it_can_resume_within_it(self):
        for refused, text, *options in (["28M", long_text(), "--dim", "1000", "--sample", "1e-5"],
                                        ["28M", long_text(), "--model", "glove"],
                                        ["80M", varied_text(), "--model", "cbow", "--dim", "64", "--min-count", "1"]):
            train = ["train", text, "-o", "x.bin", "--epochs", "1", *options]
            memory = self.least_of(*train, refused=refused)
            self.assert_within(memory, *train, "--save-state", "x.state")
            self.assert_within(memory, *train, "--resume", "x.state")

    def test_wide_windows_keep_to_it_or_refuse(self):
        train = ["train", one_line(), "-o", "x.bin", "--epochs", "1", "--model", "cbow", "--fixed-window", "--window",
                 "1000", "--sample", "0", "--dim", "4000", "--alpha", "0.001"]
        self.assert_within(self.least_of(*train), *train)

    def test_vectors_that_grow_keep_to_it_or_refuse(self):
        self.peak_of("train", long_text(), "-o", "known.safetensors", "--epochs", "1", "--dim", "1000", "--sample", "1e-5",
                     "--save-context")
        train = ["train", "--continue-from", "known.safetensors", "--add-corpus", support.sample("sample.txt"),
                 "-o", "x.bin", "--epochs", "1"]
        self.assert_within(self.least_of(*train, refused="80M"), *train)

    def test_counting_co_occurrences_keeps_to_it_or_refuses(self):
        count = ["cooccur", long_text(), "-o", "x.bin"]
        self.fail_with(2, "--memory: reading text needs", *count, "--memory", "10M")
        for memory in 30 * MEGA, 60 * MEGA:
            self.assert_within(memory, *count)

    def test_small_budgets_are_kept_to_or_refused(self):
        commands = [["train", long_text(), "--epochs", "1", "--dim", "10"],
                    ["train", long_text(), "--epochs", "1", "--dim", "10", "--threads", "1"],
                    ["train", long_text(), "--epochs", "1", "--model", "glove", "--dim", "10", "--threads", "1"],
                    ["cooccur", long_text()], ["cooccur", long_text(), "--threads", "1"]]
        for command in [*commands, ["vocab", long_text()]]:
            tmp = ["--tmp", "."] if command in commands else []
            refused = 0
            for memory in range(14, 61, 6):
                code, peak, message = self.run_measured(*command, "-o", "x.bin", "--memory", f"{memory}M", *tmp)
                if code == 0:
                    self.assertLess(peak, TOLERANCE * memory * MEGA, (command, memory))
                else:
                    refused += 1
                    self.assertRegex(message, r"\Awordkin: --memory: .*\d MiB", (command, memory))
            self.assertLess(refused, 8, command)

    def test_many_different_words_are_refused_with_figures(self):
        for command in (["vocab", many_words(), "-o", "x"], ["train", many_words(), "-o", "x.bin"],
                        ["cooccur", many_words(), "-o", "x"]):
            message = self.fail_with(2, "--memory: counting the different words of the first", *command,
                                     "--memory", "60M").stderr
            self.assert_files()
            more = support.bytes_of(re.search(r"give at least ([\d.]+ \w+) more", message)[1])
            self.assertTrue(5 * MEGA < more < 200 * MEGA, message)
        # Of standard input nobody knows how long it is.
        words = random.Random(1).randbytes(600_000).hex(" ", 4)  # 150,000; the memory of this process counts
        self.fail_with(2, "; give more, or fewer --threads", "vocab", "-", "-o", "x", "--memory", "30M",
                       stdin=words.encode())
        self.assertLess(self.peak_of("vocab", many_words(), "-o", "x", "--min-count", "1", "--memory", 400 * MEGA),
                        TOLERANCE * 400 * MEGA)

    def test_the_peak_that_is_reported_is_not_of_who_starts_it(self):
        starter = "import subprocess, sys; held = b'1' * (200 << 20); subprocess.run(sys.argv[1:], check=True)"
        command = [support.WORDKIN, "train", support.short_text(), "-o", self.folder / "x.bin", "--json", "--quiet"]
        report = subprocess.run([sys.executable, "-c", starter, *map(str, command)], check=True, stdout=subprocess.PIPE)
        self.assertTrue(10 * MEGA < json.loads(report.stdout)["peak_memory"] < 100 * MEGA, report.stdout)

    def test_an_endless_token_is_refused(self):
        text = self.write("x.txt", b"a b " + b"x" * 4096)
        os.truncate(text, 60 * MEGA)
        self.fail_with(1, "no white space in", "vocab", text, "--memory", "60M")


if __name__ == "__main__":
    unittest.main()
