"""wordkin doctor: what training would take, and what is wrong with texts."""
import os
import random
import unittest

import support

# How far a prediction may be from what happens.
TOLERANCE = 0.25


class DoctorTest(support.CommandTest):
    def checks(self, *arguments, code=0):
        """The findings by their names."""
        result = self.run_wordkin("doctor", *arguments, "--json")
        self.assertEqual(result.code, code, result.stderr)
        return {finding["check"]: finding for finding in result.json["findings"]}

    def text(self, line, name="text.txt"):
        """A clean text, and a line more."""
        clean = b"".join(b"this is sentence number %c of many\n" % (97 + i % 26) + b"x" * (i % 50) + b"\n"
                         for i in range(300))
        return self.write(name, clean + line)

    def test_says_what_training_takes_and_what_was_found(self):
        result = self.succeed("doctor", support.sample("sample.txt"))
        for row in (r"^  size +[\d.]+ MiB$", r"^  tokens +300,\d{3}$", r"^  vocabulary +[\d,]+   words$",
                    r"^  peak memory +[\d.]+ MiB   reading .*, training .*, of ", r"^  temporary files +0 B$",
                    r"^  output +[\d.]+ MiB$", r"^  time +[\d.]+ s   reading [\d.]+ s, training [\d.]+ s, saving",
                    r"^  warning +little_text: "):
            self.assertRegex(result.text, "(?m)" + row)

    def test_takes_the_options_of_train(self):
        report = self.succeed("doctor", support.sample("sample.txt"), "--dim", "30", "--epochs", "2",
                              "--model", "glove", "--min-count", "20", "-o", "x.vec", "--json").json
        self.assertGreater(report["forecast"]["nonzeros"], 1000)
        self.assertGreater(report["forecast"]["counting_memory"], 0)
        self.assertLess(report["forecast"]["vocabulary"],
                        self.succeed("doctor", support.sample("sample.txt"), "--json").json["forecast"]["vocabulary"])
        self.assert_files()  # nothing is written

    def test_predicts_vocabulary_output_and_memory(self):
        text = support.short_text() if support.SANITIZER else support.sample("sample.txt")
        for options in (["--dim", "100"], ["--dim", "300", "--model", "cbow"], ["--loss", "hs"],
                        ["--model", "glove"], ["-o", "x.vec"], ["-o", "x.bin", "--dim", "50"]):
            options = options if "-o" in options else [*options, "-o", "x.safetensors"]
            predicted = self.succeed("doctor", text, *options, "--json").json["forecast"]
            report = self.succeed("train", text, *options, "--epochs", "1", "--json").json
            self.assertEqual(predicted["vocabulary"], report["vocabulary"])
            self.assertEqual(predicted["corpus_words"], report["corpus_words"])
            self.assertAlmostEqual(predicted["output_bytes"] / report["bytes"], 1, delta=TOLERANCE)
            if "nonzeros" in report:
                self.assertEqual(predicted["nonzeros"], report["nonzeros"])
            if not support.SANITIZER:
                self.assertAlmostEqual(predicted["peak_memory"] / report["peak_memory"], 1,
                                       delta=TOLERANCE, msg=(options, predicted, report))

    @unittest.skipIf(support.SANITIZER, "skipped: sanitizers take up memory of their own")
    def test_counts_co_occurrences_that_fill_their_share_before_they_go_to_a_file(self):
        words, numbers = [f"w{i}" for i in range(8000)], random.Random(1)
        text = self.folder / "many.txt"
        with open(text, "w", encoding="ascii") as file:  # little by little: the memory of this process counts
            file.writelines(" ".join(numbers.choices(words, k=20)) + "\n" for _ in range(20_000))
        options = "--model", "glove", "--dim", "10", "--memory", "110M", "--tmp", "."
        forecast = self.succeed("doctor", text, *options, "--json").json["forecast"]
        report = self.succeed("train", text, *options, "-o", "x.bin", "--epochs", "1", "--json").json
        for name in "temporary_bytes", "peak_memory":
            self.assertAlmostEqual(forecast[name] / report[name], 1, delta=TOLERANCE, msg=name)

    def test_a_clean_text_has_no_findings(self):
        numbers = random.Random(1)
        words = ["".join(numbers.choices("abcdefghij", k=4)) for _ in range(500)]
        text = self.write("clean.txt", "".join(" ".join(numbers.choices(words, k=10)) + "\n" for _ in range(6000)))
        self.assertEqual(self.checks(text, "--dim", "10"), {})
        self.assertIn("\nNothing is wrong.\n", self.succeed("doctor", text, "--dim", "10").text)

    def test_encoding(self):
        found = self.checks(self.text(b"caf\xe9 and na\xefve\n"))["invalid_utf8"]
        self.assertEqual(found["severity"], "warning")
        self.assertRegex(found["where"], r"text\.txt: line 601, byte \d+; .*text\.txt: line 601, byte \d+$")
        self.assertIn("iconv", found["advice"])
        found = self.checks(self.text(b"caf\xe9\n"), "--invalid-utf8", "fail", code=1)["invalid_utf8"]
        self.assertEqual(found["severity"], "error")
        self.assertEqual(self.checks(self.text(b"a\0b\n"))["nul_bytes"]["severity"], "warning")
        self.assertEqual(self.checks(self.write("bom.txt", b"\xef\xbb\xbf" + self.text(b"").read_bytes()))
                         ["byte_order_mark"]["severity"], "note")
        utf16 = self.write("utf16.txt", "word and word\n".encode("utf-16"))
        self.assertIn("iconv -f UTF-16", self.checks(utf16, code=1)["unreadable"]["found"])

    def test_lines_and_tokens(self):
        self.assertEqual(self.checks(self.text(b"a b\r\nc d\r\n"))["windows_line_ends"]["severity"], "note")
        self.assertIn("long_lines", self.checks(self.text(b"word " * 30_000)))
        self.assertIn("long_tokens", self.checks(self.text(b"y" * 300 + b"\n")))
        self.assertIn("numbers", self.checks(self.text(b"1984 2,000 12:30\n" * 200)))
        self.assertIn("punctuation", self.checks(self.text(b"(one, two. three!\n" * 200)))
        self.assertIn("letter_case", self.checks(self.text(b"This is Sentence Many\n" * 100)))
        found = self.checks(self.text(b"the same line once more\n" * 200))["repeated_lines"]
        self.assertRegex(found["found"], r"[\d.]+ % of the lines")

    def test_vocabulary(self):
        rare = "".join(f"rare{i} word and another word\n" for i in range(3000))
        self.assertIn("left_out", self.checks(self.write("rare.txt", rare)))
        self.assertIn("little_text", self.checks(self.text(b""), "--dim", "300"))

    def test_what_would_stop_training_is_an_error(self):
        for content in "", "a b c\n", "a\na\na\na\na\nb\nb\nb\nb\nb\n":
            result = self.run_wordkin("doctor", self.write("x.txt", content))
            self.assertEqual(result.code, 1)
            self.assertRegex(result.text, r"(?m)^  error +\w+: ")
            self.assertEqual(result.stderr, "wordkin: 1 of the findings would stop training\n")
            self.assertEqual(self.run_wordkin("train", "x.txt", "-o", "y.bin").code, 1)
        if support.SANITIZER:
            return  # the program itself takes up more
        found = self.checks(support.sample("sample.txt"), "--memory", "40M", "--dim", "2000", code=1)
        self.assertRegex(found["memory"]["found"], r"needs [\d.]+ MiB at least, and --memory is 40\.0 MiB")

    def test_labelled_texts(self):
        data = self.write("data.tsv", "label\ttext\n" + "good\tgreat plot\nbad\tdull plot\n" * 9 +
                          "good\tdull plot\ngood\t<br />\nbad\tnew words\n" + "".join(f"good\tnumber {i}\n" for i in range(200)))
        test = self.write("test.tsv", "label\ttext\nbad\tnew words\ngood\tother\n")
        found = self.checks("--data", data, "--validation", test)
        self.assertEqual(set(found), {"label_balance", "texts_without_words", "repeated_texts",
                                      "contradicting_labels", "leakage"})
        self.assertIn("first text 19", found["contradicting_labels"]["where"])
        self.assertIn("'bad' has 10 texts", found["label_balance"]["found"])
        report = self.succeed("doctor", "--data", data, "--json").json
        self.assertEqual(report["labels"]["texts"], {"bad": 10, "good": 211})
        self.assertNotIn("forecast", report)
        self.assertIn("one_label", self.checks("--data", self.write("one.tsv", "label\ttext\na\tb\na\tc\n"), code=1))

    def test_labels_and_bytes_that_training_cannot_use(self):
        rows = [f"{label}\tnumber {i} of many\n" for i in range(40) for label in ("good", "bad")]
        data = self.write("data.tsv", "label\ttext\n" + "".join(rows) + "odd\tone\n")
        test = self.write("test.tsv", "label\ttext\nmixed\tso and so\ngood\tother\n")
        found = self.checks("--data", data, "--validation", test, code=1)
        self.assertIn("'mixed' is not in", found["unseen_label"]["found"])
        self.assertEqual(found["single_text"]["found"], "'odd' has one text")
        self.fail_with(1, "found the label 'mixed'", "sentiment", "train", "--data", data, "--validation", test, "-o", "m")
        latin = self.write("latin.tsv", b"label\ttext\n" + b"good\tcaf\xe9\nbad\tno\n" * 20)
        self.assertEqual(self.checks("--data", latin)["invalid_utf8_texts"]["found"], "20 texts are not UTF-8")

    def test_lines_are_compared_wherever_pieces_of_the_text_end(self):
        text = self.write("same.txt", "the same line is in this text once more, and more\n" * 60_000)
        found = self.succeed("doctor", text, "--min-count", "1", "--json").json["text"]
        self.assertEqual(found["repeated_lines"], 59_999 / 60_000)

    @unittest.skipIf(support.SANITIZER, "the program itself takes up more")
    def test_says_of_little_memory_what_training_says(self):
        text = support.sample("sample.txt")
        for options in (["--threads", "1"], ["--threads", "2", "--dim", "300"], ["--threads", "1", "--model", "glove"],
                        ["--threads", "2", "--deterministic", "--sharing", "none"]):
            least = self.succeed("doctor", text, *options, "--json").json["forecast"]["least_memory"]
            command = ["train", text, "-o", "x.bin", "--epochs", "1", *options]
            self.succeed(*command, "--memory", int(1.06 * least))
            for memory in 12 << 20, int(0.92 * least):
                self.fail_with(2, "--memory: ", *command, "--memory", memory)
                self.assertIn("memory", self.checks(text, *options, "--memory", memory, code=1))

    def test_states_and_standard_output(self):
        text = support.sample("sample.txt")
        for options in [], ["--dim", "4"], ["--dim", "4", "--model", "glove"]:
            options = [*options, "-o", "x.bin", "--save-state", "state", "--json"]
            forecast = self.succeed("doctor", text, *options).json["forecast"]
            self.succeed("train", text, *options, "--epochs", "1")
            self.assertAlmostEqual(forecast["state_bytes"] / os.path.getsize(self.folder / "state"), 1, delta=TOLERANCE)
        self.succeed("doctor", text, "-o", "-")

    def test_refuses_what_cannot_work(self):
        self.fail_with(2, "doctor: expected CORPUS...", "doctor")
        self.fail_with(2, "--cooccurrences is not for doctor", "doctor", support.short_text(), "--model", "glove",
                       "--cooccurrences", "x")
        self.fail_with(2, "standard input", "doctor", "-")
        for option in "--validation", "--text-column", "--label-column":
            self.fail_with(2, f"{option} is not for a text; leave it off, or give labelled texts with --data", "doctor",
                           support.short_text(), option, "x")
        self.fail_with(1, "no-such", "doctor", "no-such")
        self.fail_with(1, "no-such", "doctor", "--data", "no-such")

    @unittest.skipUnless(os.environ.get("WORDKIN_DATA"), "skipped: WORDKIN_DATA is not set")
    @unittest.skipIf(support.SANITIZER, "minutes with a sanitizer")
    def test_predicts_what_a_real_text_takes(self):
        text = os.path.join(os.environ["WORDKIN_DATA"], "corpora", "enwiki.txt")
        for options in ["--dim", "100"], ["--model", "glove", "--dim", "100"]:
            predicted = self.succeed("doctor", text, *options, "--json").json["forecast"]
            report = self.succeed("train", text, *options, "--epochs", "1", "-o", "x.bin", "--json").json
            for name in "peak_memory", "vocabulary", "corpus_words":
                self.assertAlmostEqual(predicted[name] / report[name], 1, delta=TOLERANCE)
            if "nonzeros" in report:
                self.assertAlmostEqual(predicted["nonzeros"] / report["nonzeros"], 1, delta=TOLERANCE)


if __name__ == "__main__":
    unittest.main()
