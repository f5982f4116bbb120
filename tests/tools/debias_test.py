"""Bias removed: debias."""
import html.parser
import json
import math
import os
import unittest

import support
from bias_support import MADE, BiasTest, NumpyTest, dot, numpy, unit


class DebiasTest(BiasTest):
    def debias(self, *arguments, **options):
        return self.succeed("debias", "made.safetensors", "--pairs", "pairs.json", *arguments,
                            **options)

    def test_neutral_words_have_no_projection_and_equalized_ones_are_equidistant(self):
        self.write("equalize.json", '[["she", "he"], ["queen", "king"]]')
        for name in "out.safetensors", "out.bin", "out.vec", "out.glove":
            self.debias("-o", name, "--equalize", "equalize.json")
            vectors = self.vectors(name)
            axis = unit([a - b for a, b in zip(vectors["she"], vectors["he"])])
            for word in vectors:
                self.assertAlmostEqual(dot(vectors[word], vectors[word]), 1, places=5)
                if word in ("she", "he", "her", "his", "queen", "king"):
                    continue
                self.assertAlmostEqual(dot(vectors[word], axis), 0, places=6)
                for a, b in (("she", "he"), ("queen", "king")):
                    self.assertAlmostEqual(dot(vectors[word], vectors[a]),
                                           dot(vectors[word], vectors[b]), places=6)

    def test_specific_words_keep_their_part(self):
        self.write("specific.json", '["nurse", "abc"]')
        result = self.debias("-o", "out.vec", "--specific", "specific.json")
        vectors = self.vectors("out.vec")
        for a, b in zip(vectors["nurse"], unit(MADE["nurse"])):
            self.assertAlmostEqual(a, b, places=6)
        self.assertIn("wordkin: specific.json: 1 word is not in these vectors:\n  'abc'\n",
                      result.stderr)
        self.write("specific.json", '["abc"]')
        self.fail_with(1, "specific.json: none of its words has a vector", "debias",
                       "made.safetensors", "-q", "--pairs", "pairs.json", "-o", "no.vec",
                       "--specific", "specific.json")

    def test_receipt(self):
        self.write("questions.txt", ": x\nshe he queen king\n")
        self.write("pairs.txt", "nurse teacher 9\nnurse home 2\npilot king 5\n")
        arguments = ["--words", "jobs.json", "--weat", "weat.json", "--analogies", "questions.txt",
                     "--similarities", "pairs.txt", "--report", "receipt.html"]
        report = self.debias("-o", "out.safetensors", *arguments, "--json").json
        rows = {(row["group"], row["figure"]): row for row in report["receipt"]}
        direct = rows["pairs", "jobs, direct bias"]
        self.assertEqual(direct["before"],
                         self.bias("--pairs", "pairs.json", "--words",
                                   "jobs.json")["axes"][0]["words"][0]["direct_bias"])
        self.assertAlmostEqual(direct["after"], 0, places=6)
        self.assertAlmostEqual(rows["pairs", "jobs, indirect bias"]["after"], 0, places=6)
        self.assertAlmostEqual(rows["questions.txt", "accuracy, 1 of 1 questions"]["before"], 1)
        self.assertIn(("pairs.txt", "spearman"), rows)
        self.assertIn(("weat: Female, Male; Home, Work", "effect size"), rows)
        self.assertEqual((report["method"], report["neutralized"]), ("hard", 9))
        text = self.debias("-o", "out.safetensors", *arguments).text
        for (group, figure), row in rows.items():
            self.assertRegex(text, rf"\n  {figure.replace('|', '.')} +{row['before']:.4f} ".replace(
                "-0.0000", "-?0.0000"))
            self.assertIn(f"\n{group}\n", text)
        page = (self.folder / "receipt.html").read_text()
        parser = html.parser.HTMLParser()
        parser.feed(page)
        self.assertEqual(page.count("<td>"), 3 * len(rows))
        self.assertNotRegex(page, r"(?i)https?:|<script[^>]*src|<link|<img")
        info = self.info("out.safetensors")
        self.assertEqual(info["metadata"]["debias"], "hard, pairs.json")
        self.assert_files("made.safetensors", "pairs.json", "jobs.json", "weat.json",
                          "questions.txt", "pairs.txt", "out.safetensors", "receipt.html")

    def test_soft(self):
        def projection(tradeoff):
            report = self.debias("-o", "out.vec", "--method", "soft", "--tradeoff", tradeoff,
                                 "--words", "jobs.json", "--json").json
            rows = {row["figure"]: row for row in report["receipt"]}
            return report, rows["jobs, direct bias"]["after"]

        (little, weak), (much, strong) = projection("0.01"), projection("10")
        self.assertLess(little["inner_product_change"], much["inner_product_change"])
        self.assertGreater(little["neutral_projection"], much["neutral_projection"])
        self.assertGreater(weak, strong)

    def test_several_axes(self):
        self.write("home.json", '{"home": ["home"], "work": ["office"]}')
        self.debias("-o", "out.vec", "--pairs", "home.json")
        vectors = self.vectors("out.vec")
        axis = unit([a - b for a, b in zip(unit(MADE["home"]), unit(MADE["office"]))])
        for word in "nurse", "teacher", "pilot":
            self.assertAlmostEqual(dot(vectors[word], axis), 0, places=6)
        self.fail_with(1, "axis 2 has a direction that the axes before it have already", "debias",
                       "made.safetensors", "-q", "-o", "no.vec", "--pairs", "pairs.json", "--pairs",
                       "pairs.json")

    def test_the_number_of_threads_does_not_matter(self):
        for method in "hard", "soft":
            bytes_of = []
            for threads in "1", "3":
                self.debias("-o", "out.safetensors", "--method", method, "--threads", threads)
                bytes_of.append((self.folder / "out.safetensors").read_bytes())
            self.assertEqual(*bytes_of)

    def test_never_in_place(self):
        before = (self.folder / "made.safetensors").read_bytes()
        os.link(self.folder / "made.safetensors", self.folder / "link.safetensors")
        for name in "made.safetensors", "./made.safetensors", "link.safetensors", "pairs.json":
            self.fail_with(2, "is given twice, and would be replaced", "debias", "made.safetensors",
                           "-o", name, "--pairs", "pairs.json")
        for name in "out.vec", "jobs.json":
            self.fail_with(2, "is given twice, and would be replaced", "debias", "made.safetensors",
                           "-o", "out.vec", "--pairs", "pairs.json", "--words", "jobs.json",
                           "--report", name)
        self.assertEqual((self.folder / "made.safetensors").read_bytes(), before)

    def test_bad_input(self):
        def fails(code, message, *arguments):
            self.fail_with(code, message, "debias", "made.safetensors", "-o", "out.vec", "-q",
                           *arguments)
            self.assertFalse((self.folder / "out.vec").exists())

        fails(2, "expected --pairs FILE")
        self.fail_with(2, "expected -o FILE", "debias", "made.safetensors", "--pairs", "pairs.json")
        pairs = ["--pairs", "pairs.json"]
        fails(2, "--tradeoff is not for hard debiasing", *pairs, "--tradeoff", "1")
        fails(2, "--equalize is not for soft debiasing", *pairs, "--method", "soft", "--equalize",
              "pairs.json")
        fails(2, "expected a number above 0", *pairs, "--method", "soft", "--tradeoff", "0")
        fails(2, "go together", *pairs, "--data", "x.tsv")
        self.write("unknown.json", '[["xx", "yy"]]')
        fails(1, "unknown.json: no set has two words with vectors", *pairs, "--equalize",
              "unknown.json")
        self.write("short.json", "[[")
        fails(1, "short.json: line 1, column 3: found broken JSON", *pairs, "--equalize",
              "short.json")

    def test_sets_that_cannot_be_equalized_are_named(self):
        self.write("equalize.json", '[["she", "he"], ["he", "king"]]')
        result = self.debias("-o", "out.vec", "--equalize", "equalize.json")
        self.assertIn("equalize.json: he, king has a word of an earlier set, and was left out\n",
                      result.stderr)

    def test_sentiment(self):
        self.write("texts.tsv", "label\ttext\n" + "good\tnurse teacher home\nbad\tking pilot\n" * 8)
        self.succeed("sentiment", "train", "--data", "texts.tsv", "--vectors", "made.safetensors",
                     "--frozen", "-o", "model.safetensors", "--units", "4", "--epochs", "2",
                     "--no-baseline", "-q")
        report = self.debias("-o", "out.safetensors", "--sentiment", "model.safetensors", "--data",
                             "texts.tsv", "--json").json
        (row,) = [row for row in report["receipt"] if row["group"] == "model.safetensors"]
        accuracy = self.succeed("sentiment", "evaluate", "model.safetensors", "texts.tsv",
                                "--json").json["accuracy"]
        self.assertEqual((row["figure"], row["before"]), ("accuracy", accuracy))
        self.assertIsNotNone(row["after"])
        support.write_safetensors(self.folder / "wide.safetensors", [b"she", b"he", b"a"],
                                  [[1, 2, 3, 4, 5], [2, 1, 0, 1, 2], [1, 1, 1, 1, 1]])
        self.fail_with(2, "the model's word vectors have 4 dimensions, and these have 5", "debias",
                       "wide.safetensors", "-q", "-o", "no.vec", "--pairs", "pairs.json",
                       "--sentiment", "model.safetensors", "--data", "texts.tsv")


