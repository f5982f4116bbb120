"""Training a classifier of texts, measuring it, asking it, and its reasons, from the command."""
import functools
import html.parser
import json
import math
import os
import pathlib
import random
import re
import resource
import select
import signal
import tempfile
import unittest

import support

MEMORY = 1 << 30  # bytes
_session = tempfile.TemporaryDirectory(prefix="wordkin-test-")


def limit_memory():
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def reviews():
    """Generated reviews whose words alone do not tell their label; their order does."""
    return support.sample("sample-reviews.tsv")


@functools.lru_cache(maxsize=None)
def rows():
    """Label and text of each review."""
    lines = reviews().read_text().splitlines()
    assert lines[0] == "label\ttext"
    return [line.split("\t") for line in lines[1:]]


@functools.lru_cache(maxsize=None)
def trained():
    """A model that has learnt the reviews, and what training said."""
    path = pathlib.Path(_session.name, "model.safetensors")
    case = support.CommandTest()
    case.folder = pathlib.Path(_session.name)
    return path, case.succeed("sentiment", "train", "--data", reviews(), "-o", path, "--units", "64",
                              "--dim", "32", "--epochs", "1" if support.SANITIZER else "15",
                              "--patience", "0", "--rate", "5e-3", "--batch", "32",
                              "--word-dropout", "0", "--json")


def model():
    return trained()[0]


@functools.lru_cache(maxsize=None)
def few_texts():
    """Sixty short texts of random words, of labels "bad" and "good"."""
    draw = random.Random(1)
    words = "a film plot of fine poor joy dull".split()
    texts = [" ".join(draw.choices(words, k=draw.randrange(1, 9))) for _ in range(60)]
    return [(("bad", "good")[i % 2], text) for i, text in enumerate(texts)]


class SentimentTest(support.CommandTest):
    def sentiment(self, *arguments, **options):
        return self.succeed("sentiment", *arguments, **options)

    def refuse(self, message, *arguments, code=1, **options):
        return self.fail_with(code, message, "sentiment", *arguments, **options)

    def write_rows(self, name, labelled):
        return self.write(name, "label\ttext\n" + "".join(f"{label}\t{text}\n" for label, text in labelled))

    def few(self):
        return self.write_rows("few.tsv", few_texts())

    def train(self, data, *options, output="model", units=4, dim=4, **kwargs):
        """Trains a small model for two epochs."""
        size = ["--units", units, *(["--dim", dim] if dim else [])]
        return self.sentiment("train", "--data", data, "-o", output, *size, "--epochs", "2",
                              "--no-baseline", *options, **kwargs)

    def bytes_of(self, name):
        return (self.folder / name).read_bytes()

    def predict(self, *arguments, of=None, **options):
        result = self.sentiment("predict", of or model(), *arguments, "--json", **options)
        return [json.loads(line) for line in result.stdout.decode().splitlines()]


