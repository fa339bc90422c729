// Completes Debian's librdkafka 2.0 for Confluent.Kafka 2.15, which asks for three symbols of 2.1 whenever it consumes. This library links
// librdkafka, so every other symbol is found through it. A leader epoch of -1 means 'not known'.
#include <cstdint>

#define EXPORT extern "C" __attribute__((visibility("default")))

EXPORT int32_t rd_kafka_topic_partition_get_leader_epoch(const void *partition) { return -1; }

EXPORT void rd_kafka_topic_partition_set_leader_epoch(void *partition, int32_t leader_epoch) { }

EXPORT int32_t rd_kafka_message_leader_epoch(const void *message) { return -1; }
