"""Times a model of ours against its peers: same weights, inputs and threads, in turn, each run in a process of its own."""
import argparse
import glob
import json
import os
import statistics
import sys

import numpy

import cases
import export
from common import CACHE, HERE, WORKER, cpu, environment, last_json, run, say
from prepare import prepare

PEER = [sys.executable, os.path.join(HERE, "one_run.py")]


def candidates(options, has_bfloat16, runtime):
    """Who runs: name, data type, and the command and environment for a case. `has_bfloat16` adds PyTorch with other kernels of its OpenBLAS."""
    def ours(*more):
        return lambda c: ([*WORKER, "bench", "model", c["model"], "--in", c["inputs"], "--runs", "1", "--json", *more], environment(options.threads))

    def peer(kind, core=None, **more):
        return lambda c: ([*PEER, kind, c["model"], c["inputs"], "--threads", str(options.threads), "--onnx", c.get(export.ONNX, ""),
                           "--out", f"{c['path']}.{kind}.npz"], environment(options.threads, core, **more))

    found = [] if options.peers_only else [("ours float32", "float32", ours()), ("ours bfloat16", "bfloat16", ours("--dtype", "bfloat16"))]
    found.append(("PyTorch float32", "float32", peer("pytorch-float32")))
    if has_bfloat16:
        found.append(("PyTorch float32, Cooperlake", "float32", peer("pytorch-float32", "Cooperlake")))
    found.append(("PyTorch bfloat16", "bfloat16", peer("pytorch-bfloat16", "Cooperlake" if has_bfloat16 else None)))
    if runtime:
        found.append(("ONNX Runtime float32", "float32", peer("onnxruntime-float32", PYTHONPATH=runtime)))
    return [f for f in found if not options.only or any(name in f[0] for name in options.only)]


def made(name, runtime):
    """What one case is run on; outputs of earlier runs go."""
    case = prepare(name, [export.ONNX] if runtime else [])
    for old in glob.glob(glob.escape(case["path"]) + ".*.npz"):
        os.remove(old)
    return case


def one(command, env):
    """Seconds and memory of one run, whoever ran."""
    result = last_json(run(command, env))
    if isinstance(result["seconds"], dict):
        return {"seconds": result["seconds"]["runs"], "memoryMiB": result["peakBytes"] >> 20, "gemmGflops": result["gemmGflops"]}
    if not result["finite"]:
        raise RuntimeError("outputs are not finite")
    return result


def measure(case, found, rounds):
    """All runs of all candidates, by turns; one that fails once is left out, with its reason."""
    runs, failed = {name: [] for name, _, _ in found}, {}
    for i in range(rounds):
        for name, _, start in found:
            if name in failed:
                continue
            try:
                runs[name].append(one(*start(case)))
                say(f"{case['name']} round {i + 1}/{rounds}: {name} {statistics.median(runs[name][-1]['seconds']):.3f} s")
            except (RuntimeError, ValueError, KeyError) as error:
                failed[name] = str(error)
                say(f"{case['name']}: {name} does not run: {error}")
    return runs, failed


def differences(case, threads, is_ours):
    """Largest difference of each kind's outputs from PyTorch's in float32."""
    if not os.path.exists(case["path"] + ".pytorch-float32.npz"):
        return {}
    if is_ours:
        run([*WORKER, "model", "run", case["model"], "--in", case["inputs"], "--out", case["path"] + ".ours.npz"], environment(threads))
    found, reference = {}, numpy.load(case["path"] + ".pytorch-float32.npz")
    for kind in ["ours", "pytorch-bfloat16", "onnxruntime-float32"]:
        path = f"{case['path']}.{kind}.npz"
        if os.path.exists(path) and (kind != "ours" or is_ours):
            with numpy.load(path) as other:
                found[kind] = max(float(abs(other[key] - reference[key]).max()) for key in reference.files)
    return found


def summary(case, found, runs, failed):
    """Medians, and what of the peers' fastest ours take."""
    rows = {}
    for name, dtype, _ in found:
        if runs[name] and name not in failed:
            seconds = [s for r in runs[name] for s in r["seconds"]]
            memory = [r["memoryMiB"] for r in runs[name] if r.get("memoryMiB") is not None]
            gemm = [r["gemmGflops"] for r in runs[name] if r.get("gemmGflops")]
            rows[name] = {"dtype": dtype, "seconds": statistics.median(seconds), "least": min(seconds), "runs": seconds,
                          "memoryMiB": max(memory, default=None), "gemmGflops": gemm}
    peers = {name: row["seconds"] for name, row in rows.items() if not name.startswith("ours")}
    exact = [s for name, s in peers.items() if rows[name]["dtype"] == "float32"]
    for row in rows.values():
        row["toFastestFloat32Peer"] = row["seconds"] / min(exact) if exact else None
        row["toFastestPeer"] = row["seconds"] / min(peers.values()) if peers else None
    return {"case": case["name"], "results": rows, "failed": failed}


def table(result):
    """The table of one case."""
    lines = [f"{result['case']:32} {'median s':>9} {'least s':>9} {'/ float32':>10} {'/ fastest':>10} {'MiB':>7}"]
    for name, row in result["results"].items():
        ratios = "".join(f" {r:10.2f}" if r else f" {'-':>10}" for r in (row["toFastestFloat32Peer"], row["toFastestPeer"]))
        lines.append(f"  {name:30} {row['seconds']:9.3f} {row['least']:9.3f}{ratios} {'-' if row['memoryMiB'] is None else row['memoryMiB']:>7}")
    lines += [f"  {name:30} does not run: {why}" for name, why in result["failed"].items()]
    lines += [f"  outputs of {name} differ from PyTorch's float32 by {d:.1e} at most" for name, d in result["differences"].items()]
    return "\n".join(lines)


def main():
    """Measures the cases that are named, or the four models."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("cases", nargs="*", default=list(cases.MODELS), help=f"of {', '.join(cases.OFFICIAL)}")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--only", nargs="*", metavar="NAME", help="candidates whose names have one of these in them, such as 'ours' and 'ONNX'")
    parser.add_argument("--peers-only", action="store_true", help="leaves ours out")
    parser.add_argument("--json", metavar="FILE", help="writes all figures")
    options = parser.parse_args()
    os.makedirs(CACHE, exist_ok=True)
    runtime, (name, has_bfloat16) = export.runtime(), cpu()
    print(f"{name}, {os.cpu_count()} CPUs, {options.threads} threads, batch 1, {options.rounds} rounds of a warm-up and a run")
    if runtime is None:
        print("ONNX Runtime is not there: measured against PyTorch alone")
    results = []
    for case in options.cases:
        case = made(case, runtime)
        found = candidates(options, has_bfloat16, runtime)
        results.append(summary(case, found, *measure(case, found, options.rounds)))
        results[-1]["differences"] = differences(case, options.threads, not options.peers_only)
        print(table(results[-1]), flush=True)
    if options.json:
        with open(options.json, "w", encoding="utf-8") as file:
            json.dump({"cpu": name, "threads": options.threads, "rounds": options.rounds, "cases": results}, file, indent=1)


if __name__ == "__main__":
    main()
