"""Runs the PyTorch code of the project's README on a folder that "windows export" wrote, and checks every window against the shards.

usage: python3 tests/peers/dataset.py FOLDER
"""

import hashlib
import json
import os
import pathlib
import re
import sys

import numpy as np


def main(folder):
    readme = pathlib.Path(__file__).parents[2] / "README.md"
    code = re.search(r"```python\n(import bisect.*?)```", readme.read_text(), re.DOTALL).group(1)
    os.chdir(folder.parent)
    if folder.name != "windows":
        code = code.replace('Windows("windows")', f'Windows("{folder.name}")')
    names = {}
    exec(code, names)
    windows = names["Windows"](folder.name)
    manifest = json.loads((pathlib.Path(folder.name) / "manifest.json").read_text())
    index = 0
    for shard in manifest["shards"]:
        file = pathlib.Path(folder.name) / shard["file"]
        assert hashlib.sha256(file.read_bytes()).hexdigest() == shard["sha256"], file
        with np.load(file) as arrays:
            for row in range(shard["windows"]):
                window = windows[index]
                for column in manifest["columns"]:
                    expected = arrays[column["name"]][row]
                    found = window[column["name"]].numpy()
                    assert found.dtype == np.dtype(column["dtype"]) and list(found.shape) == column["shape"], column
                    assert found.tobytes() == np.asarray(expected).tobytes(), (column["name"], index)
                assert json.loads(window["header"])["id"].endswith(str(int(window["window/end_ns"])))
                index += 1
    assert index == len(windows)
    print(f"dataset: {index} windows of {len(manifest['shards'])} shards, {len(manifest['columns'])} columns, equal to the bit")


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]).resolve())
