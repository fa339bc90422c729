namespace StreamPerceiver.Recordings.Ros;

/// <summary>The type of a message, as its definition in the file has it.</summary>
/// <param name="Name">Package and name, such as <c>sensor_msgs/Imu</c>.</param>
/// <param name="Fields">The fields in their order; constants are none.</param>
internal sealed record RosMessageType(string Name, IReadOnlyList<RosField> Fields)
{
    /// <summary>The bytes of the least message, or 2^31 where it has more.</summary>
    public long LeastBytes { get; } = Math.Clamp(Fields.Sum(f => f.LeastBytes), 1, RosField.MostLeastBytes); // one without fields has a byte

    /// <summary>Finds a field by its name.</summary>
    public int IndexOf(string name)
    {
        for (int i = 0; i < Fields.Count; i++)
            if (Fields[i].Name == name) return i;
        return -1;
    }
}

/// <summary>A field of a message.</summary>
/// <param name="Name">The name.</param>
/// <param name="Kind">The kind of its value, or of each value of its array.</param>
/// <param name="Type">The type of a message; null for other kinds.</param>
/// <param name="Array">The array; null: it is a single value.</param>
/// <param name="MostTextBytes">The most bytes of a text, by its bound.</param>
internal sealed record RosField(string Name, RosKind Kind, RosMessageType? Type, RosArray? Array, uint MostTextBytes = uint.MaxValue)
{
    /// <summary>Where the count of the least bytes ends.</summary>
    public const long MostLeastBytes = 1L << 31;

    private const int LengthBytes = 4;

    /// <summary>The bytes of its least value, without those that align it; 2^31 where it has more.</summary>
    public long LeastBytes => Array switch
    {
        null => LeastItemBytes,
        { IsFixed: true } fixedSize => Math.Min(fixedSize.Length * LeastItemBytes, MostLeastBytes),
        _ => LengthBytes,
    };

    /// <summary>The bytes of the least value of its array.</summary>
    public long LeastItemBytes => Kind switch
    {
        RosKind.Message => Type!.LeastBytes,
        RosKind.String or RosKind.WString => LengthBytes,
        _ => Kind.Bytes(),
    };
}

/// <summary>How many values an array has.</summary>
/// <param name="Length">The values of an array of a fixed size, and else the most.</param>
/// <param name="IsFixed">Whether the size is fixed; else a message states it.</param>
internal sealed record RosArray(uint Length, bool IsFixed);
