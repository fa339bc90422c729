#!/usr/bin/python3
"""Every kind of output of one model, in the prediction or on topics of their own, against a network in NumPy.

pipelines FOLDER            writes two pipeline files: `arrays`, with numbers as they are, and `rendered`, with pictures, sound and a caption
publish BROKERS FROM TO     sends a part of the frames, texts and sets of things, from one share of the windows to another
await BROKERS SHARE         waits until this share of all predictions is there, 0 to 1
check BROKERS FOLDER        compares all outputs, and prints the windows and the largest difference
"""
import json
import os
import struct
import sys
import time

import confluent_kafka
import numpy as np

import topics
from files import npy, png, unpng
from network import Network

SECOND = 1_000_000_000
START = 1_750_000_000 * SECOND
ENTITIES, WINDOWS, SLOTS, LENGTH = 4, 30, 5, 16
MASK, CLS, SEP, BYTES = 3, 4, 5, 6

INPUTS = {
    "clip": {"topic": "answers.clip", "modality": "video", "width": 12, "height": 8, "frames": 4, "patch": 4},
    "things": {"topic": "answers.things", "modality": "set", "channels": ["a", "b", "c"], "slots": SLOTS, "id": "name"},
    "words": {"topic": "answers.words", "modality": "text", "length": LENGTH, "mask": "[MASK]"}}
OUTPUTS = {
    "arrays": {
        "state": {"threshold": 0.2}, "forecast": {"type": "values", "stepMs": 500}, "filled": {"type": "text"}, "each": {"type": "entities"},
        "each.pooled": {"type": "embedding", "normalise": True}, "flow": {"type": "dense", "topic": "arrays.flow"},
        "frames": {"type": "dense", "topic": "arrays.frames", "every": 2, "stride": 2}, "sound": {"type": "dense", "topic": "arrays.sound"}},
    "rendered": {
        "filled": {"type": "text", "read": "caption"}, "flow": {"type": "dense", "topic": "rendered.flow", "as": "image/png"},
        "frames": {"type": "dense", "topic": "rendered.frames", "as": "image/png"},
        "sound": {"type": "dense", "topic": "rendered.sound", "as": "audio/wav;format=f32"}}}


def window(entity, index):
    """The frames (T, H, W, 3), the things by name, and the text of a window."""
    random = np.random.default_rng(1000 * entity + index)
    things = {f"thing-{i}": random.normal(size=3).astype(np.float32) for i in range(2 + index % 3)}
    text = "".join("[MASK]" if m else chr(97 + c) for m, c in zip(random.random(8) < 0.3, random.integers(0, 26, 8)))
    return random.integers(0, 256, (4, 8, 12, 3), np.uint8), things, text


def pipelines(folder):
    """A pipeline file for each way of publishing."""
    for name, outputs in OUTPUTS.items():
        pipeline = {"name": name, "model": "model", "window": {"sizeMs": 1000, "flushAfterMs": 0}, "inputs": INPUTS, "outputs": outputs,
                    "topics": {"predictions": f"{name}.predictions"}}
        with open(os.path.join(folder, f"{name}.json"), "w", encoding="utf-8") as file:
            json.dump(pipeline, file)


