using System.Buffers.Binary;

namespace StreamPerceiver.Ingest;

/// <summary>A function by which producers choose the partition of a key. The functions of the common clients are known. Pure.</summary>
public sealed class Partitioner
{
    /// <summary>That of Java's clients, the default of Kafka.</summary>
    public static readonly Partitioner Murmur2 = new("murmur2 (the default of Java's clients)", key => Murmur2Hash(key) & int.MaxValue);

    /// <summary>All that are known.</summary>
    internal static readonly IReadOnlyList<Partitioner> Known =
    [
        Murmur2,
        new("CRC-32 (the default of librdkafka's clients)", Crc32Hash),
        new("FNV-1a (the default of Sarama)", key => (uint)Math.Abs((long)(int)Fnv1aHash(key))),
    ];

    private readonly Func<byte[], uint> _hash;

    private Partitioner(string name, Func<byte[], uint> hash) => (Name, _hash) = (name, hash);

    /// <summary>The name for messages, with the clients that use it.</summary>
    public string Name { get; }

    /// <summary>Returns the partition of a key.</summary>
    /// <param name="key">The key, as it is in the record.</param>
    /// <param name="partitions">The partition count of the topic.</param>
    public int PartitionOf(byte[] key, int partitions) => (int)(_hash(key) % (uint)partitions);

    // MurmurHash2 with the seed of Kafka's Java client.
    private static uint Murmur2Hash(ReadOnlySpan<byte> key)
    {
        const uint factor = 0x5bd1e995;
        uint hash = 0x9747b28c ^ (uint)key.Length;
        for (; key.Length >= 4; key = key[4..])
        {
            uint word = BinaryPrimitives.ReadUInt32LittleEndian(key) * factor;
            hash = (hash * factor) ^ ((word ^ (word >> 24)) * factor);
        }

        uint rest = 0;
        for (int i = key.Length - 1; i >= 0; i--) rest = (rest << 8) | key[i];
        if (key.Length > 0) hash = (hash ^ rest) * factor;
        hash = (hash ^ (hash >> 13)) * factor;
        return hash ^ (hash >> 15);
    }

    private static uint Crc32Hash(byte[] key)
    {
        uint crc = uint.MaxValue;
        foreach (byte next in key)
        {
            crc ^= next;
            for (int bit = 0; bit < 8; bit++) crc = (crc >> 1) ^ (0xEDB88320 & (0 - (crc & 1)));
        }

        return ~crc;
    }

    private static uint Fnv1aHash(byte[] key)
    {
        uint hash = 0x811C9DC5;
        foreach (byte next in key) hash = (hash ^ next) * 0x01000193;
        return hash;
    }
}
