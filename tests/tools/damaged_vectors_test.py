"""Files of vectors that are damaged, cut short or made up: one clear line, never a crash."""
import gzip
import json
import os
import pathlib
import random
import resource
import struct
import unittest

import support

# Of each format. A program with sanitizers starts and ends slowly; the tests of embed/vectors try
# every length and every byte with them.
CUTS = 30 if support.SANITIZER else 150
CHANGES = 15 if support.SANITIZER else 60
MEMORY = 2 << 30  # bytes


def limit_memory():
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


class DamagedVectorsTest(support.CommandTest):
    @classmethod
    def setUpClass(cls):
        cls.random = random.Random(1)

    def refuse(self, name, content, message="", **options):
        """A file with this content is no file of vectors."""
        self.write(name, content)
        result = self.fail_with(1, message, "info", name, **options)
        self.assertTrue(result.stderr.startswith(f"wordkin: {name}: "), result.stderr)

    def whole(self, extension):
        """A whole file of vectors, and its bytes."""
        self.succeed("convert", support.few_vectors(), f"whole{extension}")
        return (self.folder / f"whole{extension}").read_bytes()

    def cuts(self, content):
        lengths = set(range(20)) | set(range(len(content) - 10, len(content)))
        while len(lengths) < min(CUTS, len(content)):
            lengths.add(self.random.randrange(len(content)))
        return sorted(lengths)


class CutShortTest(DamagedVectorsTest):
    def test_safetensors(self):
        whole = self.whole(".safetensors")
        for length in self.cuts(whole):
            self.refuse("cut.safetensors", whole[:length])

    def test_word2vec_binary(self):
        whole = self.whole(".bin")
        for length in self.cuts(whole[:-1]):  # the last newline means nothing
            self.refuse("cut.bin", whole[:length])

    def test_word2vec_text(self):
        whole = self.whole(".vec")
        for length in self.cuts(whole):
            self.refuse("cut.vec", whole[:length])

    def test_glove(self):
        whole = self.whole(".glove")
        for length in self.cuts(whole):
            if not whole[:length].endswith(b"\n"):  # there it cannot be told
                self.refuse("cut.glove", whole[:length])

    def test_compressed(self):
        whole = gzip.compress(self.whole(".vec"))
        for length in self.random.sample(range(2, len(whole) - 1), 30):
            self.refuse("cut.gz", whole[:length])


