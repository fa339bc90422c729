namespace StreamPerceiver.Schemas;

/// <summary>Reads some fields of payloads that have one schema. It is made once for a schema, and several threads use it at once.</summary>
internal abstract class FieldPlan
{
    /// <summary>The schema's name in messages, such as <c>machines.Reading in Avro</c>.</summary>
    public abstract string Name { get; }

    /// <summary>Which of the paths the schema does not have: their indexes, and what is there instead.</summary>
    public abstract IReadOnlyList<(int Path, string Problem)> Problems { get; }

    /// <summary>Reads the fields.</summary>
    /// <param name="payload">One value of the schema, and nothing else.</param>
    /// <param name="values">Gets the value of each path. All are missing before.</param>
    /// <exception cref="Flow.BadPayloadException">The payload is no value of the schema, or is beyond a limit.</exception>
    public abstract void Read(ReadOnlySpan<byte> payload, Span<FieldValue> values);
}
