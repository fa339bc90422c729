using StreamPerceiver.Formats;

namespace StreamPerceiver.Recordings.Ros.Payloads;

/// <summary>Compressed pictures, byte for byte. Their format is found by their first bytes, since the message's field is free text.</summary>
internal sealed class CompressedPictures(RosMessageType type) : IRosPayloads
{
    private readonly RosPath _data = Require.Bytes(type, "data"), _format = Require.Text(type, "format");

    /// <inheritdoc/>
    public RosPayload Convert(RosMessage message)
    {
        byte[] file = _data.Read<RosNumbers>(message).Bytes.ToArray();
        return new RosPayload(file, TypeOf(file) ?? throw new RosException(
            $"format is '{JsonProblem.Shorten(_format.Read<RosText>(message).Decode())}' and the data begin with "
            + $"{System.Convert.ToHexStringLower(file.AsSpan(0, Math.Min(4, file.Length)))}, expected a JPEG, PNG or WebP"));
    }

    private static string? TypeOf(ReadOnlySpan<byte> file)
        => file.StartsWith((ReadOnlySpan<byte>)[0xff, 0xd8, 0xff]) ? "image/jpeg"
            : file.StartsWith((ReadOnlySpan<byte>)[0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]) ? "image/png"
            : file.StartsWith("RIFF"u8) && file.Length >= 12 && file[8..12].SequenceEqual("WEBP"u8) ? "image/webp"
            : null;
}