class ChangedTest(DamagedVectorsTest):
    def test_garbage(self):
        for size in [1, 2, 7, 8, 9, 16] + [self.random.randrange(5000) for _ in range(40)]:
            self.refuse("garbage", self.random.randbytes(size))

    def test_other_kinds_of_files(self):
        self.refuse("empty.vec", b"", "is empty, expected word vectors")
        self.refuse("text", support.short_text().read_bytes())
        self.refuse("program", pathlib.Path(support.WORDKIN).read_bytes()[:100_000])
        self.refuse("zeros", bytes(10_000))
        self.refuse("newlines", b"\n" * 10_000)
        self.refuse("spaces", b" " * 10_000)
        self.refuse("one-line", b"x" * 100_000)

    def test_changed_bytes_never_crash(self):
        for extension in support.FORMATS:
            whole = self.whole(extension)
            for _ in range(CHANGES):
                changed = bytearray(whole)
                for _ in range(self.random.choice([1, 1, 1, 10])):
                    place = self.random.choice([len(whole), 200, 20])
                    changed[self.random.randrange(min(place,
                                                      len(whole)))] = self.random.randrange(256)
                self.write("changed", bytes(changed))
                result = self.run_wordkin("info", "changed")  # notices death by signal
                self.assertIn(result.code, (0, 1))
                if result.code == 1:
                    self.assertRegex(result.stderr, r"\Awordkin: changed: .*\n\Z")

    def test_words_that_occur_twice(self):
        for name, content in (("twice.vec", b"3 2\na 1 2\nb 3 4\na 5 6\n"),
                              ("twice.glove", b"a 1 2\nb 3 4\na 5 6\n"),
                              ("twice.bin", b"3 1\na \0\1\2\3b \0\1\2\3a \0\1\2\3")):
            self.refuse(name, content, "word 3, 'a', is also word 1; remove one of the two")
        support.write_safetensors(self.folder / "made.safetensors", [b"a", b"b", b"a"],
                                  [[1], [2], [3]])
        self.refuse("twice.safetensors", (self.folder / "made.safetensors").read_bytes(),
                    "word 3, 'a', is also word 1")

    def test_words_that_are_empty(self):
        self.refuse("empty.vec", b"1 2\n 1 2\n", "word 1 is empty")
        self.refuse("empty.bin", b"2 1\naa \0\1\2\3 \0\1\2\3", "word 2 is empty")
        support.write_safetensors(self.folder / "made.safetensors", [b"a", b""], [[1], [2]])
        self.refuse("empty.safetensors", (self.folder / "made.safetensors").read_bytes(),
                    "word 2 is empty")

    def test_wrong_counts(self):
        self.refuse("few.vec", b"3 2\na 1 2\nb 3 4\n", "promises 3 vectors, but 2 lines follow")
        self.refuse("many.vec", b"1 2\na 1 2\nb 3 4\n", "promises 1 vectors, but 2 lines follow")
        self.refuse("narrow.vec", b"2 3\na 1 2\nb 3 4\n")
        self.refuse("wide.vec", b"2 2\na 1 2\nb 3 4 x\n", "line 3: found 'x'")
        self.refuse("few.bin", b"3 1\na \0\1\2\3b \0\1\2\3", "promises 3 vectors of 1 dimensions")
        self.refuse("many.bin", b"1 1\na \0\1\2\3b \0\1\2\3", "6 bytes follow the last")
        self.refuse("ragged.glove", b"a 1 2\nb 3 4\nc 5\n")
        self.refuse("none.vec", b"0 5\n")
        self.refuse("flat.vec", b"1 0\na\n")

    def test_values_that_are_not_finite(self):
        for value in "nan", "inf", "-inf", "1e39", "NaN", "-1e400", "x", "1,5", "0x1p3", "--1":
            self.refuse("value.vec", f"2 2\na 1 2\nb 3 {value}\n".encode(), "line 3")
            self.refuse("value.glove", f"a 1 2\nb 3 {value}\n".encode(), "line 2")
        for value in float("nan"), float("inf"), float("-inf"):
            self.refuse("value.bin", b"1 1\na " + struct.pack("<f", value), "not finite")
            support.write_safetensors(self.folder / "made.safetensors", [b"a"], [[value]])
            self.refuse("value.safetensors", (self.folder / "made.safetensors").read_bytes(),
                        "not finite")

    def test_a_flipped_bit_of_a_vector_is_noticed_where_it_is_used(self):
        support.write_safetensors(self.folder / "plain.safetensors", [b"a", b"b", b"c"], [[1, 2], [3, 4], [5, 7]])
        self.succeed("convert", "plain.safetensors", "noted.vec")
        self.succeed("convert", "noted.vec", "noted.safetensors")  # with lengths
        content = (self.folder / "noted.safetensors").read_bytes()
        self.write("damaged.safetensors", content.replace(struct.pack("<f", 7), struct.pack("<f", 7.5)))
        self.succeed("index", "noted.safetensors")
        os.rename(self.folder / "noted.safetensors.index", self.folder / "damaged.safetensors.index")
        for command in (["similar", "c"], ["similar", "b"], ["similar", "b", "--index"], ["similarity", "c", "a"],
                        *(["analogy", "a", "a", "b", "--method", method] for method in ("3cosadd", "3cosmul", "pairdirection"))):
            self.fail_with(1, "the vector of 'c' (row 3) has the length 9.01388 and not 8.60233, as its file says",
                           command[0], "damaged.safetensors", *command[1:])
        for command in ["info"], ["convert", "out.bin"]:
            self.fail_with(1, "damaged.safetensors: row 3 of tensor 'vectors' has the length 9.01388 and not 8.60233",
                           command[0], "damaged.safetensors", *command[1:])

    def test_every_command_refuses_alike(self):
        self.write("cut.vec", b"3 2\na 1 2\n")
        text = support.sample("sample-analogies.txt")
        for command in (["info", "cut.vec"], ["similar", "cut.vec", "a"],
                        ["similarity", "cut.vec", "a", "a"], ["analogy", "cut.vec", "a", "a", "a"],
                        ["evaluate", "cut.vec", "--analogies", text],
                        ["convert", "cut.vec", "out.bin"],
                        ["train", support.short_text(), "--init", "cut.vec", "-o", "out.bin"]):
            self.fail_with(1, "wordkin: cut.vec: the header promises 3 vectors", *command)
        self.assert_files("cut.vec")


