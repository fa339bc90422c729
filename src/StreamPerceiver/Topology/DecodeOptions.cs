using StreamPerceiver.Flow;
using StreamPerceiver.Modalities;
using StreamPerceiver.Schemas;

namespace StreamPerceiver.Topology;

/// <summary>When a record counts as slow in the decode stage. Its lane then waits for it alone, and is named; no result depends on it.</summary>
/// <param name="SlowAfterMs">A record that takes longer is slow, in milliseconds (default: 1000).</param>
public sealed record DecodeOptions(int SlowAfterMs = DecodeOptions.DefaultSlowAfterMs)
{
    /// <summary>The default limit, in milliseconds.</summary>
    public const int DefaultSlowAfterMs = 1000;

    /// <summary>Called once for each slow record, while it is still in work, from any thread (default: nothing).</summary>
    public Action<RawRecord> OnSlow { get; init; } = _ => { };

    /// <summary>The schemas of a registry; null (default): there is no registry.</summary>
    public SchemaCache? Schemas { get; init; }

    /// <summary>The clock (default: the system's).</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    internal LaneOptions<RawRecord> ToLanes(int capacity)
        => new(LaneOf, capacity, Environment.ProcessorCount, TimeSpan.FromMilliseconds(SlowAfterMs), OnSlow, Time);

    internal static int LaneOf(Envelope<MediaSample> item) => item.Value?.Stream.Lane ?? LaneOf(item.Notice!);

    private static int LaneOf(Envelope<RawRecord> item) => item.Value?.Stream.Lane ?? LaneOf(item.Notice!);

    private static int LaneOf(Notice notice) => notice switch
    {
        LaneOpened opened => opened.Lane,
        LaneClosed closed => closed.Lane,
        LaneMarked marked => marked.Lane,
        ReadToEnd read => read.Lane,
        OffsetCommitted committed => committed.Lane,
        RecordsLost lost => lost.Lane,
        Rejection rejection => rejection.Record.Partition,
        _ => throw new InvalidOperationException($"{notice.GetType().Name} has no lane: it does not come from the intake"),
    };
}
