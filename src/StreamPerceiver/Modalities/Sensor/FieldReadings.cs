using StreamPerceiver.Flow;
using StreamPerceiver.Schemas;

namespace StreamPerceiver.Modalities.Sensor;

/// <summary>Makes readings of the fields of payloads: each channel is the field of its path, and must be a finite number.</summary>
/// <param name="channels">The channels, in the model's order.</param>
/// <param name="layout">Where the numbers of a reading are.</param>
internal sealed class FieldReadings(IReadOnlyList<string> channels, NumberLayout layout)
{
    private const int FewChannels = 16;

    /// <summary>The paths of the channels.</summary>
    public IReadOnlyList<string> Paths => channels;

    /// <summary>Reads the values of a reading.</summary>
    /// <param name="plan">The plan for <see cref="Paths"/>.</param>
    /// <param name="payload">The reading.</param>
    /// <exception cref="BadPayloadException">The payload does not have a finite number for each channel.</exception>
    public float[] Read(FieldPlan plan, ReadOnlySpan<byte> payload)
    {
        FieldValue[]? many = channels.Count > FewChannels ? new FieldValue[channels.Count] : null;
        Few few = default;
        Span<FieldValue> fields = many is null ? ((Span<FieldValue>)few)[..channels.Count] : many;
        plan.Read(payload, fields);
        var values = new float[layout.Length];
        for (int i = 0; i < fields.Length; i++)
            if ((fields[i].IsNumber ? layout.Store(values, i, fields[i].Number) : Problem(fields[i])) is { } problem)
                throw new BadPayloadException(RejectionReason.WrongShape, $"channel {channels[i]} {problem}; expected {plan.Name}");

        return values;
    }

    private static string Problem(FieldValue field) => field.Kind switch
    {
        FieldKind.Missing => "is missing",
        FieldKind.Null => "is null, expected a number",
        FieldKind.Text => "is a text, expected a number",
        _ => "is no number",
    };

    [System.Runtime.CompilerServices.InlineArray(FewChannels)]
    private struct Few
    {
        private FieldValue _first;
    }
}
