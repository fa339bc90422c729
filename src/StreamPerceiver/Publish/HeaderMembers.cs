using StreamPerceiver.Flow;
using StreamPerceiver.Outputs.Dense;
using StreamPerceiver.Schemas.Members;

namespace StreamPerceiver.Publish;

/// <summary>
/// Describes the headers of published records, as <see cref="EventHeaders"/>, <see cref="OutputRecord"/> and <see cref="ErrorHeaders"/> make them.
/// </summary>
internal static class HeaderMembers
{
    private static readonly Member[] Trace =
    [
        Optional(TraceContext.ParentHeader, "The trace of the window's newest record that has one (W3C Trace Context)."),
        Optional(TraceContext.StateHeader, "The state of that trace."),
    ];

    // Kafka Connect's and Spring Kafka's. Numbers of Spring Kafka are big-endian.
    private static readonly Member[] Failure =
    [
        Text("__connect.errors.connector.name", "The pipeline."),
        Text("__connect.errors.task.id", "The lane."),
        Text("__connect.errors.stage", "The stage that found it."),
        Text("__connect.errors.class.name", "The namespace of that stage."),
        Text("__connect.errors.exception.class.name", "The reason."),
        Text("__connect.errors.exception.message", "The value found and what was expected."),
        Text("__connect.errors.exception.stacktrace", "Reason, message, and the exception of a library."),
        Text("kafka_dlt-original-consumer-group", "The pipeline."),
        Text("kafka_dlt-exception-fqcn", "The reason."),
        Optional("kafka_dlt-exception-cause-fqcn", "The type of a library's exception."),
        Text("kafka_dlt-exception-message", "The value found and what was expected."),
        Text("kafka_dlt-exception-stacktrace", "Reason, message, and the exception of a library."),
    ];

    private static readonly Member[] Place =
    [
        Text("__connect.errors.topic", "The topic of the source record."),
        Text("__connect.errors.partition", "Its partition."),
        Text("__connect.errors.offset", "Its offset."),
        Text("kafka_dlt-original-topic", "The topic of the source record."),
        Text("kafka_dlt-original-partition", "Its partition: 4 bytes, big-endian."),
        Text("kafka_dlt-original-offset", "Its offset: 8 bytes, big-endian."),
    ];

    private static readonly Member[] Json = [Only("content-type", "application/json", "Content type of the value.")];

    /// <summary>Describes the headers of a prediction.</summary>
    /// <param name="pipeline">The pipeline's name.</param>
    /// <param name="contentType">The content type of its value.</param>
    public static ObjectType OfPrediction(string pipeline, string contentType) => new(contentType == EventHeaders.StructuredType
        ? [Only("content-type", contentType, "Content type of the event."), .. Trace]
        : [.. Event(pipeline, PredictionRecord.EventType, contentType, "pipeline/entity/window end in nanoseconds since 1970.")]);

    /// <summary>Describes the headers of a record of an output with a topic of its own.</summary>
    /// <param name="pipeline">The pipeline's name.</param>
    /// <param name="output">The output.</param>
    /// <param name="contentType">The content type of the records.</param>
    public static ObjectType OfOutput(string pipeline, string output, string contentType) => new(
    [
        .. Event(pipeline, OutputRecord.EventType, contentType, "The prediction's id, the output's name, and the number of a frame, with slashes between."),
        Only(OutputRecord.OutputHeader, output, "The output."),
        Text(Rendering.ShapeHeader, "Sizes of the array that the record holds, with commas between; the last one is the fastest."),
        Optional(Rendering.AxesHeader, "The meaning of the axes, with commas between."),
        Optional(FlowPictures.MaxFlowHeader, "The length of a flow that has the full colour, in pixels."),
    ]);

    /// <summary>Describes the headers of a record that could not be used, or came late. It also has its own headers.</summary>
    public static ObjectType OfSource() => new(
    [
        Optional("content-type", "That of the source record; application/json where the topic did not take its value."),
        .. Place,
        Text("kafka_dlt-original-timestamp", "Kafka's timestamp of the source record in milliseconds since 1970: 8 bytes, big-endian."),
        Text("kafka_dlt-original-timestamp-type", "The kind of that timestamp."),
        .. Failure,
        Optional(CutSource.CutKeyHeader, "What was cut of the key."),
        Optional(CutSource.CutHeadersHeader, "Which of the source record's headers are left out."),
        Optional(ReducedLetter.CutHeader, "What the topic did not take."),
    ]);

    /// <summary>Describes the headers of a window that could not be used.</summary>
    public static ObjectType OfWindow() => new([.. Json, .. Failure, .. Trace, Optional(ReducedLetter.CutHeader, "What the topic did not take.")]);

    /// <summary>Describes the headers of a note of lost records.</summary>
    public static ObjectType OfLoss() => new([.. Json, .. Place, .. Failure]);

    private static Member[] Event(string pipeline, string type, string contentType, string id) =>
    [
        Only("ce_specversion", "1.0", "Version of CloudEvents."),
        Only("ce_type", type, "Type of the event."),
        Only("ce_source", EventHeaders.SourceOf(pipeline), "Source of the event."),
        Text("ce_id", id),
        Text("ce_time", "The window's end, RFC 3339."),
        Only("content-type", contentType, "Content type of the value."),
        .. Trace,
    ];

    private static Member Text(string name, string description) => new(0, name, new TextType(), description);

    private static Member Optional(string name, string description) => Text(name, description) with { IsOptional = true };

    private static Member Only(string name, string text, string description) => new(0, name, TextType.Only(text), description);
}
