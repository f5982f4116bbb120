"""Help, usage errors, and what goes to which stream."""
import os
import re
import shlex
import unittest

import support

EVERYWHERE = {"--threads", "--json", "--quiet", "--help"}
TEXT = {"--min-count", "--max-vocab", "--invalid-utf8"}
COLUMNS = {"--text-column", "--label-column"}
TEST_SETS = {"--analogies", "--similarities", "--method", "--restrict", "--ignore-case",
             "--resamples", "--seed"}
BIAS = {"--pairs", "--weat", "--words", "--specific", "--components", "--exponent", "--most-biased",
        "--restrict", "--samples", "--seed", "--ignore-case"}
TRAIN = TEXT | {
    "--output", "--format", "--save-context", "--model", "--loss", "--dim", "--window",
    "--fixed-window", "--negative", "--noise-exponent", "--sample", "--epochs", "--alpha",
    "--seed", "--init", "--vocab", "--memory", "--sharing", "--block", "--shared-negatives",
    "--deterministic", "--tmp", "--eta", "--x-max", "--weight-exponent", "--clip", "--vectors",
    "--context", "--distance-weight", "--cooccurrences", "--save-state", "--resume",
    "--checkpoint-every", "--continue-from", "--add-corpus", "--report"}
# Every option that a command accepts.
OPTIONS = {
    "train": TRAIN,
    "doctor": TRAIN | COLUMNS | {"--data", "--validation"},
    "cooccur": TEXT | {"--output", "--window", "--context", "--distance-weight", "--memory", "--tmp",
                       "--vocab", "--save-vocab"},
    "vocab": TEXT | {"--output", "--memory"},
    "similar": {"--top", "--restrict", "--index", "--width"},
    "index": {"--connections", "--build-width", "--width", "--sample", "--seed"},
    "similarity": set(),
    "analogy": {"--method", "--restrict", "--top"},
    "evaluate": TEST_SETS,
    "compare": TEST_SETS | {"--neighbors", "--words"},
    "bias": BIAS | {"--original", "--indirect", "--top", "--report"},
    "debias": BIAS | COLUMNS | {
        "--output", "--format", "--method", "--equalize", "--tradeoff", "--analogies",
        "--similarities", "--sentiment", "--data", "--report"},
    "convert": {"--format", "--invalid-utf8"},
    "info": set(),
    "map": {"--output", "--words", "--top", "--axis", "--neighbors", "--method", "--perplexity", "--iterations",
            "--seed"},
    "sentiment train": COLUMNS | {
        "--output", "--data", "--validation", "--validation-fraction", "--max-words", "--vectors",
        "--corpus", "--dim", "--corpus-epochs", "--frozen", "--thaw-after", "--cell", "--units",
        "--layers", "--forward-only", "--peepholes", "--readout", "--word-dropout",
        "--input-dropout", "--state-dropout", "--feature-dropout", "--weight-decay",
        "--label-smoothing", "--epochs", "--batch", "--patience", "--optimizer", "--rate",
        "--momentum", "--beta2", "--schedule", "--warmup", "--clip-norm", "--clip-value",
        "--save-state", "--resume", "--checkpoint-every", "--seed", "--no-baseline", "--report"},
    "sentiment evaluate": COLUMNS | {"--baseline", "--compare"},
    "sentiment predict": {"--file", "--tsv"},
    "sentiment explain": {"--html"},
    "manual": {"--output"},
    "completion": {"--output"},
}
FLAGS = {"--json", "--quiet", "--help", "--save-context", "--fixed-window", "--ignore-case",
         "--deterministic", "--frozen", "--forward-only", "--peepholes", "--no-baseline", "--tsv"}


