#!/usr/bin/env python3
"""Trains and applies recurrent networks with wordkin, oneDNN's LSTM and PyTorch on the same shapes, and prints
words a second beside the conditions: machine, build, instruction set, threads, other load. Everything is one
layer that reads word vectors of 100 numbers in one direction, in batches of 64 texts; a linear layer reads its
last output. Programs take turns in rounds, and each figure is the best of all: other load only makes it worse.

Training is a whole step: forward, loss, backward with the gradients of the inputs, and Adam. oneDNN is without
the linear layer, loss and Adam, and finds its weights in the layout that it likes best. In prediction wordkin
multiplies a word that occurs several times in a batch by the input weights once. PyTorch is at its best:
time-major, denormal numbers flushed to zero, also without gradients of the inputs, and with AVX-512 if there
is; what it multiplies matrices with is for the system, or --blas, to choose."""

import argparse
import json
import os
import platform
import re
import resource
import subprocess
import sys
import time

TORCH = """
import json, sys, time
try:
    import torch
except ImportError:
    sys.exit(77)
torch.set_flush_denormal(True)
torch.set_num_threads(int(sys.argv[1]))
torch.manual_seed(1)
STEPS, TEXTS, INPUTS = 230, 64, 100

def best_rate(work):
    work()
    best = 0
    for _ in range(3):
        calls, start, seconds = 0, time.perf_counter(), 0
        while seconds < 1:
            work()
            calls += 1
            seconds = time.perf_counter() - start
        best = max(best, calls * STEPS * TEXTS / seconds)
    return best

results = []
for units in (128, 256):
    lstm, linear = torch.nn.LSTM(INPUTS, units), torch.nn.Linear(units, 2)
    optimizer = torch.optim.Adam([*lstm.parameters(), *linear.parameters()], lr=1e-3)
    classes = torch.randint(0, 2, (TEXTS,))
    result = {"units": units}
    for name, wants_gradients in (("training", True), ("training_frozen", False)):
        inputs = torch.randn(STEPS, TEXTS, INPUTS, requires_grad=wants_gradients)
        def train():
            optimizer.zero_grad(set_to_none=True)
            inputs.grad = None
            loss = torch.nn.functional.cross_entropy(linear(lstm(inputs)[0][-1]), classes)
            loss.backward()
            optimizer.step()
        result[name + "_words_per_second"] = best_rate(train)
    def predict():
        with torch.no_grad():
            linear(lstm(inputs)[0][-1])
    result["prediction_words_per_second"] = best_rate(predict)
    results.append(result)
with open("/proc/self/maps") as maps:
    libraries = {line.split()[-1].rsplit("/", 1)[-1] for line in maps if "/lib" in line}
print(json.dumps({"version": torch.__version__, "libraries": sorted(libraries), "cases": results}))
"""
ROW = "{:<30}{:<6}{:>6}{:<9}{:>13}{:>9}{:>9}{:>12}{:>15}{:>12}"


def parse_arguments():
    default = os.path.join(os.environ.get("WORDKIN_DATA", ""), "sentiment", "imdb.train.tsv")
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--threads", type=int, default=len(os.sched_getaffinity(0)))
    parser.add_argument("--data", default=default if os.path.isfile(default) else None, metavar="TSV",
                        help="labelled texts to read (default: $WORDKIN_DATA/sentiment/imdb.train.tsv if it is "
                             "there, else words drawn by Zipf's law)")
    parser.add_argument("--rounds", type=int, default=2, help="runs of each program, in turn (default: 2)")
    parser.add_argument("--blas", metavar="FOLDER", help="folder with the libblas.so.3 that PyTorch is to use")
    parser.add_argument("--program", default="recurrent_bench", help=argparse.SUPPRESS)
    return parser.parse_args()


def cpu_info(pattern):
    with open("/proc/cpuinfo", encoding="utf-8") as info:
        match = re.search(pattern, info.read())
    return match.group(1) if match else ""


class OtherLoad:
    """How many processors other programs kept busy, on average, since this was made."""

    def __init__(self):
        self.start = self.now()

    @staticmethod
    def now():
        with open("/proc/stat", encoding="utf-8") as stat:
            user, nice, system, _, _, interrupts, soft, stolen = map(int, stat.readline().split()[1:9])
        busy = (user + nice + system + interrupts + soft + stolen) / os.sysconf("SC_CLK_TCK")
        own = sum(usage.ru_utime + usage.ru_stime
                  for usage in map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)))
        return time.monotonic(), busy - own

    def processors(self):
        (begin, before), (end, after) = self.start, self.now()
        return max(0.0, (after - before) / (end - begin))


def run_wordkin(arguments):
    command = [arguments.program, str(arguments.threads)] + ([arguments.data] if arguments.data else [])
    return json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout)


