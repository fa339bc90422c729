"""Real media as files with their times, converted to a recording, exported as windows, and read by the PyTorch code of the project's README.

usage: python3 tests/peers/dataset.py FOLDER [SECONDS]      (a new folder for all of it)

Checks the number of windows against the plain Python account of them, each shard against its hash, and each window against its shard, to the bit.
"""

import csv
import datetime
import hashlib
import json
import os
import pathlib
import re
import subprocess
import sys

import numpy as np

import recording

ROOT = pathlib.Path(__file__).resolve().parents[2]
WORKER = ROOT / "artifacts/bin/StreamPerceiver.Worker/release/StreamPerceiver.Worker"
PIPELINE = ROOT / "pipelines/machine-activity.json"
EXTENSIONS = {"image/jpeg": "jpg", "audio/wav": "wav", "application/json": "json"}


def write_media(folder, made, topics):
    """Files, and a table of their times in RFC 3339."""
    folder.mkdir(parents=True)
    with open(folder / "times.csv", "w", newline="") as table:
        writer = csv.writer(table)
        writer.writerow(["path", "time", "entity", "topic"])
        for i, (at, key, name, content_type, payload) in enumerate(made):
            path = f"{i}.{EXTENSIONS[content_type]}"
            (folder / path).write_bytes(payload)
            time = datetime.datetime.fromtimestamp(at / 1000, datetime.timezone.utc).isoformat(timespec="milliseconds")
            writer.writerow([path, time, key, topics[name]])


def check(folder):
    """Runs README's code on a folder of windows; the number of windows."""
    code = re.search(r"```python\n(import bisect.*?)```", (ROOT / "README.md").read_text(), re.DOTALL).group(1)
    os.chdir(folder.parent)
    names = {}
    exec(code.replace('Windows("windows")', f'Windows("{folder.name}")'), names)
    windows = names["Windows"](folder.name)
    manifest = json.loads((folder / "manifest.json").read_text())
    index = 0
    for shard in manifest["shards"]:
        file = folder / shard["file"]
        assert hashlib.sha256(file.read_bytes()).hexdigest() == shard["sha256"], file
        with np.load(file) as found:
            arrays = {name: found[name] for name in found.files}
        for row in range(shard["windows"]):
            window = windows[index]
            for column in manifest["columns"]:
                value = window[column["name"]].numpy()
                assert value.dtype == np.dtype(column["dtype"]) and list(value.shape) == column["shape"], column
                assert value.tobytes() == arrays[column["name"]][row].tobytes(), (column["name"], index)
            assert json.loads(window["header"])["id"].endswith(str(int(window["window/end_ns"])))
            index += 1
    assert index == len(windows)
    return index


def main(folder, seconds):
    pipeline = json.loads(re.sub(r"^\s*//.*$", "", PIPELINE.read_text(), flags=re.MULTILINE))
    made = recording.records(2, seconds)
    write_media(folder / "media", made, {name: spec["topic"] for name, spec in pipeline["inputs"].items()})
    run = lambda *words: subprocess.run([WORKER, *words], check=True, cwd=ROOT)
    run("recording", "convert", folder / "media", folder / "recording")
    run("windows", "export", folder / "recording", "--pipeline", PIPELINE, "-o", folder / "windows", "--shard-windows", "16")
    count = check(folder / "windows")
    expected = recording.windows(made, pipeline)
    assert count == expected, (count, expected)
    print(f"dataset: {len(made)} files, {count} windows as expected, equal to the bit")


if __name__ == "__main__":
    reason = recording.missing()
    if reason:
        sys.exit(f"dataset: {reason}")
    main(pathlib.Path(sys.argv[1]).resolve(), int(sys.argv[2]) if len(sys.argv) > 2 else 30)
