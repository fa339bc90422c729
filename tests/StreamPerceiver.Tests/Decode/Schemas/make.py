"""Writes payloads.json: readings that Apache's avro 1.11 and Google's protobuf 3.21 for Python have written, with the values of the channels.

Debian: apt-get install python3-avro python3-protobuf protobuf-compiler; python3 make.py
"""
import base64
import decimal
import datetime
import io
import json
import pathlib
import subprocess
import sys
import tempfile

import avro.io
import avro.schema
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

HERE = pathlib.Path(__file__).parent
CASES = []


def avro_case(name, schema, value, channels, numbers):
    text = json.dumps(schema)
    out = io.BytesIO()
    avro.io.DatumWriter(avro.schema.parse(text)).write(value, avro.io.BinaryEncoder(out))
    CASES.append({"name": name, "kind": "avro", "schema": text, "references": [], "payload": out.getvalue().hex(), "channels": channels, "values": numbers})


def record(title, /, **fields):
    return {"type": "record", "name": title, "fields": [{"name": k, "type": v} for k, v in fields.items()]}


AXES = record("Axes", x="float", y="double", z="int")
FULL = record(
    "machines.Reading",
    at={"type": "long", "logicalType": "timestamp-millis"},
    name="string",
    on="boolean",
    state={"type": "enum", "name": "State", "symbols": ["IDLE", "BUSY"]},
    spectrum={"type": "array", "items": "double"},
    tags={"type": "map", "values": ["null", "long"]},
    raw="bytes",
    serial={"type": "fixed", "name": "Serial", "size": 5},
    acc=AXES,
    gyro=["null", "Axes"],
    temperature=["null", "double"],
    count=["string", "long"],
    price={"type": "bytes", "logicalType": "decimal", "precision": 12, "scale": 4},
    small={"type": "fixed", "name": "Small", "size": 6, "logicalType": "decimal", "precision": 9, "scale": 2},
    next=["null", "machines.Reading"],
    far="long",
)


def full(**changes):
    value = {
        "at": datetime.datetime(2023, 11, 14, 22, 13, 20, 123000, tzinfo=datetime.timezone.utc), "name": "press-7", "on": True, "state": "BUSY",
        "spectrum": [1.5, -2.5, 3.5], "tags": {"a": 1, "b": None, "c": -3}, "raw": b"\x00\xff\x80", "serial": b"12345",
        "acc": {"x": 1.5, "y": -2.25e-3, "z": -7}, "gyro": {"x": -0.5, "y": 1e10, "z": 2147483647}, "temperature": 36.6, "count": 5_000_000_000,
        "price": decimal.Decimal("-1234.5678"), "small": decimal.Decimal("12345.67"), "next": None, "far": -(1 << 62),
    }
    value.update(changes)
    return value


ALL = ["acc.x", "acc.y", "acc.z", "gyro.x", "gyro.y", "gyro.z", "temperature", "count", "price", "small", "on", "at", "far"]
NUMBERS = [1.5, -2.25e-3, -7, -0.5, 1e10, 2147483647, 36.6, 5e9, -1234.5678, 12345.67, 1, 1700000000123, -(1 << 62)]
avro_case("all types", FULL, full(), ALL, NUMBERS)
avro_case("a record within itself", FULL, full(next=full(on=False)), ["far", "next.acc.x", "next.on"], [-(1 << 62), 1.5, 0])
avro_case("long lists", FULL, full(spectrum=[float(i) for i in range(300)], tags={f"k{i}": i for i in range(200)}), ["acc.z", "far"], [-7, -(1 << 62)])
avro_case("a null channel", FULL, full(temperature=None), ["acc.x", "temperature"], None)
avro_case("a null record", FULL, full(gyro=None), ["acc.x", "gyro.z"], None)
avro_case("a text channel", FULL, full(count="5"), ["acc.x", "count"], None)
avro_case("first version", record("m.R", x="float", y="float"), {"x": 1.0, "y": 2.0}, ["x", "y"], [1, 2])
avro_case("second version", record("m.R", y="double", w="string", x=["null", "int"]), {"y": 4.5, "w": "new", "x": 3}, ["x", "y"], [3, 4.5])
avro_case("without x", record("m.R", y="double"), {"y": 4.5}, ["x", "y"], None)
avro_case("one number", record("m.One", x="float"), {"x": 0.0}, ["x"], [0])

