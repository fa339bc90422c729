using StreamPerceiver.Flow;

namespace StreamPerceiver.Recordings.Info;

/// <summary>Finds the longest times without a record, of partitions and of entities.</summary>
internal sealed class Silences
{
    private const int Longest = 3, MostNames = 10_000;

    private readonly Dictionary<string, long> _greatest = new(StringComparer.Ordinal);
    private readonly List<(long Ns, string Of, long FromNs)> _longest = [];

    /// <summary>Adds the time of a record. One that lies before an earlier record's ends no silence.</summary>
    public void Add(string of, long ns)
    {
        if (!_greatest.TryGetValue(of, out long last))
        {
            if (_greatest.Count < MostNames) _greatest.Add(of, ns);
            return;
        }

        if (ns <= last) return;
        _greatest[of] = ns;
        if (_longest.Count == Longest && ns - last <= _longest[^1].Ns) return;
        _longest.Add((ns - last, of, last));
        _longest.Sort((a, b) => (b.Ns, a.FromNs).CompareTo((a.Ns, b.FromNs)));
        if (_longest.Count > Longest) _longest.RemoveAt(Longest);
    }

    /// <summary>The three longest, the longest first.</summary>
    public IEnumerable<Silence> All => _longest.Select(s => new Silence(
        s.Of, new EventTime(s.FromNs).ToString(), new EventTime(s.FromNs + s.Ns).ToString(), Math.Round(s.Ns / (double)EventTime.PerSecond, 3)));
}
