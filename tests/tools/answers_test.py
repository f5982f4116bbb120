"""What vectors answer: similar, similarity, analogy, evaluate, info."""
import json
import math
import re
import struct
import unittest

import support

# Four directions, and words between them, so that each answer is known.
MADE = {
    "king": [1, 0, 0, 1],
    "queen": [0, 1, 0, 1],
    "man": [1, 0, 0, 0],
    "woman": [0, 1, 0, 0],
    "boat": [0, 0, 1, 0],
    "Paris": [0, 0, 1, 0.5],
}


def cosine(a, b):
    dot = sum(x * y for x, y in zip(a, b))
    return dot / math.sqrt(sum(x * x for x in a) * sum(y * y for y in b))


class AnswerTest(support.CommandTest):
    def setUp(self):
        super().setUp()
        support.write_safetensors(self.folder / "made.safetensors", [w.encode() for w in MADE],
                                  list(MADE.values()))

    def neighbors(self, word, exclude=(), words=tuple(MADE)):
        found = [(cosine(MADE[word], MADE[other]), other) for other in words
                 if other != word and other not in exclude]
        return sorted(found, key=lambda pair: -pair[0])


class SimilarTest(AnswerTest):
    def similar(self, *arguments, **options):
        result = self.succeed("similar", "made.safetensors", *arguments, "--json", **options)
        return [json.loads(line) for line in result.text.splitlines()]

    def test_neighbors_and_their_order(self):
        for word in MADE:
            (answer,) = self.similar(word)
            self.assertEqual(answer["word"], word)
            expected = self.neighbors(word)
            self.assertEqual([n["word"] for n in answer["neighbors"]],
                             [name for _, name in expected])
            for neighbor, (similarity, _) in zip(answer["neighbors"], expected):
                self.assertAlmostEqual(neighbor["similarity"], similarity, places=6)

    def test_text(self):
        lines = self.succeed("similar", "made.safetensors", "king", "--top", "2").text.splitlines()
        self.assertEqual(lines, [" 0.7071  man", " 0.5000  queen"])

    def test_several_words(self):
        text = self.succeed("similar", "made.safetensors", "king", "man", "--top", "1").text
        self.assertEqual(text, "king\n 0.7071  man\n\nman\n 0.7071  king\n")
        self.assertEqual([a["word"] for a in self.similar("king", "man", "boat")],
                         ["king", "man", "boat"])

    def test_words_from_standard_input(self):
        for text in "king\nboat\n", "king\r\nboat\r\n", "king\nboat", "\nking\n\nboat\n\n":
            self.assertEqual(self.similar(stdin=text), self.similar("king", "boat"), repr(text))
        self.assertEqual(self.similar(stdin=""), [])

    def test_each_word_of_standard_input_is_answered_at_once(self):
        process = self.start("similar", "made.safetensors", "--json")
        for word in "king", "man":
            process.stdin.write(word.encode() + b"\n")
            self.assertEqual(json.loads(process.stdout.readline())["word"], word)
        process.stdin.close()
        self.assertEqual(process.wait(30), 0)

    def test_vectors_from_standard_input(self):
        vectors = (self.folder / "made.safetensors").read_bytes()
        result = self.succeed("similar", "-", "king", "--json", stdin=vectors)
        self.assertEqual([result.json], self.similar("king"))
        self.fail_with(2, "words cannot come from standard input too", "similar", "-",
                       stdin=vectors)

    def test_unknown_words_do_not_stop_the_others(self):
        for options in {"stdin": "King\nman\nrocket\n"}, {}:
            words = [] if options else ["King", "man", "rocket"]
            result = self.run_wordkin("similar", "made.safetensors", *words, "--top", "1",
                                      **options)
            self.assertEqual(result.code, 1)
            self.assertEqual(result.text, "man\n 0.7071  king\n")
            self.assertEqual(result.stderr.splitlines(), [
                "wordkin: 'King' is not among the 6 words of these vectors; spelt alike: 'king'",
                "wordkin: 'rocket' is not among the 6 words of these vectors",
                "wordkin: no answer for 2 of 3 words"])

    def test_unknown_words_in_json(self):
        result = self.run_wordkin("similar", "made.safetensors", "rocket", "man", "--json")
        rocket, man = (json.loads(line) for line in result.text.splitlines())
        self.assertEqual(rocket,
                         {"word": "rocket", "error": "'rocket' is not among the 6 words of these "
                                                             "vectors"})
        self.assertEqual([man], self.similar("man"))

    def test_top(self):
        self.assertEqual(len(self.similar("king", "--top", "1")[0]["neighbors"]), 1)
        for more in "5", "6", "1000000000000":
            self.assertEqual(len(self.similar("king", "--top", more)[0]["neighbors"]), 5)

    def test_restrict(self):
        (answer,) = self.similar("king", "--restrict", "3")
        self.assertEqual([n["word"] for n in answer["neighbors"]], ["man", "queen"])
        self.assertEqual(self.similar("king", "--restrict", "99"), self.similar("king"))
        self.fail_with(1, "'boat' is word 5, beyond --restrict 3", "similar", "made.safetensors",
                       "boat",
                       "--restrict", "3")

    def test_words_that_look_like_options(self):
        path = support.write_safetensors(self.folder / "dash.safetensors", [b"--top", b"-"],
                                         [[1, 0], [1, 1]])
        for word in "--top", "-":
            self.assertEqual(self.succeed("similar", path, "--json", "--", word).json["word"], word)
        self.assertEqual(len(self.succeed("similar", path, stdin="--top\n-\n").text.splitlines()),
                         5)

    def test_the_number_of_threads_does_not_matter(self):
        one, three = (self.succeed("similar", support.vectors(), "king", "--json", "--threads",
                                   threads)
                      .stdout for threads in ("1", "3"))
        self.assertEqual(one, three)


