#!/usr/bin/env python3
"""Compares what several builds of wordkin print and write, byte by byte. All read the same inputs, which the
first build makes.

usage: same.py BUILD_FOLDER..."""

import hashlib
import json
import os
import pathlib
import re
import shlex
import subprocess
import sys
import tempfile

TOKENS = 100_000  # of the sample that is learned from: builds without optimisation take their time
REVIEWS = 300
PAIRS = [["woman", "man"], ["girl", "boy"], ["mother", "father"], ["sister", "brother"]]
GENDER = {"pairs": PAIRS, "equalize": PAIRS, "words": ["nun", "duke", "banker", "dancer", "engineer", "lawyer"]}
# Figures of speed and memory differ from run to run.
MEASURED = re.compile(r"seconds|per_second|memory")

TRAIN = "train in/sample.txt --dim 20 --epochs 1 --quiet"
SENTIMENT = "sentiment train --data in/reviews.tsv --units 8 --epochs 2 --batch 16 --no-baseline --quiet"
SETS = "--analogies in/sample-analogies.txt --similarities in/sample-similarities.txt --resamples 200 --quiet --json"
BIAS = "--pairs in/gender.json --words in/gender.json --most-biased 40 --samples 1000 --quiet --json"
INPUTS = [f"{TRAIN} -o in/a.safetensors --threads 1", f"{TRAIN} -o in/b.safetensors --threads 1 --model cbow",
          f"{TRAIN} -o in/context.safetensors --threads 1 --save-context",
          f"{SENTIMENT} -o in/model.safetensors"]
CASES = [
    f"wordkin-sample . {TOKENS}",
    "vocab in/sample.txt --quiet",
    "cooccur in/sample.txt -o counts.bin --quiet",
    *(f"{TRAIN} --model {model} --loss {loss} {how} -o out.safetensors"
      for model in ("skipgram", "cbow") for loss in ("ns", "hs")
      for how in ("--threads 1", "--sharing none --threads 1", "--deterministic")),
    *(f"{TRAIN} {options} -o out.safetensors --save-state state.safetensors"
      for options in ("--deterministic --init in/b.safetensors", "--model glove")),
    "train --continue-from in/context.safetensors --add-corpus in/sample.txt --epochs 1 --threads 1 -o out.safetensors "
    "--quiet",
    *(f"{SENTIMENT} --cell {cell} --dim 8 -o out.safetensors"
      for cell in ("lstm", "gru", "rnn")),
    f"{SENTIMENT} --vectors in/a.safetensors --readout attention --optimizer sgd --schedule cosine -o out.safetensors",
    "sentiment predict in/model.safetensors --file in/reviews.tsv --json",
    "sentiment explain in/model.safetensors 'nobody can deny that the plot was dull .' --json",
    "sentiment evaluate in/model.safetensors in/reviews.tsv --baseline in/reviews.tsv --json --quiet",
    "convert in/a.safetensors - --format glove --quiet",
    "info in/a.safetensors --json",
    "similar in/a.safetensors king queen two --json",
    *(f"analogy in/a.safetensors man woman king --method {method} --json"
      for method in ("3cosadd", "3cosmul", "pairdirection")),
    f"evaluate in/a.safetensors {SETS}",
    f"compare in/a.safetensors in/b.safetensors {SETS}",
    f"bias in/a.safetensors {BIAS}",
    f"debias in/a.safetensors -o out.safetensors --equalize in/gender.json {BIAS}",
    f"debias in/a.safetensors -o out.safetensors --method soft {BIAS}",
    "map in/a.safetensors -o out.html --method pca --top 300 --axis man,woman --quiet",
    "map in/a.safetensors -o out.svg --method tsne --top 300 --iterations 100 --quiet",
]


class Build:
    def __init__(self, folder, work):
        self.name = folder.name
        self.wordkin = folder.resolve() / "tools/wordkin"
        self.sample = folder.resolve() / "datasets/wordkin-sample"
        self.work = work / self.name
        self.work.mkdir()

    def run(self, command):
        """What a command prints, and the files that it writes, which are taken away: digests by name."""
        program, *words = shlex.split(command)
        words = [self.sample, *words] if program == "wordkin-sample" else [self.wordkin, program, *words]
        before = set(os.listdir(self.work))
        printed = subprocess.run(words, cwd=self.work, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                 check=True).stdout
        if "--json" in words:
            printed = json.dumps([without_measured(json.loads(line)) for line in documents(printed)]).encode()
        results = {"standard output": printed}
        for name in set(os.listdir(self.work)) - before:
            path = self.work / name
            if path.is_file():
                results[name] = path.read_bytes()
                path.unlink()
        return {name: hashlib.sha256(content).hexdigest() for name, content in results.items()}


def documents(text):
    """The lines of JSON, or all of it."""
    return text.splitlines() if all(line.startswith(b"{") for line in text.splitlines()) else [text]


def without_measured(value):
    if isinstance(value, dict):
        return {key: without_measured(x) for key, x in value.items() if not MEASURED.search(key)}
    return [without_measured(x) for x in value] if isinstance(value, list) else value


def make_inputs(build, folder):
    subprocess.run([build.sample, folder, str(TOKENS)], check=True)
    lines = (folder / "sample-reviews.tsv").read_text(encoding="utf-8").splitlines(True)
    (folder / "reviews.tsv").write_text("".join(lines[:1 + REVIEWS]), encoding="utf-8")
    (folder / "gender.json").write_text(json.dumps(GENDER), encoding="utf-8")
    for command in INPUTS:
        build.run(command)


def main():
    with tempfile.TemporaryDirectory(prefix="wordkin-same-") as folder:
        work = pathlib.Path(folder)
        builds = [Build(pathlib.Path(name), work) for name in sys.argv[1:]]
        (work / "in").mkdir()
        for build in builds:
            (build.work / "in").symlink_to(work / "in")
            version = json.loads(subprocess.run([build.wordkin, "--version", "--json"], check=True,
                                                stdout=subprocess.PIPE).stdout)
            print(f"{build.name:<14} {version['compiler']}, {version['build']}, {version['instruction_set']}", flush=True)
        make_inputs(builds[0], work / "in")
        differing = 0
        for command in CASES:
            expected, *others = [build.run(command) for build in builds]
            names = {build.name: sorted(name for name in expected.keys() | other.keys()
                                        if expected.get(name) != other.get(name))
                     for build, other in zip(builds[1:], others)}
            wrong = "; ".join(f"{build}: {', '.join(files)}" for build, files in names.items() if files)
            differing += bool(wrong)
            print(f"{'differs' if wrong else 'same':<8} {command}{wrong and f'  ({wrong})'}", flush=True)
        print(f"{len(CASES) - differing} of {len(CASES)} are the same bytes")
        sys.exit(1 if differing else 0)


if __name__ == "__main__":
    main()
