namespace StreamPerceiver.Model;

/// <summary>Keys and values of a few rows, read in place or rounded to bfloat16 in the caller's memory.</summary>
internal readonly unsafe struct AttentionTile
{
    /// <summary>Rows of a tile. Its scores and the queries fit into the first-level cache. The number is even, so that no pair of rows is split.</summary>
    public const int Rows = 128;

    private readonly bool _isRounded;
    private readonly float* _keys;
    private readonly float* _values;
    private readonly nint _keyStep;
    private readonly nint _valueStep;

    /// <param name="rows">All rows.</param>
    /// <param name="first">The tile's first row.</param>
    /// <param name="count">Number of rows.</param>
    /// <param name="room">Memory for <see cref="Room"/> numbers.</param>
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

    /// <summary>Number of rows.</summary>
    public int Count { get; }

    /// <summary>Counts the numbers of memory that a tile of such rows needs.</summary>
    public static int Room(in AttentionRows rows) => rows.IsRounded ? Rows * (PairProduct.Pairs(rows.KeyChannels) + PairProduct.Pairs(rows.ValueChannels)) : 0;

    /// <summary>Rounds a panel's queries (KeyChannels, Lanes) in place, if the products run in bfloat16.</summary>
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

    /// <summary>Adds the values, times their weights (Count, Lanes), to sums (channels, Lanes). In bfloat16 it rounds the weights in place.</summary>
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