class SimilarityTest(AnswerTest):
    def test_similarity(self):
        for a in MADE:
            for b in MADE:
                text = self.succeed("similarity", "made.safetensors", a, b).text
                self.assertEqual(text, f"{cosine(MADE[a], MADE[b]):.4f}\n")
        report = self.succeed("similarity", "made.safetensors", "king", "man", "--json").json
        self.assertEqual((report["a"], report["b"]), ("king", "man"))
        self.assertAlmostEqual(report["similarity"], math.sqrt(0.5), places=6)

    def test_unknown_words(self):
        self.fail_with(1, "'rocket' is not among the 6 words", "similarity", "made.safetensors",
                       "king",
                       "rocket")
        self.fail_with(1, "'KING' is not among the 6 words of these vectors; spelt alike: 'king'",
                       "similarity",
                       "made.safetensors", "KING", "king")


class AnalogyTest(AnswerTest):
    def test_both_methods(self):
        for method in "3cosadd", "3cosmul":
            report = self.succeed("analogy", "made.safetensors", "man", "woman", "king", "--method",
                                  method, "--json").json
            self.assertEqual((report["a"], report["b"], report["c"]), ("man", "woman", "king"))
            self.assertEqual(report["method"], method)
            self.assertEqual(report["answers"][0]["word"], "queen")
            self.assertEqual({a["word"] for a in report["answers"]}, {"queen", "boat", "Paris"})

    def test_scores(self):
        def unit(word):
            length = math.sqrt(sum(x * x for x in MADE[word]))
            return [x / length for x in MADE[word]]

        direction = [b - a + c for a, b, c in zip(unit("man"), unit("woman"), unit("king"))]
        added = self.succeed("analogy", "made.safetensors", "man", "woman", "king", "--json").json
        for answer in added["answers"]:
            self.assertAlmostEqual(answer["similarity"], cosine(direction, MADE[answer["word"]]),
                                   places=5)
        multiplied = self.succeed("analogy", "made.safetensors", "man", "woman", "king", "--json",
                                  "--method", "3cosmul").json
        for answer in multiplied["answers"]:
            a, b, c = ((cosine(MADE[word], MADE[answer["word"]]) + 1) / 2
                       for word in ("man", "woman", "king"))
            self.assertAlmostEqual(answer["similarity"], b * c / (a + 0.001), places=5)

    def test_text_and_top(self):
        text = self.succeed("analogy", "made.safetensors", "man", "woman", "king", "--top",
                            "1").text
        self.assertRegex(text, r"\A 0\.\d{4}  queen\n\Z")

    def test_the_missing_word_is_named(self):
        for words in ("rocket", "woman", "king"), ("man", "rocket", "king"), ("man", "woman",
                                                                              "rocket"):
            self.fail_with(1, "'rocket' is not among", "analogy", "made.safetensors", *words)
        self.fail_with(1, "; spelt alike: 'king'", "analogy", "made.safetensors", "man", "woman", "King")