def run_torch(arguments, capability):
    """Nothing when PyTorch is not installed."""
    environment = {**os.environ, "OMP_NUM_THREADS": str(arguments.threads)}
    if capability:
        environment["ATEN_CPU_CAPABILITY"] = capability
    if arguments.blas:
        environment["LD_LIBRARY_PATH"] = ":".join([arguments.blas, *filter(None, [os.environ.get("LD_LIBRARY_PATH")])])
    result = subprocess.run(["/usr/bin/python3", "-c", TORCH, str(arguments.threads)], env=environment,
                            stdout=subprocess.PIPE, text=True, check=False)
    if result.returncode == 77:
        return None
    if result.returncode != 0:
        sys.exit("PyTorch failed, see above")
    return json.loads(result.stdout)


def best_of(runs):
    """Merges the results of a program: the highest of each number."""
    first = runs[0]
    if isinstance(first, dict):
        return {key: best_of([run[key] for run in runs]) for key in first}
    if isinstance(first, list) and first and isinstance(first[0], dict):
        return [best_of(list(items)) for items in zip(*runs)]
    return max(runs) if isinstance(first, (int, float)) else first


def measure(arguments):
    capabilities = [""] + (["avx512"] if " avx512vl " in cpu_info(r"flags\s*: (.*)") else [])
    wordkin, peer = [], []
    for number in range(1, arguments.rounds + 1):
        load = OtherLoad()
        wordkin.append(run_wordkin(arguments))
        own_load, load = load.processors(), OtherLoad()
        for capability in capabilities if number == 1 or peer else []:
            result = run_torch(arguments, capability)
            peer += [result] if result else []
        print(f"round {number}: other programs kept {own_load:.1f} processors busy beside wordkin and oneDNN, "
              f"{load.processors():.1f} beside PyTorch", file=sys.stderr, flush=True)
    return best_of(wordkin), best_of(peer) if peer else None


def blas_of(torch):
    names = [name for name in torch["libraries"] if re.match(r"lib(openblas|mkl_rt|blis|blas)", name)]
    known = [name for name in names if not name.startswith("libblas")]
    if known:
        return known[0]
    where = ", ".join(names) or "its own library"
    return f"{where}; if that is the reference BLAS, it is far from its best: install libopenblas0-openmp"


def print_conditions(arguments, wordkin, torch, load):
    processor = cpu_info(r"model name\s*: (.*)") or platform.processor()
    print(f"machine   {processor}, {os.cpu_count()} processors, {platform.platform()}")
    print(f"load      other programs kept {load:.1f} processors busy on average")
    print(f"sgemm     {wordkin['sgemm_gflops']:.0f} Gflop/s with {wordkin['threads']} threads, measured")
    print(f"wordkin   release build, instruction set {wordkin['instruction_set']}")
    if torch:
        print(f"PyTorch   {torch['version']}, products by {blas_of(torch)}")
    print(f"settings  100 inputs, 64 texts in a batch ({wordkin['texts']}); dense: cut to 230 words each, ragged: "
          f"as they are; {wordkin['threads']} threads; rounds: {arguments.rounds}\n")


def print_row(program, cell, case, ours=None, batches="dense", training="training", sgemm=None):
    flops = 6 * {"lstm": 4, "gru": 3, "rnn": 1}[cell] * case["units"] * (100 + case["units"])
    # `ours` are the figures that this row is compared with.
    ratios = [f"{ours[name] / case[key]:.2f}" if ours else "" for name, key in
              (("training_words_per_second", training + "_words_per_second"),
               ("prediction_words_per_second", "prediction_words_per_second"))]
    gflops = case[training + "_words_per_second"] * flops * 1e-9
    print(ROW.format(program, cell, case["units"], "  " + batches,
                     f"{case[training + '_words_per_second'] / 1e3:.1f}", f"{gflops:.0f}",
                     f"{100 * gflops / sgemm:.0f} %", ratios[0],
                     f"{case['prediction_words_per_second'] / 1e3:.1f}", ratios[1]).rstrip())


def print_table(wordkin, torch):
    sgemm = wordkin["sgemm_gflops"]
    print(ROW.format("program", "cell", "units", "  batches", "training k/s", "Gflop/s", "of sgemm", "ours/this",
                     "prediction k/s", "ours/this"))
    ours = {}
    for case in wordkin["cases"]:
        print_row("wordkin", case["cell"], case, batches=case["batches"], sgemm=sgemm)
        if case["cell"] == "lstm" and case["batches"] == "dense":
            ours[case["units"]] = case
    for case in wordkin["onednn"]:
        print_row("oneDNN", "lstm", case, ours[case["units"]], sgemm=sgemm)
    for case in torch["cases"] if torch else []:
        print_row("PyTorch", "lstm", case, ours[case["units"]], sgemm=sgemm)
        print_row("PyTorch, no input gradients", "lstm", case, ours[case["units"]],
                  training="training_frozen", sgemm=sgemm)
    if not torch:
        print("PyTorch skipped: install python3-torch")


def main():
    arguments = parse_arguments()
    load = OtherLoad()
    wordkin, torch = measure(arguments)
    print_conditions(arguments, wordkin, torch, load.processors())
    print_table(wordkin, torch)


if __name__ == "__main__":
    main()
