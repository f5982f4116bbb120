"""The statistics of evaluate and compare beside SciPy's and NumPy's."""
import sys
import unittest

try:
    import numpy
    from scipy import stats
except ImportError as error:
    print(f"skipped: {sys.executable} has no SciPy ({error}); on Debian, install python3-scipy")
    sys.exit(77)

import support

PAIRS = 120


def rows(random, words, dim):
    return random.normal(size=(words, dim)).astype(numpy.float32)


def unit(vectors):
    return vectors / numpy.linalg.norm(vectors, axis=1, keepdims=True)


def pearson(x, y):
    """Of each row of x with the same row of y."""
    x, y = (values - values.mean(axis=-1, keepdims=True) for values in (x, y))
    return (x * y).sum(axis=-1) / numpy.sqrt((x * x).sum(axis=-1) * (y * y).sum(axis=-1))


def spearman(x, y):
    return pearson(stats.rankdata(x, axis=-1), stats.rankdata(y, axis=-1))


class SciPyTest(support.CommandTest):
    WORDS = 200

    def setUp(self):
        super().setUp()
        self.random = numpy.random.default_rng(1)
        self.names = [f"w{i}" for i in range(self.WORDS)]
        self.a = rows(self.random, self.WORDS, 12)
        # Half of the same vectors, in one more dimension.
        self.b = numpy.hstack([self.a + rows(self.random, self.WORDS, 12), rows(self.random, self.WORDS, 1)])
        for name, vectors in ("a", self.a), ("b", self.b):
            support.write_safetensors(self.folder / f"{name}.safetensors",
                                      [word.encode() for word in self.names], vectors.tolist())
        self.pairs = self.random.integers(self.WORDS, size=(PAIRS, 2))
        # Rounded, so that some tie.
        self.human = numpy.round(4 * self.cosines(self.a) + self.random.normal(size=PAIRS), 1)
        self.write("pairs.tsv", "".join(f"w{i}\tw{j}\t{score}\n" for (i, j), score in
                                        zip(self.pairs, self.human)))

    def cosines(self, vectors):
        units = unit(vectors.astype(numpy.float64))
        return (units[self.pairs[:, 0]] * units[self.pairs[:, 1]]).sum(axis=1)

    def bootstrap(self, statistic):
        draws = self.random.integers(PAIRS, size=(2000, PAIRS))
        return numpy.quantile(statistic(draws), [0.025, 0.975])

    def test_correlations_and_their_intervals(self):
        (scores,) = self.succeed("evaluate", "a.safetensors", "--similarities", "pairs.tsv",
                                 "--json").json["similarities"]
        cosines = self.cosines(self.a)
        for name, correlation, reference in (("spearman", spearman, stats.spearmanr),
                                             ("pearson", pearson, stats.pearsonr)):
            self.assertAlmostEqual(scores[name], reference(self.human, cosines)[0], places=6)
            expected = self.bootstrap(lambda i: correlation(self.human[i], cosines[i]))
            numpy.testing.assert_allclose(scores[f"{name}_interval"], expected, atol=0.02)

    def test_differences_of_correlations(self):
        (scores,) = self.succeed("compare", "a.safetensors", "b.safetensors", "--similarities",
                                 "pairs.tsv", "--json").json["similarities"]
        of_a, of_b = self.cosines(self.a), self.cosines(self.b)
        for name, correlation, values in (("spearman", spearman, stats.rankdata),
                                          ("pearson", pearson, numpy.asarray)):
            found = scores[name]
            self.assertAlmostEqual(found["a"], correlation(self.human, of_a), places=6)
            self.assertAlmostEqual(found["b"], correlation(self.human, of_b), places=6)
            self.assertAlmostEqual(found["difference"], found["b"] - found["a"], places=12)
            expected = self.bootstrap(lambda i: correlation(self.human[i], of_b[i])
                                      - correlation(self.human[i], of_a[i]))
            numpy.testing.assert_allclose(found["interval"], expected, atol=0.03)
            human, by_a, by_b = (stats.zscore(values(one)) for one in (self.human, of_a, of_b))
            parts = human * (by_b - by_a)
            signs = self.random.choice([-1, 1], size=(20000, PAIRS))
            flipped = numpy.abs(signs @ parts) >= abs(parts.sum())
            self.assertAlmostEqual(found["p_value"], flipped.mean(), delta=0.01)

    def test_accuracies_and_their_differences(self):
        questions = self.random.integers(self.WORDS, size=(150, 3))
        questions = questions[[len(set(question)) == 3 for question in questions]]
        right = {}
        for name, vectors in ("a", self.a), ("b", self.b):
            units = unit(vectors.astype(numpy.float64))
            scores = (units[questions[:, 1]] - units[questions[:, 0]] + units[questions[:, 2]]) @ units.T
            numpy.put_along_axis(scores, questions, -numpy.inf, axis=1)
            right[name] = scores.argmax(axis=1)
        # Answers as a or as b gives them, by turns.
        answers = numpy.where(numpy.arange(len(questions)) % 3 == 0, right["b"], right["a"])
        self.write("questions.txt", "".join(f"w{a} w{b} w{c} w{d}\n" for (a, b, c), d in
                                            zip(questions, answers)))
        a, b = ((right[name] == answers) for name in ("a", "b"))

        (scores,) = self.succeed("evaluate", "a.safetensors", "--analogies", "questions.txt",
                                 "--json").json["analogies"]
        self.assertEqual(scores["total"]["correct"], a.sum())
        interval = stats.binomtest(int(a.sum()), len(a)).proportion_ci(method="wilson")
        numpy.testing.assert_allclose(scores["total"]["accuracy_interval"], interval, atol=1e-9)

        (compared,) = self.succeed("compare", "a.safetensors", "b.safetensors", "--analogies",
                                   "questions.txt", "--json").json["analogies"]
        found = compared["total"]["accuracy"]
        self.assertAlmostEqual(found["difference"], b.mean() - a.mean(), places=12)
        discordant = [int((a & ~b).sum()), int((b & ~a).sum())]
        self.assertAlmostEqual(found["p_value"], stats.binomtest(min(discordant), sum(discordant)).pvalue)
        gains = b.astype(float) - a
        draws = self.random.integers(len(gains), size=(5000, len(gains)))
        numpy.testing.assert_allclose(found["interval"],
                                      numpy.quantile(gains[draws].mean(axis=1), [0.025, 0.975]), atol=0.02)

    def test_analogies_by_every_method(self):
        questions = self.random.integers(self.WORDS, size=(50, 3))
        units = unit(self.a.astype(numpy.float64))
        cosines = units @ units.T
        text = "".join(f"w{a} w{b} w{c}\n" for a, b, c in questions)
        for method in "3cosadd", "3cosmul", "pairdirection":
            lines = self.succeed("analogy", "a.safetensors", "--method", method, "--top", "1", "--json",
                                 stdin=text).text.splitlines()
            for line, (a, b, c) in zip(lines, questions):
                with numpy.errstate(invalid="ignore", divide="ignore"):
                    if method == "3cosadd":
                        target = units[b] - units[a] + units[c]
                        scores = units @ target / numpy.linalg.norm(target)
                    elif method == "3cosmul":
                        shifted = (cosines + 1) / 2
                        scores = shifted[b] * shifted[c] / (shifted[a] + 0.001)
                    else:
                        away, along = units - units[c], units[b] - units[a]
                        scores = away @ along / numpy.linalg.norm(away, axis=1) / numpy.linalg.norm(along)
                        scores = numpy.nan_to_num(scores)
                scores[[a, b, c]] = -numpy.inf
                answer = support.json.loads(line)["answers"][0]
                best = int(answer["word"][1:])
                self.assertAlmostEqual(answer["similarity"], scores[best], places=5)
                self.assertAlmostEqual(scores[best], scores.max(), places=5)

    def test_overlap_of_neighbors(self):
        bands = self.succeed("compare", "a.safetensors", "b.safetensors", "--neighbors", "5",
                             "--json").json["neighbors"]
        near = []
        for vectors in self.a, self.b:
            units = unit(vectors.astype(numpy.float64))
            cosines = units @ units.T
            numpy.fill_diagonal(cosines, -numpy.inf)
            near.append(numpy.argsort(-cosines, axis=1)[:, :5])
        overlap = numpy.array([len(set(x) & set(y)) / 5 for x, y in zip(*near)])
        ends = [self.WORDS * i // 3 for i in range(4)]
        for band, begin, end in zip(bands, ends, ends[1:]):
            self.assertEqual(band["words"], end - begin)
            self.assertAlmostEqual(band["overlap"], overlap[begin:end].mean(), places=9)


if __name__ == "__main__":
    unittest.main()
