"""Interruptions: the command ends at once, and no half-written file is left."""
import os
import signal
import subprocess
import time
import unittest

import support

AT_ONCE = 5 if not support.SANITIZER else 30  # seconds; slack for a loaded machine
EXIT_CODES = {signal.SIGINT: 130, signal.SIGTERM: 143}


class SignalTest(support.CommandTest):
    def assert_ends(self, process, code):
        try:
            self.assertEqual(process.wait(AT_ONCE), code)
        except subprocess.TimeoutExpired:
            self.fail("still runs")

    def start_reading(self, **options):
        """A training that waits for the rest of a text; and the other end of its pipe."""
        os.mkfifo(self.folder / "fifo")
        process = self.start("train", "fifo", "-o", "out.bin", "--dim", "4", **options)
        end = open(self.folder / "fifo", "wb")  # waits for the reader
        self.addCleanup(end.close)
        end.write(support.short_text().read_bytes())
        end.flush()
        return process, end

    def start_training(self, *options):
        """A training that takes far longer than any test."""
        process = self.start("train", support.short_text(), "-o", "out.bin", "--dim", "100",
                             "--epochs",
                             "100000", *options, "--json")
        support.wait_until(lambda: self.processor_seconds(process) > 0.3)
        self.assertIsNone(process.poll())
        return process

    def processor_seconds(self, process):
        with open(f"/proc/{process.pid}/stat", encoding="ascii") as file:
            fields = file.read().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def test_while_reading(self):
        for number, code in EXIT_CODES.items():
            process, end = self.start_reading()
            process.send_signal(number)
            self.assert_ends(process, code)
            end.close()
            os.unlink(self.folder / "fifo")
            self.assert_files()

    def test_while_waiting_for_somebody_to_write(self):
        os.mkfifo(self.folder / "fifo")
        for number, code in EXIT_CODES.items():
            process = self.start("train", "fifo", "-o", "out.bin")
            support.wait_until(lambda: self.is_waiting(process))
            process.send_signal(number)
            self.assert_ends(process, code)
            self.assert_files("fifo")

    def is_waiting(self, process):
        """Whether the process is ready for signals: it has blocked them and waits for something."""
        with open(f"/proc/{process.pid}/status", encoding="ascii") as file:
            status = dict(line.split(":", 1) for line in file)
        blocked = int(status["SigBlk"], 16)
        return blocked & (1 << (signal.SIGTERM - 1)) and status["State"].split()[0] == "S"

    def test_while_training(self):
        for options in [], ["--threads", "1"], ["--model", "cbow", "--loss", "hs"], ["--model", "glove"]:
            for number, code in EXIT_CODES.items():
                self.write("out.bin", "precious")
                process = self.start_training(*options)
                process.send_signal(number)
                self.assert_ends(process, code)
                self.assertEqual(process.stderr.read(),
                                 b"wordkin: interrupted\n")
                self.assertEqual(process.stdout.read(), b"")
                self.assertEqual((self.folder / "out.bin").read_text(), "precious")
                self.assert_files("out.bin")

    def test_two_signals(self):
        process, _ = self.start_reading()
        process.send_signal(signal.SIGINT)
        process.send_signal(signal.SIGTERM)
        process.wait(AT_ONCE)
        self.assertIn(process.returncode, EXIT_CODES.values())

    def test_while_waiting_for_words(self):
        for number, code in EXIT_CODES.items():
            process = self.start("similar", support.vectors())
            process.stdin.write(b"king\n")
            self.assertEqual(process.stdout.readline(), b"king\n")  # answered at once
            process.send_signal(number)
            self.assert_ends(process, code)

    def test_while_reading_vectors_and_questions(self):
        for command in (["info", "-"], ["convert", "-", "out.bin"], ["vocab", "-", "-o", "out.txt"],
                        ["evaluate", support.vectors(), "--analogies", "-"]):
            process = self.start(*command)
            process.stdin.write(b"the beginning of something ")
            support.wait_until(lambda: self.is_waiting(process))
            process.send_signal(signal.SIGTERM)
            self.assert_ends(process, 143)
            self.assert_files()

    def test_kill_leaves_no_output(self):
        process = self.start_training()
        process.kill()
        self.assert_ends(process, -signal.SIGKILL)
        self.assert_files()

    def test_at_any_time_there_is_the_old_file_or_the_new_one(self):
        command = ["convert", support.vectors(), "out.vec", "--quiet"]
        self.succeed(*command)
        new = (self.folder / "out.vec").read_bytes()
        begin = time.monotonic()
        self.succeed(*command)
        whole = time.monotonic() - begin
        for number in signal.SIGTERM, signal.SIGKILL:
            for step in range(15):
                self.write("out.vec", "precious")
                process = self.start(*command)
                time.sleep(whole * step / 12)
                process.send_signal(number)
                process.wait()
                self.assertIn((self.folder / "out.vec").read_bytes(), (b"precious", new))
                if number != signal.SIGKILL:
                    self.assert_files("out.vec")

    def test_background_jobs_of_scripts_ignore_sigint(self):
        process, end = self.start_reading(
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_IGN))
        process.send_signal(signal.SIGINT)
        end.close()
        self.assertEqual(process.wait(60), 0)
        self.assertGreater(os.path.getsize(self.folder / "out.bin"), 0)


if __name__ == "__main__":
    unittest.main()
