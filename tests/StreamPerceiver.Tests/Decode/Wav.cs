namespace StreamPerceiver.Tests.Decode;

/// <summary>A WAV file. It is valid unless a test changes a field.</summary>
internal sealed record Wav
{
    public ushort Encoding { get; init; } = 1;

    /// <summary>Makes the format an extensible one that stands for this encoding.</summary>
    public ushort? SubFormat { get; init; }

    public int Rate { get; init; } = 16_000;

    public int Channels { get; init; } = 1;

    public int Bits { get; init; } = 16;

    /// <summary>What the header claims, where it is not channels times bytes.</summary>
    public int? BlockAlign { get; init; }

    public byte[] Data { get; init; } = [];

    /// <summary>What the data chunk claims, where it is not the length of the data.</summary>
    public uint? DataLength { get; init; }

    /// <summary>Chunks before the data.</summary>
    public byte[] Before { get; init; } = [];

    public byte[] ToBytes()
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        writer.Write("RIFF"u8);
        writer.Write(20 + (SubFormat is null ? 16 : 40) + Before.Length + Data.Length);
        writer.Write("WAVEfmt "u8);
        writer.Write(SubFormat is null ? 16 : 40);
        writer.Write(SubFormat is null ? Encoding : (ushort)0xFFFE);
        writer.Write((ushort)Channels);
        writer.Write(Rate);
        writer.Write(Rate * Channels * Bits / 8);
        writer.Write((ushort)(BlockAlign ?? Channels * ((Bits + 7) / 8)));
        writer.Write((ushort)Bits);
        if (SubFormat is { } stands)
        {
            writer.Write((ushort)22);
            writer.Write((ushort)Bits);
            writer.Write(0); // which loudspeakers
            writer.Write(stands);
            writer.Write((ReadOnlySpan<byte>)[0, 0, 0, 0, 0x10, 0, 0x80, 0, 0, 0xAA, 0, 0x38, 0x9B, 0x71]); // the rest of the sub-format's GUID
        }

        writer.Write(Before);
        writer.Write("data"u8);
        writer.Write(DataLength ?? (uint)Data.Length);
        writer.Write(Data);
        return stream.ToArray();
    }

    /// <summary>A RIFF file of these chunks.</summary>
    public static byte[] File(params byte[][] chunks)
    {
        byte[] body = [.. "WAVE"u8, .. chunks.SelectMany(c => c)];
        return [.. "RIFF"u8, .. BitConverter.GetBytes(body.Length), .. body];
    }

    /// <summary>A chunk. Its header has its true length unless a test gives another.</summary>
    public static byte[] Chunk(string name, byte[] data, uint? claimed = null)
        => [.. name.Select(c => (byte)c), .. BitConverter.GetBytes(claimed ?? (uint)data.Length), .. data];

    public static byte[] Shorts(params IEnumerable<int> samples) => [.. samples.SelectMany(s => BitConverter.GetBytes((short)s))];

    public static byte[] Floats(params IEnumerable<float> samples) => [.. samples.SelectMany(BitConverter.GetBytes)];
}
