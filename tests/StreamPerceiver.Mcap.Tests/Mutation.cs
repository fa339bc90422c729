using System.Buffers.Binary;

namespace StreamPerceiver.Mcap.Tests;

/// <summary>Changes files at random.</summary>
internal static class Mutation
{
    private static readonly ulong[] Numbers = [0, 1, 8, 255, 65_535, 1 << 20, int.MaxValue, uint.MaxValue, long.MaxValue, ulong.MaxValue, ulong.MaxValue - 8];

    /// <summary>Returns a file with one to four changes: of bits, bytes, numbers, and of what is there at all.</summary>
    /// <param name="file">The file.</param>
    /// <param name="other">Another file, of which parts may be put in.</param>
    /// <param name="random">Where the changes come from.</param>
    public static byte[] Of(byte[] file, byte[] other, Random random)
    {
        byte[] mutated = [.. file];
        for (int change = random.Next(1, 5); change > 0 && mutated.Length > 16; change--)
        {
            int at = random.Next(mutated.Length - 8);
            int count = random.Next(1, Math.Min(64, mutated.Length - at));
            switch (random.Next(8))
            {
                case 0: mutated[at] ^= (byte)(1 << random.Next(8)); break;
                case 1: mutated[at] = (byte)random.Next(256); break;
                case 2: BinaryPrimitives.WriteUInt64LittleEndian(mutated.AsSpan(at), Numbers[random.Next(Numbers.Length)]); break;
                case 3: BinaryPrimitives.WriteUInt32LittleEndian(mutated.AsSpan(at), (uint)Numbers[random.Next(Numbers.Length)]); break;
                case 4: mutated = mutated[..at]; break;
                case 5: mutated = [.. mutated[..at], .. mutated[(at + count)..]]; break;
                case 6: mutated = [.. mutated[..at], .. mutated[at..(at + count)], .. mutated[at..]]; break;
                default:
                    int from = random.Next(other.Length - count);
                    mutated = [.. mutated[..at], .. other[from..(from + count)], .. mutated[at..]];
                    break;
            }
        }

        return mutated;
    }
}
