using System.Globalization;
using StreamPerceiver.Ingest;

namespace StreamPerceiver.Worker.Pipelines;

/// <summary>Decides when the log has a line about losses and flushed windows: when they begin, at intervals while they go on, and at the end.</summary>
internal sealed class LossReport
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    private Losses _told = Losses.None;
    private TimeSpan? _toldAt;

    /// <summary>Returns the line to log now, or null.</summary>
    /// <param name="now">The time on some clock.</param>
    /// <param name="losses">The counts so far.</param>
    public string? Line(TimeSpan now, Losses losses)
    {
        if (losses.Equals(_told) || (_toldAt is { } at && now - at < Interval)) return null;
        (_told, _toldAt) = (losses, now);
        return losses.ToString();
    }

    /// <summary>Returns the line to log at the end, or null where nothing was lost.</summary>
    public static string? LastLine(Losses losses) => losses.Equals(Losses.None) ? null : losses.ToString();
}

/// <summary>Counts of records and windows that gave no prediction, and of windows that did not wait for their entity.</summary>
/// <param name="Records">By input, its late and rejected records; inputs without any are left out.</param>
/// <param name="Future">Records rejected because their times are in the future.</param>
/// <param name="SkippedWindows">Windows that were not emitted.</param>
/// <param name="FlushedWindows">Windows that closed because their entity had no record for a time.</param>
internal sealed record Losses(string Records, long Future, long SkippedWindows, long FlushedWindows)
{
    /// <summary>No loss.</summary>
    public static Losses None { get; } = new("", 0, 0, 0);

    /// <summary>Sums up the accounts of a pipeline.</summary>
    public static Losses Of(IEnumerable<RecordAccount> accounts, long future, long skippedWindows, long flushedWindows)
    {
        IEnumerable<string> inputs = RecordAccount.ByInput(accounts).Where(a => a.Late + a.Rejected > 0).Select(a => string.Create(
            CultureInfo.InvariantCulture, $"{a.Input} {a.Late} late and {a.Rejected} rejected of {a.Read} records"));
        return new Losses(string.Join("; ", inputs), future, skippedWindows, flushedWindows);
    }

    /// <summary>Whether anything gave no prediction.</summary>
    public bool Any => Records.Length > 0 || SkippedWindows > 0;

    /// <inheritdoc/>
    public override string ToString()
    {
        List<string> parts = [];
        if (Records.Length > 0) parts.Add(Records);
        if (Future > 0) parts.Add(string.Create(CultureInfo.InvariantCulture, $"{Future} of the rejected ones have times in the future"));
        if (SkippedWindows > 0) parts.Add(string.Create(CultureInfo.InvariantCulture, $"{SkippedWindows} windows skipped"));
        if (FlushedWindows > 0) parts.Add(string.Create(CultureInfo.InvariantCulture, $"{FlushedWindows} windows flushed"));
        return string.Join("; ", parts);
    }
}
