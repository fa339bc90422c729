using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.Unicode;

namespace StreamPerceiver.Flow;

/// <summary>How the keys of a pipeline's topics are encoded. The inputs share it, since an entity's key has the same bytes in all of them.</summary>
public enum KeyFormat
{
    /// <summary>Text in UTF-8.</summary>
    Utf8,

    /// <summary>A signed integer of 4 bytes, big-endian, as Kafka's IntegerSerializer writes it.</summary>
    IntegerOf4Bytes,

    /// <summary>A signed integer of 8 bytes, big-endian, as Kafka's LongSerializer writes it.</summary>
    IntegerOf8Bytes,

    /// <summary>The 16 bytes of a UUID, big-endian. Kafka's UUIDSerializer writes text instead, which is <see cref="Utf8"/>.</summary>
    Uuid,
}

/// <summary>Reads the entity of a key, and writes the key of an entity. The entity of an integer is its decimal, and that of a UUID its text.</summary>
public static class EntityKey
{
    private const int MostShown = 32;

    /// <summary>The formats by their names in pipeline files.</summary>
    public static IReadOnlyDictionary<string, KeyFormat> Formats { get; } = new Dictionary<string, KeyFormat>(StringComparer.Ordinal)
    {
        ["utf8"] = KeyFormat.Utf8,
        ["int32"] = KeyFormat.IntegerOf4Bytes,
        ["int64"] = KeyFormat.IntegerOf8Bytes,
        ["uuid"] = KeyFormat.Uuid,
    };

    /// <summary>Reads the entity of a key. Returns null, with the problem, where the key has another format.</summary>
    /// <param name="key">The key.</param>
    /// <param name="format">The format of the pipeline's keys.</param>
    /// <param name="problem">The key found and what was expected; empty where there is none.</param>
    public static string? Read(ReadOnlySpan<byte> key, KeyFormat format, out string problem)
    {
        string? entity = (format, key.Length) switch
        {
            (KeyFormat.Utf8, _) when Utf8.IsValid(key) && !key.Contains((byte)0) => Encoding.UTF8.GetString(key),
            (KeyFormat.IntegerOf4Bytes, 4) => BinaryPrimitives.ReadInt32BigEndian(key).ToString(CultureInfo.InvariantCulture),
            (KeyFormat.IntegerOf8Bytes, 8) => BinaryPrimitives.ReadInt64BigEndian(key).ToString(CultureInfo.InvariantCulture),
            (KeyFormat.Uuid, 16) => new Guid(key, bigEndian: true).ToString(),
            _ => null,
        };
        problem = entity is null
            ? $"the key is {Convert.ToHexString(key[..Math.Min(key.Length, MostShown)])} ({key.Length} bytes), expected {Expected(format, key.Length)}"
            : "";
        return entity;
    }

    /// <summary>Returns the key of an entity, with the bytes that its records have.</summary>
    /// <param name="entity">The entity, as <see cref="Read"/> gives it.</param>
    /// <param name="format">The format of the pipeline's keys.</param>
    public static byte[] Write(string entity, KeyFormat format)
    {
        var key = new byte[format == KeyFormat.IntegerOf4Bytes ? 4 : 8];
        switch (format)
        {
            case KeyFormat.IntegerOf4Bytes:
                BinaryPrimitives.WriteInt32BigEndian(key, int.Parse(entity, CultureInfo.InvariantCulture));
                return key;
            case KeyFormat.IntegerOf8Bytes:
                BinaryPrimitives.WriteInt64BigEndian(key, long.Parse(entity, CultureInfo.InvariantCulture));
                return key;
            case KeyFormat.Uuid:
                return Guid.Parse(entity).ToByteArray(bigEndian: true);
            default:
                return Encoding.UTF8.GetBytes(entity);
        }
    }

    private static string Expected(KeyFormat format, int length) => format switch
    {
        KeyFormat.IntegerOf4Bytes => "the 4 bytes of an int32, as the pipeline's key says",
        KeyFormat.IntegerOf8Bytes => "the 8 bytes of an int64, as the pipeline's key says",
        KeyFormat.Uuid => "the 16 bytes of a uuid, as the pipeline's key says",
        _ => length switch
        {
            4 => "UTF-8 text without zero bytes; for keys of 4 bytes that are numbers, key in the pipeline file is int32",
            8 => "UTF-8 text without zero bytes; for keys of 8 bytes that are numbers, key in the pipeline file is int64",
            16 => "UTF-8 text without zero bytes; for keys of 16 bytes that are UUIDs, key in the pipeline file is uuid",
            _ => "UTF-8 text without zero bytes",
        },
    };
}