class TrainTest(SentimentTest):
    @unittest.skipIf(support.SANITIZER, "minutes with a sanitizer")
    def test_learns_what_the_order_of_words_says(self):
        _, result = trained()
        report = result.json
        self.assertGreaterEqual(report["metrics"]["accuracy"], 0.97)
        self.assertLessEqual(report["nbsvm"]["accuracy"], 0.60)
        self.assertLess(report["nbsvm"]["mcnemar"]["p_value"], 1e-6)
        self.assertGreater(report["nbsvm"]["mcnemar"]["only_first_right"], 100)

    def test_reports_what_happened(self):
        path, result = trained()
        report = result.json
        self.assertEqual(report["labels"], ["negative", "positive"])
        self.assertEqual(report["bytes"], os.path.getsize(path))
        self.assertEqual((report["train"]["texts"], report["validation"]["texts"]), (3200, 800))
        for part in "train", "validation":
            figures = report[part]
            for key in "texts", "words", "unknown", "cut_texts", "cut_words", "empty_texts":
                self.assertEqual(figures[key], sum(own[key] for own in figures["labels"].values()))
            self.assertEqual(figures["labels"]["positive"]["texts"], figures["texts"] / 2)
        best = report["epochs"][report["best_epoch"] - 1]
        self.assertEqual(best["validation_accuracy"], max(epoch["validation_accuracy"]
                                                          for epoch in report["epochs"]))
        self.assertAlmostEqual(report["metrics"]["accuracy"], best["validation_accuracy"])
        self.assertFalse(report["interrupted"])
        for line in (r"^train: 3,200 texts of [\d,]+ words; lengths: median \d+, 95 % up to \d+, longest \d+$",
                     r"^  negative: 1,600 texts \(50\.0 %\), 0\.00 % of the words unknown$",
                     rf"^ +{report['best_epoch']} .* best so far$", r"^validation \(which chose epoch and temperature\): accuracy \d+\.\d\d % \(",
                     r"^NBSVM: accuracy \d+\.\d\d % \(",
                     r"model\.safetensors: [\d.]+ KiB in .*, peak memory [\d.]+ [MG]iB$"):
            self.assertRegex(result.stderr, re.compile(line, re.MULTILINE))

    def test_a_model_says_what_it_is_and_is_a_file_of_vectors(self):
        report = trained()[1].json
        info = self.info(model())
        self.assertEqual((info["words"], info["dim"]), (report["vocabulary"], 32))
        metadata = info["metadata"]
        for key, value in {"format": "wordkin sentiment model", "cell": "lstm", "units": "64",
                           "labels": '["negative","positive"]', "readout": "mean max",
                           "directions": "2", "max_words": "1000", "rate": "0.005", "batch": "32",
                           "train_texts": "3200", "validation_texts": "800"}.items():
            self.assertEqual(metadata[key], value, key)
        self.assertEqual(metadata["best_epoch"], str(report["best_epoch"]))
        self.assertEqual(float(metadata["temperature"]), report["temperature"])
        self.assertIn("neighbors", self.succeed("similar", model(), "film", "--json").json)

    def test_the_same_bytes_for_any_threads_and_on_standard_output(self):
        few = self.few()
        for data, options in ((reviews(), []), (few, ["--corpus", few, "--readout", "attention"])):
            for threads in 1, 2, 3:
                self.train(data, *options, "--threads", threads, output=str(threads), units=8)
            self.assertEqual(self.bytes_of("1"), self.bytes_of("2"))
            self.assertEqual(self.bytes_of("1"), self.bytes_of("3"))
            stdout = self.train(data, *options, output="-", units=8).stdout
            self.assertEqual(stdout, self.bytes_of("1"))

    def test_options_change_the_result(self):
        few = self.few()
        self.train(few, output="plain")
        self.train(few, "--seed", "1", output="same")
        self.assertEqual(self.bytes_of("same"), self.bytes_of("plain"))
        for option in (["--seed", "2"], ["--cell", "rnn"], ["--cell", "gru"], ["--layers", "2"],
                       ["--forward-only"], ["--peepholes"], ["--readout", "last"],
                       ["--readout", "max", "--readout", "attention"], ["--word-dropout", "0.5"],
                       ["--input-dropout", "0"], ["--state-dropout", "0.3"], ["--feature-dropout", "0"],
                       ["--weight-decay", "0.1"], ["--label-smoothing", "0.1"], ["--batch", "7"],
                       ["--optimizer", "sgd"], ["--optimizer", "adam", "--weight-decay", "0.1"],
                       ["--rate", "0.01"], ["--momentum", "0.5"], ["--beta2", "0.9"],
                       ["--schedule", "constant"], ["--schedule", "cosine"], ["--warmup", "0"],
                       ["--clip-norm", "1e-3"], ["--clip-value", "1e-6"], ["--frozen"],
                       ["--thaw-after", "1"], ["--validation-fraction", "0.5"], ["--max-words", "3"],
                       ["--corpus", few]):
            self.train(few, *option, output="other")
            self.assertNotEqual(self.bytes_of("other"), self.bytes_of("plain"), option)
            if option[0] in ("--cell", "--layers", "--forward-only", "--peepholes", "--readout"):
                (prediction,) = self.predict("a fine film", of="other")
                self.assertEqual(set(prediction["probabilities"]), {"bad", "good"})

    def test_all_forms_of_data_give_the_same_bytes(self):
        self.train(self.few(), output="expected")
        self.write("few.csv", "review,sentiment\r\n" + "".join(f'"{text}",{label}\r\n'
                                                            for label, text in few_texts()))
        self.write("few.jsonl", "".join(json.dumps({"content": text, "class": label}) + "\n"
                                       for label, text in few_texts()))
        self.write("columns.tsv", "".join(f"{i}\t{text}\t0\t{label}\n"
                                          for i, (label, text) in enumerate(few_texts())))
        for data, options in (("few.csv", []), ("few.jsonl", []),
                              ("columns.tsv", ["--text-column", "2", "--label-column", "4"])):
            self.train(data, *options)
            self.assertEqual(self.bytes_of("model"), self.bytes_of("expected"), data)
        self.train("-", stdin=self.bytes_of("few.tsv"))
        self.assertEqual(self.bytes_of("model"), self.bytes_of("expected"))

    def test_a_folder_of_folders(self):
        for i, (label, text) in enumerate(few_texts()):
            folder = self.folder / "texts" / label
            folder.mkdir(parents=True, exist_ok=True)
            (folder / f"{i}.txt").write_text(text)
        report = self.train("texts", "--json").json
        self.assertEqual(report["labels"], ["bad", "good"])
        self.assertEqual(report["train"]["texts"] + report["validation"]["texts"], 60)
        report = self.sentiment("evaluate", "model", "texts", "--json").json
        self.assertEqual(report["texts"], 60)

    def test_validation_texts_of_ones_own(self):
        few = self.few()
        self.write_rows("other.tsv", [("good", "a film"), ("bad", few_texts()[0][1]), ("good", "")])
        result = self.train(few, "--validation", "other.tsv", "--json")
        report = result.json
        self.assertEqual((report["train"]["texts"], report["validation"]["texts"]), (60, 3))
        self.assertEqual(report["shared_texts"], 1)
        self.assertEqual(report["validation"]["empty_texts"], 1)
        self.assertEqual(report["metrics"]["texts"], 3)
        self.assertIn("1 text of the validation part is also trained on: its accuracy is too high",
                      result.stderr)
        self.assertIn("1 text has no words", result.stderr)

    def test_long_texts_are_cut(self):
        result = self.train(self.few(), "--max-words", "2", "--json")
        lengths = [len(text.split()) for _, text in few_texts()]
        report = result.json
        for key, expected in (("words", sum(lengths)), ("cut_texts", sum(n > 2 for n in lengths)),
                              ("cut_words", sum(max(0, n - 2) for n in lengths))):
            self.assertEqual(report["train"][key] + report["validation"][key], expected, key)
        self.assertRegex(result.stderr, r"texts are longer than --max-words and lose \d+ words \(")
        whole, cut = self.predict("a film of joy", "a joy", of="model")
        self.assertEqual(whole["probabilities"], cut["probabilities"])

    def test_vectors_of_a_corpus(self):
        few = self.few()
        extra = self.write("extra.txt", "astonishing rarely\n" * 5 + "four\n" * 4)
        report = self.train(few, "--corpus", few, "--corpus", extra, "--corpus-epochs", "1",
                            "--json").json
        words = {word for word in self.words_of("model")}
        self.assertEqual(len(words), report["vocabulary"])
        self.assertTrue({"astonishing", "rarely", "film"} < words)
        self.assertNotIn("four", words)  # not often enough
        self.train(few)
        self.assertEqual(self.words_of("model"), {word for _, text in few_texts() for word in text.split()})

    def words_of(self, path):
        tensors, _ = support.read_safetensors(self.folder / path)
        offsets = memoryview(tensors["word_offsets"]).cast("q")
        return {tensors["words"][begin:end].decode() for begin, end in zip(offsets, offsets[1:])}

    def test_vectors_that_wordkin_trained(self):
        vectors, _ = support.read_safetensors(support.few_vectors())
        info = self.info(support.few_vectors())
        for option, same in ("--frozen", True), ("--no-baseline", False):
            options = [option] if same else []
            self.train(self.few(), "--vectors", support.few_vectors(), *options, dim=None)
            tensors, metadata = support.read_safetensors(self.folder / "model")
            for name in "word_offsets", "words":
                self.assertEqual(tensors[name], vectors[name])
            self.assertEqual(tensors["vectors"] == vectors["vectors"], same)
            self.assertEqual(any(tensors["unknown_vector"]), not same)
            self.assertEqual(self.info("model")["words"], info["words"])
        self.assertEqual(metadata["preparation"], "words-1 lower keep")

    def test_vectors_say_how_texts_are_prepared(self):
        words = ["Film", *"zero one two three four five six seven eight nine".split()]
        support.write_safetensors(self.folder / "vectors", [word.encode() for word in words],
                                  [[i + 1.0, 1.0] for i in range(len(words))])
        self.train(self.few(), "--vectors", "vectors", dim=None)
        self.assertEqual(self.info("model")["metadata"]["preparation"], "words-1 keep spell")
        (upper, spelled, lower) = self.predict("Film 19", "Film one nine", "film 19", of="model")
        self.assertEqual(upper["probabilities"], spelled["probabilities"])
        self.assertNotEqual(upper["probabilities"], lower["probabilities"])

    def test_resuming_gives_the_same_bytes(self):
        few = self.few()
        options = ["--data", few, "--units", "4", "--dim", "4", "--patience", "0", "--no-baseline",
                   "--epochs", "6"]
        self.sentiment("train", *options, "-o", "whole", "--save-state", "state")
        self.sentiment("train", *options, "-o", "again", "--resume", "state")
        self.assertEqual(self.bytes_of("again"), self.bytes_of("whole"))
        self.refuse("state: was saved with --rate 0.002, found 0.01; resume with the same", "train",
                    *options, "-o", "x", "--resume", "state", "--rate", "0.01", "--quiet", code=2)
        self.refuse("whole: is no saved state of sentiment training", "train", *options, "-o", "x",
                    "--resume", "whole", "--quiet")
        self.assert_files("again", "few.tsv", "state", "whole")

    def test_says_when_nothing_was_learnt(self):
        few = self.few()
        warning = "wordkin: hardly better than always the most frequent label, 50.00 %"
        self.assertIn(warning, self.train(few, "--rate", "1e-9").stderr)
        self.assertEqual(self.train(few, "--rate", "1e-9", "--quiet").stderr, "")
        if not support.SANITIZER:
            self.assertNotIn(warning, trained()[1].stderr)

    def test_results_are_on_stdout_and_the_summary_is_not(self):
        few = self.few()
        result = self.train(few)
        self.assertEqual(result.stdout, b"")
        self.assertIn("temperature): accuracy", result.stderr)
        for command in (["train", "--data", few, "-o", "x", "--epochs", "1", "--units", "4"],
                        ["predict", "model", "a film"], ["evaluate", "model", few],
                        ["explain", "model", "a film"]):
            self.assertEqual(self.sentiment(*command, "--quiet").stderr, "", command)
            self.assertIsInstance(self.sentiment(*command, "--json").json, dict, command)