class HelpTest(support.CommandTest):
    def test_help_of_each_command_is_on_stdout(self):
        for command in OPTIONS:
            for spelling in "--help", "-h":
                result = self.succeed(*command.split(), spelling)
                self.assertTrue(result.text.startswith(f"usage: wordkin {command} "))
                self.assertRegex(result.text, rf"\nExamples:\n  wordkin {command} ")
                self.assertEqual(result.stderr, "")

    def test_help_lists_exactly_the_options(self):
        for command, options in OPTIONS.items():
            listed = re.findall(r"^ +(?:-. \[ )?(--[a-z0-9-]+)",
                                self.succeed(*command.split(), "--help").text,
                                re.MULTILINE)
            self.assertEqual(len(listed), len(set(listed)), command)
            self.assertEqual(set(listed), options | EVERYWHERE, command)

    def test_every_listed_option_is_accepted(self):
        for command, options in OPTIONS.items():
            # Those that are none are found before values are read.
            words = [word for option in sorted(options | EVERYWHERE - {"--help"})
                     for word in ([option] if option in FLAGS else [option, "x"])]
            result = self.run_wordkin(*command.split(), *words)
            self.assertEqual(result.code, 2)
            self.assertNotIn("unrecognised", result.stderr, command)
            result = self.run_wordkin(*command.split(), *words, "--no-such-option")
            self.assertIn("unrecognised", result.stderr, command)

    def test_examples_in_the_help_parse(self):
        for command in OPTIONS:
            text = self.succeed(*command.split(), "--help").text
            examples = text.split("Examples:\n")[1].splitlines()
            self.assertTrue(examples)
            for example in examples:
                words = re.sub(r"\|.*$|<.*$|^.*?wordkin ", "", example.strip())
                result = self.run_wordkin(*shlex.split(words))
                # 1, as the files are not there.
                self.assertIn(result.code, (0, 1), f"{example}: {result.stderr}")

    def test_defaults_are_in_the_help(self):
        text = self.succeed("train", "--help").text
        for default in "[skipgram]", "[ns]", "[100]", "[0.001]", "[0.025; cbow 0.05]":
            self.assertIn(default, text)

        text = self.succeed("sentiment", "train", "--help").text
        for default in "[lstm]", "[128]", "[mean and max]", "[adamw]", "[0.002]", "[linear]", "[1000]":
            self.assertIn(default, text)

    def test_help_works_with_other_options_and_before_checks(self):
        self.succeed("train", "--dim", "10", "--help")

    def test_help_as_a_command(self):
        for command in OPTIONS:
            self.assertEqual(self.succeed("help", *command.split()).text,
                             self.succeed(*command.split(), "--help").text)

    def test_overview_lists_the_commands(self):
        for spelling in "--help", "-h", "help":
            text = self.succeed(spelling).text
            for command in OPTIONS:
                self.assertRegex(text, rf"\n  {command} +\w")

    def test_without_a_command_the_overview_is_on_stderr(self):
        for arguments in ([], ["no-such-command"], ["--no-such-option"],
                          ["help", "no-such-command"]):
            result = self.run_wordkin(*arguments)
            self.assertEqual((result.code, result.stdout), (2, b""))
            self.assertTrue(result.stderr.startswith("wordkin: "))
            for command in OPTIONS:
                self.assertRegex(result.stderr, rf"\n  {command} +\w")

    def test_the_first_word_of_commands_lists_them(self):
        listed = [command for command in OPTIONS if command.startswith("sentiment ")]
        for arguments in ["sentiment"], ["sentiment", "no-such-command"]:
            result = self.run_wordkin(*arguments)
            self.assertEqual((result.code, result.stdout), (2, b""))
            for command in listed:
                self.assertRegex(result.stderr, rf"\n  wordkin {command} +\w")
        for arguments in ["sentiment", "--help"], ["help", "sentiment"]:
            text = self.succeed(*arguments).text
            for command in listed:
                self.assertRegex(text, rf"(?m)^  wordkin {command} +\w")

    def test_version(self):
        result = self.succeed("--version")
        # Programs read the first line.
        self.assertRegex(result.text, r"\Awordkin \d+\.\d+\.\d+ \(\w+\)\n")
        self.assertEqual(result.stderr, "")
        self.assertNotRegex(result.text, r"/|\b20\d\d-")  # no path, no date

        json = self.succeed("--version", "--json").json
        self.assertTrue(result.text.startswith(f"wordkin {json['version']} ({json['instruction_set']})\n"))
        self.assertIn(json["instruction_set"], json["instruction_sets"])
        self.assertEqual(json["threads"], len(os.sched_getaffinity(0)))
        self.assertEqual(json["sanitizers"], support.SANITIZER)
        for value in json["compiler"], json["build"], *json["libraries"].values():
            self.assertIn(value, result.text)
        self.fail_with(2, "--version: expected nothing or --json after it, found 'x'", "--version", "x")


