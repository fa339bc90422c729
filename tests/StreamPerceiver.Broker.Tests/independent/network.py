"""Perceiver IO (arXiv:2107.14795) in NumPy, for small configurations. Written from the paper, for tests alone."""
import json
import math
import os
import struct

import numpy as np

# erf of NumPy arrays, which NumPy itself does not have.
erf = np.vectorize(math.erf)


class Network:
    """A model directory: config.json and model.safetensors."""

    def __init__(self, directory):
        with open(os.path.join(directory, "config.json"), encoding="utf-8") as file:
            self.config = json.load(file)
        with open(os.path.join(directory, "model.safetensors"), "rb") as file:
            data = file.read()
        length, = struct.unpack("<Q", data[:8])
        self.weights = {}
        for name, entry in json.loads(data[8:8 + length]).items():
            if name != "__metadata__":
                first, last = (8 + length + offset for offset in entry["data_offsets"])
                self.weights[name] = np.frombuffer(data[first:last], np.float32).reshape(entry["shape"]).astype(np.float64)

    def forward(self, inputs, points=None):
        """
        Numbers of each output of one window, a row a query. `inputs` has content and mask (M) by name: rows of numbers (M, C), ids of a text (M), the
        samples of a sound, or the frames of a video (T, H, W, 3). `points` has the flat indices to compute, by dense output.
        """
        tokens = {name: self.tokens(name, fields, inputs[name][0]) for name, fields in sorted(self.config["inputs"].items())}
        masks = {name: np.asarray(inputs[name][1]) for name in tokens}
        joined = [self.joined(name, rows) for name, rows in tokens.items()]
        hidden = np.concatenate([np.where(masks[name] > 0, 0.0, -np.inf) for name in tokens])
        latents = self.layer("perceiver.encoder.cross_attention", self.weights["perceiver.embeddings.latents"], np.concatenate(joined), hidden,
                             self.config["num_cross_attention_heads"])
        for _ in range(self.config.get("num_blocks", 1)):
            for i in range(self.config["num_self_attends_per_block"]):
                latents = self.layer(f"perceiver.encoder.self_attends.{i}", latents, None, None, self.config["num_self_attention_heads"])
        answers = {}
        for name, fields in self.config["outputs"].items():
            decoded = self.decode(name, fields, latents, tokens, (points or {}).get(name))
            answers[name] = self.read(name, fields, decoded)
            if "pooled_channels" in fields:
                mean = decoded[masks[fields["input"]] > 0].mean(0, keepdims=True)
                answers[f"{name}.pooled"] = np.maximum(self.linear(f"perceiver.decoders.{name}.pooled", mean), 0)
        return answers

    def joined(self, name, rows):
        """Tokens of one input as wide as those of all; the trained vector of a hidden one."""
        if self.config["inputs"][name].get("hidden"):
            return np.repeat(self.weights[f"perceiver.input_preprocessor.mask.{name}"], len(rows), 0)
        return np.concatenate([rows, np.repeat(self.weights[f"perceiver.input_preprocessor.padding.{name}"], len(rows), 0)], 1)

    def tokens(self, name, fields, content):
        """Content and positions of one input, (M, C)."""
        if fields["type"] == "text":
            key = f"perceiver.input_preprocessor.modalities.{name}"
            return self.weights[f"{key}.embeddings.weight"][content] + self.weights[f"{key}.position_embeddings.weight"][:len(content)]
        if fields["type"] in ("set", "one_hot"):
            return content
        if fields["type"] == "audio":
            content = content.reshape(-1, fields["samples_per_patch"])
        if fields["type"] == "video":
            content = patches(content, fields.get("frames_per_patch", 1), fields.get("patch_size", 1))
        return np.concatenate([content, self.positions(fields)], 1)

    def decode(self, name, fields, latents, tokens, points):
        """The decoder's answer to the queries of an output."""
        own = f"perceiver.decoders.{name}"
        decoder, shared = own, f"{own}.decoding_cross_attention.layernorm.weight" not in self.weights
        if shared:
            decoder, own = "perceiver.decoder.decoder", f"perceiver.decoder.modalities.{name}.decoder"
        trained = f"{own}.output_position_encodings.position_embeddings"
        query = self.weights[trained] if trained in self.weights else tokens[fields["input"]] if "input" in fields else self.point_positions(fields, points)
        if shared:
            query = np.concatenate([query, np.repeat(self.weights[f"perceiver.decoder.padding.{name}"], len(query), 0)], 1)
        decoded = self.layer(f"{decoder}.decoding_cross_attention", query, latents, None, 1, residual=False)
        return self.linear("perceiver.decoder.decoder.final_layer", decoded) if shared else decoded

    def read(self, name, fields, decoded):
        """The head of an output."""
        if fields["type"] == "text":
            vectors = self.weights[f"perceiver.input_preprocessor.modalities.{fields['input']}.embeddings.weight"]
            return decoded @ vectors.T + self.weights[f"perceiver.decoders.{name}.embedding_decoder.bias"]
        if fields["type"] == "entities":
            return self.linear(f"perceiver.decoders.{name}.final_layer", np.maximum(decoded, 0))
        shared = f"perceiver.output_postprocessor.modalities.{name}.classifier"
        numbers = self.linear(shared if f"{shared}.weight" in self.weights else f"perceiver.decoders.{name}.final_layer", decoded)
        return numbers / fields.get("divisor", 1)

    def layer(self, name, x, keys, hidden, heads, residual=True):
        """Attention and an MLP."""
        normed = self.norm(f"{name}.attention.self.layernorm1", x)
        source = normed if keys is None else self.norm(f"{name}.attention.self.layernorm2", keys)
        q, k, v = (split(self.linear(f"{name}.attention.self.{part}", of), heads)
                   for part, of in (("query", normed), ("key", source), ("value", source)))
        scores = q @ k.transpose(0, 2, 1) / math.sqrt(q.shape[2])
        if hidden is not None:
            scores = scores + hidden
        weights = np.exp(scores - scores.max(-1, keepdims=True))
        joined = (weights / weights.sum(-1, keepdims=True) @ v).transpose(1, 0, 2).reshape(len(x), -1)
        h = self.linear(f"{name}.attention.output.dense", joined) + (x if residual else 0)
        wide = self.linear(f"{name}.mlp.dense1", self.norm(f"{name}.layernorm", h))
        return h + self.linear(f"{name}.mlp.dense2", wide * (1 + erf(wide / math.sqrt(2))) / 2)

    def linear(self, name, x):
        """A linear layer."""
        return x @ self.weights[f"{name}.weight"].T + self.weights[f"{name}.bias"]

    def norm(self, name, x):
        """A layer norm."""
        centred = x - x.mean(-1, keepdims=True)
        return centred / np.sqrt((centred ** 2).mean(-1, keepdims=True) + 1e-5) * self.weights[f"{name}.weight"] + self.weights[f"{name}.bias"]

    def positions(self, fields):
        """Fourier positions of an input's tokens: each axis runs from -1 to 1."""
        if fields["type"] == "series":
            grid = [fields["steps"]]
        elif fields["type"] == "video":
            side = fields.get("patch_size", 1)
            grid = [fields["frames"] // fields.get("frames_per_patch", 1), fields["height"] // side, fields["width"] // side]
        elif fields["type"] == "audio":
            grid = [fields["samples"] // fields["samples_per_patch"]]
        else:
            raise ValueError(f"this network has no input of type {fields['type']}")
        resolution = fields.get("max_resolution") or grid
        axes = [axis(spread(-1, 1, n) if n > 1 else np.array([-1.0]), fields.get("num_bands", 64), r) for n, r in zip(grid, resolution)]
        return join(axes, np.indices(grid).reshape(len(grid), -1))

    def point_positions(self, fields, points):
        """Fourier positions of points of a dense output: coordinate -1 + 2 i / n."""
        grid = fields["shape"] if fields["type"] == "video" else [fields["patches"]]
        points = np.arange(math.prod(grid)) if points is None else np.asarray(points)
        resolution = fields["max_resolution"] if fields["type"] == "video" else [fields["max_resolution"]]
        bands = fields.get("num_bands", 32 if fields["type"] == "video" else 192)
        axes = [axis(np.float32(-1) + 2 * np.arange(n, dtype=np.float32) / n, bands, r) for n, r in zip(grid, resolution)]
        return join(axes, np.array(np.unravel_index(points, grid)))


def sharpen(file, loud=""):
    """Replaces untrained weights by larger ones, so that every window has an answer of its own. Those of the name `loud` are larger still."""
    with open(file, "rb") as weights:
        data = bytearray(weights.read())
    length, = struct.unpack("<Q", data[:8])
    random = np.random.default_rng(7)
    for name, entry in sorted(json.loads(data[8:8 + length]).items()):
        if name == "__metadata__" or len(entry["shape"]) < 2:
            continue
        first, last = (8 + length + offset for offset in entry["data_offsets"])
        most = 16 if name == loud else 2
        data[first:last] = (random.uniform(-most, most, entry["shape"]) / math.sqrt(math.prod(entry["shape"][1:]))).astype("<f4").tobytes()
    with open(file, "wb") as weights:
        weights.write(data)


def patches(frames, depth, side):
    """Frames (T, H, W, 3) to tokens (M, depth * side * side * 3), colour fastest."""
    t, h, w, c = frames.shape
    x = frames.reshape(t // depth, depth, h // side, side, w // side, side, c).transpose(0, 2, 4, 1, 3, 5, 6)
    return x.reshape(-1, depth * side * side * c)


def split(x, heads):
    """(n, channels) to (H, n, channels / H)."""
    return x.reshape(len(x), heads, -1).transpose(1, 0, 2)


def spread(first, last, count):
    """Numbers at equal distances, float32, as PyTorch rounds them: from each end to the middle."""
    step, at = np.float64(np.float32(last - first) / np.float32(count - 1)), np.arange(count)
    return np.where(at < count // 2, first + step * at, last - step * (count - 1 - at)).astype(np.float32)


def axis(coordinates, bands, resolution):
    """Coordinate, sines and cosines of one axis. Angles are float32, as in training: those of sound are thousands, so their rounding shows."""
    angles = coordinates[:, None].astype(np.float32) * spread(1, resolution / 2, bands) * np.float32(np.pi)
    angles = angles.astype(np.float64)
    return coordinates[:, None], np.sin(angles), np.cos(angles)


def join(axes, at):
    """Rows at indices of each axis: coordinates of all axes, then sines, then cosines."""
    return np.concatenate([part[index] for parts in zip(*axes) for part, index in zip(parts, at)], 1)
