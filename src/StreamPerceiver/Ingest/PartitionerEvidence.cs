namespace StreamPerceiver.Ingest;

/// <summary>Which partitioner wrote an input, by the partitions of its keys. Pure.</summary>
/// <param name="partitions">The partition count of the input's topic.</param>
internal sealed class PartitionerEvidence(int partitions)
{
    // By chance, as many keys are in the partitions of a partitioner once in 256 times, and those of both inputs once in a million.
    private const double LeastBits = 8;
    private const double LeastBitsOfBoth = 20;

    // More keys tell no more.
    private const int MostKeys = 1000;

    private readonly int[] _misfits = new int[Partitioner.Known.Count];
    private readonly HashSet<string> _keys = new(StringComparer.Ordinal);

    /// <summary>Adds a key and its partition. A key counts once.</summary>
    /// <param name="entity">The key as text.</param>
    /// <param name="key">The key as it is in the record.</param>
    /// <param name="partition">Its partition.</param>
    public void Add(string entity, byte[] key, int partition)
    {
        if (_keys.Count == MostKeys || !_keys.Add(entity)) return;
        for (int i = 0; i < _misfits.Length; i++)
            if (Partitioner.Known[i].PartitionOf(key, partitions) != partition)
                _misfits[i]++;
    }

    /// <summary>The one known partitioner that gives all keys so far their partitions; null: there is none, or more than one.</summary>
    public Partitioner? Likely
        => Array.IndexOf(_misfits, 0) is >= 0 and var fits && Array.LastIndexOf(_misfits, 0) == fits ? Partitioner.Known[fits] : null;

    /// <summary>Whether this input and another one have different partitioners for certain.</summary>
    public bool Contradicts(PartitionerEvidence other)
        => Likely is { } mine && other.Likely is { } theirs && mine != theirs
            && Math.Min(Bits, other.Bits) >= LeastBits && Bits + other.Bits >= LeastBitsOfBoth;

    private double Bits => _keys.Count * Math.Log2(partitions);
}
