#!/usr/bin/python3
"""Optical flow of OpenCV's street scene, as numbers and as pictures by the colour wheel, against a network and a wheel in NumPy.

prepare FOLDER                    writes a pipeline of numbers and one of pictures, sharpens the weights of FOLDER/model, and cuts the scene into segments
publish BROKERS FROM TO FOLDER    sends a part of the segments, by time, from one share to another
await BROKERS SHARE               waits until this share of all predictions is there, 0 to 1
check BROKERS FOLDER              compares all flows, and prints the pairs of frames and the largest differences
"""
import json
import os
import sys

import numpy as np

import topics
from files import ffmpeg, npy, unpng
from network import Network, axis, join, sharpen, spread

SECOND = 1_000_000_000
HEIGHT, WIDTH, FPS, SEGMENTS = 48, 64, 10, 3
FRAME, START = SECOND // FPS, 1_750_000_000 * SECOND
PAIRS = SEGMENTS * FPS - 2  # the last one stays open: no frame has passed its end
ENTITIES = {"gate": ("avi", "video/x-msvideo", ["-c:v", "mjpeg", "-q:v", "3"]),
            "street": ("mp4", "video/mp4", ["-c:v", "libx264", "-movflags", "frag_keyframe+empty_moov+default_base_moof"])}
SCENE = "/usr/share/doc/opencv-doc/examples/data/vtest.avi"
RENDERED = {"numbers": {}, "pictures": {"as": "image/png", "maxFlow": 0.75}}


