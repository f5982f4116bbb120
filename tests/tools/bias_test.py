"""Bias measured: bias."""
import itertools
import json
import math
import os
import pathlib
import unittest

try:
    import sklearn.cluster
    import sklearn.svm
except ImportError:
    sklearn = None

import support
from bias_support import MADE, WEAT, WORD_SETS, BiasTest, NumpyTest, dot, numpy, unit

REAL_DATA = os.environ.get("WORDKIN_DATA")


class MeasureTest(BiasTest):
    def test_an_axis_and_a_list(self):
        report = self.bias("--pairs", "pairs.json", "--words", "jobs.json")
        (axis,) = report["axes"]
        self.assertEqual((axis["name"], axis["positive"], axis["negative"]), ("pairs", "she", "he"))
        self.assertEqual((axis["sets"], axis["used"]), (3, 2))
        self.assertEqual(axis["missing"], ["hers", "theirs"])
        self.assertAlmostEqual(sum(axis["variance_shares"]), 1, places=6)
        self.assertGreater(axis["variance_shares"][0], 0.99)
        (jobs,) = axis["words"]
        self.assertEqual([row["word"] for row in jobs["words"]],
                         ["nurse", "teacher", "pilot", "engineer"])
        self.assertEqual(jobs["missing"], ["plumber"])
        shares = [abs(row["projection"]) for row in jobs["words"]]
        self.assertAlmostEqual(jobs["direct_bias"], sum(shares) / 4)
        squares = self.bias("--pairs", "pairs.json", "--words", "jobs.json", "--exponent", "2")
        self.assertAlmostEqual(squares["axes"][0]["words"][0]["direct_bias"],
                               sum(x * x for x in shares) / 4)

    def test_text_and_warnings(self):
        result = self.succeed("bias", "made.safetensors", "--pairs", "pairs.json", "--words",
                              "jobs.json", "--weat", "weat.json")
        self.assertIn("pairs: she (+) to he (-), 2 of 3 sets\n", result.text)
        self.assertRegex(result.text, r"\n  jobs, 4 of 5 words\n    direct bias 0\.\d{4} ")
        self.assertRegex(result.text, r"\nweat +\d\.\d{4} +0\.\d+  all 6 +Female 2, Male 2;")
        self.assertIn("wordkin: pairs: 2 words are not in these vectors:\n  'hers'; spelt alike: "
                      "'her'\n", result.stderr)
        self.assertIn("wordkin: jobs: 1 word is not in these vectors:\n  'plumber'\n",
                      result.stderr)
        quiet = self.succeed("bias", "made.safetensors", "--pairs", "pairs.json", "-q")
        self.assertEqual(quiet.stderr, "")

    def test_association_test_by_the_formula(self):
        (test,) = self.bias("--weat", "weat.json")["weat"]

        def association(word):
            means = [sum(dot(unit(MADE[word]), unit(MADE[other])) for other in part) / 2
                     for part in (["home", "nurse"], ["office", "engineer"])]
            return means[0] - means[1]

        x, y = ([association(w) for w in part] for part in (["she", "her"], ["he", "his"]))
        mean = sum(x + y) / 4
        deviation = math.sqrt(sum((s - mean) ** 2 for s in x + y) / 3)
        self.assertAlmostEqual(test["effect_size"], (sum(x) - sum(y)) / 2 / deviation, places=6)
        sums = [sum(part) for part in itertools.combinations(x + y, 2)]
        self.assertAlmostEqual(test["p_value"], sum(s >= sum(x) - 1e-9 for s in sums) / 6)
        self.assertTrue(test["exact"])
        self.assertEqual(test["missing"], ["hers"])
        self.assertEqual(test["targ1"], {"category": "Female", "used": 2, "listed": 3})

    def test_indirect_bias(self):
        (pair,) = self.bias("--pairs", "pairs.json", "--indirect", "nurse", "--indirect",
                            "teacher")["indirect"]
        self.assertEqual((pair["a"], pair["b"]), ("nurse", "teacher"))
        self.assertAlmostEqual(pair["similarity"],
                               dot(unit(MADE["nurse"]), unit(MADE["teacher"])), places=6)
        self.fail_with(1, "'nurce' is not among the 13 words of these vectors; spelt alike: "
                          "'nurse', 'Nurse'", "bias", "made.safetensors", "--pairs", "pairs.json",
                       "--indirect", "nurce", "--indirect", "teacher")

    def test_ignore_case(self):
        self.write("upper.json", '[["SHE", "HE"], ["HER", "HIS"]]')
        self.fail_with(1, "upper: no set has two words with vectors, for example 'SHE' and 'HE'",
                       "bias", "made.safetensors", "--pairs", "upper.json")
        (axis,) = self.bias("--pairs", "upper.json", "--ignore-case")["axes"]
        self.assertEqual(axis["used"], 2)

    def test_tests_without_a_result_do_not_stop_the_others(self):
        self.write("bad.json", json.dumps({**WEAT, "targ1": {"category": "None",
                                                             "examples": ["x"]}}))
        result = self.run_wordkin("bias", "made.safetensors", "--weat", "bad.json", "--weat",
                                  "weat.json", "--json")
        self.assertEqual(result.code, 1)
        bad, good = result.json["weat"]
        self.assertEqual(bad["error"], "none of the words of None has a vector")
        self.assertIn("effect_size", good)
        self.assertTrue(result.stderr.endswith("wordkin: no result of 1 of 2 WEAT tests\n"))

    def test_bad_input(self):
        def fails(code, message, *arguments):
            self.fail_with(code, message, "bias", "made.safetensors", *arguments)

        fails(2, "expected --pairs FILE or --weat FILE")
        fails(2, "--words is not for bias without an axis", "--weat", "weat.json", "--words",
              "jobs.json")
        fails(2, "--exponent: expected a finite number", "--pairs", "pairs.json", "--exponent",
              "nan")
        fails(2, "exponent: expected at least 0", "--pairs", "pairs.json", "--exponent", "-1")
        fails(2, "components: expected at least 1", "--pairs", "pairs.json", "--components", "0")
        fails(2, "pairs: components: expected 1 to 2", "--pairs", "pairs.json", "--components", "3")
        fails(2, "at least two words", "--pairs", "pairs.json", "--indirect", "nurse")
        fails(1, "none.json: cannot open", "--pairs", "none.json")
        self.write("broken.json", '[["she", "he"],\n ["her" "his"]]')
        fails(1, "broken.json: line 2, column 13: found broken JSON", "--pairs", "broken.json")
        self.write("unknown.json", '["xx", "yy"]')
        fails(1, "unknown: none of its words has a vector", "--pairs", "pairs.json", "--words",
              "unknown.json")
        support.write_safetensors(self.folder / "same.safetensors", [b"she", b"he"],
                                  [[1, 2, 3], [1, 2, 3]])
        self.fail_with(1, "pairs: the words of each set have the same vector", "bias",
                       "same.safetensors", "--pairs", "pairs.json")
        self.write("nan.vec", "2 2\nshe 1 nan\nhe 0 1\n")
        self.fail_with(1, "nan.vec", "bias", "nan.vec", "--pairs", "pairs.json")

    def test_zero_vectors_are_named(self):
        path = support.write_safetensors(self.folder / "zero.safetensors",
                                         [b"she", b"he", b"nurse", b"pilot"],
                                         [[1, 1], [1, -1], [0, 0], [1, 0.5]])
        result = self.succeed("bias", path, "--pairs", "pairs.json", "--words", "jobs.json")
        self.assertIn("wordkin: jobs: the vector of nurse is zero\n", result.stderr)
        self.assertNotIn("nan", result.text)

    def test_our_word_sets(self):
        for path in sorted(WORD_SETS.glob("*.json")):
            sets = json.loads(path.read_text(encoding="utf-8"))
            words = {w for part in (sets["pairs"].values() if isinstance(sets["pairs"], dict)
                                    else sets["pairs"]) for w in part}
            words |= {w for part in sets["words"].values() for w in part}
            words |= {w for test in sets["weat"] for part in test.values() for w in part["examples"]}
            for part in [sets["specific"], *sets["words"].values()]:
                self.assertEqual(len(part), len(set(part)), path.name)
            self.assertTrue({w for pair in sets["equalize"] for w in pair} <= set(sets["specific"]))
            rows = [[math.sin(7 * i * j + i) for j in range(1, 30)] for i in range(len(words))]
            made = support.write_safetensors(self.folder / "all.safetensors",
                                             [w.encode() for w in sorted(words)], rows)
            report = self.succeed("bias", made, "--pairs", path, "--words", path, "--weat", path,
                                  "--specific", path, "--json").json
            self.assertEqual(report["axes"][0]["missing"], [])
            self.assertEqual([len(part["missing"]) for part in report["axes"][0]["words"]], [0, 0])
            self.succeed("debias", made, "-o", "out.safetensors", "--pairs", path, "--specific",
                         path, "--equalize", path)


