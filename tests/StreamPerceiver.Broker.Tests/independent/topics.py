"""Reads topics as a consumer of predictions does: what is committed, from the first record to the last. Publishes records by their event times."""
import math
import sys
import time

import confluent_kafka

PATIENCE = 120  # seconds


def records(brokers, topic):
    """The committed records of a topic: (headers, value) in its order; none where there is no topic yet."""
    consumer = confluent_kafka.Consumer({"bootstrap.servers": brokers, "group.id": "independent-reader", "enable.auto.commit": False,
                                         "enable.partition.eof": True, "isolation.level": "read_committed", "fetch.wait.max.ms": 20, "log_level": 3})
    try:
        known = consumer.list_topics(timeout=30).topics
        partitions = list(known[topic].partitions) if topic in known else []
        consumer.assign([confluent_kafka.TopicPartition(topic, p, 0) for p in partitions])
        found, open_partitions = [], set(partitions)
        while open_partitions:
            message = consumer.poll(30)
            if message is None or (message.error() and message.error().code() != confluent_kafka.KafkaError._PARTITION_EOF):
                return found
            if message.error():
                open_partitions.discard(message.partition())
            else:
                found.append((dict(message.headers()), message.value()))
        return found
    finally:
        consumer.close()


def publish(brokers, records, start, first_share, last_share):
    """Sends a part of records, by event time. A record is (nanoseconds since the start, topic, key, content type, value)."""
    producer = confluent_kafka.Producer({"bootstrap.servers": brokers, "enable.idempotence": True, "linger.ms": 5})
    ordered = sorted(records, key=lambda record: record[:3])
    for at, topic, key, kind, value in ordered[int(first_share * len(ordered)):int(last_share * len(ordered))]:
        milliseconds = (start + at) // 1_000_000
        stamp = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(milliseconds // 1000)) + f".{milliseconds % 1000:03d}Z"
        producer.produce(topic, value, key, headers=[("content-type", kind.encode()), ("ce_time", stamp.encode())])
    producer.flush()


def await_predictions(brokers, pipelines, count):
    """Waits until so many predictions of each pipeline are there."""
    deadline = time.monotonic() + PATIENCE
    for name in pipelines:
        while (found := len(records(brokers, f"{name}.predictions"))) < math.ceil(count):
            if time.monotonic() > deadline:
                sys.exit(f"{name}: {found} predictions, expected {math.ceil(count)}")
