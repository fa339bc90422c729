"""One peer on one case in a process of its own: a warm-up, then timed runs. Prints one JSON object."""
import argparse
import ctypes
import json
import os
import resource
import sys
import time


def resident(figure):
    """A figure of the kernel's about this process, in MiB."""
    with open("/proc/self/status", encoding="ascii") as status:
        return next(int(line.split()[1]) / 1024 for line in status if line.startswith(figure + ":"))


def forget_peak():
    """Starts the kernel's peak afresh; false where it cannot."""
    try:
        with open("/proc/self/clear_refs", "w", encoding="ascii") as refs:
            refs.write("5")
        return True
    except OSError:
        return False


def pytorch(options):
    """The plain PyTorch model, in float32 or under autocast."""
    import torch
    import cases
    import perceiver
    torch.set_num_threads(options.threads)
    model, arrays = perceiver.load(options.model), cases.read(options.case)

    def run():
        with torch.no_grad(), torch.autocast("cpu", torch.bfloat16, enabled=options.peer == "pytorch-bfloat16"):
            return {name: y.float().numpy() for name, y in model(arrays).items()}
    return run


def onnxruntime(options):
    """The exported model on ONNX Runtime, with its default optimisations."""
    import numpy
    import onnxruntime as runtime
    settings = runtime.SessionOptions()
    settings.intra_op_num_threads = options.threads
    session = runtime.InferenceSession(options.onnx, settings, providers=["CPUExecutionProvider"])
    names = [output.name for output in session.get_outputs()]
    with numpy.load(options.case) as arrays:
        feed = {i.name: arrays[i.name] for i in session.get_inputs()}
    return lambda: dict(zip(names, session.run(names, feed)))


def main():
    """Loads, warms up, measures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("peer", choices=["pytorch-float32", "pytorch-bfloat16", "onnxruntime-float32"])
    parser.add_argument("model", help="model directory")
    parser.add_argument("case", help=".npz file of inputs")
    parser.add_argument("--onnx", help="the exported model, for ONNX Runtime")
    parser.add_argument("--out", help="writes the outputs to this .npz file")
    parser.add_argument("--runs", type=int, default=1)
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    run = onnxruntime(options) if options.peer.startswith("onnx") else pytorch(options)
    ctypes.CDLL("libc.so.6").malloc_trim(0)
    loaded, is_fresh = resident("VmRSS"), forget_peak()
    outputs = run()
    seconds = []
    for _ in range(options.runs):
        start = time.perf_counter()
        outputs = run()
        seconds.append(time.perf_counter() - start)
    peak = resident("VmHWM") if is_fresh else resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    import numpy
    if options.out:
        numpy.savez(options.out, **outputs)
    finite = all(numpy.isfinite(y).all() for y in outputs.values())
    json.dump({"seconds": seconds, "memoryMiB": round(peak - loaded), "finite": bool(finite), "core": os.environ.get("OPENBLAS_CORETYPE")}, sys.stdout)
    print()


if __name__ == "__main__":
    main()
