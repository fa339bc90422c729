namespace StreamPerceiver.Schemas;

/// <summary>What stands in a field of a payload.</summary>
internal enum FieldKind
{
    /// <summary>The payload does not have the field (default).</summary>
    Missing,

    /// <summary>Null.</summary>
    Null,

    /// <summary>A whole number or a bool.</summary>
    Integer,

    /// <summary>Any other number.</summary>
    Number,

    /// <summary>A time, which is also a number.</summary>
    Time,

    /// <summary>A text.</summary>
    Text,

    /// <summary>Something that is neither a number nor a text.</summary>
    Other,
}

/// <summary>The value of a field of a payload.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Number">The number as the payload has it, in double precision.</param>
/// <param name="Integer">The exact whole number. Of a time: nanoseconds since 1970.</param>
/// <param name="Text">The text.</param>
internal readonly record struct FieldValue(FieldKind Kind, double Number = 0, long Integer = 0, string? Text = null)
{
    /// <summary>Most bytes of a text; a longer one is <see cref="FieldKind.Other"/>.</summary>
    public const int MostTextBytes = 256;

    /// <summary>Whether it is a number of any kind.</summary>
    public bool IsNumber => Kind is FieldKind.Integer or FieldKind.Number or FieldKind.Time;

    /// <summary>Makes a whole number.</summary>
    public static FieldValue Of(long number) => new(FieldKind.Integer, number, number);

    /// <summary>Makes a number.</summary>
    public static FieldValue Of(double number) => new(FieldKind.Number, number);

    /// <summary>Makes a text from UTF-8 bytes.</summary>
    public static FieldValue OfText(ReadOnlySpan<byte> utf8)
        => utf8.Length <= MostTextBytes ? new(FieldKind.Text, Text: System.Text.Encoding.UTF8.GetString(utf8)) : new(FieldKind.Other);

    /// <summary>Makes a time of a number of units since 1970. A time that does not fit the nanoseconds of 64 bits is a whole number.</summary>
    /// <param name="number">The number of units.</param>
    /// <param name="nanoseconds">The length of a unit, in nanoseconds.</param>
    public static FieldValue OfTime(long number, long nanoseconds)
        => (Int128)number * nanoseconds is var time && time == (long)time ? new(FieldKind.Time, number, (long)time) : Of(number);
}
