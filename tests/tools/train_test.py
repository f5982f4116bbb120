"""Training from end to end, and everything that text can come from."""
import bz2
import collections
import gzip
import lzma
import math
import os
import shutil
import struct
import subprocess
import unittest

import support

MODELS = [(model, loss) for model in ("skipgram", "cbow") for loss in ("ns", "hs")]


class TrainTest(support.CommandTest):
    def train(self, *arguments, text=None, **options):
        """Trains quickly and in one thread, so that the same input gives the same bytes."""
        return self.succeed("train", *(text or [support.short_text()]), "--dim", "8", "--epochs",
                            "1",
                            "--threads", "1", *arguments, **options)

    def trained_bytes(self, *arguments, **options):
        self.train("-o", "bytes.bin", *arguments, **options)
        return (self.folder / "bytes.bin").read_bytes()


class ModelTest(TrainTest):
    def test_every_model_in_every_format_reads_back(self):
        for model, loss in MODELS:
            for extension, format_name in support.FORMATS.items():
                path = self.folder / f"{model}-{loss}{extension}"
                report = self.train("-o", path, "--model", model, "--loss", loss, "--json").json
                info = self.info(path)
                self.assertEqual(info["format"], format_name)
                self.assertEqual((info["words"], info["dim"]), (report["vocabulary"], 8))
                self.assertEqual(info["first_words"][0], "the")
                self.assertGreater(info["norms"]["least"], 0)
                if format_name == "safetensors":
                    self.assertEqual((info["metadata"]["model"], info["metadata"]["loss"]),
                                     (model, loss))
        self.assert_files(*[f"{model}-{loss}{extension}" for model, loss in MODELS
                            for extension in support.FORMATS])

    def test_all_formats_hold_the_same_values(self):
        tensors = []
        for extension in support.FORMATS:
            self.train("-o", f"a{extension}")
            self.succeed("convert", f"a{extension}", "b.safetensors")
            tensors.append(support.read_safetensors(self.folder / "b.safetensors")[0])
        for other in tensors[1:]:
            for name in "vectors", "words", "word_offsets":
                self.assertEqual(other[name], tensors[0][name])

    def test_format_overrides_the_name(self):
        self.train("-o", "a.bin", "--format", "glove")
        self.assertEqual(self.info("a.bin")["format"], "glove")

    def test_one_thread_and_one_seed_give_the_same_bytes(self):
        for model, loss in MODELS:
            options = ["--model", model, "--loss", loss]
            first = self.trained_bytes(*options, "--seed", "7")
            self.assertEqual(self.trained_bytes(*options, "--seed", "7"), first)
            self.assertNotEqual(self.trained_bytes(*options, "--seed", "8"), first)

    def test_deterministic_training_gives_the_same_bytes_for_any_number_of_threads(self):
        files = []
        for threads in "1", "2", "3", "8":
            self.succeed("train", support.short_text(), "-o", "a.safetensors", "--dim", "8",
                         "--deterministic", "--threads", threads)
            files.append((self.folder / "a.safetensors").read_bytes())
        self.assertEqual(files, files[:1] * 4)

    def test_options_change_the_result(self):
        plain = self.trained_bytes()
        for option in (["--window", "2"], ["--fixed-window"], ["--negative", "2"],
                       ["--alpha", "0.1"],
                       ["--noise-exponent", "0"], ["--sample", "0"], ["--epochs", "2"]):
            arguments = [support.short_text(), "-o", "other.bin", "--dim", "8", "--threads", "1"]
            epochs = [] if option[0] == "--epochs" else ["--epochs", "1"]
            self.succeed("train", *arguments, *epochs, *option)
            self.assertNotEqual((self.folder / "other.bin").read_bytes(), plain, option)

    def test_training_lowers_the_loss(self):
        for model, loss in MODELS:
            report = self.succeed("train", support.short_text(), "-o", "a.bin", "--dim", "20",
                                  "--model",
                                  model, "--loss", loss, "--json").json
            losses = report["mean_loss"]
            self.assertEqual(len(losses), report["epochs"])
            self.assertLess(losses[-1], losses[0])
            self.assertTrue(all(math.isfinite(value) for value in losses))

    def test_several_threads_train_as_well(self):
        # With sanitizers, many threads on few processors learn from rows long out of date.
        alone, *together = [
            self.succeed("train", support.short_text(), "-o", "a.bin", "--dim", "8", "--threads",
                         threads, "--json").json["mean_loss"][-1]
            for threads in (("1", "2") if support.SANITIZER else ("1", "2", "8"))]
        for loss in together:
            self.assertAlmostEqual(loss, alone, delta=0.1 * alone)

    def test_the_report(self):
        report = self.train("-o", "a.bin", "--json").json
        self.assertEqual(report["output"], "a.bin")
        self.assertEqual(report["bytes"], os.path.getsize(self.folder / "a.bin"))
        self.assertGreater(report["words_per_second"], 0)
        self.assertGreater(report["seconds"], 0)
        self.assertGreaterEqual(report["tokens"], report["corpus_words"])
        self.assertEqual(report["tokens"], len(support.short_text().read_bytes().split()))
        self.assertEqual(report["types"], len(set(support.short_text().read_bytes().split())))

    def test_the_summary(self):
        summary = self.train("-o", "a.bin").stderr.splitlines()
        self.assertEqual(len(summary), 3)
        self.assertRegex(summary[0], r"^text +[\d,]+ tokens, [\d,]+ of them in the vocabulary of "
                                     r"[\d,]+ words; [\d.]+ s$")
        self.assertRegex(summary[1],
                         r"^training +1 epoch, [\d.]+ [kM] words/s, loss \d\.\d{4} in the "
                                     r"last; [\d.]+ s$")
        size = os.path.getsize(self.folder / "a.bin") / 1024
        self.assertRegex(summary[2],
                         rf"^saved +a\.bin, {size:.1f} KiB; [\d.]+ s; peak memory [\d.]+ MiB$")

    def test_what_hardly_learns_is_told(self):
        summary = self.train("-o", "a.bin", "--sample", "1e-7").stderr
        self.assertRegex(summary, r"(?m)^wordkin: learned from \d+ pairs? of words only: give longer sentences, a lower "
                                  r"--min-count, or --sample 0, which keeps all words$")
        summary = self.succeed("train", support.short_text(), "--window", "40", "--epochs", "2", "-o", "a.bin").stderr
        self.assertNotIn("wordkin:", summary)