@unittest.skipIf(numpy is None, "NumPy is not installed")
class OtherImplementationsTest(NumpyTest):
    """Figures by NumPy and scikit-learn, of the vectors of the sample."""

    def test_axis(self):
        pairs = [["woman", "man"], ["queen", "king"], ["mother", "father"], ["girl", "boy"]]
        self.write("p.json", json.dumps(pairs))
        self.write("w.json", json.dumps(["nun", "duke", "river", "bread"]))
        (axis,) = self.succeed("bias", support.vectors(), "--pairs", "p.json", "--words", "w.json",
                               "--json").json["axes"]
        centred = numpy.concatenate([self.of(p) - self.of(p).mean(0) for p in pairs])
        _, values, directions = numpy.linalg.svd(centred / math.sqrt(2), full_matrices=False)
        shares = values ** 2 / (values ** 2).sum()
        numpy.testing.assert_allclose(axis["variance_shares"], shares[:4], atol=1e-6)
        differences = numpy.array([self.rows[self.words[a]] - self.rows[self.words[b]]
                                   for a, b in pairs])
        relation = numpy.linalg.svd(differences)[2][0]
        for row in axis["words"][0]["words"]:
            self.assertAlmostEqual(abs(row["projection"]),
                                   abs(self.of([row["word"]])[0] @ directions[0]), places=6)
            self.assertAlmostEqual(abs(row["ripa"]),
                                   abs(self.rows[self.words[row["word"]]] @ relation), places=5)

    def test_association_test(self):
        lists = [["mother", "sister", "daughter", "wife", "aunt"],
                 ["father", "brother", "son", "husband", "uncle"],
                 ["queen", "duchess", "nun"], ["king", "duke", "monk"]]
        self.write("t.json", json.dumps({key: {"category": key, "examples": part} for key, part in
                                         zip(("targ1", "targ2", "attr1", "attr2"), lists)}))
        (test,) = self.succeed("bias", support.vectors(), "--weat", "t.json", "--json").json["weat"]
        x, y, a, b = map(self.of, lists)
        s = numpy.concatenate([x, y])
        s = (s @ a.T).mean(1) - (s @ b.T).mean(1)
        self.assertAlmostEqual(test["effect_size"],
                               (s[:5].mean() - s[5:].mean()) / s.std(ddof=1), places=5)
        sums = [s[list(part)].sum() for part in itertools.combinations(range(10), 5)]
        self.assertAlmostEqual(test["p_value"], numpy.mean(numpy.array(sums) >= sums[0] - 1e-9))

    @unittest.skipIf(sklearn is None, "scikit-learn is not installed")
    def test_clusters_and_classifier(self):
        pairs = [["woman", "man"], ["queen", "king"]]
        self.write("p.json", json.dumps(pairs))
        (axis,) = self.succeed("bias", support.vectors(), "--pairs", "p.json", "--most-biased",
                               "60", "--json").json["axes"]
        centred = numpy.concatenate([self.of(p) - self.of(p).mean(0) for p in pairs])
        b = numpy.linalg.svd(centred)[2][0]
        b *= numpy.sign((self.of(["woman"]) - self.of(["man"]))[0] @ b)
        scores = self.unit @ b
        scores[[self.words[w] for p in pairs for w in p]] = 0
        order = numpy.argsort(-scores)
        hidden = axis["most_biased"]
        self.assertEqual(hidden["positive"][:5], [list(self.words)[i] for i in order[:5]])
        most = numpy.concatenate([order[:60], order[::-1][:60]])
        labels = numpy.repeat([0, 1], 60)
        clusters = sklearn.cluster.KMeans(2, n_init=10, random_state=0).fit_predict(self.unit[most])
        accuracy = numpy.mean(clusters == labels)
        self.assertAlmostEqual(hidden["cluster_accuracy"], max(accuracy, 1 - accuracy), delta=0.02)
        learned = numpy.random.default_rng(1).permutation(300)
        train, test = (numpy.concatenate([order[part], order[::-1][part]])
                       for part in (learned[:60], learned[60:]))
        machine = sklearn.svm.SVC().fit(self.unit[train], numpy.repeat([0, 1], 60))
        accuracy = machine.score(self.unit[test], numpy.repeat([0, 1], 240))
        self.assertAlmostEqual(hidden["classifier_accuracy"], accuracy, delta=0.06)