class PredictTest(SentimentTest):
    TEXTS = [text for _, text in rows()[:40]] + ["", "the", "zzz qqq", "naïve 好 \U0001f600", " \t ",
                                              "The FOOD, was 'bad'?!"]

    def check(self, predictions):
        self.assertEqual([prediction["text"] for prediction in predictions], self.TEXTS)
        for prediction in predictions:
            self.assertEqual(list(prediction), ["label", "probabilities", "text"])
            probabilities = prediction["probabilities"]
            self.assertEqual(list(probabilities), ["negative", "positive"])
            self.assertAlmostEqual(sum(probabilities.values()), 1, delta=1e-9)
            self.assertEqual(probabilities[prediction["label"]], max(probabilities.values()))

    def test_arguments_files_and_lines_of_stdin_are_alike(self):
        expected = self.predict(*self.TEXTS)
        self.check(expected)
        lines = "".join(f"{text}\n" for text in self.TEXTS)
        self.write("texts", lines)
        self.write("windows", lines.replace("\n", "\r\n"))
        self.write("open", lines[:-1])  # without a newline at the end
        for name in "texts", "windows", "open":
            self.assertEqual(self.predict("--file", name), expected)
        self.assertEqual(self.predict(stdin=lines), expected)
        self.assertEqual(self.predict("--file", "-", stdin=lines), expected)
        self.assertEqual(self.predict("--file", "open", "--file", "texts"), expected * 2)

    def test_texts_alone_are_as_among_others(self):
        for prediction in self.predict(*self.TEXTS)[-12:]:
            self.assertEqual(self.predict(prediction["text"]), [prediction])

    def test_threads_change_nothing(self):
        self.assertEqual(self.predict(*self.TEXTS, "--threads", "1"),
                         self.predict(*self.TEXTS, "--threads", "3"))

    def test_lines_of_label_probability_and_text(self):
        lines = self.sentiment("predict", model(), *self.TEXTS).text.split("\n")
        self.assertEqual(lines.pop(), "")
        for line, prediction in zip(lines, self.predict(*self.TEXTS), strict=True):
            probability = max(prediction["probabilities"].values())
            self.assertEqual(line, f"{prediction['label']}  {probability:.4f}  {prediction['text']}")

    def test_tsv(self):
        header, *lines = self.sentiment("predict", model(), "--tsv", *self.TEXTS).text.splitlines()
        self.assertEqual(header, "label\tnegative\tpositive")
        for line, prediction in zip(lines, self.predict(*self.TEXTS), strict=True):
            label, *shares = line.split("\t")
            self.assertEqual(label, prediction["label"])
            self.assertAlmostEqual(sum(map(float, shares)), 1, delta=2e-6)
            self.assertEqual(shares, [f"{p:.6f}" for p in prediction["probabilities"].values()])

    def test_tsv_stays_a_table_whatever_the_labels(self):
        self.write("tab.jsonl", "".join(
            json.dumps({"label": "so\tso" if label == "bad" else "fi\nne", "text": text}) + "\n"
            for label, text in few_texts()))
        self.train("tab.jsonl")
        lines = self.sentiment("predict", "model", "--tsv", "a film", "joy").text.splitlines()
        self.assertEqual([len(line.split("\t")) for line in lines], [3, 3, 3])

    def test_no_texts(self):
        for stdin in b"", b"\n":
            self.assertEqual(len(self.predict(stdin=stdin)), len(stdin))
        self.assertEqual(self.sentiment("predict", model(), "--tsv").text, "label\tnegative\tpositive\n")
        self.assertEqual(self.sentiment("predict", model()).stdout, b"")

    def test_many_lines_keep_their_order(self):
        draw = random.Random(2)
        texts = [" ".join(draw.choices(["film", "food", "not", "was"], k=draw.randrange(5))) for _ in range(5000)]
        predictions = self.predict(stdin="\n".join(texts + [""]))
        self.assertEqual([prediction["text"] for prediction in predictions], texts)
        alike = {}
        for prediction in predictions:
            self.assertEqual([prediction], [alike.setdefault(prediction["text"], prediction)])

    def test_a_line_is_answered_before_the_next_comes(self):
        for options in [], ["--json"], ["--tsv"], ["--file", "-"]:
            process = self.start("sentiment", "predict", model(), *options)
            if "--tsv" in options:
                process.stdin.write(b"first\n")
                self.assertEqual(self.read_line(process), b"label\tnegative\tpositive\n")
                self.assertRegex(self.read_line(process), rb"\A(nega|posi)tive\t")
            for text in b"the food was bad", b"", b"a fine film":
                process.stdin.write(text + b"\n")
                self.assertRegex(self.read_line(process), rb"(nega|posi)tive")
            process.stdin.write(b"without an end")
            process.stdin.close()
            self.assertRegex(self.read_line(process), rb"(nega|posi)tive")
            self.assertEqual(process.wait(30), 0)

    def test_a_first_line_however_short_is_answered_too(self):
        for line in b"bad\n", b"\n":
            process = self.start("sentiment", "predict", model())
            process.stdin.write(line)
            self.assertRegex(self.read_line(process, 10), rb"(nega|posi)tive")

    def read_line(self, process, seconds=30):
        self.assertTrue(select.select([process.stdout], [], [], seconds)[0], "no answer")
        return process.stdout.readline()

    def test_a_text_of_a_million_words(self):
        self.write("long", "good film . " * 400_000 + "\n" + "the\n")
        result = self.sentiment("predict", model(), "--file", "long", "--tsv")
        header, long, short = result.text.splitlines()
        ends = "good film . " * 166 + "good film film . " + "good film . " * 166
        self.assertEqual(len(ends.split()), 1000)
        self.assertEqual([header, long], self.sentiment("predict", model(), ends, "the", "--tsv").text.splitlines()[:2])
        self.assertNotEqual(short, long)

    def test_a_long_text_that_is_not_cut(self):
        self.train(self.few(), "--max-words", "0")
        words = "a film of joy " * 25_000
        (prediction,) = self.predict(of="model", stdin=words)
        self.assertEqual(prediction["text"], words)
        self.assertAlmostEqual(sum(prediction["probabilities"].values()), 1, delta=1e-9)

    def test_the_largest_number_of_words_is_read_back(self):
        for most in 2**41, 2**64 - 1:
            result = self.run_wordkin("sentiment", "train", "--data", self.few(), "-o", "model", "--units", "4",
                                      "--epochs", "1", "--max-words", most)
            if result.code == 0:
                self.assertEqual(len(self.predict("a film", of="model")), 1)
            else:
                self.assertEqual(result.code, 2)
                self.assertIn("--max-words", result.stderr)

    def test_bytes_that_are_no_text(self):
        self.refuse("standard input: holds NUL bytes, expected lines of UTF-8", "predict", model(), stdin=b"the\0film\n")
        bad = b"na\xefve \xff\xfe good\n\xc3\nthe film\n"
        predictions = self.predict(stdin=bad)
        self.assertEqual([prediction["text"] for prediction in predictions],
                         ["na\ufffdve \ufffd\ufffd good", "\ufffd", "the film"])
        clean = self.predict("na ve good", "", "the film")
        self.assertEqual([prediction["probabilities"] for prediction in predictions],
                         [prediction["probabilities"] for prediction in clean])
        lines = self.sentiment("predict", model(), stdin=bad).stdout.splitlines()
        self.assertEqual([line.split(b"  ", 2)[2] for line in lines], bad.splitlines())

    def test_texts_may_look_like_options(self):
        lines = self.sentiment("predict", model(), "--", "--json", "-x").text.splitlines()
        self.assertEqual([line.split("  ")[2] for line in lines], ["--json", "-x"])