class EvaluateTest(AnswerTest):
    QUESTIONS = (": meaning\nman woman king queen\nman woman king boat\nman woman rocket queen\n"
                 ": gram-forms\nMAN WOMAN KING QUEEN\nking queen man woman\n")

    def evaluate(self, *arguments, **options):
        return self.succeed("evaluate", "made.safetensors", *arguments, **options)

    def analogies(self, *arguments):
        self.write("questions.txt", self.QUESTIONS)
        (scores,) = self.evaluate("--analogies", "questions.txt", *arguments,
                                  "--json").json["analogies"]
        return scores

    def test_accuracy_and_coverage(self):
        scores = self.analogies()
        meaning, forms = scores["sections"]
        self.assertEqual(meaning, {"name": "meaning", "accuracy": 0.5, "correct": 1, "answered": 2,
                                   "questions": 3, "coverage": 2 / 3})
        self.assertEqual(forms, {"name": "gram-forms", "accuracy": 1, "correct": 1, "answered": 1,
                                 "questions": 2, "coverage": 0.5})
        self.assertEqual(scores["semantic"]["accuracy"], 0.5)
        self.assertEqual(scores["syntactic"]["accuracy"], 1)
        self.assertEqual(scores["total"],
                         {"accuracy": 2 / 3, "correct": 2, "answered": 3, "questions": 5,
                                           "coverage": 3 / 5})

    def test_ignore_case(self):
        self.assertEqual(self.analogies("--ignore-case")["total"]["answered"], 4)
        self.assertEqual(self.analogies("--ignore-case")["syntactic"]["correct"], 2)

    def test_restrict(self):
        total = self.analogies("--restrict", "3")["total"]
        self.assertEqual((total["answered"], total["coverage"]), (0, 0))
        self.assertEqual(self.analogies("--restrict", "4")["total"]["correct"], 2)

    def test_table_and_json_agree(self):
        files = ["--analogies", support.sample("sample-analogies.txt"), "--similarities",
                 support.sample("sample-similarities.txt")]
        table = self.succeed("evaluate", support.vectors(), *files).text
        report = self.succeed("evaluate", support.vectors(), *files, "--json").json
        (analogies,) = report["analogies"]
        rows = [(section["name"], section) for section in analogies["sections"]]
        rows += [(name, analogies[name]) for name in ("semantic", "syntactic", "total")]
        self.assertEqual(len(rows), len(re.findall(r" % ", table)))
        for name, scores in rows:
            counts = f"{scores['correct']} +{scores['answered']} +{scores['questions']}"
            self.assertRegex(table, rf"\n  {name} +{100 * scores['accuracy']:.2f} % +{counts}\n")
        (similarities,) = report["similarities"]
        self.assertIn(f"\n  spearman {similarities['spearman']:.4f}  pearson "
                      f"{similarities['pearson']:.4f}  pairs {similarities['found']} of "
                      f"{similarities['pairs']}\n", table)
        self.assertGreater(similarities["spearman"], 0.3)
        self.assertGreater(analogies["total"]["accuracy"], 0.05)

    def test_similarities(self):
        pairs = [("king", "man", 9), ("king", "queen", 7), ("king", "boat", 1),
                 ("king", "rocket", 5)]
        for separator in "\t", ",", " ":
            self.write("pairs.txt",
                       "".join(separator.join(map(str, pair)) + "\n" for pair in pairs))
            (scores,) = self.evaluate("--similarities", "pairs.txt", "--json").json["similarities"]
            self.assertEqual((scores["found"], scores["pairs"], scores["coverage"]), (3, 4, 0.75))
            self.assertAlmostEqual(scores["spearman"], 1)

    def test_correlation_that_is_not_defined(self):
        self.write("pairs.txt", "king man 5\nking boat 5\n")
        (scores,) = self.evaluate("--similarities", "pairs.txt", "--json").json["similarities"]
        self.assertIsNone(scores["spearman"])
        self.assertIn("spearman undefined", self.evaluate("--similarities", "pairs.txt").text)

    def test_several_files(self):
        self.write("a.txt", ": x\nman woman king queen\n")
        self.write("b.txt", ": y\nking queen man woman\n")
        report = self.evaluate("--analogies", "a.txt", "--analogies", "b.txt", "--json").json
        self.assertEqual([scores["file"] for scores in report["analogies"]], ["a.txt", "b.txt"])

    def test_hint_on_case(self):
        self.write("upper.txt", ": x\nMAN WOMAN KING QUEEN\n")
        result = self.evaluate("--analogies", "upper.txt")
        self.assertEqual(result.stderr,
                         "wordkin: upper.txt: 1 of 1 skipped for unknown words; --ignore-case may find "
                                        "more\n")
        self.assertEqual(self.evaluate("--analogies", "upper.txt", "--ignore-case").stderr, "")

    def test_bad_files(self):
        for content, message in (("", "holds no analogy questions"),
                                 ("a b c\n", "line 1: found 'a b c'"),
                                 (": x\na b c d e\n", "line 2"), (": x y\n", "line 1")):
            self.write("bad.txt", content)
            self.fail_with(1, "bad.txt: ", "evaluate", "made.safetensors", "--analogies", "bad.txt")
            self.fail_with(1, message, "evaluate", "made.safetensors", "--analogies", "bad.txt")
        for content in "", "a b\n", "a b c\nd e f\n", "a b 1\nd e nan\n":
            self.write("bad.txt", content)
            self.fail_with(1, "bad.txt: ", "evaluate", "made.safetensors", "--similarities",
                           "bad.txt")
        self.fail_with(1, "none.txt: cannot open", "evaluate", "made.safetensors", "--analogies",
                       "none.txt")


