"""The formats that sensors come in, written by Debian's Python libraries: avro, protobuf, msgpack, cbor2 and NumPy."""
import base64
import functools
import io
import json
import struct

import avro.io
import avro.schema
import cbor2
import msgpack
import numpy as np
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

AVRO_SCHEMA = json.dumps({"type": "record", "name": "Reading", "namespace": "machines", "fields": [
    {"name": "time", "type": {"type": "long", "logicalType": "timestamp-micros"}},
    {"name": "unit", "type": "string"},
    {"name": "x", "type": "double"},
    {"name": "y", "type": ["null", "double"]}]})

# The same with another order, a new field, and a float in the place of a double.
AVRO_SCHEMA_LATER = json.dumps({"type": "record", "name": "Reading", "namespace": "machines", "fields": [
    {"name": "y", "type": ["null", "double"]},
    {"name": "site", "type": {"type": "map", "values": "string"}, "default": {}},
    {"name": "x", "type": "double"},
    {"name": "unit", "type": "string"},
    {"name": "time", "type": {"type": "long", "logicalType": "timestamp-micros"}}]})

JSON_SCHEMA = json.dumps({"type": "object", "title": "Reading", "properties": {
    "time": {"type": "integer"}, "x": {"type": "number"}, "y": {"type": "number"}}, "required": ["time", "x", "y"]})


@functools.cache
def avro_writer(schema):
    """A writer of a schema. The library wants dates for logical types, so those are left out: the bytes are the same."""
    plain = json.loads(schema)
    for field in plain["fields"]:
        if isinstance(field["type"], dict):
            field["type"].pop("logicalType", None)
    return avro.io.DatumWriter(avro.schema.parse(json.dumps(plain)))


def avro_bytes(schema, value):
    """A value in Avro's binary form."""
    out = io.BytesIO()
    avro_writer(schema).write(value, avro.io.BinaryEncoder(out))
    return out.getvalue()


def protobuf_file():
    """The schema in Protobuf: message Reading { int64 time = 1; string unit = 2; double x = 3; double y = 4; }."""
    file = descriptor_pb2.FileDescriptorProto(name="reading.proto", package="machines", syntax="proto3")
    message = file.message_type.add(name="Reading")
    kinds = descriptor_pb2.FieldDescriptorProto
    for number, (name, kind) in enumerate((("time", kinds.TYPE_INT64), ("unit", kinds.TYPE_STRING), ("x", kinds.TYPE_DOUBLE), ("y", kinds.TYPE_DOUBLE)), 1):
        message.field.add(name=name, number=number, type=kind, label=kinds.LABEL_OPTIONAL)
    return file


POOL = descriptor_pool.DescriptorPool()
POOL.Add(protobuf_file())
READING = message_factory.MessageFactory(POOL).GetPrototype(POOL.FindMessageTypeByName("machines.Reading"))


def protobuf_descriptors():
    """The file that protoc --include_imports -o writes."""
    return descriptor_pb2.FileDescriptorSet(file=[protobuf_file()]).SerializeToString()


def protobuf_base64():
    """The schema as Confluent's clients write it with format=serialized."""
    return base64.b64encode(protobuf_file().SerializeToString()).decode()


def protobuf_bytes(value):
    """A value in Protobuf."""
    return READING(**value).SerializeToString()


def confluent(schema_id, payload, indexes=b""):
    """Confluent's wire format: a zero, the schema's id, for Protobuf the path of the message, and the payload."""
    return b"\0" + struct.pack(">I", schema_id) + indexes + payload


def cbor(value):
    """A value in CBOR."""
    return cbor2.dumps(value)


def message_pack(value):
    """A value in MessagePack."""
    return msgpack.packb(value)


def npy(array):
    """NumPy's own format."""
    file = io.BytesIO()
    np.save(file, array)
    return file.getvalue()
