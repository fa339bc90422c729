namespace StreamPerceiver.Ingest;

/// <summary>Which partitioner wrote an input, by the partitions of its keys. Pure.</summary>
/// <param name="partitions">The partition count of the input's topic.</param>
internal sealed class PartitionerEvidence(int partitions)
{
    // Keys in the right partition by chance: 1 of 4,096. Two inputs need it both, so their difference is a chance of 1 of 16,777,216 at most.
    private const double LeastBits = 12;

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

    /// <summary>The likely partitioner once there are enough keys; null before.</summary>
    public Partitioner? Proved => _keys.Count * Math.Log2(partitions) >= LeastBits ? Likely : null;
}
