using StreamPerceiver.Align;
using StreamPerceiver.Ingest;
using StreamPerceiver.Modalities;
using StreamPerceiver.Outputs;

namespace StreamPerceiver.Topology;

/// <summary>A pipeline as its file states it, checked.</summary>
/// <param name="Name">Name of the pipeline; its consumer group.</param>
/// <param name="File">The file it was read from.</param>
/// <param name="Align">Windows and watermarks.</param>
/// <param name="Inputs">The inputs, in ordinal order of their names: the order of tokens in the model.</param>
/// <param name="ModelDirectory">Full path of the model's directory.</param>
/// <param name="Outputs">The published outputs, in ordinal order of their names.</param>
/// <param name="PredictionTopic">Where predictions go.</param>
/// <param name="DeadLetterTopic">Where records and windows go that cannot be used.</param>
/// <param name="LateTopic">Where records go that come too late; null: they are counted alone.</param>
/// <param name="ProgressTopic">Where it is kept which windows are out.</param>
/// <param name="MaxFutureNs">How far ahead of Kafka's timestamp an event time may be, in nanoseconds.</param>
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
    long MaxFutureNs)
{
    /// <summary>All topics that the pipeline writes.</summary>
    public IEnumerable<string> WrittenTopics => LateTopic is null ? [PredictionTopic, DeadLetterTopic, ProgressTopic] : [PredictionTopic, DeadLetterTopic, LateTopic, ProgressTopic];

    /// <summary>How far the inputs may drift apart while they are read, and when one counts as silent.</summary>
    public IntakeOptions Intake => new()
    {
        SpanNs = Align.SpanNs,
        ScarceAheadNs = Align.Plan.SizeNs,
        IdleAfterNs = Align.IdleAfterNs,
        MaxFutureNs = MaxFutureNs,
    };
}