class VocabularyTest(TrainTest):
    def vocabulary(self, *options):
        lines = self.succeed("vocab", support.short_text(), *options).text.splitlines()
        return [(word, int(count)) for word, count in (line.split(" ") for line in lines)]

    def test_words_are_counted_and_ordered(self):
        counts = {}
        for word in support.short_text().read_text().split():
            counts[word] = counts.get(word, 0) + 1
        expected = sorted(((w, n) for w, n in counts.items() if n >= 5),
                          key=lambda x: (-x[1], x[0]))
        self.assertEqual(self.vocabulary(), expected)

    def test_limits(self):
        everything = self.vocabulary("--min-count", "1")
        self.assertEqual(self.vocabulary("--min-count", "1", "--max-vocab", "7"), everything[:7])
        self.assertEqual(self.vocabulary("--min-count", "30"),
                         [x for x in everything if x[1] >= 30])

    def test_the_report(self):
        report = self.succeed("vocab", support.short_text(), "-o", "words.txt", "--json").json
        words = self.vocabulary()
        self.assertEqual(report["words"], len(words))
        self.assertEqual(report["count"], sum(count for _, count in words))

    def test_training_takes_the_vocabulary_of_a_file(self):
        self.succeed("vocab", support.short_text(), "-o", "words.txt")
        self.assertEqual(self.trained_bytes("--vocab", "words.txt"), self.trained_bytes())
        self.write("two.txt", "the 100\nking 10\n")
        self.train("-o", "two.vec", "--vocab", "two.txt")
        self.assertEqual(self.info("two.vec")["first_words"], ["the", "king"])

    def test_max_vocab_keeps_the_most_frequent(self):
        self.train("-o", "a.vec", "--max-vocab", "3")
        frequent = [word for word, _ in self.vocabulary()[:3]]
        self.assertEqual(self.info("a.vec")["first_words"], frequent)

    def test_context_vectors(self):
        self.train("-o", "with.safetensors", "--save-context")
        self.train("-o", "without.safetensors")
        self.assertTrue(self.info("with.safetensors")["context"])
        self.assertFalse(self.info("without.safetensors")["context"])
        with_context, _ = support.read_safetensors(self.folder / "with.safetensors")
        without, _ = support.read_safetensors(self.folder / "without.safetensors")
        self.assertEqual(with_context["vectors"], without["vectors"])
        self.assertEqual(len(with_context["context"]), len(with_context["vectors"]))


