"""Every command while the system refuses it a call: a clear line, the old output, nothing left behind.

A library that is preloaded (faults.cpp) lets the first call of a kind fail, in the next run the second, until there
is none. Calls for memory are too many for that: all of the first fail, and of the others some, drawn by a fixed seed.
"""
import bz2
import concurrent.futures
import contextlib
import dataclasses
import errno
import gzip
import itertools
import json
import lzma
import math
import os
import pathlib
import random
import re
import shutil
import signal
import subprocess
import tempfile
import unittest

import support
from bias_support import MADE, WEAT

LIBRARY = os.path.abspath(os.environ["WORDKIN_FAULTS"])
OLD = b"precious"
STATE = "kept"  # an output that replaces no other file than a state, or an empty one
FIRST = 50  # calls for memory that fail one after another
DRAWN = 20  # and of those that follow
LAST = 20
ONE_THREAD = "--quiet --threads 1"  # which always takes the same memory


@dataclasses.dataclass
class Case:
    """A command, and the files that it writes."""
    arguments: str
    outputs: list = dataclasses.field(default_factory=list)
    stdin: bytes = b""
    copies: list = dataclasses.field(default_factory=list)  # of inputs, beside the outputs
    options: str = "--quiet --threads 2"
    varies: list = dataclasses.field(default_factory=list)  # of outputs and "-", those with other bytes in every run


# Inputs lie in ../in.
VOCAB = Case("vocab ../in/short.gz ../in/short.bz2 ../in/short.xz ../in/short.zst -o words.txt", ["words.txt"])
CONVERT = Case("convert ../in/few.bin v.glove", ["v.glove"])
CASES = [
    Case("train ../in/short.txt -o v.safetensors --dim 4 --epochs 1 --deterministic --report r.html "
         "--save-state kept", ["v.safetensors", "r.html", "kept"], varies=["r.html", "kept"]),
    Case("train ../in/short.txt -o vectors --dim 4 --epochs 1 --deterministic --resume ../in/words.state",
         ["vectors"]),
    Case("train --continue-from ../in/context.safetensors --add-corpus ../in/short.txt -o vectors --epochs 1 "
         "--deterministic", ["vectors"]),
    Case("train ../in/short.gz -o v.bin --dim 4 --epochs 1 --deterministic", ["v.bin"]),
    Case("train ../in/long.txt -o v.bin --dim 4 --epochs 1 --sample 1e-6 --memory {train_memory}", ["v.bin"],
         options=ONE_THREAD),
    Case("train - -o - --dim 8 --epochs 1 --deterministic --loss hs --sample 0 --vocab ../in/vocab.txt --init "
         "../in/few.safetensors", stdin=b"the of and a in\n" * 50),
    Case("train ../in/long.txt -o v.glove --model glove --dim 4 --epochs 1 --window 2 --memory {glove_memory} "
         "--save-state kept", ["v.glove", "kept"], options=ONE_THREAD),
    Case("train ../in/short.txt -o v.glove --model glove --dim 4 --epochs 1", ["v.glove"]),
    Case("train --cooccurrences ../in/counts.bin --vocab ../in/vocab.txt -o v.vec --model glove --dim 4 --epochs 2 "
         "--resume ../in/state.safetensors", ["v.vec"]),
    Case("vocab ../in/short.txt"),
    VOCAB,
    Case("cooccur ../in/long.txt -o counts.bin --window 2 --memory {memory} --save-vocab words.txt",
         ["counts.bin", "words.txt"], options=ONE_THREAD),
    Case("cooccur ../in/short.txt -o counts.bin", ["counts.bin"]),
    Case("convert ../in/few.safetensors v.vec", ["v.vec"]),
    Case("convert ../in/few.vec v.bin", ["v.bin"]),
    CONVERT,
    Case("convert ../in/few.glove v.safetensors", ["v.safetensors"]),
    Case("convert ../in/few.vec.gz -"),
    Case("info ../in/few.safetensors"),
    Case("similar ../in/few.safetensors the"),
    Case("similar ../in/few.safetensors --json", stdin=b"the\nof\n"),
    Case("similar few.safetensors the of --index", copies=["few.safetensors", "few.safetensors.index"]),
    Case("index few.safetensors --sample 0", ["few.safetensors.index"], copies=["few.safetensors"],
         varies=["few.safetensors.index"]),
    Case("similarity ../in/few.safetensors the of"),
    Case("analogy ../in/few.safetensors", stdin=b"the of and\n"),
    Case("evaluate ../in/few.safetensors --analogies ../in/analogies.txt --similarities ../in/similarities.txt "
         "--resamples 100"),
    Case("evaluate ../in/few.safetensors --analogies ../in/bats --method pairdirection"),
    Case("compare ../in/few.safetensors ../in/few.bin --similarities ../in/similarities.txt --resamples 100"),
    Case("bias ../in/made.safetensors --pairs ../in/pairs.json --weat ../in/weat.json --words ../in/jobs.json "
         "--samples 1000 --report r.html", ["r.html"]),
    Case("debias ../in/made.safetensors -o v.safetensors --pairs ../in/pairs.json --words ../in/jobs.json "
         "--report r.html", ["v.safetensors", "r.html"]),
    Case("debias ../in/made.safetensors -o v.bin --pairs ../in/pairs.json --method soft", ["v.bin"]),
    Case("map ../in/few.safetensors -o m.html --method tsne --perplexity 5 --iterations 20", ["m.html"]),
    Case("map ../in/few.safetensors the of and -o m.svg", ["m.svg"]),
    Case("sentiment train --data ../in/texts.tsv -o classifier --dim 4 --units 4 --epochs 1 --report r.html "
         "--save-state kept", ["classifier", "r.html", "kept"], varies=["r.html", "kept"]),
    Case("sentiment train --data ../in/texts.tsv --corpus ../in/corpus.txt -o classifier --dim 4 --units 4 "
         "--epochs 1 --cell gru", ["classifier"]),
    Case("sentiment evaluate ../in/model ../in/texts.tsv --baseline ../in/texts.tsv"),
    Case("sentiment evaluate ../in/model ../in/labelled"),
    Case("sentiment predict ../in/model --file ../in/corpus.txt"),
    Case("sentiment explain ../in/model a@dull@film --html e.html", ["e.html"]),
    Case("doctor ../in/short.txt --data ../in/texts.tsv --dim 4", varies=["-"]),
    Case("manual sentiment train", options=""),
    Case("completion bash", options=""),
    Case("--version --json", options=""),
]


