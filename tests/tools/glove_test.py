"""Counting co-occurrences and training by GloVe, from the command."""
import collections
import math
import os
import struct
import unittest

import support

RECORD = struct.Struct("<iid")
# Little; sanitizers alone take up more.
LITTLE = "1G" if support.SANITIZER else "48M"


def by_definition(lines, words, window, side="symmetric", flat=False):
    """Counts by pairs of numbers from 1, in sums of fractions."""
    counts = collections.defaultdict(float)
    numbers = {word: i + 1 for i, word in enumerate(words)}
    for line in lines:
        kept = [numbers[token] for token in line.split() if token in numbers]
        for right, word in enumerate(kept):
            for left in range(max(0, right - window), right):
                weight = 1 if flat else 1 / (right - left)
                if side != "right":
                    counts[word, kept[left]] += weight
                if side != "left":
                    counts[kept[left], word] += weight
    return counts


class CooccurTest(support.CommandTest):
    def records(self, path):
        return [RECORD.unpack_from(data, at) for data in [(self.folder / path).read_bytes()]
                for at in range(0, len(data), RECORD.size)]

    def test_counts_what_the_definition_says(self):
        lines = support.short_text().read_text().splitlines()
        cases = [([], 15, {}), (["--context", "left"], 15, {"side": "left"}),
                 (["--context", "right", "--window", "3"], 3, {"side": "right"}),
                 (["--distance-weight", "flat", "--window", "2"], 2, {"flat": True})]
        for options, window, how in cases:
            report = self.succeed("cooccur", support.short_text(), "-o", "x.bin", "--save-vocab",
                                  "words.txt", "--json", *options).json
            words = [line.split()[0] for line in (self.folder / "words.txt").read_text().splitlines()]
            expected = by_definition(lines, words, window, **how)
            records = self.records("x.bin")
            self.assertEqual(report["nonzeros"], len(records))
            self.assertEqual(report["bytes"], 16 * len(records))
            self.assertEqual([record[:2] for record in records], sorted(expected))
            for word, context, count in records:
                self.assertTrue(math.isclose(count, expected[word, context], rel_tol=1e-12))

    def test_gives_the_same_bytes_for_any_threads_and_memory(self):
        files = []
        for options in (["--threads", "1"], ["--threads", "2"], ["--threads", "8", "--memory", "8G"],
                        ["--threads", "1", "--memory", LITTLE, "--tmp", "."]):
            self.succeed("cooccur", support.sample("sample.txt"), "-o", "x.bin", *options)
            files.append((self.folder / "x.bin").read_bytes())
        self.assertEqual(files, files[:1] * 4)
        self.assert_files("x.bin")

    def test_writes_to_standard_output(self):
        self.succeed("cooccur", support.short_text(), "-o", "x.bin")
        result = self.succeed("cooccur", support.short_text(), "-o", "-", "--quiet")
        self.assertEqual(result.stdout, (self.folder / "x.bin").read_bytes())

    def test_refuses_what_cannot_work(self):
        text = support.short_text()
        self.fail_with(2, "cooccur: expected -o FILE", "cooccur", text)
        self.fail_with(2, "--context: expected symmetric or left or right", "cooccur", text, "-o", "x",
                       "--context", "both")
        self.fail_with(2, "--window: expected 1 to 10000, found 0", "cooccur", text, "-o", "x",
                       "--window", "0")
        self.fail_with(2, "--memory: reading text needs", "cooccur", text, "-o", "x", "--memory", "1M")
        self.fail_with(1, "missing", "cooccur", text, "-o", "x", "--tmp", "missing")
        self.fail_with(1, "missing", "cooccur", text, "-o", "missing/x")
        self.fail_with(1, "missing", "cooccur", text, "-o", "x", "--save-vocab", "missing/x")
        self.assert_files()