class UsageErrorTest(support.CommandTest):
    def refuse_train(self, message, *options):
        return self.fail_with(2, message, "train", support.short_text(), "-o", "out.bin", *options)

    def test_unknown_options(self):
        for command in OPTIONS:
            for option in "--no-such", "-z", "--no-such=3":
                result = self.fail_with(2, f"unrecognised option '{option}'", *command.split(), option)
                self.assertIn(f"; see: wordkin {command} --help\n", result.stderr)

    def test_mistyped_commands_and_options_get_a_suggestion(self):
        self.refuse_train("unrecognised option '--dimm' (did you mean '--dim'?); see", "--dimm", "5")
        self.refuse_train("unrecognised option '--min_count=5' (did you mean '--min-count'?); see", "--min_count=5")
        for typed, meant in ("trian", "train"), ("simlar", "similar"), ("sentimnt", "sentiment"):
            result = self.run_wordkin(typed, "x")
            self.assertIn(f"unknown command '{typed}' (did you mean '{meant}'?)\n", result.stderr)
        self.assertNotIn("did you mean", self.run_wordkin("zzz").stderr)

    def test_durations(self):
        train = ["train", support.short_text(), "-o", "out.bin", "--dim", "4", "--epochs", "1", "--quiet"]
        for value in "1d", "1m30s", "2h", "0.5s", "1d2h3m4s":
            self.succeed(*train, "--checkpoint-every", value)
        for value in "", "0s", "1", "s", "30s1m", "1m1m", "1w", "1m 30s", "-1s", "infs":
            self.refuse_train(f"--checkpoint-every: expected a time such as 90s, 1m30s, 2h or 1d, found '{value}'",
                              "--checkpoint-every", value)

    def test_options_are_spelt_in_full(self):
        for option in "--dimen", "--di", "--d", "-dim":
            self.refuse_train(f"unrecognised option '{option}'", option, "5")

    def test_an_option_is_given_once(self):
        self.refuse_train("--dim is given twice", "--dim", "5", "--dim", "6")
        self.refuse_train("--output is given twice", "--output", "y")

    def test_an_option_needs_its_value(self):
        self.refuse_train("'--dim' is missing", "--dim")
        self.fail_with(2, "'--output' is missing", "train", "x", "-o")

    def test_a_flag_takes_no_value(self):
        self.refuse_train("'--json' does not take any arguments", "--json=yes")

    def test_train_needs_an_output(self):
        self.fail_with(2, "train: expected -o VECTORS", "train", support.short_text())

    def test_an_empty_path_is_no_path(self):
        for option in "--output", "--init", "--vocab":
            self.fail_with(2, f"{option}: expected a path, found nothing", "train", support.short_text(), option, "")

    def test_whole_numbers(self):
        for option in "--dim", "--epochs", "--window", "--negative", "--threads", "--seed":
            for value in "x", "", "5x", "1.5", "0x10", " 5", "1e3", "nan":
                self.refuse_train(f"{option}: expected a whole number", option, value)

    def test_numbers_beyond_any_range(self):
        huge = "99999999999999999999"
        for option in "--dim", "--epochs", "--threads", "--seed", "--min-count", "--max-vocab":
            self.refuse_train(f"{option}: expected a whole number from", option, huge)

    def test_negative_numbers(self):
        for option in "--dim", "--epochs", "--window", "--negative", "--threads":
            for spelling in [option, "-5"], [f"{option}=-5"]:
                self.refuse_train(f"{option}: expected", *spelling)
        for option in "--min-count", "--max-vocab", "--seed":
            self.refuse_train(f"{option}: expected a whole number not below 0, found '-1'", option,
                              "-1")
        for option in "--alpha", "--sample":
            self.refuse_train(f"{option}: expected", option, "-1")

    def test_zero_and_absurd_sizes(self):
        for option, largest in (("--dim", 65536), ("--window", 10000), ("--negative", 10000),
                                ("--epochs", 1000000)):
            for value in 0, largest + 1:
                self.refuse_train(f"{option}: expected 1 to {largest}, found {value}", option,
                                  value)
        self.refuse_train("--min-count: expected at least 1, found 0", "--min-count", "0")
        self.refuse_train("--alpha: expected", "--alpha", "0")
        self.refuse_train("--sample: expected", "--sample", "1e10")
        self.refuse_train("--noise-exponent: expected", "--noise-exponent", "11")

    def test_threads_have_a_range_in_every_command(self):
        arguments = {"similar": 1, "similarity": 3, "analogy": 4, "evaluate": 1, "compare": 2, "convert": 2,
                     "index": 1, "info": 1, "map": 1, "train": 1, "vocab": 1, "cooccur": 1, "sentiment train": 0,
                     "sentiment evaluate": 2, "sentiment predict": 1, "sentiment explain": 2}
        for command, count in arguments.items():
            for threads in "-1", "4097", "999999999":
                self.fail_with(2, f"--threads: expected 0 to 4096, found {threads}",
                               *command.split(), *["x"] * count, "--threads", threads)

    def test_numbers_have_to_be_finite(self):
        for option in "--alpha", "--sample", "--noise-exponent":
            for value in "nan", "inf", "-inf", "1e999", "x", "", "0.1x", "0,1", " 1":
                self.refuse_train(f"{option}: expected a finite number, found '{value}'", option,
                                  value)

    def test_names_have_to_be_known(self):
        for option, expected in (("--model", "skipgram or cbow or glove"), ("--loss", "ns or hs"),
                                 ("--format",
                                  "safetensors or word2vec-text or word2vec-binary or glove"),
                                 ("--invalid-utf8", "fail or replace or keep")):
            for value in "x", "", "SKIPGRAM":
                self.refuse_train(f"{option}: expected {expected}, found '{value}'", option, value)
        self.fail_with(2, "--method: expected 3cosadd or 3cosmul or pairdirection, found 'add'", "analogy", "v", "a",
                       "b", "c", "--method", "add")

    def test_sizes(self):
        for value in "x", "", "G", "-1G", "1.5.5G", "infG", "4GB", "4X", "1e9", "99999999999G", "4 ", "4 GB", "4iB", "4 KK", "B":
            self.refuse_train(f"--memory: expected a size such as 512M or 1.5G, found '{value}'",
                              "--memory", value)

    def test_sizes_are_written_as_they_are_read(self):
        message = self.refuse_train("found 2.00 MiB; give more", "--memory", "2M").stderr
        self.assertIn("found 2.00 MiB; give more", self.refuse_train("--memory: reading", "--memory", "2MiB").stderr)
        for size in "1.5M", "1.5m", "1.5 MiB", "1536K", "1572864B":
            self.assertIn("found 1.50 MiB; give more", self.refuse_train("--memory: reading", "--memory", size).stderr)
        self.assertRegex(message, r"needs [\d.]+ MiB at least")

    def test_options_that_exclude_each_other(self):
        self.refuse_train("--save-context: only safetensors holds context vectors",
                          "--save-context")
        for option in "--negative", "--shared-negatives", "--noise-exponent", "--block":
            self.refuse_train(f"{option} is not for --loss hs, which draws no noise words", "--loss", "hs", option, "1")
        for option in "--block", "--shared-negatives":
            self.refuse_train(f"{option} is not for --sharing none, which has no blocks", "--sharing", "none", option, "8")
        self.refuse_train("--save-context: --loss hs has no context vectors", "--save-context",
                          "--format", "safetensors", "--loss", "hs")

    def test_numbers_of_arguments(self):
        cases = {"vocab": [0], "cooccur": [0], "similar": [0], "similarity": [0, 2, 4],
                 "analogy": [0, 2, 3, 5], "evaluate": [0, 2], "compare": [0, 1, 3], "convert": [0, 1, 3], "info": [0, 2],
                 "sentiment train": [1, 2], "sentiment evaluate": [0, 1, 3],
                 "sentiment predict": [0], "sentiment explain": [0, 1, 3]}
        for command, counts in cases.items():
            for count in counts:
                message = self.fail_with(2, f"expected: wordkin {command} ", *command.split(),
                                         *["x"] * count).stderr
                self.assertRegex(message,
                                 rf"found {count} arguments?; see: wordkin {command} --help")

    def test_training_needs_a_text(self):
        self.fail_with(2, "train: expected CORPUS..., a text to learn from; see: wordkin train --help",
                       "train", "-o", "out.bin")

    def test_answers_are_at_least_one(self):
        for command, words in ("similar", ["king"]), ("analogy", ["a", "b", "c"]):
            self.fail_with(2, "--top: expected at least 1, found 0", command, "x", *words, "--top",
                           "0")
            self.fail_with(2, "--top: expected a whole number", command, "x", *words, "--top", "-1")

    def test_evaluate_needs_questions(self):
        self.fail_with(2, "expected --analogies FILE or --similarities FILE", "evaluate", "x")

    def test_usage_errors_leave_no_output(self):
        self.refuse_train("--dim: expected", "--dim", "0")
        self.assert_files()