def old(output):
    return b"" if output == STATE else OLD


def is_folder(path):
    """Whether an open file is a folder: for a file without a name, or to sync it."""
    return path == "."


class FaultsTest(support.CommandTest):
    """Runs commands in a folder of its own each, beside a folder of inputs."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        folder = tempfile.TemporaryDirectory(prefix="wordkin-test-")
        cls.addClassCleanup(folder.cleanup)
        cls.base = pathlib.Path(folder.name)
        cls.inputs = cls.base / "in"
        cls.inputs.mkdir()
        cls.options = {}
        cls.references = {}

    def setUp(self):
        super().setUp()
        self.collected = []
        if not os.listdir(self.inputs):
            self.make_inputs()
            self.references.update(zip(map(id, CASES), self.map(self.run_case)))
            for case in CASES:
                self.assertEqual(self.references[id(case)][0].code, 0, case.arguments)

    def make_inputs(self):
        def put(name, content):
            (self.inputs / name).write_bytes(content.encode() if isinstance(content, str) else content)

        def make(arguments):
            self.succeed(*arguments.split(), "--quiet", cwd=self.inputs)

        short = b"".join(support.short_text().read_bytes().splitlines(True)[:500])
        reviews = support.sample("sample-reviews.tsv").read_text().splitlines(True)[:40]
        put("short.txt", short)
        put("short.gz", gzip.compress(short))
        put("short.bz2", bz2.compress(short))
        put("short.xz", lzma.compress(short))
        subprocess.run(["zstd", "-q", "short.txt", "-o", "short.zst"], cwd=self.inputs, check=True)
        put("long.txt", "a b c d a b d c b d a c\n" * 100_000)
        put("analogies.txt", ": all\nthe of and a\n")
        put("similarities.txt", "the of 5\nand a 3\nin to 7\nthe and 1\n")
        (self.inputs / "bats").mkdir()
        put("bats/L01 [of].txt", "the of\nand a\nin to\n")
        for label in "negative", "positive":
            (self.inputs / "labelled" / label).mkdir(parents=True)
            put(f"labelled/{label}/1.txt", "the plot was dull")
        put("pairs.json", json.dumps([["she", "he"], ["her", "his"]]))
        put("jobs.json", json.dumps(["nurse", "engineer", "teacher", "pilot"]))
        put("weat.json", json.dumps(WEAT))
        put("texts.tsv", "".join(reviews))
        put("corpus.txt", "".join(line.split("\t")[1] for line in reviews[1:11]))
        support.write_safetensors(self.inputs / "made.safetensors", [word.encode() for word in MADE],
                                  list(MADE.values()))
        shutil.copy(support.few_vectors(), self.inputs / "few.safetensors")
        for name in "few.vec", "few.bin", "few.glove":
            make(f"convert few.safetensors {name}")
        put("few.vec.gz", gzip.compress((self.inputs / "few.vec").read_bytes()))
        self.options["memory"] = self.memory_that_spills("cooccur ../in/long.txt --window 2")
        self.options["glove_memory"] = self.memory_that_spills("train ../in/long.txt --model glove --dim 4 "
                                                               "--epochs 1 --window 2")
        self.options["train_memory"] = self.memory_that_spills("train ../in/long.txt --dim 4 --epochs 1 "
                                                               "--sample 1e-6")
        make("index few.safetensors --sample 0")
        make("vocab short.txt --max-vocab 40 -o vocab.txt")
        make("cooccur short.txt --vocab vocab.txt -o counts.bin")
        make("train short.txt -o context.safetensors --dim 4 --epochs 1 --deterministic --save-context "
             "--save-state words.state")
        make("train --cooccurrences counts.bin --vocab vocab.txt --model glove --dim 4 --epochs 1 -o v --save-state "
             "state.safetensors")
        make("sentiment train --data texts.tsv -o model --dim 4 --units 4 --epochs 1")

    def memory_that_spills(self, arguments):
        """The least --memory that is enough, and a little more, because what a process takes up varies. What is
        written first then is a temporary file."""
        run = lambda size, *faults: self.run_case(
            Case(f"{arguments} -o x --memory {size}M", ["x"], options=ONE_THREAD), *faults)[0]
        least = next(size for size in range(8, 200) if run(size).code == 0)
        for more in 4, 3, 2, 1:
            result = run(least + more, {"CALL": "write", "NUMBER": 1, "ERRNO": errno.EIO})
            if "temporary file for " in result.stderr:
                return f"{least + more}M"
        raise AssertionError(f"at {least}M and more nothing goes to a temporary file: {result.stderr}")

    def run_case(self, case, faults=None, **options):
        """The result, the outputs, and what the library has to say."""
        with tempfile.TemporaryDirectory(dir=self.base) as name:
            folder = pathlib.Path(name)
            log = self.base / f"{folder.name}.log"
            temporary = folder / "tmp"
            temporary.mkdir()
            for copy in case.copies:
                shutil.copy(self.inputs / copy, folder)
            for output in case.outputs:
                (folder / output).write_bytes(old(output))
            environment = {**os.environ, "TMPDIR": str(temporary)}
            if faults is not None:
                environment |= {"LD_PRELOAD": LIBRARY, "FAULTS_FOLDER": str(self.base), "FAULTS_LOG": str(log),
                                **{f"FAULTS_{key}": str(value) for key, value in faults.items()}}
            words = f"{case.arguments} {case.options}".format(**self.options).split()
            result = self.run_wordkin(*(word.replace("@", " ") for word in words), cwd=folder, env=environment,
                                      stdin=case.stdin, may_be_killed="KILL" in (faults or {}), **options)
            left = {*os.listdir(folder), *os.listdir(temporary)} - {"tmp", *case.outputs, *case.copies}
            if result.code == -signal.SIGKILL and (faults or {}).get("CALL") == "rename":  # nobody can remove what has a name then
                left = {name for name in left if not name.startswith(".wordkin-")}
            self.assertEqual(left, set(), (case.arguments, faults))
            outputs = {output: (folder / output).read_bytes() for output in case.outputs}
            said = log.read_text() if log.exists() else ""
            log.unlink(missing_ok=True)
            return result, outputs, said

    def map(self, check, cases=CASES):
        """The results of check(case) for all of them, two at a time; what collect() collected fails the test."""
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            results = list(pool.map(check, cases))
        if self.collected:
            self.fail("\n\n".join(self.collected))
        return results

    @contextlib.contextmanager
    def collect(self, case, faults):
        """subTest(), for any thread."""
        try:
            yield
        except AssertionError as error:
            self.collected.append(f"{case.arguments}\n{faults}\n{error}")

    def assert_whole(self, case, output, content):
        """The content is that of a run in which nothing fails."""
        expected = self.references[id(case)][1][output]
        if output in case.varies:
            self.assertAlmostEqual(len(content) / len(expected), 1, delta=0.01)
        else:
            self.assertEqual(content, expected)

    def assert_succeeded(self, case, result, outputs):
        self.assertEqual((result.code, result.stderr), (0, ""))
        if "-" not in case.varies:
            self.assertEqual(result.stdout, self.references[id(case)][0].stdout)
        for output, content in outputs.items():
            self.assert_whole(case, output, content)

    def assert_failed(self, case, result, outputs, log, names):
        """One line that holds one of the names, or two about a state; outputs are the old ones, or were whole before."""
        self.assertEqual(result.code, 1)
        self.assertRegex(result.stderr, r"\A(wordkin: .*; the state was not saved\n)?wordkin: .*\n\Z")
        self.assertTrue(any(name in result.stderr for name in names), f"{result.stderr} {names}")
        goes_on = "the state was not saved" in result.stderr  # and saves the result
        renamed = re.findall(r"^renamed (.*)$", log if goes_on else log.partition("failed ")[0], re.MULTILINE)
        for output, content in outputs.items():
            if output in renamed:
                self.assert_whole(case, output, content)
            else:
                self.assertEqual(content, old(output))

    def names_of(self, case, path):
        """What a message may call what failed, by the path of its file."""
        if path == "":
            return ["out of memory", "annot allocate memory"]
        path = path.removesuffix(" (deleted)")
        folder, name = os.path.split(path)
        if os.path.basename(folder) == "tmp":
            return ["temporary file for ", path]
        if name.startswith(("#", ".wordkin-")) or folder == str(self.base):
            return case.outputs
        return ["standard "] if name.startswith("pipe:") else [name]

    def fail_each(self, call, error, may_cope=lambda path: False, cases=CASES, **faults):
        """Lets each call of a kind fail; those that the command can do without come to nothing."""
        def check(case):
            for number in itertools.count(1):
                path = self.fail_one(case, {"CALL": call, "NUMBER": number, "ERRNO": error, **faults}, may_cope)
                if path is None:
                    return number - 1

        self.assertGreater(sum(self.map(check, cases)), 0)

    def fail_one(self, case, faults, may_cope=lambda path: False):
        """Returns the path of the file whose call failed, or None when there was no such call."""
        path = None
        with self.collect(case, faults):
            result, outputs, log = self.run_case(case, faults)
            failed = re.search(r"^failed \w+ (.*)$", log, re.MULTILINE)
            path = failed and failed[1]
            if path is None or (result.code == 0 and may_cope(path)):
                self.assert_succeeded(case, result, outputs)
            else:
                self.assert_failed(case, result, outputs, log, self.names_of(case, path))
        return path


class FileFaultsTest(FaultsTest):
    def test_every_command_has_a_case(self):
        listed = re.findall(r"^  ([a-z]+(?: [a-z]+)?)  +\w", self.succeed("--help").text, re.MULTILINE)
        self.assertIn("sentiment train", listed)
        for command in listed:
            self.assertTrue(any(f"{case.arguments} ".startswith(f"{command} ") for case in CASES), command)

    def test_opening(self):
        self.fail_each("open", errno.EACCES, is_folder)

    def test_reading(self):
        self.fail_each("read", errno.EIO)

    def test_reading_what_was_spilt(self):
        self.fail_each("pread", errno.EIO)

    def test_writing(self):
        self.fail_each("write", errno.ENOSPC)

    def test_syncing(self):
        self.fail_each("fsync", errno.EIO)

    def test_naming(self):
        self.fail_each("linkat", errno.EACCES)
        self.fail_each("rename", errno.EACCES)

    def test_what_is_synced_before_and_after_it_is_renamed(self):
        def check(case):
            _, outputs, log = self.run_case(case, {})
            with self.collect(case, "synced"):
                for output in outputs:
                    self.assertRegex(log, rf"(?m)^synced (.*)/(#\d+ \(deleted\)|\.wordkin-.*)\nrenamed (\1/)?{output}\n"
                                          r"synced \1$")

        self.map(check)

    def test_a_folder_that_cannot_be_opened_is_synced_too(self):
        synced = 0
        for number in itertools.count(1):
            _, _, log = self.run_case(CONVERT, {"CALL": "open", "NUMBER": number, "ERRNO": errno.EACCES})
            if "failed " not in log:
                break
            if "failed open ." in log and "renamed " in log:
                self.assertRegex(log, r"(?m)^renamed .*\n(failed open \.\nsynced all|synced .*)$")
                synced += "synced all" in log
        self.assertEqual(synced, 1)

    def test_being_killed(self):
        for call in "write", "fsync", "linkat", "rename":
            def check(case):
                for number in itertools.count(1):
                    faults = {"CALL": call, "NUMBER": number, "KILL": "yes"}
                    was_killed = False
                    with self.collect(case, faults):
                        result, outputs, log = self.run_case(case, faults)
                        was_killed = "failed " in log
                        if was_killed:
                            self.assertEqual(result.code, -signal.SIGKILL, result.stderr)
                            for output, content in outputs.items():
                                if content != old(output):
                                    self.assert_whole(case, output, content)
                        else:
                            self.assert_succeeded(case, result, outputs)
                    if not was_killed:
                        return number - 1

            self.assertGreater(sum(self.map(check, [case for case in CASES if case.outputs])), 0)

    def test_mapping(self):
        self.fail_each("mmap", errno.ENOMEM, lambda path: path == "")

    def test_without_nameless_files(self):
        cases = [case for case in CASES if case.arguments.startswith(("convert", "vocab"))]
        for call in "open", "write", "fsync", "rename":
            self.fail_each(call, errno.EIO, is_folder, cases, NAMED="yes")

    def test_results_that_cannot_be_written(self):
        printing = [case for case in CASES if self.references[id(case)][0].stdout]

        def check(case):
            with open("/dev/full", "wb") as full, self.collect(case, "/dev/full"):
                result, outputs, log = self.run_case(case, {}, stdout=full)
                self.assert_failed(case, result, outputs, log,
                                   ["standard output: cannot write: No space left on device"])

        self.map(check, printing)

    def test_interruptions_and_parts(self):
        for call in "interrupted", "short":
            def check(case):
                result, outputs, log = self.run_case(case, {"CALL": call})
                with self.collect(case, call):
                    self.assert_succeeded(case, result, outputs)
                return int(log.split()[-1])

            self.assertGreater(sum(self.map(check)), 0)


def some(calls):
    """The first numbers of as many calls, the last, when results are printed, and a few of the others, the fewer
    the later."""
    numbers = random.Random(1)
    drawn = {round(math.exp(numbers.uniform(math.log(FIRST), math.log(calls)))) for _ in range(DRAWN)}
    return sorted({*range(1, FIRST + 1), *drawn, *range(max(calls - LAST, 1), calls + 1)})


class MemoryFaultsTest(FaultsTest):
    def fail_memory(self, case, choose=some, **faults):
        """Lets those calls for memory fail that choose(how many there are) says."""
        _, _, log = self.run_case(case, {"CALL": "memory", **faults})
        failed = [self.fail_one(case, {"CALL": "memory", "NUMBER": number, **faults}, lambda path: True) is not None
                  for number in choose(int(log.split()[-1]))]
        self.assertGreater(sum(failed), len(failed) / 2)

    def test_memory(self):
        self.map(self.fail_memory)

    @unittest.skipIf(support.COUNTED, "skipped: counts of lines are written too")
    def test_memory_without_nameless_files(self):
        self.map(lambda case: self.fail_memory(case, lambda calls: range(1, calls + 1), NAMED="yes"), [CONVERT])


if __name__ == "__main__":
    unittest.main()