def publish(brokers, first_share, last_share):
    """A part of all inputs, by time; at the end one window more than are expected, to close the last."""
    producer = confluent_kafka.Producer({"bootstrap.servers": brokers, "enable.idempotence": True, "linger.ms": 5})
    begin, end = (int(float(share) * WINDOWS) for share in (first_share, last_share))
    for index in range(begin, end + (last_share == "1")):
        for entity in range(ENTITIES):
            frames, things, text = window(entity, index)
            rows = [{"name": name, **dict(zip("abc", map(float, row)))} for name, row in things.items()]
            records = [("clip", 125 + 250 * i, "image/png", png(frame)) for i, frame in enumerate(frames)]
            records += [("words", 100, "text/plain", text.encode()), ("things", 200, "application/json", json.dumps(rows).encode())]
            for name, at, kind, value in records:
                stamp = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(START // SECOND + index)) + f".{at:03d}Z"
                producer.produce(f"answers.{name}", value, f"door-{entity}", headers=[("content-type", kind.encode()), ("ce_time", stamp.encode())])
                producer.poll(0)
    producer.flush()


class Checker:
    """Compares numbers, and remembers the largest difference."""

    def __init__(self, brokers, folder):
        self.brokers, self.network, self.largest = brokers, Network(os.path.join(folder, "model")), 0.0

    def close(self, found, expected, what):
        """Numbers that must be near."""
        found, expected = np.asarray(found, np.float64), np.asarray(expected, np.float64)
        if found.shape != expected.shape:
            sys.exit(f"{what}: shape {found.shape}, expected {expected.shape}")
        self.largest = max(self.largest, float(abs(found - expected).max()) if found.size else 0)

    def run(self):
        """Every window once, and of each the records of its outputs once."""
        for name, outputs in OUTPUTS.items():
            predictions = {h["ce_id"].decode(): json.loads(v) for h, v in self.once(f"{name}.predictions", lambda base: [base], name)}
            for output, options in outputs.items():
                if "topic" in options:
                    parts = [f"/{output}"] if options.get("as", "").split("/")[0] != "image" else [f"/{output}/{i}" for i in range(4)]
                    found = self.once(options["topic"], lambda base, parts=parts: [base + part for part in parts], name)
                    predictions.update({h["ce_id"].decode(): (h, v) for h, v in found})
            for entity in range(ENTITIES):
                for index in range(WINDOWS):
                    base = f"{name}/door-{entity}/{START + (index + 1) * SECOND}"
                    getattr(self, name)(base, predictions, window(entity, index))
        print(f"{len(OUTPUTS) * ENTITIES * WINDOWS} windows of {len(OUTPUTS)} pipelines, largest difference {self.largest:.1e}")
        if self.largest > 1e-4:
            sys.exit("the largest difference is above 1e-4")

    def once(self, topic, ids, name):
        """The records of a topic, whose ids must be these, each once."""
        found = topics.records(self.brokers, topic)
        expected = [i for entity in range(ENTITIES) for index in range(WINDOWS)
                    for i in ids(f"{name}/door-{entity}/{START + (index + 1) * SECOND}")]
        if sorted(h["ce_id"].decode() for h, _ in found) != sorted(expected):
            sys.exit(f"{topic}: {len(found)} records of {len({h['ce_id'] for h, _ in found})} ids, expected {len(expected)}")
        return found

    def forward(self, data, points=None):
        """The network's numbers for a window, and the ids of its text."""
        frames, things, text = data
        ids = np.array([CLS, *(MASK if c == "\0" else ord(c) + BYTES for c in text.replace("[MASK]", "\0")), SEP])
        rows = np.zeros((SLOTS, 3))
        rows[:len(things)] = list(things.values())
        padded = np.zeros(LENGTH, np.int64)
        padded[:len(ids)] = ids
        return self.network.forward({
            "clip": (frames.astype(np.float32) / 255, np.ones(24)), "things": (rows, np.arange(SLOTS) < len(things)),
            "words": (padded, np.arange(LENGTH) < len(ids))}, points), ids

    def arrays(self, base, records, data):
        """Numbers as they are."""
        points = [np.ravel_multi_index((t, y, x), (4, 8, 12)) for t in (0, 2) for y in range(0, 8, 2) for x in range(0, 12, 2)]
        numbers, ids = self.forward(data, {"frames": points})
        outputs, (_, things, _) = records[base]["outputs"], data
        shares = softmax(numbers["state"][0])
        labels = self.network.config["outputs"]["state"]["labels"]
        self.close([best["probability"] for best in outputs["state"]["labels"]], sorted((s for s in shares if s >= 0.2), reverse=True), "state")
        for best in outputs["state"]["labels"]:
            self.close(best["probability"], shares[labels.index(best["label"])], "state")
        forecast = self.network.config["outputs"]["forecast"]
        self.close([step["values"] for step in outputs["forecast"]["series"]],
                   numbers["forecast"] * forecast["deviation"] + forecast["mean"], "forecast")
        end = int(base.rsplit("/", 1)[1])
        if [step["time"] for step in outputs["forecast"]["series"]] != [rfc3339(end + i * SECOND // 2) for i in (1, 2, 3)]:
            sys.exit(f"{base}: forecast is at {[step['time'] for step in outputs['forecast']['series']]}")
        masked = [i - 1 for i, token in enumerate(ids) if token == MASK]
        if [place["at"] for place in outputs["filled"].get("filled", [])] != masked:
            sys.exit(f"{base}: filled is {outputs['filled']}, expected places {masked}")
        for place in outputs["filled"].get("filled", []):
            likely = softmax(numbers["filled"][place["at"] + 1])
            self.close(place["probability"], likely[BYTES:].max(), "filled")
            self.close(likely[place["byte"] + BYTES], likely[BYTES:].max(), "filled")
        self.close([e["embedding"] for e in outputs["each"]["entities"]], numbers["each"][:len(things)], "each")
        if [e["id"] for e in outputs["each"]["entities"]] != list(things):
            sys.exit(f"{base}: entities are {outputs['each']['entities']}")
        pooled = numbers["each.pooled"][0]
        self.close(outputs["each.pooled"]["embedding"], pooled / max(np.linalg.norm(pooled), 1e-30), "each.pooled")
        self.close(npy(records[f"{base}/flow"][1]), numbers["flow"].reshape(4, 2, 3, 2), "flow")
        self.close(npy(records[f"{base}/frames"][1]), numbers["frames"].reshape(2, 4, 6, 3), "frames")
        self.close(npy(records[f"{base}/sound"][1]).reshape(-1), numbers["sound"].reshape(-1), "sound")

    def rendered(self, base, records, data):
        """Pictures, sound and a caption."""
        numbers, _ = self.forward(data)
        caption, shares = records[base]["outputs"]["filled"], softmax(numbers["filled"])
        best = shares.argmax(1)
        end = int(np.argmax(best == SEP)) if SEP in best else LENGTH
        if caption["ended"] != (SEP in best) or caption["text"] != bytes(int(b) - BYTES for b in best[:end] if b >= BYTES).decode(errors="replace"):
            sys.exit(f"{base}: caption is {caption}")
        self.close(caption["probability"], np.exp(np.log(shares.max(1)[:end + (SEP in best)]).mean()), "caption")
        colours = np.clip(np.rint(numbers["frames"].reshape(4, 8, 12, 3) * 255), 0, 255)
        for i in range(4):
            if abs(unpng(records[f"{base}/frames/{i}"][1]).astype(float) - colours[i]).max() > 1:  # a number half way between two levels
                sys.exit(f"{base}: frame {i} differs by more than a level")
            if unpng(records[f"{base}/flow/{i}"][1]).shape != (2, 3, 3):
                sys.exit(f"{base}: the flow's picture is {unpng(records[f'{base}/flow/{i}'][1]).shape}")
        wav = records[f"{base}/sound"][1]
        if struct.unpack("<HHI", wav[20:28]) != (3, 1, 160):
            sys.exit(f"{base}: the sound is {struct.unpack('<HHI', wav[20:28])}, expected floats of one channel at 160 Hz")
        self.close(np.frombuffer(wav[-640:], "<f4"), numbers["sound"].reshape(-1), "sound")


def softmax(logits):
    """Shares that add up to 1, a row each."""
    powers = np.exp(logits - logits.max(-1, keepdims=True))
    return powers / powers.sum(-1, keepdims=True)


def rfc3339(at):
    """A time of whole milliseconds as text, without a fraction where it is zero."""
    fraction = at % SECOND // 1_000_000
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(at // SECOND)) + (f".{fraction:03d}Z" if fraction else "Z")


if __name__ == "__main__":
    {"pipelines": pipelines, "publish": publish, "await": lambda brokers, share: topics.await_predictions(brokers, OUTPUTS, float(share) * ENTITIES * WINDOWS),
     "check": lambda brokers, folder: Checker(brokers, folder).run()}[sys.argv[1]](*sys.argv[2:])