class PromiseTest(DamagedVectorsTest):
    """Headers that promise more than there is are refused before memory is asked for."""

    def setUp(self):
        super().setUp()
        # Address sanitizers map terabytes beforehand.
        self.options = {} if support.SANITIZER else {"preexec_fn": limit_memory}

    def refuse(self, name, content, message="", **options):
        super().refuse(name, content, message, **self.options)

    def test_word2vec(self):
        for header in (b"1000000000000 300\n", b"300 1000000000000\n", b"4294967297 4294967297\n",
                       b"18446744073709551615 1\n", b"1 18446744073709551615\n",
                       b"18446744073709551615 18446744073709551615\n", b"4611686018427387904 4\n",
                       b"99999999999999999999999 2\n", b"1000000000000 0\n"):
            self.refuse("huge.vec", header + b"a 1 2\nb 1 2\n")
            self.refuse("huge.bin", header + b"a \0\1\2\3\0\1\2\3\n" * 100)

    def test_safetensors_header_length(self):
        for length in 0, 1, 100, 10**8, 10**8 + 1, 10**12, 2**63, 2**64 - 1:
            self.refuse("huge.safetensors", struct.pack("<Q", length) + b"{}")

    def test_safetensors_tensors(self):
        header = lambda tensors: json.dumps(tensors).encode()
        for shape, offsets in (([10**12, 300], [0, 1200 * 10**12]), ([10**12, 300], [0, 16]),
                               ([2**62, 4], [0, 16]), ([2**63, 2], [0, 0]), ([4, 1], [-16, 0]),
                               ([4, 1], [2**64 - 16, 2**64]), ([4, 1], [16, 0]), ([4, 1], [8, 24]),
                               ([4], [0, 16]), ([-4, 1], [0, 16]), ([4.5, 1], [0, 18]),
                               ([0, 10**12], [0, 0]), ([10**12, 0], [0, 0])):
            text = header({"vectors": {"dtype": "F32", "shape": shape, "data_offsets": offsets}})
            self.refuse("huge.safetensors", struct.pack("<Q", len(text)) + text + bytes(16))

    def test_safetensors_headers_of_another_shape(self):
        tensor = {"dtype": "F32", "shape": [1, 1], "data_offsets": [0, 4]}
        for text in (b"{", b"{}", b"[]", b"{\"a\": 1}", b"{\"vectors\": []}", b"{" * 10_000,
                     b"{\"a\":" * 10_000, b"{\"\xff\": 1}",
                     json.dumps({"vectors": {**tensor, "dtype": "F16", "shape": [1, 2]}}).encode(),
                     json.dumps({"vectors": {**tensor, "dtype": "X"}}).encode(),
                     json.dumps({"vectors": tensor}).encode(),
                     json.dumps({"__metadata__": 3, "vectors": tensor}).encode(),
                     json.dumps({"__metadata__": {"a": 3}, "vectors": tensor}).encode()):
            self.refuse("made.safetensors", struct.pack("<Q", len(text)) + text + bytes(4))

    def test_word_offsets(self):
        path = support.write_safetensors(self.folder / "made.safetensors", [b"ab", b"cd"],
                                         [[1], [2]])
        whole = path.read_bytes()
        offsets = struct.pack("<3q", 0, 2, 4)
        self.assertEqual(whole.count(offsets), 1)
        for changed in (0, 2, 5), (0, 3, 2), (-1, 2, 4), (0, 2**62, 4), (0, -2**63, 4), (0, 2,
                                                                                         2**63 - 1):
            self.refuse("bad.safetensors", whole.replace(offsets, struct.pack("<3q", *changed)))

    def test_a_small_file_needs_little_memory(self):
        self.succeed("info", support.vectors(), **self.options)


if __name__ == "__main__":
    unittest.main()
