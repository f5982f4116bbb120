#!/usr/bin/env python3
"""Places words in the plane with wordkin map and with scikit-learn's TSNE (barnes_hut, init pca), from the same unit
vectors with the same perplexity and as many iterations, and prints wall and processor time and trustworthiness: how
few of a word's nearest words in the plane are not among its nearest by their vectors (1: none). wordkin's time is
that of the whole program, from the file of vectors to the page; scikit-learn's is fit_transform alone. At last
wordkin alone places --many words, from vectors trained on --corpus with all words that occur twice."""

import argparse
import json
import os
import re
import resource
import struct
import subprocess
import sys
import tempfile
import time

from recurrent_bench import OtherLoad, cpu_info

try:
    import numpy
    import sklearn
    from sklearn.manifold import TSNE, trustworthiness
except ImportError as error:
    sys.exit(f"{error}; on Debian, install python3-sklearn")

ROW = "{:<14}{:>9}{:>6}{:>10}{:>12}{:>13}{:>18}{:>18}"


def parse_arguments():
    default = os.path.join(os.environ.get("WORDKIN_DATA", ""), "corpora", "enwiki.txt")
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", default=default, help="default: $WORDKIN_DATA/corpora/enwiki.txt")
    parser.add_argument("--vectors", help="a safetensors file of wordkin's for --words, instead of training one")
    parser.add_argument("--words", type=int, default=10000, help="the most frequent ones (default: 10000)")
    parser.add_argument("--many", type=int, default=100000, help="for wordkin alone; 0: not (default: 100000)")
    parser.add_argument("--seeds", type=int, default=1, help="layouts of each program (default: 1)")
    parser.add_argument("--perplexity", type=float, default=30)
    parser.add_argument("--threads", type=int, default=len(os.sched_getaffinity(0)))
    return parser.parse_args()


def unit_vectors(path, count):
    """The first rows of a safetensors file, each of length 1."""
    with open(path, "rb") as file:
        (length,) = struct.unpack("<Q", file.read(8))
        entry = json.loads(file.read(length))["vectors"]
        file.seek(8 + length + entry["data_offsets"][0])
        dim = entry["shape"][1]
        rows = numpy.frombuffer(file.read(4 * dim * count), "<f4").reshape(-1, dim)
    return rows / numpy.linalg.norm(rows, axis=1, keepdims=True)


def processor_seconds(who):
    usage = resource.getrusage(who)
    return usage.ru_utime + usage.ru_stime


def train(arguments, path, min_count):
    if not os.path.isfile(arguments.corpus):
        sys.exit(f"{arguments.corpus or 'no corpus'}: not found; name one with --corpus")
    subprocess.run(["wordkin", "train", arguments.corpus, "-o", path, "--min-count", str(min_count), "--threads",
                    str(arguments.threads), "--quiet"], check=True)


def run_wordkin(arguments, vectors, words, seed, folder):
    page = os.path.join(folder, "map.html")
    load, before, start = OtherLoad(), processor_seconds(resource.RUSAGE_CHILDREN), time.perf_counter()
    result = subprocess.run(
        ["wordkin", "map", vectors, "-o", page, "--top", str(words), "--method", "tsne", "--perplexity",
         str(arguments.perplexity), "--seed", str(seed), "--threads", str(arguments.threads), "--json", "--quiet"],
        check=True, stdout=subprocess.PIPE, text=True)
    wall = time.perf_counter() - start
    used = processor_seconds(resource.RUSAGE_CHILDREN) - before
    with open(page, encoding="utf-8") as file:
        data = json.loads(re.search(r'<script id="data"[^>]*>(.*?)</script>', file.read(), re.DOTALL).group(1))
    layout = numpy.array([data["x"], data["y"]], dtype=float).T
    return layout, json.loads(result.stdout)["divergence"], wall, used, load.processors()


def run_sklearn(arguments, vectors, seed):
    tsne = TSNE(perplexity=arguments.perplexity, init="pca", learning_rate="auto", method="barnes_hut",
                n_jobs=arguments.threads, random_state=seed)
    load, before, start = OtherLoad(), processor_seconds(resource.RUSAGE_SELF), time.perf_counter()
    layout = tsne.fit_transform(vectors)
    wall = time.perf_counter() - start
    used = processor_seconds(resource.RUSAGE_SELF) - before
    return layout, tsne.kl_divergence_, wall, used, load.processors()


def print_row(program, words, seed, run, vectors=None):
    layout, divergence, wall, used, load = run
    trust = ["", ""] if vectors is None else [f"{trustworthiness(vectors, layout, n_neighbors=k):.4f}" for k in (5, 12)]
    print(ROW.format(program, words, seed, f"{wall:.1f} s", f"{used:.1f} s", f"{divergence:.4f}", *trust) +
          f"   other load {load:.1f}", flush=True)


def main():
    arguments = parse_arguments()
    print(f"machine   {cpu_info(r'model name.*: (.*)')}, {os.cpu_count()} processors; {arguments.threads} threads")
    print(f"programs  {subprocess.check_output(['wordkin', '--version'], text=True).splitlines()[0]}, "
          f"scikit-learn {sklearn.__version__}\n")
    print(ROW.format("program", "words", "seed", "wall", "processor", "divergence", "trustworthy, 5", "12"))
    with tempfile.TemporaryDirectory() as folder:
        path = arguments.vectors
        if path is None:
            path = os.path.join(folder, "vectors.safetensors")
            train(arguments, path, 5)
        vectors = unit_vectors(path, arguments.words)
        for seed in range(1, arguments.seeds + 1):
            print_row("wordkin", len(vectors), seed, run_wordkin(arguments, path, len(vectors), seed, folder), vectors)
            print_row("scikit-learn", len(vectors), seed, run_sklearn(arguments, vectors, seed), vectors)
        if arguments.many:
            path = os.path.join(folder, "many.safetensors")
            train(arguments, path, 2)
            print_row("wordkin", arguments.many, 1, run_wordkin(arguments, path, arguments.many, 1, folder))


if __name__ == "__main__":
    main()
