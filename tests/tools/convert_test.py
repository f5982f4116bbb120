"""Vectors from one format to another, value by value."""
import bz2
import gzip
import lzma
import os
import struct
import unittest

import support

# Values whose text is long, short, tiny, huge, or a zero with a sign.
VALUES = [0.1, -0.0, 1 / 3, 1e-45, -3.4028234663852886e38, 16777217, 1.17549435e-38, 5]


class RoundTripTest(support.CommandTest):
    def assert_same_vectors(self, first, second):
        a, b = (support.read_safetensors(self.folder / path)[0] for path in (first, second))
        for name in "vectors", "words", "word_offsets":
            self.assertEqual(a[name], b[name], name)

    def test_every_format_keeps_every_bit(self):
        bits = [struct.unpack("<f", struct.pack("<I", (i * 2654435761) % 2**32 & 0xff7fffff))[0]
                for i in range(4000)]
        rows = [bits[i:i + 8] for i in range(0, len(bits), 8)] + [VALUES]
        words = [f"word{i}".encode() for i in range(len(rows))]
        support.write_safetensors(self.folder / "in.safetensors", words, rows)
        for extension in support.FORMATS:
            self.succeed("convert", "in.safetensors", f"there{extension}")
            self.succeed("convert", f"there{extension}", "back.safetensors")
            self.assert_same_vectors("in.safetensors", "back.safetensors")

    def test_trained_vectors_keep_counts_context_and_metadata(self):
        self.succeed("train", support.short_text(), "-o", "in.safetensors", "--dim", "5",
                     "--save-context")
        self.succeed("convert", "in.safetensors", "out.safetensors")
        self.assertEqual(support.read_safetensors(self.folder / "out.safetensors"),
                         support.read_safetensors(self.folder / "in.safetensors"))

    def test_through_all_formats_in_turn(self):
        path = support.few_vectors()
        for step, extension in enumerate([".bin", ".glove", ".vec", ".bin", ".vec",
                                          ".safetensors"]):
            self.succeed("convert", path, f"step{step}{extension}")
            path = self.folder / f"step{step}{extension}"
        self.assert_same_vectors(support.few_vectors(), path)

    def test_the_layout_of_each_format(self):
        support.write_safetensors(self.folder / "in.safetensors", ["a".encode(), "é".encode()],
                                  [[1, -0.5], [0.1, 2]])
        for extension, expected in (
                (".vec", "2 2\na 1 -0.5\né 0.1 2\n".encode()),
                (".glove", "a 1 -0.5\né 0.1 2\n".encode()),
                (".bin", b"2 2\na " + struct.pack("<2f", 1, -0.5) + b"\n" + "é ".encode()
                 + struct.pack("<2f", 0.1, 2) + b"\n")):
            self.succeed("convert", "in.safetensors", f"out{extension}")
            self.assertEqual((self.folder / f"out{extension}").read_bytes(), expected)

    def test_what_other_programs_write(self):
        expected = support.write_safetensors(self.folder / "expected.safetensors", [b"a", b"b"],
                                             [[1, 0.5], [-2, 0]])
        packed = [struct.pack("<2f", 1, 0.5), struct.pack("<2f", -2, 0)]
        for name, content in (
                ("trailing-spaces.vec", b"2 2 \na 1 0.5 \nb -2 0 \n"),
                ("windows.vec", b"2 2\r\na 1 0.5\r\nb -2 0\r\n"),
                ("tabs.vec", b"2\t2\na\t1\t0.5\nb\t-2\t0\n"),
                ("digits.vec", b"2 2\na 1.000000 5.000000e-01\nb -2.000000 0.000000\n"),
                ("no-newlines.bin", b"2 2\na " + packed[0] + b"b " + packed[1]),
                ("newlines.bin", b"2 2\na " + packed[0] + b"\nb " + packed[1] + b"\n")):
            self.write(name, content)
            self.succeed("convert", name, "out.safetensors")
            self.assert_same_vectors(expected, "out.safetensors")

    def test_from_standard_input_to_standard_output(self):
        data = support.few_vectors().read_bytes()
        for extension, format_name in support.FORMATS.items():
            self.succeed("convert", support.few_vectors(), f"file{extension}")
            result = self.succeed("convert", "-", "-", "--format", format_name, stdin=data)
            self.assertEqual(result.stdout, (self.folder / f"file{extension}").read_bytes())
            self.assertNotEqual(result.stderr, "")
        plain = self.succeed("convert", "-", "-", stdin=data).stdout
        self.assertEqual(plain, (self.folder / "file.vec").read_bytes())

    def test_compressed_input(self):
        for extension in support.FORMATS:
            self.succeed("convert", support.few_vectors(), f"plain{extension}")
            plain = (self.folder / f"plain{extension}").read_bytes()
            for compress in gzip.compress, bz2.compress, lzma.compress:
                self.write("compressed", compress(plain))
                self.succeed("convert", "compressed", "out.safetensors")
                self.assert_same_vectors(support.few_vectors(), "out.safetensors")

    def test_onto_itself(self):
        self.succeed("convert", support.few_vectors(), "a.bin")
        self.succeed("convert", "a.bin", "a.bin", "--format", "glove")
        self.assertEqual(self.info("a.bin")["format"], "glove")
        self.assert_files("a.bin")

    def test_the_report(self):
        report = self.succeed("convert", support.few_vectors(), "out.bin", "--json").json
        self.assertEqual(report,
                         {"output": "out.bin", "bytes": os.path.getsize(self.folder / "out.bin"),
                                  "words": 40, "dim": 8, "invalid_utf8_words": 0})


