"""Training that is killed, interrupted or diverges: it goes on from its last state, and no file is lost or
cut short."""
import json
import os
import random
import signal
import struct
import subprocess
import time
import unittest

import support

# All end in the same bytes as without an interruption, but for the races of Hogwild's threads.
TRAINING = {
    "skip-gram, one thread": ["--dim", "40", "--epochs", "3", "--threads", "1"],
    "skip-gram, two threads": ["--dim", "40", "--epochs", "5", "--threads", "2"],
    "CBOW in lockstep": ["--dim", "10", "--epochs", "8", "--model", "cbow", "--deterministic"],
    "hierarchical softmax": ["--dim", "40", "--epochs", "3", "--loss", "hs", "--threads", "1"],
    "GloVe": ["--model", "glove", "--dim", "60", "--epochs", "10"],
}
KILLS = 1 if support.SANITIZER else 34  # of each kind: 200 with those of classifiers, and more


class KillTest(support.CommandTest):
    """Kills training at random moments, many of them while a state is being written."""

    def kill_again_and_again(self, kind, *arguments):
        """Runs and kills the command, each time going on from the last state, then lets it end."""
        start = time.monotonic()
        self.succeed(*arguments, "-o", "whole", "--quiet")
        seconds = time.monotonic() - start
        moments = random.Random(kind)
        result, state = self.folder / "result", self.folder / "state"
        state.unlink(missing_ok=True)  # of another kind
        command = [*arguments, "-o", "result", "--save-state", "state", "--checkpoint-every", "0.001s",
                   "--quiet"]
        resumed = kills = 0
        while kills < KILLS or resumed == 0 and kills < 50:
            result.write_bytes(b"precious")
            resume = ["--resume", "state"] if state.exists() else []
            process = self.start(*command, *resume)
            time.sleep(moments.uniform(0, seconds))
            process.kill()
            if process.wait() == 0:  # before it was killed
                self.check(kind)
                state.unlink()  # it was at the end: begin again
                continue
            self.assertEqual(process.returncode, -signal.SIGKILL, process.stderr.read())
            if result.read_bytes() != b"precious":  # killed after the end
                self.check(kind)
            kills += 1
            resumed += bool(resume)
        self.assertGreater(resumed, 0, kind)
        self.succeed(*command, *(["--resume", "state"] if state.exists() else []))
        self.check(kind)

    def check(self, kind):
        if "two threads" in kind:
            self.assertGreater(self.accuracy("result"), self.accuracy("whole") / 2)
        else:
            self.assertEqual((self.folder / "result").read_bytes(), (self.folder / "whole").read_bytes(), kind)

    def accuracy(self, vectors):
        scores = self.succeed("evaluate", vectors, "--analogies", support.sample("sample-analogies.txt"), "--json")
        return scores.json["analogies"][0]["total"]["accuracy"]

    def test_vectors(self):
        text = support.sample("sample.txt")
        for kind, options in TRAINING.items():
            with self.subTest(kind):
                is_slow = support.SANITIZER and "two threads" not in kind  # of which an accuracy is asked for
                self.kill_again_and_again(kind, "train", self.third_of(text) if is_slow else text, *options)

    def third_of(self, text):
        lines = text.read_text().splitlines(True)
        return self.write("third.txt", "".join(lines[:len(lines) // 3]))

    def test_classifiers(self):
        self.kill_again_and_again(
            "classifier", "sentiment", "train", "--data", support.sample("sample-reviews.tsv"), "--dim", "16",
            "--units", "32", "--epochs", "2", "--no-baseline", "--threads", "2")


class InterruptionTest(support.CommandTest):
    def test_a_state_replaces_no_other_file(self):
        train = ["train", support.short_text(), "--dim", "8", "--epochs", "1", "-o", "v.bin", "--save-state"]
        self.succeed("train", support.short_text(), "--dim", "8", "--epochs", "1", "-o", "precious")
        for name in "precious", str(self.write("notes.txt", "mine\n")):
            before = (self.folder / name).read_bytes()
            self.fail_with(2, f"{name}: is there, where the state of training would go, and is no whole state; choose "
                              "another --save-state, or remove it", *train, name)
            self.assertEqual((self.folder / name).read_bytes(), before)
        self.write("empty", "")
        self.succeed(*train, "empty")
        self.succeed(*train, "empty")
        self.assertIn("training is done", self.succeed("info", "empty").text)

    def interrupt(self, *arguments):
        """Runs the command until it has saved a state, then sends it SIGTERM, and again as timeout(1) does."""
        states = lambda: [(path.stat().st_ino, path.stat().st_mtime_ns) for path in self.folder.glob("*.state")]
        before = states()
        process = self.start(*arguments)
        support.wait_until(lambda: states() != before)
        process.terminate()
        process.terminate()
        _, stderr = process.communicate(timeout=60)
        self.assertEqual(process.returncode, 128 + signal.SIGTERM, stderr)
        return stderr.decode()

    def test_a_stop_saves_the_state_that_training_goes_on_from(self):
        train = ["train", support.sample("sample.txt"), "-o", "v.st", "--epochs", "500", "--deterministic",
                 "--dim", "20", "--checkpoint-every", "0.2s"]
        stderr = self.interrupt(*train)
        self.assertIn("wordkin: go on with --resume v.st.state\nwordkin: interrupted\n", stderr)
        self.assert_files("v.st.state")
        self.fail_with(2, "v.st.state: is there from training that was interrupted; go on with --resume", *train)
        self.fail_with(2, "v.st.state: is the state of training that is not done; go on with --resume", *train, "--save-state",
                       "v.st.state")
        report = self.interrupt(*train, "--resume", "v.st.state")
        self.assert_files("v.st.state")
        self.assertIn("go on with", report)

    def test_the_state_is_gone_at_the_end_unless_it_was_asked_for(self):
        train = ["train", support.short_text(), "-o", "v.st", "--epochs", "3", "--dim", "8", "--threads", "1"]
        self.succeed(*train)
        whole = (self.folder / "v.st").read_bytes()
        self.succeed(*train, "--checkpoint-every", "0.001s")
        self.assert_files("v.st")
        self.succeed(*train, "--save-state", "kept")
        self.assert_files("v.st", "kept")
        again = self.succeed(*train, "--resume", "kept", "--json")
        self.assertEqual(again.json["resumed_epochs"], 3)
        self.assertEqual((self.folder / "v.st").read_bytes(), whole)
        self.assertRegex(again.stderr, "resumed +after 3 epochs, kept")

    def test_a_state_at_the_end_gives_the_result_again(self):
        for model in "skipgram", "glove":
            train = ["train", support.short_text(), "-o", "v.st", "--model", model, "--epochs", "2", "--dim", "8",
                     "--threads", "1", "--save-state", "kept"]
            self.succeed(*train)
            whole = (self.folder / "v.st").read_bytes()
            os.remove(self.folder / "v.st")  # as where it was killed before it was saved
            self.succeed(*train, "--resume", "kept")
            self.assertEqual((self.folder / "v.st").read_bytes(), whole, model)

    def test_what_differs_is_named(self):
        train = ["train", support.short_text(), "-o", "v.st", "--epochs", "1"]
        self.succeed(*train, "--save-state", "state")
        os.remove(self.folder / "v.st")
        for options, message in ((["--dim", "9"], "dim 100, found 9"), (["--seed", "2"], "seed 1, found 2"),
                                 (["--min-count", "50"],  " words of text, found ")):
            self.fail_with(2, message, *train, *options, "--resume", "state")
        self.fail_with(2, "was saved without --deterministic; resume with", *train, "--deterministic",
                       "--resume", "state")
        lines = support.short_text().read_text().splitlines(True)
        swapped = self.write("swapped.txt", "".join([lines[1], lines[0], *lines[2:]]))
        message = self.fail_with(2, "with other words in the text, or in another order; resume", "train", swapped,
                                 *train[2:], "--resume", "state").stderr
        self.assertNotRegex(message, "corpus|hash|found")
        swapped.unlink()
        self.fail_with(1, "is no saved state", *train, "--resume", support.few_vectors())
        self.fail_with(1, "none: cannot open", *train, "--resume", "none")
        self.fail_with(2, "--checkpoint-every: expected a time such as 90s, 1m30s, 2h or 1d, found '10'", *train,
                       "--checkpoint-every", "10")
        self.fail_with(2, "name a file for the state", *train[:2], "-o", "-", "--checkpoint-every", "1s")
        self.fail_with(2, "v.st: is given twice", *train, "--save-state", "v.st")
        self.assert_files("state")

    def test_info_says_how_far_a_state_is(self):
        glove = ["--model", "glove", "--dim", "8", "--epochs"]
        self.succeed("train", support.short_text(), "-o", "v", *glove, "3", "--save-state", "state")
        self.assertEqual(self.info("state")["state"], {"command": "train", "epochs_done": 3, "epochs": 3, "done": True})
        self.assertRegex(self.succeed("info", "state").text, r"(?m)^state +after 3 of 3 epochs; training is done$")
        self.assertNotIn("state", self.info("v"))
        train = ["train", support.sample("sample.txt"), "-o", "w", "--epochs", "500", "--deterministic", "--dim", "20",
                 "--checkpoint-every", "0.2s"]
        self.interrupt(*train)
        state = self.info("w.state")["state"]
        self.assertEqual(state["epochs"], 500)
        self.assertTrue(0 < state["epochs_done"] < 500, state)
        self.assertGreater(self.succeed("doctor", *train[1:], "--resume", "w.state", "--json").json["forecast"]
                           ["train_seconds"], 0)
        os.remove(self.folder / "w.state")
        self.fail_with(1, "1 of the findings would stop training", "doctor", *train[1:-2], "--resume",
                       support.few_vectors())

    def test_info_reads_states_of_classifiers(self):
        train = ["sentiment", "train", "--data", support.sample("sample-reviews.tsv"), "-o", "m", "--dim", "8", "--units",
                 "8", "--epochs", "400", "--no-baseline", "--checkpoint-every", "0.2s", "--quiet", "--patience", "0"]
        self.interrupt(*train)
        state = self.info("m.state")
        self.assertEqual((state["format"], state["dim"]), ("sentiment-state", 8))
        self.assertEqual((state["state"]["command"], state["state"]["epochs"]), ("sentiment train", 400))
        self.assertTrue(0 < state["state"]["epochs_done"] < 400, state)
        self.assertRegex(self.succeed("info", "m.state").text,
                         r"(?m)^state +after [\d.e+]+ of 400 epochs; go on with the same options: wordkin sentiment train")
        result = self.run_wordkin(*(part for part in train if part != "--quiet"), "--seed", "2", "--resume",
                                  "m.state")
        self.assertRegex(result.stderr, r"\Awordkin: m\.state: was saved .*with --seed 1, found 2.*\n\Z")

    def test_another_start_or_model_is_named(self):
        train = ["train", support.short_text(), "-o", "v.st", "--epochs", "1", "--dim", "8", "--save-state"]
        self.succeed(*train, "state")
        self.fail_with(2, "state: was saved without --init; resume with", *train, "next", "--resume", "state", "--init",
                       "v.st")
        message = "state: was saved with --model skipgram, found glove"
        self.fail_with(2, message + "; resume with", *train, "next", "--resume", "state", "--model", "glove")
        report = self.fail_with(1, "1 of the findings", "doctor", *train[1:-1], "--resume", "state", "--model", "glove")
        self.assertIn(message, report.text)
        self.succeed(*train, "state", "--init", "v.st")
        self.succeed(*train, "state", "--init", "v.st", "--resume", "state")

    def damaged(self, state, tensor, layout, *values):
        """The state with other values, of a layout of struct, at the beginning of a tensor."""
        file = bytearray((self.folder / state).read_bytes())
        begin = 8 + struct.unpack_from("<Q", file)[0]
        first, _ = json.loads(file[8:begin])[tensor]["data_offsets"]
        struct.pack_into(layout, file, begin + first, *values)
        return self.write("damaged", bytes(file))

    def test_damaged_states_are_refused(self):
        train = ["train", support.short_text(), "-o", "v", "--dim", "8", "--epochs", "2", "--save-state"]
        glove = ["--model", "glove"]
        self.succeed(*train, "words.state")
        self.succeed(*train, "glove.state", *glove)
        message = "damaged: its bytes are not those that were written, by their checksum; the file is damaged"
        for state, tensor, values in (("words.state", "epoch_words", [-5, 5]), ("words.state", "epoch_words", [2**60, 0]),
                                      ("glove.state", "rounds", [-1]), ("glove.state", "rounds", [10**6])):
            damaged = self.damaged(state, tensor, f"<{len(values)}q", *values)
            for command in ["info", damaged], ["convert", damaged, "x.vec"]:
                self.fail_with(1, message, *command)
            damaged.write_bytes(damaged.read_bytes().replace(b'"checksum"', b'"unsummed"'))
            self.fail_with(1, f"damaged: tensor '{tensor}'", "info", damaged)
            whole = (self.folder / state).read_bytes().replace(b'"checksum"', b'"unsummed"')
            self.fail_with(1, "damaged: has no checksum, which states of training end in", "info",
                           self.write("damaged", whole))
        resume = [*train[:-1], "--resume"]
        self.fail_with(1, message, *resume, self.damaged("words.state", "vectors", "<f", 0.125))
        self.fail_with(1, message, *resume, self.damaged("glove.state", "vectors", "<f", 0.125), *glove)
        # Nobody is told of counts or options that were never given.
        self.fail_with(1, message, *resume, self.damaged("words.state", "counts", "<q", 7))
        state = (self.folder / "words.state").read_bytes()
        self.fail_with(1, message, *resume, self.write("damaged", state.replace(b'"as usual"', b'"aS usual"')))

    def test_a_stop_of_training_that_was_resumed_saves_a_state(self):
        train = ["train", support.sample("sample.txt"), "-o", "v.st", "--epochs", "500", "--dim", "20"]
        self.interrupt(*train, "--save-state", "first.state", "--checkpoint-every", "0.2s")
        delay = 0.25
        while not (self.folder / "v.st.state").exists():  # until the stop comes while it trains
            process = self.start(*train, "--resume", "first.state")
            time.sleep(delay)
            process.terminate()
            _, stderr = process.communicate(timeout=60)
            self.assertEqual(process.returncode, 128 + signal.SIGTERM, stderr)
            self.assertLess(delay, 60)
            delay *= 2
        self.assertIn(b"go on with --resume v.st.state\n", stderr)
        self.assert_files("first.state", "v.st.state")

    def test_training_that_diverges_says_what_to_do(self):
        train = ["train", support.short_text(), "-o", "v.st", "--dim", "8", "--threads", "1"]
        self.fail_with(1, "training diverged; try --alpha 0.025", *train, "--alpha", "1e6")
        self.fail_with(1, "training diverged; try --eta 0.05", *train, "--model", "glove", "--eta", "50")
        self.assert_files()

    def test_where_training_diverges_the_last_good_state_stays(self):
        train = ["train", support.sample("sample.txt"), "-o", "v.st", "--dim", "8", "--threads", "1", "--model", "cbow",
                 "--alpha", "0.5", "--save-state", "state", "--checkpoint-every", "0.001s"]
        self.fail_with(1, "; the last good state is in state", *train)
        self.assert_files("state")
        for values in self.succeed("convert", "state", "-").text.splitlines()[1:]:
            self.assertLess(max(abs(float(value)) for value in values.split(" ")[1:]), 1e6)


if __name__ == "__main__":
    unittest.main()
