using StreamPerceiver.Flow;

namespace StreamPerceiver.Ingest;

/// <summary>What became of one input's records: read = used + late + rejected + skipped + held.</summary>
/// <param name="Input">The input.</param>
/// <param name="Read">Records read.</param>
/// <param name="Used">In a published window.</param>
/// <param name="Late">All of their windows were out.</param>
/// <param name="Rejected">In the dead-letter topic, or in windows that are.</param>
/// <param name="Skipped">None of their windows was published.</param>
/// <param name="Held">Not decided yet: will be read again at the next start.</param>
public sealed record RecordAccount(string Input, long Read, long Used, long Late, long Rejected, long Skipped, long Held)
{
    /// <summary>Whether every record is accounted for.</summary>
    public bool Balances => Read == Used + Late + Rejected + Skipped + Held;

    internal static RecordAccount Of(string input, IReadOnlyCollection<OffsetLedger> ledgers) => new(
        input,
        ledgers.Sum(l => l.Read),
        ledgers.Sum(l => l.Settled(Outcome.Used)),
        ledgers.Sum(l => l.Settled(Outcome.Late)),
        ledgers.Sum(l => l.Settled(Outcome.Rejected)),
        ledgers.Sum(l => l.Settled(Outcome.Skipped)),
        ledgers.Sum(l => l.Held));
}
