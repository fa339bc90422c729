using System.Globalization;
using System.Text;
using StreamPerceiver.Flow;
using StreamPerceiver.Schemas;

namespace StreamPerceiver.Modalities;

/// <summary>The field of a payload that has the time of a reading.</summary>
/// <param name="Name">Its path, with dots between the names of nested ones.</param>
/// <param name="Format">How the time is written. A time of CBOR or MessagePack's own is taken in any case.</param>
/// <param name="IsRequired">Whether each reading must have the field, or a rate that gives its time.</param>
/// <param name="ClockOffsetNs">Nanoseconds to add to each time.</param>
internal sealed record TimeMember(string Name, TimeFormat Format, bool IsRequired, long ClockOffsetNs)
{
    /// <summary>Returns the field of an input: that of its event time, or else <c>time</c>, which a reading need not have.</summary>
    public static TimeMember Of(InputSpec input) => input.TimeSource.Kind == EventTimeKind.Field
        ? new TimeMember(input.TimeSource.Name, input.TimeSource.Format, IsRequired: true, input.ClockOffsetNs)
        : new TimeMember("time", TimeFormat.Rfc3339, IsRequired: false, input.ClockOffsetNs);

    /// <summary>Returns whether the current value of a payload is to be read as a time. A field that is not required may be something else.</summary>
    public bool Takes(TokenKind kind) => IsRequired || kind is TokenKind.String or TokenKind.Time;

    /// <summary>Reads the current value of a payload as a time.</summary>
    /// <param name="tokens">The payload.</param>
    /// <param name="name">The name of the field, for messages.</param>
    /// <exception cref="BadPayloadException">The value is no such time.</exception>
    public EventTime Read<T>(ref T tokens, string name) where T : ITokens, allows ref struct
    {
        Span<char> text = stackalloc char[TimeText.MostBytes];
        Span<byte> ascii = stackalloc byte[TimeText.MostBytes];
        text = tokens.Kind == TokenKind.String && tokens.TextBytes <= TimeText.MostBytes ? text[..tokens.CopyText(text)] : [];
        EventTime time = default;
        bool isTime = tokens.Kind switch
        {
            TokenKind.String => Ascii.FromUtf16(text, ascii, out int bytes) == System.Buffers.OperationStatus.Done
                && TimeText.TryParse(ascii[..bytes], Format, out time),
            TokenKind.Number => tokens.ReadDecimal() is { } number && TimeText.TryScale(number, Format, out time),
            TokenKind.Time => tokens.ReadDecimal() is { } seconds && TimeText.TryScale(seconds, TimeFormat.S, out time),
            _ => false,
        };
        if (isTime) return Corrected(time);
        string found = tokens.Kind switch
        {
            TokenKind.String when tokens.TextBytes > TimeText.MostBytes => $"a text of {tokens.TextBytes} bytes",
            TokenKind.String => $"'{text}'",
            TokenKind.Number or TokenKind.Time => tokens.ReadDecimal()?.ToString(CultureInfo.InvariantCulture) ?? "a number out of range",
            _ => $"a {tokens.Format} {tokens.Kind}",
        };
        throw new BadPayloadException(RejectionReason.BadEventTime, $"{name} is {found}, expected {TimeText.Expected(Format)}");
    }

    /// <summary>Reads the time of a payload that has a schema. A time of the schema's own is taken in any case.</summary>
    /// <param name="plan">The plan for the path of this field alone.</param>
    /// <param name="payload">The payload.</param>
    /// <exception cref="BadPayloadException">The payload has no such field, or the value in it is no such time.</exception>
    public EventTime Read(FieldPlan plan, ReadOnlySpan<byte> payload)
    {
        FieldValue field = default;
        plan.Read(payload, new Span<FieldValue>(ref field));
        if (field.Kind == FieldKind.Text) return Read(Encoding.UTF8.GetBytes(field.Text!));
        decimal? number = field.Kind == FieldKind.Integer ? field.Integer : field.Kind == FieldKind.Number ? BinaryItem.ExactOf(field.Number) : null;
        EventTime time = new(field.Integer);
        if (field.Kind == FieldKind.Time || (number is { } exact && TimeText.TryScale(exact, Format, out time))) return Corrected(time);
        if (field.Kind is FieldKind.Missing or FieldKind.Null) throw Missing();
        string found = field.IsNumber ? number?.ToString(CultureInfo.InvariantCulture) ?? "a number out of range" : "neither a number nor a text";
        throw new BadPayloadException(RejectionReason.BadEventTime, $"{Name} is {found}, expected {TimeText.Expected(Format)}");
    }

    /// <summary>Reads a text as a time.</summary>
    /// <exception cref="BadPayloadException">The text is no such time.</exception>
    public EventTime Read(ReadOnlySpan<byte> utf8)
        => TimeText.TryParse(utf8, Format, out EventTime time)
            ? Corrected(time)
            : throw new BadPayloadException(
                RejectionReason.BadEventTime,
                $"{Name} is '{Encoding.UTF8.GetString(utf8[..Math.Min(utf8.Length, TimeText.MostBytes)])}', expected {TimeText.Expected(Format)}");

    /// <summary>Returns the rejection of a reading without the field.</summary>
    public BadPayloadException Missing() => new(RejectionReason.BadEventTime, $"{Name} is missing, expected {TimeText.Expected(Format)}");

    private EventTime Corrected(EventTime time) => new((long)Int128.Min((Int128)time.Nanoseconds + ClockOffsetNs, long.MaxValue));
}