class WordsTest(support.CommandTest):
    def make(self, *words):
        return support.write_safetensors(self.folder / "in.safetensors", list(words),
                                         [[i + 1] for i in range(len(words))])

    def words_of(self, path):
        tensors, _ = support.read_safetensors(self.folder / path)
        offsets = struct.unpack(f"<{len(tensors['word_offsets']) // 8}q", tensors["word_offsets"])
        return [tensors["words"][begin:end] for begin, end in zip(offsets, offsets[1:])]

    def test_words_with_spaces(self):
        self.make(b"new york", b"paris")
        existing = self.write("out.bin", "precious")
        message = ("the word 'new york' holds a space or a newline, which word2vec-binary cannot "
                   "represent; choose safetensors")
        self.fail_with(2, message, "convert", "in.safetensors", "out.bin")
        self.assertEqual(existing.read_text(), "precious")
        for extension in ".safetensors", ".vec", ".glove":
            self.succeed("convert", "in.safetensors", f"out{extension}")
            self.succeed("convert", f"out{extension}", "back.safetensors")
            self.assertEqual(self.words_of("back.safetensors"), [b"new york", b"paris"])

    def test_words_with_newlines(self):
        self.make(b"new\nyork")
        for extension in ".bin", ".vec", ".glove":
            result = self.run_wordkin("convert", "in.safetensors", f"out{extension}")
            self.assertEqual(result.code, 2)
            self.assertIn("holds a", result.stderr)
        self.assert_files("in.safetensors")

    def test_words_that_are_numbers(self):
        self.make(b"1", b"2 3", b"-4e5")
        for extension in ".vec", ".safetensors":
            self.succeed("convert", "in.safetensors", f"out{extension}")
            self.succeed("convert", f"out{extension}", "back.safetensors")
            self.assertEqual(self.words_of("back.safetensors"), [b"1", b"2 3", b"-4e5"])

    def test_invalid_utf8_is_kept(self):
        self.make(b"good", b"caf\xe9")
        for options in [], ["--invalid-utf8", "keep"]:
            report = self.succeed("convert", "in.safetensors", "out.bin", *options, "--json")
            self.assertEqual(report.json["invalid_utf8_words"], 1)
            self.assertIn("1 words are not valid UTF-8", report.stderr)
            self.succeed("convert", "out.bin", "back.safetensors")
            self.assertEqual(self.words_of("back.safetensors"), [b"good", b"caf\xe9"])

    def test_invalid_utf8_is_replaced(self):
        self.make(b"good", b"caf\xe9", b"\xff\xfe")
        self.succeed("convert", "in.safetensors", "out.safetensors", "--invalid-utf8", "replace")
        self.assertEqual([word.decode() for word in self.words_of("out.safetensors")],
                         ["good", "caf\ufffd", "\ufffd\ufffd"])

    def test_invalid_utf8_fails(self):
        self.make(b"good", b"caf\xe9")
        self.fail_with(1, "word 2 is not valid UTF-8; choose --invalid-utf8 replace or keep",
                       "convert",
                       "in.safetensors", "out.bin", "--invalid-utf8", "fail")
        self.assert_files("in.safetensors")

    def test_words_that_become_the_same(self):
        self.make(b"caf\xe9", b"caf\xe8")
        self.fail_with(1, "word 2 would be the same as an earlier one", "convert", "in.safetensors",
                       "out.bin", "--invalid-utf8", "replace")

    def test_invalid_utf8_in_answers_is_valid_json(self):
        self.make(b"good", b"caf\xe9")
        self.assertEqual(self.info("in.safetensors")["first_words"], ["good", "caf\ufffd"])
        result = self.succeed("similar", "in.safetensors", "good", "--json").json
        self.assertEqual(result["neighbors"][0]["word"], "caf\ufffd")


class TextPolicyTest(support.CommandTest):
    """What training and counting do with text that is not UTF-8."""

    def test_words_of_text(self):
        text = self.write("bad.txt", b"caf\xe9 good caf\xe9 caf\xc3\n" * 5)
        for policy, expected in (("keep", b"caf\xe9 10\ncaf\xc3 5\ngood 5\n"),
                                 ("replace", "caf\ufffd 15\ngood 5\n".encode())):
            result = self.succeed("vocab", text, "--invalid-utf8", policy)
            self.assertEqual(sorted(result.stdout.splitlines()), sorted(expected.splitlines()))
            self.assertIn("15 tokens were not valid UTF-8", result.stderr)
        self.assertEqual(self.succeed("vocab", text).stdout,
                         self.succeed("vocab", text, "--invalid-utf8", "replace").stdout)
        report = self.succeed("vocab", text, "-o", "words.txt", "--json").json
        self.assertEqual(report["invalid_utf8_tokens"], 15)


if __name__ == "__main__":
    unittest.main()
