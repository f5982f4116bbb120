"""Text that cannot be learned from, outputs that cannot be written: a clear line, nothing left."""
import bz2
import gzip
import lzma
import os
import resource
import unittest

import support


class TextErrorTest(support.CommandTest):
    """Fails with text that is no good, and never touches what was there before."""

    def refuse(self, message, *inputs, **options):
        arguments = options.pop("arguments", [])
        existing = self.write("out.bin", "precious")
        for command in ["train", "-o", "out.bin", "--dim", "4"], ["vocab", "-o", "out.bin"]:
            self.fail_with(1, message, *command, *inputs, *arguments, **options)
            self.assertEqual(existing.read_text(), "precious")
            self.assertEqual([name for name in os.listdir(self.folder) if "tmp" in name], [])

    def test_a_missing_file(self):
        self.refuse("no-such.txt: cannot open for reading: No such file or directory",
                    "no-such.txt")

    def test_a_missing_file_after_others(self):
        self.refuse("no-such.txt: cannot open for reading", support.short_text(), "no-such.txt")

    def test_a_missing_file_is_found_before_others_are_read(self):
        os.mkfifo(self.folder / "never-written")
        self.refuse("no-such.txt: cannot open for reading", "never-written", "no-such.txt")

    def test_a_folder(self):
        os.mkdir(self.folder / "folder")
        self.refuse("folder: is a folder, expected a file", "folder")

    @unittest.skipIf(os.geteuid() == 0, "root may read everything")
    def test_a_file_that_may_not_be_read(self):
        self.write("secret.txt", "a b c\n").chmod(0)
        self.refuse("secret.txt: cannot open for reading: Permission denied", "secret.txt")

    def test_text_without_words(self):
        for content in "", "\n", " \t\r\n \n", "\ufeff":
            self.refuse("the text is empty", self.write("empty.txt", content))
        self.refuse("the text is empty", "-")

    def test_only_rare_words(self):
        path = self.write("rare.txt", "a b c\nd e f\n")
        self.refuse("none of the 6 different words occurs at least 5 times; lower --min-count",
                    path)

    def test_inputs_that_cannot_be(self):
        self.fail_with(2, "CORPUS: expected a path, found nothing", "train", "", "-o", "v")
        self.fail_with(2, "CORPUS: standard input, '-', is given twice; give it once", "vocab", "-", "-")

    def test_utf16(self):
        for encoding in "utf-16-le", "utf-16-be":
            path = self.write("utf16.txt", "\ufeffsome text\n".encode(encoding))
            self.refuse("utf16.txt: is UTF-16 text, expected UTF-8; convert it with: iconv", path)

    def test_invalid_utf8_names_path_and_offset(self):
        for content, offset in (b"good b\xffd\n", 5), (b"\x80\n", 0), (b"caf\xc3\n", 0), (
                "naïve ".encode() + b"\xed\xa0\x80", 7):
            path = self.write("bad.txt", content * 10)
            self.refuse(f"bad.txt: invalid UTF-8 in the token at byte {offset}; choose "
                        "--invalid-utf8 replace or keep", path,
                        arguments=["--invalid-utf8", "fail"])

    def test_invalid_utf8_is_found_far_into_a_file(self):
        text = support.sample("sample.txt").read_bytes()
        path = self.write("bad.txt", text + b"caf\xc3 " + text)
        self.refuse(f"at byte {len(text)};", path, arguments=["--invalid-utf8", "fail"])

    def test_damaged_compression(self):
        text = support.short_text().read_bytes()
        for name, compressed in (("a.gz", gzip.compress(text)), ("a.bz2", bz2.compress(text)),
                                 ("a.xz", lzma.compress(text))):
            for damaged in (compressed[:len(compressed) // 2], compressed[:7],
                            compressed[:1000] + b"garbage" + compressed[1007:]):
                self.write(name, damaged)
                self.refuse(f"{name}: the compressed data is damaged or cut short", name)


class TrainErrorTest(support.CommandTest):
    def refuse(self, message, *arguments, code=1):
        self.fail_with(code, message, "train", *arguments, "-o", "out.bin", "--dim", "4")
        self.assertNotIn("out.bin", os.listdir(self.folder))

    def test_nothing_to_learn(self):
        self.refuse("no sentence of the text has two words", self.write("a.txt", "a\n" * 10))

    def test_divergence(self):
        self.refuse("training diverged; try --alpha 0.025", support.short_text(), "--alpha", "1e6")

    def test_bad_vocabularies(self):
        for content, message in (("a\n", "vocab.txt: line 1: found 'a'"), ("a 9\nb x\n", "line 2"),
                                 ("a 9\na 8\n", "line 2: the word 'a' occurs a second time"),
                                 ("a -9\n", "line 1"), ("a 1e30\n", "line 1"), (" 9\n", "line 1"),
                                 ("a 99999999999999999999\n", "line 1"), ("", "vocab.txt: "),
                                 ("a 1\n", "none of its 1 words occurs at least 5 times"),
                                 ("no-such-word 9\n", "tokens of the text is in the vocabulary")):
            self.write("vocab.txt", content)
            self.refuse(message, support.short_text(), "--vocab", "vocab.txt")
        self.refuse("none.txt: cannot open", support.short_text(), "--vocab", "none.txt")

    def test_bad_start_vectors(self):
        os.mkfifo(self.folder / "never-written")
        self.refuse("none.bin: cannot open", "never-written", "--init", "none.bin")
        self.refuse("the start vectors have 8 dimensions; train with --dim 8", "never-written",
                    "--init",
                    support.few_vectors(), code=2)


class OutputErrorTest(support.CommandTest):
    """What is wrong with an output is found before any work, even before the text is there."""

    def setUp(self):
        super().setUp()
        os.mkfifo(self.folder / "never-written")
        self.before = sorted(os.listdir(self.folder))

    def refuse_early(self, message, output):
        for command in ["train", "--dim", "4"], ["vocab"]:
            self.fail_with(1, message, *command, "never-written", "-o", output)
        self.fail_with(1, message, "convert", "never-written", output)

    def test_a_missing_folder(self):
        message = "none/out.bin: cannot write: the folder none does not exist; create it first"
        self.refuse_early(message, "none/out.bin")
        self.assert_files(*self.before)

    def test_a_file_for_a_folder(self):
        self.write("file", "")
        self.refuse_early("the folder file does not exist", "file/out.bin")

    def test_a_folder_for_a_file(self):
        os.mkdir(self.folder / "folder.bin")
        self.refuse_early("folder.bin: is a folder, expected the name of an output file",
                          "folder.bin")
        self.refuse_early("expected the name of an output file", "folder.bin/")

    @unittest.skipIf(os.geteuid() == 0, "root may write everywhere")
    def test_a_folder_that_may_not_be_written(self):
        os.mkdir(self.folder / "sealed", 0o500)
        self.refuse_early("sealed/out.bin: cannot open for writing: Permission denied",
                          "sealed/out.bin")

    def test_the_input_as_output(self):
        text = self.write("text.txt", "a b c d\n" * 10)
        os.link(text, self.folder / "same.txt")
        for command in ["train", "--dim", "4"], ["vocab"]:
            for name in "text.txt", "./text.txt", "same.txt":
                self.fail_with(2, "is given twice", *command, text, "-o", name)
        self.assertEqual(text.read_text(), "a b c d\n" * 10)


class FullDiskTest(support.CommandTest):
    def commands(self):
        vectors = support.vectors()
        return [["similar", vectors, "king"], ["similarity", vectors, "king", "queen"],
                ["analogy", vectors, "man", "woman", "king"], ["info", vectors], ["--help"],
                ["train", "--help"], ["vocab", support.short_text()], ["convert", vectors, "-"],
                ["train", support.short_text(), "-o", "-", "--dim", "4", "--quiet"],
                ["similar", vectors, "king", "queen", "man", "--top", "1000", "--json"]]

    def test_results(self):
        with open("/dev/full", "wb") as full:
            for command in self.commands():
                result = self.run_wordkin(*command, stdout=full)
                self.assertEqual(result.code, 1, command)
                self.assertRegex(result.stderr,
                                 r"wordkin: standard output: cannot write: No space left")
                self.assertEqual(result.stderr.count("No space left"), 1, command)

    def test_a_closed_stdout(self):
        for command in self.commands():
            result = self.run_wordkin(*command, stdout=None, preexec_fn=lambda: os.close(1))
            self.assertEqual(result.code, 1, command)
            self.assertIn("wordkin: standard output: cannot write", result.stderr)

    def test_files(self):
        self.fail_with(1, "/dev/full: cannot write: No space left on device", "train",
                       support.short_text(), "-o", "/dev/full", "--quiet")
        self.fail_with(1, "/dev/full: cannot write: No space left on device", "vocab",
                       support.short_text(), "-o", "/dev/full")
        self.fail_with(1, "/dev/full: cannot write: No space left on device", "convert",
                       support.vectors(), "/dev/full")

    def test_a_state_that_cannot_be_saved_keeps_nothing_else_back(self):
        train = ["--dim", "4", "--epochs", "1", "--save-state", "/dev/full", "--json"]
        for command in (["train", support.short_text()],
                        ["sentiment", "train", "--data", support.sample("sample-reviews.tsv"), "--units", "4",
                         "--no-baseline", "--checkpoint-every", "0.001s"]):
            result = self.run_wordkin(*command, *train, "-o", "result", "--report", "report.html")
            self.assertEqual(result.code, 1)
            self.assertIn("wordkin: /dev/full: cannot write: No space left on device; the state was not saved\n",
                          result.stderr)
            self.assertTrue(result.stderr.endswith("wordkin: the result is saved, but not the state of training\n"))
            self.assertEqual(result.json["bytes"], (self.folder / "result").stat().st_size)
            self.assert_files("report.html", "result")

    def test_a_state_that_cannot_be_saved_shows_where_nobody_reads_the_results(self):
        process = self.start("train", support.short_text(), "--dim", "4", "-o", "result", "--save-state", "/dev/full",
                             "--json")
        process.stdout.close()
        self.assertEqual((process.wait(60), process.stderr.read().splitlines()[-1]),
                         (1, b"wordkin: the result is saved, but not the state of training"))

    @unittest.skipIf(support.COUNTED, "skipped: counts of lines are written too")
    def test_a_file_that_grows_too_large(self):
        def limit():
            resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))

        for extension in support.FORMATS:
            name = f"out{extension}"
            existing = self.write(name, "precious")
            self.fail_with(1, f"{name}: cannot write: File too large", "convert", support.vectors(),
                           name, preexec_fn=limit)
            self.fail_with(1, f"{name}: cannot write: File too large", "train",
                           support.short_text(),
                           "-o", name, "--quiet", preexec_fn=limit)
            self.assertEqual(existing.read_text(), "precious")
            self.assert_files(name)
            existing.unlink()

    def test_a_pipe_that_is_closed_early_is_no_failure(self):
        for command in (["vocab", support.sample("sample.txt"), "--min-count", "1"],
                        ["convert", support.vectors(), "-"],
                        ["train", support.sample("sample.txt"), "-o", "-", "--epochs", "1"],
                        ["similar", support.vectors(), "king", "--top", "2000", "--json"],
                        ["info", support.vectors()]):
            process = self.start(*command, "--quiet", stdin=None)
            process.stdout.close()
            self.assertEqual(process.stderr.read(), b"", command)
            self.assertEqual(process.wait(60), 0, command)


if __name__ == "__main__":
    unittest.main()
