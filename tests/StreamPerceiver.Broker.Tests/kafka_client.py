#!/usr/bin/python3
"""An independent Kafka client for the tests, on Debian's python3-confluent-kafka.

publish BROKERS FILE [SPEED [PARTITIONER]]   sends the records of a file: a JSON object a line with topic, partition, timestampMs, headers, and key and value
                               in base64; with a speed at the pace of their timestamps, times so much, saying the seconds since the first one as they pass;
                               with a partitioner of librdkafka where the partition is -1, such as murmur2_random
consume BROKERS TOPIC ISOLATION   prints a topic from its beginning to its end, read_committed or read_uncommitted, in the same form
origins BROKERS TOPIC connect|spring   prints the records that the dead letters of a topic once were, in the same form, knowing nothing but the headers of
    Kafka Connect or of Spring Kafka
"""
import base64
import json
import struct
import sys
import time

from confluent_kafka import OFFSET_BEGINNING, Consumer, KafkaError, Producer, TopicPartition

TIMESTAMPS = ["NoTimestampType", "CreateTime", "LogAppendTime"]  # Kafka's names by librdkafka's numbers


def decode(text):
    return None if text is None else base64.b64decode(text)


def encode(data):
    return None if data is None else base64.b64encode(data).decode()


def publish(brokers, file, speed=None, partitioner="consistent_random"):
    failures = []
    producer = Producer({"bootstrap.servers": brokers, "enable.idempotence": True, "linger.ms": 5, "message.max.bytes": 10_000_000, "log_level": 3, "message.timeout.ms": 0,
                         "partitioner": partitioner, "max.in.flight": 1})  # with more, Debian's client may give up for good when a leader is lost
    begun, first, told = time.monotonic(), None, 0
    with open(file) as lines:
        for line in lines:
            record = json.loads(line)
            if speed:
                first = record["timestampMs"] if first is None else first
                passed = (record["timestampMs"] - first) / 1000
                while (early := begun + passed / float(speed) - time.monotonic()) > 0:
                    producer.poll(min(early, 0.1))
                if passed >= told + 1:
                    told = int(passed)
                    print(told, flush=True)
            producer.produce(
                record["topic"],
                key=decode(record["key"]),
                value=decode(record["value"]),
                partition=record["partition"],
                timestamp=record["timestampMs"],
                headers=[(name, decode(value)) for name, value in record["headers"]],
                on_delivery=lambda error, _: failures.append(str(error)) if error else None,
            )
            producer.poll(0)
    producer.flush()
    if failures:
        sys.exit(f"{len(failures)} records not stored: {failures[0]}")


def consume(brokers, topic, isolation):
    for message in read(brokers, topic, isolation):
        show(message.topic(), message.partition(), message.offset(), message.timestamp(), message.key(), message.value(), message.headers() or [])


def origins(brokers, topic, scheme):
    for message in read(brokers, topic, "read_committed"):
        named = dict(message.headers())  # the last of a name wins
        show(*{"connect": connect_origin, "spring": spring_origin}[scheme](message, named), message.key(), message.value(), message.headers())


def connect_origin(message, named):
    """All text. Connect has no header for the timestamp: that of the letter is its own."""
    name = "__connect.errors."
    return named[name + "topic"].decode(), int(named[name + "partition"]), int(named[name + "offset"]), message.timestamp()


def spring_origin(_, named):
    """Numbers as Java's ByteBuffer writes them."""
    name = "kafka_dlt-original-"
    (partition,), (offset,), (timestamp,) = (
        struct.unpack(form, named[name + field]) for form, field in [(">i", "partition"), (">q", "offset"), (">q", "timestamp")])
    return named[name + "topic"].decode(), partition, offset, (TIMESTAMPS.index(named[name + "timestamp-type"].decode()), timestamp)


def show(topic, partition, offset, timestamp, key, value, headers):
    print(json.dumps({
        "topic": topic, "partition": partition, "offset": offset, "timestampMs": timestamp[1], "timestampKind": TIMESTAMPS[timestamp[0]],
        "key": encode(key), "value": encode(value), "headers": [(name, encode(data)) for name, data in headers],
    }))


def read(brokers, topic, isolation):
    """Reads a topic from its beginning to its end. A topic just made is not known on every node yet, so such an answer is asked again."""
    last = None
    for _ in range(50):
        try:
            return read_once(brokers, topic, isolation)
        except NotKnownYet as error:
            last = error
            time.sleep(0.1)
    sys.exit(f"{topic}: {last}, after 50 tries")


class NotKnownYet(Exception):
    """A node does not know the topic. With auto.offset.reset=error the client may wrap that answer into an error of its own."""

    CODES = (KafkaError.UNKNOWN_TOPIC_OR_PART, KafkaError._UNKNOWN_PARTITION, KafkaError._UNKNOWN_TOPIC, KafkaError._AUTO_OFFSET_RESET)


def read_once(brokers, topic, isolation):
    consumer = Consumer({
        "bootstrap.servers": brokers, "group.id": "independent-reader", "enable.auto.commit": False, "enable.partition.eof": True,
        "auto.offset.reset": "error", "isolation.level": isolation, "fetch.wait.max.ms": 20, "log_level": 3,
    })
    try:
        partitions = list(consumer.list_topics(topic, timeout=30).topics[topic].partitions)
        consumer.assign([TopicPartition(topic, p, OFFSET_BEGINNING) for p in partitions])
        open_partitions, messages = set(partitions), []
        while open_partitions:
            message = consumer.poll(30)
            if message is None:
                sys.exit(f"{topic}: no answer in 30 s")
            if not message.error():
                messages.append(message)
            elif message.error().code() == KafkaError._PARTITION_EOF:
                open_partitions.discard(message.partition())
            elif message.error().code() in NotKnownYet.CODES:
                raise NotKnownYet(message.error())
            else:
                sys.exit(str(message.error()))
        return messages
    finally:
        consumer.close()


if __name__ == "__main__":
    {"publish": publish, "consume": consume, "origins": origins}[sys.argv[1]](*sys.argv[2:])
