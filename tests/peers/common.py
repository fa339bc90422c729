"""What the measuring programs share: our worker, environments and processes."""
import json
import os
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
CACHE = os.path.join(ROOT, "artifacts", "peers")
MODELS = os.path.join(CACHE, "models")
WORKER = ["dotnet", os.path.join(ROOT, "artifacts", "bin", "StreamPerceiver.Worker", "release", "StreamPerceiver.Worker.dll")]
LIBRARY_SETTINGS = ("OPENBLAS_", "OMP_", "MKL_", "GOTO_")


def say(text):
    """A line of progress, at once."""
    print(text, file=sys.stderr, flush=True)


def environment(threads, core=None, **more):
    """The environment without settings of mathematical libraries, so that all start as they come. `core` names kernels of the OpenBLAS below PyTorch."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith(LIBRARY_SETTINGS)}
    clean.update(OMP_NUM_THREADS=str(threads), PYTHONUNBUFFERED="1", **more)
    if core:
        clean["OPENBLAS_CORETYPE"] = core
    return clean


def run(command, env):
    """What a program printed; its error where it failed."""
    done = subprocess.run(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        said = (done.stderr.strip() or done.stdout.strip() or f"exit code {done.returncode}").splitlines()
        raise RuntimeError(said[-1])
    return done.stdout


def last_json(text):
    """The JSON object that a program printed last: alone, or on its last line."""
    try:
        return json.loads(text)
    except json.JSONDecodeError:
        return json.loads(text.strip().splitlines()[-1])


def official(name):
    """The directory of an official model with untrained weights, made where it is missing."""
    directory = os.path.join(MODELS, name)
    run([*WORKER, "model", "init", directory, "--official", name], environment(1))
    return directory


def cpu():
    """The CPU's name, and whether it multiplies bfloat16."""
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        text = file.read()
    name = next((line.partition(":")[2].strip() for line in text.splitlines() if line.startswith("model name")), "unknown")
    return name, "avx512_bf16" in text
