namespace StreamPerceiver.Flow;

/// <summary>Counts of the values that a stage took in and gave out since the start. Notices are not counted.</summary>
/// <param name="name">The stage's name, which its folder, its block and its metrics have, too.</param>
public sealed class StageCounts(string name)
{
    private long _in;
    private long _out;
    private long _rejected;

    /// <summary>The stage's name.</summary>
    public string Name { get; } = name;

    /// <summary>Values taken in.</summary>
    public long In => Volatile.Read(ref _in);

    /// <summary>Values given out.</summary>
    public long Out => Volatile.Read(ref _out);

    /// <summary>Values that this stage turned into rejections.</summary>
    public long Rejected => Volatile.Read(ref _rejected);

    internal void CountIn() => Interlocked.Increment(ref _in);

    internal void CountOut() => Interlocked.Increment(ref _out);

    internal void CountRejected() => Interlocked.Increment(ref _rejected);
}
