namespace StreamPerceiver.Infer;

/// <summary>
/// Decides whose work goes next on a device that several shares use: the share served least among those that wait. A share that was idle gets no credit
/// for that time. While two shares wait, the costs that they are served differ by at most the largest turn of each.
/// </summary>
internal sealed class FairTurns
{
    // By share: the cost served so far, raised to the virtual time whenever the share comes back from idleness.
    private readonly List<long> _served = [];

    // Virtual time: what the share of the latest turn had been served when that turn began. It never goes back.
    private long _now;

    /// <summary>Adds a share; its number.</summary>
    public int AddShare()
    {
        _served.Add(_now);
        return _served.Count - 1;
    }

    /// <summary>Tells that a share without waiting work has some again.</summary>
    public void Activate(int share) => _served[share] = Math.Max(_served[share], _now);

    /// <summary>Gives the next turn to one of the shares that wait; among equals, to the first.</summary>
    public int TakeTurn(IEnumerable<int> waiting)
    {
        int next = waiting.MinBy(share => _served[share]);
        _now = _served[next];
        return next;
    }

    /// <summary>Adds what a turn has cost; at least 1, so that no share can wait for ever.</summary>
    public void Charge(int share, long cost) => _served[share] += Math.Max(1, cost);
}
