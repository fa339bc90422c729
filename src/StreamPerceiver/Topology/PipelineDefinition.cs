using StreamPerceiver.Align;
using StreamPerceiver.Flow;
using StreamPerceiver.Ingest;
using StreamPerceiver.Modalities;
using StreamPerceiver.Outputs;
using StreamPerceiver.Publish;
using StreamPerceiver.Schemas;

namespace StreamPerceiver.Topology;

/// <summary>The definition of a pipeline, read from its file and checked.</summary>
/// <param name="Name">The name of the pipeline, which is its consumer group.</param>
/// <param name="File">The file that the definition was read from.</param>
/// <param name="Align">Windows and watermarks.</param>
/// <param name="Inputs">The inputs, in ordinal order of their names: the order of tokens in the model.</param>
/// <param name="ModelDirectory">Full path of the model's directory.</param>
/// <param name="Outputs">The published outputs, in ordinal order of their names.</param>
/// <param name="PredictionTopic">The topic of the predictions.</param>
/// <param name="DeadLetterTopic">The topic of the records and windows that cannot be used.</param>
/// <param name="LateTopic">The topic of the late records; null: they are only counted.</param>
/// <param name="ProgressTopic">The topic of the progress, such as the end of each entity's last published window.</param>
/// <param name="FlushAfterNs">How long an entity may have no record, on the clock, until its last windows close, in nanoseconds; 0: for ever.</param>
/// <param name="MaxFutureNs">How far an event time may be ahead of Kafka's timestamp, in nanoseconds.</param>
public sealed record PipelineDefinition(
    string Name,
    string File,
    AlignOptions Align,
    IReadOnlyList<InputSpec> Inputs,
    string ModelDirectory,
    IReadOnlyList<OutputSpec> Outputs,
    string PredictionTopic,
    string DeadLetterTopic,
    string? LateTopic,
    string ProgressTopic,
    long FlushAfterNs,
    long MaxFutureNs)
{
    /// <summary>The format of the keys of all inputs and of the predictions (default: UTF-8 text).</summary>
    public KeyFormat Keys { get; init; }

    /// <summary>Whether predictions are CloudEvents in structured mode (default: in binary mode).</summary>
    public bool IsStructured { get; init; }

    /// <summary>The language of the schema by which predictions are encoded: JSON (default), Avro or Protobuf. The latter two need a schema registry.</summary>
    public SchemaKind Format { get; init; } = SchemaKind.Json;

    /// <summary>All topics that the pipeline writes.</summary>
    public IEnumerable<string> WrittenTopics => PublishTopics.All;

    /// <summary>The topics that the pipeline writes, by what goes there.</summary>
    public PublishTopics PublishTopics => new(PredictionTopic, DeadLetterTopic, LateTopic, ProgressTopic)
    {
        Keys = Keys,
        IsStructured = IsStructured,
        Outputs = [.. Outputs.Select(o => o.Topic).OfType<string>()],
    };

    /// <summary>How far the inputs may drift apart while they are read, and when one counts as silent.</summary>
    public IntakeOptions Intake => new()
    {
        SpanNs = Align.SpanNs,
        ScarceAheadNs = Align.Plan.SizeNs,
        IdleAfterNs = Align.IdleAfterNs,
        FlushAfterNs = FlushAfterNs,
        MaxFutureNs = MaxFutureNs,
        Keys = Keys,
    };
}
