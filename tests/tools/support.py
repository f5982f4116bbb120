"""What the command tests share: running wordkin, the sample, files of vectors.

The environment names the programs: WORDKIN and WORDKIN_SAMPLE. By hand, for example:
  WORDKIN=build/release/tools/wordkin WORDKIN_SAMPLE=build/release/datasets/wordkin-sample \
    python3 tests/tools/usage_test.py
"""
import dataclasses
import functools
import json
import os
import pathlib
import signal
import struct
import subprocess
import tempfile
import time
import unittest

WORDKIN = os.path.abspath(os.environ["WORDKIN"])
WORDKIN_SAMPLE = os.path.abspath(os.environ["WORDKIN_SAMPLE"])
# The sanitizers that the programs were built with: they are slow, and some map terabytes.
SANITIZER = os.environ.get("WORDKIN_SANITIZE", "")
# Whether programs write at their end which of their lines were run, which takes memory and can fail.
COUNTED = "LLVM_PROFILE_FILE" in os.environ

FORMATS = {
    ".safetensors": "safetensors",
    ".bin": "word2vec-binary",
    ".vec": "word2vec-text",
    ".glove": "glove",
}

_session = tempfile.TemporaryDirectory(prefix="wordkin-test-")


@dataclasses.dataclass
class Result:
    code: int
    stdout: bytes
    stderr: str

    @property
    def text(self):
        return self.stdout.decode()

    @property
    def json(self):
        return json.loads(self.stdout)


class CommandTest(unittest.TestCase):
    """Runs wordkin in a folder of its own."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="wordkin-test-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def start(self, *arguments, **options):
        """A running wordkin, killed at the end of the test if it still runs."""
        options = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE,
                   "bufsize": 0, "cwd": self.folder, "preexec_fn": attend_to_signals, **options}
        process = subprocess.Popen([WORDKIN, *map(str, arguments)], **options)

        def stop():
            process.kill()
            process.wait()
            for stream in process.stdin, process.stdout, process.stderr:
                if stream:
                    stream.close()

        self.addCleanup(stop)
        return process

    def run_wordkin(self, *arguments, stdin=b"", program=(WORDKIN,), may_be_killed=False, **options):
        stdin = stdin.encode() if isinstance(stdin, str) else stdin
        done = subprocess.run([*program, *map(str, arguments)], input=stdin, timeout=120,
                              **{"stdout": subprocess.PIPE, "stderr": subprocess.PIPE,
                                 "cwd": self.folder, **options})
        stderr = (done.stderr or b"").decode(errors="replace")
        if not may_be_killed:
            self.assertGreaterEqual(done.returncode, 0, f"died of a signal: {arguments} {stderr}")
        return Result(done.returncode, done.stdout, stderr)

    def succeed(self, *arguments, **options):
        result = self.run_wordkin(*arguments, **options)
        self.assertEqual(result.code, 0, result.stderr)
        return result

    def fail_with(self, code, message, *arguments, **options):
        """Runs wordkin, which must fail with this exit code and one line that holds the message."""
        result = self.run_wordkin(*arguments, **options)
        self.assertEqual(result.code, code, result.stderr)
        self.assertRegex(result.stderr, r"\Awordkin: .*\n\Z", arguments)
        self.assertIn(message, result.stderr)
        return result

    def assert_files(self, *names):
        """These files are all that there is: no temporary file, no half-written output."""
        self.assertEqual(sorted(os.listdir(self.folder)), sorted(names))

    def write(self, name, content):
        """A file in the test's folder; bytes or text."""
        path = self.folder / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def info(self, path):
        return self.succeed("info", path, "--json").json


def bytes_of(text):
    """How many bytes "1.5 MiB" are."""
    number, unit = text.split()
    return int(float(number) * 1024 ** ["B", "KiB", "MiB", "GiB"].index(unit))


def attend_to_signals():
    """For a child process: SIGINT interrupts it, even where this test runs in the background."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def wait_until(condition, seconds=30):
    """Waits for a condition that is certain to come true, on a loaded machine a little later."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise AssertionError("waited in vain")
        time.sleep(0.01)


@functools.lru_cache(maxsize=None)
def sample(name):
    """A file of the embedded sample: sample.txt, sample-analogies.txt, sample-similarities.txt."""
    folder = pathlib.Path(_session.name)
    if not (folder / name).exists():
        subprocess.run([WORDKIN_SAMPLE, folder, "300000"], check=True)
    return folder / name


@functools.lru_cache(maxsize=None)
def short_text():
    """The first lines of the sample, for tests that need any text."""
    path = pathlib.Path(_session.name, "short.txt")
    path.write_bytes(b"".join(sample("sample.txt").read_bytes().splitlines(True)[:2000]))
    return path


@functools.lru_cache(maxsize=None)
def vectors():
    """Vectors of the sample, good enough to answer questions with."""
    path = pathlib.Path(_session.name, "vectors.safetensors")
    subprocess.run([WORDKIN, "train", sample("sample.txt"), "-o", path, "--dim", "30", "--model",
                    "cbow", "--alpha", "0.1", "--threads", "1", "--quiet"], check=True)
    return path


@functools.lru_cache(maxsize=None)
def few_vectors():
    """Forty vectors of eight dimensions."""
    path = pathlib.Path(_session.name, "few.safetensors")
    subprocess.run([WORDKIN, "train", short_text(), "-o", path, "--dim", "8", "--epochs", "1",
                    "--max-vocab", "40", "--threads", "1", "--quiet"], check=True)
    return path


def read_safetensors(path):
    """The tensors' bytes by name, and the metadata."""
    data = pathlib.Path(path).read_bytes()
    (length,) = struct.unpack("<Q", data[:8])
    header = json.loads(data[8:8 + length])
    metadata = header.pop("__metadata__", {})
    tensors = {}
    for name, entry in header.items():
        begin, end = entry["data_offsets"]
        tensors[name] = data[8 + length + begin:8 + length + end]
    return tensors, metadata


def write_safetensors(path, words, rows):
    """A file of vectors made by hand: words as bytes, rows as lists of floats."""
    offsets = [0]
    for word in words:
        offsets.append(offsets[-1] + len(word))
    tensors = {
        "vectors": ("F32", [len(rows), len(rows[0])],
                    b"".join(struct.pack(f"<{len(row)}f", *row) for row in rows)),
        "word_offsets": ("I64", [len(offsets)], struct.pack(f"<{len(offsets)}q", *offsets)),
        "words": ("U8", [offsets[-1]], b"".join(words)),
    }
    header, data = {}, b""
    for name, (dtype, shape, content) in tensors.items():
        header[name] = {"dtype": dtype, "shape": shape,
                        "data_offsets": [len(data), len(data) + len(content)]}
        data += content
    text = json.dumps(header).encode()
    pathlib.Path(path).write_bytes(struct.pack("<Q", len(text)) + text + data)
    return pathlib.Path(path)
