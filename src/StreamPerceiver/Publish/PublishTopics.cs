namespace StreamPerceiver.Publish;

/// <summary>The topics that a pipeline writes.</summary>
/// <param name="Predictions">Topic of the predictions.</param>
/// <param name="DeadLetters">Topic of the records and windows that could not be used.</param>
/// <param name="Late">Topic of the records that came too late; null: they are counted alone.</param>
/// <param name="Progress">Topic that has, per entity, the end of the last window that is out.</param>
public sealed record PublishTopics(string Predictions, string DeadLetters, string? Late, string Progress)
{
    /// <summary>All of them.</summary>
    public IReadOnlyList<string> All => Late is null ? [Predictions, DeadLetters, Progress] : [Predictions, DeadLetters, Progress, Late];
}