@unittest.skipIf(numpy is None, "NumPy is not installed")
class SoftDebiasingTest(NumpyTest):
    """The least of the objective, found in another way."""

    def test_soft_debiasing_has_no_gradient_left(self):
        """Of the objective of the paper, with means, over X = T^T T as it shows in the output."""
        pairs = [["woman", "man"], ["queen", "king"]]
        self.write("p.json", json.dumps(pairs))
        report = self.succeed("debias", support.vectors(), "-o", "out.safetensors", "--pairs",
                              "p.json", "--method", "soft", "--tradeoff", "0.5", "--json").json
        centred = numpy.concatenate([self.of(p) - self.of(p).mean(0) for p in pairs])
        b = numpy.linalg.svd(centred)[2][:1].T
        specific = [self.words[w] for p in pairs for w in p]
        neutral = numpy.delete(self.unit, specific, axis=0)
        s = self.unit.T @ self.unit / len(self.unit)
        p = neutral.T @ neutral / len(neutral)
        # The linear system of the gradient, solved as a whole in another way.
        d = len(s)
        system = 2 * numpy.kron(s, s) + 0.5 * (numpy.kron(p, b @ b.T) + numpy.kron(b @ b.T, p))
        x = numpy.linalg.solve(system, (2 * s @ s).reshape(-1)).reshape(d, d)
        change = (x - numpy.eye(d)) @ s
        self.assertAlmostEqual(report["inner_product_change"],
                               math.sqrt(numpy.trace(change @ change)), places=5)
        self.assertAlmostEqual(report["neutral_projection"],
                               math.sqrt((b.T @ x @ p @ x @ b).item()), places=5)
        values, vectors = numpy.linalg.eigh((x + x.T) / 2)
        t = vectors @ numpy.diag(numpy.sqrt(values.clip(0))) @ vectors.T
        expected = self.unit @ t
        expected /= numpy.linalg.norm(expected, axis=1)[:, None]
        tensors, _ = support.read_safetensors(self.folder / "out.safetensors")
        found = numpy.frombuffer(tensors["vectors"], "<f4").reshape(expected.shape)
        numpy.testing.assert_allclose(found, expected, atol=1e-4)


if __name__ == "__main__":
    unittest.main()