@unittest.skipUnless(REAL_DATA, "WORDKIN_DATA is not set")
class PublishedSetsTest(BiasTest):
    """The sets of Bolukbasi et al. and of Caliskan et al., as they were published."""

    def test_all_of_them_load(self):
        sets = pathlib.Path(REAL_DATA, "bias")
        report = self.bias("--pairs", sets / "definitional_pairs.json", "--words",
                           sets / "professions.json", "--specific",
                           sets / "gender_specific_full.json")
        self.assertEqual((report["axes"][0]["sets"], report["axes"][0]["used"]), (10, 2))
        self.assertEqual(report["axes"][0]["words"][0]["listed"], 320)
        result = self.debias_with(sets / "equalize_pairs.json", sets / "gender_specific_seed.json")
        self.assertEqual(result["equalized"], 3)
        tests = sorted(sets.glob("weat/*"))
        self.assertEqual(len(tests), 15)
        for path in tests:
            (test,) = self.run_wordkin("bias", "made.safetensors", "--weat", path,
                                       "--json").json["weat"]
            self.assertEqual(test["name"], path.stem)
            self.assertGreaterEqual(test["targ1"]["listed"], 6)

    def debias_with(self, equalize, specific):
        return self.succeed("debias", "made.safetensors", "-o", "out.vec", "--pairs", "pairs.json",
                            "--equalize", equalize, "--specific", specific, "--json").json


if __name__ == "__main__":
    unittest.main()
