namespace StreamPerceiver.Batch;

/// <summary>
/// Decides when a batch closes, by its number of windows and the wait of the oldest one. A limit on tokens would have the same effect: all windows of a
/// pipeline have the same shape, and the model computes masked tokens, too.
/// </summary>
public sealed class BatchPolicy(BatchOptions options)
{
    /// <summary>The longest wait of the oldest window.</summary>
    public TimeSpan MaxWait { get; } = TimeSpan.FromMilliseconds(options.MaxWaitMs);

    /// <summary>Returns the reason to close the batch now, or null.</summary>
    public BatchCloseReason? ShouldClose(int windows, TimeSpan oldestWaited)
    {
        if (windows >= options.MaxWindows) return BatchCloseReason.Count;
        return windows > 0 && oldestWaited >= MaxWait ? BatchCloseReason.Deadline : null;
    }
}