class InfoTest(AnswerTest):
    def test_numbers(self):
        info = self.info("made.safetensors")
        self.assertEqual((info["words"], info["dim"], info["format"]), (6, 4, "safetensors"))
        self.assertFalse(info["counts"])
        self.assertEqual(info["first_words"], list(MADE)[:5])
        self.assertAlmostEqual(info["norms"]["least"], 1)
        self.assertAlmostEqual(info["norms"]["most"], math.sqrt(2))

    def test_metadata_of_training(self):
        self.succeed("train", support.short_text(), "-o", "a.safetensors", "--dim", "6", "--window",
                     "3",
                     "--epochs", "2", "--seed", "5")
        info = self.info("a.safetensors")
        for name, value in (("dim", "6"), ("window", "3"), ("epochs", "2"), ("seed", "5"),
                            ("model", "skipgram"), ("loss", "ns"), ("alpha", "0.025")):
            self.assertEqual(info["metadata"][name], value)
        self.assertTrue(info["counts"])
        counts = struct.unpack(f"<{info['words']}q", support.read_safetensors(
            self.folder / "a.safetensors")[0]["counts"])
        self.assertEqual(sum(counts), int(info["metadata"]["corpus_words"]))

    def test_text(self):
        text = self.succeed("info", "made.safetensors").text
        self.assertRegex(text, r"(?m)^format +safetensors$")
        self.assertRegex(text, r"(?m)^words +6$")
        text = self.succeed("info", support.vectors()).text
        self.assertRegex(text, r"(?m)^  corpus_sentences +\d+$")


if __name__ == "__main__":
    unittest.main()
