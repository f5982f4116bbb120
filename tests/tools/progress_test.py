"""Progress: a line that is rewritten on a terminal, nothing for short runs elsewhere."""
import fcntl
import os
import pty
import re
import select
import struct
import subprocess
import termios
import unittest

import support


class ProgressTest(support.CommandTest):
    def terminal_output(self, *arguments, columns=200):
        """What wordkin writes to a terminal as standard error."""
        terminal, other_end = pty.openpty()
        self.addCleanup(os.close, terminal)
        fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
        process = self.start(*arguments, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                             stderr=other_end)
        os.close(other_end)
        output = b""
        while select.select([terminal], [], [], 60)[0]:
            try:
                output += os.read(terminal, 65536)
            except OSError:  # the other end is closed
                break
        self.assertEqual(process.wait(60), 0, output)
        return output.decode().replace("\r\n", "\n")

    def train(self, *options):
        return ["train", support.sample("sample.txt"), "-o", "out.bin", "--dim", "50", *options]

    def lines(self, output):
        """The states of the rewritten line, one after another."""
        return [line.removesuffix("\033[K") for line in output.split("\r")[1:]]

    def test_a_terminal_shows_one_rewritten_line(self):
        output = self.terminal_output(*self.train("--epochs", "8", "--threads", "1"))
        progress, summary = output[:output.rindex("\r")], output[output.rindex("\r"):]
        self.assertNotIn("\n", progress)
        self.assertTrue(summary.startswith("\r\033[Ktext "),
                        summary)  # the line is wiped at the end
        training = [line for line in self.lines(progress) if line.startswith("training")]
        shares = []
        for line in training:
            self.assertRegex(line, r"^training +[\d.]+ %  .* words/s.*  memory [\d.]+ MiB$")
            shares.append(float(re.search(r"([\d.]+) %", line).group(1)))
        self.assertEqual(shares, sorted(shares))
        self.assertRegex("\n".join(training),
                         r"(?m)^training +[\d.]+ %  [\d.]+ [kM] words/s  loss \d\.\d+  "
                         r"rate 0\.\d+  ETA [\d.:]+( s)?  memory [\d.]+ MiB$")

    def test_the_learning_rate_falls(self):
        # With more threads a unit may end after a later one, and its rate is shown after that one's.
        output = self.terminal_output(*self.train("--epochs", "2", "--threads", "1"))
        rates = [float(rate) for rate in re.findall(r"rate (\S+)", output)]
        self.assertEqual(rates, sorted(rates, reverse=True))
        self.assertLess(rates[-1], 0.01)

    def test_reading_is_shown(self):
        output = self.terminal_output("vocab", support.sample("sample.txt"), "-o", "words.txt")
        self.assertRegex(output, r"\rreading text 100\.0 %  [\d.]+ [kMG]? ?bytes/s")

    def test_evaluation_is_shown(self):
        output = self.terminal_output("evaluate", support.vectors(), "--analogies",
                                      support.sample("sample-analogies.txt"))
        self.assertRegex(output, r"\ranalogies 100\.0 %  [\d.]+ [kM]? ?questions/s")

    def test_a_line_fits_the_terminal(self):
        parts = (r"training +[\d.]+ %(  [\d.]+ [kM]? ?words/s(  loss [\d.]+(  rate [\d.]+"
                 r"(  ETA \S+( s)?)?)?)?)?")
        for columns in 80, 40, 20:
            output = self.terminal_output(*self.train("--epochs", "2"), columns=columns)
            lines = self.lines(output[:output.rindex("\r")])
            training = [line for line in lines if line.startswith("training")]
            self.assertTrue(training)
            for line in training:
                self.assertLess(len(line), columns)
                self.assertRegex(line, f"^{parts}(  memory [\\d.]+ MiB)?$")  # whole parts

    def test_a_terminal_that_does_not_know_its_width(self):
        output = self.terminal_output(*self.train("--epochs", "1"), columns=0)
        self.assertIn("memory", output)

    def test_quiet_shows_nothing(self):
        self.assertEqual(self.terminal_output(*self.train("--epochs", "1", "--quiet")), "")

    def test_short_runs_show_no_progress_where_there_is_no_terminal(self):
        stderr = self.succeed("train", support.sample("sample.txt"), "-o", "out.bin", "--dim", "10",
                              "--negative", "1", "--epochs", "1").stderr
        self.assertNotIn("\r", stderr)
        self.assertNotIn("\033", stderr)
        self.assertNotIn("%", stderr)
        self.assertEqual(len(stderr.splitlines()), 3)  # the summary alone


if __name__ == "__main__":
    unittest.main()
