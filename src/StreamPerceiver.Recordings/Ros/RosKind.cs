namespace StreamPerceiver.Recordings.Ros;

/// <summary>The kind of a field's value, or of each value of an array.</summary>
internal enum RosKind
{
    /// <summary>A byte: 0 is false.</summary>
    Bool,

    /// <summary>8 bits with a sign.</summary>
    Int8,

    /// <summary>8 bits; also <c>byte</c> and <c>char</c>.</summary>
    UInt8,

    /// <summary>16 bits with a sign.</summary>
    Int16,

    /// <summary>16 bits.</summary>
    UInt16,

    /// <summary>32 bits with a sign.</summary>
    Int32,

    /// <summary>32 bits.</summary>
    UInt32,

    /// <summary>64 bits with a sign.</summary>
    Int64,

    /// <summary>64 bits.</summary>
    UInt64,

    /// <summary>IEEE 32-bit float.</summary>
    Float32,

    /// <summary>IEEE 64-bit float.</summary>
    Float64,

    /// <summary>A text in UTF-8.</summary>
    String,

    /// <summary>A text in UTF-16.</summary>
    WString,

    /// <summary>A message of a type of its own.</summary>
    Message,
}

/// <summary>What follows from the kind of a value.</summary>
internal static class RosKinds
{
    /// <summary>The kinds by their names in a definition.</summary>
    public static IReadOnlyDictionary<string, RosKind> ByName { get; } = new Dictionary<string, RosKind>(StringComparer.Ordinal)
    {
        ["bool"] = RosKind.Bool,
        ["byte"] = RosKind.UInt8,
        ["char"] = RosKind.UInt8,
        ["int8"] = RosKind.Int8,
        ["uint8"] = RosKind.UInt8,
        ["int16"] = RosKind.Int16,
        ["uint16"] = RosKind.UInt16,
        ["int32"] = RosKind.Int32,
        ["uint32"] = RosKind.UInt32,
        ["int64"] = RosKind.Int64,
        ["uint64"] = RosKind.UInt64,
        ["float32"] = RosKind.Float32,
        ["float64"] = RosKind.Float64,
        ["string"] = RosKind.String,
        ["wstring"] = RosKind.WString,
    };

    /// <summary>Whether values of the kind are numbers, or true and false.</summary>
    public static bool IsNumber(this RosKind kind) => kind < RosKind.String;

    /// <summary>The bytes of a number of the kind.</summary>
    public static int Bytes(this RosKind kind) => kind switch
    {
        RosKind.Bool or RosKind.Int8 or RosKind.UInt8 => 1,
        RosKind.Int16 or RosKind.UInt16 => 2,
        RosKind.Int32 or RosKind.UInt32 or RosKind.Float32 => 4,
        RosKind.Int64 or RosKind.UInt64 or RosKind.Float64 => 8,
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "it has no size of its own"),
    };
}
