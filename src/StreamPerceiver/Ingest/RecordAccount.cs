using StreamPerceiver.Flow;

namespace StreamPerceiver.Ingest;

/// <summary>What became of the records of one input: read = used + late + rejected + skipped + held.</summary>
/// <param name="Input">The input.</param>
/// <param name="Lane">The partition; null: all of them.</param>
/// <param name="Read">Records read.</param>
/// <param name="Used">In a published window.</param>
/// <param name="Late">Behind all of their windows.</param>
/// <param name="Rejected">In the dead-letter topic, or in windows that are.</param>
/// <param name="Skipped">None of their windows was published, here or by an earlier run.</param>
/// <param name="Held">Not settled yet: the next start reads them again, or the lane's next owner.</param>
public sealed record RecordAccount(string Input, int? Lane, long Read, long Used, long Late, long Rejected, long Skipped, long Held)
{
    /// <summary>Whether the outcomes and the held records add up to the records read.</summary>
    public bool Balances => Read == Used + Late + Rejected + Skipped + Held;

    /// <summary>Returns the sums over all lanes, one account an input.</summary>
    public static IReadOnlyList<RecordAccount> ByInput(IEnumerable<RecordAccount> lanes)
        => [.. lanes.GroupBy(a => a.Input).Select(g => g.Aggregate((sum, a) => sum + a) with { Lane = null })];

    /// <summary>Makes the account of a ledger.</summary>
    internal static RecordAccount FromLedger(string input, int lane, OffsetLedger ledger) => new(
        input,
        lane,
        ledger.Read,
        ledger.Settled(Outcome.Used),
        ledger.Settled(Outcome.Late),
        ledger.Settled(Outcome.Rejected),
        ledger.Settled(Outcome.Skipped),
        ledger.Held);

    /// <summary>Adds two accounts, under the name of the first.</summary>
    public static RecordAccount operator +(RecordAccount a, RecordAccount b) => a with
    {
        Read = a.Read + b.Read,
        Used = a.Used + b.Used,
        Late = a.Late + b.Late,
        Rejected = a.Rejected + b.Rejected,
        Skipped = a.Skipped + b.Skipped,
        Held = a.Held + b.Held,
    };
}
