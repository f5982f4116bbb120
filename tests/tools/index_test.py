"""wordkin index, and similar with what it makes."""
import json
import unittest

import support

WORDS = [f"w{i}" for i in range(500)]


def rows(words, seed):
    """Vectors without order, the same for the same seed."""
    state = seed
    for _ in words:
        row = []
        for _ in range(8):
            state = (state * 1103515245 + 12345) % (1 << 31)
            row.append(state / (1 << 30) - 1)
        yield row


class IndexTest(support.CommandTest):
    def setUp(self):
        super().setUp()
        self.write_vectors("v.safetensors", 1)

    def write_vectors(self, name, seed):
        support.write_safetensors(self.folder / name, [word.encode() for word in WORDS],
                                  list(rows(WORDS, seed)))

    def similar(self, *options, **more):
        lines = self.succeed("similar", "v.safetensors", "--json", *options, **more).text
        return [json.loads(line) for line in lines.splitlines()]

    def test_a_wide_search_finds_what_an_exact_one_does(self):
        report = self.succeed("index", "v.safetensors", "--json").json
        self.assertEqual((report["output"], report["words"]), ("v.safetensors.index", len(WORDS)))
        self.assertEqual(report["bytes"], (self.folder / "v.safetensors.index").stat().st_size)
        self.assertGreater(report["recall"], 0.95)
        self.assertEqual(self.similar("w3", "--index", "--width", "500"), self.similar("w3"))
        self.assertEqual(self.similar("--index", "--width", "500", stdin="\n".join(WORDS)),
                         self.similar(stdin="\n".join(WORDS)))

    def test_the_summary(self):
        lines = self.succeed("index", "v.safetensors", "--sample", "50").text.splitlines()
        self.assertRegex(lines[0], r"^v.safetensors.index: 500 words, [\d.]+ KiB$")
        self.assertRegex(lines[1], r"^50 words drawn, width 100, threads: \d+: [\d.]+ % of the 10 nearest found$")
        self.assertRegex(lines[2], r"^ +\d+ queries a second with the index$")

    def test_without_an_index(self):
        result = self.fail_with(1, "v.safetensors.index", "similar", "v.safetensors", "w3", "--index")
        self.assertIn("make it with: wordkin index v.safetensors", result.stderr)

    def test_the_index_of_other_vectors_is_refused(self):
        self.succeed("index", "v.safetensors", "--quiet")
        self.write_vectors("v.safetensors", 2)
        result = self.fail_with(1, "other vectors", "similar", "v.safetensors", "w3", "--index")
        self.assertIn("wordkin index", result.stderr)

    def test_a_damaged_index_is_refused(self):
        self.succeed("index", "v.safetensors", "--quiet")
        path = self.folder / "v.safetensors.index"
        whole = path.read_bytes()
        for length in 0, 7, 100, len(whole) // 2, len(whole) - 1:
            path.write_bytes(whole[:length])
            self.fail_with(1, "v.safetensors.index", "similar", "v.safetensors", "w3", "--index")


if __name__ == "__main__":
    unittest.main()
