using System.Buffers.Binary;
using StreamPerceiver.Flow;

namespace StreamPerceiver.Modalities.Audio;

/// <summary>Reads the header of an AU file (Sun and NeXT): six numbers of 32 bits, big-endian, then text, then sound.</summary>
internal static class AuFile
{
    private static readonly Dictionary<uint, string> Encodings = new()
    {
        [1] = "mulaw",
        [2] = "s8",
        [3] = "s16be",
        [4] = "s24be",
        [5] = "s32be",
        [6] = "f32be",
        [7] = "f64be",
        [27] = "alaw",
    };

    /// <summary>Returns whether a payload begins like an AU file.</summary>
    public static bool Is(ReadOnlySpan<byte> payload) => payload.StartsWith(".snd"u8);

    /// <summary>Reads the header. A length of FFFFFFFF, or of 0, is unknown: the sound goes on to the end of the payload.</summary>
    /// <param name="payload">The file.</param>
    /// <param name="onDamage">Is told of a file that is cut off, and may throw.</param>
    /// <exception cref="BadPayloadException">It is no AU file that can be read.</exception>
    public static Sound Read(byte[] payload, Action<string> onDamage)
    {
        if (payload.Length < 24) throw Bad($"{payload.Length} bytes are not a readable AU file, whose header has 24");
        uint offset = Number(1), length = Number(2), encoding = Number(3), rate = Number(4), channels = Number(5);
        if (offset < 24 || offset > payload.Length) throw Bad($"the sound of the AU file begins at byte {offset}, expected 24 to its length {payload.Length}");
        if (!Encodings.TryGetValue(encoding, out string? name) || rate is 0 or > int.MaxValue || channels is 0 or > ushort.MaxValue)
        {
            throw Bad($"the AU file has encoding {encoding}, {rate} Hz and {channels} channels; "
                + $"expected encoding {string.Join(", ", Encodings.Keys)}, and 1 or more of the others");
        }

        ReadOnlyMemory<byte> sound = payload.AsMemory((int)offset);
        if (length is not (0 or uint.MaxValue))
        {
            if (length > sound.Length) onDamage($"it is cut off: the AU file states {length} bytes of sound, of which {sound.Length} are there");
            sound = sound[..(int)Math.Min(length, sound.Length)];
        }

        return new PcmSound(PcmEncoding.ByName[name], (int)rate, (int)channels, [sound]);

        uint Number(int index) => BinaryPrimitives.ReadUInt32BigEndian(payload.AsSpan(4 * index));
    }

    private static BadPayloadException Bad(string message) => new(Flow.RejectionReason.Undecodable, message);
}
