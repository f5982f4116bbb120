"""Two files of vectors beside each other: compare."""
import unittest

import support

A = {
    "king": [1, 0, 0, 1],
    "queen": [0, 1, 0, 1],
    "man": [1, 0, 0, 0],
    "woman": [0, 1, 0, 0],
    "boat": [0, 0, 1, 0],
    "Paris": [0, 0, 1, 0.5],
}
# In another order and with other words, of another dimension: queen lies where boat should.
B = {
    "rocket": [0, 0, 1],
    "man": [1, 0, 0],
    "boat": [0, 1, 1],
    "king": [1, 0, 1],
    "woman": [0, 1, 0],
    "queen": [-1, 0, 0],
}


class CompareTest(support.CommandTest):
    def setUp(self):
        super().setUp()
        for name, vectors in ("a", A), ("b", B):
            support.write_safetensors(self.folder / f"{name}.safetensors",
                                      [word.encode() for word in vectors], list(vectors.values()))

    def compare(self, *arguments, **options):
        return self.succeed("compare", "a.safetensors", "b.safetensors", *arguments, **options)

    def test_words_that_both_have(self):
        report = self.compare("--json").json
        self.assertEqual((report["a"], report["b"]), ("a.safetensors", "b.safetensors"))
        self.assertEqual((report["shared_words"], report["only_in_a"], report["only_in_b"]), (5, 1, 1))
        self.assertIn("\n5 words in both, 1 only in A, 1 only in B\n", self.compare().text)
        self.assertNotIn("analogies", report)

    def test_neighbors(self):
        bands = self.compare("--json", "--neighbors", "1").json["neighbors"]
        self.assertEqual([band["band"] for band in bands], ["frequent", "middling", "rare"])
        # Thirds of king, queen, man, woman, boat. Nearest by a: man, woman, king, queen, king (all
        # are 0, and the first wins); by b: man, woman (0), king, boat, woman.
        self.assertEqual([band["words"] for band in bands], [1, 2, 2])
        self.assertEqual([band["overlap"] for band in bands], [1, 1, 0])
        text = self.compare("--neighbors", "1").text
        self.assertRegex(text, r"\nneighbours\n  of the 1 nearest the same +share +95 % interval +words\n"
                               r"  frequent words +100\.00 % +100\.00 to 100\.00 +1\n")

    def test_analogies(self):
        self.write("q.txt", ": x\nman woman king queen\nman woman Paris boat\n: gram\nman king woman "
                            "queen\n")
        report = self.compare("--analogies", "q.txt", "--json").json
        (scores,) = report["analogies"]
        self.assertEqual(report["method"], "3cosadd")
        self.assertEqual(scores["file"], "q.txt")
        self.assertEqual([section["name"] for section in scores["sections"]], ["x", "gram"])
        total = scores["total"]
        self.assertEqual((total["answered"], total["questions"]), (2, 3))
        self.assertEqual(total["accuracy"], {"a": 1, "b": 0, "difference": -1, "interval": [-1, -1],
                                             "p_value": 0.5})
        self.assertEqual(scores["unknown_words"], 1)  # Paris, which only a has
        table = self.compare("--analogies", "q.txt").text
        self.assertRegex(table, r"\n  total +100\.00 % +0\.00 % +-100\.00 +-100\.00 to -100\.00 +0\.5 +2\n")

    def test_similarities(self):
        self.write("pairs.txt", "king man 9\nking queen 5\nking woman 3\nking Paris 7\n")
        (scores,) = self.compare("--similarities", "pairs.txt", "--json").json["similarities"]
        self.assertEqual((scores["found"], scores["pairs"]), (3, 4))
        self.assertAlmostEqual(scores["spearman"]["a"], 1)
        self.assertAlmostEqual(scores["spearman"]["b"], 0.5)
        self.assertAlmostEqual(scores["spearman"]["difference"], -0.5)
        self.assertIsNone(scores["spearman"]["interval"])
        self.assertRegex(self.compare("--similarities", "pairs.txt").text,
                         r"\n  spearman +1\.0000 +0\.5000 +-0\.5000 +- +[\d.]+ +3\n")

    def test_a_file_and_itself(self):
        files = ["--analogies", support.sample("sample-analogies.txt"), "--similarities",
                 support.sample("sample-similarities.txt")]
        report = self.succeed("compare", support.vectors(), support.vectors(), *files, "--json").json
        self.assertEqual((report["only_in_a"], report["only_in_b"]), (0, 0))
        for band in report["neighbors"]:
            self.assertEqual((band["overlap"], band["interval"]), (1, [1, 1]))
        (analogies,) = report["analogies"]
        (similarities,) = report["similarities"]
        for found in [analogies["total"]["accuracy"], similarities["spearman"], similarities["pearson"]]:
            self.assertEqual((found["difference"], found["interval"], found["p_value"]), (0, [0, 0], 1))
            self.assertEqual(found["a"], found["b"])
        alone = self.succeed("evaluate", support.vectors(), *files, "--json").json
        self.assertEqual(analogies["total"]["accuracy"]["a"], alone["analogies"][0]["total"]["accuracy"])
        self.assertEqual(similarities["spearman"]["a"], alone["similarities"][0]["spearman"])

    def test_restrict_is_for_each_file(self):
        report = self.compare("--restrict", "3", "--json").json
        self.assertEqual((report["shared_words"], report["only_in_a"], report["only_in_b"]), (1, 2, 2))
        self.assertIsNone(report["neighbors"][2]["overlap"])

    def test_ignore_case_and_unknown_words(self):
        self.write("q.txt", "MAN WOMAN KING QUEEN\n")
        result = self.compare("--analogies", "q.txt", "--json")
        total = result.json["analogies"][0]["total"]
        self.assertEqual(total, {"name": "total", "accuracy": {
            "a": None, "b": None, "difference": None, "interval": None, "p_value": None},
            "answered": 0, "questions": 1})
        self.assertEqual(result.stderr, "wordkin: q.txt: 1 of 1 skipped for 4 unknown words: MAN, WOMAN, "
                                        "KING, ...; --ignore-case would find 4\n")
        self.assertIn("KING, ...; --ignore-case would find 4, a higher --restrict may find more\n",
                      self.compare("--analogies", "q.txt", "--restrict", "6").stderr)
        total = self.compare("--analogies", "q.txt", "--ignore-case", "--json").json["analogies"][0]["total"]
        self.assertEqual(total["accuracy"]["a"], 1)

    def test_the_number_of_threads_does_not_matter(self):
        files = ["--analogies", support.sample("sample-analogies.txt"), "--similarities",
                 support.sample("sample-similarities.txt"), "--json"]
        one, three = (self.succeed("compare", support.vectors(), support.few_vectors(), *files, "--threads",
                                   threads).stdout for threads in ("1", "3"))
        self.assertEqual(one, three)

    def test_the_seed_matters(self):
        one, two = (self.succeed("compare", support.vectors(), support.few_vectors(), "--json", "--words",
                                 "10", "--seed", seed).stdout for seed in ("1", "2"))
        self.assertNotEqual(one, two)

    def test_vectors_from_standard_input(self):
        b = (self.folder / "b.safetensors").read_bytes()
        report = self.succeed("compare", "a.safetensors", "-", "--json", stdin=b).json
        self.assertEqual(report["shared_words"], 5)
        self.fail_with(2, "standard input is given twice", "compare", "-", "-", stdin=b)

    def test_files_that_cannot_be_compared(self):
        support.write_safetensors(self.folder / "c.safetensors", [b"KING"], [[1]])
        self.fail_with(2, "no word is in both files: the first has 'king', the second 'KING'", "compare",
                       "a.safetensors", "c.safetensors")
        self.fail_with(1, "none.safetensors: cannot open", "compare", "a.safetensors", "none.safetensors")
        self.write("bad.txt", "a b\nc d e\n")
        self.fail_with(1, "bad.txt: line 2: found 'c d e'", "compare", "a.safetensors", "b.safetensors",
                       "--analogies", "bad.txt")
        for option in "--neighbors", "--words":
            self.fail_with(2, f"{option}: expected at least 1, found 0", "compare", "a", "b", option, "0")
        self.fail_with(2, "a bootstrap of 0 resamples", "compare", "a", "b", "--resamples", "0")


if __name__ == "__main__":
    unittest.main()