class InitTest(TrainTest):
    def test_training_continues_from_vectors(self):
        first = self.train("-o", "first.safetensors", "--save-context", "--json").json
        for extension in support.FORMATS:
            self.succeed("convert", "first.safetensors", f"start{extension}")
            second = self.train("-o", "second.bin", "--init", f"start{extension}", "--json").json
            self.assertLess(second["mean_loss"][0], first["mean_loss"][0], extension)

    def test_words_that_training_never_touches_keep_their_vectors(self):
        self.train("-o", "first.safetensors")
        self.train("-o", "second.safetensors", "--init", "first.safetensors", "--alpha", "1e-12",
                   "--seed", "9")
        first, second = (struct.unpack(f"<{len(tensor) // 4}f", tensor) for tensor in (
            support.read_safetensors(self.folder / name)[0]["vectors"]
            for name in ("first.safetensors", "second.safetensors")))
        for a, b in zip(first, second):
            self.assertAlmostEqual(a, b, places=5)

    def test_another_dimension_is_found_before_the_text_is_read(self):
        self.train("-o", "first.vec")
        os.mkfifo(self.folder / "never-written")
        self.fail_with(2, "the start vectors have 8 dimensions; train with --dim 8", "train",
                       "never-written", "-o", "a.vec", "--dim", "9", "--init", "first.vec")


class GrowthTest(TrainTest):
    def setUp(self):
        super().setUp()
        self.train("-o", "old.st", "--save-context")
        lines = support.short_text().read_bytes().splitlines(True)[:300]
        self.write("new.txt", b"".join(line.replace(b" the ", b" ye ") for line in lines))

    def grow(self, *options):
        return self.succeed("train", "--continue-from", "old.st", "--add-corpus", "new.txt", "-o", "new.st",
                            "--threads", "1", *options)

    def counts(self, text):
        return collections.Counter(text.read_bytes().split())

    def test_old_words_stay_and_new_ones_come(self):
        report = self.grow("--json", "--min-count", "2").json
        old, new = (self.info(name) for name in ("old.st", "new.st"))
        self.assertEqual(new["dim"], 8)
        self.assertEqual(report["known_words"], old["words"])
        self.assertGreater(report["new_words"], 0)
        self.assertEqual(new["words"], old["words"] + report["new_words"])
        self.assertGreater(report["kept_neighbors"]["frequent"], 0.1)
        self.assertLess(report["kept_neighbors"]["frequent"], 1)
        before, added = self.counts(support.short_text()), self.counts(self.folder / "new.txt")
        tensors, _ = support.read_safetensors(self.folder / "new.st")
        offsets = struct.unpack(f"<{len(tensors['word_offsets']) // 8}q", tensors["word_offsets"])
        words = [tensors["words"][a:b] for a, b in zip(offsets, offsets[1:])]
        counts = struct.unpack(f"<{len(words)}q", tensors["counts"])
        self.assertIn(b"ye", words)
        for word, count in zip(words, counts):
            self.assertEqual(count, (before[word] if before[word] >= 5 else 0) + added[word], word)
        self.assertEqual(list(counts), sorted(counts, reverse=True))

    def test_what_has_grown_can_grow_again(self):
        self.grow()
        self.succeed("train", "--continue-from", "new.st", "--add-corpus", "new.txt", "-o", "newer.st")

    def test_nothing_moves_without_a_rate(self):
        report = self.grow("--json", "--alpha", "1e-12").json
        self.assertEqual(report["kept_neighbors"]["frequent"], 1)

    def test_the_summary_says_what_happened(self):
        summary = self.grow().stderr
        self.assertRegex(summary, r"(?m)^grown +[\d,]+ words go on from where they were; \d+ are new: their vectors "
                                  "start at random, their contexts at zero$")
        self.assertRegex(summary, r"(?m)^moved +of the 10 nearest of a known word are still so: \d+ % \(frequent\)")

    def test_what_cannot_grow_is_refused(self):
        self.train("-o", "plain.st")
        train = ["train", "-o", "x", "--continue-from"]
        self.fail_with(2, "plain.st: has no context vectors", *train, "plain.st", "--add-corpus", "new.txt")
        self.fail_with(2, "give both", *train, "old.st")
        self.fail_with(2, "give both", "train", "-o", "x", "--add-corpus", "new.txt")
        self.fail_with(2, "leave off more.txt", *train, "old.st", "--add-corpus", "new.txt", "more.txt")
        for option in ["--init", "old.st"], ["--vocab", "v"], ["--max-vocab", "9"], ["--loss", "hs"], [
                "--model", "glove"]:
            self.fail_with(2, option[0] if option[0] != "--model" else "--continue-from", *train, "old.st",
                           "--add-corpus", "new.txt", *option)
        self.train("-o", "cbow.st", "--save-context", "--model", "cbow")
        self.fail_with(2, "cbow.st: was trained as cbow", *train, "cbow.st", "--add-corpus", "new.txt")
        self.fail_with(2, "train with --dim 8", *train, "old.st", "--add-corpus", "new.txt", "--dim", "9")


