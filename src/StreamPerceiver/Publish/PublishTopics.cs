using StreamPerceiver.Flow;

namespace StreamPerceiver.Publish;

/// <summary>The topics that a pipeline writes.</summary>
/// <param name="Predictions">The topic of the predictions.</param>
/// <param name="DeadLetters">The topic of the records and windows that could not be used.</param>
/// <param name="Late">The topic of the late records; null: they are only counted.</param>
/// <param name="Progress">The topic of the progress, such as the end of each entity's last published window.</param>
public sealed record PublishTopics(string Predictions, string DeadLetters, string? Late, string Progress)
{
    /// <summary>The format of the keys of predictions, which are those of their records (default: UTF-8 text).</summary>
    public KeyFormat Keys { get; init; }

    /// <summary>Whether predictions are CloudEvents in structured mode (default: in binary mode).</summary>
    public bool IsStructured { get; init; }

    /// <summary>How predictions are encoded; null (default): in JSON.</summary>
    public PredictionFormat? Format { get; init; }

    /// <summary>The topics of outputs that have one of their own (default: none).</summary>
    public IReadOnlyList<string> Outputs { get; init; } = [];

    /// <summary>All topics that the pipeline writes.</summary>
    public IReadOnlyList<string> All => [Predictions, DeadLetters, Progress, .. Late is null ? Outputs : [Late, .. Outputs]];
}
