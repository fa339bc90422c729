"""Random inputs for the models, the same in every run, under the names that `model run` takes."""
import numpy as np

MODELS = ("language-perceiver", "vision-perceiver-fourier", "multimodal-perceiver", "optical-flow-perceiver")


def language(random):
    """A text of 2,048 ids of which the last 48 are padding."""
    mask = np.ones((1, 2048), np.int64)
    mask[:, 2000:] = 0
    return {"inputs": random.integers(6, 262, (1, 2048)) * mask, "attention_mask": mask}


def image(random):
    """One image."""
    return {"inputs": random.standard_normal((1, 3, 224, 224), np.float32)}


def flow(random):
    """Two frames as 3 x 3 neighbourhoods."""
    return {"inputs": random.uniform(-1, 1, (1, 2, 27, 368, 496)).astype(np.float32)}


def multimodal(random, pixels=6272, patches=15):
    """A clip, and a part of what it may be asked for: 6,272 pixels, 15 patches of sound and the label."""
    return {
        "inputs.audio": random.uniform(-1, 1, (1, 30720, 1)).astype(np.float32),
        "inputs.image": random.random((1, 16, 3, 224, 224), np.float32),
        "inputs.label": np.zeros((1, 700), np.float32),
        "subsampled_output_points.audio": np.arange(100, 100 + patches),
        "subsampled_output_points.image": np.arange(12544, 12544 + pixels),
    }


def machine(random):
    """Four windows of the demo's pipeline, with a part of their tokens masked."""
    mask = np.ones((4, 1936), np.int64)
    mask[1, 1736:] = 0
    mask[2, :100] = 0
    return {
        "attention_mask": mask,
        "inputs.accelerometer": random.standard_normal((4, 200, 3), np.float32),
        "inputs.camera": random.random((4, 8, 3, 48, 64), np.float32),
        "inputs.microphone": random.uniform(-1, 1, (4, 32000, 1)).astype(np.float32),
    }


CASES = {
    "language-perceiver": language,
    "vision-perceiver-fourier": image,
    "optical-flow-perceiver": flow,
    "multimodal-perceiver": multimodal,
    "multimodal-perceiver:1025": lambda random: multimodal(random, 512, 512),
    "machine-activity": machine,
}

# Cases of the published models.
OFFICIAL = tuple(case for case in CASES if case != "machine-activity")


def model_of(case):
    """The model that a case is for; what is behind a colon says which case of it."""
    return case.partition(":")[0]


def make(case, path):
    """Writes the inputs of a case."""
    np.savez(path, **CASES[case](np.random.default_rng(1)))


def read(path):
    """The arrays of a case as tensors, by name."""
    import torch
    with np.load(path) as arrays:
        return {name: torch.from_numpy(arrays[name]) for name in arrays.files}