class TextSourceTest(TrainTest):
    """The same text gives the same vectors, wherever it comes from."""

    def setUp(self):
        super().setUp()
        self.text = support.short_text().read_bytes()
        self.expected = self.trained_bytes()

    def assert_same(self, *inputs, **options):
        self.assertEqual(self.trained_bytes(text=inputs, **options), self.expected)

    def test_standard_input(self):
        self.assert_same("-", stdin=self.text)

    def test_a_pipe(self):
        os.mkfifo(self.folder / "fifo")
        with subprocess.Popen(["cp", support.short_text(), self.folder / "fifo"]):
            self.assert_same("fifo")

    def test_several_files(self):
        lines = self.text.splitlines(True)
        self.write("a.txt", b"".join(lines[:700]))
        self.write("b.txt", b"".join(lines[700:]))
        self.assert_same("a.txt", "b.txt")
        self.assert_same("a.txt", "-", stdin=b"".join(lines[700:]))

    def test_a_file_ends_a_sentence(self):
        lines = self.text.splitlines(True)
        self.write("a.txt", b"".join(lines[:700]).rstrip(b"\n"))
        self.write("b.txt", b"".join(lines[700:]).rstrip(b"\n"))
        self.assert_same("a.txt", "b.txt")

    def test_compressed_files(self):
        self.write("text.gz", gzip.compress(self.text))
        self.write("text.bz2", bz2.compress(self.text))
        self.write("text.xz", lzma.compress(self.text))
        for name in "text.gz", "text.bz2", "text.xz":
            self.assert_same(name)
            self.assert_same("-", stdin=(self.folder / name).read_bytes())

    def test_compressed_files_of_several_parts(self):
        half = len(self.text) // 2
        self.write("text.gz", gzip.compress(self.text[:half]) + gzip.compress(self.text[half:]))
        self.write("text.bz2", bz2.compress(self.text[:half]) + bz2.compress(self.text[half:]))
        self.write("text.xz", lzma.compress(self.text[:half]) + lzma.compress(self.text[half:]))
        for name in "text.gz", "text.bz2", "text.xz":
            self.assert_same(name)

    @unittest.skipUnless(shutil.which("zstd"), "needs the zstd program")
    def test_zstd(self):
        subprocess.run(["zstd", "-q", support.short_text(), "-o", self.folder / "text.zst"],
                       check=True)
        self.assert_same("text.zst")

    def test_the_name_does_not_tell_the_compression(self):
        self.write("text.txt", gzip.compress(self.text))
        self.write("text.gz", self.text)
        self.assert_same("text.txt")
        self.assert_same("text.gz")

    def test_windows_line_ends_and_byte_order_mark(self):
        self.write("crlf.txt", self.text.replace(b"\n", b"\r\n"))
        self.write("bom.txt", b"\xef\xbb\xbf" + self.text)
        self.assert_same("crlf.txt")
        self.assert_same("bom.txt")

    def test_white_space_and_empty_lines(self):
        self.write("space.txt",
                   self.text.replace(b"\n", b"\n \n\n").replace(b" the ", b"\t  the \v"))
        self.assert_same("space.txt")

    def test_little_memory(self):
        for size in "0", "1M":
            self.fail_with(2, "--memory: ", "train", support.short_text(), "-o", "bytes.bin", "--memory", size)
        self.assert_files("bytes.bin")

    def test_an_output_replaces_a_file_only_when_whole(self):
        self.write("bytes.bin", "old")
        self.assert_same(support.short_text())
        self.assert_files("bytes.bin")

    def test_a_link_stays_a_link(self):
        self.write("real.bin", "old")
        os.unlink(self.folder / "bytes.bin")
        os.symlink("real.bin", self.folder / "bytes.bin")
        self.assert_same(support.short_text())
        self.assertTrue((self.folder / "bytes.bin").is_symlink())
        self.assertEqual((self.folder / "real.bin").read_bytes(), self.expected)

    def test_output_to_a_pipe(self):
        self.train("-o", "plain.vec")
        plain = (self.folder / "plain.vec").read_bytes()
        self.assertEqual(self.train("-o", "-").stdout, plain)
        self.assertEqual(self.train("-o", "/dev/stdout", "--format", "word2vec-text").stdout, plain)


if __name__ == "__main__":
    unittest.main()
