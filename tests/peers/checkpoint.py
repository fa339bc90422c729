"""Reads a model directory: config.json and model.safetensors."""
import json
import os
import struct

import numpy as np
import torch

TYPES = {"F32": np.float32, "F16": np.float16, "I64": np.int64}


def read_config(directory):
    """config.json as a dictionary."""
    with open(os.path.join(directory, "config.json"), encoding="utf-8") as file:
        return json.load(file)


def read_weights(directory):
    """All tensors by name: a length, a JSON header and raw bytes."""
    path = os.path.join(directory, "model.safetensors")
    data = np.fromfile(path, np.uint8)
    length, = struct.unpack("<Q", data[:8].tobytes())
    header = json.loads(data[8:8 + length].tobytes())
    tensors = {}
    for name, entry in header.items():
        if name != "__metadata__":
            first, last = (8 + length + offset for offset in entry["data_offsets"])
            values = np.frombuffer(data[first:last].tobytes(), TYPES[entry["dtype"]])
            tensors[name] = torch.from_numpy(values.reshape(entry["shape"]).copy())
    return tensors