# A schema that names the types of others. Python's avro has no references: the payload is written by the joined schema.
inner = record("m.Inner", v="float")
middle = record("m.Middle", inner="m.Inner", k="int")
outer = record("m.Outer", a="m.Middle", b="m.Inner")
joined = record("m.Outer", a=record("m.Middle", inner=inner, k="int"), b="m.Inner")
avro_case("references", joined, {"a": {"inner": {"v": 7.0}, "k": 8}, "b": {"v": 9.0}}, ["a.inner.v", "a.k", "b.v"], [7, 8, 9])
CASES[-1].update(schema=json.dumps(outer), references=[["m.Inner", json.dumps(inner)], ["m.Middle", json.dumps(middle)]])

# Protobuf: a file with an import of its own, one of Google's and two of Confluent's.
FILES = {
    "axes.proto": 'syntax = "proto3"; package machines; message Axes { float x = 1; double y = 2; }',
    "confluent/meta.proto": 'syntax = "proto3"; package confluent;',
    "confluent/type/decimal.proto": 'syntax = "proto3"; package confluent.type; message Decimal { bytes value = 1; int32 precision = 2; int32 scale = 3; }',
    "reading.proto": """syntax = "proto3"; package machines;
        import "axes.proto"; import "google/protobuf/timestamp.proto"; import "confluent/meta.proto"; import "confluent/type/decimal.proto";
        message Other { int32 n = 1; message Deep { sint64 s = 1; message Deepest { fixed32 f = 1; } } }
        message Reading { google.protobuf.Timestamp at = 1; Axes acc = 2; uint64 count = 3; bool on = 4; map<string, float> gains = 5; confluent.type.Decimal price = 6;
          optional float maybe = 7; message Nested { float v = 1; } }
    """,
}
with tempfile.TemporaryDirectory() as folder:
    for name, text in FILES.items():
        path = pathlib.Path(folder, name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    subprocess.run(["protoc", "--include_imports", "-I", folder, "-o", f"{folder}/all.desc", f"{folder}/reading.proto"], check=True)
    files = descriptor_pb2.FileDescriptorSet.FromString(pathlib.Path(folder, "all.desc").read_bytes()).file
pool = descriptor_pool.DescriptorPool()
for file in files:
    pool.Add(file)
TEXTS = {file.name: base64.b64encode(file.SerializeToString()).decode() for file in files}


def zigzag(numbers):
    out = b""
    for number in [len(numbers), *numbers]:
        bits = number << 1
        while bits > 127:
            out += bytes([bits & 127 | 128])
            bits >>= 7
        out += bytes([bits])
    return out


def protobuf_case(name, message, indexes, value, channels, numbers):
    made = message_factory.MessageFactory(pool).GetPrototype(pool.FindMessageTypeByName(f"machines.{message}"))()
    for key, content in value.items():
        target = made
        *path, last = key.split(".")
        for step in path:
            target = getattr(target, step)
        setattr(target, last, content)
    prefix = b"\x00" if indexes == [0] else zigzag(indexes)
    CASES.append({
        "name": name, "kind": "protobuf", "schema": TEXTS["reading.proto"], "references": [["axes.proto", TEXTS["axes.proto"]]],
        "payload": (prefix + made.SerializeToString()).hex(), "channels": channels, "values": numbers,
    })


protobuf_case("the first message", "Other", [0], {"n": -5}, ["n"], [-5])
protobuf_case("a message within a message", "Other.Deep.Deepest", [0, 0, 0], {"f": 4_000_000_000}, ["f"], [4e9])
protobuf_case("the second message", "Reading", [1], {"at.seconds": 1_700_000_000, "at.nanos": 500_000_000, "acc.x": 1.5, "acc.y": -1e-3, "count": 1 << 63, "on": True, "maybe": 8.5},
              ["acc.y", "acc.x", "count", "on", "maybe", "at", "at.nanos"], [-1e-3, 1.5, float(1 << 63), 1, 8.5, 1_700_000_000.5, 500_000_000])
protobuf_case("behind a map", "Reading.Nested", [1, 1], {"v": 2.5}, ["v"], [2.5])
protobuf_case("no such message", "Reading.Nested", [1, 5], {"v": 2.5}, ["v"], None)
protobuf_case("no such channel", "Other", [0], {"n": 5}, ["n", "m"], None)

HERE.joinpath("payloads.json").write_text(json.dumps(CASES, indent=1) + "\n")
print(len(CASES), "cases", file=sys.stderr)
