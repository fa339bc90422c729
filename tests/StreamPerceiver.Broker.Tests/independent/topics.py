"""Reads topics as a consumer of predictions does: what is committed, from the first record to the last."""
import confluent_kafka


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
