"""Makes what the bench in one process reads: weights, inputs and exports of each case, where they are missing."""
import argparse
import os
import sys

import cases
import export
from common import CACHE, HERE, environment, official, run, say


def prepare(name, kinds):
    """Weights, inputs and exports of one case."""
    path = os.path.join(CACHE, name.replace(":", "-"))
    case = {"name": name, "path": path, "model": official(cases.model_of(name)), "inputs": path + ".npz"}
    os.makedirs(CACHE, exist_ok=True)
    if not os.path.exists(case["inputs"]):
        cases.make(name, case["inputs"])
    for kind in kinds:
        case[kind] = f"{path}.{kind}"
        if not os.path.exists(case[kind]):
            say(f"{name}: exporting {kind}")
            run([sys.executable, os.path.join(HERE, "export.py"), kind, case["model"], case["inputs"], case[kind] + ".part"], environment(2))
            os.rename(case[kind] + ".part", case[kind])
    return case


def main():
    """Prepares the cases that are named."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("cases", nargs="*", default=list(cases.OFFICIAL), help=f"of {', '.join(cases.OFFICIAL)}")
    for name in parser.parse_args().cases:
        prepare(name, [export.ONNX, *export.TORCHSCRIPT])


if __name__ == "__main__":
    main()
