"""What the tests of bias and debias share: vectors made by hand, and those of the sample in NumPy."""
import json
import math
import pathlib

try:
    import numpy
except ImportError:
    numpy = None

import support

WORD_SETS = pathlib.Path(__file__).resolve().parents[2] / "datasets" / "bias"
# The third coordinate is gender, the others are what words mean besides.
MADE = {
    "she": [1, 0, 0.9, 0.1],
    "he": [1, 0, -1.1, 0.1],
    "her": [0, 1, 1, 0.2],
    "his": [0, 1, -1, 0.2],
    "queen": [0.5, 0.6, 0.8, 1],
    "king": [0.7, 0.5, -0.9, 1],
    "nurse": [0.3, -0.8, 0.5, 0.2],
    "engineer": [0.4, -0.9, -0.6, 0.1],
    "teacher": [0.5, -0.6, 0.3, 0.1],
    "pilot": [0.4, -0.5, -0.4, 0.3],
    "home": [-0.7, 0.2, 0.4, 0.3],
    "office": [-0.6, 0.3, -0.3, 0.2],
    "Nurse": [0.2, -0.7, 0.6, 0.3],
}
WEAT = {"targ1": {"category": "Female", "examples": ["she", "her", "hers"]},
        "targ2": {"category": "Male", "examples": ["he", "his"]},
        "attr1": {"category": "Home", "examples": ["home", "nurse"]},
        "attr2": {"category": "Work", "examples": ["office", "engineer"]}}


def unit(vector):
    length = math.sqrt(sum(x * x for x in vector))
    return [x / length for x in vector]


def dot(a, b):
    return sum(x * y for x, y in zip(a, b))


class BiasTest(support.CommandTest):
    def setUp(self):
        super().setUp()
        support.write_safetensors(self.folder / "made.safetensors", [w.encode() for w in MADE],
                                  list(MADE.values()))
        self.write("pairs.json", json.dumps([["she", "he"], ["her", "his"], ["hers", "theirs"]]))
        self.write("jobs.json", json.dumps(["nurse", "engineer", "teacher", "pilot", "plumber"]))
        self.write("weat.json", json.dumps(WEAT))

    def bias(self, *arguments, **options):
        return self.succeed("bias", "made.safetensors", *arguments, "--json", **options).json

    def vectors(self, path):
        """The words of a file and their vectors."""
        text = self.succeed("convert", path, "-", "--format", "word2vec-text", "-q").text
        rows = (line.split() for line in text.splitlines()[1:])
        return {row[0]: [float(x) for x in row[1:]] for row in rows}


class NumpyTest(BiasTest):
    """Figures against other implementations, on the vectors of the sample."""

    def setUp(self):
        super().setUp()
        tensors, _ = support.read_safetensors(support.vectors())
        offsets = numpy.frombuffer(tensors["word_offsets"], "<i8")
        words = [tensors["words"][a:b].decode() for a, b in zip(offsets, offsets[1:])]
        rows = numpy.frombuffer(tensors["vectors"], "<f4").reshape(len(words), -1)
        self.words = {word: i for i, word in enumerate(words)}
        self.rows = rows.astype(float)
        self.unit = self.rows / numpy.linalg.norm(self.rows, axis=1)[:, None]

    def of(self, words):
        return self.unit[[self.words[w] for w in words]]
