using StreamPerceiver.Flow;

namespace StreamPerceiver.Ingest;

/// <summary>The intake's state of one lane. Each array has one element for each input.</summary>
internal sealed class Lane
{
    public Lane(int number, int inputs, IntakeOptions options, MemoryBudget budget)
    {
        (Number, Lease) = (number, new LaneLease(budget));
        Ledgers = Enumerable.Range(0, inputs).Select(_ => new OffsetLedger(Lease)).ToArray();
        Committed = Enumerable.Repeat(-1L, inputs).ToArray();
        Paused = new bool[inputs];
        Gate = new SkewGate(inputs, options.SpanNs, options.ScarceAheadNs);
        Silence = new SilenceWatch(inputs, options.IdleAfterNs, options.FlushAfterNs);
    }

    public int Number { get; }

    public LaneLease Lease { get; }

    public OffsetLedger[] Ledgers { get; }

    public long[] Committed { get; }

    public bool[] Paused { get; }

    public bool IsSlow { get; set; }

    public SkewGate Gate { get; }

    public SilenceWatch Silence { get; }
}