class EvaluateTest(SentimentTest):
    def test_agrees_with_the_predictions(self):
        some = rows()[:500]
        self.write_rows("some.tsv", some)
        report = self.sentiment("evaluate", model(), "some.tsv", "--json").json
        predictions = self.predict(stdin="".join(f"{text}\n" for _, text in some))
        truth = [label for label, _ in some]
        found = [prediction["label"] for prediction in predictions]
        labels = ["negative", "positive"]
        confusion = [[sum(t == a and f == b for t, f in zip(truth, found)) for b in labels] for a in labels]
        self.assertEqual(report["texts"], 500)
        self.assertEqual(report["confusion"], confusion)
        right = confusion[0][0] + confusion[1][1]
        self.assertAlmostEqual(report["accuracy"], right / 500)
        low, high = report["accuracy_interval"]
        self.assertTrue(low <= report["accuracy"] <= high)
        for i, label in enumerate(labels):
            scores = report["labels"][label]
            self.assertEqual(scores["texts"], truth.count(label))
            self.assertAlmostEqual(scores["recall"], confusion[i][i] / truth.count(label))
            self.assertAlmostEqual(scores["precision"], confusion[i][i] / max(1, found.count(label)))
        self.assertAlmostEqual(report["macro"]["f1"], sum(report["labels"][label]["f1"] for label in labels) / 2)
        bound = 2**-52
        losses = [-math.log(min(1 - bound, max(bound, prediction["probabilities"][label])))
                  for prediction, label in zip(predictions, truth)]
        self.assertAlmostEqual(report["log_loss"], sum(losses) / 500, delta=1e-6)
        squares = [(prediction["probabilities"]["positive"] - (label == "positive"))**2
                   for prediction, label in zip(predictions, truth)]
        self.assertAlmostEqual(report["brier"], sum(squares) / 500, delta=1e-6)

    def test_says_what_the_texts_are_like(self):
        self.write_rows("some.tsv", [("positive", "the zzz"), ("negative", ""), ("positive", "the " * 1500)])
        data = self.sentiment("evaluate", model(), "some.tsv", "--json").json["data"]
        figures = {key: data[key] for key in ("texts", "words", "unknown", "cut_texts", "cut_words", "empty_texts")}
        self.assertEqual(figures, {"texts": 3, "words": 1502, "unknown": 1, "cut_texts": 1, "cut_words": 500,
                                   "empty_texts": 1})
        self.assertEqual(data["lengths"], {"median": 2, "p95": 2, "longest": 1500})
        self.assertEqual(data["labels"]["negative"]["empty_texts"], 1)

    def test_texts_of_one_label(self):
        self.write_rows("some.tsv", rows()[:1])
        report = self.sentiment("evaluate", model(), "some.tsv", "--json").json
        self.assertNotIn("roc_auc", report)
        self.assertIn(report["accuracy"], (0, 1))
        self.assertNotIn("ROC-AUC", self.sentiment("evaluate", model(), "some.tsv").text)

    def test_the_table(self):
        self.write_rows("some.tsv", rows()[:300])
        report = self.sentiment("evaluate", model(), "some.tsv", "--json").json
        text = self.sentiment("evaluate", model(), "some.tsv").text
        self.assertIn("texts              300\n", text)
        self.assertIn(f"accuracy           {100 * report['accuracy']:.2f} %, 95 % interval ", text)
        for name in "log_loss", "brier", "calibration_error", "roc_auc":
            self.assertRegex(text, rf"\w +{report[name]:.4f}\n")
        for label in "negative", "positive":
            scores = report["labels"][label]
            self.assertRegex(text, rf"\n{label} +{scores['precision']:.4f} +{scores['recall']:.4f} +"
                             rf"{scores['f1']:.4f} +{scores['texts']}\n")
        for label, row in zip(("negative", "positive"), report["confusion"]):
            self.assertRegex(text, rf"\n{label} +{row[0]} +{row[1]}\n")

    def test_beside_an_nbsvm_and_another_model(self):
        self.write_rows("some.tsv", rows()[:300])
        self.write_rows("others.tsv", rows()[300:1300])
        self.train(reviews(), output="weak")
        command = ["evaluate", model(), "some.tsv", "--baseline", "others.tsv", "--compare", "weak"]
        report = self.sentiment(*command, "--json").json
        weak = self.sentiment("evaluate", "weak", "some.tsv", "--json").json
        wins = report["mcnemar"]["only_first_right"] - report["mcnemar"]["only_second_right"]
        self.assertEqual(wins, round(300 * (report["accuracy"] - weak["accuracy"])))
        nbsvm = report["nbsvm"]
        wins = nbsvm["mcnemar"]["only_first_right"] - nbsvm["mcnemar"]["only_second_right"]
        self.assertEqual(wins, round(300 * (report["accuracy"] - nbsvm["accuracy"])))
        text = self.sentiment(*command).text
        self.assertIn(f"\nNBSVM: accuracy {100 * nbsvm['accuracy']:.2f} % (", text)
        self.assertIn(f"\nAgainst weak: of the texts that one of both has wrong, this model has "
                      f"{report['mcnemar']['only_first_right']} right and the other "
                      f"{report['mcnemar']['only_second_right']}, p = ", text)
        same = self.sentiment("evaluate", model(), "some.tsv", "--compare", model(), "--json").json
        self.assertEqual(same["mcnemar"], {"only_first_right": 0, "only_second_right": 0, "p_value": 1})

    def test_models_of_other_labels_are_not_compared(self):
        self.train(self.few())
        self.write_rows("some.tsv", rows()[:3])
        self.refuse("model: has the labels bad, good, and ", "evaluate", model(), "some.tsv", "--compare", "model",
                    code=2)

    def test_columns_are_chosen(self):
        self.write("some.csv", "stars,comment,id\n" + "".join(f'{label},"{text}",1\n' for label, text in rows()[:50]))
        self.write_rows("some.tsv", rows()[:50])
        expected = self.sentiment("evaluate", model(), "some.tsv", "--json").json
        found = self.sentiment("evaluate", model(), "some.csv", "--text-column", "comment", "--label-column",
                               "1", "--json").json
        self.assertEqual(found, expected)


