"""What inputs and outputs a config.json stands for: Hugging Face's classes with the numbers that they hard-wire, and our own."""
from dataclasses import dataclass
from typing import Sequence


@dataclass
class Input:
    """One input. `content` is the width of its tokens before positions; `patch` is frames and side, or samples."""
    kind: str
    grid: Sequence[int]
    content: int
    patch: Sequence[int] = (1, 1)
    bands: int = 0
    resolution: Sequence[int] = ()
    has_time: bool = True

    @property
    def width(self):
        """Channels of a token: content and Fourier positions."""
        return self.content + len(self.resolution) * (1 + 2 * self.bands)


@dataclass
class Output:
    """One output of a shared decoder: a trained query, or points of a grid. `answer` is what its head gives a query."""
    kind: str
    answer: int
    query: int = 0
    grid: Sequence[int] = ()
    bands: int = 0
    resolution: Sequence[int] = ()

    @property
    def width(self):
        """Channels of a query."""
        return self.query or len(self.grid) * (1 + 2 * self.bands)


def labels(config):
    """Number of labels of one of Hugging Face's configurations."""
    return len(config["id2label"]) if "id2label" in config else config.get("num_labels", 2)


def image(kind="image", patch=(1, 1), channels=3, size=(), bands=64, resolution=None, content=None, has_time=True):
    """An image or video of `size`: (frames,) height, width in pixels."""
    frames, side = patch
    grid = [n // (side if i >= len(size) - 2 else frames) for i, n in enumerate(size)]
    grid = grid if has_time else grid[-2:]
    return Input(kind, grid, content or frames * side * side * channels, patch, bands, resolution or grid, has_time)


def text(config):
    """A text whose positions are a trained table, added."""
    return Input("text", [config.get("max_position_embeddings", 2048)], config.get("d_model", 768))


def flow(config):
    """Two frames of 3 x 3 neighbourhoods, 27 channels each, which a linear layer makes 64."""
    size = config.get("train_size", [368, 496])
    return image("video", patch=(2, 1), channels=27, size=[2, *size], resolution=size, content=64, has_time=False)


def multimodal(config):
    """Audio, video and a label, in and out."""
    frames, size = config.get("num_frames", 16), config.get("image_size", 56)
    samples, patch = frames * config.get("audio_samples_per_frame", 1920), config.get("samples_per_patch", 16)
    shape = config.get("output_shape", [1, 16, 224, 224])[1:]
    cube = [frames, size, size]
    inputs = {
        "audio": Input("audio", [samples // patch], patch, [patch], 192, [samples]),
        "image": image("video", (1, 4), size=[frames, size * 4, size * 4], bands=32, resolution=cube),
        "label": Input("one_hot", [1], labels(config)),
    }
    outputs = {
        "audio": Output("audio", patch, grid=[samples // patch], bands=192, resolution=[samples]),
        "image": Output("points", 3, grid=shape, bands=32, resolution=cube),
        "label": Output("label", labels(config), query=config.get("_label_trainable_num_channels", 1024)),
    }
    return inputs, outputs


def own_input(fields):
    """One input of our own config.json; kinds that the demo does not use are left out."""
    kind = fields["type"]
    if fields.get("trained_positions") or fields.get("add_positions") or fields.get("linear_channels") or fields.get("stem_channels"):
        raise ValueError("this peer knows Fourier positions beside raw content only")
    resolution = fields.get("max_resolution")
    if kind in ("image", "video"):
        side = fields.get("patch_size", 1)
        size = [fields[k] for k in ("frames", "height", "width") if k in fields]
        return image(kind, (fields.get("frames_per_patch", 1), side), size=size, bands=fields.get("num_bands", 64), resolution=resolution)
    if kind == "audio":
        patch = fields.get("samples_per_patch", 16)
        return Input(kind, [fields["samples"] // patch], patch, [patch], fields.get("num_bands", 192), [resolution or fields["samples"]])
    if kind == "series":
        return Input(kind, [fields["steps"]], fields["channels"], bands=fields.get("num_bands", 64), resolution=[resolution or fields["steps"]])
    raise ValueError(f"this peer has no input of type {kind}")


def own_output(fields, latent):
    """One output of our own config.json: a classification through the shared decoder."""
    if fields["type"] != "classification" or fields.get("decoder"):
        raise ValueError("this peer knows classifications through the shared decoder only")
    return Output("label", len(fields["labels"]), query=fields.get("query_channels", latent))


def own(config):
    """Named inputs and outputs, as config.json lists them."""
    if config.get("num_cross_attends", 1) != 1 or not config.get("share_weights", True):
        raise ValueError("this peer reads its inputs once, and shares the weights of its blocks")
    return ({name: own_input(fields) for name, fields in sorted(config["inputs"].items())},
            {name: own_output(fields, config["d_latents"]) for name, fields in sorted(config["outputs"].items())})
