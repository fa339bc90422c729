using System.Text;
using StreamPerceiver.Ingest;

namespace StreamPerceiver.Tests.Ingest;

/// <summary>The partitions of keys are those that Kafka's clients choose.</summary>
public sealed class PartitionerTests
{
    [Theory] // from librdkafka 2.16: its functions murmur2, consistent and fnv1a
    [InlineData("a", 7, 5, 4, 6)]
    [InlineData("a", 1000003, 100772, 344195, 963672)]
    [InlineData("ab", 7, 0, 5, 2)]
    [InlineData("ab", 1000003, 154486, 395908, 268064)]
    [InlineData("abc", 7, 4, 5, 5)]
    [InlineData("abc", 1000003, 468670, 565905, 919011)]
    [InlineData("abcd", 7, 5, 4, 1)]
    [InlineData("abcd", 1000003, 831631, 760417, 419258)]
    [InlineData("press-7", 7, 3, 2, 4)]
    [InlineData("press-7", 1000003, 438245, 290053, 593646)]
    [InlineData("machine-0", 7, 1, 4, 5)]
    [InlineData("machine-0", 1000003, 231724, 21329, 174257)]
    [InlineData("machine-12345", 7, 0, 5, 6)]
    [InlineData("machine-12345", 1000003, 981872, 914253, 792748)]
    [InlineData("Zürich/Tür 3", 7, 2, 6, 0)]
    [InlineData("Zürich/Tür 3", 1000003, 991573, 30730, 490263)]
    [InlineData("7c9e6679-7425-40de-944b-e07fc1f90ae7", 7, 0, 5, 6)]
    [InlineData("7c9e6679-7425-40de-944b-e07fc1f90ae7", 1000003, 102475, 683256, 383758)]
    public void Partitions_are_those_of_librdkafka(string key, int partitions, int murmur2, int crc32, int fnv1a)
        => Partitioner.Known.Select(p => p.PartitionOf(Encoding.UTF8.GetBytes(key), partitions)).ShouldBe([murmur2, crc32, fnv1a]);

    [Theory] // the hashes in the tests of Kafka's Java client
    [InlineData("21", -973932308)]
    [InlineData("foobar", -790332482)]
    [InlineData("a-little-bit-long-string", -985981536)]
    [InlineData("a-little-bit-longer-string", -1486304829)]
    [InlineData("lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58897971)]
    public void Murmur2_is_that_of_the_Java_client(string key, int hash)
        => Partitioner.Known[0].PartitionOf(Encoding.UTF8.GetBytes(key), int.MaxValue).ShouldBe(hash & int.MaxValue);
}