def prepare(folder):
    """Everything that the worker and the other verbs read. A window has two frames, and the next one begins with the second."""
    frames = {"topic": "streets.video", "modality": "video", "width": WIDTH, "height": HEIGHT, "frames": 2, "patch": 1, "neighbourhood": 3,
              "framesPerToken": 2}
    for name, options in RENDERED.items():
        pipeline = {"name": name, "model": "model", "window": {"sizeMs": 2000 // FPS, "hopMs": 1000 // FPS, "flushAfterMs": 0},
                    "inputs": {"frames": frames}, "outputs": {"flow": {"type": "dense", "topic": f"{name}.flow", **options}},
                    "topics": {"predictions": f"{name}.predictions"}}
        with open(os.path.join(folder, f"{name}.json"), "w", encoding="utf-8") as file:
            json.dump(pipeline, file)
    sharpen(os.path.join(folder, "model", "model.safetensors"), "perceiver.input_preprocessor.conv_after_patches.weight")
    for number, (entity, (container, _, options)) in enumerate(ENTITIES.items()):
        for i in range(SEGMENTS):
            ffmpeg(["-ss", str(20 * number + i), "-i", SCENE, "-t", "1", "-vf", f"scale={WIDTH}:{HEIGHT}", "-threads", "1", *options, "-f", container,
                    "-y", segment(folder, entity, i)])


def segment(folder, entity, index):
    """The file of a segment."""
    return os.path.join(folder, f"{entity}-{index}.{ENTITIES[entity][0]}")


def publish(brokers, first_share, last_share, folder):
    """A part of all segments, by time."""
    records = []
    for entity, (_, kind, _) in ENTITIES.items():
        for i in range(SEGMENTS):
            with open(segment(folder, entity, i), "rb") as file:
                records.append((i * SECOND + FRAME // 2, "streets.video", entity, kind, file.read()))
    topics.publish(brokers, records, START, float(first_share), float(last_share))


class FlowNetwork(Network):
    """The official network of optical flow: a token is a pixel with those around it in two frames, and asks for its own flow."""

    def flow(self, first, second):
        """The flow (H, W, 2) of two frames (H, W, 3), in pixels."""
        normal = [np.pad(frame.astype(np.float32) / 255 * 2 - 1, ((1, 1), (1, 1), (0, 0))) for frame in (first, second)]
        around = [frame[y:y + HEIGHT, x:x + WIDTH].reshape(-1, 3) for frame in normal for y in range(3) for x in range(3)]
        grid = [HEIGHT, WIDTH]
        positions = join([axis(spread(-1, 1, n), 64, n) for n in grid], np.indices(grid).reshape(2, -1))
        tokens = np.concatenate([self.linear("perceiver.input_preprocessor.conv_after_patches", np.concatenate(around, 1)), positions], 1)
        latents = self.layer("perceiver.encoder.cross_attention", self.weights["perceiver.embeddings.latents"], tokens, None,
                             self.config["num_cross_attention_heads"])
        for i in range(self.config["num_self_attends_per_block"]):
            latents = self.layer(f"perceiver.encoder.self_attends.{i}", latents, None, None, self.config["num_self_attention_heads"])
        decoded = self.layer("perceiver.decoder.decoder.decoding_cross_attention", tokens, latents, None, 1, residual=False)
        return self.linear("perceiver.decoder.decoder.final_layer", decoded).reshape(HEIGHT, WIDTH, 2) / 100 * 20


def wheel(flow, most):
    """The colours of a flow (Baker et al., A database and evaluation methodology for optical flow, IJCV 2011)."""
    ends = np.array([[255, 0, 0], [255, 255, 0], [0, 255, 0], [0, 255, 255], [0, 0, 255], [255, 0, 255], [255, 0, 0]])
    hues = []
    for count, one, other in zip((15, 6, 4, 11, 13, 6), ends, ends[1:]):
        part = 255 * np.arange(count) // count
        hues += [np.where(one == other, one, np.where(other > one, p, 255 - p)) for p in part]
    hues, (u, v) = np.array(hues) / 255, np.moveaxis(flow, -1, 0)
    length, place = np.hypot(u, v)[..., None] / most, (np.arctan2(-v, -u) / np.pi + 1) * 27
    first = np.floor(place).astype(int)
    share = (place - first)[..., None]
    colour = (1 - share) * hues[first] + share * hues[(first + 1) % 55]
    return np.floor(255 * np.where(length <= 1, 1 - length * (1 - colour), 0.75 * colour) + 1e-9)


def check(brokers, folder):
    """The flow of every pair of frames once, and of the window that has only the first frame."""
    network, found, largest, off, last, changed = FlowNetwork(os.path.join(folder, "model")), {}, 0.0, 0, 0.0, 1.0
    windows = [f"{entity}/{START + i * FRAME}" for entity in ENTITIES for i in range(1, PAIRS + 2)]
    for name, options in RENDERED.items():
        records = topics.records(brokers, f"{name}.flow")
        ids = [headers["ce_id"].decode() for headers, _ in records]
        if sorted(ids) != sorted(f"{name}/{window}/flow" for window in windows):
            sys.exit(f"{name}: {len(ids)} records of {len(set(ids))} ids, expected {len(windows)}")
        kinds = {(headers["content-type"], headers["streamperceiver.shape"], headers.get("streamperceiver.max-flow")) for headers, _ in records}
        most = str(options["maxFlow"]).encode() if options else None
        if kinds != {(options.get("as", "application/x-npy").encode(), f"{HEIGHT},{WIDTH},2".encode(), most)}:
            sys.exit(f"{name}: records are {kinds}")
        found.update(zip(ids, (value for _, value in records)))
    for entity in ENTITIES:
        frames = np.concatenate([
            np.frombuffer(ffmpeg(["-i", segment(folder, entity, i), "-f", "rawvideo", "-pix_fmt", "rgb24", "-"]), np.uint8).reshape(-1, HEIGHT, WIDTH, 3)
            for i in range(SEGMENTS)])
        for i in range(PAIRS):
            flow, name = network.flow(frames[i], frames[i + 1]), f"{entity}/{START + (i + 2) * FRAME}/flow"
            largest = max(largest, float(abs(npy(found[f"numbers/{name}"]) - flow).max()))
            last, changed = flow, min(changed, float(abs(flow - last).max()))
            colours = wheel(flow, RENDERED["pictures"]["maxFlow"])
            off += int((abs(unpng(found[f"pictures/{name}"]) - colours).max(-1) > 1).sum())
    print(f"flow of {len(ENTITIES) * PAIRS} pairs of frames, each {changed:.1e} from the one before: largest difference {largest:.1e}; "
          f"{off} pixels of another colour")
    if largest > 1e-5 or off > PAIRS or changed < 1e-3:
        sys.exit("expected a difference of 1e-5 at most, a pixel of another colour in two pairs at most, and a change of 1e-3 from pair to pair")


if __name__ == "__main__":
    {"prepare": prepare, "publish": publish, "await": lambda brokers, share: topics.await_predictions(
        brokers, RENDERED, float(share) * len(ENTITIES) * (PAIRS + 1)), "check": check}[sys.argv[1]](*sys.argv[2:])