class Page(html.parser.HTMLParser):
    """What a browser would make of a page: its tags, and the texts of its spans and of its heading."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.tags, self.words, self.heading, self.titles = set(), [], "", []
        self.inside = None
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attributes):
        self.tags.add(tag)
        self.inside = tag
        if tag == "span":
            self.words.append("")
            self.titles.append(float(dict(attributes)["title"]))

    def handle_endtag(self, tag):
        self.inside = None

    def handle_data(self, data):
        if self.inside == "span":
            self.words[-1] += data
        elif self.inside == "h1":
            self.heading += data


class ExplainTest(SentimentTest):
    TAGS = {"html", "head", "meta", "title", "style", "body", "button", "main", "h1", "p", "span", "script"}

    def explain(self, text, *options, of=None):
        return self.sentiment("explain", of or model(), text, "--json", *options).json

    def check(self, explanation):
        sum_of_all = sum(word["contribution"] for word in explanation["words"])
        difference = explanation["log_odds"] - explanation["baseline_log_odds"]
        self.assertAlmostEqual(abs(sum_of_all - difference), explanation["gap"], delta=1e-9)
        self.assertLessEqual(explanation["gap"], 0.05 * abs(difference) + 1e-3)

    def test_contributions_add_up(self):
        for _, text in rows()[:8]:
            explanation = self.explain(text)
            self.check(explanation)
            self.assertEqual([word["word"] for word in explanation["words"]], text.split())
            (prediction,) = self.predict(text)
            self.assertEqual(explanation["label"], prediction["label"])
            for label, probability in prediction["probabilities"].items():
                self.assertAlmostEqual(explanation["probabilities"][label], probability, delta=1e-3)

    def test_words_that_the_model_does_not_know_contribute_nothing(self):
        for text in "the qqq food was zzz awful .", "qqq zzz", "", " \t":
            explanation = self.explain(text)
            self.check(explanation)
            for word in explanation["words"]:
                if word["word"] in ("qqq", "zzz", ""):
                    self.assertEqual(word["contribution"], 0)
            self.assertEqual(len(explanation["words"]), max(1, len(text.split())))

    def test_lines_of_contribution_and_word(self):
        text = rows()[0][1]
        explanation = self.explain(text)
        first, *lines = self.sentiment("explain", model(), text).text.splitlines()
        self.assertEqual(first, f"{explanation['label']}  {explanation['probabilities'][explanation['label']]:.4f}")
        self.assertEqual(lines, [f"{word['contribution']:+8.4f}  {word['word']}" for word in explanation["words"]])

    def test_a_page_of_coloured_words(self):
        text = "The food <b>wasn't</b> \"bad\" & <script>alert('&amp;')</script> <br> naïve 好 \U0001f600 </span>"
        result = self.sentiment("explain", model(), text, "--html", "why.html")
        self.assertEqual(result.stdout, b"")
        page = (self.folder / "why.html").read_text(encoding="utf-8")
        explanation = self.explain(text)
        parsed = Page(page)
        self.assertEqual(parsed.tags, self.TAGS)
        self.assertEqual(parsed.words, [word["word"] for word in explanation["words"]])
        self.assertIn("<", parsed.words)
        for title, word in zip(parsed.titles, explanation["words"], strict=True):
            self.assertAlmostEqual(title, word["contribution"], delta=6e-5)
        self.assertTrue(page.startswith('<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">'))
        self.assertTrue(parsed.heading.startswith(explanation["label"] + ": "))
        # JSON as well as the page.
        self.assertEqual(self.explain(text, "--html", "why.html"), explanation)
        self.assertEqual((self.folder / "why.html").read_text(encoding="utf-8"), page)

    def test_a_page_escapes_labels(self):
        self.write("few.jsonl", "".join(json.dumps({"label": f"<i>&{label}</i>", "text": text}) + "\n"
                                      for label, text in few_texts()))
        self.train("few.jsonl")
        self.sentiment("explain", "model", "a film", "--html", "why.html")
        parsed = Page((self.folder / "why.html").read_text(encoding="utf-8"))
        self.assertEqual(parsed.tags, self.TAGS)
        self.assertRegex(parsed.heading, r"\A<i>&(bad|good)</i>: [\d.]+ %\Z")

    def test_a_page_that_cannot_be_written(self):
        self.refuse("none/why.html: cannot write: the folder none does not exist; create it first", "explain",
                    "no-such-model", "a film", "--html", "none/why.html")
        self.train(self.few())
        self.refuse("model: is given twice", "explain", "model", "a film", "--html", "model", code=2)
        self.refuse("/dev/full: cannot write: No space left on device", "explain", "model", "a film", "--html",
                    "/dev/full")

    def test_long_texts_are_cut(self):
        self.train(self.few(), "--max-words", "5")
        explanation = self.explain("a film of joy " * 10, of="model")
        self.assertEqual([word["word"] for word in explanation["words"]], "a film of of joy".split())
        self.check(explanation)


class InterruptionTest(SentimentTest):
    def assert_interrupted(self, process):
        process.send_signal(signal.SIGINT)
        stdout, stderr = process.communicate(timeout=60)
        self.assertEqual(process.returncode, 130, stderr)
        self.assertTrue(stderr.endswith(b"wordkin: interrupted\n"), stderr)
        return stdout, stderr

    def start_training(self, *options):
        return self.start("sentiment", "train", "-o", "model", "--patience", "0", "--epochs", "1000000",
                          "--no-baseline", *options)

    def processor_seconds(self, process):
        with open(f"/proc/{process.pid}/stat", encoding="ascii") as file:
            fields = file.read().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def test_before_the_end_of_the_first_epoch_there_is_no_model(self):
        self.write("model", "precious")
        process = self.start_training("--data", reviews(), "--units", "400", "--json", "--quiet")
        support.wait_until(lambda: self.processor_seconds(process) > 0.5)
        stdout, stderr = self.assert_interrupted(process)
        self.assertEqual((stdout, stderr), (b"", b"wordkin: interrupted\n"))
        self.assertEqual(self.bytes_of("model"), b"precious")
        self.assert_files("model")

    def interrupt_after_an_epoch(self, *options):
        self.write("model", "precious")
        process = self.start_training("--data", self.few(), "--dim", "8", "--save-state", "state", "--json", *options)
        support.wait_until((self.folder / "state").exists, 120)
        return self.assert_interrupted(process)

    def test_after_the_first_epoch_the_model_is_saved(self):
        stdout, stderr = self.interrupt_after_an_epoch("--units", "8")
        self.assertIn(b"wordkin: go on with --resume state\n", stderr)
        self.assertIn(b"wordkin: the model of the best epoch so far is model.interrupted\n", stderr)
        self.assertEqual(self.bytes_of("model"), b"precious")
        report = json.loads(stdout)
        self.assertTrue(report["interrupted"])
        self.assertGreaterEqual(len(report["epochs"]), 1)
        best = report["epochs"][report["best_epoch"] - 1]
        self.assertAlmostEqual(report["metrics"]["accuracy"], best["validation_accuracy"])
        self.assertNotIn("nbsvm", report)
        self.assert_files("few.tsv", "model", "model.interrupted", "state")
        self.assertEqual(len(self.predict("a fine film", of="model.interrupted")), 1)
        self.assertEqual(report["output"], "model.interrupted")
        self.assertEqual(report["bytes"], os.path.getsize(self.folder / "model.interrupted"))

    def test_after_the_first_epoch_the_model_is_saved_also_where_validation_takes_long(self):
        self.write_rows("validation.tsv", [({"negative": "bad", "positive": "good"}[label], text)
                                           for label, text in rows()])
        self.interrupt_after_an_epoch("--units", "64" if support.SANITIZER else "256", "--validation", "validation.tsv")
        self.assertEqual(len(self.predict("a fine film", of="model.interrupted")), 1)

    def test_training_that_lost_its_patience_is_done(self):
        train = ["sentiment", "train", "--data", self.few(), "--dim", "4", "--units", "4", "--patience", "1", "--epochs", "100",
                 "--no-baseline", "-o", "model", "--save-state", "state", "--json"]
        for _ in range(2):  # the second time in place of the first state
            self.assertLess(len(self.succeed(*train).json["epochs"]), 100)
        self.assertIn("of 100 epochs; training is done", self.succeed("info", "state").text)

    def test_waiting_for_texts_ends_at_once(self):
        process = self.start("sentiment", "predict", model())
        process.stdin.write(b"the food\n")
        self.assertTrue(select.select([process.stdout], [], [], 30)[0])
        process.send_signal(signal.SIGINT)
        self.assertEqual(process.wait(30), 130)
        self.assertEqual(process.stderr.read(), b"wordkin: interrupted\n")


class ErrorTest(SentimentTest):
    def refuse_training(self, message, data, *options, code=1, **kwargs):
        """Training fails, and what was there before stays."""
        self.write("model", "precious")
        self.refuse(message, "train", "--data", data, "-o", "model", *options, "--quiet", code=code, **kwargs)
        self.assertEqual(self.bytes_of("model"), b"precious")

    def test_no_model(self):
        few = self.few()
        self.write("text", "hello\n")
        self.write("empty", "")
        for path, message in (
                ("none", "none: cannot open for reading: No such file or directory"),
                (self.folder, ": is a folder, expected a file; name the files in it"),
                (support.few_vectors(), "few.safetensors: is no sentiment model; train one: wordkin sentiment train "
                 "--data FILE -o MODEL"),
                ("text", "text: is no sentiment model"), ("empty", "empty: is no sentiment model"),
                (few, "few.tsv: is no sentiment model")):
            for command in (["predict", path, "a film"], ["evaluate", path, few], ["explain", path, "a film"]):
                self.refuse(message, *command)
        self.train(few)
        self.refuse("is no sentiment model", "evaluate", "model", few, "--compare", support.few_vectors())
        self.write("cut", self.bytes_of("model")[:-1])
        self.refuse("; the file was cut short, get it again", "predict", "cut", "a film")

    def test_no_data(self):
        for content, message in ((b"", "x.tsv: holds no texts, expected lines or folders of .txt files"),
                                 (b"label\ttext\n", "x.tsv: holds no texts"),
                                 (b"one\n", "x.tsv: line 1: found one column, expected a label, a tab and a text"),
                                 (b"1\ta\n1\tb\n", "x.tsv: all texts have the label '1', expected two labels at least"),
                                 (b"1\ta\n0\tb\tc\n", "x.tsv: line 2: found 3 columns, expected 2 as in line 1"),
                                 (b"1\ta\n \tb\n", "x.tsv: line 2: found an empty label, expected a name")):
            self.write("x.tsv", content)
            self.refuse_training(message, "x.tsv")
        self.refuse_training("none.tsv: cannot open for reading: No such file or directory", "none.tsv")
        few = self.few()
        self.refuse_training("none.tsv: cannot open", few, "--validation", "none.tsv")
        self.refuse_training("none: cannot open", few, "--vectors", "none")
        self.refuse_training("none: cannot open", few, "--corpus", "none")
        self.refuse_training("none: cannot open", few, "--resume", "none")
        self.refuse_training("few.tsv: ", few, "--vectors", few)
        self.write("empty.tsv", b"")
        self.refuse_training("empty.tsv: holds no texts", few, "--validation", "empty.tsv")
        self.refuse_training("empty.tsv: holds no texts", few, "--corpus", "empty.tsv")
        self.train(few, output="trained")
        self.refuse("empty.tsv: holds no texts", "evaluate", "trained", "empty.tsv")
        self.refuse("empty.tsv: holds no texts", "evaluate", "trained", few, "--baseline", "empty.tsv")
        self.refuse("none: cannot open", "predict", "trained", "--file", "none")

    def test_quotes_without_an_end_name_their_line(self):
        content = 'label,text\n' + 'good,"a film"\nbad,"so\nso"\n' * 20 + 'good,"no end\n' + "bad,x\n" * 5
        self.write("x.csv", content)
        message = 'x.csv: line 62: found a quote without end; write one in a cell as ""'
        self.refuse_training(message, "x.csv")
        self.refuse_training(message, self.few(), "--validation", "x.csv")

    def test_unknown_labels_name_their_line(self):
        few = self.few()
        self.write_rows("other.tsv", [("good", "a"), ("bad", "b"), ("mixed", "c")])
        message = "other.tsv: line 4: found the label 'mixed', expected one of bad, good"
        self.refuse_training(message, few, "--validation", "other.tsv")
        self.train(few, output="trained")
        self.refuse(message, "evaluate", "trained", "other.tsv")
        self.refuse(message, "evaluate", "trained", few, "--baseline", "other.tsv")

    def test_wrong_columns(self):
        few = self.few()
        message = ("few.tsv: line 1: found the columns label, text, expected {}; say which one holds the {}s")
        self.refuse_training(message.format("body", "text"), few, "--text-column", "body")
        self.refuse_training(message.format("3", "text"), few, "--text-column", "3")
        self.refuse_training(message.format("stars", "label"), few, "--label-column", "stars")
        self.refuse_training("the column 'text' is named as both text and label", few, "--text-column", "text",
                             "--label-column", "text", code=2)
        self.refuse_training("--text-column: expected a name, found nothing", few, "--text-column", "", code=2)
        self.train(few, output="trained")
        self.refuse(message.format("body", "text"), "evaluate", "trained", few, "--text-column", "body")

    def test_texts_too_few_to_hold_some_out(self):
        few = self.write_rows("two.tsv", [("good", "a film a film"), ("bad", "film a film a")])
        for options in [], ["--quiet"]:
            result = self.run_wordkin("sentiment", "train", "--data", few, "-o", "model", "--epochs", "1", *options)
            self.assertIn(result.code, (1, 2))
            self.assertRegex(result.stderr, r"(\A|\n)wordkin: .*text.*\n\Z")
        self.assert_files("two.tsv")

    def test_texts_without_words_that_occur_twice(self):
        for text in "word{}", "":
            self.write_rows("x.tsv", [(label, text.format(i)) for i, (label, _) in enumerate(few_texts())])
            self.write("model", "precious")
            result = self.refuse("", "train", "--data", "x.tsv", "-o", "model", "--quiet")
            self.assertNotIn("--min-count", result.stderr)  # is an option of other commands
            self.assertNotIn("/proc/self", result.stderr)
            self.assertEqual(self.bytes_of("model"), b"precious")

    def test_labels_that_are_no_text(self):
        self.write("x.tsv", b"".join((b"caf\xe9" if label == "bad" else b"good") + b"\t" + text.encode() + b"\n"
                                    for label, text in few_texts()))
        result = self.run_wordkin("sentiment", "train", "--data", "x.tsv", "-o", "model", "--units", "4", "--quiet")
        self.assertNotIn("json.exception", result.stderr)
        if result.code == 0:
            self.assertEqual(len(self.predict("a film", of="model")), 1)
        else:
            self.assertIn("is not UTF-8", result.stderr)

    def test_divergence(self):
        words = sorted({word for _, text in few_texts() for word in text.split()})
        support.write_safetensors(self.folder / "vectors", [word.encode() for word in words],
                                  [[3e38, -3e38]] * len(words))
        self.refuse_training("training diverged: the loss is too high or not finite; try --rate 0.0005", self.few(),
                             "--vectors", "vectors", "--batch", "10")

    def test_outputs_that_cannot_be_written(self):
        os.mkfifo(self.folder / "never-written")
        os.mkdir(self.folder / "folder")
        train = ["train", "--data", "never-written", "-o"]
        missing = "none/{}: cannot write: the folder none does not exist; create it first"
        self.refuse(missing.format("model"), *train, "none/model")
        self.refuse(missing.format("state"), *train, "model", "--save-state", "none/state")
        self.refuse("folder: is a folder, expected the name of an output file", *train, "folder")
        for other in "--data", "--validation", "--vectors", "--corpus", "--resume", "--save-state":
            options = {"--data": "x", other: "same"}
            arguments = [word for pair in options.items() for word in pair]
            self.refuse("same: is given twice, and would be replaced; choose another output", "train", *arguments,
                        "-o", "same", code=2)
        self.refuse("--json: standard output holds the result itself", *train, "-", "--json", code=2)
        self.refuse("--save-state: expected a file, found '-'", *train, "model", "--save-state", "-", code=2)
        self.assert_files("folder", "never-written")

    @unittest.skipIf(support.COUNTED, "skipped: counts of lines are written too")
    def test_a_full_disk(self):
        def limit():
            resource.setrlimit(resource.RLIMIT_FSIZE, (2048, 2048))

        few = self.few()
        self.refuse("/dev/full: cannot write: No space left on device", "train", "--data", few, "-o", "/dev/full",
                    "--epochs", "1", "--quiet")
        self.refuse_training("model: cannot write: File too large", few, "--epochs", "1", preexec_fn=limit)
        self.assert_files("few.tsv", "model")
        self.train(few)
        with open("/dev/full", "wb") as full:
            for command in (["predict", "model", "a film"], ["evaluate", "model", few], ["explain", "model", "a film"]):
                result = self.run_wordkin("sentiment", *command, stdout=full)
                self.assertEqual(result.code, 1)
                self.assertRegex(result.stderr, r"\Awordkin: standard output: cannot write: No space left.*\n\Z")

    def test_options_that_exclude_each_other(self):
        os.mkfifo(self.folder / "never-written")
        for options, message in (
                (["--vectors", "v", "--corpus", "c"], "--vectors and --corpus: give one of them"),
                (["--vectors", "v", "--dim", "5"], "--dim is not for --vectors, which have their own; leave it off"),
                (["--corpus-epochs", "5"], "--corpus-epochs is not for vectors without --corpus; leave it off"),
                (["--validation", "v", "--validation-fraction", "0.1"],
                 "--validation-fraction is not for --validation; leave it off"),
                (["--frozen", "--thaw-after", "1"], "--thaw-after is not for --frozen vectors; leave it off"),
                (["--peepholes", "--cell", "gru"], "--peepholes: only the LSTM has them; use --cell lstm"),
                (["--readout", "max", "--readout", "max"], "--readout: 'max' is given twice"),
                (["--units", "5", "--units", "6"], "--units is given twice; give it once")):
            self.refuse_training(message, "never-written", *options, code=2)
        for options in ["--data", "x"], ["-o", "x"], []:
            self.refuse("sentiment train: expected --data DATA and -o MODEL; see: wordkin sentiment train --help",
                        "train", *options, code=2)
        self.refuse("--tsv and --json: give one of them", "predict", "none", "--tsv", "--json", code=2)
        self.refuse("sentiment predict: give TEXT or --file, not both", "predict", "none", "a film", "--file", "x",
                    code=2)

    def test_bad_values(self):
        """All are found before the data is read."""
        os.mkfifo(self.folder / "never-written")
        share = "expected a share from 0 to below 1, found {}"
        cases = {
            "--units": ("expected a number from 1 to 65536, found {}", "0", "65537"),
            "--layers": ("expected a number from 1 to 64, found {}", "0", "65"),
            "--dim": ("expected a number from 1 to 65536, found {}", "0", "65537"),
            "--word-dropout": (share, "1", "-0.1"),
            "--input-dropout": (share, "1"),
            "--state-dropout": (share, "1"),
            "--feature-dropout": (share, "1"),
            "--label-smoothing": (share, "1", "-0.1"),
            "--epochs": ("expected a number not below 1, found {}", "0"),
            "--batch": ("expected a number not below 1, found {}", "0", "-1"),
            "--patience": ("expected a number not below 0, found {}", "-1"),
            "--rate": ("expected a number from 1e-12 to below 1000000, found {}", "0", "-1", "1000000"),
            "--momentum": ("expected a number from 0 to below 1, found {}", "1", "-0.1"),
            "--beta2": ("expected a number from 0 to below 1, found {}", "1"),
            "--warmup": ("expected a number from 0 to below 1, found {}", "1"),
            "--weight-decay": ("expected a number from 0 to below 1000000, found {}", "-1"),
            "--clip-norm": ("expected a number from 0 to below 1e+30, found {}", "-1", "1e+30"),
            "--clip-value": ("expected a number from 0 to below 1e+30, found {}", "-1"),
            "--cell": ("expected rnn or gru or lstm, found '{}'", "LSTM"),
            "--readout": ("expected last or mean or max or attention, found '{}'", "", "mean,max"),
            "--optimizer": ("expected sgd or adam or adamw, found '{}'", "Adam"),
            "--schedule": ("expected constant or linear or cosine or plateau, found '{}'", "step"),
        }
        for option in ("--word-dropout", "--label-smoothing", "--rate", "--validation-fraction", "--warmup"):
            for value in "nan", "-inf":
                self.refuse_training(f"{option}: expected a finite number, found '{value}'", "never-written", option,
                                     value, code=2)
        for option in "--units", "--epochs", "--max-words", "--seed", "--thaw-after", "--corpus-epochs":
            for value in "1.5", "99999999999999999999":
                self.refuse_training(f"{option}: expected a whole number", "never-written", option, value, code=2)
        for option, (message, *values) in cases.items():
            for value in values:
                self.refuse_training(f"{option}: {message.format(value)}", "never-written", option, value, code=2)
        self.refuse_training("--corpus-epochs: expected 1 or more, found 0", "never-written", "--corpus", "x",
                             "--corpus-epochs", "0", code=2)

    def test_bad_numbers_of_frozen_epochs_are_of_the_option_that_was_given(self):
        self.refuse_training("--thaw-after: expected", self.few(), "--thaw-after", "-2", code=2)

    def test_bad_validation_fractions_are_found_before_the_data_is_read(self):
        for value in "0", "1", "-0.1", "1.5":
            self.refuse_training("--validation-fraction: expected", "none.tsv", "--validation-fraction", value, code=2)

    @unittest.skipIf(support.SANITIZER, "address sanitizers map terabytes")
    def test_batches_larger_than_the_data_need_no_memory(self):
        few = self.few()
        self.train(few, "--batch", "60", output="expected")
        self.train(few, "--batch", "100000000", preexec_fn=limit_memory)
        self.assertEqual(support.read_safetensors(self.folder / "model")[0],
                         support.read_safetensors(self.folder / "expected")[0])


if __name__ == "__main__":
    unittest.main()
