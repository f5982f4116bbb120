#!/usr/bin/env python3
"""Trains word vectors with wordkin and with fastText on the same text, one after the other, and prints
speed, memory and accuracy of both beside the conditions: machine, build, instruction set, threads,
corpus. Each program runs whole, from text to saved vectors."""

import argparse
import json
import os
import platform
import re
import statistics
import subprocess
import sys
import tempfile
import time


def parse_arguments():
    data = os.environ.get("WORDKIN_DATA", "")
    parser = argparse.ArgumentParser(prog="dev bench", description=__doc__)
    parser.add_argument("--corpus", default=os.path.join(data, "corpora", "enwiki.txt"),
                        help="text to train on (default: $WORDKIN_DATA/corpora/enwiki.txt)")
    parser.add_argument("--analogies", default=os.path.join(data, "evaluation", "questions-words.txt"),
                        help="analogy questions (default: $WORDKIN_DATA/evaluation/questions-words.txt)")
    parser.add_argument("--models", nargs="+", choices=["skipgram", "cbow"], default=["skipgram"])
    parser.add_argument("--losses", nargs="+", choices=["ns", "hs"], default=["ns"])
    parser.add_argument("--dim", type=int, default=100)
    parser.add_argument("--epochs", type=int, default=5)
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--seeds", type=int, nargs="+", default=[1], help="one run of wordkin for each")
    parser.add_argument("--without-peer", action="store_true", help="measure wordkin alone")
    arguments = parser.parse_args()
    for path in (arguments.corpus, arguments.analogies):
        if not os.path.isfile(path):
            parser.exit(77, f"skipped: {path} is not there; set WORDKIN_DATA or name the files\n")
    return arguments


def run_measured(command):
    """Runs the command and returns its wall time in seconds and its peak resident memory in bytes."""
    start = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    errors = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.monotonic() - start
    if status != 0:
        sys.exit(f"{' '.join(command)} failed:\n{errors[-2000:]}")
    return seconds, usage.ru_maxrss * 1024


def accuracy(vectors, analogies):
    result = subprocess.run(["wordkin", "evaluate", vectors, "--analogies", analogies, "--restrict", "30000",
                             "--ignore-case", "--json", "--quiet"],
                            check=True, stdout=subprocess.PIPE, text=True)
    scores = json.loads(result.stdout)["analogies"][0]
    return tuple(100 * scores[part]["accuracy"] for part in ("total", "semantic", "syntactic"))


def wordkin_command(arguments, model, loss, seed, output):
    return ["wordkin", "train", arguments.corpus, "-o", output, "--quiet", "--model", model, "--loss", loss,
            "--dim", str(arguments.dim), "--epochs", str(arguments.epochs),
            "--threads", str(arguments.threads), "--seed", str(seed)]


def fasttext_command(arguments, model, loss, output):
    rate = "0.025" if model == "skipgram" else "0.05"
    return ["fasttext", model, "-input", arguments.corpus, "-output", output, "-dim", str(arguments.dim),
            "-epoch", str(arguments.epochs), "-thread", str(arguments.threads), "-ws", "5", "-neg", "5",
            "-loss", loss, "-minCount", "5", "-t", "1e-3", "-lr", rate, "-minn", "0", "-maxn", "0",
            "-verbose", "0"]


def processor():
    with open("/proc/cpuinfo", encoding="utf-8") as info:
        match = re.search(r"model name\s*: (.*)", info.read())
    return match.group(1) if match else platform.processor()


def print_conditions(arguments):
    version = subprocess.run(["wordkin", "--version"], check=True, stdout=subprocess.PIPE, text=True).stdout
    print(f"machine   {processor()}, {os.cpu_count()} processors, {platform.platform()}")
    print(f"program   {version.strip()}")
    print(f"corpus    {arguments.corpus}, {os.path.getsize(arguments.corpus):,} bytes")
    print(f"settings  dim {arguments.dim}, window 5, 5 negatives, sample 1e-3, {arguments.epochs} epochs, "
          f"min-count 5, {arguments.threads} threads")
    print(f"\n{'program':<10}{'model':<10}{'loss':<6}{'seed':>4}{'wall s':>9}{'memory MB':>11}"
          f"{'total %':>9}{'semantic':>10}{'syntactic':>11}")


def print_row(program, model, loss, seed, seconds, memory, scores):
    print(f"{program:<10}{model:<10}{loss:<6}{seed:>4}{seconds:>9.1f}{memory / 1e6:>11.0f}"
          f"{scores[0]:>9.2f}{scores[1]:>10.2f}{scores[2]:>11.2f}", flush=True)


def bench(arguments, model, loss, folder):
    times, totals = [], []
    vectors = os.path.join(folder, "wordkin.safetensors")
    for seed in arguments.seeds:
        seconds, memory = run_measured(wordkin_command(arguments, model, loss, seed, vectors))
        scores = accuracy(vectors, arguments.analogies)
        print_row("wordkin", model, loss, seed, seconds, memory, scores)
        times.append(seconds)
        totals.append(scores[0])
    print(f"  median of {len(times)}: {statistics.median(times):.1f} s, {statistics.median(totals):.2f} %")
    if arguments.without_peer:
        return
    output = os.path.join(folder, "fasttext")
    seconds, memory = run_measured(fasttext_command(arguments, model, loss, output))
    print_row("fasttext", model, loss, "", seconds, memory, accuracy(output + ".vec", arguments.analogies))
    print(f"  wordkin is {seconds / statistics.median(times):.1f} times as fast")


def main():
    arguments = parse_arguments()
    print_conditions(arguments)
    with tempfile.TemporaryDirectory() as folder:
        for model in arguments.models:
            for loss in arguments.losses:
                bench(arguments, model, loss, folder)


if __name__ == "__main__":
    main()
