"""Exports a model directory to ONNX for one case, and finds ONNX Runtime."""
import glob
import os
import sys
import warnings
import zipfile

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
CACHE = os.path.join(ROOT, "artifacts", "peers")
OPSET = 16


def runtime():
    """The folder of an unpacked ONNX Runtime; None where there is no wheel for this Python."""
    tag = f"cp{sys.version_info.major}{sys.version_info.minor}"
    wheels = sorted(glob.glob(os.path.join(os.path.dirname(ROOT), "shared", "peers", f"onnxruntime-*-{tag}-*{os.uname().machine}.whl")))
    if not wheels:
        return None
    target = os.path.join(CACHE, os.path.basename(wheels[-1])[:-len(".whl")])
    if not os.path.isdir(target):
        with zipfile.ZipFile(wheels[-1]) as wheel:
            wheel.extractall(target + ".part")
        os.rename(target + ".part", target)
    return target


def export(directory, case, path):
    """Writes the model as ONNX, for arrays of the shapes in a case."""
    import torch
    import cases
    import perceiver

    arrays = cases.read(case)
    model = perceiver.load(directory)

    class Positional(torch.nn.Module):
        """The model with its arrays by position, as an export needs them."""

        def __init__(self):
            super().__init__()
            self.model = model

        def forward(self, *values):
            return tuple(self.model(dict(zip(arrays, values))).values())

    with torch.no_grad(), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        names = list(model(arrays))
        torch.onnx.export(Positional(), tuple(arrays.values()), path, opset_version=OPSET, input_names=list(arrays), output_names=names)


if __name__ == "__main__":
    export(*sys.argv[1:4])
