#!/usr/bin/env python3
"""Trains word vectors on the same text with wordkin, fastText and gensim, one after the other with equal
settings, and prints speed, memory and accuracy beside the conditions: machine, build, instruction set,
threads, corpus. Each program runs whole, from text to saved vectors; ratios are of medians."""

import argparse
import json
import os
import platform
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

GENSIM = """
import sys
from gensim.models import Word2Vec
from gensim.models.word2vec import LineSentence
corpus, output, sg, hs, dim, epochs, threads, alpha, seed = sys.argv[1:]
model = Word2Vec(LineSentence(corpus), sg=int(sg), hs=int(hs), negative=0 if int(hs) else 5,
                 vector_size=int(dim), window=5, min_count=5, sample=1e-3, alpha=float(alpha),
                 epochs=int(epochs), workers=int(threads), seed=int(seed))
model.wv.save_word2vec_format(output, binary=True)
"""
ROW = "{:<22}{:<10}{:<5}{:>4}{:>7}{:>5}{:>9}{:>10}{:>8}{:>9}{:>10}{:>11}{:>10}"


def parse_arguments():
    data = os.environ.get("WORDKIN_DATA", "")
    parser = argparse.ArgumentParser(prog="dev bench", description=__doc__)
    parser.add_argument("--corpus", default=os.path.join(data, "corpora", "enwiki.txt"),
                        help="text to train on (default: $WORDKIN_DATA/corpora/enwiki.txt)")
    parser.add_argument("--analogies", default=os.path.join(data, "evaluation", "questions-words.txt"),
                        help="analogy questions (default: $WORDKIN_DATA/evaluation/questions-words.txt)")
    parser.add_argument("--models", nargs="+", choices=["skipgram", "cbow", "glove"],
                        default=["skipgram", "cbow", "glove"])
    parser.add_argument("--losses", nargs="+", choices=["ns", "hs"], default=["ns", "hs"])
    parser.add_argument("--dims", type=int, nargs="+", default=[100])
    parser.add_argument("--epochs", type=int, default=5, help="of word2vec")
    parser.add_argument("--glove-epochs", type=int, default=15)
    parser.add_argument("--alpha", type=float, help="learning rate of all programs (default: wordkin's)")
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3], help="a run of wordkin for each")
    parser.add_argument("--variants", nargs="+", choices=["block", "deterministic", "none"], default=["block"],
                        help="of wordkin: blocks, the same in lockstep, pair by pair")
    parser.add_argument("--peers", nargs="*", choices=["fasttext", "gensim"], default=["fasttext", "gensim"])
    parser.add_argument("--peer-runs", type=int, default=3, help="runs of each other program")
    parser.add_argument("--equal-time", action="store_true",
                        help="also train for as long as one epoch of fastText takes")
    parser.add_argument("--scaling", action="store_true",
                        help="also compare one thread with all, in turns, and the text with four times as much")
    arguments = parser.parse_args()
    for path in (arguments.corpus, arguments.analogies):
        if not os.path.isfile(path):
            parser.exit(77, f"skipped: {path} is not there; set WORDKIN_DATA or name the files\n")
    return arguments


def run_measured(command):
    """Runs the command and returns its wall time in seconds, its peak resident memory in bytes and what it
    printed."""
    with tempfile.TemporaryFile("w+") as output:
        start = time.monotonic()
        process = subprocess.Popen(command, stdout=output, stderr=subprocess.PIPE, text=True)
        errors = process.stderr.read()
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.monotonic() - start
        if status != 0:
            sys.exit(f"{' '.join(command)} failed:\n{errors[-2000:]}")
        output.seek(0)
        return seconds, usage.ru_maxrss * 1024, output.read()


def accuracy(vectors, analogies):
    result = subprocess.run(["wordkin", "evaluate", vectors, "--analogies", analogies, "--restrict", "30000",
                             "--ignore-case", "--json", "--quiet"],
                            check=True, stdout=subprocess.PIPE, text=True)
    scores = json.loads(result.stdout)["analogies"][0]
    return tuple(100 * scores[part]["accuracy"] for part in ("total", "semantic", "syntactic"))


