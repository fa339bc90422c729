"""Times the training of a model of ours beside the same in PyTorch: same weights, batch, threads and rule, by turns, each run in a process of its own."""
import argparse
import json
import os
import statistics
import sys

import numpy as np

from common import CACHE, HERE, MODELS, ROOT, WORKER, cpu, environment, last_json, run, say

BENCH = os.path.join(ROOT, "artifacts", "bin", "StreamPerceiver.Benchmarks", "release", "StreamPerceiver.Benchmarks")
SOURCE = os.path.join(ROOT, "pipelines", "models", "machine-faults", "config.json")
WARM_UP = 5

# What differs from the configuration of machine-faults.
SIZES = {
    "machine-faults": {},
    "machine-faults-tiny": {"num_latents": 8, "d_latents": 24, "num_self_attends_per_block": 1, "output_num_channels": 24},
    "machine-faults-large": {"num_latents": 128, "d_latents": 512, "num_self_attends_per_block": 6, "num_self_attention_heads": 8, "output_num_channels": 512},
}


def prepare(name, batch):
    """The directory of an untrained model, and the file of a batch of noise."""
    with open(SOURCE, encoding="utf-8") as file:
        config = {**json.load(file), **SIZES[name]}
    directory = os.path.join(MODELS, f"training-{name}")
    os.makedirs(directory, exist_ok=True)
    for old in os.listdir(directory):
        os.remove(os.path.join(directory, old))
    with open(os.path.join(directory, "config.json"), "w", encoding="utf-8") as file:
        json.dump(config, file)
    run([*WORKER, "model", "init", directory], environment(1))
    random, arrays, tokens = np.random.default_rng(1), {}, 0
    for key, fields in config["inputs"].items():
        if fields["type"] == "series":
            shape = (fields["steps"], fields["channels"])
            tokens += fields["steps"]
        elif fields["type"] == "audio":
            shape = (fields["samples"], 1)
            tokens += fields["samples"] // fields["samples_per_patch"]
        else:
            side = fields["patch_size"]
            shape = (fields["frames"], fields["channels"], fields["height"], fields["width"])
            tokens += fields["frames"] // fields["frames_per_patch"] * (fields["height"] // side) * (fields["width"] // side)
        arrays[f"inputs.{key}"] = random.standard_normal((batch, *shape), np.float32)
    arrays["attention_mask"] = (random.random((batch, tokens)) > 0.1).astype(np.int64)
    file = os.path.join(CACHE, f"training-{name}-{batch}.npz")
    np.savez(file, **arrays)
    return directory, file


def candidates(options, has_bfloat16):
    """Who trains: name, and the command and environment for a model and a batch."""
    steps = ["--steps", str(options.steps), "--threads", str(options.threads)]

    def ours(precision):
        return lambda files: ([BENCH, "training", *files, *steps, "--precision", precision, "--json"], environment(options.threads))

    def peer(core, *more):
        return lambda files: ([sys.executable, os.path.join(HERE, "train_run.py"), *files, *steps, *more], environment(options.threads, core))

    found = [("ours float32", ours("float32")), ("PyTorch float32", peer(None)), ("PyTorch float32, foreach", peer(None, "--foreach"))]
    if has_bfloat16:
        found.append(("PyTorch float32, Cooperlake", peer("Cooperlake", "--foreach")))
    if options.bfloat16:
        found += [("ours bfloat16", ours("bFloat16")), ("PyTorch bfloat16", peer("Cooperlake" if has_bfloat16 else None, "--foreach", "--bfloat16"))]
    return found


def measure(name, options, found):
    """Medians of all rounds."""
    files = prepare(name, options.batch)
    rates, shares, losses = {who: [] for who, _ in found}, [], {}
    for i in range(options.rounds):
        for who, start in found[i % len(found):] + found[:i % len(found)]:
            result = last_json(run(*start(files)))
            rates[who].append(result["batch"] / statistics.median(result["seconds"][WARM_UP:]))
            losses[who] = result["losses"][-1]
            if who == "ours float32":
                shares.append(result["gemmShare"])
            say(f"{name} round {i + 1}/{options.rounds}: {who}: {rates[who][-1]:.1f} windows/s, last loss {losses[who]:.5f}")
    return {"model": name, "rates": rates, "losses": losses, "gemmShare": statistics.median(shares)}


def table(result):
    """The table of one model."""
    medians = {who: statistics.median(rates) for who, rates in result["rates"].items()}
    fastest = max(rate for who, rate in medians.items() if who.startswith("PyTorch float32"))
    lines = [f"{result['model']:30} {'windows/s':>10} {'/ PyTorch':>10} {'last loss':>10}"]
    lines += [f"  {who:28} {rate:10.1f} {rate / fastest:10.2f} {result['losses'][who]:10.5f}" for who, rate in medians.items()]
    return "\n".join([*lines, f"  ours multiplies at {result['gemmShare']:.0%} of the rate of a large product"])


def main():
    """Measures both models."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("models", nargs="*", default=list(SIZES), help=f"of {', '.join(SIZES)}")
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--steps", type=int, default=30)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--bfloat16", action="store_true", help="measures bfloat16, too")
    parser.add_argument("--json", metavar="FILE", help="writes all figures")
    options = parser.parse_args()
    os.makedirs(CACHE, exist_ok=True)
    processor, has_bfloat16 = cpu()
    print(f"{processor}, {os.cpu_count()} CPUs, {options.threads} threads, batches of {options.batch}, {options.rounds} rounds of {options.steps} steps")
    results, found = [], candidates(options, has_bfloat16)
    for name in options.models:
        results.append(measure(name, options, found))
        print(table(results[-1]), flush=True)
    if options.json:
        with open(options.json, "w", encoding="utf-8") as file:
            json.dump(results, file, indent=1)


if __name__ == "__main__":
    main()
