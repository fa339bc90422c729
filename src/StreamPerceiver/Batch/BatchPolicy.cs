namespace StreamPerceiver.Batch;

/// <summary>
/// When a batch closes: a pure function of how many windows it has and how long the oldest has waited. Their number is their cost: all windows of a pipeline have
/// the same shape, and the model computes what is masked as well, so a budget of tokens would be another name for it.
/// </summary>
public sealed class BatchPolicy(BatchOptions options)
{
    /// <summary>Longest wait of the oldest window.</summary>
    public TimeSpan MaxWait { get; } = TimeSpan.FromMilliseconds(options.MaxWaitMs);

    /// <summary>Why the batch should close now, or null.</summary>
    public BatchCloseReason? ShouldClose(int windows, TimeSpan oldestWaited)
    {
        if (windows >= options.MaxWindows) return BatchCloseReason.Count;
        return windows > 0 && oldestWaited >= MaxWait ? BatchCloseReason.Deadline : null;
    }
}