class Case:
    """What all programs are asked to do."""

    def __init__(self, arguments, model, loss, dim):
        self.arguments, self.model, self.loss, self.dim = arguments, model, loss, dim
        self.epochs, self.threads = arguments.epochs, arguments.threads
        self.alpha = arguments.alpha or default_alpha(model)

    def wordkin(self, output, variant, seed, epochs=None, threads=None, corpus=None, min_count=5):
        how = {"block": [], "deterministic": ["--deterministic"], "none": ["--sharing", "none"]}[variant]
        return ["wordkin", "train", corpus or self.arguments.corpus, "-o", output, "--quiet", "--json",
                "--min-count", str(min_count),
                "--model", self.model, "--loss", self.loss, "--dim", str(self.dim),
                "--epochs", str(epochs or self.epochs), "--alpha", str(self.alpha),
                "--threads", str(threads or self.threads), "--seed", str(seed), *how]

    def fasttext(self, output, epochs=None):
        return ["fasttext", self.model, "-input", self.arguments.corpus, "-output", output,
                "-dim", str(self.dim), "-epoch", str(epochs or self.epochs), "-thread", str(self.threads),
                "-ws", "5", "-neg", "5", "-loss", self.loss, "-minCount", "5", "-t", "1e-3",
                "-lr", str(self.alpha), "-minn", "0", "-maxn", "0", "-verbose", "0"]

    def gensim(self, output, seed):
        return ["/usr/bin/python3", "-c", GENSIM, self.arguments.corpus, output,
                str(int(self.model == "skipgram")), str(int(self.loss == "hs")), str(self.dim),
                str(self.epochs), str(self.threads), str(self.alpha), str(seed)]


def default_alpha(model):
    text = subprocess.run(["wordkin", "train", "--help"], check=True, stdout=subprocess.PIPE, text=True).stdout
    first, cbow = re.search(r"linearly \[([0-9.]+)(?:; cbow ([0-9.]+))?\]", " ".join(text.split())).groups()
    return float(cbow if cbow and model == "cbow" else first)


def print_conditions(arguments):
    machine = json.loads(subprocess.run(["kernel_bench", str(arguments.threads)], check=True,
                                        stdout=subprocess.PIPE, text=True).stdout)
    with open("/proc/cpuinfo", encoding="utf-8") as info:
        match = re.search(r"model name\s*: (.*)", info.read())
    version = subprocess.run(["wordkin", "--version"], check=True, stdout=subprocess.PIPE, text=True).stdout
    print(f"machine   {match.group(1) if match else platform.processor()}, {os.cpu_count()} processors, "
          f"{platform.platform()}")
    print(f"peak      {machine['peak_gflops']:.0f} Gflop/s with {arguments.threads} threads, measured")
    print(f"program   {version.splitlines()[0]}, release build")
    print(f"corpus    {arguments.corpus}, {os.path.getsize(arguments.corpus):,} bytes")
    print(f"settings  window 5, 5 negatives, sample 1e-3, {arguments.epochs} epochs, min-count 5, "
          f"{arguments.threads} threads; accuracy: analogies among the 30,000 most frequent words\n")
    print(ROW.format("program", "model", "loss", "dim", "alpha", "runs", "wall s", "M words/s", "MB", "total %",
                     "semantic", "syntactic", "of peak"), flush=True)
    return machine["peak_gflops"]


def print_row(program, case, runs, words_per_second, of_peak=""):
    """Prints the medians of runs, which are (seconds, memory, scores), and returns that of the time."""
    median = [statistics.median(run[i] for run in runs) for i in (0, 1)]
    scores = [statistics.median(run[2][part] for run in runs) for part in range(3)]
    print(ROW.format(program, case.model, case.loss, case.dim, f"{case.alpha:g}", len(runs),
                     f"{median[0]:.1f}", f"{words_per_second / 1e6:.2f}", f"{median[1] / 1e6:.0f}",
                     *(f"{score:.2f}" for score in scores), of_peak), flush=True)
    return median[0]


def run_wordkin(case, variant, folder, peak):
    runs, reports = [], []
    for seed in case.arguments.seeds:
        vectors = os.path.join(folder, "wordkin.safetensors")
        seconds, memory, report = run_measured(case.wordkin(vectors, variant, seed))
        reports.append(json.loads(report))
        runs.append((seconds, memory, accuracy(vectors, case.arguments.analogies)))
    of_peak = ""
    if case.loss == "ns":
        # A positive pair and its noise take 6 d operations each: logit and two gradients.
        made = reports[0]["metadata"]
        pairs = int(made["positive_pairs"])
        # Skip-gram has window + 1 = 6 pairs for each input, on average, CBOW one.
        noise = int(made["shared_negatives"]) / (6 if case.model == "skipgram" else 1)
        examples = pairs * (1 + (noise if variant != "none" else 5))
        seconds = statistics.median(report["train_seconds"] for report in reports)
        of_peak = f"{100 * 6 * case.dim * examples / seconds / peak / 1e9:.0f} %"
    speed = statistics.median(report["words_per_second"] for report in reports)
    name = "wordkin" if variant == "block" else f"wordkin {variant}"
    return print_row(name, case, runs, speed, of_peak), reports[0]["corpus_words"]


def run_peer(case, peer, folder, corpus_words):
    runs = []
    for seed in range(1, case.arguments.peer_runs + 1):
        output = os.path.join(folder, peer)
        command = case.fasttext(output) if peer == "fasttext" else case.gensim(output + ".bin", seed)
        seconds, memory, _ = run_measured(command)
        vectors = output + (".vec" if peer == "fasttext" else ".bin")
        runs.append((seconds, memory, accuracy(vectors, case.arguments.analogies)))
    seconds = statistics.median(run[0] for run in runs)
    return print_row(peer, case, runs, corpus_words * case.epochs / seconds)