class GloveTest(support.CommandTest):
    def train(self, *arguments, text=True, **options):
        inputs = [support.short_text()] if text else []
        return self.succeed("train", *inputs, "--model", "glove", "--dim", "8", "--epochs", "3",
                            *arguments, **options)

    def bytes_of(self, name):
        return (self.folder / name).read_bytes()

    def test_every_format_reads_back(self):
        for extension, format_name in support.FORMATS.items():
            report = self.train("-o", f"a{extension}", "--json").json
            info = self.info(f"a{extension}")
            self.assertEqual(info["format"], format_name)
            self.assertEqual((info["words"], info["dim"]), (report["vocabulary"], 8))
            self.assertEqual(len(report["mean_loss"]), 3)
            self.assertLess(report["mean_loss"][-1], report["mean_loss"][0])
            self.assertGreater(report["entries_per_second"], 0)
        self.assertEqual(self.info("a.safetensors")["metadata"]["window"], "15")

    def test_the_same_bytes_for_any_threads_and_memory(self):
        files = []
        for options in (["--threads", "1"], ["--threads", "2"], ["--threads", "3"],
                        ["--threads", "8", "--deterministic"], ["--threads", "1", "--memory", LITTLE]):
            self.train("-o", "a.safetensors", *options)
            files.append(self.bytes_of("a.safetensors"))
        self.assertEqual(files, files[:1] * 5)

    def test_counts_from_a_file_give_the_same_vectors(self):
        self.succeed("cooccur", support.short_text(), "-o", "x.bin", "--save-vocab", "words.txt",
                     "--window", "5")
        self.train("-o", "a.bin", "--window", "5")
        summary = self.train("-o", "b.bin", "--cooccurrences", "x.bin", "--vocab", "words.txt",
                             text=False).stderr
        self.assertEqual(self.bytes_of("a.bin"), self.bytes_of("b.bin"))
        self.assertRegex(summary, r"^counts +[\d,]+ co-occurrences; ")

    def test_numbers_follow_the_order_of_the_vocabulary_file(self):
        self.succeed("cooccur", support.short_text(), "-o", "x.bin", "--save-vocab", "words.txt")
        lines = (self.folder / "words.txt").read_text().splitlines(True)
        new = {old: len(lines) - old + 1 for old in range(1, len(lines) + 1)}
        self.write("reversed.txt", "".join(reversed(lines)))
        self.write("reversed.bin", b"".join(
            RECORD.pack(new[word], new[context], count)
            for word, context, count in RECORD.iter_unpack(self.bytes_of("x.bin"))))
        self.train("-o", "a.vec", "--cooccurrences", "reversed.bin", "--vocab", "reversed.txt",
                   text=False)
        words = [line.split()[0] for line in (self.folder / "a.vec").read_text().splitlines()[1:]]
        self.assertEqual(words, [line.split()[0] for line in reversed(lines)])

    def test_a_loss_that_rises_is_reported(self):
        result = self.succeed("train", support.short_text(), "--model", "glove", "--dim", "8", "--epochs", "2", "-o",
                              "a.bin", "--eta", "0.7")
        self.assertIn("the loss rose from", result.stderr)

    def test_resuming_gives_the_same_bytes(self):
        self.train("-o", "whole.bin", "--seed", "4")
        first = [support.short_text(), "--model", "glove", "--dim", "8", "--seed", "4"]
        self.succeed("train", *first, "--epochs", "1", "-o", "first.bin", "--save-state", "state")
        result = self.train("-o", "resumed.bin", "--seed", "4", "--resume", "state", "--json")
        self.assertEqual(result.json["resumed_epochs"], 1)
        self.assertEqual(self.bytes_of("resumed.bin"), self.bytes_of("whole.bin"))
        self.assertNotEqual(self.bytes_of("first.bin"), self.bytes_of("whole.bin"))
        self.assertEqual(self.info("state")["dim"], 8)
        self.fail_with(2, "was saved with --eta 0.05, found 0.1", "train", *first, "--resume", "state",
                       "--eta", "0.1", "-o", "x.bin")

    def test_options_change_the_result(self):
        self.train("-o", "plain.bin")
        for option in (["--window", "2"], ["--eta", "0.1"], ["--x-max", "3"], ["--seed", "2"],
                       ["--weight-exponent", "0.5"], ["--clip", "0.001"], ["--vectors", "word"],
                       ["--vectors", "context"], ["--context", "left"],
                       ["--distance-weight", "flat"]):
            self.train("-o", "other.bin", *option)
            self.assertNotEqual(self.bytes_of("other.bin"), self.bytes_of("plain.bin"), option)

    def test_refuses_options_of_the_other_model(self):
        glove = ["train", support.short_text(), "-o", "x.bin", "--model", "glove"]
        self.fail_with(2, "--alpha is not for --model glove; its learning rate is --eta", *glove,
                       "--alpha", "0.05")
        for option in (["--negative", "5"], ["--loss", "hs"], ["--sample", "1e-3"], ["--fixed-window"]):
            self.fail_with(2, f"{option[0]} is not for --model glove", *glove, *option)
        self.fail_with(2, "--x-max is not for --model cbow", "train", support.short_text(), "-o",
                       "x.bin", "--model", "cbow", "--x-max", "10")
        self.assert_files()

    def test_refuses_what_cannot_work(self):
        text = support.short_text()
        glove = ["train", "--model", "glove", "-o", "x.bin"]
        self.fail_with(2, "train: expected CORPUS...", *glove)
        self.fail_with(2, "give their --vocab too", *glove, "--cooccurrences", "counts")
        self.fail_with(2, "--min-count is not for --cooccurrences", *glove, "--cooccurrences", "counts",
                       "--vocab", "words", "--min-count", "2")
        self.fail_with(2, "stands in for a text", *glove, text, "--cooccurrences", "counts")
        words = self.write("words", "a 9\nb 8\n")
        for content, message in ((b"", "is empty"), (bytes(15), "15 bytes of record 1"),
                                 (RECORD.pack(1, 3, 1), "expected a word from 1 to 2"),
                                 (RECORD.pack(1, 2, math.nan), "expected a count from 1e-30 to 1e+30, found nan")):
            counts = self.write("counts", content)
            self.fail_with(1, message, *glove, "--cooccurrences", counts, "--vocab", words)
        self.fail_with(2, "x.bin: is given twice", *glove, text, "--save-state", "x.bin")
        self.fail_with(2, "x: is given twice", "cooccur", text, "-o", "x", "--save-vocab", "./x")
        self.fail_with(2, "--save-vocab: standard output", "cooccur", text, "-o", "-", "--save-vocab", "-")
        self.fail_with(1, "no-such", *glove, text, "--resume", "no-such")
        self.fail_with(2, "--memory: ", *glove, text, "--memory", "1K")
        self.assert_files("counts", "words")

    def test_divergence_is_an_error_that_names_a_word_or_the_loss(self):
        self.fail_with(1, "training diverged; try --eta 0.05", "train", support.short_text(), "--model", "glove", "-o",
                       "x.bin", "--eta", "1e6", "--clip", "1e30", "--dim", "8")
        self.assert_files()


class RealDataTest(support.CommandTest):
    @unittest.skipUnless(os.environ.get("WORDKIN_DATA"), "skipped: WORDKIN_DATA is not set")
    @unittest.skipIf(support.SANITIZER, "minutes with a sanitizer")
    def test_as_many_co_occurrences_as_the_original_counts(self):
        corpus = os.path.join(os.environ["WORDKIN_DATA"], "corpora", "enwiki.txt")
        report = self.succeed("cooccur", corpus, "-o", "/dev/null", "--json").json
        self.assertEqual(report["vocabulary"], 67_867)
        self.assertEqual(report["nonzeros"], 59_749_569)


if __name__ == "__main__":
    unittest.main()