class StreamsTest(support.CommandTest):
    def commands(self):
        """One run of each command that gives a result."""
        vectors = support.vectors()
        return [
            ["train", support.short_text(), "-o", self.folder / "out.vec", "--dim", "4"],
            ["doctor", support.short_text(), "--dim", "4"],
            ["vocab", support.short_text(), "-o", self.folder / "out.txt"],
            ["similar", vectors, "king"],
            ["similarity", vectors, "king", "queen"],
            ["analogy", vectors, "man", "woman", "king"],
            ["evaluate", vectors, "--analogies", support.sample("sample-analogies.txt"),
             "--similarities", support.sample("sample-similarities.txt")],
            ["compare", vectors, support.few_vectors()],
            ["convert", vectors, self.folder / "out.glove"],
            ["info", vectors],
        ]

    def test_quiet_is_silent_on_stderr(self):
        for command in self.commands():
            self.assertEqual(self.succeed(*command, "--quiet").stderr, "", command)
            self.assertEqual(self.succeed(*command, "-q").stderr, "", command)

    def test_quiet_is_silent_about_invalid_text_and_unknown_words(self):
        text = self.write("bad.txt", b"a b\xff c a b\xff c\n")
        for command in ["train", text, "-o", "x.vec", "--sample", "0"], ["vocab", text]:
            self.assertIn("2 tokens were not valid UTF-8",
                          self.succeed(*command, "--min-count", "1").stderr)
            self.assertEqual(self.succeed(*command, "--min-count", "1", "--quiet").stderr, "")
        questions = self.write("q.txt", "no such words here\n")
        evaluate = ["evaluate", support.vectors(), "--analogies", questions]
        self.assertIn("skipped", self.succeed(*evaluate).stderr)
        self.assertEqual(self.succeed(*evaluate, "--quiet").stderr, "")

    def test_quiet_does_not_hide_errors(self):
        self.fail_with(1, "no-such-file", "info", "no-such-file", "--quiet")

    def test_json_is_all_of_stdout(self):
        for command in self.commands():
            result = self.succeed(*command, "--json")
            self.assertIsInstance(result.json, dict, command)

    def test_results_are_on_stdout_and_the_summary_is_not(self):
        result = self.succeed("vocab", support.short_text())
        self.assertTrue(all(re.fullmatch(r"\S+ \d+", line) for line in result.text.splitlines()))
        self.assertRegex(result.stderr, r"^[\d,]+ words of [\d,]+ different ones")
        result = self.succeed("convert", support.vectors(), "-", "--format", "glove")
        self.assertEqual(len(result.text.splitlines()), self.info(support.vectors())["words"])
        self.assertIn("30 dimensions", result.stderr)

    def test_json_does_not_mix_with_vectors_on_stdout(self):
        for command in (["train", support.short_text(), "-o", "-", "--dim", "4", "--threads", "1"],
                        ["vocab", support.short_text()], ["convert", support.few_vectors(), "-"]):
            self.succeed(*command)
            self.fail_with(2, "--json: standard output holds the result itself", *command, "--json")

    def test_a_closed_or_full_stderr_changes_nothing(self):
        train = ["train", support.short_text(), "-o", "out.vec", "--dim", "4", "--threads", "1"]
        self.succeed(*train)
        expected = (self.folder / "out.vec").read_bytes()
        with open("/dev/full", "wb") as full:
            self.succeed(*train, stderr=full)
            self.assertEqual(self.run_wordkin("no-such-command", stderr=full).code, 2)
        self.assertEqual((self.folder / "out.vec").read_bytes(), expected)
        self.succeed(*train, preexec_fn=lambda: os.close(2))
        self.assertEqual((self.folder / "out.vec").read_bytes(), expected)
        self.assertEqual(self.run_wordkin("info", "x", preexec_fn=lambda: os.close(2)).code, 1)

    def test_a_closed_stdin(self):
        process = self.start("vocab", "-", stdin=None, preexec_fn=lambda: os.close(0))
        self.assertEqual(process.wait(60), 1)
        self.assertIn(b"standard input: cannot read", process.stderr.read())


if __name__ == "__main__":
    unittest.main()
