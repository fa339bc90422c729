using StreamPerceiver.Flow;

namespace StreamPerceiver.Training;

/// <summary>
/// Targets that are the future of a series: the last steps of the entity's window that ends later by a fixed time. Steps without a value are left out.
/// </summary>
/// <param name="store">The windows.</param>
/// <param name="input">Number of the series.</param>
/// <param name="queries">Steps Q that are forecast.</param>
/// <param name="aheadNs">How much later that window ends, in nanoseconds.</param>
internal sealed class ForecastTargets(WindowStore store, int input, int queries, long aheadNs) : TargetSource
{
    private readonly Dictionary<(string Entity, EventTime Start), int> _rows = [];
    private int _indexed;

    /// <inheritdoc/>
    public override string Lack => $"no window of the entity with {store.Inputs[input].Name} begins {aheadNs / EventTime.PerMillisecond} ms later";

    /// <inheritdoc/>
    public override bool Has(Example example) => RowAhead(example.Row) is not null;

    /// <inheritdoc/>
    internal override void Add(int place, Example example, BatchReader reader, TargetRows rows)
    {
        if (RowAhead(example.Row) is not { } row) return;
        (float[] content, byte[] mask) = reader.ReadInput(row, input);
        int channels = store.Inputs[input].Channels, first = mask.Length - queries;
        for (int q = 0; q < queries; q++)
            if (mask[first + q] != 0)
                rows.Add((place * queries) + q, content.AsSpan((first + q) * channels, channels));
    }

    private int? RowAhead(int row)
    {
        for (; _indexed < store.Windows.Count; _indexed++) _rows[(store.Windows[_indexed].Entity, store.Windows[_indexed].Start)] = _indexed;
        StoredWindow window = store.Windows[row];
        return _rows.TryGetValue((window.Entity, window.Start + aheadNs), out int ahead) && store.Windows[ahead].Present[input] ? ahead : null;
    }
}
