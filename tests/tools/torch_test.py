"""The tensors of a model are PyTorch's: its RNN, GRU and LSTM load them and give the same probabilities."""
import json
import random
import struct
import sys
import unittest

try:
    import numpy
    import torch
except ImportError as error:
    print(f"skipped: {sys.executable} has no torch or numpy ({error}); on Debian, install python3-torch and "
          "python3-numpy")
    sys.exit(77)

import support

WORDS = "a film plot of fine poor joy dull".split()
TEXTS = ["a", "joy", "zzz", "", "a fine film", "dull zzz plot of a poor film", "of " * 30,
         "a film of joy . a plot of a dull film , fine joy of a poor plot"]
CELLS = {"rnn": torch.nn.RNN, "gru": torch.nn.GRU, "lstm": torch.nn.LSTM}
UNITS, DIM = 5, 6


def read_model(path):
    """The tensors by name, and the metadata."""
    data = path.read_bytes()
    (length,) = struct.unpack("<Q", data[:8])
    header = json.loads(data[8:8 + length])
    metadata = header.pop("__metadata__")
    tensors = {}
    for name, entry in header.items():
        begin, end = entry["data_offsets"]
        array = numpy.frombuffer(data[8 + length + begin:8 + length + end],
                                 {"F32": "<f4", "I64": "<i8", "U8": "u1"}[entry["dtype"]])
        tensors[name] = torch.from_numpy(array.reshape(entry["shape"]).copy())
    return tensors, metadata


class Model:
    """What a file holds, in PyTorch."""

    def __init__(self, path):
        tensors, self.metadata = read_model(path)
        offsets = tensors.pop("word_offsets").tolist()
        words = bytes(tensors.pop("words").tolist()).decode()
        self.ids = {words[begin:end]: i for i, (begin, end) in enumerate(zip(offsets, offsets[1:]))}
        self.vectors = torch.cat([tensors.pop("vectors"), tensors.pop("unknown_vector")])
        self.output = torch.nn.Linear(*reversed(tensors["output.weight"].shape))
        self.output.load_state_dict({name: tensors.pop("output." + name) for name in ("weight", "bias")})
        self.attention = {name: tensors.pop("attention." + name) for name in ("weight", "bias", "context")
                          if "attention." + name in tensors}
        self.directions = int(self.metadata["directions"])
        self.recurrent = CELLS[self.metadata["cell"]](
            self.vectors.shape[1], int(self.metadata["units"]), int(self.metadata["layers"]),
            bidirectional=self.directions == 2)
        self.recurrent.load_state_dict(tensors, strict=True)  # no tensor more, and none less

    def read_out(self, how, outputs):
        if how == "last":
            units = outputs.shape[1] // self.directions
            return torch.cat([outputs[-1, :units], outputs[0, units:]])
        if how == "mean":
            return outputs.mean(0)
        if how == "max":
            return outputs.max(0).values
        keys = torch.tanh(outputs @ self.attention["weight"].T + self.attention["bias"])
        return torch.softmax(keys @ self.attention["context"], 0) @ outputs

    def probabilities(self, text):
        unknown = len(self.ids)
        ids = [self.ids.get(word, unknown) for word in text.split()] or [unknown]
        with torch.no_grad():
            outputs, _ = self.recurrent(self.vectors[ids].unsqueeze(1))
            features = [self.read_out(how, outputs[:, 0]) for how in self.metadata["readout"].split()]
            logits = self.output(torch.cat(features)).double()
            return torch.softmax(logits / float(self.metadata["temperature"]), 0).tolist()


class TorchTest(support.CommandTest):
    def setUp(self):
        super().setUp()
        draw = random.Random(3)
        self.write("data.tsv", "label\ttext\n" + "".join(
            f"{('bad', 'good', 'mixed')[i % 3]}\t{' '.join(draw.choices(WORDS, k=draw.randrange(1, 9)))}\n"
            for i in range(60)))

    def check(self, *options):
        self.succeed("sentiment", "train", "--data", "data.tsv", "-o", "model", "--units", UNITS, "--dim", DIM,
                     "--epochs", "2", "--rate", "0.02", "--batch", "8", "--no-baseline", *options)
        model = Model(self.folder / "model")
        lines = self.succeed("sentiment", "predict", "model", "--json", *TEXTS).text.splitlines()
        for text, line in zip(TEXTS, lines, strict=True):
            prediction = json.loads(line)
            self.assertEqual(prediction["text"], text)
            self.assertEqual(list(prediction["probabilities"]), json.loads(model.metadata["labels"]))
            for found, expected in zip(prediction["probabilities"].values(), model.probabilities(text),
                                       strict=True):
                self.assertAlmostEqual(found, expected, delta=1e-5, msg=f"{options}: {text}")
        return model

    def test_every_cell_layer_and_direction(self):
        for cell in CELLS:
            for layers in "1", "2":
                for direction in [], ["--forward-only"]:
                    model = self.check("--cell", cell, "--layers", layers, *direction, "--readout", "last", "--frozen")
                    self.assertEqual(model.metadata["cell"], cell)
                    self.assertEqual(model.metadata["layers"], layers)
                    self.assertEqual(model.directions, 1 if direction else 2)
                    self.assertFalse(model.vectors[-1].any())  # of unknown words

    def test_every_readout(self):
        for readouts in ["mean"], ["max"], ["attention"], ["max", "last", "attention", "mean"]:
            options = [word for readout in readouts for word in ("--readout", readout)]
            model = self.check("--cell", "gru", *options, "--frozen")
            self.assertEqual(model.metadata["readout"], " ".join(readouts))

    def test_vectors_that_were_trained_too(self):
        model = self.check("--word-dropout", "0.5", "--layers", "2")
        self.assertTrue(model.vectors[-1].any())


if __name__ == "__main__":
    unittest.main()
