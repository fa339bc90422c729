namespace StreamPerceiver.Model;

/// <summary>Keys and values of a few rows as the products read them: where they lie, or rounded to bfloat16 in memory of the caller.</summary>
internal readonly unsafe struct AttentionTile
{
    /// <summary>Rows of a tile: its scores fit beside the queries into the nearest cache. Even, so that a pair of rows is in one tile.</summary>
    public const int Rows = 128;

    private readonly bool _isRounded;
    private readonly float* _keys;
    private readonly float* _values;
    private readonly nint _keyStep;
    private readonly nint _valueStep;

    /// <param name="rows">All rows.</param>
    /// <param name="first">The tile's first.</param>
    /// <param name="count">How many.</param>
    /// <param name="room"><see cref="Room"/> numbers.</param>
    public AttentionTile(in AttentionRows rows, int first, int count, float* room)
    {
        (First, Count, _isRounded) = (first, count, rows.IsRounded);
        _keys = rows.Key(first);
        _values = rows.Value(first);
        (_keyStep, _valueStep) = (rows.KeyStep, rows.ValueStep);
        if (!_isRounded) return;
        float* values = room + (Rows * PairProduct.Pairs(rows.KeyChannels));
        PairProduct.RoundRows(_keys, _keyStep, count, rows.KeyChannels, (uint*)room);
        PairProduct.PairRows(_values, _valueStep, count, rows.ValueChannels, (uint*)values);
        _keys = room;
        _values = values;
        (_keyStep, _valueStep) = (PairProduct.Pairs(rows.KeyChannels), rows.ValueChannels);
    }

    /// <summary>The first row.</summary>
    public int First { get; }

    /// <summary>Rows.</summary>
    public int Count { get; }

    /// <summary>Numbers that a tile of such rows needs room for.</summary>
    public static int Room(in AttentionRows rows) => rows.IsRounded ? Rows * (PairProduct.Pairs(rows.KeyChannels) + PairProduct.Pairs(rows.ValueChannels)) : 0;

    /// <summary>Rounds a panel's queries (KeyChannels, Lanes) in place, if the rows are rounded.</summary>
    public static void Round(in AttentionRows rows, float* queries)
    {
        if (rows.IsRounded) PairProduct.PairRows(queries, PanelProduct.Lanes, rows.KeyChannels, PanelProduct.Lanes, (uint*)queries);
    }

    /// <summary>Adds the products of keys and queries to the scores, (Count, Lanes).</summary>
    public void AddScores(int channels, float* queries, float* scores)
    {
        if (_isRounded) PairProduct.Add((uint*)_keys, _keyStep, 1, Count, PairProduct.Pairs(channels), (uint*)queries, scores, PanelProduct.Lanes, null);
        else PanelProduct.Add(_keys, _keyStep, 1, Count, channels, queries, scores);
    }

    /// <summary>Adds the values, times their weights (Count, Lanes), to sums (channels, Lanes). Weights are rounded in place, if the rows are.</summary>
    public void AddValues(int channels, float* weights, float* sums)
    {
        if (!_isRounded)
        {
            PanelProduct.Add(_values, 1, _valueStep, channels, Count, weights, sums);
            return;
        }

        PairProduct.PairRows(weights, PanelProduct.Lanes, Count, PanelProduct.Lanes, (uint*)weights);
        PairProduct.Add((uint*)_values, 1, _valueStep, channels, PairProduct.Pairs(Count), (uint*)weights, sums, PanelProduct.Lanes, null);
    }
}
