namespace StreamPerceiver.Infer;

/// <summary>
/// Schedules a device that several shares use: of the waiting shares, the one with the least cost so far gets the next turn. An idle share gains no
/// credit. While two shares wait, the costs of their turns in that time differ by at most the largest turn of each.
/// </summary>
internal sealed class FairTurns
{
    // By share: the cost of its turns so far. When an idle share has work again, its cost is raised to the virtual time.
    private readonly List<long> _served = [];

    // Virtual time: the cost that the share of the latest turn had when that turn began. The virtual time never decreases.
    private long _now;

    /// <summary>Adds a share, and returns its number.</summary>
    public int AddShare()
    {
        _served.Add(_now);
        return _served.Count - 1;
    }

    /// <summary>Notes that an idle share has work again.</summary>
    public void Activate(int share) => _served[share] = Math.Max(_served[share], _now);

    /// <summary>Gives the next turn to one of the waiting shares, and returns its number. Of equal shares it is the first.</summary>
    public int TakeTurn(IEnumerable<int> waiting)
    {
        int next = waiting.MinBy(share => _served[share]);
        _now = _served[next];
        return next;
    }

    /// <summary>Adds the cost of a turn to a share; at least 1, so that no share can wait for ever.</summary>
    public void Charge(int share, long cost) => _served[share] += Math.Max(1, cost);
}
