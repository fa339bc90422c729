using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using StreamPerceiver.Flow;

namespace StreamPerceiver.Modalities.Set;

/// <summary>How a set of more elements than the model has slots becomes one that fits.</summary>
public enum SetSample
{
    /// <summary>Such a record is refused.</summary>
    None,

    /// <summary>As many elements as there are slots are drawn, without replacement.</summary>
    Random,

    /// <summary>The elements of each voxel become their mean; if more voxels than slots remain, they are drawn.</summary>
    Voxels,
}

/// <summary>
/// Draws elements of a set. The draw depends on entity, event time and offset alone, so every run on every machine draws the same. The generator is
/// SplitMix64 (Steele, Lea and Flood, 2014). Its seed is the first 8 bytes, big-endian, of the SHA-256 of the text <c>entity/nanoseconds/offset</c>.
/// </summary>
internal static class SetSampling
{
    /// <summary>Draws some of the elements, each subset of that size with equal probability (Knuth's algorithm S). They keep their order.</summary>
    /// <param name="elements"><c>(N, C)</c>: elements and their numbers.</param>
    /// <param name="channels">The numbers of an element, C.</param>
    /// <param name="count">How many to draw, at most N.</param>
    /// <param name="record">The record of the set.</param>
    public static float[] Draw(ReadOnlySpan<float> elements, int channels, int count, RawRecord record)
    {
        ulong state = Seed(record);
        var drawn = new float[count * channels];
        int left = elements.Length / channels, taken = 0;
        for (int i = 0; taken < count; i++, left--)
        {
            // The element is drawn with the probability (count - taken) / left.
            if (Math.BigMul(Next(ref state), (ulong)left, out _) >= (ulong)(count - taken)) continue;
            elements.Slice(i * channels, channels).CopyTo(drawn.AsSpan(taken++ * channels));
        }

        return drawn;
    }

    private static ulong Seed(RawRecord record)
        => BinaryPrimitives.ReadUInt64BigEndian(
            SHA256.HashData(Encoding.UTF8.GetBytes($"{record.Stream.Entity}/{record.Time.Nanoseconds}/{record.Record.Offset}")));

    private static ulong Next(ref ulong state)
    {
        ulong z = state += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
