#!/usr/bin/python3
"""The same readings in every format of a sensor, and the predictions that they must give, on Debian's Python libraries.

pipelines FOLDER               writes a pipeline file for each format, all with the model in FOLDER/model, and prints their names
publish BROKERS FROM TO REGISTRY   registers the schemas and sends a part of the readings of each format, from one share of the time to another
await BROKERS SHARE            waits until this share of all predictions is there, 0 to 1
check BROKERS FOLDER           compares all predictions with a network in NumPy, and prints the windows and the largest difference
"""
import json
import math
import os
import sys
import time
import urllib.request

import confluent_kafka
import numpy as np

import topics
import wire
from network import Network

SIZE, STEPS, TOLERANCE = 2_000_000_000, 10, 400_000_000
START = 1_750_000_000_000_000_000 // SIZE * SIZE
ENTITIES, SECONDS, BATCH, PATIENCE = 8, 40, 5, 120


def readings(entity):
    """Times in nanoseconds and values (n, 2) of an entity: ten a second, irregular, in whole microseconds."""
    random = np.random.default_rng(entity)
    times = START + entity * 37_000_000 + np.arange(10 * SECONDS) * 100_000_000 + random.integers(0, 40_000, 10 * SECONDS) * 1000
    phase = (times - START) / 1e9
    return times, np.stack([np.sin(phase + entity), 3 * np.cos(2 * phase)], 1).round(6)


def even(entity):
    """The same for formats that state a start and a rate: ten a second, regular."""
    times = START + entity * 37_000_000 + np.arange(10 * SECONDS) * 100_000_000
    phase = (times - START) / 1e9
    return times, np.stack([np.cos(phase - entity), np.sin(3 * phase)], 1).round(6)


