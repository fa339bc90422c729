namespace StreamPerceiver.Model;

/// <summary>Keys and values rounded to bfloat16, for <see cref="AttentionRows.Pairs"/>.</summary>
internal sealed unsafe class PairedRows : IDisposable
{
    // Rows of a task; even, so that a pair is one task's.
    private const int Some = 64;

    private readonly Scratch _keys;
    private readonly Scratch _values;
    private readonly int _rows;

    /// <param name="keys">(B, Nk, qk).</param>
    /// <param name="values">(B, Nk, v).</param>
    public PairedRows(Columns keys, Columns values)
    {
        _rows = keys.Rows;
        (KeyStep, ValueStep) = (PairProduct.Pairs((int)keys.Count), (nint)values.Count);
        int batch = (int)keys.Of.shape[0], parts = (_rows + Some - 1) / Some;
        (_keys, _values) = (Scratch.Rent(batch * _rows * (int)KeyStep), Scratch.Rent(batch * PairProduct.Pairs(_rows) * (int)ValueStep));
        ParallelTasks.Each(batch * parts, task =>
        {
            int b = task / parts, first = task % parts * Some, count = Math.Min(Some, _rows - first);
            PairProduct.RoundRows(keys.At(b) + (first * keys.Step), keys.Step, count, (nint)keys.Count, (uint*)KeysAt(b, 0) + (first * KeyStep));
            PairProduct.PairRows(values.At(b) + (first * values.Step), values.Step, count, (nint)values.Count, (uint*)ValuesAt(b, 0) + (first / 2 * ValueStep));
        });
    }

    /// <summary>From a row's key to the next, in pairs.</summary>
    public nint KeyStep { get; }

    /// <summary>From a pair of values to the next row's.</summary>
    public nint ValueStep { get; }

    /// <summary>A window's keys from a channel on, which is even.</summary>
    public nint KeysAt(int batch, int channel) => (nint)(_keys.Start + (batch * _rows * KeyStep) + (channel / 2));

    /// <summary>A window's values from a channel on.</summary>
    public nint ValuesAt(int batch, int channel) => (nint)(_values.Start + (batch * PairProduct.Pairs(_rows) * ValueStep) + channel);

    public void Dispose()
    {
        _keys.Dispose();
        _values.Dispose();
    }
}
