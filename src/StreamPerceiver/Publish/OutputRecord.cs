using StreamPerceiver.Flow;
using StreamPerceiver.Interpret;
using StreamPerceiver.Outputs;

namespace StreamPerceiver.Publish;

/// <summary>Makes the Kafka records of outputs that have a topic of their own. They have the key, time and trace of the window's prediction.</summary>
public static class OutputRecord
{
    /// <summary>The CloudEvents type. The number at the end grows with a change that consumers must follow.</summary>
    public const string EventType = "streamperceiver.output.v1";

    /// <summary>The header with the name of the output.</summary>
    public const string OutputHeader = "streamperceiver.output";

    /// <summary>Makes the records of all outputs of a window, in the order of the outputs.</summary>
    /// <param name="prediction">The prediction.</param>
    /// <param name="keys">The format of the key (default: UTF-8 text).</param>
    public static IEnumerable<OutgoingRecord> From(Prediction prediction, KeyFormat keys = KeyFormat.Utf8)
        => from output in prediction.Outputs
           where output.Records is not null
           from payload in output.Records!.Payloads
           select From(prediction, output, payload, keys);

    private static OutgoingRecord From(Prediction prediction, OutputReading output, OutputPayload payload, KeyFormat keys)
    {
        string id = payload.Part is { } part ? $"{prediction.Id}/{output.Name}/{part}" : $"{prediction.Id}/{output.Name}";
        List<KeyValuePair<string, byte[]?>> headers = EventHeaders.Of(prediction, EventType, id, output.Records!.ContentType);
        headers.AddText(OutputHeader, output.Name);
        foreach ((string name, string text) in payload.Headers) headers.AddText(name, text);
        return new OutgoingRecord(output.Records.Topic, EntityKey.Write(prediction.Header.Entity, keys), payload.Value)
        {
            TimestampMs = prediction.Header.End.Nanoseconds / EventTime.PerMillisecond,
            Headers = headers,
        };
    }
}