def run_glove(arguments, dim, folder, peak):
    """GloVe has no peer in Debian; the original counted, shuffled and trained this corpus in 27 s, 23 s and
    45 s an epoch on such a machine."""
    reports = []
    for seed in arguments.seeds:
        vectors = os.path.join(folder, "glove.safetensors")
        seconds, memory, report = run_measured(
            ["wordkin", "train", arguments.corpus, "-o", vectors, "--quiet", "--json", "--model", "glove",
             "--x-max", "10", "--dim", str(dim), "--epochs", str(arguments.glove_epochs),
             "--threads", str(arguments.threads), "--seed", str(seed)])
        scores = accuracy(vectors, arguments.analogies)
        reports.append({**json.loads(report), "wall": seconds, "memory": memory, "total": scores[0]})
    median = {key: statistics.median(report[key] for report in reports)
              for key in ("wall", "memory", "total", "count_seconds", "entries_per_second", "nonzeros")}
    # A product, and for each number of both rows gradient, clipping, step, root, quotient and two sums.
    flops = (2 + 2 * 7) * dim * median["entries_per_second"]
    # The context's numbers and sums of squares, read and written, and the entry.
    stride = (dim + 2 + 15) // 16 * 16
    moved = (2 * 2 * 4 * stride + 8) * median["entries_per_second"]
    print(f"wordkin glove, window 15, x-max 10, dim {dim}, {arguments.glove_epochs} epochs, {len(reports)} runs: "
          f"wall {median['wall']:.1f} s, {median['memory'] / 1e6:.0f} MB, accuracy {median['total']:.2f} %; "
          f"{median['nonzeros']:,} entries counted in {median['count_seconds']:.1f} s, an epoch "
          f"{median['nonzeros'] / median['entries_per_second']:.2f} s, {median['entries_per_second'] / 1e6:.1f} M "
          f"entries/s, {moved / 1e9:.0f} GB/s between caches, {100 * flops / peak / 1e9:.0f} % of peak",
          flush=True)


def compare_at_equal_time(case, folder, wordkin_seconds):
    output = os.path.join(folder, "fasttext")
    limit, _, _ = run_measured(case.fasttext(output, epochs=1))
    peer = accuracy(output + ".vec", case.arguments.analogies)[0]
    epochs = max(1, int(limit / (wordkin_seconds / case.epochs)))
    vectors = os.path.join(folder, "wordkin.safetensors")
    seconds, _, _ = run_measured(case.wordkin(vectors, "block", 1, epochs))
    own = accuracy(vectors, case.arguments.analogies)[0]
    print(f"  in equal time: fasttext 1 epoch, {limit:.1f} s, {peer:.2f} %; "
          f"wordkin {epochs} epochs, {seconds:.1f} s, {own:.2f} %", flush=True)


def measure_scaling(case, folder):
    vectors = os.path.join(folder, "wordkin.safetensors")
    four_times = os.path.join(folder, "four-times.txt")
    with open(four_times, "wb") as to:
        for _ in range(4):
            with open(case.arguments.corpus, "rb") as text:
                shutil.copyfileobj(text, to)
            to.write(b"\n")
    by_threads, by_text = [], []
    for seed in case.arguments.seeds:
        usual, _, _ = run_measured(case.wordkin(vectors, "block", seed))
        alone, _, _ = run_measured(case.wordkin(vectors, "block", seed, threads=1))
        longer, _, _ = run_measured(case.wordkin(vectors, "block", seed, corpus=four_times, min_count=20))
        by_threads.append(alone / usual)
        by_text.append(longer / usual)
    os.remove(four_times)
    shown = lambda ratios: f"{statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})"
    print(f"  {case.threads} threads are {shown(by_threads)} times as fast as one; four times the text, of the same words, "
          f"takes {shown(by_text)} times as long", flush=True)


def main():
    arguments = parse_arguments()
    peak = print_conditions(arguments)
    cases = [Case(arguments, model, loss, dim) for model in arguments.models if model != "glove"
             for loss in arguments.losses for dim in arguments.dims]
    with tempfile.TemporaryDirectory() as folder:
        for case in cases:
            times = {}
            for variant in arguments.variants:
                times[variant], corpus_words = run_wordkin(case, variant, folder, peak)
            for peer in arguments.peers:
                seconds = run_peer(case, peer, folder, corpus_words)
                print("  " + "; ".join(f"{variant} is {seconds / own:.1f} times as fast as {peer}"
                                       for variant, own in times.items()), flush=True)
            if arguments.equal_time:
                compare_at_equal_time(case, folder, times[arguments.variants[0]])
            if arguments.scaling:
                measure_scaling(case, folder)
        if "glove" in arguments.models:
            for dim in arguments.dims:
                run_glove(arguments, dim, folder, peak)


if __name__ == "__main__":
    main()
