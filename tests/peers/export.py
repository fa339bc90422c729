"""Exports a model directory for one case: to ONNX, or to TorchScript for a newer libtorch. Finds ONNX Runtime for this Python."""
import argparse
import glob
import os
import sys
import warnings
import zipfile

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
CACHE = os.path.join(ROOT, "artifacts", "peers")
OPSET = 16
ATTENTION = "scaled_dot_product_attention(Tensor query, Tensor key, Tensor value, Tensor? attn_mask=None, float dropout_p=0.0, bool is_causal=False) -> Tensor"

# What a case is exported to: the ending of the file's name.
ONNX = "onnx"
TORCHSCRIPT = ("float32.pt", "float32-fused.pt", "bfloat16.pt", "bfloat16-fused.pt")


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


def positional(model, inputs, outputs):
    """The model with its arrays by position, as an export needs them: inputs and outputs in the order of these names."""
    import torch

    class Positional(torch.nn.Module):
        """The model in a form that can be traced."""

        def __init__(self):
            super().__init__()
            self.model = model

        def forward(self, *values):
            answers = self.model(dict(zip(inputs, values)))
            return tuple(answers[name] for name in outputs)

    return Positional().eval()


def define_attention():
    """Gives this PyTorch the name of an operation that newer ones have, so that a trace can hold it. It answers with zeros: a trace holds no values."""
    import torch
    library = torch._C._dispatch_library("FRAGMENT", "aten", "")
    library.def_(ATTENTION)
    library.impl("scaled_dot_product_attention", "CPU", lambda q, k, v, *_: q.new_zeros(*q.shape[:3], v.shape[3]))
    return library


def export(kind, directory, case, path):
    """Writes the model for arrays of the shapes in a case. Both forms take and give arrays in the order of their names."""
    import torch
    import cases
    import layers
    import perceiver

    arrays = dict(sorted(cases.read(case).items()))
    model = perceiver.load(directory)
    outputs = sorted(f"logits.{name}" for name in model.outputs) or ["logits"]
    with torch.no_grad(), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        module = positional(model, list(arrays), outputs)
        if kind == ONNX:
            torch.onnx.export(module, tuple(arrays.values()), path, opset_version=OPSET, input_names=list(arrays), output_names=outputs)
            return
        layers.Attention.fused = "fused" in kind
        library = define_attention() if layers.Attention.fused else None  # the definition ends with the object
        with torch.autocast("cpu", torch.bfloat16, enabled=kind.startswith("bfloat16"), cache_enabled=False):
            traced = torch.jit.trace(module, tuple(arrays.values()), check_trace=False)
        torch.jit.freeze(traced).save(path)  # weights become constants, and are rounded to bfloat16 here and not in every run
        del library


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("kind", choices=[ONNX, *TORCHSCRIPT])
    parser.add_argument("model", help="model directory")
    parser.add_argument("case", help=".npz file of inputs")
    parser.add_argument("path", help="the file to write")
    options = parser.parse_args()
    export(options.kind, options.model, options.case, options.path)
