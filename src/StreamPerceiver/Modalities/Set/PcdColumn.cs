using System.Buffers.Binary;
using StreamPerceiver.Flow;
using StreamPerceiver.Formats;

namespace StreamPerceiver.Modalities.Set;

/// <summary>
/// A channel of the input as a file of points has it: the field of its name. The channels r, g, b and a are also the bytes of a field rgb or rgba, which
/// packs them into 4 bytes, even where its type is a float.
/// </summary>
/// <param name="Field">The field.</param>
/// <param name="Shift">The bits of the field below the channel's byte; null where the channel is the whole field.</param>
internal readonly record struct PcdColumn(PcdField Field, int? Shift)
{
    /// <summary>Finds a channel among the fields.</summary>
    /// <exception cref="BadPayloadException">No field is that channel.</exception>
    public static PcdColumn Find(string channel, IReadOnlyList<PcdField> fields)
    {
        if (channel is "rgb" or "rgba") throw Misfit($"channel {channel} is packed colours, expected the channels r, g and b");
        if (fields.FirstOrDefault(f => f.Name == channel && !f.IsPadding) is { } own)
            return own.Count == 1 ? new PcdColumn(own, null) : throw Misfit($"channel {channel} has {own.Count} numbers in a point, expected one");
        int? shift = channel switch { "r" => 16, "g" => 8, "b" => 0, "a" => 24, _ => null };
        PcdField? packed = fields.FirstOrDefault(f => f is { Count: 1, Bytes: 4 } && (f.Name == "rgba" || (f.Name == "rgb" && channel != "a")));
        if (shift is not null && packed is not null) return new PcdColumn(packed, shift);
        string names = JsonProblem.Shorten(string.Join(", ", fields.Where(f => !f.IsPadding).Select(f => f.Name)));
        throw Misfit($"channel {channel} is missing, expected a field of that name among {names}");
    }

    /// <summary>Reads the channel from the beginning of its field in a binary file.</summary>
    public double Read(ReadOnlySpan<byte> field)
        => Shift is { } shift ? (byte)(BinaryPrimitives.ReadUInt32LittleEndian(field) >> shift) : Field.Type.Read(field);

    /// <summary>Returns the channel's part of a number that was read from text. A NaN stays one.</summary>
    public double Part(double number)
    {
        if (Shift is not { } shift || double.IsNaN(number)) return number;
        uint packed = Field.Type == NumberType.Float32 ? BitConverter.SingleToUInt32Bits((float)number) : (uint)(long)number;
        return (byte)(packed >> shift);
    }

    private static BadPayloadException Misfit(string message) => new(RejectionReason.WrongShape, message);
}