def row(at, values):
    """A reading as an object."""
    return {"time": int(at) // 1000, "unit": "g", "x": float(values[0]), "y": float(values[1])}


def single(media_type, encode, **section):
    """A format of one reading a record."""
    return {"section": section, "source": readings, "batch": 1, "type": media_type, "encode": lambda times, values: encode(row(times[0], values[0]))}


def batch(media_type, encode, source=readings, **section):
    """A format of several readings a record."""
    return {"section": section, "source": source, "batch": BATCH, "type": media_type, "encode": encode}


def rows(encode):
    """Encodes a list of objects."""
    return lambda times, values: encode([row(at, v) for at, v in zip(times, values)])


def columns(encode):
    """Encodes an object of arrays."""
    return lambda times, values: encode({"time": [int(t) // 1000 for t in times], "x": values[:, 0].tolist(), "y": values[:, 1].tolist()})


def as_json(value):
    """JSON in UTF-8."""
    return json.dumps(value).encode()


FIELD = {"eventTime": {"field": "time", "format": "us"}}
IDS = {}  # of the registry's schemas

FORMATS = {
    "json": single("application/json", as_json, **FIELD),
    "json-rows": batch("application/json", rows(as_json), **FIELD),
    "json-lines": batch("application/x-ndjson", rows(lambda r: b"\n".join(as_json(x) for x in r)), **FIELD),
    "json-columns": batch("application/json", columns(as_json), **FIELD),
    "csv": batch("text/csv", rows(lambda r: "\n".join(["time,x,y", *(f"{x['time']},{x['x']},{x['y']}" for x in r)]).encode()), **FIELD),
    "npy": batch("application/x-npy;rate=10", lambda times, values: wire.npy(values.astype(np.float32)), even),
    "cbor": single("application/cbor", wire.cbor, **FIELD),
    "cbor-rows": batch("application/cbor", rows(wire.cbor), **FIELD),
    "msgpack": single("application/msgpack", wire.message_pack, **FIELD),
    "msgpack-columns": batch("application/msgpack", columns(wire.message_pack), **FIELD),
    "avro": single("avro/binary", lambda r: wire.avro_bytes(wire.AVRO_SCHEMA, r), avro={"schema": "reading.avsc"}),
    "protobuf": single("application/protobuf", wire.protobuf_bytes, protobuf={"descriptors": "reading.pb", "message": "machines.Reading"}),
    "registry-avro": single(None, lambda r: wire.confluent(*registered(r)), registry=True),
    "registry-protobuf": single(None, lambda r: wire.confluent(IDS["protobuf"], wire.protobuf_bytes(r), b"\0"), registry=True),
    "registry-json": single(None, lambda r: wire.confluent(IDS["json"], as_json(r)), registry=True),
}


def registered(reading):
    """The schema changes in the middle: the id and the bytes of a reading."""
    if reading["time"] * 1000 < START + SECONDS * 500_000_000:
        return IDS["avro"], wire.avro_bytes(wire.AVRO_SCHEMA, reading)
    return IDS["avro-later"], wire.avro_bytes(wire.AVRO_SCHEMA_LATER, {**reading, "site": {"hall": "b"}})


def pipelines(folder):
    """A pipeline file for each format."""
    with open(os.path.join(folder, "reading.avsc"), "w", encoding="utf-8") as file:
        file.write(wire.AVRO_SCHEMA)
    with open(os.path.join(folder, "reading.pb"), "wb") as file:
        file.write(wire.protobuf_descriptors())
    for name, form in FORMATS.items():
        pipeline = {
            "name": name, "model": "model", "window": {"sizeMs": SIZE // 1_000_000, "flushAfterMs": 0},
            "inputs": {"signal": {"topic": f"readings.{name}", "modality": "sensor", "channels": ["x", "y"], "rateHz": STEPS * 1_000_000_000 / SIZE,
                                  **form["section"]}},
            "outputs": {"state": {"topK": 3}, "alarms": {"topK": 2}, "forecast": {"type": "values"}},
            "topics": {"predictions": f"{name}.predictions"}}
        with open(os.path.join(folder, f"{name}.json"), "w", encoding="utf-8") as file:
            json.dump(pipeline, file)
    print("\n".join(FORMATS))


def publish(brokers, first_share, last_share, registry):
    """A part of the readings of all formats, by time. Kafka's timestamps are those of sending, so that no retention deletes them."""
    for name, kind, schema in (("avro", "AVRO", wire.AVRO_SCHEMA), ("avro-later", "AVRO", wire.AVRO_SCHEMA_LATER), ("json", "JSON", wire.JSON_SCHEMA),
                               ("protobuf", "PROTOBUF", wire.protobuf_base64())):
        subject, body = name.removesuffix("-later"), json.dumps({"schema": schema, "schemaType": kind})
        request = urllib.request.Request(f"{registry}/subjects/readings.registry-{subject}-value/versions", body.encode(),
                                         {"Content-Type": "application/vnd.schemaregistry.v1+json"})
        with urllib.request.urlopen(request) as answer:
            IDS[name] = json.load(answer)["id"]
    producer = confluent_kafka.Producer({"bootstrap.servers": brokers, "enable.idempotence": True, "linger.ms": 5})
    for name, form in FORMATS.items():
        records = []
        for entity in range(ENTITIES):
            times, values = form["source"](entity)
            for first in range(0, len(times), form["batch"]):
                part = slice(first, first + form["batch"])
                records.append((int(times[first]), f"machine-{entity}", form["encode"](times[part], values[part])))
        begin, end = (START + int(float(share) * SECONDS * 1e9) for share in (first_share, last_share))
        for at, key, value in sorted((r for r in records if begin <= r[0] and (r[0] < end or last_share == "1")), key=lambda r: r[0]):
            headers = [("content-type", form["type"].encode())] if form["type"] else []
            if "eventTime" not in form["section"]:
                headers.append(("ce_time", rfc3339(at).encode()))
            producer.produce(f"readings.{name}", value, key, headers=headers)
            producer.poll(0)
    producer.flush()


def rfc3339(at):
    """A time in nanoseconds as text."""
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(at // 1_000_000_000)) + f".{at % 1_000_000_000:09d}Z"


def expected(form):
    """The grid and its mask of each closed window, by id without the pipeline: a window closes when a reading has passed its end."""
    windows = {}
    for entity in range(ENTITIES):
        times, values = form["source"](entity)
        for end in range(START + SIZE, int(times[-1]) + 1, SIZE):
            windows[f"machine-{entity}/{end}"] = grid(times, values, end - SIZE, end)
    return windows


def grid(times, values, start, end):
    """Lines between readings, at even steps; a step takes no reading from behind the window, and none that is further than the tolerance."""
    times, values = times[times < end], values[times < end]
    rows_, mask = np.zeros((STEPS, 2), np.float32), np.zeros(STEPS)
    for step in range(STEPS):
        at = start + SIZE * step // STEPS
        after = int(np.searchsorted(times, at, "right"))
        has_before = after > 0 and at - times[after - 1] <= TOLERANCE
        has_after = after < len(times) and times[after] - at <= TOLERANCE
        if has_before and has_after:
            share = (at - times[after - 1]) / (times[after] - times[after - 1])
            rows_[step] = values[after - 1] + share * (values[after] - values[after - 1])
        elif has_before or has_after:
            rows_[step] = values[after - 1] if has_before else values[after]
        mask[step] = has_before or has_after
    return rows_, mask


def predictions(brokers, name):
    """The committed predictions of a format: (id, value) in the order of the topic."""
    return [(headers["ce_id"].decode(), json.loads(value)) for headers, value in topics.records(brokers, f"{name}.predictions")]


def await_share(brokers, share):
    """Waits until so many predictions of each format are there."""
    deadline = time.monotonic() + PATIENCE
    for name, form in FORMATS.items():
        wanted = math.ceil(float(share) * len(expected(form)))
        while (count := len(predictions(brokers, name))) < wanted:
            if time.monotonic() > deadline:
                sys.exit(f"{name}: {count} predictions, expected {wanted}")


def check(brokers, folder):
    """Every window once, with the numbers of the network."""
    network, total, largest = Network(os.path.join(folder, "model")), 0, 0.0
    signal, forecast = network.config["inputs"]["signal"], network.config["outputs"]["forecast"]
    for name, form in FORMATS.items():
        windows, found = expected(form), predictions(brokers, name)
        ids = [i for i, _ in found]
        if sorted(ids) != sorted(f"{name}/{window}" for window in windows):
            sys.exit(f"{name}: {len(ids)} predictions, {len(set(ids))} windows, expected {len(windows)}")
        for identity, value in found:
            rows_, mask = windows[identity.removeprefix(f"{name}/")]
            scaled = np.where(mask[:, None] > 0, (rows_ - np.float32(signal["mean"])) / np.float32(signal["deviation"]), 0)
            answers = network.forward({"signal": (scaled, mask)})
            wanted = {
                "state": shares(network, "state", softmax(answers["state"][0])),
                "alarms": shares(network, "alarms", 1 / (1 + np.exp(-answers["alarms"][0]))),
                "forecast": (answers["forecast"] * forecast["deviation"] + forecast["mean"]).reshape(-1)}
            for output in ("state", "alarms"):
                for best in value["outputs"][output]["labels"]:
                    largest = max(largest, abs(best["probability"] - wanted[output][best["label"]]))
            largest = max(largest, float(abs(np.array(value["outputs"]["forecast"]["values"]) - wanted["forecast"]).max()))
        total += len(found)
    print(f"{total} windows of {len(FORMATS)} formats, largest difference {largest:.1e}")
    if largest > 1e-4:
        sys.exit("the largest difference is above 1e-4")


def softmax(logits):
    """Shares that add up to 1."""
    powers = np.exp(logits - logits.max())
    return powers / powers.sum()


def shares(network, output, probabilities):
    """Probabilities by label."""
    return dict(zip(network.config["outputs"][output]["labels"], probabilities))


if __name__ == "__main__":
    {"pipelines": pipelines, "publish": publish, "await": await_share, "check": check}[sys.argv[1]](*sys.argv[2:])
