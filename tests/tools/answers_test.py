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
        for text in "king\nboat\n", "king\r\nboat\r\n", "king\nboat", "\nking\n\nboat\n\n", " king\t\n \n\tboat  \n":
            self.assertEqual(self.similar(stdin=text), self.similar("king", "boat"), repr(text))
            self.assertEqual(self.similar("-", stdin=text), self.similar("king", "boat"))
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
        for words in [], ["-"]:
            self.fail_with(2, "words cannot come from standard input too", "similar", "-", *words,
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
        self.assertEqual(self.succeed("similar", path, "--json", "--", "--top").json["word"], "--top")
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
    def test_all_methods(self):
        for method in "3cosadd", "3cosmul", "pairdirection":
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

        directed = self.succeed("analogy", "made.safetensors", "man", "woman", "king", "--json",
                                "--method", "pairdirection").json
        there = [b - a for a, b in zip(unit("man"), unit("woman"))]
        for answer in directed["answers"]:
            way = [d - c for c, d in zip(unit("king"), unit(answer["word"]))]
            self.assertAlmostEqual(answer["similarity"], cosine(way, there), places=5)

    def test_questions_from_standard_input(self):
        one = self.succeed("analogy", "made.safetensors", "man", "woman", "king", "--json").json
        two = self.succeed("analogy", "made.safetensors", "woman", "man", "queen", "--json").json
        text = "man woman king\n\n woman\tman queen \r\n"
        for dash in [], ["-"]:
            lines = self.succeed("analogy", "made.safetensors", *dash, "--json", stdin=text).text
            self.assertEqual([json.loads(line) for line in lines.splitlines()], [one, two])
        self.assertEqual(self.succeed("analogy", "made.safetensors", "--top", "1", stdin=text).text,
                         "man woman king\n 0.9586  queen\n\nwoman man queen\n 0.9586  king\n")
        self.assertEqual(self.succeed("analogy", "made.safetensors", stdin="").text, "")
        self.fail_with(2, "words cannot come from standard input too", "analogy", "-")

    def test_a_question_without_an_answer_does_not_stop_the_others(self):
        text = "man woman King\nman woman\nman woman king\n"
        result = self.run_wordkin("analogy", "made.safetensors", "--top", "1", stdin=text)
        self.assertEqual(result.code, 1)
        self.assertEqual(result.text.splitlines()[0], "man woman king")
        self.assertEqual(result.stderr.splitlines(), [
            "wordkin: 'King' is not among the 6 words of these vectors; spelt alike: 'king'",
            "wordkin: standard input: line 2: found 'man woman', expected three words",
            "wordkin: no answer for 2 of 3 questions"])
        result = self.run_wordkin("analogy", "made.safetensors", "--json", stdin=text)
        answers = [json.loads(line) for line in result.text.splitlines()]
        self.assertEqual(answers[0]["c"], "King")
        self.assertIn("spelt alike: 'king'", answers[0]["error"])
        self.assertEqual(answers[1]["line"], 2)
        self.assertEqual(answers[2]["answers"][0]["word"], "queen")

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
        for section, expected in (
                (meaning, {"name": "meaning", "accuracy": 0.5, "correct": 1, "answered": 2,
                           "questions": 3, "coverage": 2 / 3}),
                (forms, {"name": "gram-forms", "accuracy": 1, "correct": 1, "answered": 1,
                         "questions": 2, "coverage": 0.5})):
            low, high = section.pop("accuracy_interval")
            self.assertTrue(0 <= low < expected["accuracy"] <= high <= 1)
            self.assertEqual(section, expected)
        self.assertEqual(scores["unknown_words"], 5)
        self.assertEqual(scores["semantic"]["accuracy"], 0.5)
        self.assertEqual(scores["syntactic"]["accuracy"], 1)
        # Wilson's interval of 2 out of 3.
        low, high = scores["total"].pop("accuracy_interval")
        self.assertAlmostEqual(low, 0.20765960, places=7)
        self.assertAlmostEqual(high, 0.93850806, places=7)
        self.assertEqual(scores["total"], {"accuracy": 2 / 3, "correct": 2, "answered": 3,
                                           "questions": 5, "coverage": 3 / 5})

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
        self.assertEqual(len(rows), len(re.findall(r"\.\d\d % ", table)))
        for name, scores in rows:
            counts = f"{scores['correct']} +{scores['answered']} +{scores['questions']}"
            low, high = (f"{100 * end:.2f}" for end in scores["accuracy_interval"])
            self.assertRegex(table, rf"\n  {name} +{100 * scores['accuracy']:.2f} % +{low} to {high} +{counts}\n")
        (similarities,) = report["similarities"]
        figures = ["{:.4f} ({:.4f} to {:.4f})".format(similarities[name],
                                                       *similarities[f"{name}_interval"])
                   for name in ("spearman", "pearson")]
        self.assertIn(f"\n  spearman {figures[0]}  pearson {figures[1]}  pairs "
                      f"{similarities['found']} of {similarities['pairs']}\n", table)
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
        self.assertIsNone(scores["spearman_interval"])
        self.assertIn("spearman undefined", self.evaluate("--similarities", "pairs.txt").text)

    def test_several_files(self):
        self.write("a.txt", ": x\nman woman king queen\n")
        self.write("b.txt", ": y\nking queen man woman\n")
        report = self.evaluate("--analogies", "a.txt", "--analogies", "b.txt", "--json").json
        self.assertEqual([scores["file"] for scores in report["analogies"]], ["a.txt", "b.txt"])

    def test_unknown_words_and_what_would_find_them(self):
        self.write("upper.txt", ": x\nMAN WOMAN KING QUEEN\nman woman rocket Boat\n")
        report = lambda *options: self.evaluate("--analogies", "upper.txt", *options).stderr
        self.assertEqual(report(), "wordkin: upper.txt: 2 of 2 skipped for 6 unknown words: MAN, "
                                   "WOMAN, KING, ...; --ignore-case would find 5\n")
        self.assertEqual(report("--ignore-case"), "wordkin: upper.txt: 1 of 2 skipped for 1 unknown "
                                                  "word: rocket\n")
        self.assertEqual(report("--ignore-case", "--restrict", "4"),
                         "wordkin: upper.txt: 1 of 2 skipped for 2 unknown words: rocket, Boat; a "
                         "higher --restrict would find 1\n")
        self.write("pairs.txt", "king rocket 3\n")
        result = self.evaluate("--similarities", "pairs.txt")
        self.assertIn("spearman undefined  pearson undefined  pairs 0 of 1\n", result.text)
        self.assertEqual(result.stderr,
                         "wordkin: pairs.txt: 1 of 1 skipped for 1 unknown word: rocket\n")

    def test_a_set_of_unknown_words_has_no_figures(self):
        self.write("unknown.txt", ": x\na b c d\n")
        (scores,) = self.evaluate("--analogies", "unknown.txt", "--json").json["analogies"]
        self.assertEqual(scores["total"], {"accuracy": None, "accuracy_interval": None, "correct": 0,
                                           "answered": 0, "questions": 1, "coverage": 0})

    def test_sets_in_other_forms(self):
        bats = self.folder / "BATS" / "1_Inflectional_morphology"
        bats.mkdir(parents=True)
        (bats / "I01 [x].txt").write_text("man\twoman/lady\nking\tqueen/duchess\n")
        self.write("msr.questions", "man woman king\n")
        self.write("msr.answers", "NN_NNS queen\n")
        self.write("tagged.txt", "man woman king NN_NNS queen\n")
        self.write("pairs.csv", 'Word 1,Word 2,"Human (mean), 1"\nking,man,9\nking,boat,1\n')
        report = self.evaluate("--analogies", "BATS", "--analogies", "msr.questions", "--analogies",
                               "tagged.txt", "--similarities", "pairs.csv", "--json").json
        self.assertEqual([scores["syntactic"]["correct"] for scores in report["analogies"]], [2, 1, 1])
        self.assertEqual(report["analogies"][0]["sections"][0]["name"], "I01 [x]")
        self.assertEqual(report["similarities"][0]["found"], 2)

    def test_methods(self):
        self.write("q.txt", "man woman king queen\n")
        for method in "3cosadd", "3cosmul", "pairdirection":
            report = self.evaluate("--analogies", "q.txt", "--method", method, "--json").json
            self.assertEqual(report["method"], method)
            self.assertEqual(report["analogies"][0]["total"]["correct"], 1)

    def test_the_number_of_threads_does_not_matter(self):
        files = ["--analogies", support.sample("sample-analogies.txt"), "--similarities",
                 support.sample("sample-similarities.txt"), "--json"]
        one, three = (self.succeed("evaluate", support.vectors(), *files, "--threads", threads).stdout
                      for threads in ("1", "3"))
        self.assertEqual(one, three)

    def test_seed_and_resamples(self):
        def interval(*options):
            report = self.succeed("evaluate", support.vectors(), "--similarities",
                                  support.sample("sample-similarities.txt"), "--json", *options).json
            return report["similarities"][0]["spearman_interval"]

        self.assertEqual(interval(), interval("--seed", "1", "--resamples", "10000"))
        self.assertNotEqual(interval(), interval("--seed", "2"))
        self.fail_with(2, "a bootstrap of 39 resamples: expected at least 40", "evaluate", "v",
                       "--similarities", "x", "--resamples", "39")

    def test_options_of_sets_that_are_not_given(self):
        self.fail_with(2, "--method is not for a run without --analogies", "evaluate", "v", "--similarities", "x",
                       "--method", "3cosmul")
        for option in "--resamples", "--seed":
            self.fail_with(2, f"{option} is not for a run without --similarities", "evaluate", "v", "--analogies", "x",
                           option, "100")

    def test_bad_files(self):
        for content, message in (("", "holds no analogy questions"),
                                 ("a b c\n", "line 1: found 'a b c'"),
                                 (": x\na b c d e\n", "line 2"), (":\n", "line 1")):
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
