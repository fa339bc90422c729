using StreamPerceiver.Flow;

namespace StreamPerceiver.Ingest;

/// <summary>Counts of the records of one input by outcome: read = used + late + rejected + skipped + held.</summary>
/// <param name="Input">The input's name; the topic's name for records that belong to none of the inputs that read it.</param>
/// <param name="Lane">The partition number; null: all partitions.</param>
/// <param name="Read">Records read.</param>
/// <param name="Used">Records in a published window.</param>
/// <param name="Late">Records that arrived after their input had passed all of their windows.</param>
/// <param name="Rejected">Records in the dead-letter topic, or in windows that are there.</param>
/// <param name="Skipped">Records of which no window was published in this run.</param>
/// <param name="Held">Records not settled yet: the next start, or the lane's next owner, reads them again.</param>
public sealed record RecordAccount(string Input, int? Lane, long Read, long Used, long Late, long Rejected, long Skipped, long Held)
{
    /// <summary>Offsets that were deleted before all that came of their records was published (default: 0). None of them is counted as read.</summary>
    public long Lost { get; init; }

    /// <summary>Whether the outcomes and the held records add up to the records read.</summary>
    public bool Balances => Read == Used + Late + Rejected + Skipped + Held;

    /// <summary>Sums the accounts over all lanes. Returns one account for each input.</summary>
    public static IReadOnlyList<RecordAccount> ByInput(IEnumerable<RecordAccount> lanes)
        => [.. lanes.GroupBy(a => a.Input).Select(g => g.Aggregate((sum, a) => sum + a) with { Lane = null })];

    /// <summary>Makes the account of an input.</summary>
    /// <param name="input">The input's name.</param>
    /// <param name="lane">The partition number.</param>
    /// <param name="ledger">The ledger of its partition.</param>
    /// <param name="place">The place of the input among those of the partition. What was lost counts for the first of them.</param>
    internal static RecordAccount FromLedger(string input, int lane, OffsetLedger ledger, int place) => new(
        input,
        lane,
        ledger.Read(place),
        ledger.Settled(Outcome.Used, place),
        ledger.Settled(Outcome.Late, place),
        ledger.Settled(Outcome.Rejected, place),
        ledger.Settled(Outcome.Skipped, place),
        ledger.Held(place))
    {
        Lost = place == 0 ? ledger.Lost : 0,
    };

    /// <summary>Adds two accounts, under the name of the first.</summary>
    public static RecordAccount operator +(RecordAccount a, RecordAccount b) => a with
    {
        Read = a.Read + b.Read,
        Used = a.Used + b.Used,
        Late = a.Late + b.Late,
        Rejected = a.Rejected + b.Rejected,
        Skipped = a.Skipped + b.Skipped,
        Held = a.Held + b.Held,
        Lost = a.Lost + b.Lost,
    };
}
